//! One agency: its contracts, its people with what they may and until when, what is written down of it.

use super::{HOME, center_name, editor, form, may_change_at, reader, span, standing};
use crate::{
    i18n::{Locale, td_string},
    staff::{administer::accounts, common::gate},
    ui::{Columns, DemoLabel, ErrorSummary, FormKey, NoticeBox, Problems, Table, Tone},
    web::{Answer, Form, Site, Visit, redirect, status},
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    agency::{CreditCode, Standing},
    id::AgencyId,
};
use leptos::prelude::*;
use store::{
    Error,
    agencies::{self, AgencyView, ContractView},
    staff::{self, StaffView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/agencies/{id}", get(show).post(change))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    reader(&visit)?;
    let id: AgencyId = id.parse()?;
    let done = told(visit.locale, &form);
    answer(&visit, &id, None, (Problems::none(), StatusCode::OK), done).await
}

fn told(locale: Locale, form: &Form) -> Option<&'static str> {
    Some(match form.get("done")? {
        "added" => td_string!(locale, agency.added),
        "saved" => td_string!(locale, agency.saved),
        "contract" => td_string!(locale, agency.done_contract),
        _ => return None,
    })
}

async fn change(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    editor(&visit)?;
    let id: AgencyId = id.parse()?;
    let mut problems = Problems::none();
    let read = problems.keep(visit.locale, visit.now, form::read(&form));
    let Some(agency) = read else {
        let wrong = (problems, StatusCode::UNPROCESSABLE_ENTITY);
        return answer(&visit, &id, Some(form), wrong, None).await;
    };
    match agencies::change(visit.db(), &visit.once(&form)?, id.clone(), agency).await {
        Ok(id) => Ok(redirect(&format!("{HOME}/{id}?done=saved"))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            let refused = (problems, status(&refusal));
            answer(&visit, &id, Some(form), refused, None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    visit: &Visit,
    id: &AgencyId,
    form: Option<Form>,
    (problems, status): (Problems, StatusCode),
    done: Option<&'static str>,
) -> Answer {
    let (db, caller, locale) = (visit.db(), &visit.caller, visit.locale);
    let found = agencies::find(db, caller, id, visit.now).await?;
    let contracts = agencies::contracts(db, caller, id).await?;
    let people = staff::members(db, caller, id, visit.now).await?;
    let may = editor(visit).is_ok();
    let whole = may && contracts.iter().all(|of| may_change_at(visit, &of.center));
    let reader = visit.clone();
    let title = found.agency.name.clone();
    let page = gate::page(visit, title.clone()).status(status);
    Ok(page.render(move || {
        let unfolded = form.is_some();
        let form = form.unwrap_or_else(|| form::as_it_is(&found.agency));
        view! {
            <a class="back-link" href=HOME>{td_string!(locale, agency.title)}</a>
            <div class="page-head">
                <h1>{title}{found.demo.then(|| view! { " "<DemoLabel locale /> })}</h1>
                {about(locale, &found)}
            </div>
            {done.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            <ErrorSummary locale problems=problems.clone() />
            <section class="section" aria-labelledby="contracts">
                <h2 id="contracts">{td_string!(locale, agency.contracts)}</h2>
                {table(&reader, &contracts)}
                {may.then(|| view! {
                    <p><a class="button button-main" href=format!("{HOME}/{}/contracts/new", found.id)>{td_string!(locale, agency.new)}</a></p>
                })}
            </section>
            <section class="section" aria-labelledby="people">
                <h2 id="people">{td_string!(locale, agency.people)}</h2>
                {members(&reader, &people)}
            </section>
            {whole.then(|| view! {
                <details class="card" open=unfolded>
                    <summary>{td_string!(locale, agency.edit)}</summary>
                    <form class="form" method="post" action=format!("{HOME}/{}", found.id)><FormKey />
                        {form::fields(locale, &form, &problems)}
                        <div class="cluster"><button class="button" type="submit">{td_string!(locale, staff.save)}</button></div>
                    </form>
                </details>
            })}
        }
    }))
}

/// Short name, code and telephone, as far as they say more than the name.
fn about(locale: Locale, found: &AgencyView) -> impl IntoView + use<> {
    let agency = &found.agency;
    let short = (agency.short_name != agency.name).then(|| agency.short_name.clone());
    let code = agency.credit_code.as_ref().map(|code| {
        let label = td_string!(locale, agency.credit_code);
        format!("{label} {}", CreditCode::as_str(code))
    });
    let phone = (!agency.phone.is_empty()).then(|| agency.phone.clone());
    let parts: Vec<String> = [short, code, phone].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| view! { <p class="lead">{parts.join(" · ")}</p> })
}

/// Those that hold first, then those to come, then what is over.
fn table(visit: &Visit, contracts: &[ContractView]) -> AnyView {
    let (locale, today) = (visit.locale, visit.now.day());
    if contracts.is_empty() {
        return view! { <p>{td_string!(locale, agency.no_contract)}</p> }.into_any();
    }
    let mut sorted: Vec<&ContractView> = contracts.iter().collect();
    sorted.sort_by_key(|of| (of.term.standing(today), of.term));
    let columns = Columns::head(td_string!(locale, field.center), |of: &ContractView| {
        center_name(visit, &of.center)
    })
    .text(td_string!(locale, agency.days), move |of| {
        span(locale, of.term)
    })
    .text(td_string!(locale, field.status), move |of| {
        standing(locale, of.term.standing(today)).to_owned()
    })
    .text(td_string!(locale, agency.number), |of| of.number.clone())
    .actions(locale, |of| {
        let over = of.term.standing(today) == Standing::Over;
        (!over && may_change_at(visit, &of.center)).then(|| {
            let href = format!("{HOME}/{}/contracts/{}", of.agency, of.id);
            let whose = center_name(visit, &of.center);
            view! {
                <a href=href>{td_string!(locale, agency.change_end)}<span class="visually-hidden">" "{whose}</span></a>
            }
        })
    });
    Table::new(td_string!(locale, agency.contracts), columns).of(sorted)
}

fn members(visit: &Visit, people: &[StaffView]) -> AnyView {
    let locale = visit.locale;
    if people.is_empty() {
        return view! { <p>{td_string!(locale, agency.no_people)}</p> }.into_any();
    }
    let columns = Columns::head(td_string!(locale, field.name), |of: &StaffView| {
        let (href, name) = (
            format!("/staff/accounts/{}", of.id),
            of.name.as_str().to_owned(),
        );
        view! { <a href=href>{name}</a> }
    })
    .view(td_string!(locale, field.grants), |of| {
        accounts::roles(visit, of)
    });
    Table::new(td_string!(locale, agency.people), columns).of(people)
}
