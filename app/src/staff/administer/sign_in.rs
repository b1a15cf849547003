//! Signing in with user name, password and, where it is set up, a second factor; and out again.

use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{Field, FormKey, NoticeBox, Tone},
    web::{
        Answer, Form, Site, Visit, is_local, login_cookie, redirect, secrets, sign_in_staff,
        with_cookie,
    },
};
use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, access::Identity};
use leptos::prelude::*;
use store::logins::NewLogin;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/sign-in", get(ask).post(enter))
        .route("/staff/sign-out", post(sign_out))
}

/// The page of this face to go on to.
pub(super) fn back(form: &Form) -> String {
    let back = form.get("back").unwrap_or("/staff");
    if is_local(back) && (back == "/staff" || back.starts_with("/staff/")) {
        back.to_owned()
    } else {
        "/staff".to_owned()
    }
}

async fn ask(visit: Visit, form: Form) -> Response {
    let (visit, mark) = visit.marked();
    mark.on(match visit.caller.identity {
        Identity::Staff(_) => redirect(&back(&form)),
        _ => sign_in_page(&visit, &form, false),
    })
}

async fn enter(visit: Visit, headers: HeaderMap, form: Form) -> Answer {
    let (visit, mark) = visit.marked();
    Ok(mark.on(entered(visit, headers, form).await?))
}

async fn entered(visit: Visit, headers: HeaderMap, form: Form) -> Answer {
    let secret = secrets::new_login_secret(visit.site.ids());
    let device = headers
        .get("user-agent")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    match sign_in_staff(&visit, &form, NewLogin::new(&secret, device)).await {
        Ok(opened) => {
            visit.end_login().await?;
            let secure = visit.site.settings().secure_cookies;
            let age = (opened.expires_at.0 - visit.now.0) / 1000;
            Ok(with_cookie(
                redirect(&back(&form)),
                login_cookie(secure),
                &secret,
                age,
                secure,
            ))
        }
        Err(error) => match error.refusal() {
            // A lock is told like a wrong password: it must not say which user names exist.
            Some(Refusal::WrongCredentials | Refusal::RateLimited { .. }) => {
                Ok(sign_in_page(&visit, &form, true))
            }
            _ => Err(error.into()),
        },
    }
}

async fn sign_out(visit: Visit) -> Answer {
    visit.end_login().await?;
    let secure = visit.site.settings().secure_cookies;
    Ok(with_cookie(
        redirect("/staff/sign-in"),
        login_cookie(secure),
        "",
        0,
        secure,
    ))
}

fn sign_in_page(visit: &Visit, form: &Form, refused: bool) -> Response {
    let locale = visit.locale;
    let (back, username) = (back(form), form.text("username").to_owned());
    let status = if refused {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    };
    let mut page = gate::page(visit, td_string!(locale, site.staff_sign_in))
        .narrow()
        .status(status);
    page.signed_in = false;
    page.render(move || {
        view! {
            <div class="page-head"><h1>{td_string!(locale, site.staff_sign_in)}</h1></div>
            {refused.then(|| view! {
                <NoticeBox
                    title=td_string!(locale, refusal.wrong_credentials.title)
                    text=td_string!(locale, staff.sign_in.wrong)
                    tone=Tone::Bad
                    fresh=true
                />
            })}
            <form class="form" method="post" action="/staff/sign-in"><FormKey />
                <input type="hidden" name="back" value=back />
                <div class="form-field">
                    <label for="username">{td_string!(locale, field.username)}</label>
                    <input class="input" id="username" name="username" autocomplete="username" value=username
                        autocapitalize="none" spellcheck="false" required />
                </div>
                <Field name="password" label=td_string!(locale, field.password) kind="password"
                    autocomplete="current-password" required=true />
                <Field name="totp" label=td_string!(locale, field.totp) note=td_string!(locale, staff.sign_in.totp_note)
                    inputmode="numeric" maxlength=7 autocomplete="one-time-code" class="input-code" />
                <button class="button button-main" type="submit">{td_string!(locale, staff.sign_in.enter)}</button>
            </form>
        }
    })
}
