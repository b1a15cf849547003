//! The table of the week.

use super::{address, monday, moves, told::not_possible};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, told::shift_state},
    ui::{Badge, Columns, DayHead, DemoLabel, EmptyState, FormKey, NoticeBox, Table, Tone},
    web::{Answer, Form, Site, Visit, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::{Days, NaiveDate};
use domain::{
    Refusal,
    access::Action,
    shift::{AssignmentState, Role, State},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    roster::{self, Picked, Seat, WeekRow, WeekView},
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/roster", get(show))
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
    let (db, act) = (visit.db(), visit.act());
    let week = roster::week(db, &act, &center.summary.id, monday(visit, form)).await?;
    let place = center.summary.place();
    let may_arrange = visit.caller.may(Action::BookForOthers, &place).is_ok();
    let picked = match form.get("pick").map(str::parse) {
        Some(Ok(picked)) if may_arrange => roster::targets(db, &act, &week, &picked).await?,
        _ => None,
    };
    let page = Page {
        locale: visit.locale,
        now: visit.now,
        pick: form.get("pick").unwrap_or_default().to_owned(),
        center,
        week,
        picked,
        may_arrange,
    };
    Ok(render(visit, page, shown))
}

/// What the table is made of.
struct Page {
    locale: Locale,
    now: Timestamp,
    center: CenterView,
    week: WeekView,
    /// As the address says it.
    pick: String,
    picked: Option<Picked>,
    may_arrange: bool,
}

fn render(visit: &Visit, page: Page, shown: Shown) -> Response {
    let (locale, now) = (page.locale, page.now);
    let title = td_string!(locale, roster.title);
    let frame = gate::page(visit, title);
    let frame = match shown.refusals.first() {
        Some(refusal) => frame.status(status(refusal)),
        None => frame,
    };
    frame.render(move || {
        let center = &page.center.summary;
        let monday = page.week.monday;
        let sunday = monday + Days::new(6);
        let here = address(&center.id, "", monday);
        let fill = address(&center.id, "/fill", monday);
        let risk = format!("/staff/centers/{}/risk", center.id);
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
                <p><a href=risk>{td_string!(locale, cover.title)}</a></p>
            </div>
            {weeks(&page)}
            {shown.filled.map(|count| view! { <NoticeBox title=td_string!(locale, roster.filled, count = count) tone=Tone::Good fresh=true /> })}
            {shown.did.map(|did| did.notice(locale, &center.id, monday))}
            {refused(locale, &shown.refusals, now)}
            {page.picked.as_ref().map(|picked| view! {
                <NoticeBox title=td_string!(locale, roster.picked, name = picked.name.clone()) fresh=true>
                    <p><a class="button" href=here.clone()>{td_string!(locale, roster.put_back)}</a></p>
                </NoticeBox>
            })}
            {match page.week.rows.is_empty() {
                true => view! { <EmptyState title=td_string!(locale, roster.empty) /> }.into_any(),
                false => view! { {sum(&page)}{days(&page)} }.into_any(),
            }}
        }
    })
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
    days.map(|day| {
        let date = day[0].1.shift.span.start().day();
        let title = words::day_near(page.locale, date, page.now);
        let (label, id) = (format!("day-{date}"), format!("day-{date}"));
        let table = Table::new(title, columns(page)).even().of(day);
        view! {
            <section class="section" aria-labelledby=label><DayHead locale=page.locale day=date now=page.now id />{table}</section>
        }
        .into_any()
    })
    .collect()
}

fn columns(page: &Page) -> Columns<'_, (usize, &WeekRow)> {
    let locale = page.locale;
    Columns::head(
        td_string!(locale, staff.shift.shift),
        move |(_, row): &(usize, &WeekRow)| {
            let shift = &row.shift;
            let demo = shift.demo.then(|| view! { " "<DemoLabel locale /> });
            view! {
                <span class="roster-shift" id=format!("shift-{}", shift.id)>
                    <a href=format!("/staff/shifts/{}", shift.id)>{shift.title.clone()}</a>
                    <small class="clock">{words::hours(locale, shift.span)}</small>
                    {demo}
                </span>
            }
        },
    )
    .view(td_string!(locale, shift.lead), move |(nth, row)| {
        half(page, *nth, row, Role::Lead)
    })
    .view(td_string!(locale, shift.volunteers), move |(nth, row)| {
        half(page, *nth, row, Role::Volunteer)
    })
    .view(td_string!(locale, staff.act.status), move |(_, row)| {
        let (tone, text) = shift_state(locale, &row.shift, page.now);
        view! { <Badge text tone /> }
    })
}

