//! The free times of an offer of casework, by day, as keys: each leads to the page of its own.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{
    activity::{Kind, Status},
    time::Timestamp,
};
use leptos::prelude::*;
use store::occurrences::{OccurrenceView, SeriesDate};

/// How many days with a free time are shown.
const DAYS: usize = 10;

/// Whether a time can still be had, as far as a list can tell.
fn is_free(date: &SeriesDate, now: Timestamp) -> bool {
    date.status == Status::Published && date.starts_at > now && date.confirmed < date.capacity
}

/// The other free times of an appointment, leading to `base` and their id; none of what isn't one.
pub fn free_slots(
    locale: Locale,
    view: &OccurrenceView,
    base: &'static str,
    now: Timestamp,
) -> Option<impl IntoView + use<>> {
    if view.kind != Kind::Casework {
        return None;
    }
    let free: Vec<&SeriesDate> = view
        .dates
        .iter()
        .filter(|date| is_free(date, now) && date.id != view.id)
        .collect();
    let days: Vec<_> = free
        .chunk_by(|one, other| one.starts_at.day() == other.starts_at.day())
        .take(DAYS)
        .map(|slots| {
            let day = words::day_near(locale, slots[0].starts_at.day(), now);
            let keys: Vec<_> = slots
                .iter()
                .map(|slot| {
                    let clock = slot.starts_at.local().format("%H:%M").to_string();
                    let said = words::span_near(locale, slot.span(), now);
                    view! {
                        <li><a class="button" href=format!("{base}/{}", slot.id) aria-label=said>{clock}</a></li>
                    }
                })
                .collect();
            view! { <h3>{day}</h3><ul class="slot-keys" role="list">{keys}</ul> }
        })
        .collect();
    (!days.is_empty()).then(|| {
        view! {
            <section class="section slots" aria-labelledby="slots">
                <h2 id="slots">{td_string!(locale, casework.other_times, count = free.len())}</h2>
                {days}
            </section>
        }
    })
}
