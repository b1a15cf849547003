//! A center's settings: what stands, and a form each for what can be changed.

mod contact;
mod days;
mod hours;
mod missing;
mod outlook;
mod room;
mod status;

use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, operator},
    ui::{FormKey, NoticeBox, OpenState, Row, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    Refusal,
    access::Action,
    opening::{self, Run},
    place::CenterStatus,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    centers::{self, CenterView},
    rooms::{self, RoomView},
};

/// The routes of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/settings", get(show))
        .merge(contact::routes())
        .merge(days::routes())
        .merge(hours::routes())
        .merge(outlook::routes())
        .merge(room::routes())
        .merge(status::routes())
}

/// Where the settings of a center are.
fn home(center: &CenterView) -> String {
    format!("/staff/centers/{}/settings", center.summary.id)
}

/// The way back to them, above a form.
fn back(locale: Locale, center: &CenterView) -> impl IntoView + use<> {
    view! { <a class="back-link" href=home(center)>{td_string!(locale, center_settings.back)}</a> }
}

/// What a page with a form answers: its problems make it a 422, unless a refusal says otherwise.
fn code(any: bool, refused: Option<&Refusal>) -> StatusCode {
    match refused {
        Some(refusal) => crate::web::status(refusal),
        None if any => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    }
}

/// The revision that a form was made with; none that a form has is a center's.
fn revision(form: &Form) -> Option<i64> {
    Some(form.number("revision").ok().flatten().unwrap_or(0))
}

/// What the visitor may change.
#[derive(Clone, Copy)]
struct May {
    /// Hours of the week, telephone and address, whether it is open at all.
    decide: bool,
    /// Days and rooms.
    plan: bool,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let rooms = rooms::list(visit.db(), &visit.caller, &center.summary.id).await?;
    let lacking =
        centers::lacking(visit.db(), &visit.caller, &center.summary.id, visit.now).await?;
    let runs = operator::of(&visit, &center.summary.id).await?;
    let may = |right| visit.caller.may(right, &center.summary.place()).is_ok();
    let may = May {
        decide: may(Action::SetPolicy),
        plan: may(Action::ManageActivities),
    };
    let (locale, now) = (visit.locale, visit.now);
    let title = td_string!(locale, center_settings.title);
    let reader = visit.clone();
    Ok(gate::page(&visit, title).render(move || {
        let opened = form.is_on("opened").then(|| {
            let title = td_string!(locale, new_center.done, code = center.summary.id.to_string());
            view! { <NoticeBox title=title tone=Tone::Good fresh=true /> }
        });
        let saved = form.is_on("saved").then(|| {
            view! { <NoticeBox title=td_string!(locale, staff.saved) tone=Tone::Good fresh=true /> }
        });
        view! {
            <a class="back-link" href=format!("/staff/centers/{}", center.summary.id)>{center.summary.name.clone()}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, center_settings.intro)}</p>
                {operator::line(locale, runs.as_ref())}
            </div>
            {opened}
            {saved}
            {missing::section(&reader, &center, &lacking)}
            {opening(locale, &center, may, now)}
            {days(locale, &center, may, now)}
            {room_list(locale, &center, &rooms, may)}
            {reached(locale, &center, may)}
        }
    }))
}

/// The week, and whether the center is open.
fn opening(locale: Locale, center: &CenterView, may: May, now: Timestamp) -> impl IntoView + use<> {
    let (here, times) = (home(center), center.times());
    let week = match times.week() {
        Some(week) => words::week(locale, week),
        None => vec![td_string!(locale, center_settings.unknown).to_owned()],
    };
    let week: Vec<_> = week
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect();
    let pause = match center.summary.status {
        CenterStatus::Open => td_string!(locale, center_settings.pause),
        CenterStatus::Closed => td_string!(locale, center_settings.resume),
    };
    view! {
        <section class="section" aria-labelledby="opening">
            <h2 id="opening">{td_string!(locale, center_settings.opening)}</h2>
            {words::opening(locale, &times, now).map(|opening| view! { <p><OpenState opening /></p> })}
            <ul class="stack-close">{week}</ul>
            {may.decide.then(|| view! {
                <p class="cluster">
                    <a class="button" href=format!("{here}/hours")>{td_string!(locale, center_settings.edit_hours)}</a>
                    <a class="button button-quiet" href=format!("{here}/status")>{pause}</a>
                </p>
            })}
        </section>
    }
}

