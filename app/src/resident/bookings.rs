//! My bookings: coming and past; giving a place back.

use super::{
    gate,
    place::phone_link,
    tabs::{Tab, Tabs},
    ticket::{position, tone},
};
use crate::{
    i18n::td_string,
    ui::TearOff,
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
                .center
                .as_ref()
                .map_or("/centers".to_owned(), |c| format!("/centers/{c}/whats-on"));
            // Those of one sitting stand on one card.
            let groups: Vec<Vec<BookingView>> = coming
                .chunk_by(|a, b| a.occurrence_id == b.occurrence_id)
                .map(<[BookingView]>::to_vec)
                .collect();
            let cards: Vec<_> = groups
                .into_iter()
                .enumerate()
                .map(|(n, group)| card(visit, group, n == 0))
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

fn card(visit: &Visit, group: Vec<BookingView>, next: bool) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let first = group[0].clone();
    let several = group.len() > 1;
    let tickets: Vec<_> = group
        .iter()
        .filter(|b| b.state.holds_place())
        .enumerate()
        .map(|(n, b)| {
            let href = format!("/me/bookings/{}/ticket", b.id);
            let class = match next && n == 0 {
                true => "button button-main",
                false => "button",
            };
            let whose = several.then(|| format!(" {}", b.person_name));
            view! { <a class=class href=href data-keep="">{td_string!(locale, mine.show_ticket)}{whose}</a> }
        })
        .collect();
    let cutoff = group.iter().find(|b| b.state == State::Confirmed).map(|b| {
        let rule = words::giving_back(locale, b.cancel_until, now);
        (rule, to_call(b, now))
    });
    let who: Vec<_> = group
        .iter()
        .map(|b| {
            let state = match b.state {
                State::Waitlisted => position(visit, b),
                state => words::state(locale, state).to_owned(),
            };
            view! { <li><span>{b.person_name.clone()}</span><span class="badge" data-tone=tone(b.state)>{state}</span></li> }
        })
        .collect();
    let actions: Vec<_> = group
        .into_iter()
        .map(|b| cancel_link(visit, b, several))
        .collect();
    view! {
        <li>
            <article class=if next { "booking-card next-up" } else { "booking-card" }>
                <div class="occurrence-head">
                    <TearOff locale at=first.starts_at />
                    <div>
                        <h3><a href=format!("/occurrences/{}", first.occurrence_id)>{first.title.clone()}</a></h3>
                        <p class="clock">{hours(visit, &first)}</p>
                        <p class="occurrence-meta"><span>{first.center_name.clone()}</span><span>{first.room.clone()}</span></p>
                    </div>
                </div>
                <ul class="booking-who">{who}</ul>
                <p class="cluster">
                    {tickets}
                    {actions}
                </p>
                {cutoff.map(|(rule, call)| view! { <p class="hint">{rule}{call.map(|call| view! { " "{call} })}</p> })}
            </article>
        </li>
    }
}

/// The number to call where it is too late to cancel here.
pub(super) fn to_call(booking: &BookingView, now: Timestamp) -> Option<impl IntoView + use<>> {
    let is_late = now > booking.cancel_until;
    is_late.then(|| phone_link(&booking.center_phone)).flatten()
}

fn cancel_link(visit: &Visit, booking: BookingView, several: bool) -> impl IntoView + use<> {
    let locale = visit.locale;
    let open = booking.may_be_given_back(visit.now);
    let text = match booking.state {
        State::Waitlisted => td_string!(locale, mine.leave_line),
        _ => td_string!(locale, mine.cancel),
    };
    open.then(|| {
        view! {
            <a class="button button-quiet" href=format!("/bookings/{}/cancel", booking.id)>
                {text}{several.then(|| format!(" {}", booking.person_name))}
            </a>
        }
    })
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

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let others = waiting(&visit, &booking).await?;
    Ok(cancel_page(&visit, booking, others, None))
}

/// How many wait for a place there.
async fn waiting(visit: &Visit, booking: &BookingView) -> std::result::Result<i64, Error> {
    let view = occurrences::find(visit.db(), &booking.occurrence_id).await?;
    Ok(view.waitlisted)
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let reason = form.text("reason").to_owned();
    let answer = bookings::cancel(visit.db(), &visit.act(), booking.id.clone(), reason).await;
    match answer {
        Ok(_) => Ok(redirect(&format!(
            "/me/bookings/{}/ticket?gone=1",
            booking.id
        ))),
        Err(Error::Refused(refusal)) => {
            let others = waiting(&visit, &booking).await?;
            Ok(cancel_page(&visit, booking, others, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn cancel_page(
    visit: &Visit,
    booking: BookingView,
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
        let waits = booking.state == State::Waitlisted;
        let explained = refusal.map(|r| words::refusal(locale, &r, reader.now));
        let heading = if waits { td_string!(locale, cancel.heading_wait) } else { td_string!(locale, cancel.heading) };
        let effect = match (waits, others) {
            (true, _) => td_string!(locale, cancel.effect_wait),
            (false, 0) => td_string!(locale, cancel.effect_free),
            (false, _) => td_string!(locale, cancel.effect),
        };
        let button = if waits { td_string!(locale, cancel.confirm_wait) } else { td_string!(locale, cancel.confirm) };
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
            {booking.enrolment_id.is_some().then(|| view! { <p>{td_string!(locale, cancel.whole_series)}</p> })}
            <p>{effect}</p>
            <form class="form" method="post" action=format!("/bookings/{}/cancel", booking.id)>
                <div class="form-field">
                    <label for="reason">{td_string!(locale, cancel.reason)}" "<span class="optional">{td_string!(locale, cancel.optional)}</span></label>
                    <input class="input" id="reason" name="reason" maxlength="200" autocomplete="off" />
                </div>
                <div class="cluster">
                    <button class="button button-danger" type="submit">{button}</button>
                    <a class="button" href="/me/bookings">{td_string!(locale, cancel.keep)}</a>
                </div>
            </form>
        }
    })
}
