//! Where things are.

use std::path::PathBuf;

/// The workspace's root, two levels above this crate.
pub(crate) fn root() -> PathBuf {
    let from_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match from_cargo
        .as_deref()
        .and_then(|crate_folder| crate_folder.ancestors().nth(2))
    {
        Some(root) => root.to_path_buf(),
        None => PathBuf::from("."),
    }
}

/// Cargo's target folder (`CARGO_TARGET_DIR`, or `target`).
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// What the server serves: `manifest.json`, `pkg/` (hashed names), `root/` (from `public/`).
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// This tool's own files between runs.
pub(crate) fn work() -> PathBuf {
    target().join("xtask")
}

/// A program installed by npm.
pub(crate) fn npm_program(name: &str) -> PathBuf {
    root().join("end2end/node_modules/.bin").join(name)
}
