//! One contract: its end is moved, with a look at whom that hits before it is done, or it is taken back
//! before it begins.

use super::{HOME, center_name, editor, look, may_change_at, span};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    Refusal,
    agency::Standing,
    id::{AgencyId, ContractId},
};
use leptos::prelude::*;
use store::{
    Error,
    agencies::{self, ContractView, Look, Planned},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    let path = "/staff/agencies/{id}/contracts/{contract}";
    Router::new().route(path, get(show).post(act))
}

/// The contract of a path, for whoever may change it.
async fn found(visit: &Visit, (agency, id): (String, String)) -> Result<ContractView, Fault> {
    editor(visit)?;
    let (agency, id): (AgencyId, ContractId) = (agency.parse()?, id.parse()?);
    let contract = agencies::contract(visit.db(), &visit.caller, &id).await?;
    if contract.agency != agency {
        return Err(Refusal::NotFound.into());
    }
    match may_change_at(visit, &contract.center) {
        true => Ok(contract),
        false => Err(Refusal::Forbidden.into()),
    }
}

/// What is told of what was entered: what is wrong with it, or what it would do.
#[derive(Default)]
struct Told {
    problems: Problems,
    look: Option<Look>,
}

async fn show(visit: Visit, Path(path): Path<(String, String)>) -> Answer {
    let contract = found(&visit, path).await?;
    let form = Form::of([("to", contract.term.to().to_string())]);
    Ok(page(
        &visit,
        contract,
        form,
        (Told::default(), StatusCode::OK),
    ))
}

async fn act(visit: Visit, Path(path): Path<(String, String)>, form: Form) -> Answer {
    let contract = found(&visit, path).await?;
    let (locale, now) = (visit.locale, visit.now);
    let mut told = Told::default();
    let planned = match form.get("do") {
        Some("take_back") => Some(Planned::TakeBack(contract.id.clone())),
        _ => {
            let to = form.need_day("to", now.day());
            let to = told.problems.keep(locale, now, to);
            to.map(|to| Planned::MoveEnd(contract.id.clone(), to))
        }
    };
    let Some(planned) = planned else {
        let wrong = (told, StatusCode::UNPROCESSABLE_ENTITY);
        return Ok(page(&visit, contract, form, wrong));
    };
    let refused = match form.get("do") {
        Some("save" | "take_back") => {
            let once = visit.once(&form)?;
            match agencies::carry_out(visit.db(), &once, planned).await {
                Ok(_) => {
                    let home = format!("{HOME}/{}?done=contract", contract.agency);
                    return Ok(redirect(&home));
                }
                Err(error) => error,
            }
        }
        _ => match agencies::look(visit.db(), &visit.act(), &planned).await {
            Ok(found) => {
                told.look = Some(found);
                return Ok(page(&visit, contract, form, (told, StatusCode::OK)));
            }
            Err(error) => error,
        },
    };
    let Error::Refused(refusal) = refused else {
        return Err(refused.into());
    };
    told.problems.note(locale, &refusal, now);
    let refused = (told, status(&refusal));
    Ok(page(&visit, contract, form, refused))
}

fn page(
    visit: &Visit,
    contract: ContractView,
    form: Form,
    (told, status): (Told, StatusCode),
) -> axum::response::Response {
    let (locale, today) = (visit.locale, visit.now.day());
    let title = td_string!(locale, agency.end_title);
    let reader = visit.clone();
    let page = gate::page(visit, title).narrow().status(status);
    page.render(move || {
        let Told { problems, look } = told;
        let home = format!("{HOME}/{}", contract.agency);
        let action = format!("{home}/contracts/{}", contract.id);
        let what = format!("{} · {}", center_name(&reader, &contract.center), span(locale, contract.term));
        let looked = look.map(|look| {
            look::section(&reader, &look, &action, vec![("to", form.text("to").to_owned())])
        });
        let to_come = contract.term.standing(today) == Standing::ToCome;
        view! {
            <a class="back-link" href=home>{td_string!(locale, agency.contracts)}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{what}</p></div>
            <ErrorSummary locale problems=problems.clone() />
            {looked}
            <form class="form" method="post" action=action.clone()><FormKey />
                <Field name="to" label=td_string!(locale, agency.to_day) hint=td_string!(locale, agency.end_hint)
                    kind="date" value=form.text("to") error=problems.of("to") required=true />
                <div class="action-bar"><button class="button" type="submit" name="do" value="look">{td_string!(locale, agency.look)}</button></div>
            </form>
            {to_come.then(|| view! {
                <details class="card">
                    <summary>{td_string!(locale, agency.take_back)}</summary>
                    <p class="hint">{td_string!(locale, agency.take_back_hint)}</p>
                    <form method="post" action=action><FormKey />
                        <button class="button button-danger" type="submit" name="do" value="take_back">{td_string!(locale, agency.take_back)}</button>
                    </form>
                </details>
            })}
        }
    })
}
