//! Pages that everybody sees alike, kept for a moment. When a district opens its sign-up, thousands
//! look at the same page in the same second; it is made once, not once for each of them.
//!
//! Only public pages, only for who is not signed in, and never beyond a change: whoever wrote
//! something sees it in the next page ([`store::Db::version`]). Nothing is decided by what a page
//! shows, so that it may be a second old (C-02 is the store's).

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

/// The pages that show nothing of anybody.
const PUBLIC: [&str; 7] = [
    "/",
    "/centers",
    "/centers/{id}",
    "/centers/{id}/menu",
    "/centers/{id}/menu/{item}",
    "/centers/{id}/whats-on",
    "/occurrences/{id}",
];
/// Cookies that say how a page is drawn, not who looks.
const HARMLESS: [&str; 3] = ["lang", "mode", "center"];
/// A page is shown again for so long (milliseconds): times and countdowns on it stay right.
const KEEP: i64 = 1000;
/// At most so many pages are kept …
const MOST: usize = 256;
/// … each of at most so many bytes.
const LARGEST: usize = 128 * 1024;

/// What tells one page from another.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Asked {
    address: String,
    language: &'static str,
    drawn: Vec<String>,
}

impl Asked {
    /// None where the page may be somebody's own.
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

/// The cookies by which the page is drawn; none where there are others.
fn harmless_cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let mut drawn = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        for pair in value.to_str().ok()?.split(';').map(str::trim) {
            let (name, _) = pair.split_once('=')?;
            if !HARMLESS.contains(&name) {
                return None;
            }
            drawn.push(pair.to_owned());
        }
    }
    Some(drawn)
}

/// A page without its number, which each response has of its own.
struct Kept {
    version: u64,
    made: Timestamp,
    headers: HeaderMap,
    /// What stands between the places of the number.
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

/// The pages of the moment. Cloning is cheap.
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

/// Whether a page was made that others may see.
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

/// Answers with the page of the moment, or makes it.
pub async fn shared(
    State((site, pages)): State<(Site, SharedPages)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let Some(asked) = Asked::of(&request) else {
        return next.run(request).await;
    };
    // Before the page is read: what changes meanwhile makes it outdated.
    let (version, now) = (site.db().version(), site.now());
    if let Some(kept) = pages.find(&asked, version, now) {
        return kept.response();
    }
    let response = next.run(request).await;
    let Some(nonce) = can_be_kept(&response) else {
        return response;
    };
    let (parts, body) = response.into_parts();
    // The whole page is at hand: reading it neither waits nor fails.
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
