//! Somebody who signed in with a first password chooses one of their own, before anything else.

use super::{account, sign_in};
use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, http::StatusCode, routing::get};
use domain::Refusal;
use leptos::prelude::*;
use store::{
    Result,
    staff::{self, StaffView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/first-password", get(show).post(choose))
}

async fn show(visit: Visit, form: Form) -> Answer {
    answer(&visit, &form, Problems::none()).await
}

async fn answer(visit: &Visit, form: &Form, problems: Problems) -> Answer {
    let own = staff::own(visit.db(), &visit.caller, visit.now).await?;
    let back = sign_in::back(form);
    if !gate::wants_password(visit) {
        return Ok(redirect(&back));
    }
    let locale = visit.locale;
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let title = td_string!(locale, staff.first_password.title);
    Ok(gate::page(visit, title).narrow().status(status).render(move || {
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.first_password.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action="/staff/first-password"><FormKey />
                <input type="hidden" name="back" value=back />
                <input type="text" name="username" value=own.username.clone() autocomplete="username" hidden />
                <Field name="password" label=td_string!(locale, staff.account.new) kind="password"
                    hint=td_string!(locale, staff.account.new_hint) autocomplete="new-password"
                    error=problems.of("password") required=true />
                <Field name="again" label=td_string!(locale, staff.account.again) kind="password"
                    autocomplete="new-password" error=problems.of("again") required=true />
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.first_password.save)}</button></div>
            </form>
        }
    }))
}

async fn choose(visit: Visit, form: Form) -> Answer {
    let own = staff::own(visit.db(), &visit.caller, visit.now).await?;
    if !gate::wants_password(&visit) {
        return Ok(redirect(&sign_in::back(&form)));
    }
    let locale = visit.locale;
    let mut problems = Problems::none();
    let new = form.raw("password").to_owned();
    if new != form.raw("again") {
        problems.note_text("again", td_string!(locale, staff.account.differ).to_owned());
        return answer(&visit, &form, problems).await;
    }
    let hash = account::hashed(&visit, new.clone()).await;
    let Some(hash) = problems.keep(locale, visit.now, hash) else {
        return answer(&visit, &form, problems).await;
    };
    if is_the_first(&visit, &own, &new).await? {
        let same = td_string!(locale, staff.first_password.same);
        problems.note_text("password", same.to_owned());
        return answer(&visit, &form, problems).await;
    }
    let keep = visit.login.as_ref().map(|login| login.id.clone());
    staff::set_password(visit.db(), &visit.act(), own.id, hash, keep).await?;
    Ok(redirect(&sign_in::back(&form)))
}

/// Whether it is the password that they were given. No try is counted: they have proved themselves
/// with it already.
async fn is_the_first(visit: &Visit, own: &StaffView, password: &str) -> Result<bool> {
    let proved = account::prove(visit, own, password).await;
    match proved {
        Ok(()) => Ok(true),
        Err(error) if error.refusal() == Some(&Refusal::WrongCredentials) => {
            staff::proved(visit.db(), &visit.act()).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
