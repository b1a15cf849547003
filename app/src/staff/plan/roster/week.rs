//! The table of the week.

use super::{address, monday, moves, rows};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, live::LiveState},
    ui::{DayHead, EmptyState, NoticeBox, Tone},
    web::{Answer, Fault, Form, Site, Visit, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::{Days, NaiveDate};
use domain::{Refusal, access::Action, shift::State, time::Timestamp};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    roster::{self, Picked, WeekRow, WeekView},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/roster", get(show))
        .route("/staff/centers/{center}/roster/part", get(part))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let did = moves::did(&visit, &form).await?;
    let shown = Shown {
        did,
        filled: form.number("filled")?,
        refusals: Vec::new(),
    };
    answer(&visit, center, &form, shown).await
}

/// The table alone, for a page that follows what happens.
async fn part(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let page = read(&visit, center, &form).await?;
    Ok(gate::fragment(move || table(&page)))
}

/// What has just happened.
pub(super) struct Shown {
    /// What was done, to be undone.
    pub(super) did: Option<moves::Did>,
    /// How many places of a proposal were filled.
    pub(super) filled: Option<u32>,
    /// What kept the last move from happening.
    pub(super) refusals: Vec<Refusal>,
}

/// The page with the week that the form names, and who it says is picked up.
pub(super) async fn answer(visit: &Visit, center: CenterView, form: &Form, shown: Shown) -> Answer {
    let page = read(visit, center, form).await?;
    Ok(render(visit, page, shown))
}

async fn read(visit: &Visit, center: CenterView, form: &Form) -> Result<Page, Fault> {
    let (db, act) = (visit.db(), visit.act());
    let week = roster::week(db, &act, &center.summary.id, monday(visit, form)).await?;
    let place = center.summary.place();
    let may_arrange = visit.caller.may(Action::BookForOthers, &place).is_ok();
    let picked = match form.get("pick").map(str::parse) {
        Some(Ok(picked)) if may_arrange => roster::targets(db, &act, &week, &picked).await?,
        _ => None,
    };
    Ok(Page {
        locale: visit.locale,
        now: visit.now,
        pick: form.get("pick").unwrap_or_default().to_owned(),
        here: address(&center.summary.id, "", week.monday),
        hole: address(&center.summary.id, "/hole", week.monday),
        center,
        week,
        picked,
        may_arrange,
    })
}

/// What the table is made of.
pub(super) struct Page {
    pub(super) locale: Locale,
    pub(super) now: Timestamp,
    pub(super) center: CenterView,
    pub(super) week: WeekView,
    /// As the address says it.
    pub(super) pick: String,
    pub(super) picked: Option<Picked>,
    pub(super) may_arrange: bool,
    /// The address of this week.
    pub(super) here: String,
    /// The address of the page of a hole in it, to which the shift and the role are added.
    pub(super) hole: String,
}

fn render(visit: &Visit, page: Page, shown: Shown) -> Response {
    let (locale, now) = (page.locale, page.now);
    let title = td_string!(locale, roster.title);
    let frame = gate::page(visit, title);
    let place = page.center.summary.place();
    let may_times = visit.caller.may(Action::ManageStaff, &place).is_ok();
    let may_hand_over =
        page.may_arrange && visit.caller.may(Action::ManageActivities, &place).is_ok();
    let frame = match shown.refusals.first() {
        Some(refusal) => frame.status(status(refusal)),
        None => frame,
    };
    frame.render(move || {
        let center = &page.center.summary;
        let monday = page.week.monday;
        let sunday = monday + Days::new(6);
        let here = page.here.clone();
        let fill = address(&center.id, "/fill", monday);
        let risk = format!("/staff/centers/{}/risk", center.id);
        let times = format!("/staff/centers/{}/staff-time", center.id);
        let hand_over = format!("/staff/centers/{}/hand-over", center.id);
        let lead = format!("{} · {} – {}", center.name, words::day_short(locale, monday), words::day_short(locale, sunday));
        let may_fill = page.may_arrange && page.week.rows.iter().any(|row| now < row.shift.span.start());
        view! {
            <a class="back-link" href=format!("/staff/centers/{}/shifts", center.id)>{td_string!(locale, staff.shift.title)}</a>
            <div class="page-head">
                <div class="cluster">
                    <h1>{title}</h1>
                    {may_fill.then(|| view! { <a class="button button-main" href=fill>{td_string!(locale, roster.fill)}</a> })}
                </div>
                <p class="lead">{lead}</p>
                <p class="cluster">{live(&page)}<a href=risk>{td_string!(locale, cover.title)}</a>{may_hand_over.then(|| view! { <a href=hand_over>{td_string!(locale, hand_over.title)}</a> })}{may_times.then(|| view! { <a href=times>{td_string!(locale, staff.time.of_center)}</a> })}</p>
            </div>
            {weeks(&page)}
            {shown.filled.map(|count| view! { <NoticeBox title=td_string!(locale, roster.filled, count = count) tone=Tone::Good fresh=true /> })}
            {shown.did.map(|did| did.notice(locale, &center.id, monday))}
            {refused(locale, &shown.refusals, now)}
            {page.picked.as_ref().map(|picked| view! {
                <NoticeBox title=td_string!(locale, roster.picked, name = picked.name.clone()) fresh=true>
                    <p><a class="button" href=here.clone() data-put-back="">{td_string!(locale, roster.put_back)}</a></p>
                </NoticeBox>
            })}
            <div id="roster" class="stack roster-week">{table(&page)}</div>
            {page.may_arrange.then(|| view! { <p class="hint with-keys">{td_string!(locale, roster.keys)}</p> })}
        }
    })
}

