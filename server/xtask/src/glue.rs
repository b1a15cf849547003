//! From Cargo's raw modules to what a browser loads: wasm-bindgen as a library (so its version comes
//! from Cargo.lock and always matches), wasm-opt and esbuild from npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths;
use crate::steps::{hash, run};

pub(crate) const NPM: &str = "install the npm tools: (cd end2end && npm ci)";

/// Browsers that must understand the style sheet: WeChat's and Safari from 2020 on.
const STYLE_TARGET: &str = "--target=chrome87,firefox85,safari14";

/// Any browser that runs the module (sign extension, bulk memory) understands this.
const SCRIPT_TARGET: &str = "--target=es2020";

/// WASM features that a module may use: Rust's defaults for the target.
pub(crate) const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A module that a page loads with its script.
pub(crate) struct Module {
    /// The package that it is made of.
    pub(crate) package: &'static str,
    /// Cargo's raw module, in the folder of the profile. A package that the server links too has its
    /// module as an example, so that the server need not link one.
    raw: &'static str,
    /// The script that starts it, bundled with the glue.
    pub(crate) boot: &'static str,
}

/// The residents' islands, a kiosk's, and what moves on the staff's pages.
pub(crate) const MODULES: [Module; 3] = [
    Module {
        package: "app",
        raw: "examples/app_module.wasm",
        boot: "app/boot.js",
    },
    Module {
        package: "screen",
        raw: "examples/screen_module.wasm",
        boot: "app/boot.js",
    },
    Module {
        package: "desk",
        raw: "desk.wasm",
        boot: "app/desk/boot.js",
    },
];

impl Module {
    /// Cargo's raw module, after [`compile`].
    pub(crate) fn raw(&self) -> PathBuf {
        compiled().join(self.raw)
    }
}

/// Where Cargo leaves what it compiles for a browser.
pub(crate) fn compiled() -> PathBuf {
    paths::target().join("wasm32-unknown-unknown/wasm-release")
}

/// Compiles everything that a browser loads: `cargo browser`, an alias in `.cargo/config.toml`.
pub(crate) fn compile() -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(paths::root()).arg("browser");
    run(
        &mut cargo,
        "where the target is missing: rustup target add wasm32-unknown-unknown",
    )
}

/// Turns the raw module into the module and script that are served. Their names begin with the
/// package's.
pub(crate) fn bind(module: &Module, raw: &Path) -> Result<Output> {
    let package = module.package;
    let folder = paths::work().join("glue");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(raw)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("app")
        .generate(&folder)
        .context("wasm-bindgen failed; its version in Cargo.toml must equal that of wasm-bindgen-cli-support")?;

    let small = folder.join("small.wasm");
    let mut optimise = Command::new(paths::npm_program("wasm-opt"));
    optimise
        .arg("-Oz")
        .args(WASM_FEATURES)
        .arg(folder.join("app_bg.wasm"))
        .arg("-o")
        .arg(&small);
    run(&mut optimise, NPM)?;
    let wasm = fs::read(&small)?;
    let wasm_name = format!("pkg/{package}.{}.wasm", hash(&wasm));

    fs::copy(paths::root().join(module.boot), folder.join("boot.js"))?;
    let bundle = folder.join("bundle.js");
    let mut esbuild = Command::new(paths::npm_program("esbuild"));
    esbuild
        .arg(folder.join("boot.js"))
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
            "--charset=utf8",
            SCRIPT_TARGET,
        ])
        .arg(format!("--define:WASM_URL=\"/{wasm_name}\""))
        .arg(format!("--outfile={}", bundle.display()));
    run(&mut esbuild, NPM)?;
    let js = fs::read(&bundle)?;
    let js_name = format!("pkg/{package}.{}.js", hash(&js));
    Ok(Output {
        wasm: (wasm_name, wasm),
        js: (js_name, js),
    })
}

/// What [`bind`] makes: names relative to the site, and contents.
pub(crate) struct Output {
    /// The module.
    pub(crate) wasm: (String, Vec<u8>),
    /// The script that starts it.
    pub(crate) js: (String, Vec<u8>),
}

/// Minifies the small script of every page.
pub(crate) fn tools() -> Result<(String, Vec<u8>)> {
    let small = paths::work().join("tools.js");
    let mut esbuild = Command::new(paths::npm_program("esbuild"));
    esbuild
        .arg(paths::root().join("app/tools.js"))
        .args([
            "--minify",
            "--format=esm",
            "--log-level=warning",
            "--charset=utf8",
            SCRIPT_TARGET,
        ])
        .arg(format!("--outfile={}", small.display()));
    run(&mut esbuild, NPM)?;
    let js = fs::read(&small)?;
    Ok((format!("pkg/tools.{}.js", hash(&js)), js))
}

/// Joins and minifies `style/main.css` with all that it imports.
pub(crate) fn style() -> Result<(String, Vec<u8>)> {
    fs::create_dir_all(paths::work())?;
    let bundle = paths::work().join("app.css");
    let mut esbuild = Command::new(paths::npm_program("esbuild"));
    esbuild
        .arg(paths::root().join("style/main.css"))
        .args([
            "--bundle",
            "--minify",
            "--log-level=warning",
            "--charset=utf8",
            STYLE_TARGET,
        ])
        .arg(format!("--outfile={}", bundle.display()));
    run(&mut esbuild, NPM)?;
    let css = fs::read(&bundle)?;
    anyhow::ensure!(
        !css.windows(7).any(|w| w == b"@import"),
        "style/main.css was not joined: an @import is left"
    );
    Ok((format!("pkg/app.{}.css", hash(&css)), css))
}
