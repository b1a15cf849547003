//! The scanner's files: the module without glue, the worker that runs it, the camera, and what else
//! the staff's check-in page does. A page loads them only where somebody scans.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::glue::{NPM, WASM_FEATURES, cargo_build};
use crate::paths;
use crate::steps::{hash, run};

/// What WebAssembly could do in 2020: Safari 14's and WeChat's.
const LOWERED: [&str; 3] = [
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
];

/// What the scripts may be written in. Safari 14 knows it, but esbuild refuses to aim at that
/// browser by name.
const SCRIPT_TARGET: &str = "--target=es2019";

/// The scripts' sources, and what they become: a classic script, or a module.
pub(crate) const SCRIPTS: [(&str, &str); 3] = [
    ("app/scan/worker.js", "iife"),
    ("app/scan/camera.js", "esm"),
    ("app/scan/door.js", "esm"),
];

/// Compiles the decoder for the browser and returns the path of the raw module.
pub(crate) fn compile() -> Result<PathBuf> {
    cargo_build(&["--package=scan-worker", "--lib"])?;
    Ok(paths::target().join("wasm32-unknown-unknown/wasm-release/scan_worker.wasm"))
}

/// Makes the served files of the raw module and the scripts: names relative to the site, and
/// contents.
pub(crate) fn bind(raw: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = paths::work().join("scanner");
    fs::create_dir_all(&folder)?;
    let lowered = folder.join("lowered.wasm");
    let mut lower = Command::new(paths::npm_program("wasm-opt"));
    lower.args(WASM_FEATURES).args(LOWERED);
    run(lower.arg(raw).arg("-o").arg(&lowered), NPM)?;

    // a second run, which knows none of the newer features and so fails where one is left
    let small = folder.join("small.wasm");
    let mut optimise = Command::new(paths::npm_program("wasm-opt"));
    optimise
        .args(["--mvp-features", "--enable-mutable-globals", "-O3"])
        .args([
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
        ])
        .arg(&lowered)
        .arg("-o")
        .arg(&small);
    run(&mut optimise, NPM)?;
    let wasm = fs::read(&small)?;

    let mut made = vec![(format!("pkg/scan.{}.wasm", hash(&wasm)), wasm)];
    for (source, format) in SCRIPTS {
        let source = paths::root().join(source);
        let name = source.file_stem().unwrap_or_default().to_string_lossy();
        let out = folder.join(format!("{name}.js"));
        let mut esbuild = Command::new(paths::npm_program("esbuild"));
        esbuild
            .arg(&source)
            .args([
                "--bundle",
                "--minify",
                "--log-level=warning",
                "--charset=utf8",
            ])
            .args([SCRIPT_TARGET, &format!("--format={format}")])
            .arg(format!("--outfile={}", out.display()));
        run(&mut esbuild, NPM)?;
        let script = fs::read(&out)?;
        made.push((format!("pkg/scan-{name}.{}.js", hash(&script)), script));
    }
    Ok(made)
}