/// What changes by itself.
fn table(page: &Page) -> AnyView {
    match page.week.rows.is_empty() {
        true => view! { <EmptyState title=td_string!(page.locale, roster.empty) /> }.into_any(),
        false => view! { {sum(page)}{days(page)} }.into_any(),
    }
}

/// Whether the table follows what happens.
fn live(page: &Page) -> impl IntoView + use<> {
    let (locale, center) = (page.locale, &page.center.summary.id);
    let pick = match &page.picked {
        Some(_) => format!("&{}", gate::query("pick", &page.pick)),
        None => String::new(),
    };
    let part = format!("{}{pick}", address(center, "/part", page.week.monday));
    view! {
        <LiveState
            locale
            source=format!("/api/v1/centers/{center}/door/live")
            part
        />
    }
}

fn refused(locale: Locale, refusals: &[Refusal], now: Timestamp) -> Option<impl IntoView + use<>> {
    let told: Vec<_> = refusals
        .iter()
        .map(|refusal| words::refusal(locale, refusal, now))
        .map(|told| view! { <h3>{told.title}</h3><p>{told.sentence}</p> })
        .collect();
    (!told.is_empty()).then(|| {
        view! {
            <section class="refusal" role="alert" aria-labelledby="why">
                <h2 id="why">{td_string!(locale, staff.shift.not_possible)}</h2>
                {told}
            </section>
        }
    })
}

/// The weeks around.
fn weeks(page: &Page) -> impl IntoView + use<> {
    let (locale, center) = (page.locale, &page.center.summary.id);
    let link = |monday: NaiveDate, words: &'static str| {
        view! { <a class="button button-quiet" href=address(center, "", monday)>{words}</a> }
    };
    let week = Days::new(7);
    let now = roster::monday_of(page.now);
    view! {
        <nav class="cluster" aria-label=td_string!(locale, roster.weeks)>
            {link(page.week.monday - week, td_string!(locale, roster.before))}
            {(page.week.monday != now).then(|| link(now, td_string!(locale, roster.now)))}
            {link(page.week.monday + week, td_string!(locale, roster.after))}
        </nav>
    }
}

/// How the week stands.
fn sum(page: &Page) -> impl IntoView + use<> {
    let locale = page.locale;
    let all = page.week.rows.len();
    let stands = |row: &&WeekRow| row.shift.missing().is_empty();
    let ready = page.week.rows.iter().filter(stands).count();
    let open = page
        .week
        .rows
        .iter()
        .filter(|row| row.shift.state(page.now) != State::Closed);
    let (mut leads, mut volunteers) = (0, 0);
    for row in open {
        let halves = row.shift.halves;
        leads += halves.leads_min.saturating_sub(halves.leads);
        volunteers += halves.volunteers_min.saturating_sub(halves.volunteers);
    }
    view! {
        <dl class="tally">
            <div><dt>{td_string!(locale, roster.ready)}</dt><dd>{format!("{ready} / {all}")}</dd></div>
            <div><dt>{td_string!(locale, roster.leads_missing)}</dt><dd>{leads}</dd></div>
            <div><dt>{td_string!(locale, roster.volunteers_missing)}</dt><dd>{volunteers}</dd></div>
        </dl>
    }
}

/// A table for each day under its heading; their columns line up.
fn days(page: &Page) -> Vec<AnyView> {
    let numbered: Vec<(usize, &WeekRow)> = page.week.rows.iter().enumerate().collect();
    let days = numbered.chunk_by(|(_, one), (_, other)| {
        one.shift.span.start().day() == other.shift.span.start().day()
    });
    let table = rows::table(page);
    days.map(|day| {
        let date = day[0].1.shift.span.start().day();
        let title = words::day_near(page.locale, date, page.now);
        let (label, id) = (format!("day-{date}"), format!("day-{date}"));
        let table = table.of(&title, day);
        view! {
            <section class="section" aria-labelledby=label><DayHead locale=page.locale day=date now=page.now id />{table}</section>
        }
        .into_any()
    })
    .collect()
}
