//! Checking in: whatever a scanner types or somebody enters by key, and what it came to. The answer
//! stands at an address that shows nothing to whoever comes after.

use super::{
    entry::Entry,
    frame,
    gate::{self, Here},
    idle::RESULT,
    keys::{self, Pad},
};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Form, Site, Visit, cookie, redirect, with_cookie},
    words,
};
use axum::{Router, http::HeaderMap, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    check_in::{Direction, Verdict},
    commitment::Event,
    id::CheckInId,
    kiosk::RESULT_STAYS,
    time::Span,
};
use leptos::prelude::*;
use screen::Watched;
use sha2::{Digest, Sha256};
use store::{
    Error,
    check_ins::{self, Admission, NewCheckIn, Presented},
};

/// A result can be looked at for so long, in seconds: while it stays, and a little for whoever
/// touches it.
const RESULT_SECONDS: i64 = 120;

/// Where something is shown or entered.
const ASK: &str = "/kiosk/check-in";
/// Where one sees what it came to.
const RESULT_PAGE: &str = "/kiosk/result";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(ASK, get(ask).post(enter))
        .route(RESULT_PAGE, get(result))
}

async fn ask(visit: Visit, headers: HeaderMap) -> Answer {
    let entry = Entry::of(&visit, &headers);
    let page = page(&visit, entry.clone()).await?;
    Ok(entry.spent(&visit, page))
}

async fn enter(visit: Visit, form: Form) -> Answer {
    if let Some(on) = keys::pressed(&visit, &form, Pad::ShortCode) {
        return Ok(on);
    }
    let here = gate::here(&visit).await?;
    let code: String = form.text("code").chars().take(keys::LONGEST).collect();
    if code.is_empty() {
        return Ok(Entry::wrong(ASK, Refusal::invalid("code", Reason::Missing)).send(&visit));
    }
    let chosen = form.event().ok().flatten();
    let nonce = form.text("scan").to_owned();
    let new = NewCheckIn {
        direction: Direction::Either,
        center: Some(here.own.center_id.clone()),
        door: here.own.name.clone(),
        event: chosen.clone(),
        ..NewCheckIn::now(
            scan_id(&nonce, &code, chosen.as_ref()),
            Presented::Code(code.clone()),
        )
    };
    let keyring = visit.site.tickets().keyring;
    match check_ins::admit(visit.db(), &keyring, &visit.act(), new).await {
        Ok(answer) => {
            let secure = visit.site.settings().secure_cookies;
            let id = answer.id.to_string();
            let to = with_cookie(redirect(RESULT_PAGE), RESULT, &id, RESULT_SECONDS, secure);
            match answer.verdict {
                // Which one is asked there; what was shown is needed once more.
                Verdict::Choose { .. } => Ok(Entry::typed(RESULT_PAGE, code).with(&visit, to)),
                _ => Ok(to),
            }
        }
        Err(Error::Refused(refusal)) => Ok(Entry::wrong(ASK, refusal).send(&visit)),
        Err(error) => Err(error.into()),
    }
}

/// The scan's id follows from the form and what was entered, so that a form that was sent twice is
/// one scan, and an old form with another code is another one.
fn scan_id(nonce: &str, code: &str, chosen: Option<&Event>) -> CheckInId {
    let mut hash = Sha256::new();
    for part in [nonce, code, chosen.map_or("", Event::id)] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().into()
}

