//! The start page: my center today and this week, and my next activity; before a center is chosen,
//! the finder.

use super::{
    finder,
    mine::Mine,
    place,
    shifts::wanted::{invitation, wanted},
};
use crate::{
    i18n::td_string,
    ui::{DayHead, EmptyState, OccurrenceList, OpenState, StripDay, TearOff, WeekStrip},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, response::Response, routing::get};
use chrono::Days;
use domain::{
    Refusal,
    id::CenterId,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::{
    bookings::BookingView,
    centers::{self, CenterView},
    menu::{self, Field},
    occurrences::OccurrenceView,
    page::{Limit, Part},
    shifts::Short,
    whats_on::{self, Search},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/", get(home))
}

/// What the page shows.
struct Loaded {
    center: CenterView,
    fields: Vec<Field>,
    week: Vec<OccurrenceView>,
    complete: bool,
    mine: Mine,
    wanted: Vec<Short>,
}

async fn load(visit: &Visit, center: &CenterId) -> store::Result<Loaded> {
    let until = Timestamp::start_of(visit.now.day()).plus(7 * DAY);
    let search = Search {
        part: Part::first(Limit::MOST),
        ..Search::at(center.clone(), visit.now, until, visit.now)
    };
    let week = whats_on::list(visit.db(), &search).await?;
    Ok(Loaded {
        center: centers::find(visit.db(), center).await?,
        fields: menu::fields(visit.db()).await?,
        complete: week.next.is_none(),
        week: week.items,
        mine: Mine::of(visit).await?,
        wanted: wanted(visit, center).await?,
    })
}

async fn home(visit: Visit) -> Answer {
    let Some(center) = visit.likely_center().cloned() else {
        return Ok(finder::welcome(&visit));
    };
    match load(&visit, &center).await {
        Ok(loaded) => Ok(page(&visit, loaded)),
        // The center that the browser remembers is no more.
        Err(error) if error.refusal() == Some(&Refusal::NotFound) => Ok(finder::welcome(&visit)),
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, loaded: Loaded) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    visit.page(td_string!(locale, home.title)).render(move || {
        let Loaded { center, fields, week, complete, mine, wanted } = loaded;
        let id = center.summary.id.clone();
        let today = now.day();
        let (first, later): (Vec<_>, Vec<_>) = week.iter().partition(|o| o.starts_at.day() <= today);
        let cards: Vec<_> = first.into_iter().map(|o| mine.card(locale, o, now)).collect();
        let next_day = later.first().map(|o| o.starts_at.day());
        let next_cards: Vec<_> = later
            .iter()
            .filter(|o| Some(o.starts_at.day()) == next_day)
            .map(|o| mine.card(locale, o, now))
            .collect();
        let strip: Vec<_> = (0..7)
            .filter_map(|days| today.checked_add_days(Days::new(days)))
            .map(|day| StripDay {
                day,
                href: format!("/centers/{id}/whats-on?day={day}"),
                count: complete.then(|| week.iter().filter(|o| o.starts_at.day().max(today) == day).count() as u32),
                current: day == today,
            })
            .collect();
        let whats_on = format!("/centers/{id}/whats-on");
        view! {
            {head(locale, &center, now)}
            <div class="columns">
                <div class="column">
                    {mine.next(now).map(|booking| next_up(locale, booking, now))}
                    <section class="section" aria-labelledby="today">
                        <DayHead locale day=today now id="today" />
                        {if cards.is_empty() {
                            let text = td_string!(locale, home.nothing_today_hint);
                            view! { <EmptyState title=td_string!(locale, home.nothing_today) text /> }.into_any()
                        } else {
                            view! { <OccurrenceList locale cards /> }.into_any()
                        }}
                    </section>
                    <section class="section" aria-labelledby="week">
                        <div class="section-head">
                            <h2 id="week">{td_string!(locale, home.week)}</h2>
                            <a class="more" href=whats_on.clone()>{td_string!(locale, home.all)}</a>
                        </div>
                        <WeekStrip locale days=strip now />
                        {next_day.map(|day| view! {
                            <DayHead locale day now id="next-day" level=3 />
                            <OccurrenceList locale cards=next_cards level=4 />
                        })}
                        <p><a class="button button-main" href=whats_on>{td_string!(locale, home.see_all)}</a></p>
                    </section>
                </div>
                <aside class="column" aria-label=td_string!(locale, home.services)>
                    <section class="section" aria-labelledby="services">
                        <div class="section-head">
                            <h2 id="services">{td_string!(locale, menu.title)}</h2>
                            <a class="more" href=format!("/centers/{id}/menu")>{td_string!(locale, menu.all)}</a>
                        </div>
                        {place::field_grid(locale, &id, &fields)}
                    </section>
                    {invitation(locale, &id, &wanted, now)}
                </aside>
            </div>
        }
    })
}

fn head(locale: words::Locale, center: &CenterView, now: Timestamp) -> impl IntoView + use<> {
    let opening = words::opening(locale, &center.times(), now);
    view! {
        <div class="page-head">
            <p class="small lead">{td_string!(locale, home.my_center)}</p>
            <h1><a class="plain" href=format!("/centers/{}", center.summary.id)>{place::center_name(&center.summary.name)}</a></h1>
            <p class="cluster">
                {opening.map(|opening| view! { <OpenState opening /> })}
                {place::phone_link(&center.phone)}
                <a href="/centers">{td_string!(locale, home.change)}</a>
            </p>
        </div>
    }
}

fn next_up(locale: words::Locale, booking: &BookingView, now: Timestamp) -> impl IntoView + use<> {
    let hours = words::span_near(locale, booking.span(), now);
    let id = booking.id.clone();
    let action = if booking.state.holds_place() {
        td_string!(locale, mine.show_ticket)
    } else {
        td_string!(locale, fault.mine)
    };
    view! {
        <section class="card next-up" aria-labelledby="next">
            <h2 id="next" class="small">{td_string!(locale, home.next)}</h2>
            <div class="occurrence-head">
                <TearOff locale at=booking.starts_at />
                <div>
                    <h3><a href=format!("/occurrences/{}", booking.occurrence_id)>{booking.title.clone()}</a></h3>
                    <p class="clock">{hours}</p>
                    <p class="small">{format!("{} · {}", booking.person_name, words::state(locale, booking.state))}</p>
                </div>
            </div>
            <a class="button button-wide" href=format!("/me/bookings/{id}/ticket")>{action}</a>
        </section>
    }
}
