//! A short-lived cache of pages that look the same to everybody. When a district opens sign-up,
//! thousands look at the same page within a second; it is rendered once.
//!
//! Only public pages, only for anonymous visitors, and never beyond a change: people see their own
//! writes on the next page ([`store::Db::version`]). Nothing is decided by what a page shows, so it
//! may be a second old (C-02 is the store's).

use app::{
    shell::Nonce,
    web::{self, Site},
};
use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, Response, StatusCode, header},
    middleware::Next,
};
use domain::time::Timestamp;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Pages without personal data.
const PUBLIC: [&str; 7] = [
    "/",
    "/centers",
    "/centers/{id}",
    "/centers/{id}/menu",
    "/centers/{id}/menu/{item}",
    "/centers/{id}/whats-on",
    "/occurrences/{id}",
];
/// Cookies about how a page is drawn, not about who is looking.
const HARMLESS: [&str; 4] = ["lang", "mode", web::CENTER, web::SEEN];
/// How long a page is reused (milliseconds): short enough for times and countdowns to stay right.
const KEEP: i64 = 1000;
/// How many pages are kept at most …
const MOST: usize = 256;
/// … and how many bytes each may have.
const LARGEST: usize = 128 * 1024;

/// The cache key.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Asked {
    address: String,
    language: &'static str,
    drawn: Vec<String>,
}

impl Asked {
    /// `None` if the page may be personal.
    fn of(request: &Request) -> Option<Self> {
        let route = request.extensions().get::<MatchedPath>()?;
        let headers = request.headers();
        if request.method() != Method::GET
            || !PUBLIC.contains(&route.as_str())
            || headers.contains_key(header::AUTHORIZATION)
        {
            return None;
        }
        Some(Self {
            address: request.uri().path_and_query()?.to_string(),
            language: web::language(headers),
            drawn: harmless_cookies(headers)?,
        })
    }
}

/// The cookies that affect the page; `None` if there are any others.
fn harmless_cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let mut drawn = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        for pair in value.to_str().ok()?.split(';').map(str::trim) {
            let (name, _) = pair.split_once('=')?;
            if web::is_browser_mark(name) {
                continue;
            }
            if !HARMLESS.contains(&name) {
                return None;
            }
            drawn.push(pair.to_owned());
        }
    }
    Some(drawn)
}

/// A page without its nonce, which differs in every response.
struct Kept {
    version: u64,
    made: Timestamp,
    headers: HeaderMap,
    /// The text between the places where the nonce goes.
    parts: Vec<String>,
}

impl Kept {
    fn holds(&self, version: u64, now: Timestamp) -> bool {
        self.version == version && (self.made.0..self.made.0 + KEEP).contains(&now.0)
    }

    fn response(&self) -> Response<Body> {
        let nonce = Nonce::fresh();
        let mut response = Response::new(Body::from(self.parts.join(&nonce.0)));
        *response.headers_mut() = self.headers.clone();
        nonce.allow(response.headers_mut());
        response
    }
}

/// The cached pages. Cloning is cheap.
#[derive(Clone, Default)]
pub struct SharedPages(Arc<Mutex<HashMap<Asked, Arc<Kept>>>>);

impl SharedPages {
    fn find(&self, asked: &Asked, version: u64, now: Timestamp) -> Option<Arc<Kept>> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages
            .get(asked)
            .filter(|kept| kept.holds(version, now))
            .cloned()
    }

    fn keep(&self, asked: Asked, kept: Kept) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            pages.retain(|_, other| other.holds(kept.version, kept.made));
        }
        if pages.len() < MOST {
            pages.insert(asked, Arc::new(kept));
        }
    }
}

/// Whether the response may be shown to others.
fn can_be_kept(response: &Response<Body>) -> Option<Nonce> {
    let small = response
        .body()
        .size_hint()
        .upper()
        .is_some_and(|size| size <= LARGEST as u64);
    let plain =
        response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE);
    let nonce = response.extensions().get::<Nonce>()?;
    (small && plain && !nonce.0.is_empty()).then(|| nonce.clone())
}

/// Answers from the cache, or renders the page.
pub async fn shared(
    State((site, pages)): State<(Site, SharedPages)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let Some(asked) = Asked::of(&request) else {
        return next.run(request).await;
    };
    // Taken before rendering: a change in the meantime makes the page stale.
    let (version, now) = (site.db().version(), site.now());
    if let Some(kept) = pages.find(&asked, version, now) {
        return kept.response();
    }
    let response = next.run(request).await;
    let Some(nonce) = can_be_kept(&response) else {
        return response;
    };
    let (parts, body) = response.into_parts();
    // The body is complete: reading it neither waits nor fails.
    let page = to_bytes(body, LARGEST).await.unwrap_or_default();
    if let Ok(text) = std::str::from_utf8(&page) {
        let kept = Kept {
            version,
            made: now,
            headers: parts.headers.clone(),
            parts: text.split(&*nonce.0).map(str::to_owned).collect(),
        };
        pages.keep(asked, kept);
    }
    Response::from_parts(parts, Body::from(page))
}
