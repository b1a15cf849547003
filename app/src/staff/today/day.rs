//! The day of a center, in the order in which whoever coordinates it asks: who should be here and is
//! not, who leads, who is new, what is missing next, what was left open.

mod leads;
mod missing;
mod rest;

use super::dashboard::alarm;
use crate::{
    i18n::td_string,
    staff::common::{gate, live::LiveState},
    ui::{NoticeBox, Tone, VerdictBox},
    web::{Answer, Fault, Form, Site, Visit},
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
    id::{AssignmentId, CenterId, CheckInId},
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
        .route("/staff/centers/{center}/today/part", get(part))
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

/// What stands below the head alone, for a page that follows what happens.
async fn part(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let now = Now::read(&visit, &center).await?;
    let reader = visit.clone();
    Ok(gate::fragment(move || now.view(&reader, None)))
}

async fn answer(visit: &Visit, center: CenterView, told: Told) -> Answer {
    let now = Now::read(visit, &center).await?;
    Ok(page(visit, now, told))
}

/// How the day stands.
struct Now {
    center: CenterId,
    name: String,
    rights: Rights,
    day: Day,
    alerts: Vec<Alert>,
}

impl Now {
    async fn read(visit: &Visit, center: &CenterView) -> Result<Self, Fault> {
        let (id, now) = (&center.summary.id, visit.now);
        let day = day::today(visit.db(), &visit.act(), id).await?;
        let mut alerts = shifts::alerts(visit.db(), &visit.caller, id, now).await?;
        // What begins sooner stands among the holes.
        alerts.retain(|of| of.reminded_at.is_some() && !is_near(of.span(), now));
        let place = center.summary.place();
        let may = |action| visit.caller.may(action, &place).is_ok();
        let rights = Rights {
            check_in: may(Action::BookForOthers),
            arrange: may(Action::BookForOthers) && may(Action::ManageActivities),
        };
        Ok(Self {
            center: id.clone(),
            name: center.summary.name.clone(),
            rights,
            day,
            alerts,
        })
    }

    /// Everything that changes in the course of the day; `phone` is a number that was asked for.
    fn view(&self, visit: &Visit, phone: Option<&(AssignmentId, Phone)>) -> impl IntoView + use<> {
        let (locale, day, rights) = (visit.locale, &self.day, self.rights);
        let here = format!("/staff/centers/{}", self.center);
        let as_of = td_string!(locale, day.as_of, time = words::clock(locale, visit.now));
        let alarms: Vec<_> = self
            .alerts
            .iter()
            .map(|of| alarm(locale, of, visit.now))
            .collect();
        let is_calm = day.is_calm() && alarms.is_empty();
        let calm = match day.shifts.is_empty() {
            true => td_string!(locale, day.calm_empty),
            false => td_string!(locale, day.calm),
        };
        view! {
            <p class="lead">{words::day(locale, visit.now.day())}" · "{as_of}</p>
            {is_calm.then(|| view! { <NoticeBox title=calm tone=Tone::Good /> })}
            {(!alarms.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="alarms">
                    <h2 id="alarms">{td_string!(locale, staff.shift.alert.title)}</h2>
                    <ul class="row-list">{alarms}</ul>
                </section>
            })}
            {(!is_calm).then(|| missing::section(visit, rights, &day.missing, phone))}
            {(!is_calm || !day.shifts.is_empty()).then(|| leads::section(visit, rights, &day.shifts))}
            {(!is_calm || !day.new.is_empty()).then(|| rest::new(visit, &day.new))}
            {(!is_calm).then(|| rest::holes(visit, &day.holes))}
            {(!is_calm).then(|| rest::left_open(visit, &here, &day.left_open))}
        }
    }
}

fn page(visit: &Visit, day: Now, told: Told) -> Response {
    let locale = visit.locale;
    let reader = visit.clone();
    gate::page(visit, td_string!(locale, day.title)).render(move || {
        let now = reader.now;
        let here = format!("/staff/centers/{}", day.center);
        // A number that somebody is about to call stays until they have read it.
        let live = told.phone.is_none().then(|| view! {
            <LiveState
                locale
                source=format!("/api/v1/centers/{}/door/live", day.center)
                part=format!("{here}/today/part")
            />
        });
        view! {
            <a class="back-link" href=here.clone()>{day.name.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, day.title)}</h1>
                <p class="cluster">
                    {live}
                    <a class="button" href=format!("{here}/today")>{td_string!(locale, day.refresh)}</a>
                    <a class="button" href=format!("{here}/roll-call")>{td_string!(locale, roll.title)}</a>
                    <a class="button" href=format!("{here}/today/close")>{td_string!(locale, closing.title)}</a>
                    <a href=format!("{here}/risk")>{td_string!(locale, cover.title)}</a>
                    <a href=format!("{here}/shifts")>{td_string!(locale, staff.shift.title)}</a>
                </p>
            </div>
            {told.done.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            {told.scan.map(|answer| view! { <VerdictBox locale answer now /> })}
            <div id="roster" class="stack">{day.view(&reader, told.phone.as_ref())}</div>
        }
    })
}
