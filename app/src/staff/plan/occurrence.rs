//! Changing one occurrence, or with it the later ones; calling it off; deleting it.

use super::activity::changed;
use super::new_activity::word;
use super::occurrence_form;
use super::room_field;
use super::series_dates;
use super::training_field;
use crate::staff::common::closed;
use crate::staff::common::gate;
use crate::staff::common::merge;
use crate::staff::common::told;
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, FormKey, Problems, TextArea},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{
    Reason, Refusal, access::Action, activity::Status, holiday::Holidays, opening::Times,
    time::Span,
};
use leptos::prelude::*;
use store::{
    Error, holidays,
    occurrences::{self, EditScope, OccurrenceView},
    trainings,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/occurrences/{id}/edit", get(ask).post(save))
        .route("/staff/occurrences/{id}/status", post(turn))
}

/// What the form lets one choose from.
struct Choices {
    rooms: Vec<String>,
    trainings: Vec<String>,
    /// What was announced of which days.
    holidays: Holidays,
    /// When the center is open.
    times: Times,
}

/// The occurrence with what its form needs, where the caller may plan.
type At = (OccurrenceView, Choices);

async fn find(visit: &Visit, id: &str) -> Result<At, Fault> {
    let (at, center) = gate::occurrence(visit, id, Action::ManageActivities).await?;
    let choices = Choices {
        times: center.times(),
        rooms: center.rooms.into_iter().map(|room| room.name).collect(),
        trainings: trainings::known(visit.db()).await?,
        holidays: holidays::known(visit.db()).await?,
    };
    Ok((at, choices))
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let at = find(&visit, &id).await?;
    let form = occurrence_form::as_it_is(&at.0);
    Ok(edit_page(
        &visit,
        at,
        form,
        Problems::none(),
        None,
        Vec::new(),
    ))
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let mut form = training_field::settled(room_field::settled(form));
    let (at, choices) = find(&visit, &id).await?;
    let revision = form.number("revision").ok().flatten();
    // Whether it is the newest one is for the transaction to say.
    if revision.is_none() {
        return Ok(stale(&visit, (at, choices), &form));
    }
    let mut problems = Problems::none();
    let Some(edit) = occurrence_form::read(&visit, &at, &form, &mut problems) else {
        let at = (at, choices);
        return Ok(edit_page(&visit, at, form, problems, None, Vec::new()));
    };
    let moved: Vec<Span> = occurrence_form::moved(&at, &edit).into_iter().collect();
    if !closed::is_meant(&visit, &choices.times, &moved, &mut form, &mut problems) {
        let at = (at, choices);
        return Ok(edit_page(&visit, at, form, problems, None, Vec::new()));
    }
    let scope = occurrence_form::scope(&form);
    let saved = occurrences::edit(
        visit.db(),
        &visit.once(&form)?,
        &at.id,
        scope,
        edit,
        revision,
    )
    .await;
    match saved {
        Ok(_) if scope == EditScope::This => Ok(redirect(&format!(
            "/staff/occurrences/{}?done=saved",
            at.id
        ))),
        Ok(_) => Ok(redirect(&format!(
            "/staff/activities/{}?done=saved",
            at.activity_id
        ))),
        Err(Error::Refused(Refusal::Stale)) => Ok(stale(&visit, find(&visit, &id).await?, &form)),
        Err(Error::Refused(
            refusal @ (Refusal::BelowConfirmed { .. } | Refusal::HasBookings { .. }),
        )) => {
            // Beside the field that it is about.
            let field = match refusal {
                Refusal::BelowConfirmed { .. } => "capacity",
                _ => "unit",
            };
            problems.note_at(field, visit.locale, &refusal, visit.now);
            Ok(edit_page(
                &visit,
                (at, choices),
                form,
                problems,
                Some(StatusCode::CONFLICT),
                Vec::new(),
            ))
        }
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(edit_page(
                &visit,
                (at, choices),
                form,
                problems,
                Some(status(&refusal)),
                Vec::new(),
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// Somebody else saved in between: what stands now beside what was entered (C-69). Sending it
/// again means it.
fn stale(visit: &Visit, at: At, form: &Form) -> Response {
    let changes = merge::changes(
        visit.locale,
        &occurrence_form::labels(visit.locale),
        &occurrence_form::as_it_is(&at.0),
        form,
    );
    let mine = occurrence_form::on_revision(&at.0, visit.locale, form);
    let mut problems = Problems::none();
    problems.note(visit.locale, &Refusal::Stale, visit.now);
    edit_page(
        visit,
        at,
        mine,
        problems,
        Some(StatusCode::CONFLICT),
        changes,
    )
}

fn edit_page(
    visit: &Visit,
    (at, choices): At,
    form: Form,
    problems: Problems,
    refused: Option<StatusCode>,
    changes: Vec<String>,
) -> Response {
    let locale = visit.locale;
    let status = match refused {
        Some(status) => status,
        None if problems.any() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = gate::page(visit, td_string!(locale, staff.occ.edit)).status(status);
    let reader = visit.clone();
    page.render(move || {
        let several = at.dates.iter().filter(|date| date.starts_at > reader.now).count() > 1
            || (at.status == Status::Draft);
        let unbooked = at.confirmed == 0 && at.waitlisted == 0;
        let action = format!("/staff/occurrences/{}/status", at.id);
        let revision = at.revision.to_string();
        // Entered again after a refusal, it is still what the page was opened on.
        let was = form.get("was").map_or_else(
            || merge::opened_on(&occurrence_form::labels(locale), &occurrence_form::as_it_is(&at)),
            str::to_owned,
        );
        view! {
            {occurrence_form::back(locale, &at)}
            <div class="page-head">
                <h1>{td_string!(locale, staff.occ.edit)}</h1>
                <p class="lead">{at.title.clone()}" · "{told::when(&reader, &at)}</p>
                {series_dates::hint(locale, &choices.holidays, at.starts_at.day())}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {changed(locale, changes)}
            <form class="form" method="post" action=format!("/staff/occurrences/{}/edit", at.id)><FormKey />
                <input type="hidden" name="revision" value=form.text("revision").to_owned() />
                <input type="hidden" name="was" value=was />
                {closed::field(&form, &problems)}
                {occurrence_form::fields(locale, &form, &problems, (&choices.rooms, &choices.trainings), several)}
                <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
            <section class="section" aria-labelledby="actions">
                <h2 id="actions">{td_string!(locale, staff.actions)}</h2>
                {(at.status == Status::Published).then(|| view! {
                    <details class="unfold">
                        <summary>{td_string!(locale, staff.occ.cancel)}</summary>
                        <form class="form" method="post" action=action.clone()><FormKey />
                            <input type="hidden" name="revision" value=revision.clone() />
                            <p class="lead">{td_string!(locale, staff.act.cancel_lead)}</p>
                            <TextArea name="reason" label=td_string!(locale, field.reason) note=td_string!(locale, ui.optional)
                                hint=td_string!(locale, staff.roster.reason_hint) maxlength=200 />
                            <div class="cluster"><button class="button button-danger" type="submit" name="do" value="cancel">{td_string!(locale, staff.occ.cancel)}</button></div>
                        </form>
                    </details>
                })}
                {unbooked.then(|| view! {
                    <details class="unfold">
                        <summary>{td_string!(locale, staff.occ.delete)}</summary>
                        <form class="form" method="post" action=action.clone()><FormKey />
                            <input type="hidden" name="revision" value=revision.clone() />
                            <p class="lead">{td_string!(locale, staff.act.delete_lead)}</p>
                            <div class="cluster"><button class="button button-danger" type="submit" name="do" value="delete">{td_string!(locale, staff.occ.delete)}</button></div>
                        </form>
                    </details>
                })}
            </section>
        }
    })
}

async fn turn(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = find(&visit, &id).await?;
    let revision = form.number("revision").ok().flatten();
    let done = match form.text("do") {
        "cancel" => occurrences::cancel(
            visit.db(),
            &visit.once(&form)?,
            &at.id,
            form.text("reason"),
            revision,
        )
        .await
        .map(|_| format!("/staff/occurrences/{}?done=saved", at.id)),
        "delete" => occurrences::delete(visit.db(), &visit.once(&form)?, &at.id, revision)
            .await
            .map(|()| format!("/staff/activities/{}?done=saved", at.activity_id)),
        _ => Err(Refusal::invalid("do", Reason::UnknownValue).into()),
    };
    match done {
        Ok(to) => Ok(redirect(&to)),
        Err(Error::Refused(refusal)) => {
            let locale = visit.locale;
            let page = gate::page(&visit, td_string!(locale, staff.occ.edit))
                .narrow()
                .status(status(&refusal));
            let reader = visit.clone();
            Ok(page.render(move || view! { {occurrence_form::back(locale, &at)} {word(&reader, None, Some(&refusal))} }))
        }
        Err(error) => Err(error.into()),
    }
}
