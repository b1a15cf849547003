//! Marking attendance for several at once: at the door, or later from a paper sheet; and taking in
//! who came without a booking. Every row takes the road of a scan, and one that fails says why.

use super::{
    gate,
    roster::{self, when},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{
        ErrorSummary, Field, NoticeBox, Problems, RefusalBlock, SelectField, StateBadge, Tone,
        VerdictBox,
    },
    web::{Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Refusal,
    access::Action,
    booking::State,
    check_in::Outcome,
    id::{BookingId, CheckInId},
    person::{BirthYear, Consent, PersonName, Phone, Relation},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    check_ins::{self, Admission, NewCheckIn, Presented, WalkIn},
    desk::{self, Newcomer},
    occurrences::{self, OccurrenceView, Roster, RosterRow},
};

/// The version of the consent text that is read to a guardian.
const CONSENT: &str = "2026-1";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/occurrences/{id}/attend", get(show).post(mark))
        .route("/staff/occurrences/{id}/walk-in", get(ask).post(take_in))
}

/// Somebody who could not be marked, and why.
type Failed = Vec<(String, String)>;

async fn roster_of(visit: &Visit, id: &str) -> Result<Roster, Response> {
    let at = roster::occurrence(visit, id).await?;
    // The store asks for the right to see bookings.
    occurrences::roster(visit.db(), &visit.act(), &at.id)
        .await
        .map_err(|error| gate::fail(visit, error))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let roster = match roster_of(&visit, &id).await {
        Ok(roster) => roster,
        Err(response) => return response,
    };
    let done = form.get("done").and_then(|many| many.parse().ok());
    page(
        &visit,
        roster,
        done,
        Failed::new(),
        &Form::default(),
        Problems::none(),
    )
}

/// The ids of the rows are made with the page, so that sending it twice changes nothing.
fn row_id(booking: &BookingId) -> String {
    format!("id-{booking}")
}

async fn mark(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let roster = match roster_of(&visit, &id).await {
        Ok(roster) => roster,
        Err(response) => return response,
    };
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let at = form.get("at").map(Timestamp::parse).transpose();
    let at = at.map_err(|_| Refusal::invalid("at", "not_a_time"));
    let Some(at) = problems.keep(locale, now, at) else {
        return page(&visit, roster, None, Failed::new(), &form, problems);
    };
    let ticked: Vec<&RosterRow> = roster
        .bookings
        .iter()
        .filter(|row| form.all("who").any(|who| who == row.id.as_str()))
        .collect();
    if ticked.is_empty() {
        problems.note(locale, &Refusal::invalid("person", "nobody_chosen"), now);
        return page(&visit, roster, None, Failed::new(), &form, problems);
    }
    let keyring = visit.site.tickets().keyring;
    let scans = ticked.iter().map(|row| scan(&visit, row, &form, at));
    let answers = check_ins::admit_all(visit.db(), &keyring, &visit.act(), scans.collect()).await;
    let mut failed = Failed::new();
    let mut marked = 0;
    for (row, answer) in ticked.iter().zip(answers) {
        match why_not(locale, now, answer) {
            Ok(None) => marked += 1,
            Ok(Some(why)) => failed.push((row.person_name.as_str().to_owned(), why)),
            Err(error) => return gate::fail(&visit, error),
        }
    }
    if failed.is_empty() {
        return redirect(&format!("/staff/occurrences/{id}/attend?done={marked}"));
    }
    match roster_of(&visit, &id).await {
        Ok(roster) => page(
            &visit,
            roster,
            Some(marked),
            failed,
            &Form::default(),
            problems,
        ),
        Err(response) => response,
    }
}

fn scan(visit: &Visit, row: &RosterRow, form: &Form, at: Option<Timestamp>) -> NewCheckIn {
    let id = form
        .get(&row_id(&row.id))
        .and_then(|id| id.parse::<CheckInId>().ok())
        .unwrap_or_else(|| visit.site.ids().make(visit.now));
    let presented = match form.is_on("sheet") {
        true => Presented::Sheet(row.id.clone()),
        false => Presented::Roster(row.id.clone()),
    };
    NewCheckIn {
        at,
        ..NewCheckIn::now(id, presented)
    }
}

/// Nothing where somebody is marked now; else why not, in words.
fn why_not(
    locale: Locale,
    now: Timestamp,
    answer: store::Result<Admission>,
) -> store::Result<Option<String>> {
    match answer {
        Ok(answer) => Ok(match answer.verdict.outcome() {
            Outcome::Admitted | Outcome::Already => None,
            _ => {
                let said = words::verdict(locale, &answer.verdict, answer.at, now);
                Some(words::join(locale, &said.sentence, &said.next))
            }
        }),
        Err(Error::Refused(refusal)) => {
            let said = words::refusal(locale, &refusal, now);
            Ok(Some(words::join(locale, &said.sentence, &said.next)))
        }
        Err(error) => Err(error),
    }
}

