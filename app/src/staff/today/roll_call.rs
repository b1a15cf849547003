//! The roll call: everybody who is in the house, on one page to print, for fire and typhoon.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::EmptyState,
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, day::InHouse};
use leptos::prelude::*;
use store::day::{self, Part, Present};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/roll-call", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let people = day::roll_call(visit.db(), &visit.act(), &center.summary.id).await?;
    let (reader, center) = (visit.clone(), center.summary);
    let title = td_string!(visit.locale, roll.title);
    Ok(gate::page(&visit, title).render(move || {
        let (locale, now) = (reader.locale, reader.now);
        let here = format!("/staff/centers/{}", center.id);
        view! {
            <a class="back-link" href=format!("{here}/today")>{td_string!(locale, day.title)}</a>
            <div class="page-head">
                <h1>{title}" · "{center.name.clone()}</h1>
                <p class="roll-count">{count(locale, &people)}" · "{words::stamp(now)}</p>
                <p>{td_string!(locale, roll.only)}</p>
            </div>
            <p class="no-print cluster">
                <span class="hint">{td_string!(locale, roll.how)}</span>
                <a class="button" href=format!("{here}/roll-call")>{td_string!(locale, day.refresh)}</a>
            </p>
            {if people.is_empty() {
                view! { <EmptyState title=td_string!(locale, roll.nobody) /> }.into_any()
            } else {
                sheet(&reader, &people)
            }}
        }
    }))
}

/// How many are in, and how many perhaps.
fn count(locale: Locale, people: &[Present]) -> String {
    let many = |of: InHouse| {
        let found = people.iter().filter(|person| person.in_house == of).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let inside = td_string!(locale, roll.count, count = many(InHouse::Inside));
    match many(InHouse::Perhaps) {
        0 => inside,
        count => {
            let perhaps = td_string!(locale, roll.perhaps_count, count);
            words::list(locale, &[inside, perhaps])
        }
    }
}

fn part(locale: Locale, part: Part) -> &'static str {
    match part {
        Part::Lead => td_string!(locale, shift.lead),
        Part::Volunteer => td_string!(locale, shift.volunteers),
        Part::Guest => td_string!(locale, roll.guest),
    }
}

fn sheet(visit: &Visit, people: &[Present]) -> AnyView {
    let locale = visit.locale;
    let login = visit.login.as_ref();
    let name = login.map(|login| login.name.clone()).unwrap_or_default();
    let note = td_string!(locale, roll.note, time = words::stamp(visit.now), name);
    let rows: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(n, of)| {
            let perhaps = (of.in_house == InHouse::Perhaps)
                .then(|| view! { <br /><small>{td_string!(locale, roll.perhaps)}</small> });
            view! {
                <tr>
                    <td>{n + 1}</td>
                    <th scope="row">{of.name.clone()}</th>
                    <td>{part(locale, of.part)}" · "{of.title.clone()}{perhaps}</td>
                    <td>{of.place.clone()}</td>
                    <td>{words::clock(locale, of.came_at)}</td>
                    <td class="tick"><span aria-hidden="true">"☐"</span></td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="sheet" tabindex="0" role="region" aria-label=td_string!(locale, roll.title)>
            <table class="sign-in-sheet">
                <caption>{note}</caption>
                <thead><tr>
                    <th scope="col">{td_string!(locale, staff.sheet.number)}</th>
                    <th scope="col">{td_string!(locale, field.name)}</th>
                    <th scope="col">{td_string!(locale, roll.came_for)}</th>
                    <th scope="col">{td_string!(locale, roll.place)}</th>
                    <th scope="col">{td_string!(locale, roll.since)}</th>
                    <th scope="col">{td_string!(locale, roll.tick)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
