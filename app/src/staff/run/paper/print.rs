//! The sheets of a day in one print, each on a page of its own.

use super::{day, is_empty, other_day};
use crate::{
    i18n::{Locale, td_string},
    staff::{
        common::gate,
        run::sheet::{place_and_time, table},
    },
    ui::EmptyState,
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, audit::Verb};
use leptos::prelude::*;
use serde_json::json;
use store::{
    occurrences::{OccurrenceView, Roster},
    paper::{self, Sheets, ShiftSheet},
    trail::{self, View},
};

/// Most blank lines for those who come without a booking.
const BLANK: i64 = 6;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/sheets", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let day = day(&form, visit.now)?;
    let here = &center.summary.id;
    let sheets = paper::sheets(visit.db(), &visit.act(), here, day).await?;
    let look = View {
        action: Verb::BookingPrintSheet,
        subject: ("center", here.to_string()),
        center: Some(here.clone()),
        detail: json!({ "day": day, "dates": sheets.dates.len(), "shifts": sheets.shifts.len() }),
    };
    trail::record_view(visit.db(), &visit.act(), look).await?;
    let title = td_string!(
        visit.locale,
        paper.title_of,
        day = words::day_full(visit.locale, day)
    );
    let reader = visit.clone();
    Ok(gate::page(&visit, title.clone()).render(move || {
        let locale = reader.locale;
        let here = format!("/staff/centers/{}", center.summary.id);
        let list = match is_empty(&sheets) {
            true => view! { <EmptyState title=td_string!(locale, paper.none) /> }.into_any(),
            false => pages(&reader, &sheets).into_any(),
        };
        view! {
            <a class="back-link" href=here.clone()>{center.summary.name.clone()}</a>
            <div class="page-head no-print">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, paper.lead)}</p>
                <p class="hint">{td_string!(locale, staff.sheet.how)}</p>
                {other_day(locale, format!("{here}/sheets"), day)}
                <p class="cluster"><a class="button" href=format!("{here}/sheets/key-in?day={day}")>{td_string!(locale, paper.key_in)}</a></p>
            </div>
            {list}
        }
    }))
}

fn pages(visit: &Visit, sheets: &Sheets) -> impl IntoView + use<> {
    let dates: Vec<_> = sheets
        .dates
        .iter()
        .map(|date| of_date(visit, date))
        .collect();
    let shifts: Vec<_> = sheets
        .shifts
        .iter()
        .map(|shift| of_shift(visit, shift))
        .collect();
    view! { <div class="paper-sheets">{dates}{shifts}</div> }
}

fn of_date(visit: &Visit, roster: &Roster) -> impl IntoView + use<> {
    let (locale, at) = (visit.locale, &roster.occurrence);
    let called = words::event_title(locale, at.kind, &at.title).to_owned();
    view! {
        <section class="paper-sheet stack">
            <h2>{called}</h2>
            {place_and_time(locale, at)}
            {table(visit, roster)}
            {walk_ins(locale, at)}
        </section>
    }
}

/// Lines for those who come without a booking, as many as there are places for them.
fn walk_ins(locale: Locale, at: &OccurrenceView) -> Option<impl IntoView + use<>> {
    let free = i64::from(at.terms.capacity) - at.confirmed;
    let lines: Vec<_> = (0..free.min(BLANK))
        .map(|_| view! { <tr><td></td><td></td><td></td><td></td></tr> })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <h3>{td_string!(locale, paper.walk_ins, count = free)}</h3>
            <div class="sheet">
                <table class="sign-in-sheet">
                    <thead><tr>
                        <th scope="col">{td_string!(locale, field.name)}</th>
                        <th scope="col">{td_string!(locale, field.birth_year)}</th>
                        <th scope="col">{td_string!(locale, field.phone)}</th>
                        <th scope="col" class="signature">{td_string!(locale, staff.sheet.signature)}</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        }
    })
}

/// A shift: everybody writes when they came and went.
fn of_shift(visit: &Visit, sheet: &ShiftSheet) -> impl IntoView + use<> {
    let (locale, shift) = (visit.locale, &sheet.shift);
    let when = words::span_near(locale, shift.span, visit.now);
    let rows: Vec<_> = sheet
        .rows
        .iter()
        .enumerate()
        .map(|(n, row)| {
            view! {
                <tr>
                    <td>{n + 1}</td>
                    <th scope="row">{row.name.clone()}</th>
                    <td>{super::shift_rows::part(locale, row.role)}</td>
                    <td></td><td></td><td></td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="paper-sheet stack">
            <h2>{shift.title.clone()}</h2>
            <p>{when}</p>
            <div class="sheet">
                <table class="sign-in-sheet">
                    <thead><tr>
                        <th scope="col">{td_string!(locale, staff.sheet.number)}</th>
                        <th scope="col">{td_string!(locale, field.name)}</th>
                        <th scope="col">{td_string!(locale, paper.part)}</th>
                        <th scope="col">{td_string!(locale, ledger.came)}</th>
                        <th scope="col">{td_string!(locale, ledger.went)}</th>
                        <th scope="col" class="signature">{td_string!(locale, staff.sheet.signature)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
