//! Cancelling several bookings of a date at once: who, why, what would happen to each, and the press. Each
//! row takes the road of a single one, by the same rule.

use crate::staff::common::gate;
use crate::staff::common::told::when;
use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, FormKey, NoticeBox, Problems, StateBadge, TextArea, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    access::Action,
    booking::{By, CancelDecision, CancelFacts, State, decide_cancel},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error, bookings,
    occurrences::{self, OccurrenceView, Roster, RosterRow},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/occurrences/{id}/bulk", get(show).post(send))
}

async fn roster_of(visit: &Visit, id: &str) -> Result<Roster, Fault> {
    let (at, _) = gate::occurrence(visit, id, Action::BookForOthers).await?;
    Ok(occurrences::roster(visit.db(), &visit.act(), &at.id).await?)
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let roster = roster_of(&visit, &id).await?;
    Ok(choose_page(&visit, roster, form, Problems::none()))
}

async fn send(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let roster = roster_of(&visit, &id).await?;
    let mut problems = Problems::none();
    if chosen(&roster, &form).next().is_none() {
        // Sent again: whoever was chosen is not on the list any more.
        if form.text("do") == "press" && form.get("who").is_some() {
            return Ok(done(&roster));
        }
        let nobody = Refusal::invalid("person", Reason::NobodyChosen);
        problems.note(visit.locale, &nobody, visit.now);
        return Ok(choose_page(&visit, roster, form, problems));
    }
    if form.get("reason").is_none() {
        let missing = Refusal::invalid("reason", Reason::Missing);
        problems.note(visit.locale, &missing, visit.now);
        return Ok(choose_page(&visit, roster, form, problems));
    }
    match form.text("do") {
        "press" => press(&visit, roster, &form).await,
        _ => Ok(preview_page(&visit, roster, &form, Vec::new())),
    }
}

/// The rows that were ticked.
fn chosen<'a>(roster: &'a Roster, form: &'a Form) -> impl Iterator<Item = &'a RosterRow> {
    let ticked = |row: &&RosterRow| form.all("who").any(|who| who == row.id.as_str());
    roster.bookings.iter().filter(ticked)
}

/// What cancelling a row comes to, by the rule that cancels it.
fn would(at: &OccurrenceView, row: &RosterRow, now: Timestamp) -> Result<CancelDecision, Refusal> {
    let facts = CancelFacts {
        state: row.state,
        span: at.span(),
        promised_until: at.ends_at,
        current_until: at.ends_at,
    };
    decide_cancel(facts, By::Staff, now)
}

fn done(roster: &Roster) -> Response {
    let id = &roster.occurrence.id;
    redirect(&format!("/staff/occurrences/{id}?done=cancelled"))
}

/// Whether there is anything to cancel.
fn is_open(row: &RosterRow) -> bool {
    matches!(row.state, State::Confirmed | State::Waitlisted)
}

/// Cancels each. Who waits comes first, the last in line before the others, so that nobody moves up who is
/// cancelled a moment later.
async fn press(visit: &Visit, roster: Roster, form: &Form) -> Answer {
    let mut rows: Vec<&RosterRow> = chosen(&roster, form).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.position.unwrap_or_default()));
    let mut failed = Vec::new();
    for row in rows {
        let act = visit.once_each(form, row.id.as_str())?;
        let reason = form.text("reason").to_owned();
        match bookings::miss(visit.db(), &act, row.id.clone(), reason).await {
            Ok(_) => {}
            Err(Error::Refused(refusal)) => {
                let said = words::refusal(visit.locale, &refusal, visit.now);
                let why = words::join(visit.locale, &said.sentence, &said.next);
                failed.push((row.person_name.as_str().to_owned(), why));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if failed.is_empty() {
        return Ok(done(&roster));
    }
    let id = roster.occurrence.id.to_string();
    let roster = roster_of(visit, &id).await?;
    Ok(preview_page(visit, roster, form, failed))
}

fn head(visit: &Visit, at: &OccurrenceView) -> impl IntoView + use<> {
    let locale = visit.locale;
    view! {
        <a class="back-link" href=format!("/staff/occurrences/{}", at.id)>{td_string!(locale, staff.roster.title)}</a>
        <div class="page-head">
            <h1>{td_string!(locale, bulk.title)}</h1>
            <p class="lead">{at.title.clone()}" · "{when(visit, at)}</p>
        </div>
    }
}

fn choose_page(visit: &Visit, roster: Roster, form: Form, problems: Problems) -> Response {
    let locale = visit.locale;
    let page = gate::page(visit, td_string!(locale, bulk.title));
    let page = match problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let at = &roster.occurrence;
        let rows: Vec<_> = roster
            .bookings
            .iter()
            .filter(|row| is_open(row))
            .map(|row| choice(locale, row, &form))
            .collect();
        let main = match rows.is_empty() {
            true => view! { <p class="lead">{td_string!(locale, bulk.nobody)}</p> }.into_any(),
            false => view! {
                <form class="form" method="post" action=format!("/staff/occurrences/{}/bulk", at.id)><FormKey />
                    <fieldset class="form-field" id="person" tabindex="-1">
                        <legend>{td_string!(locale, bulk.who)}</legend>
                        <ul class="row-list">{rows}</ul>
                    </fieldset>
                    <TextArea name="reason" label=td_string!(locale, field.reason) hint=td_string!(locale, staff.roster.reason_hint)
                        value=form.text("reason").to_owned() error=problems.of("reason") maxlength=200 />
                    <button class="button button-main" type="submit" name="do" value="preview">{td_string!(locale, bulk.look)}</button>
                </form>
            }
            .into_any(),
        };
        view! {
            {head(&reader, at)}
            <ErrorSummary locale problems=problems.clone() />
            {main}
        }
    })
}

