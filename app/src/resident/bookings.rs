//! My bookings: coming and past; giving a place back.

mod cards;

use super::{
    gate,
    giving_back::Way,
    place::phone_link,
    tabs::{Tab, Tabs},
};
use crate::{
    i18n::td_string,
    ui::{FormKey, TearOff},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Refusal, booking::State, id::BookingId, time::Timestamp};
use leptos::prelude::*;
use store::{
    Error,
    bookings::{self, BookingView},
    occurrences,
    page::{Limit, Part},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/bookings", get(list))
        .route("/me/bookings/{id}", get(one))
        .route("/bookings/{id}/cancel", get(ask).post(cancel))
}

async fn list(visit: Visit) -> Answer {
    let account = visit.account()?;
    let part = Part::first(Limit::MOST);
    let all = bookings::of_account(visit.db(), &account, &part)
        .await?
        .items;
    let unread = store::messages::unread(visit.db(), &account).await?;
    let locale = visit.locale;
    let is_coming = |b: &BookingView| b.ends_at > visit.now && b.state.is_live();
    let (mut coming, past): (Vec<_>, Vec<_>) = all.into_iter().partition(is_coming);
    coming.reverse();
    let reader = visit.clone();
    Ok(gate::answer(
        &visit,
        td_string!(locale, mine.bookings),
        false,
        move || {
            let visit = &reader;
            let empty = coming.is_empty() && past.is_empty();
            let whats_on = visit
                .likely_center()
                .map_or("/centers".to_owned(), |c| format!("/centers/{c}/whats-on"));
            let groups = cards::together(coming).into_iter().enumerate();
            let cards: Vec<_> = groups
                .map(|(n, group)| cards::card(visit, group, n == 0))
                .collect();
            let nothing_coming = cards.is_empty() && !empty;
            let rows: Vec<_> = past
                .into_iter()
                .map(|booking| past_row(visit, booking))
                .collect();
            view! {
                <Tabs locale current=Tab::Bookings unread=unread as usize />
                <div class="page-head"><h1>{td_string!(locale, mine.bookings)}</h1></div>
                {(empty || nothing_coming).then(|| view! {
                    <div class="empty-state">
                        <h2>{td_string!(locale, mine.nothing)}</h2>
                        <p>{td_string!(locale, mine.nothing_hint)}</p>
                        <a class="button button-main" href=whats_on>{td_string!(locale, mine.whats_on)}</a>
                    </div>
                })}
                {(!cards.is_empty()).then(|| view! {
                    <section class="section" aria-labelledby="coming">
                        <h2 id="coming">{td_string!(locale, mine.coming)}</h2>
                        <ul class="stack">{cards}</ul>
                    </section>
                })}
                {(!rows.is_empty()).then(|| view! {
                    <section class="section" aria-labelledby="past">
                        <h2 id="past">{td_string!(locale, mine.past)}</h2>
                        <ul class="row-list">{rows}</ul>
                    </section>
                })}
            }
        },
    ))
}

fn hours(visit: &Visit, booking: &BookingView) -> String {
    words::span_near(visit.locale, booking.span(), visit.now)
}

/// The number to call where it is too late to cancel here.
pub(super) fn to_call(booking: &BookingView, now: Timestamp) -> Option<impl IntoView + use<>> {
    let is_late = now > booking.cancel_until;
    is_late.then(|| phone_link(&booking.center_phone)).flatten()
}

fn past_row(visit: &Visit, booking: BookingView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let line = format!(
        "{} · {}",
        words::moment(locale, booking.starts_at, visit.now),
        booking.person_name
    );
    view! {
        <li>
            <a class="row" href=format!("/me/bookings/{}/ticket", booking.id)>
                <span class="row-text"><strong>{booking.title}</strong><small>{line}</small></span>
                <span class="badge">{words::state(locale, booking.state)}</span>
            </a>
        </li>
    }
}

async fn one(Path(id): Path<String>) -> Response {
    match id.parse::<BookingId>() {
        Ok(id) => redirect(&format!("/me/bookings/{id}/ticket")),
        Err(_) => redirect("/me/bookings"),
    }
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let others = waiting(&visit, &booking).await?;
    let way = way(&booking, &form);
    Ok(cancel_page(&visit, booking, way, others, None))
}

