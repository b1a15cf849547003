//! Setting up the second factor: a secret for an authenticator app, shown once, good only after a
//! code has proved that it arrived.

use super::account;
use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Fault, Form, Site, Visit, redirect, secrets},
};
use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::Refusal;
use leptos::prelude::*;
use store::staff::{self, StaffView};
use ticket::qr::Drawing;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/account/second-factor", get(ask).post(confirm))
        .route("/staff/account/second-factor/off", post(off))
}

async fn ask(visit: Visit) -> Answer {
    let own = account::own(&visit).await?;
    let secret = secrets::new_totp_secret(visit.site.ids());
    Ok(page(&visit, own, secret, Problems::none()))
}

/// What a person types, in groups of four.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

fn page(visit: &Visit, own: StaffView, secret: String, problems: Problems) -> Response {
    let locale = visit.locale;
    let status = if problems.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let uri = secrets::totp_uri(td_string!(locale, site.name), &own.username, &secret);
    let picture = Drawing::of(&uri)
        .map(|drawing| drawing.svg(td_string!(locale, staff.account.qr)))
        .ok();
    gate::page(visit, td_string!(locale, staff.account.factor)).narrow().status(status).render(move || {
        view! {
            <a class="back-link" href="/staff/account">{td_string!(locale, staff.account.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, staff.account.factor_set)}</h1>
                <p class="lead">{td_string!(locale, staff.account.scan)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <div class="card">
                {picture.map(|svg| view! { <div class="qr" inner_html=svg></div> })}
                <p>{td_string!(locale, staff.account.by_hand)}</p>
                <p><code>{grouped(&secret)}</code></p>
            </div>
            <form class="form" method="post" action="/staff/account/second-factor"><FormKey />
                <input type="hidden" name="secret" value=secret />
                <Field name="totp" label=td_string!(locale, staff.account.code) inputmode="numeric" maxlength=7
                    autocomplete="one-time-code" class="input-code" error=problems.of("totp") required=true />
                <Field name="current" label=td_string!(locale, staff.account.current) kind="password"
                    autocomplete="current-password" error=problems.of("current") required=true />
                <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, staff.account.switch_on)}</button></div>
            </form>
            {own.second_factor.then(|| view! {
                <section class="section" aria-labelledby="off">
                    <h2 id="off">{td_string!(locale, staff.account.switch_off)}</h2>
                    <form class="form" method="post" action="/staff/account/second-factor/off"><FormKey />
                        <div class="form-field">
                            <label for="off-password">{td_string!(locale, staff.account.current)}</label>
                            <input class="input" id="off-password" name="current" type="password" autocomplete="current-password" required />
                        </div>
                        <div class="cluster"><button class="button button-danger" type="submit">{td_string!(locale, staff.account.switch_off)}</button></div>
                    </form>
                </section>
            })}
        }
    })
}

/// Notes why the password was not accepted; an error that is none of the person's making is given
/// back.
#[allow(
    clippy::result_large_err,
    reason = "the error is the answer itself, sent at once"
)]
fn refuse(visit: &Visit, error: store::Error, problems: &mut Problems) -> Result<(), Fault> {
    match error.refusal() {
        Some(Refusal::WrongCredentials) => {
            problems.note_text(
                "current",
                td_string!(visit.locale, staff.account.wrong).to_owned(),
            );
            Ok(())
        }
        Some(refusal) => {
            problems.note(visit.locale, refusal, visit.now);
            Ok(())
        }
        None => Err(error.into()),
    }
}

async fn confirm(visit: Visit, form: Form) -> Answer {
    let own = account::own(&visit).await?;
    // Made by this server; anything else is no secret of ours and makes no code.
    let secret = form.text("secret").to_owned();
    let mut problems = Problems::none();
    let step = if secret.len() == 32 {
        secrets::verify_totp(&secret, form.text("totp"), visit.now.0)
    } else {
        None
    };
    let Some(step) = step else {
        problems.note_text(
            "totp",
            td_string!(visit.locale, staff.account.wrong_code).to_owned(),
        );
        let secret = if secret.len() == 32 {
            secret
        } else {
            secrets::new_totp_secret(visit.site.ids())
        };
        return Ok(page(&visit, own, secret, problems));
    };
    if let Err(error) = account::prove(&visit, &own, form.raw("current")).await {
        refuse(&visit, error, &mut problems)?;
        return Ok(page(&visit, own, secret, problems));
    }
    staff::set_totp(visit.db(), &visit.act(), &own.id, Some(secret), Some(step)).await?;
    Ok(redirect("/staff/account?done=factor"))
}

async fn off(visit: Visit, form: Form) -> Answer {
    let own = account::own(&visit).await?;
    if let Err(error) = account::prove(&visit, &own, form.raw("current")).await {
        let mut problems = Problems::none();
        let secret = secrets::new_totp_secret(visit.site.ids());
        refuse(&visit, error, &mut problems)?;
        return Ok(page(&visit, own, secret, problems));
    }
    staff::set_totp(visit.db(), &visit.act(), &own.id, None, None).await?;
    Ok(redirect("/staff/account?done=saved"))
}
