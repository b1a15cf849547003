//! Planning something for a time at which the center is closed: said before it is saved. Sending the same
//! time again means it.

use crate::{
    i18n::{Locale, td_string},
    ui::Problems,
    web::{Form, Visit},
    words,
};
use domain::{
    opening::Times,
    time::{Span, Timestamp},
};
use leptos::prelude::*;

/// Why the center is not open then; something may take place all the same.
pub(in crate::staff) fn closed_then(
    locale: Locale,
    times: &Times,
    span: Span,
    now: Timestamp,
) -> Option<String> {
    times.against(span).map(|why| match why.exception() {
        Some(of) => words::exception(locale, of, now),
        None => td_string!(locale, staff.form.center_is_closed).to_owned(),
    })
}

/// The field that says for which times that has been said.
const SEEN: &str = "closed";

/// Whether these times are meant although the center is closed at some of them: it was said of just those,
/// or there are none. Else it is said now.
pub(in crate::staff) fn is_meant(
    visit: &Visit,
    times: &Times,
    spans: &[Span],
    form: &mut Form,
    problems: &mut Problems,
) -> bool {
    let (locale, now) = (visit.locale, visit.now);
    let closed = spans
        .iter()
        .filter_map(|span| Some((*span, closed_then(locale, times, *span, now)?)));
    let closed: Vec<(Span, String)> = closed.collect();
    let starts = closed.iter().map(|(span, _)| span.start().form_value());
    let mark = starts.collect::<Vec<_>>().join(" ");
    if form.text(SEEN) == mark {
        return true;
    }
    let told = closed.iter().map(|(span, why)| {
        let when = words::span_near(locale, *span, now);
        td_string!(
            locale,
            staff.form.closed_then,
            time = when,
            closed = why.clone()
        )
    });
    let list = words::list(locale, &told.collect::<Vec<_>>());
    if !closed.is_empty() {
        problems.note_text(SEEN, td_string!(locale, staff.form.closed_meant, list));
    }
    *form = form.clone().with(SEEN, mark);
    closed.is_empty()
}

/// What was said, with what tells that it was.
pub(in crate::staff) fn field(form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let seen = form.get(SEEN).map(str::to_owned);
    let told = problems.of(SEEN);
    view! {
        {seen.map(|seen| view! { <input type="hidden" name=SEEN value=seen /> })}
        {told.map(|text| view! { <p class="field-error" id=SEEN tabindex="-1">{text}</p> })}
    }
}
