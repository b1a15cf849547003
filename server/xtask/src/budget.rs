//! `xtask size`: what the built files cost a browser, against the numbers in `budget.toml`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::compress;
use crate::paths;
use crate::site::Manifest;

/// Prints the table; fails where a file, or their sum, is over its budget.
pub(crate) fn check() -> Result<()> {
    let path = paths::root().join("server/xtask/budget.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let budget: BTreeMap<String, usize> = toml::from_str(&text)?;
    let manifest = Manifest::load()?;

    let mut rows = Vec::new();
    for (name, address) in [
        ("wasm", manifest.wasm),
        ("js", manifest.js),
        ("tools", manifest.tools),
        ("css", manifest.css),
        ("screen_wasm", manifest.screen_wasm),
        ("screen_js", manifest.screen_js),
        ("desk_wasm", manifest.desk_wasm),
        ("desk_js", manifest.desk_js),
        ("scan_wasm", manifest.scan_wasm),
        ("scan_worker", manifest.scan_worker),
    ] {
        let file = paths::site().join(address.trim_start_matches('/'));
        let content =
            fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        rows.push((name, content.len(), compress::brotli(&content)?.len()));
    }
    // a first visit needs no kiosk's screens, no staff's pages and no scanner
    let others = ["screen_", "desk_", "scan_"];
    let first = rows
        .iter()
        .filter(|row| !others.iter().any(|other| row.0.starts_with(other)));
    let all = first.fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
    rows.push(("all", all.0, all.1));

    println!(
        "{:<11} {:>10} {:>10} {:>10}",
        "file", "raw", "brotli", "budget"
    );
    let mut over = Vec::new();
    for (name, raw, packed) in rows {
        let limit = *budget
            .get(name)
            .with_context(|| format!("{} lacks {name}", path.display()))?;
        let mark = if packed > limit { "  over" } else { "" };
        println!("{name:<11} {raw:>10} {packed:>10} {limit:>10}{mark}");
        if packed > limit {
            over.push(name);
        }
    }
    if !over.is_empty() {
        bail!(
            "over budget: {}; make it smaller, or raise server/xtask/budget.toml and say why",
            over.join(", ")
        );
    }
    Ok(())
}
