//! Today: what is on at a center and the days after, and what needs attention. Who oversees
//! several centers chooses one first.

use crate::staff::common::{gate, loss::alert, told::taken};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, DayHead, EmptyState, Field, Filters, Row, Table, Tone},
    web::{Answer, CENTER, Form, Site, Visit, with_cookie},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    access::Action,
    activity::{Allocation, Channel, Status},
    time::{DAY, Timestamp},
};
use gazetteer::{MAX_QUERY, matches, query_words, title_keys};
use leptos::prelude::*;
use store::{
    activities,
    centers::{CenterSummary, CenterView},
    certificates,
    occurrences::OccurrenceView,
    page::Limit,
    shifts::{self, Alert},
    whats_on::{self, Search},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff", get(start))
        .route("/staff/centers/{center}", get(of_center))
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
                <h1>{td_string!(locale, staff.dash.centers)}</h1>
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
    let mut search = Search::at(
        center.summary.id.clone(),
        today,
        today.plus(7 * DAY),
        visit.now,
    );
    search.part.limit = Limit::MOST;
    let coming = whats_on::list(visit.db(), &search).await?.items;
    let all =
        activities::of_center(visit.db(), &visit.caller, &center.summary.id, visit.now).await?;
    let drafts = all.iter().filter(|a| a.status == Status::Draft).count();
    let secure = visit.site.settings().secure_cookies;
    let id = center.summary.id.to_string();
    let center_id = &center.summary.id;
    let alarms = shifts::alerts(visit.db(), &visit.caller, center_id, visit.now).await?;
    let asked = certificates::count_asked(visit.db(), center_id).await?;
    let response = center_page(&visit, center, coming, (drafts, asked), alarms);
    // So that the ways to activities and menu lead to this center.
    Ok(with_cookie(response, CENTER, &id, 90 * 24 * 3600, secure))
}

fn center_page(
    visit: &Visit,
    center: CenterView,
    coming: Vec<OccurrenceView>,
    (drafts, asked): (usize, u32),
    alarms: Vec<Alert>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let place = center.summary.place();
    let may_see = visit.caller.may(Action::ViewBookings, &place).is_ok();
    // Who may not see who asked is not told that somebody did.
    let asked = if may_see { asked } else { 0 };
    let may_plan = visit.caller.may(Action::ManageActivities, &place).is_ok();
    let may_decide = visit.caller.may(Action::SetPolicy, &place).is_ok();
    let may_kiosks = visit.caller.may(Action::ManageKiosks, &place).is_ok();
    gate::page(visit, td_string!(locale, nav.today)).render(move || {
        let id = center.summary.id.to_string();
        let alarms: Vec<_> = alarms.iter().map(|of| alarm(locale, of, now)).collect();
        let day = now.day();
        let (today, later): (Vec<_>, Vec<_>) = coming.into_iter().partition(|o| o.starts_at.day() <= day);
        let attention = attention(locale, today.iter().chain(&later), now);
        let tally = tally(locale, &today, now);
        let (word, rest) = words::day_head(locale, day, now);
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
            <div class="page-head">
                <div class="cluster">
                    <h1>{word}" "{rest}</h1>
                    {may_see.then(|| view! { <a class="button" href=format!("/staff/centers/{id}/door")>{td_string!(locale, door.open)}</a> })}
                    {may_plan.then(|| view! { <a class="button button-main" href=format!("/staff/centers/{id}/activities/new")>{td_string!(locale, staff.act.new)}</a> })}
                </div>
                <p class="lead">{center.summary.name.clone()}</p>
                {may_see.then(|| view! { <p><a href=format!("/staff/centers/{id}/today")>{td_string!(locale, day.title)}</a></p> })}
                <p><a href=format!("/staff/centers/{id}/shifts")>{td_string!(locale, staff.shift.title)}</a></p>
                <p><a href=format!("/staff/centers/{id}/risk")>{td_string!(locale, cover.title)}</a></p>
                {may_kiosks.then(|| view! { <p><a href=format!("/staff/centers/{id}/kiosks")>{td_string!(locale, kiosks.title)}</a></p> })}
                {may_decide.then(|| view! { <p><a href=format!("/staff/centers/{id}/policy")>{td_string!(locale, policy.title)}</a></p> })}
            </div>
            {tally}
            {(!alarms.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="alarms">
                    <h2 id="alarms">{td_string!(locale, staff.shift.alert.title)}</h2>
                    <ul class="row-list">{alarms}</ul>
                </section>
            })}
            {(!attention.is_empty() || drafts > 0 || asked > 0).then(|| view! {
                <section class="section" aria-labelledby="attention">
                    <h2 id="attention">{td_string!(locale, staff.dash.attention)}</h2>
                    <ul class="row-list">
                        {attention}
                        {(asked > 0).then(|| view! {
                            <Row href=format!("/staff/centers/{id}/certificates") title=td_string!(locale, staff.dash.certificates_asked, count = asked) />
                        })}
                        {(drafts > 0).then(|| view! {
                            <Row href=format!("/staff/centers/{id}/activities?status=draft") title=td_string!(locale, staff.dash.drafts, count = drafts)>
                                <Badge text=td_string!(locale, status.draft) tone=Tone::Warn />
                            </Row>
                        })}
                    </ul>
                </section>
            })}
            <section class="section" aria-labelledby="today">
                <div class="section-head">
                    <h2 id="today">{td_string!(locale, staff.dash.today)}</h2>
                    <a class="more" href=format!("/staff/centers/{id}/activities")>{td_string!(locale, staff.dash.all)}</a>
                </div>
                {if today.is_empty() {
                    view! { <p class="lead">{td_string!(locale, staff.dash.nothing_today)}</p> }.into_any()
                } else {
                    table(locale, td_string!(locale, staff.dash.today).to_owned(), &today, may_see).into_any()
                }}
            </section>
            {days}
        }
    })
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

/// What is full with people waiting, and what is on tomorrow with many places left.
fn attention<'a>(
    locale: Locale,
    coming: impl Iterator<Item = &'a OccurrenceView>,
    now: Timestamp,
) -> Vec<AnyView> {
    let tomorrow = now.plus(DAY).day();
    coming
        .filter(|o| o.starts_at > now && o.terms.allocation == Allocation::FirstCome)
        .filter_map(|o| {
            let free = o.free(Channel::Desk, now);
            let text = if free == 0 && o.waitlisted > 0 {
                td_string!(locale, staff.dash.full_waiting, count = o.waitlisted)
            } else if o.starts_at.day() == tomorrow && free * 2 > i64::from(o.terms.capacity) {
                td_string!(locale, staff.dash.tomorrow_free, count = free)
            } else {
                return None;
            };
            let when = words::moment(locale, o.starts_at, now);
            let href = format!("/staff/occurrences/{}", o.id);
            Some(view! { <Row href=href title=o.title.clone() note=when><Badge text=text tone=Tone::Warn /></Row> }.into_any())
        })
        .take(8)
        .collect()
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
