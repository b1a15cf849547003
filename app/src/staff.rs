//! The staff's face: planning, the desk, the menu, the log. Every page begins with what the caller
//! may do at which center; nothing of it is ever kept by a browser.

mod account;
mod activities;
mod activity;
mod activity_form;
mod activity_input;
mod attend;
mod audit;
mod cards;
mod centers;
mod dashboard;
mod desk;
mod door;
mod gate;
mod kiosks;
mod menu;
mod menu_form;
mod merge;
mod new_activity;
mod occurrence;
mod occurrence_form;
mod roster;
mod second_factor;
mod sheet;
mod sign_in;
mod walk_in;

use crate::web::Site;
use axum::Router;

/// The pages of this face.
pub fn routes() -> Router<Site> {
    Router::new()
        .merge(account::routes())
        .merge(activities::routes())
        .merge(activity::routes())
        .merge(attend::routes())
        .merge(audit::routes())
        .merge(cards::routes())
        .merge(centers::routes())
        .merge(dashboard::routes())
        .merge(desk::routes())
        .merge(door::routes())
        .merge(kiosks::routes())
        .merge(menu::routes())
        .merge(menu_form::routes())
        .merge(new_activity::routes())
        .merge(occurrence::routes())
        .merge(roster::routes())
        .merge(second_factor::routes())
        .merge(sheet::routes())
        .merge(sign_in::routes())
        .merge(walk_in::routes())
}
