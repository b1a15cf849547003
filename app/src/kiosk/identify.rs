//! Who are you? By the card or ticket that is shown, or by the code that a telephone is sent. What
//! is wrong, unknown or over is told alike, and nothing of anybody is shown before (C-132).

use super::{
    entry::Entry,
    frame,
    gate::{self, Wanted},
    idle::VISIT,
    keys::{self, LONGEST, Pad},
    on,
};
use crate::{
    i18n::{Locale, td_string},
    ui::FormKey,
    web::{Answer, Form, Site, Visit, redirect, secrets, with_cookie},
    words,
};
use axum::{Router, extract::Path, http::HeaderMap, response::Response, routing::get};
use domain::{Reason, Refusal, kiosk::VISIT_LIFE, person::Phone};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use screen::Watched;
use store::{
    Error,
    kiosks::{self, Known},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/book/{id}", get(ask).post(paper))
        .route("/kiosk/book/{id}/short", get(ask_short).post(paper_typed))
        .route("/kiosk/book/{id}/phone", get(ask_phone).post(send_code))
        .route("/kiosk/book/{id}/code", get(ask_code).post(enter_code))
        .route("/kiosk/help/{id}", get(ask).post(paper))
        .route("/kiosk/help/{id}/short", get(ask_short).post(paper_typed))
        .route("/kiosk/help/{id}/phone", get(ask_phone).post(send_code))
        .route("/kiosk/help/{id}/code", get(ask_code).post(enter_code))
}

/// One of the steps of this file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Showing a card or ticket.
    Paper,
    /// Entering its short code.
    Short,
    /// Entering a telephone number.
    Phone,
    /// Entering the code that was sent.
    Code,
}

impl Step {
    fn path(self, begin: &str) -> String {
        let end = match self {
            Self::Paper => "",
            Self::Short => "/short",
            Self::Phone => "/phone",
            Self::Code => "/code",
        };
        format!("{begin}{end}")
    }

    const fn pad(self) -> Pad {
        match self {
            Self::Paper => Pad::Scan,
            Self::Short => Pad::ShortCode,
            Self::Phone => Pad::Phone,
            Self::Code => Pad::SixDigits,
        }
    }
}

async fn ask(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    page(&visit, &headers, &id, Step::Paper).await
}

async fn ask_short(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    page(&visit, &headers, &id, Step::Short).await
}

async fn ask_phone(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    page(&visit, &headers, &id, Step::Phone).await
}

async fn ask_code(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    page(&visit, &headers, &id, Step::Code).await
}

async fn paper(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    shown(&visit, &id, &form, Step::Paper).await
}

async fn paper_typed(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    shown(&visit, &id, &form, Step::Short).await
}

/// A card or ticket was shown, or its short code entered.
async fn shown(visit: &Visit, id: &str, form: &Form, step: Step) -> Answer {
    if let Some(on) = keys::pressed(visit, form, step.pad()) {
        return Ok(on);
    }
    let (_, view) = gate::wanted(visit, id).await?;
    let code: String = form.text("code").chars().take(LONGEST).collect();
    if code.is_empty() {
        return Ok(Entry::wrong(&step.path(&view.begin), missing()).send(visit));
    }
    let secret = secrets::new_login_secret(visit.site.ids());
    let keyring = visit.site.tickets().keyring;
    match kiosks::prove_by_paper(visit.db(), &keyring, &visit.act(), &code, &secret).await {
        Ok(()) => {
            let to = redirect(&format!("{}/confirm", view.begin));
            Ok(with_visit(visit, to, &secret))
        }
        Err(error) => wrong(visit, &view, step, error),
    }
}

/// A code is sent to the number, known or not.
async fn send_code(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    if let Some(on) = keys::pressed(&visit, &form, Pad::Phone) {
        return Ok(on);
    }
    let (_, view) = gate::wanted(&visit, &id).await?;
    let phone = match Phone::parse(form.text("code")) {
        Ok(phone) => phone,
        Err(_) => return Ok(Entry::wrong(&Step::Phone.path(&view.begin), missing()).send(&visit)),
    };
    let secret = secrets::new_login_secret(visit.site.ids());
    let (key, locale) = (visit.site.code_key(), visit.locale.as_str());
    let sent = kiosks::send_code(visit.db(), &visit.act(), key, &phone, locale, &secret).await;
    match sent {
        // Asking again within the minute: the first code still counts.
        Ok(_) => Ok(with_visit(
            &visit,
            redirect(&Step::Code.path(&view.begin)),
            &secret,
        )),
        Err(error) => wrong(&visit, &view, Step::Phone, error),
    }
}

async fn enter_code(
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    if let Some(on) = keys::pressed(&visit, &form, Pad::SixDigits) {
        return Ok(on);
    }
    let (_, view) = gate::wanted(&visit, &id).await?;
    let secret = secret(&headers);
    let (key, code) = (visit.site.code_key(), form.text("code"));
    match kiosks::prove_by_code(visit.db(), &visit.act(), key, &secret, code).await {
        Ok(Known::Somebody) => {
            let to = redirect(&format!("{}/who", view.begin));
            Ok(with_visit(&visit, to, &secret))
        }
        // Told at the number: there is nobody yet who could be chosen.
        Ok(Known::Nobody) => {
            Ok(Entry::wrong(&Step::Phone.path(&view.begin), Refusal::NotFound).send(&visit))
        }
        Err(error) => wrong(&visit, &view, Step::Code, error),
    }
}

