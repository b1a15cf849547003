//! The sign-in sheet for the door, on paper.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, audit::Verb, booking::State, casework, person::Phone};
use leptos::prelude::*;
use serde_json::json;
use store::{
    occurrences::{self, OccurrenceView, Roster},
    trail::{self, View},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/occurrences/{id}/sheet", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::ViewBookings).await?;
    let roster = occurrences::roster(visit.db(), &visit.act(), &at.id).await?;
    let look = View {
        action: Verb::BookingPrintSheet,
        subject: ("occurrence", at.id.to_string()),
        center: Some(at.center_id.clone()),
        detail: json!({ "bookings": roster.bookings.len() }),
    };
    trail::record_view(visit.db(), &visit.act(), look).await?;
    let called = words::event_title(visit.locale, at.kind, &at.title);
    let title = td_string!(visit.locale, staff.sheet.title, title = called.to_owned());
    let reader = visit.clone();
    Ok(gate::page(&visit, title).render(move || sheet(&reader, &roster)))
}

fn sheet(visit: &Visit, roster: &Roster) -> impl IntoView + use<> {
    let locale = visit.locale;
    let at = &roster.occurrence;
    let called = words::event_title(locale, at.kind, &at.title);
    view! {
        <a class="back-link" href=format!("/staff/occurrences/{}", at.id)>{td_string!(locale, staff.roster.title)}</a>
        <div class="page-head">
            <h1>{td_string!(locale, staff.sheet.title, title = called.to_owned())}</h1>
            {place_and_time(locale, at)}
        </div>
        <p class="no-print hint">{td_string!(locale, staff.sheet.how)}</p>
        {table(visit, roster)}
    }
}

/// Where and when, and what to bring.
pub(super) fn place_and_time(locale: Locale, at: &OccurrenceView) -> impl IntoView + use<> {
    let hours = words::hours(locale, at.span());
    let when = format!("{} {hours}", words::day_full(locale, at.starts_at.day()));
    let room = casework::said(at.kind, &at.room).unwrap_or_default();
    let place = [at.center_name.as_str(), room, when.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let bring = words::event_bring(locale, at.kind, &at.terms.bring);
    view! {
        <p>{place.join(" · ")}</p>
        {bring.map(|text| view! { <p>{text}</p> })}
    }
}

/// Who holds a place, each with room for a signature.
pub(super) fn table(visit: &Visit, roster: &Roster) -> impl IntoView + use<> {
    let locale = visit.locale;
    let held: Vec<_> = roster
        .bookings
        .iter()
        .filter(|b| b.state != State::Waitlisted)
        .collect();
    let waiting = roster.bookings.len() - held.len();
    let note = td_string!(
        locale,
        staff.sheet.note,
        time = words::stamp(visit.now),
        name = visit
            .login
            .as_ref()
            .map(|login| login.name.clone())
            .unwrap_or_default(),
        confirmed = held.len(),
        waiting
    );
    let rows: Vec<_> = held
        .into_iter()
        .enumerate()
        .map(|(n, b)| {
            let here = b.state == State::CheckedIn;
            let (mark, said) = if here {
                ("☑", td_string!(locale, state.checked_in))
            } else {
                ("☐", td_string!(locale, staff.sheet.not_here))
            };
            let digits = b.phone.as_ref().map_or("", Phone::digits);
            let tail = digits.get(7..).unwrap_or_default().to_owned();
            view! {
                <tr>
                    <td>{n + 1}</td>
                    <th scope="row">{b.person_name.as_str().to_owned()}</th>
                    <td>{tail}</td>
                    <td>{b.short_code.clone()}</td>
                    <td class="tick"><span aria-hidden="true">{mark}</span><span class="visually-hidden">{said}</span></td>
                    <td></td>
                </tr>
            }
        })
        .collect();
    let at = &roster.occurrence;
    let called = words::event_title(locale, at.kind, &at.title);
    view! {
        <div class="sheet" tabindex="0" role="region" aria-label=td_string!(locale, staff.sheet.title, title = called.to_owned())>
            <table class="sign-in-sheet">
                <caption>{note}</caption>
                <thead><tr>
                    <th scope="col">{td_string!(locale, staff.sheet.number)}</th>
                    <th scope="col">{td_string!(locale, field.name)}</th>
                    <th scope="col">{td_string!(locale, staff.sheet.tail)}</th>
                    <th scope="col">{td_string!(locale, staff.sheet.code)}</th>
                    <th scope="col">{td_string!(locale, staff.sheet.here)}</th>
                    <th scope="col" class="signature">{td_string!(locale, staff.sheet.signature)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