async fn page(visit: &Visit, entry: Entry) -> Answer {
    let here = gate::here(visit).await?;
    let (locale, now) = (visit.locale, visit.now);
    let nonce: CheckInId = visit.site.ids().make(now);
    let reader = visit.clone();
    let page = frame::page(visit, td_string!(locale, kiosk.check_in));
    Ok(page.render(move || {
        let wrong = entry.wrong.is_some();
        let error = entry.wrong.as_ref().map(|refusal| match refusal {
            Refusal::Invalid { .. } => td_string!(locale, kiosk.code_missing).to_owned(),
            refusal => {
                let told = words::refusal(locale, refusal, now);
                words::join(locale, &told.sentence, &told.next)
            }
        });
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{td_string!(locale, kiosk.check_in)}</h1>
                <p>{td_string!(locale, kiosk.check_in_lead)}</p>
                {frame::camera(locale)}
                {error.map(|text| view! { <p class="field-error" id="code-error" role="alert">{text}</p> })}
            </header>
            <form class="kiosk-hand" id=frame::TYPING method="post" action="/kiosk/check-in" autocomplete="off"><FormKey />
                <input type="hidden" name="scan" value=nonce.to_string() />
                {keys::keys(locale, td_string!(locale, kiosk.code), Pad::ShortCode, entry.typed, wrong)}
                <button class="kiosk-key" data-tone="main" type="submit">{td_string!(locale, kiosk.check_in)}</button>
            </form>
            {frame::typing_bar(&reader)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

/// Several bookings fit: which one? (C-103)
fn choose(visit: &Visit, here: Here, code: String, answer: Admission) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    // The scan that says which one is another one, and always the same other one.
    let nonce = answer.id.to_string();
    let candidates = match answer.verdict {
        Verdict::Choose { candidates } => candidates,
        _ => Vec::new(),
    };
    let reader = visit.clone();
    frame::page(visit, td_string!(locale, kiosk.which)).render(move || {
        let rows: Vec<_> = candidates
            .into_iter()
            .map(|of| {
                let time = words::span_near(locale, of.span(), now);
                view! {
                    <button class="kiosk-key" type="submit" name=of.event.kind() value=of.event.id().to_owned()>
                        <strong>{of.title}</strong><span>{time}</span>
                    </button>
                }
            })
            .collect();
        view! {
            {frame::head(&here.center.summary.name, td_string!(locale, kiosk.which))}
            <form class="kiosk-hand" method="post" action="/kiosk/check-in" autocomplete="off"><FormKey />
                <input type="hidden" name="scan" value=nonce />
                <input type="hidden" name="code" value=code />
                {rows}
            </form>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    })
}

/// The answer to the last scan, for as long as it is somebody's who stands here.
async fn result(visit: Visit, headers: HeaderMap) -> Answer {
    let here = gate::here(&visit).await?;
    let id = cookie(&headers, RESULT).and_then(|id| id.parse::<CheckInId>().ok());
    let answer = match id {
        Some(id) => match check_ins::told(visit.db(), &visit.act(), &id).await {
            Ok(answer) => answer,
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let Some(answer) = answer else {
        return Ok(redirect("/kiosk"));
    };
    if matches!(answer.verdict, Verdict::Choose { .. }) {
        let entry = Entry::of(&visit, &headers);
        if entry.typed.is_empty() {
            return Ok(redirect(ASK));
        }
        let page = choose(&visit, here, entry.typed.clone(), answer);
        return Ok(entry.spent(&visit, page));
    }
    let (locale, now) = (visit.locale, visit.now);
    let told = words::verdict(locale, &answer.verdict, answer.at, now);
    let light = answer.verdict.outcome().light();
    let seconds = u32::try_from(RESULT_STAYS / 1000).unwrap_or(20);
    let reader = visit.clone();
    let demo = frame::demo(&visit);
    let page = visit.page(told.title.clone()).kiosk();
    Ok(page.onward(seconds, "/kiosk/idle").render(move || {
        let who = answer.person_name.clone();
        let what = answer.title.clone();
        let time = answer
            .starts_at
            .zip(answer.ends_at)
            .and_then(|(start, end)| Span::new(start, end).ok())
            .map(|span| words::span_near(locale, span, now));
        let room = answer.room.clone().filter(|room| !room.is_empty());
        view! {
            <section class="kiosk-result" data-light=light.as_str() role="status">
                {demo}
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <span class="light" aria-hidden="true"></span>
                <h1>{told.title}</h1>
                <p class="kiosk-who">{who}</p>
                <p><strong>{what}</strong></p>
                <p>{time}{room.map(|room| format!(" · {room}"))}</p>
                <p class="kiosk-next">{told.sentence}</p>
                <p>{told.next}</p>
                {answer.without_lead.map(|policy| view! { <p class="kiosk-next">{words::without_lead(locale, policy).1}</p> })}
            </section>
            {frame::done(locale)}
            {frame::watch(&reader, Watched::Result)}
        }
    }))
}
