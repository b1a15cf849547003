//! Today: what is on at a center and the days after, and what needs attention. Who oversees
//! several centers chooses one first.

mod now;
mod ways;

use crate::staff::common::{gate, live::LiveState, loss::alert, operator, told::taken};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, DayHead, EmptyState, Field, Filters, Row, Table, Tone},
    web::{Answer, CENTER, Form, Site, Visit, with_cookie},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    access::Action,
    activity::{Allocation, Channel},
    time::{DAY, Timestamp},
};
use gazetteer::{MAX_QUERY, matches, query_words, title_keys};
use leptos::prelude::*;
use store::{
    agencies::Operator,
    centers::{CenterSummary, CenterView},
    desk_today::{DeskToday, desk_today},
    occurrences::OccurrenceView,
    page::Limit,
    shifts::Alert,
    whats_on::{self, Search},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff", get(start))
        .route("/staff/centers/{center}", get(of_center))
        .route("/staff/centers/{center}/now", get(now::part))
}

async fn start(visit: Visit, form: Form) -> Answer {
    let own = gate::own_centers(&visit).await?;
    if let [only] = own.as_slice() {
        let id = only.id.to_string();
        return of_center(visit, Path(id)).await;
    }
    Ok(list_page(&visit, own, form.text("q")))
}

/// So many centers are shown at once.
const SHOWN: usize = 60;

fn list_page(visit: &Visit, own: Vec<CenterSummary>, q: &str) -> Response {
    let locale = visit.locale;
    let q: String = q.chars().take(MAX_QUERY).collect();
    let words = query_words(&q);
    let mut found: Vec<CenterSummary> = own
        .into_iter()
        .filter(|c| {
            let texts = [&c.name, &c.subdistrict, &c.district, &c.community];
            texts.iter().any(|text| matches(&title_keys(text), &words))
        })
        .collect();
    let count = found.len();
    found.truncate(SHOWN);
    gate::page(visit, td_string!(locale, staff.dash.centers)).render(move || {
        let groups: Vec<_> = found
            .chunk_by(|a, b| a.subdistrict_code == b.subdistrict_code)
            .map(|group| {
                let head = group.first().map(|c| format!("{} · {}", c.district, c.subdistrict));
                let rows: Vec<_> = group
                    .iter()
                    .map(|c| view! { <Row href=format!("/staff/centers/{}", c.id) title=c.name.clone() note=c.address.clone() /> })
                    .collect();
                view! { <section class="section"><h2 class="day-head">{head}</h2><ul class="row-list">{rows}</ul></section> }
            })
            .collect();
        let none = groups.is_empty();
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, staff.dash.centers)}</h1>
                    <a class="button button-main" href="/staff/overview">{td_string!(locale, overview.title)}</a>
                </div>
                <p class="lead">{td_string!(locale, staff.dash.centers_lead, count)}</p>
            </div>
            <Filters locale action="/staff" label=td_string!(locale, staff.dash.find)>
                <Field name="q" label=td_string!(locale, staff.dash.find) value=q kind="search" />
            </Filters>
            {none.then(|| view! { <EmptyState title=td_string!(locale, staff.dash.no_center) /> })}
            {groups}
            {(count > SHOWN).then(|| view! { <p class="hint">{td_string!(locale, staff.dash.more_centers)}</p> })}
        }
    })
}

async fn of_center(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let today = Timestamp::start_of(visit.now.day());
    let id = center.summary.id.clone();
    let mut search = Search::at(id.clone(), today, today.plus(7 * DAY), visit.now);
    search.part.limit = Limit::MOST;
    let coming = whats_on::list(visit.db(), &search).await?.items;
    let desk = desk_today(visit.db(), &visit.act(), &id).await?;
    let runs = operator::of(&visit, &id).await?;
    let secure = visit.site.settings().secure_cookies;
    let response = center_page(&visit, center, coming, (desk, runs));
    // So that the ways to activities and menu lead to this center.
    let id = id.to_string();
    Ok(with_cookie(response, CENTER, &id, 90 * 24 * 3600, secure))
}

fn center_page(
    visit: &Visit,
    center: CenterView,
    coming: Vec<OccurrenceView>,
    (desk, runs): (DeskToday, Option<Operator>),
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let place = center.summary.place();
    let may = |action| visit.caller.may(action, &place).is_ok();
    let may_see = may(Action::ViewBookings);
    let may_plan = may(Action::ManageActivities);
    let reader = visit.clone();
    gate::page(visit, td_string!(locale, nav.today)).render(move || {
        let here = format!("/staff/centers/{}", center.summary.id);
        let (word, rest) = words::day_head(locale, now.day(), now);
        let main = match (may_see, may_plan) {
            (true, _) => Some((format!("{here}/door"), td_string!(locale, door.open))),
            (false, true) => Some((format!("{here}/activities/new"), td_string!(locale, staff.act.new))),
            (false, false) => None,
        };
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{word}" "{rest}</h1>
                    {main.map(|(href, words)| view! { <a class="button button-main" href=href>{words}</a> })}
                </div>
                <p class="lead">
                    {center.summary.name.clone()}" "
                    <LiveState
                        locale
                        source=format!("/api/v1/centers/{}/door/live", center.summary.id)
                        part=format!("{here}/now")
                    />
                </p>
                {operator::line(locale, runs.as_ref())}
            </div>
            <div id="roster" class="stack">{now::view(&reader, &center.summary, &desk)}</div>
            {week(locale, &here, coming, may_see, now)}
            {ways::section(&reader, &center.summary)}
        }
    })
}

