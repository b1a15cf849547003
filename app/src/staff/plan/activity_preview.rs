//! Exactly the dates that an activity would have (C-63), with what is in their way.

use super::series_dates::Shown;
use crate::staff::common::closed::closed_then;
use crate::{
    i18n::{Locale, td_string},
    words,
};
use chrono::NaiveDate;
use domain::{
    holiday::Put,
    opening::Times,
    room::RoomUse,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::activities::Planned;

/// The dates that would be created, and what became of those that were entered.
pub(super) struct Preview {
    /// In order of time.
    pub(super) planned: Vec<Planned>,
    /// As entered.
    pub(super) put: Vec<Put>,
}

/// A date in words, and whether something is in its way.
fn said(
    locale: Locale,
    span: Span,
    clash: Option<&RoomUse>,
    times: &Times,
    now: Timestamp,
) -> (String, bool) {
    let when = words::span(locale, span);
    let text = match clash {
        Some(other) => td_string!(
            locale,
            staff.form.clash,
            time = when,
            room = other.room_name.clone(),
            title = other.title.clone(),
            taken = words::span(locale, other.span)
        ),
        None => when,
    };
    match closed_then(locale, times, span, now) {
        Some(closed) => {
            let text = td_string!(locale, staff.form.closed_then, time = text, closed);
            (text, true)
        }
        None => (text, clash.is_some()),
    }
}

/// The list.
pub(super) fn section(
    shown: &Shown<'_>,
    preview: &Preview,
    clashes: &[Option<RoomUse>],
    times: &Times,
    chosen: Option<NaiveDate>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let (locale, planned) = (shown.locale, &preview.planned);
    let first = planned.first().map(|plan| plan.span.start().day());
    let later = chosen
        .zip(first)
        .filter(|(chosen, first)| first > chosen)
        .map(|(chosen, first)| {
            let (day, first) = (words::day(locale, chosen), words::day(locale, first));
            view! { <p class="hint">{td_string!(locale, staff.form.begins_later, day, first)}</p> }
        });
    let rows = shown.rows(&preview.put, |day| {
        let at = |(_, plan): &(usize, &Planned)| plan.span == plan.span.on(day);
        let those: Vec<(usize, &Planned)> = planned.iter().enumerate().filter(at).collect();
        let clash = |nth: &usize| clashes.get(*nth).and_then(Option::as_ref);
        match &those[..] {
            [] => (words::day(locale, day), false),
            [(nth, only)] => said(locale, only.span, clash(nth), times, now),
            [first, .., last] => {
                let whole = Span::kept(first.1.span.start(), last.1.span.end());
                let in_the_way = those.iter().find_map(|(nth, _)| clash(nth));
                let (text, is_marked) = said(locale, whole, in_the_way, times, now);
                let text = td_string!(locale, casework.cut_into, text, count = those.len());
                (text, is_marked)
            }
        }
    });
    view! {
        <section class="card" id="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{td_string!(locale, staff.form.will_make, count = planned.len())}</h2>
            {later}
            {shown.hint(&preview.put)}
            {shown.seen(&preview.put)}
            <ol class="date-preview">{rows}</ol>
        </section>
    }
}
