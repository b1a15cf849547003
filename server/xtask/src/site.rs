//! `xtask build`: everything that the server serves as files.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::paths;
use crate::steps::{Memory, files, hash, hash_folder, step};
use crate::{compress, glue, scanner};

/// The built files by role, as paths from the site's root. The server reads this.
#[derive(Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The style sheet.
    pub(crate) css: String,
    /// The small script of every page.
    pub(crate) tools: String,
    /// The script that starts the islands.
    pub(crate) js: String,
    /// The module that the script loads.
    pub(crate) wasm: String,
    /// The script that starts the islands of a kiosk's screens.
    pub(crate) screen_js: String,
    /// The module that it loads.
    pub(crate) screen_wasm: String,
    /// The script that starts what moves on the staff's pages.
    pub(crate) desk_js: String,
    /// The module that it loads.
    pub(crate) desk_wasm: String,
    /// The scanner's worker, a classic script.
    pub(crate) scan_worker: String,
    /// The module that the worker loads.
    pub(crate) scan_wasm: String,
}

impl Manifest {
    /// What the last build wrote.
    pub(crate) fn load() -> Result<Self> {
        let path = paths::site().join("manifest.json");
        let text = fs::read(&path).with_context(|| {
            format!(
                "{} is missing; build first: cargo xtask build",
                path.display()
            )
        })?;
        Ok(serde_json::from_slice(&text)?)
    }

    fn into_files(self) -> [String; 10] {
        [
            self.css,
            self.tools,
            self.js,
            self.wasm,
            self.screen_js,
            self.screen_wasm,
            self.desk_js,
            self.desk_wasm,
            self.scan_worker,
            self.scan_wasm,
        ]
    }
}

/// What becomes of the modules for the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modules {
    /// Cargo compiles what changed.
    Compiled,
    /// Those of the last build stay.
    AsTheyAre,
}

/// Builds the site into `target/site`, skipping what did not change.
pub(crate) fn build(modules: Modules) -> Result<()> {
    eprintln!("Site, into {}", paths::site().display());
    let root = paths::root();
    ensure!(
        paths::npm_program("esbuild").exists() && paths::npm_program("wasm-opt").exists(),
        "the npm tools are missing; install them: (cd end2end && npm ci)"
    );
    fs::create_dir_all(paths::work())?;
    let lock = fs::File::create(paths::work().join("lock"))?;
    lock.lock()
        .context("another build of the site cannot be waited for")?;
    let mut memory = Memory::load();
    let before = Manifest::load().ok();
    if modules == Modules::Compiled {
        step("compile for the browser", glue::compile)?;
    }
    // the tools' versions are inputs too
    let tools = hash(&fs::read(root.join("end2end/package-lock.json"))?)
        + &hash(&fs::read(std::env::current_exe()?)?);
    let mut made = Vec::new();
    for module in &glue::MODULES {
        let package = module.package;
        let raw = module.raw();
        let inputs =
            tools.clone() + &hash(&fs::read(&raw)?) + &hash(&fs::read(root.join(module.boot))?);
        let name = format!("{package}: wasm-bindgen, wasm-opt, esbuild, compress");
        made.extend(memory.step(&name, &inputs, || {
            let glue::Output { wasm, js } = glue::bind(module, &raw)?;
            write_all([wasm, js])
        })?);
    }
    let decoder = scanner::raw();
    let mut inputs = tools.clone() + &hash(&fs::read(&decoder)?);
    inputs += &hash(&fs::read(root.join(scanner::WORKER))?);
    made.extend(
        memory.step("scanner: wasm-opt, esbuild, compress", &inputs, || {
            write_all(scanner::bind(&decoder)?)
        })?,
    );
    let inputs = tools.clone() + &hash_folder(&root.join("style"))?;
    made.extend(memory.step("style", &inputs, || write_all([glue::style()?]))?);
    let inputs = tools.clone() + &hash(&fs::read(root.join("app/tools.js"))?);
    made.extend(memory.step("tools", &inputs, || write_all([glue::tools()?]))?);
    let inputs = tools + &hash_folder(&root.join("public"))?;
    let public = memory.step("public files", &inputs, || {
        let folder = root.join("public");
        let mut found = Vec::new();
        for path in files(&folder)? {
            found.push((
                format!("root/{}", path.strip_prefix(&folder)?.display()),
                fs::read(&path)?,
            ));
        }
        write_all(found)
    })?;
    made.extend(public);

    let named = |name: &str, ending: &str| {
        let start = format!("pkg/{name}.");
        let file = made
            .iter()
            .find(|file| file.starts_with(&start) && file.ends_with(ending));
        file.map(|file| format!("/{file}"))
            .with_context(|| format!("no {name}{ending} was made"))
    };
    let manifest = Manifest {
        css: named("app", ".css")?,
        tools: named("tools", ".js")?,
        js: named("app", ".js")?,
        wasm: named("app", ".wasm")?,
        screen_js: named("screen", ".js")?,
        screen_wasm: named("screen", ".wasm")?,
        desk_js: named("desk", ".js")?,
        desk_wasm: named("desk", ".wasm")?,
        scan_worker: named("scan-worker", ".js")?,
        scan_wasm: named("scan", ".wasm")?,
    };
    fs::write(
        paths::site().join("manifest.json"),
        serde_json::to_vec_pretty(&manifest)?,
    )?;
    // pages sent before this build still refer to the files of the last one
    for file in before.into_iter().flat_map(Manifest::into_files) {
        made.push(file.trim_start_matches('/').to_owned());
    }
    remove_others(&made)?;
    memory.save()
}

fn write_all(content: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, bytes) in content {
        compress::write(&paths::site().join(&name), &bytes)?;
        names.push(name);
    }
    Ok(names)
}

/// Removes leftovers of earlier builds.
fn remove_others(made: &[String]) -> Result<()> {
    let kept: BTreeSet<_> = made.iter().map(|name| paths::site().join(name)).collect();
    for folder in ["pkg", "root"] {
        for file in files(&paths::site().join(folder))? {
            let twin = matches!(
                file.extension().and_then(|ending| ending.to_str()),
                Some("br" | "gz")
            );
            let original = if twin {
                file.with_extension("")
            } else {
                file.clone()
            };
            if !kept.contains(&original) && !kept.contains(&file) {
                fs::remove_file(&file)?;
            }
        }
    }
    Ok(())
}
