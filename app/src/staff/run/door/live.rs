//! What changes by itself on the check-in page: today's counts and the last scans.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Tone},
    web::{Answer, Visit},
    words,
};
use axum::extract::Path;
use domain::{access::Action, check_in::Kind, id::CenterId};
use leptos::prelude::*;
use store::{
    check_ins::{self, DoorOccurrence, Entry},
    page::Limit,
};

/// So many of the last scans are shown.
const LAST: Limit = Limit::of(12);

/// Today's counts and the last scans.
pub(super) struct Live {
    today: Vec<DoorOccurrence>,
    last: Vec<Entry>,
}

impl Live {
    /// What stands now.
    pub(super) async fn read(visit: &Visit, center: &CenterId) -> store::Result<Self> {
        Ok(Self {
            today: check_ins::today(visit.db(), &visit.caller, center, visit.now).await?,
            last: check_ins::recent(visit.db(), &visit.act(), center, LAST).await?,
        })
    }

    /// Both lists.
    pub(super) fn view(&self, visit: &Visit, center: &str) -> impl IntoView + use<> {
        let locale = visit.locale;
        let today: Vec<_> = self.today.iter().map(|s| sitting_row(locale, s)).collect();
        let last: Vec<_> = self
            .last
            .iter()
            .map(|entry| entry_row(locale, entry))
            .collect();
        let (no_day, no_scan) = (today.is_empty(), last.is_empty());
        view! {
            <section class="section" aria-labelledby="today">
                <div class="section-head">
                    <h2 id="today">{td_string!(locale, staff.dash.today)}</h2>
                    <a class="more" href=format!("/staff/centers/{center}/cards")>{td_string!(locale, door.cards)}</a>
                </div>
                {no_day.then(|| view! { <p class="lead">{td_string!(locale, staff.dash.nothing_today)}</p> })}
                <ul class="row-list">{today}</ul>
            </section>
            <section class="section" aria-labelledby="last">
                <h2 id="last">{td_string!(locale, door.last)}</h2>
                {no_scan.then(|| view! { <p class="lead">{td_string!(locale, door.no_scan)}</p> })}
                <ul class="row-list">{last}</ul>
            </section>
        }
    }
}

/// Both lists alone, for the island that renews them.
pub(super) async fn part(visit: Visit, Path(center): Path<String>) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let live = Live::read(&visit, &center.summary.id).await?;
    let reader = visit.clone();
    let id = center.summary.id.to_string();
    Ok(gate::fragment(move || live.view(&reader, &id)))
}

fn sitting_row(locale: Locale, sitting: &DoorOccurrence) -> impl IntoView + use<> {
    let when = words::hours(locale, sitting.span());
    let inside = sitting.came - sitting.went;
    view! {
        <li><div class="row">
            <div class="row-text">
                <a href=format!("/staff/occurrences/{}/attend", sitting.id)>{sitting.title.clone()}</a>
                <small>{when}{(!sitting.room.is_empty()).then(|| format!(" · {}", sitting.room))}</small>
            </div>
            <span class="number">
                {td_string!(locale, door.came_of, came = sitting.came, expected = sitting.expected)}
                {sitting.asks_check_out.then(|| view! { <br /><small>{td_string!(locale, door.inside, many = inside)}</small> })}
            </span>
        </div></li>
    }
}

fn entry_row(locale: Locale, entry: &Entry) -> impl IntoView + use<> {
    let tone = match entry.kind {
        Kind::Scan => entry.result.light().into(),
        Kind::Undo | Kind::Close => Tone::Plain,
    };
    let name = entry.person_name.as_ref().map(|n| n.as_str().to_owned());
    let title = entry.title.clone().unwrap_or_default();
    let method = words::method(locale, entry.method);
    let said: Vec<String> = [
        words::clock(locale, entry.at),
        title,
        method.to_owned(),
        words::door_name(locale, &entry.door),
    ]
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect();
    view! {
        <li><div class="row">
            <div class="row-text">
                <strong>{name.unwrap_or_else(|| td_string!(locale, door.unknown_person).to_owned())}</strong>
                <small>{said.join(" · ")}</small>
                {entry.review.map(|review| view! { <small>{words::review(locale, review)}</small> })}
            </div>
            {entry.is_undone.then(|| view! { <Badge text=td_string!(locale, door.outcome_undo) /> })}
            <Badge text=words::outcome(locale, entry.kind, entry.result) tone />
        </div></li>
    }
}
