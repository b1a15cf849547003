//! The scanner's files: the decoder's module without glue, and the worker that runs it. A page loads
//! them only where somebody scans.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::glue::{self, NPM, WASM_FEATURES};
use crate::paths;
use crate::steps::{hash, run};

/// Newer features to be lowered to WebAssembly as of 2020, for Safari 14 and WeChat.
const LOWERED: [&str; 3] = [
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
];

/// What the worker's script may be written in. Safari 14 knows it, but esbuild refuses to aim at that
/// browser by name.
const SCRIPT_TARGET: &str = "--target=es2019";

/// The worker's source; it becomes a classic script.
pub(crate) const WORKER: &str = "app/scan/worker.js";

/// Cargo's raw module of the decoder.
pub(crate) fn raw() -> PathBuf {
    glue::compiled().join("scan_worker.wasm")
}

/// Makes the served files of the raw module and the worker: names relative to the site, and
/// contents.
pub(crate) fn bind(raw: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = paths::work().join("scanner");
    fs::create_dir_all(&folder)?;
    let lowered = folder.join("lowered.wasm");
    let mut lower = Command::new(paths::npm_program("wasm-opt"));
    lower.args(WASM_FEATURES).args(LOWERED);
    run(lower.arg(raw).arg("-o").arg(&lowered), NPM)?;

    // a second run without the newer features, which fails if any are left
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

    let out = folder.join("worker.js");
    let mut esbuild = Command::new(paths::npm_program("esbuild"));
    esbuild
        .arg(paths::root().join(WORKER))
        .args([
            "--bundle",
            "--minify",
            "--format=iife",
            "--log-level=warning",
            "--charset=utf8",
            SCRIPT_TARGET,
        ])
        .arg(format!("--outfile={}", out.display()));
    run(&mut esbuild, NPM)?;
    let script = fs::read(&out)?;
    Ok(vec![
        (format!("pkg/scan.{}.wasm", hash(&wasm)), wasm),
        (format!("pkg/scan-worker.{}.js", hash(&script)), script),
    ])
}
