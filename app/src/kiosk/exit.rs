//! The way out of kiosk mode: a number that staff confirm on their own device, or their password
//! here. Never a trap, never without proof (C-134).

use super::{frame, gate};
use crate::{
    i18n::td_string,
    ui::Field,
    web::{Form, Site, Visit, kiosk_cookie, redirect, secrets, sign_in_staff, with_cookie},
    words,
};
use axum::{
    Router,
    http::{HeaderValue, StatusCode},
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, access::Action};
use leptos::prelude::*;
use screen::Watched;
use store::{
    Act, Error, Result,
    kiosks::{self, Exit},
    logins::{self, NewLogin},
};

/// Without scripts the screen looks so often whether it was let go, in seconds.
const LOOK_EVERY: u32 = 5;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/exit", get(ask))
        .route("/kiosk/exit/number", get(number).post(number))
        .route("/kiosk/exit/sign-in", post(sign_in))
}

async fn ask(visit: Visit) -> Response {
    page(&visit, None, false).await
}

/// Shows the number. It looks again by itself: once staff have confirmed it, this browser is no
/// kiosk any more and is told so.
async fn number(visit: Visit) -> Response {
    match kiosks::ask_out(visit.db(), &visit.act()).await {
        Ok(exit) => page(&visit, Some(exit), false).await,
        Err(Error::Refused(_)) => page(&visit, None, false).await,
        Err(error) => gate::fail(&visit, error),
    }
}

async fn sign_in(visit: Visit, form: Form) -> Response {
    if let Err(response) = gate::here(&visit).await {
        return response;
    }
    match let_out(&visit, &form).await {
        Ok(()) => left(&visit),
        Err(Error::Refused(
            Refusal::WrongCredentials
            | Refusal::RateLimited { .. }
            | Refusal::Forbidden
            | Refusal::NotFound,
        )) => page(&visit, None, true).await,
        Err(error) => gate::fail(&visit, error),
    }
}

/// Proves by password that somebody who manages this kiosk stands before it, and lets it go. The
/// session that this takes ends with it.
async fn let_out(visit: &Visit, form: &Form) -> Result<()> {
    let own = kiosks::own(visit.db(), &visit.caller).await?;
    let secret = secrets::new_login_secret(visit.site.ids());
    let opened = sign_in_staff(visit, form, NewLogin::new(&secret, &own.name)).await?;
    let found = logins::find(visit.db(), &secret, visit.now).await?;
    let act = Act {
        caller: found.ok_or(Refusal::WrongCredentials)?.caller,
        ..visit.act()
    };
    let let_go = match act.caller.may_somewhere(Action::ManageKiosks) {
        true => kiosks::revoke(visit.db(), &act, &own.id).await,
        false => Err(Refusal::Forbidden.into()),
    };
    logins::end(visit.db(), &act, opened.login).await?;
    let_go
}

/// The browser is like any other again.
fn left(visit: &Visit) -> Response {
    let secure = visit.site.settings().secure_cookies;
    let mut response = with_cookie(redirect("/"), kiosk_cookie(secure), "", 0, secure);
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert("clear-site-data", all);
    response
}

async fn page(visit: &Visit, exit: Option<Exit>, wrong: bool) -> Response {
    let here = match gate::here(visit).await {
        Ok(here) => here,
        Err(response) => return response,
    };
    let locale = visit.locale;
    let mut page = frame::page(visit, td_string!(locale, kiosk.exit_title));
    if exit.is_some() {
        page = page.onward(LOOK_EVERY, "/kiosk/exit/number");
    }
    if wrong {
        page = page.status(StatusCode::UNAUTHORIZED);
    }
    let waiting = exit.is_some();
    let reader = visit.clone();
    page.render(move || {
        let number = match exit {
            Some(exit) => {
                let until = words::clock(locale, exit.expires_at);
                view! {
                    <p class="kiosk-number" aria-label=td_string!(locale, kiosk.exit_number)>{exit.number}</p>
                    <p>{td_string!(locale, kiosk.exit_number_hint, until = until)}</p>
                }
                .into_any()
            }
            None => view! {
                <form method="post" action="/kiosk/exit/number">
                    <button class="kiosk-key" data-tone="main" type="submit">{td_string!(locale, kiosk.exit_ask)}</button>
                </form>
            }
            .into_any(),
        };
        view! {
            {frame::head(&here, td_string!(locale, kiosk.exit_title))}
            <div class="kiosk-hand">
                <p>{td_string!(locale, kiosk.exit_lead)}</p>
                <section aria-label=td_string!(locale, kiosk.exit_by_number)>{number}</section>
                <details class="kiosk-more" open=wrong>
                    <summary>{td_string!(locale, kiosk.exit_by_password)}</summary>
                    {wrong.then(|| view! { <p class="field-error" role="alert">{td_string!(locale, staff.sign_in.wrong)}</p> })}
                    <form class="form" method="post" action="/kiosk/exit/sign-in" autocomplete="off">
                        <Field name="username" label=td_string!(locale, field.username) required=true />
                        <Field name="password" label=td_string!(locale, field.password) kind="password" required=true />
                        <Field name="totp" label=td_string!(locale, field.totp) note=td_string!(locale, staff.sign_in.totp_note)
                            inputmode="numeric" maxlength=7 />
                        <button class="kiosk-key" type="submit">{td_string!(locale, kiosk.exit_leave)}</button>
                    </form>
                </details>
                <a class="kiosk-key" href="/kiosk/self-test">{td_string!(locale, kiosk.test_title)}</a>
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, if waiting { Watched::Waiting } else { Watched::Browsing })}
        }
    })
}
