//! What a handler answers when it cannot answer: an error on its way to the page that tells it.
//!
//! A handler returns [`Answer`] and uses `?`. An error knows neither language nor face, so it leaves
//! the handler untold; the layer that [`telling`] puts around a face's routes finds the visit of
//! the request and lets the face say it.

use super::{Visit, status};
use crate::{i18n::td_string, page::Page, ui::fault_on, words};
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use domain::{Refusal, time::Timestamp};
use std::sync::{Arc, OnceLock};
use store::Error;

/// What a page's handler returns.
pub type Answer = Result<Response, Fault>;

/// Why a handler did not reach its own answer.
#[derive(Debug)]
pub enum Fault {
    /// A refusal or a failure of the store, to be told by the face.
    Error(Error),
    /// Another answer stands in for it, such as the way to a page that has to come first.
    Instead(Box<Response>),
}

impl Fault {
    /// Another answer in place of the handler's own.
    pub fn instead(response: Response) -> Self {
        Self::Instead(Box::new(response))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

/// After so many seconds it is worth asking again, where the fault passes.
pub const RETRY_AFTER: u32 = 2;

/// Left in a response that still needs its words.
#[derive(Clone, Debug)]
struct Untold {
    /// None where the fault is ours.
    refusal: Option<Refusal>,
    /// Whether it may well work soon.
    is_passing: bool,
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Instead(response) => return *response,
            Self::Error(error) => error,
        };
        let is_passing = is_passing(&error);
        let refusal = refusal_of(error);
        let response = code(refusal.as_ref()).into_response();
        let mut response = marked(response, is_passing);
        let untold = Untold {
            refusal,
            is_passing,
        };
        response.extensions_mut().insert(untold);
        response
    }
}

const fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::Closed)
}

/// Says that what is at fault passes, so that browsers and proxies know (RFC 9110, 15.6.4).
fn marked(mut response: Response, is_passing: bool) -> Response {
    if is_passing {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
    }
    response
}

/// The refusal in an error; any other error is ours and goes into the log.
fn refusal_of(error: Error) -> Option<Refusal> {
    match error {
        Error::Refused(refusal) => Some(refusal),
        error => {
            tracing::error!(%error, "a page failed");
            None
        }
    }
}

fn code(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::INTERNAL_SERVER_ERROR, status)
}

/// The page that says why nothing is shown, in this page's language and frame; without a refusal
/// the fault is ours.
pub(crate) fn fault_page(page: Page, refusal: Option<&Refusal>) -> Response {
    let mut page = page.narrow().status(code(refusal));
    let locale = page.locale;
    page.title = match refusal {
        Some(refusal) => words::refusal(locale, refusal, Timestamp::default()).title,
        None => td_string!(locale, fault.broken_title).to_owned(),
    };
    let view = fault_on(&page, refusal);
    page.render(move || view)
}

/// The same for a request that did not get as far as a [`Visit`].
pub(super) fn before_the_visit(page: Page, error: Error) -> Fault {
    let is_passing = is_passing(&error);
    let told = fault_page(page, refusal_of(error).as_ref());
    Fault::instead(marked(told, is_passing))
}

/// The visit of a request, once it is known.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<OnceLock<Visit>>);

impl Seen {
    /// Keeps the visit for whoever tells a fault of this request.
    pub(super) fn keep(&self, visit: &Visit) {
        // A second extraction of the same request finds the same.
        let _ = self.0.set(visit.clone());
    }
}

/// A face's routes, with what tells their faults.
pub(crate) fn telling(
    routes: Router<super::Site>,
    tell: fn(&Visit, Option<Refusal>) -> Response,
) -> Router<super::Site> {
    routes.route_layer(from_fn(
        move |mut request: Request, next: Next| async move {
            let seen = Seen::default();
            request.extensions_mut().insert(seen.clone());
            let mut response = next.run(request).await;
            let Some(untold) = response.extensions_mut().remove::<Untold>() else {
                return response;
            };
            let told = match seen.0.get() {
                Some(visit) => tell(visit, untold.refusal),
                None => {
                    let page = Page::new(crate::i18n::Locale::default(), "");
                    fault_page(page, untold.refusal.as_ref())
                }
            };
            marked(told, untold.is_passing)
        },
    ))
}
