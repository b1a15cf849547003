//! Changing a shift that is planned.

use super::{form, one::find};
use crate::{
    i18n::td_string,
    staff::{
        common::{closed, gate},
        plan::{activity::changed, series_dates},
    },
    ui::{ErrorSummary, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{Refusal, access::Action, activity::Status, holiday::Holidays, time::Span};
use leptos::prelude::*;
use store::{
    Error, holidays,
    shifts::{self, ShiftEdit, ShiftView},
    trainings,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/shifts/{id}/edit", get(ask).post(save))
}

/// What the page shows: the form, and what came of sending it.
struct Shown {
    form: Form,
    /// What the form was opened on.
    was: String,
    problems: Problems,
    refused: Option<StatusCode>,
    /// What somebody else changed meanwhile.
    changes: Vec<String>,
    trainings: Vec<String>,
    /// What was announced of which days.
    holidays: Holidays,
}

impl Shown {
    async fn of(visit: &Visit, shift: &ShiftView, form: Form) -> store::Result<Self> {
        Ok(Self {
            // Entered again after a refusal, it is still what the page was opened on.
            was: match form.get("was") {
                Some(was) => was.to_owned(),
                None => form::opened_on(visit.locale, shift),
            },
            form,
            problems: Problems::none(),
            refused: None,
            changes: Vec::new(),
            trainings: trainings::known(visit.db()).await?,
            holidays: holidays::known(visit.db()).await?,
        })
    }
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let (shift, _) = find(&visit, &id, Action::ManageActivities).await?;
    let form = form::as_it_is(visit.locale, &shift);
    let shown = Shown::of(&visit, &shift, form).await?;
    Ok(page(&visit, shift, shown))
}

async fn save(visit: Visit, Path(id): Path<String>, entered: Form) -> Answer {
    let (shift, center) = find(&visit, &id, Action::ManageActivities).await?;
    let revision: Option<i64> = entered.number("revision").ok().flatten();
    // Whether it is the newest one is for the transaction to say.
    if revision.is_none() {
        return stale(&visit, shift, &entered).await;
    }
    let before = form::as_it_is(visit.locale, &shift);
    let act = visit.once(&entered)?;
    let mut shown = Shown::of(&visit, &shift, entered).await?;
    let read = form::read(&visit, Some(&before), &shown.form, &mut shown.problems);
    let Some(edit) = read else {
        return Ok(page(&visit, shift, shown));
    };
    let moved: Vec<Span> = moved(&shift, &edit).into_iter().collect();
    let (form, problems) = (&mut shown.form, &mut shown.problems);
    if !closed::is_meant(&visit, &center.times(), &moved, form, problems) {
        return Ok(page(&visit, shift, shown));
    }
    match shifts::edit(visit.db(), &act, &shift.id, edit, revision).await {
        Ok(done) => {
            let (told, overlapping) = (done.told, done.overlapping);
            let query = format!("done=edited&told={told}&overlapping={overlapping}");
            Ok(redirect(&format!("/staff/shifts/{id}?{query}")))
        }
        Err(Error::Refused(Refusal::Stale)) => {
            let (shift, _) = find(&visit, &id, Action::ManageActivities).await?;
            stale(&visit, shift, &shown.form).await
        }
        Err(Error::Refused(refusal)) => {
            // Beside the field that it is about.
            let field = match refusal {
                Refusal::BelowConfirmed { .. } => Some("volunteers_max"),
                Refusal::PositionHeld { .. } => Some("positions"),
                _ => None,
            };
            let (locale, now) = (visit.locale, visit.now);
            match field {
                Some(field) => shown.problems.note_at(field, locale, &refusal, now),
                None => shown.problems.note(locale, &refusal, now),
            }
            shown.refused = Some(status(&refusal));
            Ok(page(&visit, shift, shown))
        }
        Err(error) => Err(error.into()),
    }
}

/// When the shift would be, if the edit moves it.
fn moved(shift: &ShiftView, edit: &ShiftEdit) -> Option<Span> {
    let (was, until) = (shift.span.start(), shift.span.end());
    let start = edit.starts_at.unwrap_or(was);
    let as_long = start.plus(until.0 - was.0);
    let span = Span::new(start, edit.ends_at.unwrap_or(as_long)).ok()?;
    (span != shift.span).then_some(span)
}

/// Somebody else saved in between: what stands now beside what was entered (C-69). Sending it again
/// means it.
async fn stale(visit: &Visit, shift: ShiftView, entered: &Form) -> Answer {
    let mine = form::on_revision(visit.locale, &shift, entered);
    let mut shown = Shown::of(visit, &shift, mine).await?;
    shown.changes = form::changes(visit.locale, &shift, entered);
    shown
        .problems
        .note(visit.locale, &Refusal::Stale, visit.now);
    shown.refused = Some(StatusCode::CONFLICT);
    Ok(page(visit, shift, shown))
}

fn page(visit: &Visit, shift: ShiftView, shown: Shown) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match shown.refused {
        Some(status) => status,
        None if shown.problems.any() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let title = td_string!(locale, staff.shift.edit);
    let page = gate::page(visit, title).status(status);
    page.render(move || {
        let here = format!("/staff/shifts/{}", shift.id);
        let action = format!("{here}/edit");
        let Shown {
            form: entered,
            was,
            problems,
            changes,
            trainings,
            holidays,
            ..
        } = shown;
        let drawn = form::Drawn {
            form: &entered,
            problems: &problems,
            trainings: &trainings,
            has_duty: shift.occurrence_id.is_none() && shift.duty.is_some(),
            repeats: None,
        };
        let is_known = shift.status == Status::Published;
        view! {
            <a class="back-link" href=here.clone()>{shift.title.clone()}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{shift.title.clone()}" · "{words::span_near(locale, shift.span, now)}</p>
                {series_dates::hint(locale, &holidays, shift.span.start().day())}
                <p>{td_string!(locale, staff.shift.edit_one)}</p>
                {is_known.then(|| view! { <p>{td_string!(locale, staff.shift.edit_hint)}</p> })}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {changed(locale, changes)}
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=entered.text("revision").to_owned() />
                <input type="hidden" name="was" value=was />
                {closed::field(&entered, &problems)}
                {form::fields(locale, drawn)}
                <div class="cluster">
                    <button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button>
                    <a class="button" href=here.clone()>{td_string!(locale, staff.shift.not_now)}</a>
                </div>
            </form>
        }
    })
}
