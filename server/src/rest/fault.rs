//! What a handler's `?` carries: why a request was not answered as asked. It becomes a problem in
//! the caller's language in [`told`], which stands around all handlers and knows that language.

use super::{alternatives::Alternative, problem::Problem};
use app::web::{self, Site};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{Response, StatusCode},
    middleware::Next,
    response::IntoResponse,
};
use domain::Refusal;
use std::sync::Arc;
use store::{Act, Error};

/// What a handler answers.
pub(super) type Answer<T> = Result<T, Fault>;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub(super) enum Fault {
    /// The store refused or failed.
    Store(Error),
    /// A refusal, with what belongs to it.
    Refused {
        /// Why.
        refusal: Refusal,
        /// Whether this is the first answer again.
        replayed: bool,
        /// What else there is.
        alternatives: Option<Arc<Vec<Alternative>>>,
    },
    /// All rules that are not met, the closest first.
    Unmet {
        /// Which.
        unmet: Vec<Refusal>,
        /// Whether this is the first answer again.
        replayed: bool,
    },
    /// The body is larger than the interface takes.
    TooLarge,
    /// The body is not JSON by its type.
    MediaType,
    /// The body is not JSON; this is where that was seen, as `LINE:COLUMN`.
    Malformed(String),
    /// The caller's network holds as many live streams as it may.
    TooManyStreams,
    /// Something of ours could not be made.
    Broken(&'static str),
}

impl Fault {
    /// The refusal, if it is one.
    #[cfg(test)]
    pub(super) const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } | Self::Store(Error::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    fn problem(&self, locale: app::i18n::Locale, now: domain::time::Timestamp) -> Problem {
        match self {
            Self::Store(error) => Problem::of(locale, error, now),
            Self::Refused {
                refusal,
                replayed,
                alternatives,
            } => {
                let problem = Problem::refused(locale, refusal, now).replayed(*replayed);
                match alternatives {
                    Some(others) => problem.with_alternatives(others),
                    None => problem,
                }
            }
            Self::Unmet { unmet, replayed } => {
                Problem::unmet(locale, unmet, now).replayed(*replayed)
            }
            Self::TooLarge => Problem::too_large(locale),
            Self::MediaType => Problem::media_type(locale),
            Self::Malformed(at) => Problem::malformed(locale, at),
            Self::TooManyStreams => Problem::too_many_streams(locale),
            Self::Broken(what) => Problem::broken(locale, what),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused {
            refusal,
            replayed: false,
            alternatives: None,
        }
    }
}

/// What came of an act; a refusal that is the first answer again is marked as one.
///
/// # Errors
/// What the store refused or failed on.
pub(super) fn done<T>(act: &Act, result: store::Result<T>) -> Answer<T> {
    result.map_err(|error| match error {
        Error::Refused(refusal) => Fault::Refused {
            refusal,
            replayed: act.was_replayed(),
            alternatives: None,
        },
        other => Fault::Store(other),
    })
}

/// The fault in an answer that nobody has put into words yet.
#[derive(Clone)]
struct Untold(Arc<Fault>);

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Untold(Arc::new(self)));
        response
    }
}

/// Puts a handler's fault into the caller's language.
pub async fn told(State(site): State<Site>, request: Request, next: Next) -> Response<Body> {
    let locale = web::locale(request.headers());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Untold>() {
        Some(Untold(fault)) => fault.problem(locale, site.now()).into_response(),
        None => response,
    }
}
