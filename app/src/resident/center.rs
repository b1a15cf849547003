//! A center: when it is open, how to reach it, what is on next, its menu, what is around.

use super::{
    gate,
    mine::Mine,
    place,
    shifts::wanted::{invitation, wanted},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Card, DemoLabel, EmptyState, NoticeBox, OccurrenceList, OpenState, Tone},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    id::CenterId,
    place::CenterStatus,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::{
    agencies::{self, Operator},
    centers::CenterView,
    menu::{self, Field},
    occurrences::OccurrenceView,
    page::{Limit, Page, Part},
    shifts::Short,
    whats_on::{self, Search},
};

/// How many occurrences are shown, one of each activity.
const NEXT: Limit = Limit::of(6);
/// How many centers around are shown.
const AROUND: usize = 5;
/// Of how many days it is said when they are not as usual.
const SOON: u64 = 14;
/// How far ahead is looked.
const AHEAD: i64 = 14 * DAY;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/centers/{id}", get(show))
}

struct Loaded {
    fields: Vec<Field>,
    next: Page<OccurrenceView>,
    mine: Mine,
    wanted: Vec<Short>,
    runs: Option<Operator>,
}

async fn load(visit: &Visit, center: &CenterId) -> store::Result<Loaded> {
    let search = Search {
        dates: whats_on::Dates::Next,
        part: Part::first(NEXT),
        ..Search::at(center.clone(), visit.now, visit.now.plus(AHEAD), visit.now)
    };
    Ok(Loaded {
        fields: menu::fields(visit.db()).await?,
        next: whats_on::list(visit.db(), &search).await?,
        mine: Mine::of(visit).await?,
        wanted: wanted(visit, center).await?,
        runs: agencies::operator(visit.db(), center, visit.now).await?,
    })
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id).await?;
    let loaded = load(&visit, &center.summary.id).await?;
    Ok(page(&visit, center, loaded))
}

fn page(visit: &Visit, center: CenterView, loaded: Loaded) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let near = place::around(&visit.site.centers(), &center.summary.id, AROUND);
    let is_mine = visit.center.as_ref() == Some(&center.summary.id);
    visit.page(center.summary.name.clone()).render(move || {
        let Loaded { fields, next, mine, wanted, runs } = loaded;
        let id = center.summary.id.clone();
        let cards: Vec<Card> = next.items.iter().map(|view| mine.card(locale, view, now).dated()).collect();
        let summary = &center.summary;
        let lead = format!("{} · {} · {}", summary.district, summary.subdistrict, summary.community);
        let closed = match summary.status {
            CenterStatus::Open => None,
            CenterStatus::Closed => {
                let text = match center.closed_note.as_str() {
                    "" => td_string!(locale, center.closed_hint).to_owned(),
                    note => note.to_owned(),
                };
                Some(view! { <NoticeBox title=td_string!(locale, center.closed) text tone=Tone::Warn /> })
            }
        };
        view! {
            <div class="page-head">
                {(summary.demo || summary.second_site_demo).then(|| view! { <p class="cluster"><DemoLabel locale /></p> })}
                <h1>{place::center_name(&summary.name)}</h1>
                <p class="lead">{lead}</p>
            </div>
            {closed}
            <div class="columns">
                <div class="column">
                    <section class="section" aria-labelledby="on">
                        <div class="section-head">
                            <h2 id="on">{td_string!(locale, center.next)}</h2>
                            <a class="more" href=format!("/centers/{id}/whats-on")>{td_string!(locale, home.all)}</a>
                        </div>
                        {if cards.is_empty() {
                            let text = td_string!(locale, center.nothing_hint);
                            view! { <EmptyState title=td_string!(locale, center.nothing) text /> }.into_any()
                        } else {
                            view! { <OccurrenceList locale cards /> }.into_any()
                        }}
                    </section>
                    <section class="section" aria-labelledby="services">
                        <div class="section-head">
                            <h2 id="services">{td_string!(locale, menu.title)}</h2>
                            <a class="more" href=format!("/centers/{id}/menu")>{td_string!(locale, menu.all)}</a>
                        </div>
                        {place::field_grid(locale, &id, &fields)}
                    </section>
                </div>
                <aside class="column" aria-label=td_string!(locale, center.about)>
                    {facts(locale, &center, runs.as_ref(), now, is_mine)}
                    {invitation(locale, &id, &wanted, now)}
                    {(!near.is_empty()).then(|| view! {
                        <section class="section" aria-labelledby="near">
                            <h2 id="near">{td_string!(locale, center.near)}</h2>
                            {place::near_rows(locale, near)}
                        </section>
                    })}
                </aside>
            </div>
        }
    })
}

fn facts(
    locale: Locale,
    center: &CenterView,
    runs: Option<&Operator>,
    now: Timestamp,
    is_mine: bool,
) -> impl IntoView + use<> {
    let times = center.times();
    let hours: Vec<_> = match times.week() {
        Some(week) => words::week(locale, week)
            .into_iter()
            .map(|line| view! { <div>{line}</div> })
            .collect(),
        None => vec![view! { <div>{td_string!(locale, hours.unknown).to_owned()}</div> }],
    };
    let opening = words::opening(locale, &times, now);
    let otherwise = words::otherwise(locale, &times, (now.day(), SOON), now);
    let summary = &center.summary;
    let address = match summary.address.as_str() {
        "" => format!(
            "{}{}{}",
            summary.district, summary.subdistrict, summary.community
        ),
        address => address.to_owned(),
    };
    let rooms: Vec<&str> = center.rooms.iter().map(|room| room.name.as_str()).collect();
    let rooms = rooms.join(td_string!(locale, hours.join));
    view! {
        <div class="card">
            {opening.map(|opening| view! { <p><OpenState opening /></p> })}
            <dl class="facts">
                <dt>{td_string!(locale, center.hours)}</dt><dd>{hours}</dd>
                {(!otherwise.is_empty()).then(|| {
                    let lines: Vec<_> = otherwise.into_iter().map(|line| view! { <div>{line}</div> }).collect();
                    view! { <dt>{td_string!(locale, center.exceptions)}</dt><dd>{lines}</dd> }
                })}
                {place::phone_link(&center.phone).map(|link| view! { <dt>{td_string!(locale, center.phone)}</dt><dd>{link}</dd> })}
                <dt>{td_string!(locale, center.address)}</dt><dd>{address}</dd>
                {(!rooms.is_empty()).then(|| view! { <dt>{td_string!(locale, center.rooms)}</dt><dd>{rooms}</dd> })}
                {runs.map(|of| view! { <dt>{td_string!(locale, agency.public)}</dt><dd>{of.name.clone()}</dd> })}
            </dl>
            {if is_mine {
                view! { <p class="small lead">{td_string!(locale, center.is_mine)}</p> }.into_any()
            } else {
                place::choose(locale, &summary.id, "/").into_any()
            }}
        </div>
    }
}
