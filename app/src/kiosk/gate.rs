//! Who this face is for: a paired device. A browser that is not one, or no longer is, is told so.

use super::frame;
use crate::{
    i18n::td_string,
    web::{Fault, Visit, kiosk_cookie, with_cookie},
};
use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use domain::{Refusal, id::OccurrenceId};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterView},
    kiosks::{self, Own},
    occurrences::{self, OccurrenceView},
};

/// The device that asks, and its center.
pub(super) struct Here {
    /// The kiosk.
    pub own: Own,
    /// Where it stands.
    pub center: CenterView,
}

/// The kiosk of this visit; for any other browser the page that says so.
pub(super) async fn here(visit: &Visit) -> Result<Here, Fault> {
    let own = match kiosks::own(visit.db(), &visit.caller).await {
        Err(Error::Refused(Refusal::Unauthenticated | Refusal::Forbidden)) => {
            return Err(Fault::instead(not_paired(visit)));
        }
        own => own?,
    };
    let center = centers::find(visit.db(), &own.center_id).await?;
    Ok(Here { own, center })
}

/// An occurrence of the kiosk's own center; what is elsewhere is not there.
pub(super) async fn occurrence(visit: &Visit, id: &str) -> Result<(Here, OccurrenceView), Fault> {
    let here = here(visit).await?;
    let id: OccurrenceId = id.parse()?;
    let found = occurrences::find(visit.db(), &id).await?;
    if found.center_id != here.own.center_id {
        return Err(Refusal::NotFound.into());
    }
    Ok((here, found))
}

/// What a page answers that failed as a whole.
pub(super) fn tell(visit: &Visit, refusal: Option<Refusal>) -> Response {
    visit.told(refusal.as_ref())
}

/// The page of a browser that is no kiosk. One that was loses its cookie and whatever it has kept
/// (C-128), and may go where it likes.
fn not_paired(visit: &Visit) -> Response {
    let (locale, lost) = (visit.locale, visit.lost_kiosk);
    let title = match lost {
        true => td_string!(locale, kiosk.lost),
        false => td_string!(locale, kiosk.not_paired),
    };
    let text = match lost {
        true => td_string!(locale, kiosk.lost_hint),
        false => td_string!(locale, kiosk.not_paired_hint),
    };
    let page = visit.page(title).kiosk().status(StatusCode::UNAUTHORIZED);
    let demo = frame::demo(visit);
    let mut response = page.render(move || {
        view! {
            <header class="kiosk-tell">
                {demo}
                <h1>{title}</h1>
                <p>{text}</p>
            </header>
            <div class="kiosk-hand">
                <a class="kiosk-key" data-tone="main" href="/kiosk/pair">{td_string!(locale, kiosk.pair)}</a>
                <a class="kiosk-key" href="/">{td_string!(locale, kiosk.leave_to_site)}</a>
            </div>
        }
    });
    if lost {
        let secure = visit.site.settings().secure_cookies;
        response = with_cookie(response, kiosk_cookie(secure), "", 0, secure);
        let all = HeaderValue::from_static("\"cache\", \"storage\"");
        response.headers_mut().insert("clear-site-data", all);
    }
    response
}
