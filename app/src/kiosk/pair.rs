//! Pairing: the device enters the code that staff have made, once, and is a kiosk from then on.

use super::{
    entry::Entry,
    frame,
    keys::{self, Pad},
};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Form, Site, Visit, kiosk_cookie, redirect, secrets, with_cookie},
    words,
};
use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use domain::Refusal;
use leptos::prelude::*;
use store::{Error, kiosks};

/// A browser keeps a cookie no longer than that; a kiosk renews it at its start screen.
pub(super) const COOKIE_SECONDS: i64 = 400 * 24 * 3600;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk/pair", get(ask).post(enter))
}

async fn ask(visit: Visit, headers: HeaderMap) -> Answer {
    match kiosks::own(visit.db(), &visit.caller).await {
        Ok(_) => Ok(redirect("/kiosk")),
        Err(Error::Refused(_)) => {
            let entry = Entry::of(&visit, &headers);
            let page = page(&visit, entry.typed.clone(), None);
            Ok(entry.spent(&visit, page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(visit: Visit, form: Form) -> Answer {
    if kiosks::own(visit.db(), &visit.caller).await.is_ok() {
        return Ok(redirect("/kiosk"));
    }
    if let Some(on) = keys::pressed(&visit, &form, Pad::ShortCode) {
        return Ok(on);
    }
    let typed = form.text("code").to_owned();
    let secret = secrets::new_token_secret(visit.site.ids());
    let key = visit.site.code_key();
    match kiosks::pair(visit.db(), &visit.act(), key, &typed, &secret).await {
        Ok(_) => {
            let secure = visit.site.settings().secure_cookies;
            let name = kiosk_cookie(secure);
            Ok(with_cookie(
                redirect("/kiosk"),
                name,
                &secret,
                COOKIE_SECONDS,
                secure,
            ))
        }
        Err(Error::Refused(refusal)) => Ok(page(&visit, typed, Some(refusal))),
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, typed: String, refusal: Option<Refusal>) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match refusal {
        Some(Refusal::RateLimited { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = visit.page(td_string!(locale, kiosk.pair)).kiosk();
    let demo = frame::demo(visit);
    page.status(status).render(move || {
        let error = refusal.as_ref().map(|refusal| match refusal {
            Refusal::WrongCode => td_string!(locale, kiosk.pair_wrong).to_owned(),
            refusal => {
                let told = words::refusal(locale, refusal, now);
                words::join(locale, &told.sentence, &told.next)
            }
        });
        view! {
            <header class="kiosk-tell">
                {demo}
                <h1>{td_string!(locale, kiosk.pair)}</h1>
                <p>{td_string!(locale, kiosk.pair_lead)}</p>
                {error.map(|text| view! { <p class="field-error" id="code-error" role="alert">{text}</p> })}
            </header>
            <form class="kiosk-hand" method="post" action="/kiosk/pair" autocomplete="off"><FormKey />
                {keys::keys(locale, td_string!(locale, kiosk.pair_code), Pad::ShortCode, typed, refusal.is_some())}
                <button class="kiosk-key" data-tone="main" type="submit">{td_string!(locale, kiosk.pair_enter)}</button>
                <a class="kiosk-key" href="/">{td_string!(locale, kiosk.leave_to_site)}</a>
            </form>
        }
    })
}
