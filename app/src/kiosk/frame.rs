//! What every screen has: who shows it, the watch that forgets, and the bar at the hand.

use crate::{
    assets::assets,
    i18n::{Locale, td_string},
    page::{Mode, Page},
    ui::{DemoLabel, FormKey},
    web::Visit,
};
use axum::{http::HeaderValue, response::Response};
use domain::kiosk::{HEARTBEAT, IDLE, IDLE_WARNING, RESULT_STAYS};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use screen::{CameraWords, KioskCamera, KioskWatch, ScannerFiles, WatchWords, Watched};

/// What a kiosk says of the program that it runs.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A screen that is left alone: without scripts the browser asks whether anybody is there, and then
/// goes back to the start.
pub(super) fn page(visit: &Visit, title: impl Into<String>) -> Page {
    let seconds = u32::try_from(IDLE / 1000).unwrap_or(60);
    let mut page = visit.page(title).kiosk();
    page = page.onward(seconds, format!("/kiosk/still-here?{}", back(&visit.here)));
    page
}

/// The query that names a screen to come back to.
pub(super) fn back(here: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("back", here)
        .finish()
}

/// A screen of this face to come back to; the start for anything else.
pub(super) fn local(path: Option<&str>) -> &str {
    let path = path.unwrap_or("/kiosk");
    let path_only = path.split(['?', '#']).next().unwrap_or_default();
    let inside = crate::web::is_for_kiosks(path_only) && crate::web::is_local(path);
    if inside && path.starts_with("/kiosk") {
        path
    } else {
        "/kiosk"
    }
}

/// Whether the screen is drawn as a kiosk draws it for nobody in particular (C-135).
pub(super) fn is_default(visit: &Visit) -> bool {
    visit.locale == Locale::default() && visit.mode == Mode::Standard
}

/// What tells the service worker that a screen may be kept for when there is no network.
pub(super) fn keep(visit: &Visit, mut response: Response) -> Response {
    if is_default(visit) && response.status().is_success() {
        let yes = HeaderValue::from_static("1");
        response.headers_mut().insert("x-linli-keep", yes);
    }
    response
}

/// The watch over a screen.
pub(super) fn watch(visit: &Visit, watched: Watched) -> impl IntoView + use<> {
    watch_for(visit, watched, RESULT_STAYS)
}

/// The watch over a screen whose result stays for so long, in milliseconds.
pub(super) fn watch_for(visit: &Visit, watched: Watched, result_ms: i64) -> impl IntoView + use<> {
    let locale = visit.locale;
    let words = WatchWords {
        title: td_string!(locale, kiosk.idle_title).to_owned(),
        text: td_string!(locale, kiosk.idle_text).to_owned(),
        stay: td_string!(locale, kiosk.stay).to_owned(),
        offline: td_string!(locale, kiosk.offline).to_owned(),
    };
    let restless = !is_default(visit);
    view! {
        <KioskWatch
            words watched restless idle_ms=IDLE warning_ms=IDLE_WARNING result_ms=result_ms
            heartbeat_ms=HEARTBEAT version=VERSION.to_owned()
        />
    }
}

/// Says that the data are demo data, on screens that have no bar to say it.
pub(super) fn demo(visit: &Visit) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let demo = visit.site.settings().demo;
    demo.then(|| view! { <p><DemoLabel locale /></p> })
}

/// The camera that looks for codes and sends the page's form with what it reads.
pub(super) fn camera(locale: Locale) -> impl IntoView + use<> {
    let files = assets();
    let files = ScannerFiles {
        worker: files.scan_worker.clone(),
        wasm: files.scan_wasm.clone(),
    };
    let words = CameraWords {
        looking: td_string!(locale, kiosk.camera_looking).to_owned(),
        several: td_string!(locale, kiosk.camera_several).to_owned(),
        denied: td_string!(locale, kiosk.camera_denied).to_owned(),
        none: td_string!(locale, kiosk.camera_missing).to_owned(),
        busy: td_string!(locale, kiosk.camera_busy).to_owned(),
        frozen: td_string!(locale, kiosk.camera_frozen).to_owned(),
        failed: td_string!(locale, kiosk.camera_none).to_owned(),
    };
    view! { <KioskCamera words files version=VERSION.to_owned() /> }
}