/// Today's dates in a table, and those of the other days of the week.
fn week(
    locale: Locale,
    here: &str,
    coming: Vec<OccurrenceView>,
    may_see: bool,
    now: Timestamp,
) -> impl IntoView + use<> {
    let day = now.day();
    let (today, later): (Vec<_>, Vec<_>) =
        coming.into_iter().partition(|o| o.starts_at.day() <= day);
    let days: Vec<_> = later
        .chunk_by(|a, b| a.starts_at.day() == b.starts_at.day())
        .enumerate()
        .map(|(n, group)| {
            let day = group.first().map_or(day, |o| o.starts_at.day());
            let name = words::day(locale, day);
            view! {
                <section class="section" aria-labelledby=format!("day-{n}")>
                    <DayHead locale day now id=format!("day-{n}") />
                    {table(locale, name, group, may_see)}
                </section>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="today">
            <div class="section-head">
                <h2 id="today">{td_string!(locale, staff.dash.today)}</h2>
                <a class="more" href=format!("{here}/activities")>{td_string!(locale, staff.dash.all)}</a>
            </div>
            {if today.is_empty() {
                view! { <p class="lead">{td_string!(locale, staff.dash.nothing_today)}</p> }.into_any()
            } else {
                view! {
                    {tally(locale, &today, now)}
                    {table(locale, td_string!(locale, staff.dash.today).to_owned(), &today, may_see)}
                }
                .into_any()
            }}
        </section>
        {days}
    }
}

fn tally(locale: Locale, today: &[OccurrenceView], now: Timestamp) -> impl IntoView + use<> {
    let sum = |of: fn(&OccurrenceView) -> i64| today.iter().map(of).sum::<i64>();
    let free: i64 = today
        .iter()
        .filter(|o| o.terms.allocation == Allocation::FirstCome && o.terms.booking_closes_at > now)
        .map(|o| o.free(Channel::Desk, now))
        .sum();
    view! {
        <dl class="tally">
            <div><dt>{td_string!(locale, staff.dash.today_count)}</dt><dd>{today.len()}</dd></div>
            <div><dt>{td_string!(locale, staff.dash.booked)}</dt><dd>{sum(|o| o.confirmed)}</dd></div>
            <div><dt>{td_string!(locale, staff.dash.waiting)}</dt><dd>{sum(|o| o.waitlisted)}</dd></div>
            <div><dt>{td_string!(locale, staff.dash.free)}</dt><dd>{free}</dd></div>
        </dl>
    }
}

/// A half that was lost, with the way to the shift where it is made good.
pub(in crate::staff) fn alarm(locale: Locale, of: &Alert, now: Timestamp) -> impl IntoView + use<> {
    let (what, _) = alert(locale, of, now);
    let title = format!(
        "{} · {}",
        of.title,
        words::span_near(locale, of.span(), now)
    );
    view! { <Row href=format!("/staff/shifts/{}", of.shift_id) title><Badge text=what tone=Tone::Bad /></Row> }
}

fn sheet_link(locale: Locale, href: String, title: String) -> impl IntoView + use<> {
    view! {
        <a class="button button-quiet" href=format!("{href}/sheet")>
            {td_string!(locale, staff.roster.sheet)}<span class="visually-hidden">"："{title}</span>
        </a>
    }
}

/// The dates of a day, with what each is like for those who run it.
fn table(
    locale: Locale,
    caption: String,
    rows: &[OccurrenceView],
    may_see: bool,
) -> impl IntoView + use<> {
    let href = |o: &OccurrenceView| format!("/staff/occurrences/{}", o.id);
    let columns = Columns::head(
        td_string!(locale, staff.act.activity),
        |o: &OccurrenceView| {
            view! { <a href=href(o)>{o.title.clone()}</a> }
        },
    )
    .text(td_string!(locale, field.time), |o| {
        words::hours(locale, o.span())
    })
    .text(td_string!(locale, field.room), |o| o.room.clone())
    .number(td_string!(locale, staff.dash.booked), |o| taken(locale, o))
    .number(td_string!(locale, staff.dash.waiting), |o| {
        o.waitlisted.to_string()
    })
    .actions(locale, |o| {
        let open = may_see && o.terms.allocation == Allocation::FirstCome;
        open.then(|| sheet_link(locale, href(o), o.title.clone()))
    });
    Table::new(caption, columns).even().of(rows)
}