fn page(
    visit: &Visit,
    roster: Roster,
    done: Option<usize>,
    failed: Failed,
    form: &Form,
    problems: Problems,
) -> Response {
    let locale = visit.locale;
    let title = td_string!(
        locale,
        door.attend_title,
        title = roster.occurrence.title.clone()
    );
    let page = gate::page(visit, title);
    let page = match problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let (reader, form) = (visit.clone(), form.clone());
    page.render(move || page_view(&reader, &roster, done, failed, &form, problems))
}

fn page_view(
    visit: &Visit,
    roster: &Roster,
    done: Option<usize>,
    failed: Failed,
    form: &Form,
    problems: Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let at = &roster.occurrence;
    let id = at.id.to_string();
    let rows: Vec<_> = roster
        .bookings
        .iter()
        .map(|row| row_view(visit, at, row, form))
        .collect();
    let open = roster
        .bookings
        .iter()
        .any(|row| matches!(row.state, State::Confirmed | State::NoShow));
    let many = failed.len();
    let failed: Vec<_> = failed
        .into_iter()
        .map(|(name, why)| view! { <li><strong>{name}</strong>" "{why}</li> })
        .collect();
    view! {
        <a class="back-link" href=format!("/staff/occurrences/{id}")>{td_string!(locale, staff.roster.title)}</a>
        <div class="page-head">
            <h1>{td_string!(locale, door.attend)}</h1>
            <p class="lead">{at.title.clone()}" · "{when(visit, at)}</p>
            <div class="cluster">
                <a class="button" href=format!("/staff/occurrences/{id}/walk-in")>{td_string!(locale, door.walk_in)}</a>
                <a class="button" href=format!("/staff/centers/{}/door", at.center_id)>{td_string!(locale, door.open)}</a>
            </div>
        </div>
        {done.filter(|many| *many > 0).map(|many| view! { <NoticeBox title=td_string!(locale, door.saved_many, many) tone=Tone::Good fresh=true /> })}
        {(many > 0).then(|| view! {
            <NoticeBox title=td_string!(locale, door.failed_many, many) tone=Tone::Bad fresh=true><ul>{failed}</ul></NoticeBox>
        })}
        <ErrorSummary locale problems=problems.clone() />
        <p class="hint">{td_string!(locale, door.attend_hint)}</p>
        <form class="form" method="post" action=format!("/staff/occurrences/{id}/attend")>
            <ul class="row-list">{rows}</ul>
            {open.then(|| view! {
                <label class="choice">
                    <input type="checkbox" name="sheet" value="1" checked=form.is_on("sheet") />
                    <span><strong>{td_string!(locale, door.sheet)}</strong></span>
                </label>
                <Field name="at" label=td_string!(locale, door.sheet_at) hint=td_string!(locale, door.sheet_hint) kind="datetime-local"
                    value=form.text("at").to_owned() error=problems.of("at") class="input-short" />
                <button class="button button-main" type="submit">{td_string!(locale, door.save)}</button>
            })}
            {(!open).then(|| view! { <p class="lead">{td_string!(locale, door.nobody_open)}</p> })}
        </form>
    }
}

