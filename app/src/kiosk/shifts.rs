//! Volunteers' shifts on the screen: which there are, and one with how its two halves stand. Nothing
//! here is about anybody.

use super::{
    frame,
    gate::{self, Wanted},
    on::when_where,
};
use crate::{
    i18n::{Locale, td_string},
    ui::{DemoLabel, shift_lead, shift_need},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    activity::Status,
    shift::Joining,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use screen::Watched;
use store::{
    page::{Limit, Page, Part},
    shifts::{self, Search, ShiftView, Short},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/shifts", get(list))
        .route("/kiosk/shifts/{id}", get(show))
}

/// How far ahead is looked.
const AHEAD: i64 = 14 * DAY;
/// How many are listed.
const MOST: Limit = Limit::of(40);

async fn list(visit: Visit, form: Form) -> Answer {
    let here = gate::here(&visit).await?;
    let (locale, now) = (visit.locale, visit.now);
    let search = Search {
        center: Some(here.center.summary.id.clone()),
        from: now,
        to: now.plus(AHEAD),
        part: Part {
            limit: MOST,
            after: form.get("after").and_then(|text| text.parse().ok()),
        },
    };
    let Page { items, next } = shifts::list(visit.db(), &search).await?;
    let mut found = items;
    found.retain(|shift| shift.status == Status::Published && now < shift.span.start());
    let reader = visit.clone();
    let title = td_string!(locale, shift.title);
    Ok(frame::page(&visit, title).render(move || {
        let rows: Vec<_> = found.iter().map(|shift| row(locale, shift, now)).collect();
        let next = next.map(|cursor| format!("/kiosk/shifts?after={cursor}"));
        let body = match rows.is_empty() {
            true => view! { <p class="kiosk-note">{td_string!(locale, shift.none)}</p> }.into_any(),
            false => view! { <ul class="kiosk-rows">{rows}</ul> }.into_any(),
        };
        view! {
            {frame::head(&here.center.summary.name, title)}
            <div class="kiosk-list" tabindex="0" role="region" aria-label=title>
                <p class="kiosk-note">{td_string!(locale, shift.intro)}</p>
                {body}
                {next.map(|href| view! { <a class="button" href=href>{td_string!(locale, shift.more)}</a> })}
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

/// A shift as a line that leads to its own screen.
fn row(locale: Locale, shift: &ShiftView, now: Timestamp) -> impl IntoView + use<> {
    let (tone, text) = shift_need(locale, shift, now);
    let place = Some(shift.place.clone()).filter(|place| !place.is_empty());
    view! {
        <li><a class="kiosk-row" href=format!("/kiosk/shifts/{}", shift.id)>
            <time datetime=shift.span.start().rfc3339()>{words::span_near(locale, shift.span, now)}</time>
            <h3>{shift.title.clone()}</h3>
            <p class="occurrence-meta">
                {place.map(|place| view! { <span>{place}</span> })}
                {shift.demo.then(|| view! { <DemoLabel locale /> })}
            </p>
            <p class="place-count"><span class="badge" data-tone=tone.as_str()>{text}</span></p>
        </a></li>
    }
}

/// A shift that has too few volunteers, as the start screen tells of it.
pub(super) fn wanted_row(locale: Locale, short: &Short, now: Timestamp) -> impl IntoView + use<> {
    let text = td_string!(locale, shift.needs, count = short.missing);
    view! {
        <ul class="kiosk-rows"><li><a class="kiosk-row" href=format!("/kiosk/shifts/{}", short.id)>
            <time datetime=short.span.start().rfc3339()>{words::span_near(locale, short.span, now)}</time>
            <h3>{short.title.clone()}</h3>
            <p class="occurrence-meta"><span>{td_string!(locale, kiosk.short_shifts)}</span></p>
            <p class="place-count"><span class="badge" data-tone="warn">{text}</span></p>
        </a></li></ul>
    }
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (here, shift) = gate::shift(&visit, &id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    Ok(frame::page(&visit, shift.title.clone()).render(move || {
        let wanted = Wanted::from(&shift);
        let (_, need) = shift_need(locale, &shift, now);
        let volunteers = td_string!(
            locale,
            shift.of_most,
            taken = shift.halves.volunteers,
            most = shift.needs.volunteers_max
        );
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{shift.title.clone()}</h1>
            </header>
            <div class="kiosk-list kiosk-text" tabindex="0" role="region" aria-label=shift.title.clone()>
                {shift.demo.then(|| view! { <p><DemoLabel locale /></p> })}
                <p class="kiosk-what">{when_where(locale, &wanted, now)}</p>
                <p><strong>{need}</strong></p>
                <dl class="facts">
                    <dt>{td_string!(locale, shift.lead)}</dt><dd>{shift_lead(locale, &shift)}</dd>
                    <dt>{td_string!(locale, shift.volunteers)}</dt><dd>{volunteers}</dd>
                </dl>
                <p class="kiosk-note">{td_string!(locale, kiosk.help_who)}</p>
            </div>
            <div class="kiosk-hand">
                {key(locale, &shift, &wanted, now)}
                <a class="kiosk-key" href="/kiosk/shifts">{td_string!(locale, kiosk.all_shifts)}</a>
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

/// The way to a place, or what to do where there is none here.
fn key(locale: Locale, shift: &ShiftView, wanted: &Wanted, now: Timestamp) -> AnyView {
    let is_open = shift.status == Status::Published && now < shift.span.start();
    let lines = shift.waiting < shift.needs.waitlist_capacity;
    let words = match shift.joining {
        _ if !is_open => None,
        Joining::Invite => None,
        Joining::Ask => Some(td_string!(locale, shift.ask)),
        Joining::SignUp if shift.free() > 0 => Some(td_string!(locale, shift.sign_up)),
        Joining::SignUp => lines.then(|| td_string!(locale, shift.wait)),
    };
    match words {
        Some(words) => view! {
            <a class="kiosk-key" data-tone="main" href=wanted.begin.clone()>
                <strong>{words}</strong><span>{td_string!(locale, kiosk.book_hint)}</span>
            </a>
        }
        .into_any(),
        None => view! { <p class="kiosk-note">{td_string!(locale, kiosk.help_ask)}</p> }.into_any(),
    }
}
