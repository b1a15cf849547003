//! Components that several faces share, islands among them.
#![allow(missing_docs)] // #[island] makes a public struct of its own that cannot be documented

#[cfg(feature = "ssr")]
mod availability;
#[cfg(feature = "ssr")]
mod badge;
#[cfg(feature = "ssr")]
mod choice;
#[cfg(feature = "ssr")]
pub(crate) mod chrome;
#[cfg(feature = "ssr")]
mod fault;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod lists;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
mod occurrence;
#[cfg(feature = "ssr")]
mod tear_off;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;

#[cfg(feature = "ssr")]
pub use self::{
    availability::{Availability, PlaceCount, Places},
    badge::{Badge, DemoLabel, OpenState, StateBadge, StatusBadge, Tone},
    choice::{Chip, Choice},
    fault::{fault_on, fault_view},
    form::{ErrorSummary, Field, Problems, SelectField, TextArea},
    lists::{Filters, Pager, Row, StripDay, WeekStrip},
    notice::{EmptyState, NoticeBox, RefusalBlock},
    occurrence::{Alternatives, Card, DayHead, OccurrenceCard, OccurrenceList, age_range},
    tear_off::TearOff,
};

use leptos::prelude::*;

/// A number with a button that adds one: the smallest island, proof that the browser's half runs.
#[island]
pub fn Counter(
    /// What stands before the number, in the page's language.
    label: String,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    view! {
        <button type="button" class="counter" on:click=move |_| set_count.update(|n| *n += 1)>
            {label} " " <output>{count}</output>
        </button>
    }
}
