//! The addresses of the built files. Their names hold a hash of their content, so the server reads
//! them from the manifest that `xtask build` writes and installs them here once, at start.

use std::sync::OnceLock;

/// Where the browser finds style sheet, glue, module and scanner, each as a path from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The small script of every page.
    pub tools: String,
    /// The script that starts the islands.
    pub js: String,
    /// The module that the script loads.
    pub wasm: String,
    /// The script that starts the islands of a kiosk's screens.
    pub screen_js: String,
    /// The module that it loads.
    pub screen_wasm: String,
    /// The script that starts what moves on the staff's pages.
    pub desk_js: String,
    /// The module that it loads.
    pub desk_wasm: String,
    /// The scanner's worker, a classic script for `new Worker`.
    pub scan_worker: String,
    /// The module that the worker loads.
    pub scan_wasm: String,
}

static ASSETS: OnceLock<Assets> = OnceLock::new();

/// Makes the addresses known to every page. Only the first call counts.
pub fn install(assets: Assets) {
    let _ = ASSETS.set(assets);
}

/// The installed addresses, or names without hashes where nothing was built (tests in process).
pub(crate) fn assets() -> &'static Assets {
    ASSETS.get_or_init(|| Assets {
        css: "/pkg/app.css".into(),
        tools: "/pkg/tools.js".into(),
        js: "/pkg/app.js".into(),
        wasm: "/pkg/app.wasm".into(),
        screen_js: "/pkg/screen.js".into(),
        screen_wasm: "/pkg/screen.wasm".into(),
        desk_js: "/pkg/desk.js".into(),
        desk_wasm: "/pkg/desk.wasm".into(),
        scan_worker: "/pkg/scan-worker.js".into(),
        scan_wasm: "/pkg/scan.wasm".into(),
    })
}
