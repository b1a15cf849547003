//! The size of the panel's pixels, as a style sheet: a kiosk's sizes are millimetres of glass.

use crate::web::{Site, Visit};
use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk/panel.css", get(style))
}

async fn style(visit: Visit) -> Response {
    let size = visit.site.settings().kiosk_px_per_mm;
    let size = if size.is_finite() {
        size.clamp(1.0, 12.0)
    } else {
        3.78
    };
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    let text = format!("[data-face=\"kiosk\"][data-kiosk]{{--px-per-mm:{size}}}\n");
    (headers, text).into_response()
}
