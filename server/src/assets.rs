//! The built files (style sheet, scripts, modules, and everything in `public/`) with the compressed
//! twins made at build time.

use std::path::{Path, PathBuf};

use anyhow::Context;
use axum::Router;
use axum::http::{HeaderValue, header};
use serde::Deserialize;
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// `manifest.json` in the site's folder, as written by `xtask build`.
#[derive(Debug, Deserialize)]
struct Manifest {
    css: String,
    tools: String,
    js: String,
    wasm: String,
    screen_js: String,
    screen_wasm: String,
    desk_js: String,
    desk_wasm: String,
    scan_worker: String,
    scan_wasm: String,
}

/// The default place of the site: `target/site`, or next to the program in Cargo's target folder.
pub fn site_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("LINLI_SITE") {
        return folder.into();
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.parent()?.join("site")));
    match beside {
        Some(folder) if folder.is_dir() => folder,
        _ => "target/site".into(),
    }
}

/// Reads the manifest and makes the hashed names known to the pages.
///
/// # Errors
/// If the site hasn't been built.
pub fn install(site: &Path) -> anyhow::Result<()> {
    let path = site.join("manifest.json");
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "{} cannot be read; build the site first: cargo xtask build",
            path.display()
        )
    })?;
    let manifest: Manifest = serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is damaged; build the site again: cargo xtask build",
            path.display()
        )
    })?;
    app::assets::install(app::assets::Assets {
        css: manifest.css,
        tools: manifest.tools,
        js: manifest.js,
        wasm: manifest.wasm,
        screen_js: manifest.screen_js,
        screen_wasm: manifest.screen_wasm,
        desk_js: manifest.desk_js,
        desk_wasm: manifest.desk_wasm,
        scan_worker: manifest.scan_worker,
        scan_wasm: manifest.scan_wasm,
    });
    Ok(())
}

/// Serves the site's files. Those in `/pkg` may be cached for ever (their names contain a hash of
/// the content), the others must be revalidated.
pub fn routes<S: Clone + Send + Sync + 'static>(site: &Path) -> Router<S> {
    let cached = |value: &'static str| {
        SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            move |response: &axum::http::Response<_>| {
                // a file that's missing now may exist after the next deployment
                Some(HeaderValue::from_static(
                    if response.status().is_client_error() {
                        "no-store"
                    } else {
                        value
                    },
                ))
            },
        )
    };
    let files = |folder: PathBuf| {
        ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip()
    };
    let hashed = ServiceBuilder::new()
        .layer(cached("public, max-age=31536000, immutable"))
        .service(files(site.join("pkg")));
    let others = ServiceBuilder::new()
        .layer(cached("public, max-age=3600"))
        .service(files(site.join("root")).append_index_html_on_directories(false));
    Router::new()
        .nest_service("/pkg", hashed)
        .fallback_service(others)
}
