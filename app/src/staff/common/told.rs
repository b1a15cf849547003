//! An occurrence or a shift in the few words that several pages share.

use crate::{
    i18n::{Locale, td_string},
    ui::Tone,
    web::Visit,
    words,
};
use domain::{
    activity::{Allocation, Status},
    shift::{Half, State},
    time::Timestamp,
};
use store::{occurrences::OccurrenceView, shifts::ShiftView};

/// When it is, as one would say it now.
pub(in crate::staff) fn when(visit: &Visit, at: &OccurrenceView) -> String {
    words::span_near(visit.locale, at.span(), visit.now)
}

/// `16 / 25`, or how it goes where nobody books.
pub(in crate::staff) fn taken(locale: Locale, o: &OccurrenceView) -> String {
    match o.terms.allocation {
        Allocation::DropIn => td_string!(locale, staff.dash.drop_in).to_owned(),
        Allocation::FirstCome => format!("{} / {}", o.confirmed, o.terms.capacity),
    }
}

/// That a shift is a draft; else how far it is and which half is missing. And how strongly that speaks.
pub(in crate::staff) fn shift_state(
    locale: Locale,
    view: &ShiftView,
    now: Timestamp,
) -> (Tone, &'static str) {
    if view.status == Status::Draft {
        return (Tone::Warn, words::status(locale, Status::Draft));
    }
    let state = view.state(now);
    let tone = match state {
        State::Ready | State::Live => Tone::Good,
        State::Closed => Tone::Plain,
        State::Open | State::Half => Tone::Warn,
    };
    let text = match (state, view.missing().as_slice()) {
        (State::Closed, _) => td_string!(locale, staff.shift.closed),
        (State::Live, _) => td_string!(locale, staff.shift.live),
        (_, []) => td_string!(locale, staff.shift.ready),
        (_, [Half::Lead]) => td_string!(locale, staff.shift.no_lead),
        (_, [Half::Volunteers]) => td_string!(locale, staff.shift.no_volunteers),
        (_, _) => td_string!(locale, staff.shift.open),
    };
    (tone, text)
}