/// Who is in one half of a shift, and its hole.
fn half(page: &Page, nth: usize, row: &WeekRow, role: Role) -> impl IntoView + use<> {
    let of = |seat: &&Seat| seat.role == role;
    let seats: Vec<_> = row
        .seats
        .iter()
        .filter(of)
        .map(|seat| chip(page, seat))
        .collect();
    let open = page.may_arrange && row.shift.state(page.now) != State::Closed;
    let hole = match &page.picked {
        Some(picked) if open => target(page, nth, row, role, picked).map(IntoAny::into_any),
        _ if open => gap(page, row, role).map(IntoAny::into_any),
        _ => None,
    };
    view! { <div class="seats">{seats}{hole}</div> }
}

/// Somebody in a shift: pressed, they are picked up.
fn chip(page: &Page, seat: &Seat) -> AnyView {
    let locale = page.locale;
    let waits = (!seat.state.holds_place()).then(|| words::assignment_state(locale, seat.state));
    let name = view! {
        {seat.name.clone()}
        {waits.map(|state| view! { <small>{state}</small> })}
    };
    let movable = page.may_arrange && seat.state == AssignmentState::Confirmed;
    if !movable {
        return view! { <span class="seat" data-state=seat.state.as_str()>{name}</span> }
            .into_any();
    }
    let is_up = page.pick == seat.id.as_str();
    let center = &page.center.summary.id;
    let here = address(center, "", page.week.monday);
    let shift = &seat.shift;
    if !is_up {
        let href = format!("{here}&pick={}#shift-{shift}", seat.id);
        return view! { <a class="seat" href=href>{name}<span class="visually-hidden">" "{td_string!(locale, roster.pick_up)}</span></a> }.into_any();
    }
    let take = format!("/staff/centers/{center}/roster/take");
    view! {
        <span class="seat" data-up="">
            {name}
            <form method="post" action=take><FormKey />
                <input type="hidden" name="week" value=page.week.monday.to_string() />
                <input type="hidden" name="assignment" value=seat.id.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, roster.take)}</button>
            </form>
        </span>
    }
    .into_any()
}

/// What a shift says to whoever is picked up.
fn target(
    page: &Page,
    nth: usize,
    row: &WeekRow,
    role: Role,
    picked: &Picked,
) -> Option<impl IntoView + use<>> {
    if picked.who.role() != role || picked.from == nth {
        return None;
    }
    let locale = page.locale;
    let action = format!("/staff/centers/{}/roster/put", page.center.summary.id);
    let outcome = picked.outcomes.get(nth)?;
    let why = not_possible(locale, outcome.as_ref().err(), page.now);
    let can = outcome.is_ok().then(|| {
        view! {
            <form method="post" action=action><FormKey />
                <input type="hidden" name="week" value=page.week.monday.to_string() />
                <input type="hidden" name="shift" value=row.shift.id.to_string() />
                <input type="hidden" name="pick" value=page.pick.clone() />
                <button class="button button-target" type="submit">{td_string!(locale, roster.put)}<span class="visually-hidden">" "{row.shift.title.clone()}</span></button>
            </form>
        }
    });
    Some(view! { {can}{why.map(|why| view! { <small class="seat-not">{why}</small> })} })
}

/// What is missing, to be filled by a name, or from the list of those who could.
fn gap(page: &Page, row: &WeekRow, role: Role) -> Option<impl IntoView + use<>> {
    let locale = page.locale;
    let shift = &row.shift;
    let (missing, free) = match role {
        Role::Lead => {
            let missing = shift.halves.leads_min.saturating_sub(shift.halves.leads);
            (missing, missing)
        }
        Role::Volunteer => {
            let missing = shift
                .needs
                .volunteers_min
                .saturating_sub(shift.halves.volunteers);
            (missing, shift.free())
        }
    };
    let center = &page.center.summary.id;
    let list = format!(
        "{}&shift={}&role={role}",
        address(center, "/hole", page.week.monday),
        shift.id
    );
    let label = match role {
        Role::Lead => td_string!(locale, roster.type_lead, shift = shift.title.clone()),
        Role::Volunteer => td_string!(locale, roster.type_volunteer, shift = shift.title.clone()),
    };
    let typed = (missing > 0).then(|| {
        view! {
            <form class="gap" method="post" action=format!("/staff/centers/{center}/roster/type")><FormKey />
                <input type="hidden" name="week" value=page.week.monday.to_string() />
                <input type="hidden" name="shift" value=shift.id.to_string() />
                <input type="hidden" name="role" value=role.as_str() />
                <input class="input" name="who" aria-label=label placeholder=td_string!(locale, roster.placeholder) autocomplete="off" maxlength="40" />
            </form>
        }
    });
    let text = match missing {
        0 => td_string!(locale, roster.one_more).to_owned(),
        count => td_string!(locale, roster.missing, count = count),
    };
    (free > 0).then(|| {
        view! {
            {typed}
            <a class="seat seat-gap" data-missing=(missing > 0).then_some("") href=list>{text}<span class="visually-hidden">" "{shift.title.clone()}</span></a>
        }
    })
}
