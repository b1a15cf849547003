//! What is on today and this week, and what the center offers. Nothing here is about anybody.

use super::{
    frame,
    gate::{self, Here},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{PlaceCount, Places, age_range},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use chrono::{Datelike, Days, NaiveDate};
use domain::{
    activity::Channel,
    menu::VOLUNTEERING,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use screen::Watched;
use store::{
    Result,
    menu::{self, MenuField},
    occurrences::OccurrenceView,
    page::Limit,
    whats_on::{self, Dates, Search},
};

/// So many days can be chosen.
const WEEK: u64 = 7;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/today", get(today))
        .route("/kiosk/menu", get(services))
}

/// What is on at the kiosk's center on a day, by start.
pub(super) async fn day(visit: &Visit, here: &Here, day: NaiveDate) -> Result<Vec<OccurrenceView>> {
    let start = Timestamp::start_of(day);
    let center = here.center.summary.id.clone();
    let mut search = Search::at(center, start, start.plus(DAY), visit.now);
    search.dates = Dates::OneSlotADay;
    search.part.limit = Limit::of(60);
    let mut found = whats_on::list(visit.db(), &search).await?.items;
    found.retain(|o| o.starts_at.day() == day);
    Ok(found)
}

/// What is on in the days after today, by start.
pub(super) async fn coming(visit: &Visit, here: &Here, most: u32) -> Result<Vec<OccurrenceView>> {
    let after = Timestamp::start_of(visit.now.day()).plus(DAY);
    let center = here.center.summary.id.clone();
    let mut search = Search::at(center, after, after.plus(7 * DAY), visit.now);
    search.dates = Dates::OneSlotADay;
    search.part.limit = Limit::of(most);
    Ok(whats_on::list(visit.db(), &search).await?.items)
}

/// Why the kiosk's center is closed on a day, or open at other hours; nothing as a rule.
pub(super) fn otherwise(
    locale: Locale,
    here: &Here,
    day: NaiveDate,
    now: Timestamp,
) -> impl IntoView + use<> {
    let told = words::otherwise(locale, &here.center.times(), (day, 1), now);
    let note = Some(here.center.closed_note.clone()).filter(|note| !note.is_empty());
    told.into_iter()
        .chain(note)
        .map(|text| view! { <p class="kiosk-note"><strong>{text}</strong></p> })
        .collect_view()
}

/// Occurrences as lines; each leads to its own screen.
pub(super) fn rows(locale: Locale, of: &[OccurrenceView], now: Timestamp) -> impl IntoView + use<> {
    let rows: Vec<_> = of
        .iter()
        .map(|o| {
            let time = match o.starts_at.day() == now.day() {
                true => words::hours(locale, o.span()),
                false => words::span_near(locale, o.span(), now),
            };
            let room = Some(o.room.clone()).filter(|room| !room.is_empty());
            let ages = words::age_note(locale, o.terms.unit, age_range(o));
            let facts: Vec<_> = [room, ages]
                .into_iter()
                .flatten()
                .map(|fact| view! { <span>{fact}</span> })
                .collect();
            view! {
                <li><a class="kiosk-row" href=format!("/kiosk/on/{}", o.id)>
                    <time datetime=o.starts_at.rfc3339()>{time}</time>
                    <h3>{o.title.clone()}</h3>
                    <p class="occurrence-meta">{facts}</p>
                    <Places count=PlaceCount::by(Channel::Kiosk, locale, o, now) />
                </a></li>
            }
        })
        .collect();
    view! { <ul class="kiosk-rows">{rows}</ul> }
}

async fn today(visit: Visit, form: Form) -> Answer {
    let here = gate::here(&visit).await?;
    let (locale, now) = (visit.locale, visit.now);
    let first = now.day();
    let days: Vec<_> = (0..WEEK)
        .filter_map(|n| first.checked_add_days(Days::new(n)))
        .collect();
    let asked = form.get("day").and_then(|text| text.parse().ok());
    let chosen = asked.filter(|day| days.contains(day)).unwrap_or(first);
    let found = day(&visit, &here, chosen).await?;
    let reader = visit.clone();
    let response = frame::page(&visit, td_string!(locale, kiosk.today)).render(move || {
        let strip: Vec<_> = days
            .into_iter()
            .map(|day| {
                let href = match day == first {
                    true => "/kiosk/today".to_owned(),
                    false => format!("/kiosk/today?day={day}"),
                };
                let current = (day == chosen).then_some("date");
                let word = words::relative_day(locale, day, now);
                view! {
                    <li><a href=href aria-current=current>
                        <span>{word.unwrap_or_else(|| words::weekday(locale, day))}</span><b>{day.day()}</b>
                    </a></li>
                }
            })
            .collect();
        let title = words::day_near(locale, chosen, now);
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{title}</h1>
            </header>
            <div class="kiosk-list" tabindex="0" role="region" aria-label=td_string!(locale, kiosk.today)>
                {otherwise(locale, &here, chosen, now)}
                {if found.is_empty() {
                    view! { <p class="kiosk-note">{td_string!(locale, kiosk.nothing_that_day)}</p> }.into_any()
                } else {
                    rows(locale, &found, now).into_any()
                }}
            </div>
            <nav class="kiosk-days" aria-label=td_string!(locale, ui.pick_day)><ol>{strip}</ol></nav>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    });
    Ok(match form.get("day") {
        None => frame::keep(&visit, response),
        Some(_) => response,
    })
}

async fn services(visit: Visit, form: Form) -> Answer {
    let here = gate::here(&visit).await?;
    let locale = visit.locale;
    let menu = menu::of_center(visit.db(), &here.center.summary.id).await?;
    let chosen = form.get("field").map(str::to_owned);
    let reader = visit.clone();
    let response = frame::page(&visit, td_string!(locale, kiosk.services)).render(move || {
        let of_field = menu.iter().find(|of| Some(&of.field.code) == chosen.as_ref());
        let body = match of_field {
            Some(of) => items(locale, of).into_any(),
            None => fields(locale, &menu).into_any(),
        };
        let title = of_field.map(|of| words::field_name(locale, &of.field));
        let back = of_field.map(|of| {
            let shifts = (of.field.code == VOLUNTEERING).then(|| view! {
                <a class="kiosk-key" data-tone="main" href="/kiosk/shifts">{td_string!(locale, kiosk.shifts)}</a>
            });
            view! { <nav class="kiosk-days">{shifts}<a class="kiosk-key" href="/kiosk/menu">{td_string!(locale, kiosk.all_services)}</a></nav> }
        });
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{title.unwrap_or_else(|| td_string!(locale, kiosk.services).to_owned())}</h1>
            </header>
            <div class="kiosk-list" tabindex="0" role="region" aria-label=td_string!(locale, kiosk.services)>{body}</div>
            {back}
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    });
    Ok(match form.get("field") {
        None => frame::keep(&visit, response),
        Some(_) => response,
    })
}

fn fields(locale: Locale, menu: &[MenuField]) -> impl IntoView + use<> {
    let cells: Vec<_> = menu
        .iter()
        .filter(|of| !of.items.is_empty())
        .map(|of| {
            let href = format!("/kiosk/menu?field={}", of.field.code);
            view! {
                <li><a class="kiosk-cell" href=href>
                    <span class="field-mark" aria-hidden="true">{of.field.icon.clone()}</span>
                    {words::field_name(locale, &of.field)}
                </a></li>
            }
        })
        .collect();
    view! { <ul class="kiosk-grid">{cells}</ul> }
}

fn items(locale: Locale, of: &MenuField) -> impl IntoView + use<> {
    let rows: Vec<_> = of
        .items
        .iter()
        .map(|item| {
            let texts = words::item_texts(locale, item).clone();
            let facts = [
                (td_string!(locale, field.for_whom), texts.for_whom),
                (td_string!(locale, field.when), texts.when),
                (td_string!(locale, field.place), texts.place),
                (td_string!(locale, field.bring), texts.bring),
                (td_string!(locale, field.how_to_get), texts.how_to_get),
            ];
            let facts: Vec<_> = facts
                .into_iter()
                .filter_map(|(label, text)| {
                    text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> })
                })
                .collect();
            view! {
                <li class="kiosk-item">
                    <h2>{texts.name}</h2>
                    <p class="kiosk-note">{words::item_how(locale, item.how)}</p>
                    <dl class="facts">{facts}</dl>
                </li>
            }
        })
        .collect();
    view! { <ul class="kiosk-rows">{rows}</ul> }
}
