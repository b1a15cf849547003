//! The way out of kiosk mode: a number that staff confirm on their own device, or their password
//! here. Never a trap, never without proof (C-134).

use super::{entry::Entry, frame, gate};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Form, Site, Visit, kiosk_cookie, redirect, secrets, sign_in_staff, with_cookie},
    words,
};
use axum::{
    Router,
    http::{HeaderMap, HeaderValue},
    response::Response,
    routing::get,
};
use domain::{Refusal, access::Action};
use leptos::prelude::*;
use screen::{KeyboardWords, KioskKeyboard, Watched};
use store::{
    Error, Result,
    kiosks::{self, Exit},
    logins::{self, NewLogin},
};

/// Without scripts the screen looks so often whether it was let go, in seconds.
const LOOK_EVERY: u32 = 5;

/// Where staff enter their password.
const SIGN_IN: &str = "/kiosk/exit/sign-in";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/exit", get(ask))
        .route("/kiosk/exit/number", get(number).post(ask_number))
        .route(SIGN_IN, get(ask_password).post(sign_in))
}

async fn ask(visit: Visit) -> Answer {
    page(&visit, None).await
}

/// Shows the number. It looks again by itself: once staff have confirmed it, this browser is no
/// kiosk any more and is told so.
async fn number(visit: Visit) -> Answer {
    match kiosks::ask_out(visit.db(), &visit.act()).await {
        Ok(exit) => page(&visit, Some(exit)).await,
        Err(Error::Refused(_)) => page(&visit, None).await,
        Err(error) => Err(error.into()),
    }
}

/// A form that was answered is no page of the history: what was in it cannot be sent once more.
async fn ask_number(visit: Visit) -> Answer {
    gate::here(&visit).await?;
    Ok(redirect("/kiosk/exit/number"))
}

async fn sign_in(visit: Visit, form: Form) -> Answer {
    gate::here(&visit).await?;
    match let_out(&visit, &form).await {
        Ok(()) => Ok(left(&visit)),
        // All of these are told alike.
        Err(Error::Refused(
            Refusal::WrongCredentials
            | Refusal::RateLimited { .. }
            | Refusal::Forbidden
            | Refusal::NotFound,
        )) => Ok(Entry::wrong(SIGN_IN, Refusal::WrongCredentials).send(&visit)),
        Err(error) => Err(error.into()),
    }
}

/// Proves by password that somebody who manages this kiosk stands before it, and lets it go. The
/// session that this takes ends with it.
async fn let_out(visit: &Visit, form: &Form) -> Result<()> {
    let own = kiosks::own(visit.db(), &visit.caller).await?;
    let secret = secrets::new_login_secret(visit.site.ids());
    let opened = sign_in_staff(visit, form, NewLogin::new(&secret, &own.name)).await?;
    let found = logins::find(visit.db(), &secret, visit.now).await?;
    let act = visit
        .act()
        .by(found.ok_or(Refusal::WrongCredentials)?.caller);
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

async fn page(visit: &Visit, exit: Option<Exit>) -> Answer {
    let here = gate::here(visit).await?;
    let locale = visit.locale;
    let mut page = frame::page(visit, td_string!(locale, kiosk.exit_title));
    if exit.is_some() {
        page = page.onward(LOOK_EVERY, "/kiosk/exit/number");
    }
    let waiting = exit.is_some();
    let reader = visit.clone();
    Ok(page.render(move || {
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
                <form method="post" action="/kiosk/exit/number"><FormKey />
                    <button class="kiosk-key" data-tone="main" type="submit">
                        <strong>{td_string!(locale, kiosk.exit_ask)}</strong><span>{td_string!(locale, kiosk.exit_ask_hint)}</span>
                    </button>
                </form>
            }
            .into_any(),
        };
        view! {
            {frame::head(&here.center.summary.name, td_string!(locale, kiosk.exit_title))}
            <div class="kiosk-hand">
                <p>{td_string!(locale, kiosk.exit_lead)}</p>
                <section aria-label=td_string!(locale, kiosk.exit_by_number)>{number}</section>
                <a class="kiosk-key" href=SIGN_IN>{td_string!(locale, kiosk.exit_by_password)}</a>
                <a class="kiosk-key" href="/kiosk/self-test">{td_string!(locale, kiosk.test_title)}</a>
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, if waiting { Watched::Waiting } else { Watched::Browsing })}
        }
    }))
}

/// User name and password, with keys on the screen for both. Without scripts there are none, and
/// the page says first what needs none.
async fn ask_password(visit: Visit, headers: HeaderMap) -> Answer {
    let here = gate::here(&visit).await?;
    let entry = Entry::of(&visit, &headers);
    let (locale, wrong, reader) = (visit.locale, entry.wrong.is_some(), visit.clone());
    let title = td_string!(locale, kiosk.exit_by_password);
    let shown = frame::page(&visit, title).render(move || {
        let field = |name: &'static str, label: &'static str, kind: &'static str, most: u16| {
            // `new-password`: nothing that a browser has kept is filled in.
            let fill = if kind == "password" { "new-password" } else { "off" };
            view! {
                <p class="form-field">
                    <label for=name>{label}</label>
                    <input class="input" id=name name=name type=kind autocomplete=fill inputmode="none" autocapitalize="none"
                        spellcheck="false" maxlength=most.to_string() />
                </p>
            }
        };
        let keys = KeyboardWords {
            label: td_string!(locale, kiosk.keyboard).to_owned(),
            upper: td_string!(locale, kiosk.key_upper).to_owned(),
            space: td_string!(locale, kiosk.key_space).to_owned(),
            back: td_string!(locale, kiosk.key_back).to_owned(),
        };
        let totp = words::join(locale, td_string!(locale, field.totp), td_string!(locale, staff.sign_in.totp_note));
        view! {
            {frame::head(&here.center.summary.name, title)}
            <noscript>
                <p>{td_string!(locale, kiosk.exit_needs_keys)}</p>
                <p><a class="kiosk-key" data-tone="main" href="/kiosk/exit">{td_string!(locale, kiosk.exit_by_number)}</a></p>
            </noscript>
            {wrong.then(|| view! { <p class="field-error" role="alert">{td_string!(locale, staff.sign_in.wrong)}</p> })}
            <form class="kiosk-hand kiosk-sign-in" method="post" action=SIGN_IN autocomplete="off"><FormKey />
                <div class="kiosk-fields">
                    {field("username", td_string!(locale, field.username), "text", 64)}
                    {field("password", td_string!(locale, field.password), "password", 256)}
                    <p class="form-field">
                        <label for="totp">{totp}</label>
                        <input class="input" id="totp" name="totp" type="text" autocomplete="off" inputmode="none" maxlength="7" />
                    </p>
                </div>
                <KioskKeyboard words=keys />
                <button class="kiosk-key" data-tone="main" type="submit">{td_string!(locale, kiosk.exit_leave)}</button>
            </form>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    });
    Ok(entry.spent(&visit, shown))
}
