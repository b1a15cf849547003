//! Marking attendance for several at once: at the door, or later from a paper sheet. Every row takes
//! the road of a scan, and one that fails says why.

use crate::staff::common::gate;
use crate::staff::common::told::when;
use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, Field, FormKey, NoticeBox, Problems, StateBadge, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    access::Action,
    booking::State,
    check_in::Outcome,
    commitment::Subject,
    id::{BookingId, CheckInId},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    check_ins::{self, Admission, NewCheckIn, Presented},
    occurrences::{self, OccurrenceView, Roster, RosterRow},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/occurrences/{id}/attend", get(show).post(mark))
}

/// Somebody who could not be marked, and why.
pub(super) type Failed = Vec<(String, String)>;

async fn roster_of(visit: &Visit, id: &str) -> Result<Roster, Fault> {
    let (at, _) = gate::occurrence(visit, id, Action::ViewBookings).await?;
    Ok(occurrences::roster(visit.db(), &visit.act(), &at.id).await?)
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let roster = roster_of(&visit, &id).await?;
    let done = form.get("done").and_then(|many| many.parse().ok());
    Ok(page(
        &visit,
        roster,
        done,
        Failed::new(),
        &Form::default(),
        Problems::none(),
    ))
}

/// The ids of the rows are made with the page, so that sending it twice changes nothing.
fn row_id(booking: &BookingId) -> String {
    format!("id-{booking}")
}

async fn mark(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let roster = roster_of(&visit, &id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let at = form.get("at").map(Timestamp::parse).transpose();
    let at = at.map_err(|_| Refusal::invalid("at", Reason::NotATime));
    let Some(at) = problems.keep(locale, now, at) else {
        return Ok(page(&visit, roster, None, Failed::new(), &form, problems));
    };
    let ticked: Vec<&RosterRow> = roster
        .bookings
        .iter()
        .filter(|row| form.all("who").any(|who| who == row.id.as_str()))
        .collect();
    if ticked.is_empty() {
        problems.note(
            locale,
            &Refusal::invalid("person", Reason::NobodyChosen),
            now,
        );
        return Ok(page(&visit, roster, None, Failed::new(), &form, problems));
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
            Err(error) => return Err(error.into()),
        }
    }
    if failed.is_empty() {
        return Ok(redirect(&format!(
            "/staff/occurrences/{id}/attend?done={marked}"
        )));
    }
    let roster = roster_of(&visit, &id).await?;
    Ok(page(
        &visit,
        roster,
        Some(marked),
        failed,
        &Form::default(),
        problems,
    ))
}

fn scan(visit: &Visit, row: &RosterRow, form: &Form, at: Option<Timestamp>) -> NewCheckIn {
    let id = form
        .get(&row_id(&row.id))
        .and_then(|id| id.parse::<CheckInId>().ok())
        .unwrap_or_else(|| visit.site.ids().make(visit.now));
    let presented = match form.is_on("sheet") {
        true => Presented::Sheet(Subject::Booking(row.id.clone())),
        false => Presented::Roster(Subject::Booking(row.id.clone())),
    };
    NewCheckIn {
        at,
        ..NewCheckIn::now(id, presented)
    }
}

/// Nothing where somebody is marked now; else why not, in words.
pub(super) fn why_not(
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
        <form class="form" method="post" action=format!("/staff/occurrences/{id}/attend")><FormKey />
            <ul class="row-list">{rows}</ul>
            {open.then(|| view! {
                <label class="choice">
                    <input type="checkbox" name="sheet" value="1" checked=form.is_on("sheet") />
                    <span><strong>{td_string!(locale, door.sheet)}</strong></span>
                </label>
                <Field name="at" label=td_string!(locale, door.sheet_at) hint=td_string!(locale, door.sheet_hint) kind="datetime-local"
                    value=form.text("at").to_owned() error=problems.of("at") class="input-moment" />
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
    let note = row
        .note
        .clone()
        .map(|note| view! { <small class="note">{note}</small> });
    view! {
        <li><div class="row">
            {open.then(|| view! {
                <input type="hidden" name=row_id(&row.id) value=id.to_string() />
                <input type="checkbox" id=booking.clone() name="who" value=booking.clone() checked=ticked />
            })}
            <label class="row-text" for=booking.clone()><strong>{name.clone()}</strong><small>{times.join(" · ")}</small>{note}</label>
            <StateBadge locale state=row.state position=position />
            <a class="button button-quiet" href=card>{td_string!(locale, door.card_issue)}<span class="visually-hidden">{td_string!(locale, door.present_of, name = name)}</span></a>
        </div></li>
    }
}
