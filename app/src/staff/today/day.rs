//! The day of a center, in the order in which whoever coordinates it asks: who should be here and is
//! not, who leads, who is new, what is missing next, what was left open.

mod leads;
mod missing;
mod rest;

use super::dashboard::alarm;
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{NoticeBox, Tone, VerdictBox},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    access::Action,
    day::is_near,
    id::{AssignmentId, CheckInId},
    person::Phone,
};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    check_ins::{self, Admission},
    day::{self, Day},
    shifts::{self, Alert},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/today", get(show))
        .route("/staff/centers/{center}/today/phone", post(phone))
}

/// What has just happened.
#[derive(Default)]
struct Told {
    done: Option<&'static str>,
    scan: Option<Admission>,
    /// Whose number was asked for, and the number.
    phone: Option<(AssignmentId, Phone)>,
}

/// What the caller may do here.
#[derive(Clone, Copy)]
struct Rights {
    check_in: bool,
    arrange: bool,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let scan = form.get("scan").and_then(|id| id.parse::<CheckInId>().ok());
    let scan = match scan {
        Some(id) => check_ins::told(visit.db(), &visit.act(), &id).await?,
        None => None,
    };
    let done = form.get("done");
    let told = Told {
        done: done.map(|_| td_string!(visit.locale, staff.saved)),
        scan,
        phone: None,
    };
    answer(&visit, center, told).await
}

/// The page with a number that somebody is called by; asking for it is on record.
async fn phone(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let found = day::phone(visit.db(), &visit.act(), &center.summary.id, &assignment).await?;
    let told = Told {
        phone: found.map(|phone| (assignment, phone)),
        ..Told::default()
    };
    let mut visit = visit;
    visit.here = format!("/staff/centers/{}/today", center.summary.id);
    answer(&visit, center, told).await
}

async fn answer(visit: &Visit, center: CenterView, told: Told) -> Answer {
    let (id, now) = (&center.summary.id, visit.now);
    let day = day::today(visit.db(), &visit.act(), id).await?;
    let mut alerts = shifts::alerts(visit.db(), &visit.caller, id, now).await?;
    // What begins sooner stands among the holes.
    alerts.retain(|of| of.reminded_at.is_some() && !is_near(of.span(), now));
    Ok(page(visit, &center, day, &alerts, told))
}

fn page(visit: &Visit, center: &CenterView, day: Day, alerts: &[Alert], told: Told) -> Response {
    let locale = visit.locale;
    let place = center.summary.place();
    let may = |action| visit.caller.may(action, &place).is_ok();
    let rights = Rights {
        check_in: may(Action::BookForOthers),
        arrange: may(Action::BookForOthers) && may(Action::ManageActivities),
    };
    let (reader, center) = (visit.clone(), center.summary.clone());
    let alarms: Vec<_> = alerts
        .iter()
        .map(|of| alarm(locale, of, visit.now))
        .collect();
    gate::page(visit, td_string!(locale, day.title)).render(move || {
        let now = reader.now;
        let here = format!("/staff/centers/{}", center.id);
        let as_of = td_string!(locale, day.as_of, time = words::clock(locale, now));
        let is_calm = day.is_calm() && alarms.is_empty();
        let calm = match day.shifts.is_empty() {
            true => td_string!(locale, day.calm_empty),
            false => td_string!(locale, day.calm),
        };
        view! {
            <a class="back-link" href=here.clone()>{center.name.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, day.title)}</h1>
                <p class="lead">{words::day(locale, now.day())}" · "{as_of}</p>
                <p class="cluster">
                    <a class="button" href=format!("{here}/today")>{td_string!(locale, day.refresh)}</a>
                    <a class="button" href=format!("{here}/roll-call")>{td_string!(locale, roll.title)}</a>
                    <a class="button" href=format!("{here}/today/close")>{td_string!(locale, closing.title)}</a>
                    <a href=format!("{here}/risk")>{td_string!(locale, cover.title)}</a>
                    <a href=format!("{here}/shifts")>{td_string!(locale, staff.shift.title)}</a>
                </p>
            </div>
            {told.done.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            {told.scan.map(|answer| view! { <VerdictBox locale answer now /> })}
            {is_calm.then(|| view! { <NoticeBox title=calm tone=Tone::Good /> })}
            {(!alarms.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="alarms">
                    <h2 id="alarms">{td_string!(locale, staff.shift.alert.title)}</h2>
                    <ul class="row-list">{alarms}</ul>
                </section>
            })}
            {(!is_calm).then(|| missing::section(&reader, rights, &day.missing, told.phone.as_ref()))}
            {(!is_calm || !day.shifts.is_empty()).then(|| leads::section(&reader, rights, &day.shifts))}
            {(!is_calm || !day.new.is_empty()).then(|| rest::new(&reader, &day.new))}
            {(!is_calm).then(|| rest::holes(&reader, &day.holes))}
            {(!is_calm).then(|| rest::left_open(&reader, &here, &day.left_open))}
        }
    })
}
