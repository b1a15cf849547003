//! Days on which a center is closed, or open at other hours: entered, shown with what they hit,
//! saved; and taken back.

use super::{back, code, home, outlook};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Choice, ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    opening::{self, Change, Opening},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterView},
    day_off::Item,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/settings/days", get(ask).post(save))
        .route("/staff/centers/{center}/settings/days/remove", post(remove))
}

/// What the form sends on when what it hits has been seen.
const FIELDS: [&str; 5] = ["from", "to", "kind", "hours", "reason"];

/// A change that was read, with what it hits.
struct Looked {
    change: Change,
    hits: Vec<Item>,
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    if !form.is_on("look") {
        return Ok(page(&visit, center, form, problems, None, None));
    }
    let Some(change) = read(&visit, &form, &mut problems) else {
        return Ok(page(&visit, center, form, problems, None, None));
    };
    if let Err(refusal) = opening::add(&center.exceptions, &change) {
        problems.note(visit.locale, &refusal, visit.now);
        return Ok(page(&visit, center, form, problems, Some(refusal), None));
    }
    let looked = look(&visit, &center, change).await?;
    Ok(page(&visit, center, form, problems, None, Some(looked)))
}

async fn look(visit: &Visit, center: &CenterView, change: Change) -> store::Result<Looked> {
    let (here, days) = (&center.summary.id, change.exceptions());
    let hits = centers::hit_by(visit.db(), &visit.caller, here, &days, visit.now).await?;
    Ok(Looked { change, hits })
}

/// What was entered; what is wrong is noted, all of it at once where that can be told.
fn read(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<Change> {
    let (locale, now, today) = (visit.locale, visit.now, visit.now.day());
    let from = problems.keep(locale, now, form.need_day("from", today));
    // Without a last day it is one day; without a year it is the one after the first.
    let near = from.unwrap_or(today);
    let to = problems.keep(locale, now, form.day("to", near));
    let openings = problems.keep(locale, now, openings(form));
    let (from, openings) = (from?, openings?);
    let change = Change::new(
        (from, to?.unwrap_or(from)),
        openings,
        form.text("reason"),
        today,
    );
    problems.keep(locale, now, change)
}

fn openings(form: &Form) -> Result<Vec<Opening>, Refusal> {
    if form.text("kind") != "other" {
        return Ok(Vec::new());
    }
    let openings = opening::entered("hours", form.text("hours"))?;
    match openings.is_empty() {
        true => Err(Refusal::invalid("hours", Reason::Missing)),
        false => Ok(openings),
    }
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    let Some(change) = read(&visit, &form, &mut problems) else {
        return Ok(page(&visit, center, form, problems, None, None));
    };
    let (act, here) = (visit.once(&form)?, &center.summary.id);
    let (from, to) = change.days();
    match centers::add_exceptions(visit.db(), &act, here, change).await {
        Ok(()) => Ok(redirect(&format!(
            "{}/days/planned?from={from}&to={to}&saved=1",
            home(&center)
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, center, form, problems, Some(refusal), None))
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let today = visit.now.day();
    let from = form.need_day("from", today)?;
    let to = form.need_day("to", today)?;
    let (act, here) = (visit.once(&form)?, &center.summary.id);
    centers::remove_exceptions(visit.db(), &act, here, (from, to)).await?;
    Ok(redirect(&format!("{}?saved=1", home(&center))))
}

fn page(
    visit: &Visit,
    center: CenterView,
    form: Form,
    problems: Problems,
    refused: Option<Refusal>,
    looked: Option<Looked>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = code(problems.any(), refused.as_ref());
    let title = td_string!(locale, center_settings.add_days);
    gate::page(visit, title).status(status).render(move || {
        let here = format!("{}/days", home(&center));
        let told = looked.map(|looked| {
            let days = looked.change.exceptions();
            let told: Vec<_> = opening::runs(&days)
                .iter()
                .map(|run| {
                    let text = words::exceptions(locale, run, now);
                    view! { <p><strong>{td_string!(locale, center_settings.residents_see, text)}</strong></p> }
                })
                .collect();
            view! {
                <section class="card" aria-label=td_string!(locale, center_settings.look)>
                    {told}
                    {outlook::list(locale, &center.summary.id, &looked.hits, now)}
                    {confirm(locale, &here, &form, looked.hits.is_empty())}
                </section>
            }
        });
        view! {
            {back(locale, &center)}
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, center_settings.add_intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {told}
            {fields(locale, &here, &form, &problems)}
        }
    })
}

/// The button that saves what was seen.
fn confirm(locale: Locale, here: &str, form: &Form, nothing_hit: bool) -> impl IntoView + use<> {
    let hidden: Vec<_> = FIELDS
        .into_iter()
        .map(|name| view! { <input type="hidden" name=name value=form.text(name).to_owned() /> })
        .collect();
    let words = match nothing_hit {
        true => td_string!(locale, staff.save),
        false => td_string!(locale, center_settings.save_leave),
    };
    view! {
        <form class="form" method="post" action=here.to_owned()><FormKey />
            {hidden}
            <div class="cluster"><button class="button button-main" type="submit">{words}</button></div>
        </form>
    }
}

/// What is entered; sending it shows what it would hit and changes nothing.
fn fields(locale: Locale, here: &str, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let other = form.text("kind") == "other";
    let value = |name: &str| form.text(name).to_owned();
    view! {
        <form class="form" method="get" action=here.to_owned()>
            <input type="hidden" name="look" value="1" />
            <div class="form-grid">
                <Field name="from" label=td_string!(locale, field.from_day) kind="date" value=value("from") error=problems.of("from") />
                <Field name="to" label=td_string!(locale, field.to_day) note=td_string!(locale, ui.optional) kind="date" value=value("to") error=problems.of("to") />
            </div>
            <fieldset class="form-field">
                <legend>{td_string!(locale, center_settings.hours)}</legend>
                <Choice name="kind" value="closed" label=td_string!(locale, center_settings.closed_all_day) checked=!other radio=true />
                <Choice name="kind" value="other" label=td_string!(locale, center_settings.other_hours) checked=other radio=true />
            </fieldset>
            <Field name="hours" label=td_string!(locale, center_settings.other_hours) note=td_string!(locale, ui.optional)
                hint=td_string!(locale, center_settings.other_hours_hint) value=value("hours") error=problems.of("hours") maxlength=60 />
            <Field name="reason" label=td_string!(locale, field.reason) hint=td_string!(locale, center_settings.reason_hint)
                value=value("reason") error=problems.of("reason") maxlength=opening::REASON as u16 />
            <div class="cluster"><button class="button" type="submit">{td_string!(locale, center_settings.look)}</button></div>
        </form>
    }
}