fn choice(locale: Locale, row: &RosterRow, form: &Form) -> impl IntoView + use<> {
    let id = row.id.to_string();
    let ticked = form.all("who").any(|who| who == id);
    let position = row.position.and_then(|n| u32::try_from(n).ok());
    let name = row.person_name.as_str().to_owned();
    view! {
        <li><div class="row">
            <input type="checkbox" id=id.clone() name="who" value=id.clone() checked=ticked />
            <label class="row-text" for=id><strong>{name}</strong></label>
            <StateBadge locale state=row.state position=position />
        </div></li>
    }
}

/// What would happen to each; after a press, what did not.
fn preview_page(
    visit: &Visit,
    roster: Roster,
    form: &Form,
    failed: Vec<(String, String)>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let page = gate::page(visit, td_string!(locale, bulk.title));
    let page = match failed.is_empty() {
        true => page,
        false => page.status(StatusCode::CONFLICT),
    };
    let (reader, form) = (visit.clone(), form.clone());
    page.render(move || {
        let at = &roster.occurrence;
        let rows: Vec<_> = chosen(&roster, &form).collect();
        let can = rows.iter().filter(|row| would(at, row, now).is_ok()).count();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| outcome(locale, row, would(at, row, now), now))
            .collect();
        let many = failed.len();
        let failed: Vec<_> = failed
            .into_iter()
            .map(|(name, why)| view! { <li><strong>{name}</strong>" "{why}</li> })
            .collect();
        let here = format!("/staff/occurrences/{}/bulk", at.id);
        let again = here.clone();
        view! {
            {head(&reader, at)}
            {(many > 0).then(|| view! {
                <NoticeBox title=td_string!(locale, bulk.failed, count = many) tone=Tone::Bad fresh=true><ul>{failed}</ul></NoticeBox>
            })}
            <h2>{td_string!(locale, bulk.will)}</h2>
            <p class="hint">{td_string!(locale, bulk.frees)}</p>
            <form class="form" method="post" action=here><FormKey />
                <ul class="row-list">{rows}</ul>
                <p>{td_string!(locale, field.reason)}": "{form.text("reason").to_owned()}</p>
                <input type="hidden" name="reason" value=form.text("reason").to_owned() />
                <div class="cluster">
                    {(can > 0).then(|| view! {
                        <button class="button button-danger" type="submit" name="do" value="press">{td_string!(locale, bulk.press, count = can)}</button>
                    })}
                    <a class="button" href=again>{td_string!(locale, bulk.again)}</a>
                </div>
            </form>
        }
    })
}

/// A row that was chosen; only what can be cancelled is sent on.
fn outcome(
    locale: Locale,
    row: &RosterRow,
    would: Result<CancelDecision, Refusal>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let (text, goes) = match would {
        Ok(CancelDecision::Cancel { frees_place: true }) => {
            (td_string!(locale, bulk.cancels).to_owned(), true)
        }
        Ok(CancelDecision::Cancel { frees_place: false }) => {
            (td_string!(locale, bulk.leaves_line).to_owned(), true)
        }
        Ok(CancelDecision::AlreadyCancelled) => {
            (td_string!(locale, state.cancelled).to_owned(), false)
        }
        Err(refusal) => {
            let said = words::refusal(locale, &refusal, now);
            (words::join(locale, &said.title, &said.sentence), false)
        }
    };
    let id = row.id.to_string();
    let name = row.person_name.as_str().to_owned();
    view! {
        <li><div class="row">
            {goes.then(|| view! { <input type="hidden" name="who" value=id /> })}
            <span class="row-text"><strong>{name}</strong><small>{text}</small></span>
        </div></li>
    }
}
