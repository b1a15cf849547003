//! The layers around every route: logging and metrics, panics and timeouts, CSRF, rate limits by
//! address, and response headers.

use crate::{
    metrics::Metrics,
    rest::{self, Problem},
};
use app::{
    i18n::Locale,
    web::{self, Site, Visit},
};
use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts,
    },
    middleware::Next,
    response::IntoResponse,
};
use domain::{Refusal, id::CenterId, network::Network};
use futures_util::FutureExt;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tower_http::csrf::ProtectionError;
use tracing::Instrument;

/// How long a response may take to begin.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// A response slower than this is logged (milliseconds).
const SLOW: u128 = 1000;

fn is_api(path: &str) -> bool {
    path.strip_prefix(rest::ROOT)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Who asks for what, for responses made after the request has been consumed.
#[derive(Clone)]
struct Asked {
    site: Site,
    parts: Parts,
}

impl Asked {
    fn of(site: &Site, request: &Request) -> Self {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = request.method().clone();
        parts.uri = request.uri().clone();
        parts.headers = request.headers().clone();
        Self {
            site: site.clone(),
            parts,
        }
    }

    fn locale(&self) -> Locale {
        web::locale(&self.parts.headers)
    }

    /// A problem document for programs, a page for people.
    async fn told(
        mut self,
        problem: impl FnOnce(Locale) -> Problem,
        refusal: Option<Refusal>,
    ) -> Response<Body> {
        let problem = problem(self.locale());
        if is_api(self.parts.uri.path()) {
            return problem.into_response();
        }
        match Visit::from_request_parts(&mut self.parts, &self.site).await {
            Ok(visit) => visit.told(refusal.as_ref()),
            Err(fault) => fault.into_response(),
        }
    }
}

/// Logs the request (its route's template, never its query), counts it, turns panics and timeouts
/// into responses, and gives bare error responses a body.
pub async fn around(
    State((site, metrics)): State<(Site, Metrics)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let matched = request.extensions().get::<MatchedPath>().is_some();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", method = %request.method(), route);
    let asked = Asked::of(&site, &request);
    exempt_tokens(&mut request);
    let work = async move {
        let begun = Instant::now();
        let inside = AssertUnwindSafe(metrics.around(request, next)).catch_unwind();
        let response = match tokio::time::timeout(TIME_LIMIT, inside).await {
            Ok(Ok(response)) => worded(asked, matched, response).await,
            Ok(Err(panic)) => {
                let incident = rest::incident();
                tracing::error!(%incident, panic = what(&*panic), "a request panicked");
                asked
                    .told(|locale| Problem::internal(locale, &incident), None)
                    .await
            }
            Err(_) => asked.told(Problem::timeout, None).await,
        };
        let (status, ms) = (response.status(), begun.elapsed().as_millis());
        if status.is_server_error() || ms >= SLOW {
            tracing::warn!(status = status.as_u16(), ms, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), ms, "answered");
        }
        response
    };
    work.instrument(span).await
}

fn what(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("?")
}

/// A request with a token doesn't rely on cookies, so other sites can't abuse it: the CSRF guard
/// behind this layer looks at browsers only.
fn exempt_tokens(request: &mut Request) {
    if request.headers().contains_key(header::AUTHORIZATION) {
        request.headers_mut().remove(header::ORIGIN);
        request.headers_mut().remove("sec-fetch-site");
    }
}

/// Replaces bare responses with designed ones: the CSRF guard's, and the file service's 404.
async fn worded(asked: Asked, matched: bool, response: Response<Body>) -> Response<Body> {
    if response.extensions().get::<ProtectionError>().is_some() {
        return asked
            .told(Problem::cross_site, Some(Refusal::Forbidden))
            .await;
    }
    let wordless = !response.headers().contains_key(header::CONTENT_TYPE);
    match response.status() {
        StatusCode::NOT_FOUND if wordless => {}
        StatusCode::METHOD_NOT_ALLOWED if wordless && !matched => {}
        _ => return response,
    }
    let now = asked.site.now();
    asked
        .told(
            |locale| Problem::no_route(locale, now),
            Some(Refusal::NotFound),
        )
        .await
}

/// Headers for every response, unless it has its own.
pub async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response<Body> {
    let api = is_api(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
    );
    if site.settings().secure_cookies {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if api {
        set(header::CACHE_CONTROL, "no-store");
        set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        );
        set(header::VARY, "Accept-Language, Cookie, Authorization");
    }
    response
}

/// The center that a page of residents is about.
fn center_of(path: &str) -> Option<CenterId> {
    let rest = path.strip_prefix("/centers/")?;
    rest.split('/').next()?.parse().ok()
}

/// Remembers which center was looked at last, so that the navigation leads there. Around the shared
/// pages, because a cookie is for one browser.
pub async fn remembered(State(site): State<Site>, request: Request, next: Next) -> Response<Body> {
    let looks = request.method() == Method::GET;
    let center = center_of(request.uri().path()).filter(|_| looks);
    let known = web::cookie(request.headers(), web::SEEN);
    let response = next.run(request).await;
    match center {
        Some(center)
            if response.status() == StatusCode::OK && known.as_deref() != Some(center.as_str()) =>
        {
            let secure = site.settings().secure_cookies;
            web::with_cookie(
                response,
                web::SEEN,
                center.as_str(),
                web::CENTER_KEPT,
                secure,
            )
        }
        _ => response,
    }
}

