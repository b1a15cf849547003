//! The start screen: who this is, the time, what is on today, three keys.

use super::{
    browse, frame, gate,
    idle::{self, VISIT},
    pair::COOKIE_SECONDS,
    shifts, wall,
};
use crate::{
    i18n::td_string,
    web::{Answer, Site, Visit, cookie, kiosk_cookie, with_cookie},
    words,
};
use axum::{Router, http::HeaderMap, routing::get};
use domain::time::DAY;
use leptos::prelude::*;
use screen::{KioskClock, Watched};

/// So many of today's occurrences are told on the start screen.
const TOLD: usize = 4;
/// A shift that has too few volunteers is told of so long before.
const LOOKED_AHEAD: i64 = 7 * DAY;
/// Without scripts the screen is drawn anew so often, in seconds: as often as the wall code.
const DRAWN_EVERY: u32 = 15;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk", get(show))
}

async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let here = gate::here(&visit).await?;
    // Whoever is back at the start, by whatever way, has left.
    idle::leave(&visit, &headers).await?;
    let mut today = browse::day(&visit, &here, visit.now.day()).await?;
    today.retain(|o| o.ends_at > visit.now);
    // A day that has nothing more tells of the next ones.
    let coming = match today.is_empty() {
        true => browse::coming(&visit, &here, TOLD as u32).await?,
        false => Vec::new(),
    };
    let (locale, now) = (visit.locale, visit.now);
    let center = &here.center.summary.id;
    let short = store::shifts::short(visit.db(), center, now, now.plus(LOOKED_AHEAD), 1).await?;
    let short = short.into_iter().next();
    let told = TOLD - usize::from(short.is_some());
    let code = wall::shown(&visit, &here);
    let reader = visit.clone();
    let page = visit.page(td_string!(locale, kiosk.title)).kiosk();
    let mut response = page.onward(DRAWN_EVERY, "/kiosk").render(move || {
        let more = today.len().saturating_sub(told);
        let rows = browse::rows(locale, &today[..today.len().min(told)], now);
        let coming = &coming[..coming.len().min(told)];
        let (word, rest) = words::day_head(locale, now.day(), now);
        view! {
            <header class="kiosk-tell kiosk-welcome">
                <div class="kiosk-greeting">
                    <h1 class="kiosk-center">{here.center.summary.name.clone()}</h1>
                    <p class="kiosk-clock"><KioskClock shown=words::clock(locale, now) /></p>
                    <p class="kiosk-date"><strong>{word}</strong>" "{rest}</p>
                </div>
                {code}
            </header>
            <section class="kiosk-today" aria-labelledby="today">
                <h2 id="today">{td_string!(locale, kiosk.on_today)}</h2>
                {browse::otherwise(locale, &here, now.day(), now)}
                {if today.is_empty() {
                    let none = coming.is_empty();
                    view! {
                        <p class="kiosk-note">{td_string!(locale, kiosk.nothing_today)}</p>
                        {(!none).then(|| view! { <h2>{td_string!(locale, kiosk.coming)}</h2> })}
                        {browse::rows(locale, coming, now)}
                    }
                    .into_any()
                } else {
                    rows.into_any()
                }}
                {short.map(|short| shifts::wanted_row(locale, &short, now))}
                {(more > 0).then(|| view! { <p class="kiosk-note">{td_string!(locale, kiosk.more_today, count = more)}</p> })}
            </section>
            <nav class="kiosk-hand kiosk-three" aria-label=td_string!(locale, kiosk.title)>
                <a class="kiosk-key" data-tone="main" href="/kiosk/check-in">
                    <strong>{td_string!(locale, kiosk.check_in)}</strong><span>{td_string!(locale, kiosk.check_in_hint)}</span>
                </a>
                <a class="kiosk-key" href="/kiosk/today">
                    <strong>{td_string!(locale, kiosk.today)}</strong><span>{td_string!(locale, kiosk.today_hint)}</span>
                </a>
                <a class="kiosk-key" href="/kiosk/menu">
                    <strong>{td_string!(locale, kiosk.services)}</strong><span>{td_string!(locale, kiosk.services_hint)}</span>
                </a>
            </nav>
            {frame::bar(&reader, true)}
            {frame::watch(&reader, Watched::Start)}
        }
    });
    // The way in lasts as long as the kiosk is used.
    let secure = visit.site.settings().secure_cookies;
    let name = kiosk_cookie(secure);
    if let Some(secret) = cookie(&headers, name) {
        response = with_cookie(response, name, &secret, COOKIE_SECONDS, secure);
    }
    if cookie(&headers, VISIT).is_some() {
        response = with_cookie(response, VISIT, "", 0, secure);
    }
    Ok(frame::keep(&visit, response))
}
