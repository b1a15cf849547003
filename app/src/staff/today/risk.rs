//! The shifts of the next 72 hours that are at risk, from facts that can be looked up; asking people to
//! help out, and what that has brought.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{ask::ask_form, gate},
    ui::{Badge, DemoLabel, EmptyState, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    Reason, Refusal, access::Action, id::ShiftId, night::by_day, shift::Risk, time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    cover::{self, Asked, Effect},
    shifts::{self, AtRisk},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/risk", get(show).post(ask))
}

/// What has just happened.
enum Told {
    Nothing,
    /// So many were asked.
    Asked(u32),
    /// Nobody was asked: the need is filled.
    Filled,
    Refused(Refusal),
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let asked: Option<u32> = form.number("asked").ok().flatten();
    let told = match (form.is_on("filled"), asked) {
        (true, _) => Told::Filled,
        (_, Some(count)) => Told::Asked(count),
        _ => Told::Nothing,
    };
    answer(&visit, &center, told).await
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let shift: ShiftId = form.need("shift")?.parse()?;
    let view = shifts::find_for_staff(visit.db(), &visit.caller, &shift).await?;
    if view.center_id != center.summary.id {
        return Err(Refusal::NotFound.into());
    }
    let how_many: Option<u32> = form.number("how_many").ok().flatten();
    let asked = match how_many {
        Some(how_many) => cover::ask(visit.db(), &visit.once(&form)?, &shift, how_many).await,
        None => Err(Refusal::invalid("how_many", Reason::OutOfRange).into()),
    };
    let here = format!("/staff/centers/{}/risk", center.summary.id);
    match asked {
        Ok(Asked {
            is_filled: true, ..
        }) => Ok(redirect(&format!("{here}?filled=1"))),
        Ok(asked) => Ok(redirect(&format!(
            "{here}?asked={}#shift-{shift}",
            asked.now
        ))),
        Err(Error::Refused(refusal)) => answer(&visit, &center, Told::Refused(refusal)).await,
        Err(error) => Err(error.into()),
    }
}

async fn answer(visit: &Visit, center: &CenterView, told: Told) -> Answer {
    let (db, caller, now) = (visit.db(), &visit.caller, visit.now);
    let found = shifts::at_risk(db, caller, &center.summary.id, now).await?;
    let may_ask = visit
        .caller
        .may(Action::BookForOthers, &center.summary.place())
        .is_ok();
    Ok(page(visit, center, found, may_ask, told))
}

fn page(
    visit: &Visit,
    center: &CenterView,
    found: Vec<AtRisk>,
    may_ask: bool,
    told: Told,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let title = td_string!(locale, cover.title);
    let center = center.summary.clone();
    let page = gate::page(visit, title);
    let page = match &told {
        Told::Refused(refusal) => page.status(status(refusal)),
        _ => page,
    };
    page.render(move || {
        let here = format!("/staff/centers/{}", center.id);
        let nothing = found.is_empty();
        let is_night = may_ask && !nothing && by_day(now) > now;
        let cards: Vec<_> = found
            .iter()
            .map(|of| card(locale, of, may_ask, now))
            .collect();
        view! {
            <a class="back-link" href=here>{center.name.clone()}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, cover.intro)}</p>
            </div>
            {notice(locale, &told, now)}
            {is_night.then(|| view! { <NoticeBox title=td_string!(locale, cover.night) tone=Tone::Warn /> })}
            {nothing.then(|| view! { <EmptyState title=td_string!(locale, cover.none) text=td_string!(locale, cover.none_hint) /> })}
            {(!nothing).then(|| view! { <ul class="stack">{cards}</ul> })}
        }
    })
}

fn notice(locale: Locale, told: &Told, now: Timestamp) -> Option<AnyView> {
    match told {
        Told::Nothing => None,
        Told::Asked(0) => Some(
            view! { <NoticeBox title=td_string!(locale, cover.nobody_left) text=td_string!(locale, cover.nobody_left_hint) tone=Tone::Warn fresh=true /> }
                .into_any(),
        ),
        Told::Asked(count) => Some(
            view! { <NoticeBox title=td_string!(locale, cover.asked, count = *count) text=td_string!(locale, cover.asked_hint) tone=Tone::Good fresh=true /> }
                .into_any(),
        ),
        Told::Filled => Some(
            view! { <NoticeBox title=td_string!(locale, cover.filled) tone=Tone::Good fresh=true /> }
                .into_any(),
        ),
        Told::Refused(refusal) => {
            let told = words::refusal(locale, refusal, now);
            Some(
                view! {
                    <section class="refusal" role="alert"><h2>{told.title}</h2><p>{told.sentence}</p><p>{told.next}</p></section>
                }
                .into_any(),
            )
        }
    }
}

fn card(locale: Locale, of: &AtRisk, may_ask: bool, now: Timestamp) -> impl IntoView + use<> {
    let shift = &of.shift;
    let facts: Vec<_> = of
        .risks
        .iter()
        .map(|risk| view! { <li><Badge text=sentence(locale, risk) tone=Tone::Warn /></li> })
        .collect();
    view! {
        <li class="card" id=format!("shift-{}", shift.id)>
            <h2><a href=format!("/staff/shifts/{}", shift.id)>{shift.title.clone()}</a></h2>
            <p class="clock">{words::span_near(locale, shift.span, now)}</p>
            {shift.demo.then(|| view! { <p><DemoLabel locale /></p> })}
            <ul class="stack">{facts}</ul>
            <p>{effect(locale, of.effect)}</p>
            {may_ask.then(|| ask_form(locale, shift, now))}
        </li>
    }
}

/// A fact in a sentence.
fn sentence(locale: Locale, risk: &Risk) -> String {
    match risk {
        Risk::NoLead => td_string!(locale, cover.fact.no_lead).to_owned(),
        Risk::TooFewLeads { missing } => {
            td_string!(locale, cover.fact.leads, count = *missing)
        }
        Risk::TooFewVolunteers { missing } => {
            td_string!(locale, cover.fact.volunteers, count = *missing)
        }
        Risk::PositionShort { position, missing } => td_string!(
            locale,
            cover.fact.position,
            name = position.clone(),
            count = *missing
        ),
        Risk::GivenBack { above: 0 } => td_string!(locale, cover.fact.given_back).to_owned(),
        Risk::GivenBack { above } => {
            td_string!(locale, cover.fact.given_back_above, count = *above)
        }
        Risk::LeadAway { leads } => td_string!(locale, cover.fact.lead_away, count = *leads),
        Risk::AllNew { volunteers } => {
            td_string!(locale, cover.fact.all_new, count = *volunteers)
        }
        Risk::RisksUnread { volunteers } => {
            td_string!(locale, cover.fact.risks, count = *volunteers)
        }
    }
}

/// What asking has brought.
fn effect(locale: Locale, effect: Effect) -> String {
    match effect.asked {
        0 => td_string!(locale, cover.not_asked).to_owned(),
        asked => td_string!(
            locale,
            cover.effect,
            asked = asked,
            no = effect.said_no,
            came = effect.came
        ),
    }
}
