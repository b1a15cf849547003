//! The date as a calendar leaf.

use crate::{i18n::Locale, words};
use chrono::Datelike;
use domain::time::Timestamp;
use leptos::prelude::*;

/// Weekday, day and month of an instant, in Shanghai.
#[component]
pub fn TearOff(
    /// The language.
    locale: Locale,
    /// The instant.
    at: Timestamp,
) -> impl IntoView {
    let day = at.day();
    view! {
        <time class="tear-off" datetime=day.to_string()>
            <span class="weekday">{words::weekday(locale, day)}</span>
            <b>{day.day()}</b>
            <span class="month">{words::month(locale, day)}</span>
        </time>
    }
}
