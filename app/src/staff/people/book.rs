//! Booking for somebody whom the staff have found: a date, what they would get, the place.

use crate::staff::common::{gate, told::when};
use crate::{
    i18n::{Locale, td_string},
    ui::{Card, Chip, FormKey, OccurrenceList, RefusalBlock},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    Refusal,
    access::Action,
    activity::{Allocation, Channel},
    booking::{Fit, Placement},
    id::PersonId,
    person::PersonName,
    time::DAY,
};
use leptos::prelude::*;
use store::{
    Error,
    bookings::{self, BookRequest},
    centers::CenterView,
    desk::{self, Whom},
    known,
    occurrences::OccurrenceView,
    whats_on::{self, Search},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/people/{person}/book",
        get(ask).post(book),
    )
}

/// So far ahead dates are proposed (milliseconds).
const AHEAD: i64 = 28 * DAY;

/// Whom a place is wanted for, and where.
struct Wanted {
    center: CenterView,
    person: PersonId,
    name: PersonName,
}

impl Wanted {
    async fn of(visit: &Visit, center: &str, person: &str) -> Result<Self, Fault> {
        let center = gate::center(visit, center, Action::BookForOthers).await?;
        let person: PersonId = person.parse()?;
        let (db, act) = (visit.db(), visit.act());
        let shown = known::show(db, &act, &center.summary.id, &person).await?;
        Ok(Self {
            center,
            person,
            name: shown.person.name,
        })
    }

    fn page(&self) -> String {
        format!(
            "/staff/centers/{}/people/{}",
            self.center.summary.id, self.person
        )
    }

    /// The date that a form names, which is one of this center's.
    async fn date(&self, visit: &Visit, form: &Form) -> Result<OccurrenceView, Fault> {
        let id = form.need("occurrence")?;
        let (at, center) = gate::occurrence(visit, id, Action::BookForOthers).await?;
        match center.summary.id == self.center.summary.id {
            true => Ok(at),
            false => Err(Refusal::NotFound.into()),
        }
    }
}

async fn ask(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let wanted = Wanted::of(&visit, &center, &person).await?;
    match form.get("occurrence") {
        None => dates_page(&visit, &wanted).await,
        Some(_) => {
            let at = wanted.date(&visit, &form).await?;
            date_page(&visit, &wanted, at, None).await
        }
    }
}

/// The dates of the center that can be booked.
async fn dates_page(visit: &Visit, wanted: &Wanted) -> Answer {
    let (locale, now) = (visit.locale, visit.now);
    let center = wanted.center.summary.id.clone();
    let search = Search::at(center, now, now.plus(AHEAD), now);
    let coming = whats_on::list(visit.db(), &search).await?.items;
    let here = wanted.page();
    let title = td_string!(
        locale,
        people.book_title,
        name = wanted.name.as_str().to_owned()
    );
    let bookable =
        |at: &&OccurrenceView| at.terms.allocation == Allocation::FirstCome && at.starts_at > now;
    let cards: Vec<Card> = coming
        .iter()
        .filter(bookable)
        .map(|at| {
            let mut card = Card::of(locale, at, now).dated();
            card.href = format!("{here}/book?occurrence={}", at.id);
            card
        })
        .collect();
    Ok(gate::page(visit, title.clone()).narrow().render(move || {
        let none = cards.is_empty();
        view! {
            <a class="back-link" href=here>{td_string!(locale, people.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, people.book_which)}</p>
            </div>
            {none.then(|| view! { <p class="lead">{td_string!(locale, people.book_none)}</p> })}
            <OccurrenceList locale cards level=2 />
        }
    }))
}

/// One date, with what they would get there.
async fn date_page(
    visit: &Visit,
    wanted: &Wanted,
    at: OccurrenceView,
    refusal: Option<Refusal>,
) -> Answer {
    let (db, act) = (visit.db(), visit.act());
    let account = desk::account(db, &act, &at.id, Whom::Person(wanted.person.clone())).await?;
    let preview = bookings::preview(db, &act, &at.id, &account, Channel::Desk).await?;
    let mut people = preview.people.into_iter();
    let outcome = people.find(|of| of.person == wanted.person);
    let outcome = outcome.ok_or(Refusal::NotFound)?.outcome;
    let locale = visit.locale;
    let title = td_string!(
        locale,
        people.book_title,
        name = wanted.name.as_str().to_owned()
    );
    let page = gate::page(visit, title.clone()).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let outcome = refusal.map_or(outcome, Err);
    let (reader, here) = (visit.clone(), wanted.page());
    Ok(page.render(move || {
        let answer = match outcome {
            Ok(placement) => form_of(locale, &here, &at, placement).into_any(),
            Err(refusal) => {
                let explained = words::refusal(locale, &refusal, reader.now);
                view! { <RefusalBlock locale explained /> }.into_any()
            }
        };
        view! {
            <a class="back-link" href=here.clone()>{td_string!(locale, people.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{at.title.clone()}" · "{when(&reader, &at)}</p>
            </div>
            {answer}
            <p><a class="button button-quiet" href=format!("{here}/book")>{td_string!(locale, people.book_other)}</a></p>
        }
    }))
}

fn form_of(
    locale: Locale,
    here: &str,
    at: &OccurrenceView,
    placement: Placement,
) -> impl IntoView + use<> {
    let chip = |of: Channel| {
        view! { <Chip name="channel" value=of.as_str() label=words::channel(locale, of) checked=of == Channel::Desk radio=true /> }
    };
    let promise = match placement {
        Placement::Confirm => td_string!(locale, people.book_has_place),
        Placement::Wait => td_string!(locale, people.book_will_wait),
    };
    view! {
        <form class="form" method="post" action=format!("{here}/book")><FormKey />
            <input type="hidden" name="occurrence" value=at.id.to_string() />
            <p>{promise}</p>
            <fieldset class="form-field">
                <legend>{td_string!(locale, staff.roster.channel)}</legend>
                <div class="chips">{chip(Channel::Desk)}{chip(Channel::Telephone)}</div>
            </fieldset>
            <button class="button button-main" type="submit">{td_string!(locale, staff.desk.book)}</button>
        </form>
    }
}

async fn book(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let wanted = Wanted::of(&visit, &center, &person).await?;
    let at = wanted.date(&visit, &form).await?;
    let whom = Whom::Person(wanted.person.clone());
    let account = desk::account(visit.db(), &visit.act(), &at.id, whom).await?;
    let request = BookRequest {
        occurrence: at.id.clone(),
        account,
        people: vec![wanted.person.clone()],
        channel: match form.get("channel") {
            Some("telephone") => Channel::Telephone,
            _ => Channel::Desk,
        },
        fit: Fit::Together,
        may_wait: true,
    };
    match bookings::book(visit.db(), &visit.once(&form)?, request).await {
        Ok(booked) => {
            let state = booked.bookings().next().map(|of| of.state.as_str());
            let state = state.unwrap_or_default();
            Ok(redirect(&format!("{}?done={state}", wanted.page())))
        }
        Err(Error::Refused(refusal)) => date_page(&visit, &wanted, at, Some(refusal)).await,
        Err(error) => Err(error.into()),
    }
}
