//! A contract is added: its center and days, then whom it hits, then it is saved.

use super::{HOME, editor, look, may_change_at};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems, SelectField},
    web::{Answer, Form, Site, Visit, redirect, status},
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    Refusal,
    agency::{Term, number},
    id::{AgencyId, CenterId},
};
use leptos::prelude::*;
use store::{
    Error,
    agencies::{self, AgencyView, Look, NewContract, Planned},
    centers::CenterSummary,
};

/// Of so many centers that a name fits one is chosen from a list.
const FEW: usize = 60;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/agencies/{id}/contracts/new", get(ask).post(add))
}

/// What the page shows.
struct Shown {
    form: Form,
    problems: Problems,
    status: StatusCode,
    /// The centers that fit what was written, where they are several.
    choices: Vec<CenterSummary>,
    look: Option<Look>,
}

impl Shown {
    const fn of(form: Form) -> Self {
        Self {
            form,
            problems: Problems::none(),
            status: StatusCode::OK,
            choices: Vec::new(),
            look: None,
        }
    }
}

async fn found(visit: &Visit, id: &str) -> Result<AgencyView, crate::web::Fault> {
    editor(visit)?;
    let id: AgencyId = id.parse()?;
    Ok(agencies::find(visit.db(), &visit.caller, &id, visit.now).await?)
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let agency = found(&visit, &id).await?;
    Ok(page(&visit, &agency, Shown::of(form)))
}

async fn add(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let agency = found(&visit, &id).await?;
    let mut shown = Shown::of(form);
    let Some(new) = read(&visit, &agency.id, &mut shown) else {
        shown.status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page(&visit, &agency, shown));
    };
    let planned = Planned::Add(new);
    let refused = match shown.form.get("do") {
        Some("save") => {
            let once = visit.once(&shown.form)?;
            match agencies::carry_out(visit.db(), &once, planned).await {
                Ok(_) => return Ok(redirect(&format!("{HOME}/{}?done=contract", agency.id))),
                Err(error) => error,
            }
        }
        _ => match agencies::look(visit.db(), &visit.act(), &planned).await {
            Ok(found) => {
                shown.look = Some(found);
                return Ok(page(&visit, &agency, shown));
            }
            Err(error) => error,
        },
    };
    let Error::Refused(refusal) = refused else {
        return Err(refused.into());
    };
    shown.problems.note(visit.locale, &refusal, visit.now);
    shown.status = status(&refusal);
    Ok(page(&visit, &agency, shown))
}

/// What was entered; what is wrong is noted.
fn read(visit: &Visit, agency: &AgencyId, shown: &mut Shown) -> Option<NewContract> {
    let (locale, now, form) = (visit.locale, visit.now, &shown.form);
    let problems = &mut shown.problems;
    let center = match problems.keep(locale, now, form.need("center")) {
        None => None,
        Some(written) => {
            let mut fitting = called(visit, written);
            match fitting.len() {
                0 => {
                    let unknown = td_string!(locale, staff.accounts.place_unknown);
                    problems.note_text("center", unknown.to_owned());
                    None
                }
                1 => fitting.pop().map(|center| center.id),
                _ => {
                    let several = td_string!(locale, staff.accounts.place_several);
                    problems.note_text("center", several.to_owned());
                    shown.choices = fitting;
                    None
                }
            }
        }
    };
    let from = problems.keep(locale, now, form.need_day("from", now.day()));
    let to = problems.keep(locale, now, form.need_day("to", now.day()));
    let term = problems.keep(locale, now, from.zip(to).map_or(Ok(None), term));
    let number = problems.keep(locale, now, number(form.text("contract_number")));
    Some(NewContract {
        agency: agency.clone(),
        center: center?,
        term: term??,
        number: number?,
    })
}

fn term((from, to): (chrono::NaiveDate, chrono::NaiveDate)) -> Result<Option<Term>, Refusal> {
    Term::new(from, to).map(Some)
}

/// The centers that the visitor may give contracts for and that a name or a code stands for: one that
/// it is exactly, else all that have it in theirs.
fn called(visit: &Visit, written: &str) -> Vec<CenterSummary> {
    let centers = visit.site.centers();
    let code: Option<CenterId> = written.parse().ok();
    let own = |center: &&CenterSummary| may_change_at(visit, &center.id);
    let is_it =
        |center: &&CenterSummary| center.name == written || Some(&center.id) == code.as_ref();
    let exact = centers.all().iter().filter(own).find(is_it);
    match exact {
        Some(center) => vec![center.clone()],
        None => {
            let fits = centers.all().iter().filter(|of| of.name.contains(written));
            fits.filter(own).take(FEW).cloned().collect()
        }
    }
}

fn page(visit: &Visit, agency: &AgencyView, shown: Shown) -> axum::response::Response {
    let locale = visit.locale;
    let title = td_string!(locale, agency.new_title);
    let (id, name) = (agency.id.clone(), agency.agency.name.clone());
    let reader = visit.clone();
    let page = gate::page(visit, title).narrow().status(shown.status);
    page.render(move || {
        let Shown { form, problems, choices, look, .. } = shown;
        let action = format!("{HOME}/{id}/contracts/new");
        let again = ["center", "from", "to", "contract_number"];
        let looked = look.map(|look| {
            let again = again.map(|name| (name, form.text(name).to_owned())).to_vec();
            look::section(&reader, &look, &action, again)
        });
        let center = match choices.is_empty() {
            true => view! {
                <Field name="center" label=td_string!(locale, agency.center) hint=td_string!(locale, agency.center_hint)
                    value=form.text("center") error=problems.of("center") maxlength=60 required=true />
            }.into_any(),
            false => {
                let options = choices.iter().map(|of| (of.id.to_string(), of.name.clone())).collect();
                view! {
                    <SelectField name="center" label=td_string!(locale, agency.center) options=options error=problems.of("center") />
                }.into_any()
            }
        };
        view! {
            <a class="back-link" href=format!("{HOME}/{id}")>{name}</a>
            <div class="page-head"><h1>{title}</h1></div>
            <ErrorSummary locale problems=problems.clone() />
            {looked}
            <form class="form" method="post" action=action><FormKey />
                {center}
                <Field name="from" label=td_string!(locale, agency.from_day) kind="date" value=form.text("from") error=problems.of("from") required=true />
                <Field name="to" label=td_string!(locale, agency.to_day) hint=td_string!(locale, agency.to_hint)
                    kind="date" value=form.text("to") error=problems.of("to") required=true />
                <Field name="contract_number" label=td_string!(locale, agency.contract_number) note=td_string!(locale, ui.optional)
                    value=form.text("contract_number") error=problems.of("contract_number") maxlength=40 />
                <div class="action-bar"><button class="button" type="submit" name="do" value="look">{td_string!(locale, agency.look)}</button></div>
            </form>
        }
    })
}
