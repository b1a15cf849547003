//! Planning shifts: one, or the same every week, with the exact list before they are made.

use super::form;
use crate::staff::plan::series_dates::{self, Shown};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{closed, gate},
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::Action,
    holiday::{Holidays, Put},
    shift::{Joining, Needs},
    time::Span,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    holidays,
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
    /// What was announced of which days.
    holidays: Holidays,
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
        holidays: holidays::known(visit.db()).await?,
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
        moved: Vec::new(),
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

/// The shifts that would be made, and what became of the days that were entered.
struct Planned {
    spans: Vec<Span>,
    put: Vec<Put>,
}

/// The shift, or the series, and what would be made of the days that were entered; what is wrong is
/// noted. Where what was chosen for one cannot be, there is no shift, and the list is as entered.
fn plan(
    visit: &Visit,
    asked: &Asked,
    entered: &Form,
    problems: &mut Problems,
) -> (Option<NewShift>, Option<Planned>) {
    let (locale, now) = (visit.locale, visit.now);
    let Some(mut new) = read(visit, asked, entered, problems) else {
        return (None, None);
    };
    let Some(spans) = problems.keep(locale, now, new.plan(now)) else {
        return (None, None);
    };
    let days: Vec<NaiveDate> = spans.iter().map(|span| span.start().day()).collect();
    if let Some(put) = series_dates::chosen(visit, entered, &days, problems) {
        (new.excluded, new.moved) = series_dates::changes(&put);
        if let Some(spans) = problems.keep(locale, now, new.plan(now)) {
            return (Some(new), Some(Planned { spans, put }));
        }
    }
    let put = series_dates::kept(&days);
    (None, Some(Planned { spans, put }))
}

async fn create(visit: Visit, Path(id): Path<String>, mut entered: Form) -> Answer {
    let asked = asked(&visit, &id, &entered).await?;
    let mut problems = Problems::none();
    let (new, planned) = plan(&visit, &asked, &entered, &mut problems);
    let (Some(new), Some(shown)) = (new, &planned) else {
        return Ok(page(&visit, asked, entered, problems, planned));
    };
    if entered.get("do") == Some("preview")
        || !series_dates::as_shown(&visit, &entered, &shown.put, &mut problems)
    {
        return Ok(page(&visit, asked, entered, problems, planned));
    }
    let times = asked.center.times();
    let spans = problems.keep(visit.locale, visit.now, new.plan(visit.now));
    let spans = spans.unwrap_or_default();
    if !closed::is_meant(&visit, &times, &spans, &mut entered, &mut problems) {
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
    planned: Option<Planned>,
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
                {closed::field(&entered, &problems)}
                {asked.about.as_ref().map(|at| view! { <input type="hidden" name="occurrence" value=at.id.to_string() /> })}
                {form::fields(locale, drawn)}
                {planned.as_ref().map(|planned| {
                    let shown = Shown { locale, form: &entered, problems: &problems, holidays: &asked.holidays };
                    preview(&shown, planned)
                })}
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
fn preview(shown: &Shown<'_>, planned: &Planned) -> impl IntoView + use<> {
    let locale = shown.locale;
    let rows = shown.rows(&planned.put, |day| {
        let at = |span: &&Span| **span == span.on(day);
        let text = match planned.spans.iter().find(at) {
            Some(span) => words::span(locale, *span),
            None => words::day(locale, day),
        };
        (text, false)
    });
    view! {
        <section class="card" role="status" id="preview" aria-labelledby="planned">
            <h2 id="planned">{td_string!(locale, staff.shift.planned)}</h2>
            {shown.hint(&planned.put)}
            {shown.seen(&planned.put)}
            <ul class="rules">{rows}</ul>
        </section>
    }
}
