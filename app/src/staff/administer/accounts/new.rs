//! A new account with its first role.

use super::{
    first_password,
    grant::{self, Shown},
    manager, told_once,
};
use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, status},
};
use axum::{Router, http::StatusCode, response::Response, routing::get};
use domain::person::PersonName;
use leptos::prelude::*;
use store::{
    Error,
    staff::{self, NewStaff},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/accounts/new", get(ask).post(make))
}

async fn ask(visit: Visit, form: Form) -> Answer {
    manager(&visit)?;
    let shown = Shown::new(&visit, &form);
    Ok(page(&visit, form, Problems::none(), shown, StatusCode::OK))
}

async fn make(visit: Visit, form: Form) -> Answer {
    manager(&visit)?;
    let (locale, now) = (visit.locale, visit.now);
    let mut shown = Shown::new(&visit, &form);
    let mut problems = Problems::none();
    let name = form.need("name").and_then(PersonName::parse);
    let name = problems.keep(locale, now, name);
    let username = form.need("username").and_then(staff::username);
    let username = problems.keep(locale, now, username);
    let granted = grant::read(&visit, &form, &mut problems, &mut shown);
    let (Some(name), Some(username), Some(granted)) = (name, username, granted) else {
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page(&visit, form, problems, shown, wrong));
    };
    let (password, password_hash) = first_password(&visit).await?;
    let new = NewStaff {
        username,
        name: name.clone(),
        password_hash,
        grants: vec![granted],
        demo: false,
    };
    let act = visit.once(&form)?;
    match staff::create(visit.db(), &act, new).await {
        Ok(id) => {
            // The second time another password was made, and not kept.
            let password = (!act.was_replayed()).then_some(password);
            let title = td_string!(locale, staff.accounts.made);
            told_once(&visit, title, (id, name.as_str().to_owned()), password)
        }
        Err(Error::Refused(refusal)) => {
            problems.note(locale, &refusal, now);
            Ok(page(&visit, form, problems, shown, status(&refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    form: Form,
    problems: Problems,
    shown: Shown,
    status: StatusCode,
) -> Response {
    let locale = visit.locale;
    let reader = visit.clone();
    let title = td_string!(locale, staff.accounts.new);
    gate::page(visit, title).narrow().status(status).render(move || {
        view! {
            <a class="back-link" href="/staff/accounts">{td_string!(locale, staff.accounts.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.accounts.new_intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action="/staff/accounts/new"><FormKey />
                <Field name="name" label=td_string!(locale, field.name) value=form.text("name") error=problems.of("name") maxlength=40 required=true />
                <Field name="username" label=td_string!(locale, field.username) hint=td_string!(locale, staff.accounts.username_hint)
                    value=form.text("username") error=problems.of("username") maxlength=64 required=true />
                {grant::fields(&reader, &form, &problems, &shown)}
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.accounts.create)}</button></div>
            </form>
        }
    })
}
