//! Answers that are not a page of their own: faults, redirects, cookies.

use crate::{
    i18n::{Locale, td_string},
    shell::Page,
    ui::fault_on,
    words,
};
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use domain::{Refusal, time::Timestamp};
use store::Error;

/// Something that a whole request failed on; becomes a page that says why.
pub struct Fault {
    page: Box<Page>,
    error: Error,
}

impl Fault {
    /// A fault to be told in this language.
    pub fn new(locale: Locale, error: Error) -> Self {
        Self::on(Page::new(locale, ""), error)
    }

    /// A fault to be told inside this page's frame.
    pub fn on(page: Page, error: Error) -> Self {
        Self {
            page: Box::new(page),
            error,
        }
    }

    /// What happened.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// What happened, for a face that tells it otherwise.
    pub fn into_error(self) -> Error {
        self.error
    }
}

/// The HTTP status of a refusal: one table for pages and REST.
pub const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Unauthenticated | Refusal::WrongCode | Refusal::WrongCredentials => {
            StatusCode::UNAUTHORIZED
        }
        Refusal::Forbidden => StatusCode::FORBIDDEN,
        Refusal::Invalid { .. } | Refusal::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        let mut page = self.page.narrow();
        let locale = page.locale;
        let refusal = match self.error {
            Error::Refused(refusal) => Some(refusal),
            error => {
                tracing::error!(%error, "a page failed");
                None
            }
        };
        let status = refusal
            .as_ref()
            .map_or(StatusCode::INTERNAL_SERVER_ERROR, status);
        page.title = match &refusal {
            Some(refusal) => words::refusal(locale, refusal, Timestamp::default()).title,
            None => td_string!(locale, fault.broken_title).to_owned(),
        };
        let view = fault_on(&page, refusal.as_ref());
        page.status(status).render(move || view)
    }
}

/// Sends the browser on after a form (303, so that it fetches and a reload repeats nothing). Only
/// paths of this site are followed.
pub fn redirect(to: &str) -> Response<Body> {
    let local = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    let to = if local { to } else { "/" };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, location);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The same answer with one more cookie. `max_age` in seconds; 0 removes it.
pub fn with_cookie(
    mut response: Response<Body>,
    name: &str,
    value: &str,
    max_age: i64,
    secure: bool,
) -> Response<Body> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
