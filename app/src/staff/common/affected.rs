//! What of a day's plans something concerns: dates and shifts, each with the way to it.

use crate::{
    i18n::{Locale, td_string},
    ui::Columns,
    words,
};
use domain::{commitment::Event, time::Timestamp};
use leptos::prelude::*;
use store::day_off::Item;

/// Where something is, at the desk.
pub(in crate::staff) fn page_of(event: &Event) -> String {
    let kind = match event {
        Event::Occurrence(_) => "occurrences",
        Event::Shift(_) => "shifts",
    };
    format!("/staff/{kind}/{}", event.id())
}

/// What, when, where, and how many people.
pub(in crate::staff) fn columns(locale: Locale, now: Timestamp) -> Columns<'static, Item> {
    Columns::head(td_string!(locale, staff.day_off.what), |item: &Item| {
        view! { <a href=page_of(&item.event)>{item.title.clone()}</a> }
    })
    .text(
        td_string!(locale, staff.day_off.kind),
        move |item| match item.event {
            Event::Occurrence(_) => td_string!(locale, staff.day_off.activity).to_owned(),
            Event::Shift(_) => td_string!(locale, staff.day_off.shift).to_owned(),
        },
    )
    .text(td_string!(locale, field.time), move |item| {
        words::span_near(locale, item.span, now)
    })
    .text(td_string!(locale, field.room), |item| item.room.clone())
    .number(td_string!(locale, staff.day_off.people), |item| {
        item.people.to_string()
    })
}
