//! One occurrence on the screen: what, when, where, for whom, and one large key.

use super::{
    frame,
    gate::{self, Wanted},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Availability, PlaceCount, Places, age_range, free_slots},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    activity::{Channel, Enrolment},
    time::Timestamp,
};
use leptos::prelude::*;
use screen::Watched;
use store::occurrences::OccurrenceView;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk/on/{id}", get(show))
}

/// Title, time and room, as the screens on the way to a place tell them.
pub(super) fn told(locale: Locale, wanted: &Wanted, now: Timestamp) -> impl IntoView + use<> {
    view! {
        <p class="kiosk-what"><strong>{wanted.title.clone()}</strong></p>
        <p>{when_where(locale, wanted, now)}</p>
    }
}

/// `今天 10:00–11:15 · 活动大厅`.
pub(super) fn when_where(locale: Locale, wanted: &Wanted, now: Timestamp) -> String {
    let time = words::span_near(locale, wanted.span, now);
    match wanted.room.as_str() {
        "" => time,
        room => format!("{time} · {room}"),
    }
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (here, view) = gate::occurrence(&visit, &id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    Ok(frame::page(&visit, view.title.clone()).render(move || {
        let availability = Availability::by(Channel::Kiosk, &view, now);
        let key = match availability {
            Availability::Open { .. } => Some(td_string!(locale, kiosk.book)),
            Availability::Waitlist { .. } => Some(td_string!(locale, kiosk.book_wait)),
            _ => None,
        };
        let key = match key {
            Some(words) => view! {
                <a class="kiosk-key" data-tone="main" href=format!("/kiosk/book/{}", view.id)>
                    <strong>{words}</strong><span>{td_string!(locale, kiosk.book_hint)}</span>
                </a>
            }
            .into_any(),
            None => view! { <p class="kiosk-note">{why_not(locale, availability)}</p> }.into_any(),
        };
        let ages = words::age_note(locale, view.terms.unit, age_range(&view));
        let series = (view.enrolment == Enrolment::Series)
            .then(|| td_string!(locale, kiosk.book_series));
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{view.title.clone()}</h1>
            </header>
            <div class="kiosk-list kiosk-text" tabindex="0" role="region" aria-label=view.title.clone()>
                <p class="kiosk-what">{when_where(locale, &Wanted::from(&view), now)}</p>
                {ages.map(|ages| view! { <p>{ages}</p> })}
                <Places count=PlaceCount::by(Channel::Kiosk, locale, &view, now) />
                {series.map(|text| view! { <p>{text}</p> })}
                {free_slots(locale, &view, "/kiosk/on", now)}
                {(!view.summary.is_empty()).then(|| view! { <p class="text">{view.summary.clone()}</p> })}
            </div>
            <div class="kiosk-hand">
                {key}
                <a class="kiosk-key" href=back(&view, now)>{td_string!(locale, kiosk.all_that_day)}</a>
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

/// What else is on that day.
fn back(view: &OccurrenceView, now: Timestamp) -> String {
    match view.starts_at.day() {
        today if today == now.day() => "/kiosk/today".to_owned(),
        day => format!("/kiosk/today?day={day}"),
    }
}

/// What to do where nothing can be booked here.
fn why_not(locale: Locale, availability: Availability) -> &'static str {
    match availability {
        Availability::DropIn => td_string!(locale, refusal.no_booking_needed.next),
        Availability::Later { .. } => td_string!(locale, kiosk.book_later),
        Availability::Cancelled | Availability::Past => td_string!(locale, kiosk.book_other),
        _ => td_string!(locale, kiosk.book_ask),
    }
}