/// What the page is about.
fn way(booking: &BookingView, form: &Form) -> Way {
    match (booking.state, &booking.enrolment_id) {
        (State::Waitlisted, _) => Way::Line,
        (_, None) => Way::Booking,
        (_, Some(_)) if form.is_on("only") => Way::Date,
        (_, Some(_)) => Way::Series,
    }
}

/// How many wait for a place there.
async fn waiting(visit: &Visit, booking: &BookingView) -> std::result::Result<i64, Error> {
    let view = occurrences::find(visit.db(), &booking.occurrence_id).await?;
    Ok(view.waitlisted)
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let reason = form.text("reason").to_owned();
    let way = way(&booking, &form);
    let (db, act, id) = (visit.db(), visit.once(&form)?, booking.id.clone());
    let answer = match way {
        Way::Date => bookings::miss(db, &act, id, reason).await,
        _ => bookings::cancel(db, &act, id, reason).await,
    };
    match answer {
        Ok(_) => Ok(redirect(&format!(
            "/me/bookings/{}/ticket?gone={}",
            booking.id,
            way.as_str()
        ))),
        Err(Error::Refused(refusal)) => {
            let others = waiting(&visit, &booking).await?;
            Ok(cancel_page(&visit, booking, way, others, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn cancel_page(
    visit: &Visit,
    booking: BookingView,
    way: Way,
    others: i64,
    refusal: Option<Refusal>,
) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, cancel.title)).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let explained = refusal.map(|r| words::refusal(locale, &r, reader.now));
        let heading = match way {
            Way::Booking => td_string!(locale, cancel.heading),
            Way::Date => td_string!(locale, cancel.heading_date),
            Way::Series => td_string!(locale, cancel.heading_series),
            Way::Line => td_string!(locale, cancel.heading_wait),
        };
        let effect = match (way, others) {
            (Way::Line, _) => td_string!(locale, cancel.effect_wait),
            (Way::Date, _) => td_string!(locale, cancel.effect_date),
            (_, 0) => td_string!(locale, cancel.effect_free),
            (_, _) => td_string!(locale, cancel.effect),
        };
        let button = match way {
            Way::Booking => td_string!(locale, cancel.confirm),
            Way::Date => td_string!(locale, cancel.confirm_date),
            Way::Series => td_string!(locale, cancel.confirm_series),
            Way::Line => td_string!(locale, cancel.confirm_wait),
        };
        // Whoever meant the other one gets there.
        let other = match way {
            Way::Date => Some(Way::Series),
            Way::Series => Some(Way::Date),
            _ => None,
        };
        let other = other.map(|way| way.link(locale, &booking, false));
        view! {
            <a class="back-link" href="/me/bookings">{td_string!(locale, mine.bookings)}</a>
            <div class="page-head"><h1>{heading}</h1></div>
            {explained.map(|e| view! {
                <section class="refusal" role="alert"><h2>{e.title}</h2><p>{e.sentence}</p><p>{e.next}</p>{phone_link(&booking.center_phone)}</section>
            })}
            <div class="occurrence-head">
                <TearOff locale at=booking.starts_at />
                <div>
                    <h2>{booking.title.clone()}</h2>
                    <p class="clock">{hours(&reader, &booking)}" · "{booking.person_name.clone()}</p>
                </div>
            </div>
            {(way == Way::Series).then(|| view! { <p>{td_string!(locale, cancel.whole_series)}</p> })}
            <p>{effect}</p>
            <form class="form" method="post" action=format!("/bookings/{}/cancel", booking.id)><FormKey />
                {(way == Way::Date).then(|| view! { <input type="hidden" name="only" value="1" /> })}
                <div class="form-field">
                    <label for="reason">{td_string!(locale, cancel.reason)}" "<span class="optional">{td_string!(locale, cancel.optional)}</span></label>
                    <input class="input" id="reason" name="reason" maxlength="200" autocomplete="off" />
                </div>
                <div class="cluster">
                    <button class="button button-danger" type="submit">{button}</button>
                    <a class="button" href="/me/bookings">{td_string!(locale, cancel.keep)}</a>
                    {other}
                </div>
            </form>
        }
    })
}
