//! Shifts: the coming weeks of a center with both halves, a new one, and who is in one.

mod new;
mod one;
mod sheet;
mod week;

use crate::{
    i18n::{Locale, td_string},
    ui::Tone,
    web::Site,
    words,
};
use axum::Router;
use domain::shift::{AssignmentState, Half, State};
use store::shifts::ShiftView;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(new::routes())
        .merge(one::routes())
        .merge(sheet::routes())
        .merge(week::routes())
}

/// How far a shift is, and which half is missing.
fn state(locale: Locale, state: State, view: &ShiftView) -> &'static str {
    match (state, view.missing().as_slice()) {
        (State::Closed, _) => td_string!(locale, staff.shift.closed),
        (State::Live, _) => td_string!(locale, staff.shift.live),
        (_, []) => td_string!(locale, staff.shift.ready),
        (_, [Half::Lead]) => td_string!(locale, staff.shift.no_lead),
        (_, [Half::Volunteers]) => td_string!(locale, staff.shift.no_volunteers),
        (_, _) => td_string!(locale, staff.shift.open),
    }
}

/// How strongly that speaks.
fn tone(state: State) -> Tone {
    match state {
        State::Ready | State::Live => Tone::Good,
        State::Closed => Tone::Plain,
        State::Open | State::Half => Tone::Warn,
    }
}

/// Where somebody in a shift stands.
fn standing(locale: Locale, state: AssignmentState) -> &'static str {
    match state {
        AssignmentState::Requested => td_string!(locale, staff.shift.asks),
        state => words::assignment_state(locale, state),
    }
}
