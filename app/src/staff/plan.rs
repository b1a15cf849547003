//! Planning: activities with their dates, and the service menu.

pub(super) mod activities;
pub(super) mod activity;
pub(super) mod activity_form;
pub(super) mod activity_input;
mod activity_preview;
mod begin;
mod calendar;
mod casework;
mod day_off;
mod hand_over;
mod import;
pub(super) mod menu;
pub(super) mod menu_form;
mod menu_template;
mod menu_texts;
pub(super) mod new_activity;
pub(super) mod occurrence;
pub(super) mod occurrence_form;
mod postpone;
mod room_field;
pub(super) mod roster;
mod series_dates;
pub(super) mod shifts;
mod slot_fields;
mod term_lines;
mod text_lines;
mod training_field;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(activities::routes())
        .merge(activity::routes())
        .merge(calendar::routes())
        .merge(casework::routes())
        .merge(day_off::routes())
        .merge(hand_over::routes())
        .merge(import::routes())
        .merge(menu::routes())
        .merge(menu_form::routes())
        .merge(menu_template::routes())
        .merge(new_activity::routes())
        .merge(occurrence::routes())
        .merge(postpone::routes())
        .merge(roster::routes())
        .merge(shifts::routes())
}
