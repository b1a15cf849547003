//! The staff's face: planning, the desk, the menu, the log. Every page begins with what the caller
//! may do at which center; nothing of it is ever kept by a browser.

mod administer;
mod common;
mod people;
mod plan;
mod run;
mod see;
mod today;

use crate::web::{Site, telling};
use axum::Router;

/// The pages of this face.
pub fn routes() -> Router<Site> {
    let routes = Router::new()
        .merge(administer::routes())
        .merge(common::routes())
        .merge(people::routes())
        .merge(plan::routes())
        .merge(run::routes())
        .merge(see::routes())
        .merge(today::routes());
    telling(routes, common::gate::tell)
}
