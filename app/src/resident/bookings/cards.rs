//! One card for what belongs together: the people of one date, or all dates of a series.

use super::{hours, to_call};
use crate::{
    i18n::{Locale, td_string},
    resident::{
        giving_back::{self, Way},
        ticket::{position, tone},
    },
    ui::TearOff,
    web::Visit,
    words,
};
use domain::{booking::State, id::ActivityId, time::Timestamp};
use leptos::prelude::*;
use store::bookings::BookingView;

/// Bookings of one card: the next date with everybody who comes, and the dates after it.
pub(super) struct Group {
    next: Vec<BookingView>,
    later: Vec<Vec<BookingView>>,
}

/// The series that a booking is of.
fn series(booking: &BookingView) -> Option<&ActivityId> {
    booking.enrolment_id.as_ref().map(|_| &booking.activity_id)
}

/// Groups bookings, which come in the order of their dates.
pub(super) fn together(coming: Vec<BookingView>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for date in coming.chunk_by(|a, b| a.occurrence_id == b.occurrence_id) {
        let of = series(&date[0]);
        let begun = groups
            .iter_mut()
            .find(|group| of.is_some() && series(&group.next[0]) == of);
        match begun {
            Some(group) => group.later.push(date.to_vec()),
            None => groups.push(Group {
                next: date.to_vec(),
                later: Vec::new(),
            }),
        }
    }
    groups
}

/// The card; `first` is what comes next of all.
pub(super) fn card(visit: &Visit, group: Group, first: bool) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let next = &group.next;
    let head = next[0].clone();
    let several = next.len() > 1;
    let holding = next.iter().filter(|b| b.state.holds_place()).enumerate();
    let tickets: Vec<_> = holding
        .map(|(n, b)| {
            let href = format!("/me/bookings/{}/ticket", b.id);
            let class = match first && n == 0 {
                true => "button button-main",
                false => "button",
            };
            let whose = several.then(|| format!(" {}", b.person_name));
            view! { <a class=class href=href data-keep="">{td_string!(locale, mine.show_ticket)}{whose}</a> }
        })
        .collect();
    let cutoff = next.iter().find(|b| b.state == State::Confirmed).map(|b| {
        let rule = words::giving_back(locale, b.cancel_until, now);
        (rule, to_call(b, now))
    });
    let who: Vec<_> = next.iter().map(|b| person(visit, b)).collect();
    let is_series = series(&head).is_some();
    let actions: Vec<_> = next
        .iter()
        .flat_map(|b| giving_back::links(locale, b, now, several))
        .collect();
    let left = u32::try_from(group.later.len() + 1).unwrap_or(u32::MAX);
    let later: Vec<_> = group
        .later
        .iter()
        .map(|date| date_row(locale, date, now))
        .collect();
    view! {
        <li>
            <article class=if first { "booking-card next-up" } else { "booking-card" }>
                <div class="occurrence-head">
                    <TearOff locale at=head.starts_at />
                    <div>
                        <h3><a href=format!("/occurrences/{}", head.occurrence_id)>{head.title.clone()}</a></h3>
                        <p class="clock">{hours(visit, &head)}</p>
                        <p class="occurrence-meta"><span>{head.center_name.clone()}</span><span>{head.room.clone()}</span></p>
                        {is_series.then(|| view! { <p class="hint">{td_string!(locale, mine.dates_left, count = left)}</p> })}
                    </div>
                </div>
                <ul class="booking-who">{who}</ul>
                <p class="cluster">
                    {tickets}
                    {actions}
                </p>
                {cutoff.map(|(rule, call)| view! { <p class="hint">{rule}{call.map(|call| view! { " "{call} })}</p> })}
                {(!later.is_empty()).then(|| view! {
                    <details class="fold">
                        <summary class="chip">{td_string!(locale, mine.later_dates)}</summary>
                        <ul class="booking-who">{later}</ul>
                    </details>
                })}
            </article>
        </li>
    }
}

fn person(visit: &Visit, booking: &BookingView) -> impl IntoView + use<> {
    let state = match booking.state {
        State::Waitlisted => position(visit, booking),
        state => words::state(visit.locale, state).to_owned(),
    };
    view! { <li><span>{booking.person_name.clone()}</span><span class="badge" data-tone=tone(booking.state)>{state}</span></li> }
}

/// A later date of a series, which each of its people may miss.
fn date_row(locale: Locale, date: &[BookingView], now: Timestamp) -> impl IntoView + use<> {
    let several = date.len() > 1;
    let links: Vec<_> = date
        .iter()
        .filter(|b| Way::of(b, now).contains(&Way::Date))
        .map(|b| Way::Date.link(locale, b, several))
        .collect();
    let href = format!("/occurrences/{}", date[0].occurrence_id);
    view! {
        <li>
            <a href=href>{words::span_near(locale, date[0].span(), now)}</a>
            <span class="cluster">{links}</span>
        </li>
    }
}
