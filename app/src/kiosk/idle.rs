//! Forgetting: what one person chose ends with them (C-131, C-135).

use super::{
    entry::{ENTRY, Entry},
    frame, gate,
    keys::LONGEST,
};
use crate::{
    i18n::{Locale, td_string},
    page::Mode,
    web::{Answer, Fault, Form, Site, Visit, cookie, redirect, with_cookie},
};
use axum::{
    Router,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use domain::kiosk::IDLE_WARNING;
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::{Error, kiosks};

/// The cookie that names the result to show, until it was seen.
pub(super) const RESULT: &str = "kiosk-result";
/// The cookie that holds the secret of the visit of whoever books here.
pub(super) const VISIT: &str = "kiosk-visit";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/idle", get(forget))
        .route("/kiosk/done", post(forget))
        .route("/kiosk/still-here", get(ask))
        .route("/kiosk/preferences", post(prefer))
}

/// Takes back language, mode, what was entered, result and visit, and shows the start.
async fn forget(visit: Visit, headers: HeaderMap) -> Answer {
    leave(&visit, &headers).await?;
    let secure = visit.site.settings().secure_cookies;
    Ok(["lang", "mode", ENTRY, RESULT, VISIT]
        .iter()
        .fold(redirect("/kiosk"), |response, name| {
            with_cookie(response, name, "", 0, secure)
        }))
}

/// Ends the visit of whoever stood here, if they had one: its secret opens nothing from now on.
pub(super) async fn leave(visit: &Visit, headers: &HeaderMap) -> Result<(), Fault> {
    if cookie(headers, VISIT).is_none_or(|secret| secret.is_empty()) {
        return Ok(());
    }
    match kiosks::end(visit.db(), &visit.act()).await {
        // What is no kiosk any more has lost its visits with that.
        Ok(()) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A person's language or mode, for as long as they stand there.
async fn prefer(visit: Visit, form: Form) -> Response {
    let secure = visit.site.settings().secure_cookies;
    let back = frame::local(form.get("back"));
    let mut response = redirect(back);
    // What somebody has typed so far stays.
    if let Some(typed) = form.get("code") {
        let page = back.split('?').next().unwrap_or_default();
        let typed = typed.chars().take(LONGEST).collect();
        response = Entry::typed(page, typed).with(&visit, response);
    }
    // In case nobody resets them: an hour is longer than anybody stands there.
    let hour = 3600;
    if let Some(mode) = form.get("mode") {
        response = with_cookie(response, "mode", Mode::parse(mode).as_str(), hour, secure);
    }
    let lang = form
        .get("lang")
        .and_then(|lang| Locale::get_all().iter().find(|l| l.as_str() == lang));
    if let Some(lang) = lang {
        response = with_cookie(response, "lang", lang.as_str(), hour, secure);
    }
    response
}

/// For browsers without scripts: whether anybody is still there, for as long as the warning lasts.
async fn ask(visit: Visit, form: Form) -> Answer {
    gate::here(&visit).await?;
    let locale = visit.locale;
    let back = frame::local(form.get("back")).to_owned();
    let seconds = u32::try_from(IDLE_WARNING / 1000).unwrap_or(25);
    let demo = frame::demo(&visit);
    let page = visit.page(td_string!(locale, kiosk.idle_title)).kiosk();
    Ok(page.onward(seconds, "/kiosk/idle").render(move || {
        view! {
            <header class="kiosk-tell">
                {demo}
                <h1>{td_string!(locale, kiosk.idle_title)}</h1>
                <p>{td_string!(locale, kiosk.idle_text)}</p>
            </header>
            <div class="kiosk-hand">
                <a class="kiosk-key" data-tone="main" href=back>{td_string!(locale, kiosk.stay)}</a>
                <a class="kiosk-key" href="/kiosk/idle">{td_string!(locale, kiosk.done)}</a>
            </div>
            <noscript><p class="kiosk-note">{td_string!(locale, kiosk.closes_itself)}</p></noscript>
        }
    }))
}