fn row_view(
    visit: &Visit,
    at: &OccurrenceView,
    row: &RosterRow,
    form: &Form,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id: CheckInId = visit.site.ids().make(visit.now);
    let open = matches!(row.state, State::Confirmed | State::NoShow);
    let booking = row.id.to_string();
    let ticked = form.all("who").any(|who| who == booking);
    let name = row.person_name.as_str().to_owned();
    let card = format!(
        "/staff/centers/{}/cards?person={}",
        at.center_id, row.person_id
    );
    let times: Vec<String> = [
        row.checked_in_at.map(|t| {
            format!(
                "{} {}",
                td_string!(locale, door.came_at),
                words::clock(locale, t)
            )
        }),
        row.checked_out_at.map(|t| {
            format!(
                "{} {}",
                td_string!(locale, door.left_at),
                words::clock(locale, t)
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let position = row.position.and_then(|n| u32::try_from(n).ok());
    view! {
        <li><div class="row">
            {open.then(|| view! {
                <input type="hidden" name=row_id(&row.id) value=id.to_string() />
                <input type="checkbox" id=booking.clone() name="who" value=booking.clone() checked=ticked />
            })}
            <label class="row-text" for=booking.clone()><strong>{name.clone()}</strong><small>{times.join(" · ")}</small></label>
            <StateBadge locale state=row.state position=position />
            <a class="button button-quiet" href=card>{td_string!(locale, door.card_issue)}<span class="visually-hidden">{td_string!(locale, door.present_of, name = name)}</span></a>
        </div></li>
    }
}

/// The occurrence, where the caller may book for others.
async fn desk_at(visit: &Visit, id: &str) -> Result<OccurrenceView, Response> {
    let at = roster::occurrence(visit, id).await?;
    match roster::may(visit, &at, Action::BookForOthers).await? {
        true => Ok(at),
        false => Err(gate::fail(visit, Refusal::Forbidden)),
    }
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Response {
    match desk_at(&visit, &id).await {
        Ok(at) => walk_in_page(&visit, at, &Form::default(), Problems::none(), None, None),
        Err(response) => response,
    }
}

async fn take_in(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let at = match desk_at(&visit, &id).await {
        Ok(at) => at,
        Err(response) => return response,
    };
    let mut problems = Problems::none();
    let Some((phone, newcomer)) = newcomer(&visit, &form, &mut problems) else {
        return walk_in_page(&visit, at, &form, problems, None, None);
    };
    let (db, act) = (visit.db(), visit.act());
    let answer = match desk::register(db, &act, &at.id, phone, newcomer).await {
        Ok((account, person)) => {
            let id = form.get("id").and_then(|id| id.parse().ok());
            let id = id.unwrap_or_else(|| visit.site.ids().make(visit.now));
            let walk_in = WalkIn {
                occurrence: at.id.clone(),
                account,
                person,
            };
            let new = NewCheckIn::now(id, Presented::WalkIn(walk_in));
            check_ins::admit(db, &visit.site.tickets().keyring, &act, new).await
        }
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => walk_in_page(&visit, at, &Form::default(), problems, Some(answer), None),
        Err(Error::Refused(refusal)) => {
            walk_in_page(&visit, at, &form, problems, None, Some(refusal))
        }
        Err(error) => gate::fail(&visit, error),
    }
}

fn newcomer(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<(Phone, Newcomer)> {
    let (locale, now) = (visit.locale, visit.now);
    let phone = problems.keep(locale, now, form.need("phone").and_then(Phone::parse));
    let name = problems.keep(locale, now, form.need("name").and_then(PersonName::parse));
    let year = form.number::<i64>("birth_year").and_then(|year| {
        let year = year.ok_or_else(|| Refusal::invalid("birth_year", "missing"))?;
        BirthYear::new(year, now)
    });
    let year = problems.keep(locale, now, year);
    let newcomer = Newcomer {
        name: name?,
        birth_year: year?,
        relation: form.text("relation").parse().unwrap_or(Relation::Myself),
        consent: form.is_on("consent").then(|| Consent {
            text_version: CONSENT.to_owned(),
            given_at: now,
        }),
    };
    Some((phone?, newcomer))
}

fn walk_in_page(
    visit: &Visit,
    at: OccurrenceView,
    form: &Form,
    problems: Problems,
    answer: Option<Admission>,
    refusal: Option<Refusal>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let page = gate::page(visit, td_string!(locale, door.walk_in_title)).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None if problems.any() => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        None => page,
    };
    let id: CheckInId = visit.site.ids().make(now);
    let relations: Vec<(String, String)> = Relation::ALL
        .iter()
        .map(|r| (r.to_string(), words::relation(locale, *r).to_owned()))
        .collect();
    let (reader, form) = (visit.clone(), form.clone());
    page.render(move || {
        let back = format!("/staff/occurrences/{}", at.id);
        view! {
            <a class="back-link" href=format!("{back}/attend")>{td_string!(locale, door.attend)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, door.walk_in_title)}</h1>
                <p class="lead">{at.title.clone()}" · "{when(&reader, &at)}</p>
                <p class="hint">{td_string!(locale, door.walk_in_hint)}</p>
            </div>
            {answer.map(|answer| view! { <VerdictBox locale answer now /> })}
            {refusal.map(|refusal| view! { <RefusalBlock locale explained=words::refusal(locale, &refusal, now) /> })}
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=format!("{back}/walk-in")>
                <input type="hidden" name="id" value=id.to_string() />
                <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel" value=form.text("phone").to_owned() error=problems.of("phone") />
                <Field name="name" label=td_string!(locale, field.name) value=form.text("name").to_owned() error=problems.of("name") maxlength=40 />
                <Field name="birth_year" label=td_string!(locale, field.birth_year) value=form.text("birth_year").to_owned()
                    error=problems.of("birth_year") inputmode="numeric" maxlength=4 class="input-short" />
                <SelectField name="relation" label=td_string!(locale, staff.desk.relation) options=relations.clone() selected=form.text("relation").to_owned() />
                <label class="choice">
                    <input type="checkbox" id="consent" name="consent" value="1" checked=form.is_on("consent") />
                    <span><strong>{td_string!(locale, staff.desk.consent)}</strong><small>{td_string!(locale, staff.desk.consent_hint)}</small></span>
                </label>
                <button class="button button-main" type="submit">{td_string!(locale, door.walk_in_save)}</button>
            </form>
        }
    })
}
