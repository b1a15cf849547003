//! The code that phones scan, on the start screen and large on a screen of its own.

use super::{
    frame,
    gate::{self, Here},
};
use crate::{
    i18n::td_string,
    web::{Answer, Site, Visit, scan_address},
};
use axum::{Router, routing::get};
use domain::kiosk::CLOCK_LIMIT;
use leptos::prelude::*;
use screen::{WallCode, WallWords, Watched};
use ticket::{
    qr::Drawing,
    wall::{WallKey, step_at},
};

/// Without scripts the code is drawn anew so often, in seconds.
const DRAWN_EVERY: u32 = 10;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk/wall", get(large))
}

/// The code of the moment. With scripts the screen makes the next ones itself; without them it is
/// the server's, and the screen is drawn anew.
pub(super) fn shown(visit: &Visit, here: &Here) -> impl IntoView + use<> {
    let locale = visit.locale;
    let picture = td_string!(locale, kiosk.wall_picture);
    let words = WallWords {
        picture: picture.to_owned(),
        waiting: td_string!(locale, kiosk.wall_waiting).to_owned(),
        wrong_clock: td_string!(locale, kiosk.wall_wrong_clock).to_owned(),
    };
    let key = WallKey::from_hex(here.own.id.uuid(), &here.own.wall_secret);
    let drawn = key.and_then(|key| {
        let address = scan_address(&visit.site, &key.code(step_at(visit.now.0)));
        Some(Drawing::of(&address).ok()?.svg(picture))
    });
    view! {
        <aside class="kiosk-wall" aria-labelledby="wall">
            <WallCode words limit_ms=CLOCK_LIMIT />
            {drawn.map(|svg| view! { <noscript><div class="qr" inner_html=svg></div></noscript> })}
            <p id="wall">{td_string!(locale, kiosk.wall_hint)}</p>
        </aside>
    }
}

async fn large(visit: Visit) -> Answer {
    let here = gate::here(&visit).await?;
    let locale = visit.locale;
    let code = shown(&visit, &here);
    let reader = visit.clone();
    let page = visit.page(td_string!(locale, kiosk.wall_title)).kiosk();
    Ok(page.onward(DRAWN_EVERY, "/kiosk/wall").render(move || {
        view! {
            {frame::head(&here.center.summary.name, td_string!(locale, kiosk.wall_title))}
            <div class="kiosk-large">{code}</div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}
