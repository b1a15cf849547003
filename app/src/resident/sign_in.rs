//! Signing in with a phone number and a six-digit code, and out again.

use super::{gate, who};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Form, Site, Visit, is_local, login_cookie, redirect, with_cookie},
    words,
};
use axum::{
    Router,
    http::{HeaderMap, HeaderValue},
    response::Response,
    routing::{get, post},
};
use data_encoding::BASE64URL_NOPAD;
use domain::{Refusal, person::Phone, time::Timestamp};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::{logins::NewLogin, sign_in};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(ask_phone).post(send_code))
        .route("/sign-in/code", post(enter_code))
        .route("/sign-out", post(sign_out))
}

/// The page of this site to go on to, from a form; the start page for anything else.
pub(super) fn back(form: &Form) -> String {
    let back = form.get("back").unwrap_or("/me/bookings");
    if is_local(back) {
        back.to_owned()
    } else {
        "/".to_owned()
    }
}

async fn ask_phone(visit: Visit, form: Form) -> Response {
    let (visit, mark) = visit.marked();
    mark.on(phone_page(&visit, &back(&form), "", None))
}

async fn send_code(visit: Visit, form: Form) -> Answer {
    let (visit, mark) = visit.marked();
    Ok(mark.on(sent_code(visit, form).await?))
}

async fn sent_code(visit: Visit, form: Form) -> Answer {
    let back = back(&form);
    let phone = match form.need("phone").and_then(Phone::parse) {
        Ok(phone) => phone,
        Err(refusal) => return Ok(phone_page(&visit, &back, form.text("phone"), Some(refusal))),
    };
    let key = visit.site.code_key();
    let locale = visit.locale.as_str();
    match sign_in::request_code(visit.db(), &visit.act(), key, &phone, locale).await {
        Ok(_) => Ok(code_page(&visit, &back, &phone, None)),
        // Asking again within the minute: the first code still counts.
        Err(store::Error::Refused(refusal @ Refusal::RateLimited { .. })) => {
            Ok(code_page(&visit, &back, &phone, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter_code(visit: Visit, headers: HeaderMap, form: Form) -> Answer {
    let back = back(&form);
    let phone = match form.need("phone").and_then(Phone::parse) {
        Ok(phone) => phone,
        Err(refusal) => return Ok(phone_page(&visit, &back, "", Some(refusal))),
    };
    let secret = BASE64URL_NOPAD.encode(&visit.site.ids().random::<32>());
    let device = headers
        .get("user-agent")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let login = NewLogin::new(&secret, device);
    let key = visit.site.code_key();
    let (code, locale) = (form.text("code"), visit.locale.as_str());
    match sign_in::verify(visit.db(), &visit.act(), key, &phone, code, locale, login).await {
        Ok(signed_in) => {
            visit.end_login().await?;
            let next = match (signed_in.is_unproven, signed_in.is_complete) {
                (true, _) => who::page_of(&back),
                (false, true) => back,
                (false, false) => gate::details(&back),
            };
            let secure = visit.site.settings().secure_cookies;
            // How long the session lives is for the database to say.
            let age = domain::retention::SESSION / 1000;
            Ok(with_cookie(
                redirect(&next),
                login_cookie(secure),
                &secret,
                age,
                secure,
            ))
        }
        Err(store::Error::Refused(
            refusal @ (Refusal::WrongCode | Refusal::RateLimited { .. }),
        )) => Ok(code_page(&visit, &back, &phone, Some(refusal))),
        Err(error) => Err(error.into()),
    }
}

async fn sign_out(visit: Visit) -> Answer {
    visit.end_login().await?;
    let secure = visit.site.settings().secure_cookies;
    let mut response = with_cookie(redirect("/"), login_cookie(secure), "", 0, secure);
    // Tickets that the worker has kept go, and the worker itself.
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"storage\""));
    Ok(response)
}

fn phone_page(visit: &Visit, back: &str, entered: &str, refusal: Option<Refusal>) -> Response {
    let locale = visit.locale;
    let error = refusal.map(|r| words::refusal(locale, &r, visit.now).sentence);
    let (back, entered) = (back.to_owned(), entered.to_owned());
    gate::answer(
        visit,
        td_string!(locale, sign_in.title),
        error.is_some(),
        move || {
            let described = if error.is_some() {
                "phone-hint phone-error"
            } else {
                "phone-hint"
            };
            view! {
                <div class="page-head">
                    <h1>{td_string!(locale, sign_in.title)}</h1>
                    <p class="lead">{td_string!(locale, sign_in.lead)}</p>
                </div>
                <form class="form" method="post" action="/sign-in"><FormKey />
                    <input type="hidden" name="back" value=back />
                    <div class="form-field">
                        <label for="phone">{td_string!(locale, sign_in.phone)}</label>
                        <p class="hint" id="phone-hint">{td_string!(locale, sign_in.phone_hint)}</p>
                        {error.clone().map(|e| view! { <p class="field-error" id="phone-error">{e}</p> })}
                        <input class="input" id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel"
                            value=entered aria-invalid=error.is_some().then_some("true") aria-describedby=described required />
                    </div>
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">{td_string!(locale, sign_in.send)}</button>
                    </div>
                </form>
                <p class="lead">{td_string!(locale, sign_in.no_phone)}</p>
            }
        },
    )
}

fn code_page(visit: &Visit, back: &str, phone: &Phone, refusal: Option<Refusal>) -> Response {
    let locale = visit.locale;
    let now = visit.now;
    let wait: Option<Timestamp> = refusal.as_ref().and_then(Refusal::until);
    let error = refusal.map(|r| words::refusal(locale, &r, visit.now).sentence);
    let (back, masked, digits) = (back.to_owned(), phone.masked(), phone.digits().to_owned());
    // Whoever mistyped the number comes back to where they were as well.
    let other = format!("/sign-in?{}", gate::query("back", &back));
    gate::answer(
        visit,
        td_string!(locale, sign_in.code_title),
        error.is_some(),
        move || {
            view! {
                <a class="back-link" href=other>{td_string!(locale, sign_in.other_phone)}</a>
                <div class="page-head">
                    <h1>{td_string!(locale, sign_in.code_title)}</h1>
                    <p class="lead">{td_string!(locale, sign_in.code_lead, phone = masked)}</p>
                </div>
                <form class="form" method="post" action="/sign-in/code"><FormKey />
                    <input type="hidden" name="back" value=back.clone() />
                    <input type="hidden" name="phone" value=digits.clone() />
                    <div class="form-field">
                        <label for="code">{td_string!(locale, sign_in.code)}</label>
                        {error.clone().map(|e| view! { <p class="field-error" id="code-error">{e}</p> })}
                        <input class="input input-code" id="code" name="code" type="text" inputmode="numeric"
                            autocomplete="one-time-code" maxlength="12" required
                            aria-invalid=error.is_some().then_some("true")
                            aria-describedby=error.is_some().then_some("code-error") />
                    </div>
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">{td_string!(locale, sign_in.enter)}</button>
                    </div>
                </form>
                <form method="post" action="/sign-in"><FormKey />
                    <input type="hidden" name="back" value=back />
                    <input type="hidden" name="phone" value=digits />
                    <button class="button" type="submit">{td_string!(locale, sign_in.resend)}</button>
                    {wait.map(|t| view! { " "<span class="hint">{td_string!(locale, sign_in.resend_from, time = words::moment(locale, t, now))}</span> })}
                </form>
            }
        },
    )
}
