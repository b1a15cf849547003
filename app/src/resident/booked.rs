//! What booking for several people came to: what, who, what next, how to change it, and a ticket for
//! each.

use super::{
    gate, giving_back,
    place::phone_link,
    ticket::{news_text, position, qr, readable, tone},
};
use crate::{
    i18n::td_string,
    ui::TearOff,
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, routing::get};
use domain::booking::State;
use leptos::prelude::*;
use store::{bookings::BookingView, occurrences};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/me/booked", get(show))
}

/// Most people of one answer: a family.
const MOST: usize = 20;

/// The page of these bookings.
pub(super) fn page_of<'a>(bookings: impl Iterator<Item = &'a BookingView>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(bookings.map(|booking| ("id", booking.id.as_str())));
    format!("/me/booked?{}", query.finish())
}

async fn show(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let mut booked = Vec::new();
    for id in form.all("id").take(MOST) {
        booked.push(gate::own_booking(&visit, id).await?);
    }
    let Some(first) = booked.first().cloned() else {
        return Ok(redirect("/me/bookings"));
    };
    let at = occurrences::find(visit.db(), &first.occurrence_id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    let title = title(&visit, &booked);
    let heading = title.clone();
    Ok(gate::answer(&visit, title, false, move || {
        let visit = &reader;
        let text = match first.state {
            State::Waitlisted => td_string!(locale, ticket.new_waiting).to_owned(),
            _ => news_text(visit),
        };
        let cutoff = booked.iter().find(|b| b.state == State::Confirmed);
        let cutoff = cutoff.map(|b| words::giving_back(locale, b.cancel_until, now));
        let people: Vec<_> = booked.iter().map(|b| person(visit, b)).collect();
        let changes: Vec<_> = booked
            .iter()
            .flat_map(|b| giving_back::links(locale, b, now, true))
            .collect();
        let bring = at.terms.bring.clone();
        view! {
            <a class="back-link" href="/me/bookings">{td_string!(locale, mine.bookings)}</a>
            <div class="notice" data-kind="good" role="status"><h1>{heading}</h1><p>{text}</p></div>
            <div class="occurrence-head">
                <TearOff locale at=first.starts_at />
                <div>
                    <h2><a href=format!("/occurrences/{}", first.occurrence_id)>{first.title.clone()}</a></h2>
                    <p class="clock">{words::span_near(locale, first.span(), now)}</p>
                    <p class="occurrence-meta"><span>{first.center_name.clone()}</span><span>{first.room.clone()}</span></p>
                </div>
            </div>
            {people}
            <section class="section" aria-labelledby="change">
                <h2 id="change">{td_string!(locale, booked.change)}</h2>
                {(!bring.is_empty()).then(|| view! { <p>{td_string!(locale, field.bring)}"："{bring}</p> })}
                {cutoff.map(|rule| view! { <p>{rule}</p> })}
                <p class="cluster">
                    <a class="button" href=format!("/me/bookings/{}/event.ics", first.id)>{td_string!(locale, ticket.calendar)}</a>
                    {phone_link(&first.center_phone)}
                </p>
                <p class="cluster">{changes}</p>
            </section>
        }
    }))
}

/// How it went, in a line.
fn title(visit: &Visit, booked: &[BookingView]) -> String {
    let locale = visit.locale;
    let waiting = booked
        .iter()
        .filter(|b| b.state == State::Waitlisted)
        .count();
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let (inside, waiting) = (count(booked.len() - waiting), count(waiting));
    match (inside, waiting) {
        (_, 0) => td_string!(locale, booked.all_in, count = inside).to_string(),
        (0, _) => td_string!(locale, booked.all_wait, count = waiting).to_string(),
        (_, _) => td_string!(locale, booked.mixed, inside = inside, waiting = waiting),
    }
}

/// One of them with their ticket, or their place in line.
fn person(visit: &Visit, booking: &BookingView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let state = match booking.state {
        State::Waitlisted => position(visit, booking),
        state => words::state(locale, state).to_owned(),
    };
    let name = booking.person_name.clone();
    let id = format!("who-{}", booking.id);
    let label = id.clone();
    let code = qr(visit, booking).map(|svg| {
        let href = format!("/me/bookings/{}/ticket", booking.id);
        view! {
            <div class="ticket-qr">
                <div class="qr" inner_html=svg></div>
                <p class="ticket-code">{readable(&booking.short_code)}</p>
                <a class="button" href=href data-keep="">{td_string!(locale, mine.show_ticket)}</a>
            </div>
        }
    });
    view! {
        <article class="ticket" aria-labelledby=label data-state=booking.state.as_str()>
            <div class="ticket-head">
                <div>
                    <h2 id=id>{name}</h2>
                    <p><span class="badge" data-tone=tone(booking.state)>{state}</span></p>
                </div>
            </div>
            {code}
        </article>
    }
}