/// Rate limits by address for sign-in, in addition to the store's limits by phone number and user
/// name.
#[derive(Clone)]
pub struct ByAddress {
    limiter: Arc<DefaultKeyedRateLimiter<Network>>,
    /// What makes a row before anybody has signed in.
    scans: Arc<DefaultKeyedRateLimiter<Network>>,
    header: Option<HeaderName>,
    /// Whether what is wrong with that header was said.
    warned: Arc<AtomicBool>,
}

impl ByAddress {
    /// Allows this many attempts per minute from one address, in a burst or spread out. A center's
    /// visitors share one address, so be generous. `header` is where a reverse proxy writes the
    /// client's address; without it, the connection's address counts.
    pub fn new(per_minute: NonZeroU32, header: Option<HeaderName>) -> Self {
        let limiter = Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute)));
        let scans = Quota::per_minute(SCANS_A_MINUTE).allow_burst(SCANS_AT_ONCE);
        Self {
            limiter,
            scans: Arc::new(RateLimiter::keyed(scans)),
            header,
            warned: Arc::default(),
        }
    }

    /// The network that a request came from. A proxy appends to the header, so the last entry is
    /// the address the proxy itself saw.
    fn network(&self, request: &Request) -> Option<Network> {
        let told = match &self.header {
            Some(name) => {
                let told = last_address(request.headers(), name);
                if told.is_none() {
                    self.warn(
                        "the proxy's header with the client's address is missing or unreadable",
                    );
                }
                told
            }
            None => {
                if PROXIES
                    .iter()
                    .any(|name| request.headers().contains_key(*name))
                {
                    self.warn(
                        "requests come through a proxy, but no header is set that says from where",
                    );
                }
                None
            }
        };
        let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
        told.or_else(|| connected.map(|info| Network::of(info.0.ip())))
    }

    /// Says once that limits count the wrong addresses.
    fn warn(&self, what: &'static str) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            let set = self.header.as_ref().map_or("-", HeaderName::as_str);
            tracing::warn!(header = set, "{what}: see --client-address-header");
        }
    }

    /// Forgets addresses without recent attempts.
    pub fn tidy(&self) {
        for limiter in [&self.limiter, &self.scans] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// So many phones of one network may scan the code on a wall at once: whoever comes to a full hall
/// does, through the center's own network.
const SCANS_AT_ONCE: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// … and so many a minute after that (C-190).
const SCANS_A_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Headers by which a proxy is noticed.
const PROXIES: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];

fn last_address(headers: &HeaderMap, name: &HeaderName) -> Option<Network> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    Network::parse(value.rsplit(',').next()?)
}

fn can_be_guessed(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST
        && [
            "/sign-in",
            "/staff/sign-in",
            "/kiosk/pair",
            "/kiosk/exit/sign-in",
        ]
        .iter()
        .any(|base| path.starts_with(base))
}

/// The address of a code on a wall: scanning it makes a row.
fn is_scan(request: &Request) -> bool {
    request.uri().path().starts_with("/w/")
}

/// What a kiosk loads besides its own pages: the built files, and a few at the site's root.
fn is_file(path: &str) -> bool {
    let root = path.strip_prefix('/').unwrap_or_default();
    // The service worker keeps `/offline` for when there is no network.
    path.starts_with("/pkg/") || path == "/offline" || (root.contains('.') && !root.contains('/'))
}

/// Confines a kiosk's browser to the kiosk's pages: every other address redirects there, and the
/// rest of the interface is closed to it (C-133, C-134). A revoked kiosk learns of it there and
/// becomes an ordinary browser again.
pub async fn confined(State(site): State<Site>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path();
    let headers = request.headers();
    let name = web::kiosk_cookie(site.settings().secure_cookies);
    let is_kiosk = !headers.contains_key(header::AUTHORIZATION)
        && web::cookie(headers, name).is_some_and(|secret| !secret.is_empty());
    if !is_kiosk || web::is_for_kiosks(path) || is_file(path) {
        return next.run(request).await;
    }
    if is_api(path) {
        let now = site.now();
        return Asked::of(&site, &request)
            .told(
                |locale| Problem::refused(locale, &Refusal::Forbidden, now),
                Some(Refusal::Forbidden),
            )
            .await;
    }
    web::redirect("/kiosk")
}

/// Refuses clients that try too often.
pub async fn by_address(
    State((site, limits)): State<(Site, ByAddress)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let network = limits.network(&request);
    if let Some(network) = network {
        request.extensions_mut().insert(network);
    }
    let limiter = match (can_be_guessed(&request), is_scan(&request)) {
        (true, _) => &limits.limiter,
        (false, true) => &limits.scans,
        (false, false) => return next.run(request).await,
    };
    let nowhere = Network::of(Ipv4Addr::UNSPECIFIED.into());
    match limiter.check_key(&network.unwrap_or(nowhere)) {
        Ok(()) => next.run(request).await,
        Err(too_soon) => {
            let wait = too_soon.wait_time_from(limiter.clock().now());
            let now = site.now();
            let until = now.plus(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
            let refusal = Refusal::RateLimited { until };
            let asked = Asked::of(&site, &request);
            let told = refusal.clone();
            asked
                .told(|locale| Problem::refused(locale, &told, now), Some(refusal))
                .await
        }
    }
}