/// The secret of the visit, as the browser has it.
pub(super) fn secret(headers: &HeaderMap) -> String {
    crate::web::cookie(headers, VISIT).unwrap_or_default()
}

fn with_visit(visit: &Visit, response: Response, secret: &str) -> Response {
    let secure = visit.site.settings().secure_cookies;
    with_cookie(response, VISIT, secret, VISIT_LIFE / 1000, secure)
}

fn missing() -> Refusal {
    Refusal::invalid("code", Reason::Missing)
}

/// The step again, with what was wrong; from the beginning where the visit is over.
pub(super) fn over(visit: &Visit, begin: &str) -> Response {
    Entry::wrong(begin, Refusal::Unauthenticated).send(visit)
}

fn wrong(visit: &Visit, view: &Wanted, step: Step, error: Error) -> Answer {
    match error {
        Error::Refused(Refusal::Unauthenticated) => Ok(over(visit, &view.begin)),
        Error::Refused(refusal @ (Refusal::WrongCode | Refusal::RateLimited { .. })) => {
            Ok(Entry::wrong(&step.path(&view.begin), refusal).send(visit))
        }
        error => Err(error.into()),
    }
}

/// What was wrong, and what to do now.
fn explained(visit: &Visit, step: Step, refusal: &Refusal) -> String {
    let locale = visit.locale;
    match (refusal, step) {
        (Refusal::Unauthenticated, _) => td_string!(locale, kiosk.visit_over).to_owned(),
        (Refusal::NotFound, _) => td_string!(locale, kiosk.phone_nobody).to_owned(),
        (Refusal::WrongCode, Step::Paper | Step::Short) => {
            td_string!(locale, kiosk.paper_wrong).to_owned()
        }
        (Refusal::Invalid { .. }, Step::Phone) => {
            td_string!(locale, kiosk.phone_missing).to_owned()
        }
        (Refusal::Invalid { .. }, _) => td_string!(locale, kiosk.code_missing).to_owned(),
        (refusal, _) => {
            let told = words::refusal(locale, refusal, visit.now);
            words::join(locale, &told.sentence, &told.next)
        }
    }
}

struct Told {
    title: &'static str,
    lead: &'static str,
    label: &'static str,
    enter: &'static str,
}

fn words_of(locale: Locale, step: Step) -> Told {
    match step {
        Step::Paper | Step::Short => Told {
            title: td_string!(locale, kiosk.who_are_you),
            lead: match step {
                Step::Paper => td_string!(locale, kiosk.paper_lead),
                _ => td_string!(locale, kiosk.short_lead),
            },
            label: td_string!(locale, kiosk.short_code),
            enter: td_string!(locale, kiosk.go_on),
        },
        Step::Phone => Told {
            title: td_string!(locale, kiosk.phone_title),
            lead: td_string!(locale, kiosk.phone_lead),
            label: td_string!(locale, sign_in.phone),
            enter: td_string!(locale, sign_in.send),
        },
        Step::Code => Told {
            title: td_string!(locale, sign_in.code_title),
            lead: td_string!(locale, kiosk.code_lead),
            label: td_string!(locale, sign_in.code),
            enter: td_string!(locale, kiosk.go_on),
        },
    }
}

async fn page(visit: &Visit, headers: &HeaderMap, id: &str, step: Step) -> Answer {
    let (here, view) = gate::wanted(visit, id).await?;
    let entry = Entry::of(visit, headers);
    let error = entry
        .wrong
        .as_ref()
        .map(|refusal| explained(visit, step, refusal));
    let (locale, now) = (visit.locale, visit.now);
    let (reader, typed) = (visit.clone(), entry.typed.clone());
    let told = words_of(locale, step);
    let shown = frame::page(visit, told.title).render(move || {
        let wrong = error.is_some();
        let begin = &view.begin;
        let other = |to: Step, words: &'static str| {
            view! { <a class="kiosk-key" href=to.path(begin)>{words}</a> }
        };
        let others = match step {
            Step::Paper => vec![
                other(Step::Phone, td_string!(locale, kiosk.by_phone)),
                other(Step::Short, td_string!(locale, kiosk.by_short)),
            ],
            Step::Short | Step::Phone => vec![other(Step::Paper, td_string!(locale, kiosk.by_paper))],
            Step::Code => vec![other(Step::Phone, td_string!(locale, sign_in.other_phone))],
        };
        let send = (step != Step::Paper).then(|| {
            view! { <button class="kiosk-key" data-tone="main" type="submit">{told.enter}</button> }
        });
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{told.title}</h1>
                {on::told(locale, &view, now)}
                <p>{told.lead}</p>
                {(step == Step::Paper).then(|| frame::camera(locale))}
                {error.map(|text| view! { <p class="field-error" id="code-error" role="alert">{text}</p> })}
            </header>
            <form class="kiosk-hand" id=frame::TYPING method="post" action=step.path(begin) autocomplete="off"><FormKey />
                {keys::keys(locale, told.label, step.pad(), typed, wrong)}
                {send}
                {others}
            </form>
            {frame::typing_bar(&reader)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    });
    Ok(entry.spent(visit, shown))
}
