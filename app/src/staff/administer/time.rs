//! When one is at work: the week, and leave. And the same of everybody who leads at a center, for whoever
//! manages its staff.

use super::account::own;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{
        DaysAway, EmptyState, ErrorSummary, FormKey, NoticeBox, Problems, Tone, WeekParts,
        part_name, read_away, read_slots, weekday_name,
    },
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Refusal,
    access::Action,
    availability::{Availability, Part, Slot},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    staff::{self, AtWork},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/account/time", get(show).post(save))
        .route("/staff/centers/{center}/staff-time", get(of_center))
}

async fn show(visit: Visit, form: Form) -> Answer {
    own(&visit).await?;
    let said = staff::own_time(visit.db(), &visit.caller).await?;
    // Who has said nothing is taken to be there: they untick what is not so.
    let said = said.unwrap_or_else(Availability::always);
    Ok(page(&visit, said, form.is_on("saved"), Problems::none()))
}

fn read(form: &Form) -> Result<Availability, Refusal> {
    Ok(Availability {
        slots: read_slots(form)?,
        away: read_away(form)?,
        ..Availability::always()
    })
}

async fn save(visit: Visit, form: Form) -> Answer {
    own(&visit).await?;
    let mut problems = Problems::none();
    let Some(said) = problems.keep(visit.locale, visit.now, read(&form)) else {
        let before = staff::own_time(visit.db(), &visit.caller).await?;
        let before = before.unwrap_or_else(Availability::always);
        return Ok(page(&visit, before, false, problems));
    };
    match staff::set_own_time(visit.db(), &visit.once(&form)?, said.clone()).await {
        Ok(()) => Ok(redirect("/staff/account/time?saved=1")),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, said, false, problems))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, said: Availability, saved: bool, problems: Problems) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let title = td_string!(locale, staff.time.title);
    gate::page(visit, title).narrow().status(status).render(move || {
        view! {
            <a class="back-link" href="/staff/account">{td_string!(locale, staff.account.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.time.intro)}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, staff.saved) text=td_string!(locale, staff.time.saved_text).to_owned() tone=Tone::Good fresh=true /> })}
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action="/staff/account/time"><FormKey />
                <WeekParts locale said=said.clone() />
                <DaysAway locale said=said.clone() now problems=problems.clone() />
                <p class="hint">{td_string!(locale, staff.time.seen_by)}</p>
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, staff.save)}</button>
                </div>
            </form>
        }
    })
}

async fn of_center(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageStaff)
        .await?
        .summary;
    let known = staff::times(visit.db(), &visit.act(), &center.id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let title = td_string!(locale, staff.time.of_center);
    Ok(gate::page(&visit, title).narrow().render(move || {
        let none = known.is_empty();
        let rows: Vec<_> = known.iter().map(|of| row(locale, of, now)).collect();
        view! {
            <a class="back-link" href=format!("/staff/centers/{}/roster", center.id)>{td_string!(locale, roster.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{center.name.clone()}</p>
            </div>
            {none.then(|| view! { <EmptyState title=td_string!(locale, staff.time.nobody) /> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        }
    }))
}

fn row(locale: Locale, of: &AtWork, now: Timestamp) -> impl IntoView + use<> {
    let (week, away) = match &of.said {
        None => (td_string!(locale, staff.time.unsaid).to_owned(), None),
        Some(said) => (week(locale, said), away(locale, said, now)),
    };
    view! {
        <li><div class="row"><span class="row-text">
            <strong>{of.name.clone()}</strong>
            <small>{week}</small>
            {away.map(|text| view! { <small>{text}</small> })}
        </span></div></li>
    }
}

/// The parts of a week at work, by day.
fn week(locale: Locale, said: &Availability) -> String {
    if Slot::all().all(|slot| said.slots.contains(&slot)) {
        return td_string!(locale, staff.time.whole_week).to_owned();
    }
    let days = (1..=7_u8).filter_map(|weekday| {
        let parts = Part::ALL.iter().copied();
        let parts: Vec<String> = parts
            .filter(|&part| said.slots.contains(&Slot { weekday, part }))
            .map(|part| part_name(locale, part).to_owned())
            .collect();
        let day = weekday_name(locale, weekday);
        match parts.len() {
            0 => None,
            3 => Some(day.to_owned()),
            _ => Some(format!("{day} {}", words::list(locale, &parts))),
        }
    });
    let days: Vec<String> = days.collect();
    match days.is_empty() {
        true => td_string!(locale, staff.time.never).to_owned(),
        false => days.join(" · "),
    }
}

/// The days away that are to come: stretches are told as from and to.
fn away(locale: Locale, said: &Availability, now: Timestamp) -> Option<String> {
    let mut stretches: Vec<(chrono::NaiveDate, chrono::NaiveDate)> = Vec::new();
    for &day in said.away.iter().filter(|day| **day >= now.day()) {
        match stretches.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(day) => *last = day,
            _ => stretches.push((day, day)),
        }
    }
    let told = stretches.into_iter().map(|(first, last)| {
        let (from, to) = (words::day(locale, first), words::day(locale, last));
        match first == last {
            true => from,
            false => format!("{from} – {to}"),
        }
    });
    let told: Vec<String> = told.collect();
    let list = words::list(locale, &told);
    (!told.is_empty()).then(|| td_string!(locale, staff.time.away, list = list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_is_told_as_from_and_to_and_a_week_by_its_days() {
        let now = Timestamp::parse("2026-12-02T09:00").unwrap();
        let mut said = read(&Form::parse(
            b"slot=1-morning&slot=1-afternoon&slot=1-evening&slot=3-morning\
              &away=2026-12-01&away_from=2026-12-04&away_to=2026-12-06",
        ))
        .unwrap();
        let text = away(Locale::zh_CN, &said, now).unwrap();
        assert!(
            text.contains(" – ") && text.matches('月').count() == 2,
            "{text}"
        );
        let text = week(Locale::zh_CN, &said);
        assert_eq!(text.matches(" · ").count(), 1, "{text}");
        said.slots.clear();
        assert_eq!(week(Locale::zh_CN, &said), "每周都不上班");
        assert_eq!(away(Locale::zh_CN, &Availability::always(), now), None);
    }
}
