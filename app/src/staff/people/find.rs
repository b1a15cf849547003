//! Finding somebody among the residents of a center: by a part of the name, by how it is spoken, by a
//! telephone number or its end, by a code.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{EmptyState, ErrorSummary, Field, FormKey, Problems, Row},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    access::Action,
    person::{BirthYear, Phone, Relation},
    sought::Sought,
};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    known::{self, Finding, Found, MOST_FOUND},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/people", get(ask).post(find))
}

async fn ask(visit: Visit, Path(center): Path<String>) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    page(&visit, center, String::new(), Problems::none(), None)
}

/// What was typed is never in an address, so that none is kept in a history.
async fn find(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let mut problems = Problems::none();
    let typed = form.text("q").to_owned();
    let sought = problems.keep(visit.locale, visit.now, Sought::read(&typed));
    let found = match sought {
        Some(sought) => {
            let (db, act) = (visit.db(), visit.act());
            Some(known::search(db, &act, &center.summary.id, sought).await?)
        }
        None => None,
    };
    page(&visit, center, typed, problems, found)
}

fn page(
    visit: &Visit,
    center: CenterView,
    typed: String,
    problems: Problems,
    found: Option<Finding>,
) -> Answer {
    let locale = visit.locale;
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let place = center.summary.place();
    let may_book = visit.caller.may(Action::BookForOthers, &place).is_ok();
    let page = gate::page(visit, td_string!(locale, people.title)).status(status);
    Ok(page.render(move || {
        let here = format!("/staff/centers/{}", center.summary.id);
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, people.title)}</h1>
                <p class="lead">{center.summary.name.clone()}" · "{td_string!(locale, people.lead)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="filters" method="post" action=format!("{here}/people") aria-label=td_string!(locale, people.title)><FormKey />
                <Field name="q" label=td_string!(locale, people.sought) hint=td_string!(locale, people.sought_hint)
                    value=typed kind="search" error=problems.of("q") maxlength=40 />
                <button class="button button-main" type="submit">{td_string!(locale, people.find)}</button>
            </form>
            {found.map(|found| result(locale, &here, &found, may_book))}
            {may_book.then(|| view! {
                <p class="cluster">
                    <a class="button button-quiet" href=format!("{here}/people/alike")>{td_string!(locale, merging.alike)}</a>
                    <a class="button button-quiet" href=format!("{here}/people/import")>{td_string!(locale, people_import.title)}</a>
                </p>
            })}
        }
    }))
}

fn result(locale: Locale, here: &str, found: &Finding, may_book: bool) -> impl IntoView + use<> {
    let rows: Vec<_> = found
        .people
        .iter()
        .map(|person| {
            let href = format!("{here}/people/{}", person.id);
            let note = facts(locale, person);
            view! { <Row href title=person.name.as_str().to_owned() note /> }
        })
        .collect();
    let count = rows.len();
    if rows.is_empty() {
        let (cards, dates) = (format!("{here}/cards"), format!("{here}/activities"));
        return view! {
            <EmptyState title=td_string!(locale, people.nobody) text=td_string!(locale, people.nobody_text)>
                {may_book.then(|| view! {
                    <p class="cluster">
                        <a class="button" href=cards>{td_string!(locale, people.to_cards)}</a>
                        <a class="button" href=dates>{td_string!(locale, people.to_dates)}</a>
                    </p>
                })}
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <section class="section" aria-labelledby="found">
            <h2 id="found" role="status">{td_string!(locale, people.found, count = count)}</h2>
            {found.more.then(|| view! { <p class="hint">{td_string!(locale, people.more, count = MOST_FOUND)}</p> })}
            <ul class="row-list">{rows}</ul>
        </section>
    }
    .into_any()
}

/// What tells namesakes apart.
fn facts(locale: Locale, person: &Found) -> String {
    let of = (person.birth_year, person.relation, person.phone.as_ref());
    told(locale, of).join(" · ")
}

/// Birth year, what somebody is to the holder unless they are it, and the number, masked.
pub(super) fn told(
    locale: Locale,
    (born, relation, phone): (BirthYear, Relation, Option<&Phone>),
) -> Vec<String> {
    let born = td_string!(locale, people.born, year = born.year());
    let relation =
        (relation != Relation::Myself).then(|| words::relation(locale, relation).to_owned());
    let phone = phone.map_or_else(
        || td_string!(locale, people.no_phone).to_owned(),
        Phone::masked,
    );
    [Some(born), relation, Some(phone)]
        .into_iter()
        .flatten()
        .collect()
}
