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
use domain::{
    Refusal,
    id::{OccurrenceId, ShiftId},
    time::Span,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterView},
    kiosks::{self, Own},
    occurrences::{self, OccurrenceView},
    shifts::{self, ShiftView},
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

/// What somebody wants a place in, as far as all screens on the way to it tell.
pub(super) struct Wanted {
    /// Where the way to a place begins.
    pub(super) begin: String,
    /// What it is called.
    pub(super) title: String,
    /// When it is.
    pub(super) span: Span,
    /// Where in the center; may be empty.
    pub(super) room: String,
}

impl From<&OccurrenceView> for Wanted {
    fn from(view: &OccurrenceView) -> Self {
        Self {
            begin: format!("/kiosk/book/{}", view.id),
            title: view.title.clone(),
            span: view.span(),
            room: view.room.clone(),
        }
    }
}

impl From<&ShiftView> for Wanted {
    fn from(view: &ShiftView) -> Self {
        Self {
            begin: format!("/kiosk/help/{}", view.id),
            title: view.title.clone(),
            span: view.span,
            room: view.place.clone(),
        }
    }
}

/// A shift of the kiosk's own center; what is elsewhere is not there.
pub(super) async fn shift(visit: &Visit, id: &str) -> Result<(Here, ShiftView), Fault> {
    let here = here(visit).await?;
    let id: ShiftId = id.parse()?;
    let found = shifts::find(visit.db(), &id).await?;
    if found.center_id != here.own.center_id {
        return Err(Refusal::NotFound.into());
    }
    Ok((here, found))
}

/// What is wanted by whoever shows who they are: an occurrence, or under [`HELP`] a shift.
pub(super) async fn wanted(visit: &Visit, id: &str) -> Result<(Here, Wanted), Fault> {
    if visit.here.starts_with(HELP) {
        let (here, view) = shift(visit, id).await?;
        return Ok((here, Wanted::from(&view)));
    }
    let (here, view) = occurrence(visit, id).await?;
    Ok((here, Wanted::from(&view)))
}

/// Where the way to a place in a shift begins.
const HELP: &str = "/kiosk/help/";

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
