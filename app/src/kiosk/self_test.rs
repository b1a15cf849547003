//! The morning's self-test (`beyond.md` 22): a minute before the doors open, by whoever opens.

use super::{
    frame::{self, VERSION},
    gate,
};
use crate::{
    i18n::{Locale, td_string},
    web::{Answer, Site, Visit},
};
use axum::{Router, routing::get};
use domain::kiosk::{CLOCK_LIMIT, Check};
use leptos::prelude::*;
use screen::{CheckWords, SelfTest, TestWords, Watched};
use ticket::{Kind, issue, qr::Drawing};
use uuid::Uuid;

/// What the scanner is to scan: digits, which no keyboard layout and no input method changes.
const SCANNED: &str = "20260101235959";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/kiosk/self-test", get(show))
}

fn words_of(locale: Locale, check: Check) -> CheckWords {
    let (title, fix) = match check {
        Check::Camera => (
            td_string!(locale, kiosk.check_camera),
            td_string!(locale, kiosk.fix_camera),
        ),
        Check::Scanner => (
            td_string!(locale, kiosk.check_scanner),
            td_string!(locale, kiosk.fix_scanner),
        ),
        Check::Clock => (
            td_string!(locale, kiosk.check_clock),
            td_string!(locale, kiosk.fix_clock),
        ),
        Check::Ticket => (
            td_string!(locale, kiosk.check_ticket),
            td_string!(locale, kiosk.fix_ticket),
        ),
        Check::Storage => (
            td_string!(locale, kiosk.check_storage),
            td_string!(locale, kiosk.fix_storage),
        ),
        Check::Network => (
            td_string!(locale, kiosk.check_network),
            td_string!(locale, kiosk.fix_network),
        ),
    };
    CheckWords {
        name: check.as_str().to_owned(),
        title: title.to_owned(),
        fix: fix.to_owned(),
    }
}

/// A ticket of today's key for a booking that cannot be, so that it opens nothing; and the same with
/// another last digit, which nobody signed.
fn samples(visit: &Visit) -> [String; 2] {
    let genuine = issue(&visit.site.tickets().signer, Kind::Booking, Uuid::nil()).to_string();
    let mut forged = genuine.clone();
    let last = forged.pop().and_then(|c| c.to_digit(10)).unwrap_or(0);
    forged.push_str(&((last + 1) % 10).to_string());
    [genuine, forged]
}

async fn show(visit: Visit) -> Answer {
    let here = gate::here(&visit).await?;
    let locale = visit.locale;
    let words = TestWords {
        checks: Check::ALL
            .iter()
            .map(|check| words_of(locale, *check))
            .collect(),
        green: td_string!(locale, kiosk.green).to_owned(),
        amber: td_string!(locale, kiosk.amber).to_owned(),
        red: td_string!(locale, kiosk.red).to_owned(),
        running: td_string!(locale, kiosk.test_running).to_owned(),
        scan: td_string!(locale, kiosk.test_scan).to_owned(),
        sent: td_string!(locale, kiosk.test_sent).to_owned(),
        not_sent: td_string!(locale, kiosk.test_not_sent).to_owned(),
    };
    let samples = samples(&visit);
    let picture =
        Drawing::of(SCANNED).map(|drawing| drawing.svg(td_string!(locale, kiosk.test_picture)));
    let reader = visit.clone();
    Ok(frame::page(&visit, td_string!(locale, kiosk.test_title)).render(move || {
        view! {
            {frame::head(&here.center.summary.name, td_string!(locale, kiosk.test_title))}
            <div class="kiosk-list" tabindex="0" role="region" aria-label=td_string!(locale, kiosk.test_title)>
                {picture.ok().map(|svg| view! { <div class="qr" inner_html=svg></div> })}
                <SelfTest words expected=SCANNED.to_owned() samples limit_ms=CLOCK_LIMIT version=VERSION.to_owned() />
                <noscript><p class="kiosk-note">{td_string!(locale, kiosk.test_needs_script)}</p></noscript>
            </div>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}
