//! Planning shifts: one, or the same every week, with the exact list before they are made.

use super::form;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Refusal,
    access::Action,
    shift::{Joining, Needs},
    time::Span,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    occurrences::{self, OccurrenceView},
    shifts::{self, NewShift},
    trainings,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/shifts/new", get(ask).post(create))
}

async fn ask(visit: Visit, Path(id): Path<String>, entered: Form) -> Answer {
    let asked = asked(&visit, &id, &entered).await?;
    let form = first_form(visit.locale, asked.about.as_ref());
    Ok(page(&visit, asked, form, Problems::none(), None))
}

/// Where the shift is planned, and for what.
struct Asked {
    center: CenterView,
    /// The occurrence that it belongs to; without one it is the center's own duty.
    about: Option<OccurrenceView>,
    /// The trainings that it can ask for.
    trainings: Vec<String>,
}

impl Asked {
    /// Where the planning began.
    fn back(&self) -> String {
        match &self.about {
            Some(at) => format!("/staff/occurrences/{}", at.id),
            None => format!("/staff/centers/{}/shifts", self.center.summary.id),
        }
    }
}

async fn asked(visit: &Visit, id: &str, form: &Form) -> Result<Asked, Fault> {
    let center = gate::center(visit, id, Action::ManageActivities).await?;
    Ok(Asked {
        about: about(visit, &center, form).await?,
        trainings: trainings::known(visit.db()).await?,
        center,
    })
}

/// The occurrence that the address or the form names.
async fn about(
    visit: &Visit,
    center: &CenterView,
    form: &Form,
) -> Result<Option<OccurrenceView>, Fault> {
    let id = form.text("occurrence");
    if id.is_empty() {
        return Ok(None);
    }
    let found = occurrences::find_for_staff(visit.db(), &visit.caller, &id.parse()?).await?;
    match found.center_id == center.summary.id {
        true => Ok(Some(found)),
        false => Err(Refusal::NotFound.into()),
    }
}

/// The form before anything is entered: of an occurrence its title, times and room.
fn first_form(locale: Locale, about: Option<&OccurrenceView>) -> Form {
    let needs = Needs {
        volunteers_max: 2,
        ..Needs::default()
    };
    let mut fields = form::needs_of(locale, &needs);
    if let Some(at) = about {
        fields.extend(form::times_of(at.starts_at, at.ends_at));
        fields.push(("title", at.title.clone()));
        fields.push(("room", at.room.clone()));
    }
    Form::of(fields)
}

/// The shift, or the series; what is wrong is noted.
fn read(visit: &Visit, asked: &Asked, entered: &Form, problems: &mut Problems) -> Option<NewShift> {
    let (locale, now) = (visit.locale, visit.now);
    let weeks = problems.keep(locale, now, entered.number("weeks"));
    let said = form::read(visit, None, entered, problems)?;
    let needs = problems.keep(locale, now, said.needs.apply(&Needs::default()));
    let weeks = weeks?.unwrap_or(1_u32);
    Some(NewShift {
        center: asked.center.summary.id.clone(),
        title: said.title.unwrap_or_default(),
        starts_at: said.starts_at?,
        ends_at: said.ends_at?,
        rule: (weeks > 1).then(|| format!("FREQ=WEEKLY;COUNT={weeks}")),
        excluded: Vec::new(),
        occurrence: asked.about.as_ref().map(|at| at.id.clone()),
        duty: said.duty.flatten(),
        place: said.place.unwrap_or_default(),
        joining: said.joining.unwrap_or(Joining::SignUp),
        needs: first_version(needs?),
        publish: entered.get("do") != Some("draft"),
    })
}

/// The first text of risks has the first version.
fn first_version(mut needs: Needs) -> Needs {
    needs.risks.version = 1;
    needs
}

async fn create(visit: Visit, Path(id): Path<String>, entered: Form) -> Answer {
    let asked = asked(&visit, &id, &entered).await?;
    let mut problems = Problems::none();
    let new = read(&visit, &asked, &entered, &mut problems);
    let planned = new
        .as_ref()
        .and_then(|new| problems.keep(visit.locale, visit.now, new.plan(visit.now)));
    let (Some(new), Some(_)) = (new, &planned) else {
        return Ok(page(&visit, asked, entered, problems, None));
    };
    if entered.get("do") == Some("preview") {
        return Ok(page(&visit, asked, entered, problems, planned));
    }
    match shifts::create(visit.db(), &visit.once(&entered)?, new).await {
        Ok(_) => Ok(redirect(&asked.back())),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, asked, entered, problems, None))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    asked: Asked,
    entered: Form,
    problems: Problems,
    planned: Option<Vec<Span>>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let title = td_string!(locale, staff.shift.new);
    gate::page(visit, title).status(status).render(move || {
        let back = asked.back();
        let center = &asked.center.summary;
        let action = format!("/staff/centers/{}/shifts/new", center.id);
        let (back_title, lead) = match &asked.about {
            Some(at) => {
                let when = words::span_near(locale, at.span(), now);
                (at.title.clone(), format!("{} · {} · {when}", center.name, at.title))
            }
            None => (td_string!(locale, staff.shift.title).to_owned(), center.name.clone()),
        };
        let alone = asked.about.is_some();
        let repeats = (!alone).then(|| repeats(locale, &entered, &problems).into_any());
        let drawn = form::Drawn {
            form: &entered,
            problems: &problems,
            trainings: &asked.trainings,
            has_duty: !alone,
            repeats,
        };
        view! {
            <a class="back-link" href=back>{back_title}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{lead}</p></div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action><FormKey />
                {asked.about.as_ref().map(|at| view! { <input type="hidden" name="occurrence" value=at.id.to_string() /> })}
                {form::fields(locale, drawn)}
                {planned.map(|planned| preview(locale, planned))}
                <div class="cluster">
                    <button class="button button-main" type="submit" name="do" value="create">{td_string!(locale, staff.act.publish)}</button>
                    <button class="button" type="submit" name="do" value="draft">{td_string!(locale, staff.act.save_draft)}</button>
                    <button class="button" type="submit" name="do" value="preview">{td_string!(locale, staff.shift.preview)}</button>
                </div>
            </form>
        }
    })
}

/// How often, where it is the center's own.
fn repeats(locale: Locale, entered: &Form, problems: &Problems) -> impl IntoView + use<> {
    let error = problems.of("weeks").or_else(|| problems.of("rrule"));
    view! {
        <Field name="weeks" label=td_string!(locale, staff.shift.weeks) hint=td_string!(locale, staff.shift.weeks_hint)
            value=entered.text("weeks").to_owned() error=error inputmode="numeric" class="input-short" />
    }
}

/// Exactly the shifts that would be made (C-63).
fn preview(locale: Locale, planned: Vec<Span>) -> impl IntoView {
    let rows: Vec<_> = planned
        .into_iter()
        .map(|span| view! { <li>{words::span(locale, span)}</li> })
        .collect();
    view! {
        <section class="card" role="status" aria-labelledby="planned">
            <h2 id="planned">{td_string!(locale, staff.shift.planned)}</h2>
            <ul class="rules">{rows}</ul>
        </section>
    }
}
