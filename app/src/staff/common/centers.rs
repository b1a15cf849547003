//! From a page of no particular center to that of the center that is meant.

use super::gate;
use crate::web::{Site, Visit, redirect};
use axum::{Router, response::Response, routing::get};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/activities", get(|visit| to(visit, "activities")))
        .route("/staff/menu", get(|visit| to(visit, "menu")))
}

async fn to(visit: Visit, what: &'static str) -> Response {
    let own = match gate::own_centers(&visit).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    match gate::present(&visit, &own) {
        Some(center) => redirect(&format!("/staff/centers/{}/{what}", center.id)),
        // Choose one first.
        None => redirect("/staff"),
    }
}
