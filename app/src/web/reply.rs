//! Answers that are not a page of their own: redirects, cookies, and the status of a refusal.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use domain::Refusal;

/// The HTTP status of a refusal: one table for pages and REST.
pub const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Unauthenticated | Refusal::WrongCode | Refusal::WrongCredentials => {
            StatusCode::UNAUTHORIZED
        }
        Refusal::Forbidden | Refusal::OwnHours | Refusal::WasNotThere | Refusal::NeedsAnother => {
            StatusCode::FORBIDDEN
        }
        Refusal::Invalid { .. } | Refusal::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

/// Whether this leads to a page of this site, as browsers read it: they drop tabs and line breaks,
/// and take a backslash for a slash.
pub fn is_local(to: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && c != ' ' && c != '\\';
    to.starts_with('/') && !to.starts_with("//") && to.chars().all(is_plain)
}

/// Sends the browser on after a form (303, so that it fetches and a reload repeats nothing). Only
/// paths of this site are followed.
pub fn redirect(to: &str) -> Response<Body> {
    let to = if is_local(to) { to } else { "/" };
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
