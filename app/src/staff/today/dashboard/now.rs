//! What changes on the first page in the course of a day: what runs now and next, what is missing, what
//! waits for a decision. Each line leads to the page where it is settled.

mod decide;
mod missing;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Badge, NoticeBox, Row, Tone},
    web::{Answer, Visit},
    words,
};
use axum::extract::Path;
use domain::{access::Action, time::Timestamp};
use leptos::prelude::*;
use store::{
    centers::CenterSummary,
    desk_today::{DeskToday, On, What, desk_today},
};

/// Besides all that runs, what comes next is shown up to so many lines in all.
const SHOWN: usize = 8;

/// That part of the page alone, for a page that follows what happens.
pub(super) async fn part(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?.summary;
    let desk = desk_today(visit.db(), &visit.act(), &center.id).await?;
    Ok(gate::fragment(move || view(&visit, &center, &desk)))
}

/// How the center stands.
pub(super) fn view(
    visit: &Visit,
    center: &CenterSummary,
    desk: &DeskToday,
) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let here = format!("/staff/centers/{}", center.id);
    let calm = match desk.on.is_empty() {
        true => td_string!(locale, desk_today.quiet),
        false => td_string!(locale, desk_today.calm),
    };
    let is_quiet = desk.is_calm() && desk.on.is_empty();
    let may_see = visit.caller.may(Action::ViewBookings, &center.place());
    let may_see = may_see.is_ok();
    view! {
        <p class="lead">{td_string!(locale, day.as_of, time = words::clock(locale, now))}</p>
        {(!is_quiet).then(|| on(locale, &desk.on, may_see, now))}
        {desk.is_calm().then(|| view! { <NoticeBox title=calm tone=Tone::Good /> })}
        {missing::section(locale, &here, desk, now)}
        {decide::section(locale, &here, &desk.decisions, now)}
    }
}

/// What runs and what comes next.
fn on(locale: Locale, on: &[On], may_see: bool, now: Timestamp) -> impl IntoView + use<> {
    let running = on.iter().filter(|of| of.span.start() <= now).count();
    let shown = running.max(SHOWN);
    let rows = on.iter().take(shown);
    let rows: Vec<_> = rows.map(|of| row(locale, of, may_see, now)).collect();
    let more = on.len().saturating_sub(shown);
    view! {
        <section class="section" aria-labelledby="now">
            <h2 id="now">{td_string!(locale, desk_today.now)}</h2>
            {rows.is_empty().then(|| view! { <p class="lead">{td_string!(locale, desk_today.now_none)}</p> })}
            {(!rows.is_empty()).then(|| view! { <ul class="row-list">{rows}</ul> })}
            {(more > 0).then(|| view! { <p class="hint">{td_string!(locale, desk_today.now_more, count = more)}</p> })}
        </section>
    }
}

fn row(locale: Locale, of: &On, may_see: bool, now: Timestamp) -> impl IntoView + use<> {
    let href = match &of.what {
        What::Occurrence(id) if may_see => format!("/staff/occurrences/{id}/attend"),
        What::Occurrence(id) => format!("/staff/occurrences/{id}"),
        What::Shift(id) => format!("/staff/shifts/{id}"),
    };
    let (state, tone) = match (now >= of.span.start(), of.is_arriving) {
        (true, _) => (td_string!(locale, desk_today.runs), Tone::Good),
        (false, true) => (td_string!(locale, desk_today.arrives), Tone::Good),
        (false, false) => (td_string!(locale, desk_today.next), Tone::Plain),
    };
    let came = match of.expected {
        Some(expected) => td_string!(locale, door.came_of, came = of.came, expected = expected),
        None => td_string!(locale, desk_today.came, count = of.came),
    };
    let hours = words::hours(locale, of.span);
    let note = match of.place.is_empty() {
        true => hours,
        false => format!("{hours} · {}", of.place),
    };
    view! { <Row href title=of.title.clone() note><Badge text=format!("{state} · {came}") tone /></Row> }
}