/// The days ahead that are otherwise.
fn days(locale: Locale, center: &CenterView, may: May, now: Timestamp) -> impl IntoView + use<> {
    let here = home(center);
    let today = now.day();
    let ahead = center.exceptions.iter().filter(|of| of.on >= today);
    let rows: Vec<_> = opening::runs(ahead)
        .iter()
        .map(|run| day_row(locale, &here, run, may, now))
        .collect();
    view! {
        <section class="section" aria-labelledby="days">
            <h2 id="days">{td_string!(locale, center_settings.days)}</h2>
            {if rows.is_empty() {
                view! { <p>{td_string!(locale, center_settings.days_none)}</p> }.into_any()
            } else {
                view! { <ul class="stack-close">{rows}</ul> }.into_any()
            }}
            {may.plan.then(|| view! {
                <p><a class="button" href=format!("{here}/days")>{td_string!(locale, center_settings.add_days)}</a></p>
            })}
        </section>
    }
}

fn day_row(
    locale: Locale,
    here: &str,
    run: &Run,
    may: May,
    now: Timestamp,
) -> impl IntoView + use<> {
    let (from, to) = (run.from.to_string(), run.to.to_string());
    let text = words::exceptions(locale, run, now);
    let label = format!("{}: {text}", td_string!(locale, center_settings.as_usual));
    let still_on = format!("{here}/days/planned?from={from}&to={to}");
    let action = format!("{here}/days/remove");
    view! {
        <li>
            <p>{text}</p>
            {may.plan.then(|| view! {
                <form class="cluster" method="post" action=action><FormKey />
                    <input type="hidden" name="from" value=from />
                    <input type="hidden" name="to" value=to />
                    <a href=still_on>{td_string!(locale, center_settings.still_on)}</a>
                    <button class="button button-quiet" type="submit" aria-label=label>{td_string!(locale, center_settings.as_usual)}</button>
                </form>
            })}
        </li>
    }
}

/// The rooms, those that are out of use behind the others.
fn room_list(
    locale: Locale,
    center: &CenterView,
    rooms: &[RoomView],
    may: May,
) -> impl IntoView + use<> {
    let here = home(center);
    let row = |room: &RoomView| {
        let facts = room::facts(locale, room, rooms);
        let href = format!("{here}/rooms/{}", room.id);
        view! { <Row href title=room.name.clone() note=facts /> }
    };
    let (in_use, retired): (Vec<_>, Vec<_>) =
        rooms.iter().partition(|room| room.retired_at.is_none());
    let in_use: Vec<_> = in_use.into_iter().map(row).collect();
    let retired: Vec<_> = retired.into_iter().map(row).collect();
    view! {
        <section class="section" aria-labelledby="rooms">
            <h2 id="rooms">{td_string!(locale, center_settings.rooms)}</h2>
            {if in_use.is_empty() {
                view! { <p>{td_string!(locale, center_settings.rooms_none)}</p> }.into_any()
            } else {
                view! { <ul class="row-list">{in_use}</ul> }.into_any()
            }}
            {(!retired.is_empty()).then(|| view! {
                <h3>{td_string!(locale, center_settings.retired)}</h3>
                <ul class="row-list">{retired}</ul>
            })}
            {may.plan.then(|| view! {
                <p><a class="button" href=format!("{here}/rooms/new")>{td_string!(locale, center_settings.add_room)}</a></p>
            })}
        </section>
    }
}

/// How the center is reached.
fn reached(locale: Locale, center: &CenterView, may: May) -> impl IntoView + use<> {
    let known = |text: &str| match text {
        "" => td_string!(locale, center_settings.unknown).to_owned(),
        text => text.to_owned(),
    };
    let href = format!("{}/contact", home(center));
    view! {
        <section class="section" aria-labelledby="contact">
            <h2 id="contact">{td_string!(locale, center_settings.contact)}</h2>
            <dl class="facts">
                <dt>{td_string!(locale, center.phone)}</dt><dd>{known(&center.phone)}</dd>
                <dt>{td_string!(locale, center.address)}</dt><dd>{known(&center.summary.address)}</dd>
            </dl>
            {may.decide.then(|| view! {
                <p><a class="button" href=href>{td_string!(locale, center_settings.edit_contact)}</a></p>
            })}
        </section>
    }
}