/// The head of a screen that tells: where one is and what this is.
pub(super) fn head(place: &str, title: &'static str) -> impl IntoView + use<> {
    view! {
        <header class="kiosk-tell">
            <p class="kiosk-place">{place.to_owned()}</p>
            <h1>{title}</h1>
        </header>
    }
}

/// The key that ends a result.
pub(super) fn done(locale: Locale) -> impl IntoView + use<> {
    view! {
        <form class="kiosk-hand" method="post" action="/kiosk/done"><FormKey />
            <button class="kiosk-key" data-tone="main" type="submit">{td_string!(locale, kiosk.done)}</button>
        </form>
    }
}

/// Where language and mode are switched.
const PREFERENCES: &str = "/kiosk/preferences";

/// The bar at the bottom: back to the start, languages, larger and stronger, the staff's way out.
pub(super) fn bar(visit: &Visit, start: bool) -> impl IntoView + use<> {
    bar_of(visit, start, None)
}

/// The id of the form of a screen with keys.
pub(super) const TYPING: &str = "typing";

/// The bar of a screen with keys, whose form is [`TYPING`]: what was typed so far stays, whatever is
/// switched.
pub(super) fn typing_bar(visit: &Visit) -> impl IntoView + use<> {
    bar_of(visit, false, Some(TYPING))
}

fn bar_of(visit: &Visit, start: bool, form: Option<&'static str>) -> impl IntoView + use<> {
    let to = form.map(|_| PREFERENCES);
    let (locale, mode) = (visit.locale, visit.mode);
    let languages: Vec<_> = Locale::get_all()
        .iter()
        .copied()
        .filter(|other| *other != locale)
        .map(|other| {
            let tag = other.as_str();
            view! { <button type="submit" name="lang" value=tag lang=tag form=form formaction=to formnovalidate=form.is_some()>{td_string!(other, site.language)}</button> }
        })
        .collect();
    let modes = [
        (Mode::Elder, td_string!(locale, site.elder)),
        (Mode::Contrast, td_string!(locale, site.contrast)),
    ];
    let modes: Vec<_> = modes
        .into_iter()
        .map(|(of, words)| {
            let pressed = mode == of;
            let value = if pressed { Mode::Standard } else { of }.as_str();
            let state = if pressed { "true" } else { "false" };
            view! { <button type="submit" name="mode" value=value aria-pressed=state form=form formaction=to formnovalidate=form.is_some()>{words}</button> }
        })
        .collect();
    let back = local(Some(&visit.here)).to_owned();
    let home = (!start).then(|| {
        view! { <a class="kiosk-home" href="/kiosk/idle">{td_string!(locale, kiosk.home)}</a> }
    });
    let staff = start.then(|| {
        view! { <a class="kiosk-staff" href="/kiosk/exit">{td_string!(locale, kiosk.staff)}</a> }
    });
    let demo = demo(visit);
    view! {
        <nav class="kiosk-bar" aria-label=td_string!(locale, site.tools)>
            {home}
            {demo}
            <form method="post" action=PREFERENCES><FormKey />
                <input type="hidden" name="back" value=back form=form />
                {languages}
                {modes}
            </form>
            {staff}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn c134_no_screen_leads_out_of_the_kiosks_face() {
        for (path, expected) in [
            ("/kiosk/menu?field=elder", "/kiosk/menu?field=elder"),
            ("/kiosk", "/kiosk"),
            ("/", "/kiosk"),
            ("/kiosks", "/kiosk"),
            ("//evil.example/kiosk", "/kiosk"),
            ("/api/v1/kiosk", "/kiosk"),
            ("https://evil.example", "/kiosk"),
        ] {
            assert_eq!(local(Some(path)), expected, "{path}");
        }
        assert_eq!(local(None), "/kiosk");
    }
}
