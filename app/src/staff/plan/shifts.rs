//! Shifts: the coming weeks of a center with both halves, a new one, one that changes, and who is in
//! one.

mod edit;
mod form;
mod new;
mod one;
mod positions;
mod sheet;
mod thanks;
mod turn;
mod week;

use crate::{
    i18n::{Locale, td_string},
    web::Site,
    words,
};
use axum::Router;
use domain::shift::AssignmentState;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(edit::routes())
        .merge(new::routes())
        .merge(one::routes())
        .merge(sheet::routes())
        .merge(thanks::routes())
        .merge(turn::routes())
        .merge(week::routes())
}

/// Where somebody in a shift stands.
fn standing(locale: Locale, state: AssignmentState) -> &'static str {
    match state {
        AssignmentState::Requested => td_string!(locale, staff.shift.asks),
        state => words::assignment_state(locale, state),
    }
}
