//! The site on a phone's start screen, and without a network: manifest, service worker, and the
//! page for when there is none.
//!
//! The worker keeps the built files, the offline page and the tickets that were opened or are to
//! come, and no other page of anyone. A network that is silent, in trouble or stops in the middle is
//! none: what is kept is shown then, and marked (C-183). Signing out ends what it has kept. On a kiosk it keeps the screens that are
//! about nobody, so that one without a network goes on telling what it knows.

use crate::{
    assets::assets,
    i18n::td_string,
    web::{Site, Visit},
};
use axum::{
    Json, Router,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use serde_json::json;

/// The worker's text; its first lines are made at run time.
const WORKER: &str = include_str!("sw.js");

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/manifest.webmanifest", get(manifest))
        .route("/sw.js", get(worker))
        .route("/offline", get(offline))
}

async fn manifest(visit: Visit) -> Response {
    let locale = visit.locale;
    let icon = |src: &str, sizes: &str, purpose: &str| json!({ "src": src, "sizes": sizes, "type": "image/png", "purpose": purpose });
    let text = json!({
        "id": "/",
        "name": td_string!(locale, site.name),
        "short_name": td_string!(locale, site.name),
        "description": td_string!(locale, pwa.description),
        "lang": locale.as_str(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fffefc",
        "theme_color": "#1b6149",
        "icons": [
            icon("/icon-192.png", "192x192", "any"),
            icon("/icon-512.png", "512x512", "any"),
            icon("/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            { "name": td_string!(locale, mine.bookings), "url": "/me/bookings" },
        ],
    });
    let mut response = Json(text).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/manifest+json"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

/// The worker with the names of the built files, so that it changes whenever they do.
fn worker_text() -> String {
    let files = assets();
    let kept = json!([files.css, files.js, files.wasm, "/favicon.svg", "/offline"]);
    let screens = json!([files.screen_js, files.screen_wasm]);
    format!("const FILES = {kept};\nconst SCREEN_FILES = {screens};\n{WORKER}")
}

async fn worker() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/javascript; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    (headers, worker_text()).into_response()
}

async fn offline(visit: Visit) -> Response {
    let locale = visit.locale;
    let mut page = visit.page(td_string!(locale, pwa.offline));
    // It is kept on the device and shown at any address.
    page.here = "/".to_owned();
    page.narrow().public().render(move || {
        view! {
            <div class="offline-page">
                <h1>{td_string!(locale, pwa.offline)}</h1>
                <p>{td_string!(locale, pwa.offline_text)}</p>
                <div id="kept"></div>
                <a class="button button-main" href="">{td_string!(locale, fault.retry)}</a>
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::worker_text;

    #[test]
    fn the_worker_keeps_the_built_files_and_of_personal_pages_only_tickets() {
        let text = worker_text();
        assert!(
            text.starts_with("const FILES = [\"/pkg/app.css\",\"/pkg/app.js\",\"/pkg/app.wasm\"")
        );
        assert!(text.contains("/ticket$/") && !text.contains("/me/messages"));
        // Of a kiosk only what the server marks, and that is never a result.
        assert!(text.contains("x-linli-keep") && !text.contains("/kiosk/result"));
    }
}
