//! From a page of no particular center to that of the center that is meant.

use super::gate;
use crate::web::{Answer, Site, Visit, redirect};
use axum::{Router, routing::get};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/activities", get(|visit| to(visit, "activities")))
        .route("/staff/menu", get(|visit| to(visit, "menu")))
        .route("/staff/people", get(|visit| to(visit, "people")))
}

async fn to(visit: Visit, what: &'static str) -> Answer {
    let own = gate::own_centers(&visit).await?;
    match gate::present(&visit, &own) {
        Some(center) => Ok(redirect(&format!("/staff/centers/{}/{what}", center.id))),
        // Choose one first.
        None => Ok(redirect("/staff")),
    }
}
