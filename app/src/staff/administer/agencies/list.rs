//! All agencies, with what they run now.

use super::{HOME, center_name, editor, form, reader};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{Columns, DemoLabel, EmptyState, ErrorSummary, FormKey, Problems, Table},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, http::StatusCode, routing::get};
use leptos::prelude::*;
use store::{
    Error,
    agencies::{self, AgencyView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(HOME, get(show).post(add))
}

async fn show(visit: Visit) -> Answer {
    reader(&visit)?;
    answer(&visit, Form::default(), (Problems::none(), StatusCode::OK)).await
}

async fn add(visit: Visit, form: Form) -> Answer {
    editor(&visit)?;
    let mut problems = Problems::none();
    let read = problems.keep(visit.locale, visit.now, form::read(&form));
    let Some(agency) = read else {
        let wrong = (problems, StatusCode::UNPROCESSABLE_ENTITY);
        return answer(&visit, form, wrong).await;
    };
    match agencies::create(visit.db(), &visit.once(&form)?, agency).await {
        Ok(id) => Ok(redirect(&format!("{HOME}/{id}?done=added"))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            answer(&visit, form, (problems, status(&refusal))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(visit: &Visit, form: Form, (problems, status): (Problems, StatusCode)) -> Answer {
    let all = agencies::agencies(visit.db(), &visit.caller, visit.now).await?;
    let locale = visit.locale;
    let may = editor(visit).is_ok();
    let reader = visit.clone();
    let title = td_string!(locale, agency.title);
    Ok(gate::page(visit, title).status(status).render(move || {
        view! {
            <a class="back-link" href="/staff/accounts">{td_string!(locale, nav.administer)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, agency.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {match all.is_empty() {
                true => view! {
                    <EmptyState title=td_string!(locale, agency.none) text=td_string!(locale, agency.none_hint) />
                }.into_any(),
                false => table(&reader, &all),
            }}
            {may.then(|| view! {
                <details class="card" open=problems.any()>
                    <summary>{td_string!(locale, agency.add)}</summary>
                    <form class="form" method="post" action=HOME><FormKey />
                        {form::fields(locale, &form, &problems)}
                        <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, agency.add_button)}</button></div>
                    </form>
                </details>
            })}
        }
    }))
}

fn table(visit: &Visit, all: &[AgencyView]) -> AnyView {
    let locale = visit.locale;
    let columns = Columns::head(td_string!(locale, agency.of), |of: &AgencyView| {
        let (href, name) = (format!("{HOME}/{}", of.id), of.agency.name.clone());
        let demo = of.demo.then(|| view! { " "<DemoLabel locale /> });
        view! { <a href=href>{name}</a>{demo} }
    })
    .view(td_string!(locale, agency.centers), |of| centers(visit, of))
    .text(td_string!(locale, agency.next_end), |of| {
        let end = of.next_end.map(|day| words::day_plain(locale, day));
        end.unwrap_or_else(|| "—".to_owned())
    });
    Table::new(td_string!(locale, agency.title), columns).of(all)
}

fn centers(visit: &Visit, of: &AgencyView) -> AnyView {
    let lines = of.centers.iter().map(|center| {
        let name = center_name(visit, center);
        view! { <div>{name}</div> }
    });
    let lines: Vec<_> = lines.collect();
    match lines.is_empty() {
        true => td_string!(visit.locale, agency.no_center).into_any(),
        false => lines.into_any(),
    }
}
