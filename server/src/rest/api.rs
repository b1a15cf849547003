//! Extractors of the REST interface: who asks, what they sent, and by which key. Each refuses
//! with a problem.

use super::problem::Problem;
use app::web::{self, Site, Visit};
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{Refusal, access::Identity};
use serde::de::DeserializeOwned;
use std::{ops::Deref, str::FromStr};
use store::{Act, Error, Key};

/// What a handler answers.
pub(super) type Answer<T> = std::result::Result<T, Problem>;

/// One request to the interface.
#[derive(Clone)]
pub(super) struct Api(pub Visit);

impl Deref for Api {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl Api {
    /// The problem for what the store answered.
    pub(super) fn problem(&self, error: &Error) -> Problem {
        Problem::of(self.locale, error, self.now)
    }

    /// The problem for a refusal.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Problem {
        Problem::refused(self.locale, refusal, self.now)
    }

    /// Somebody must be signed in, before anything is looked up.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`].
    pub(super) fn signed_in(&self) -> Answer<()> {
        match self.caller.identity {
            Identity::Anonymous => Err(self.refuse(&Refusal::Unauthenticated)),
            _ => Ok(()),
        }
    }

    /// Turns what the store answered into what the handler answers.
    ///
    /// # Errors
    /// The problem, where the store refused or failed.
    pub(super) fn answer<T>(&self, result: store::Result<T>) -> Answer<T> {
        result.map_err(|error| self.problem(&error))
    }

    /// The same for what was asked of the store by this act; a refusal that is the first answer
    /// again is marked as one.
    ///
    /// # Errors
    /// The problem, where the store refused or failed.
    pub(super) fn done<T>(&self, act: &Act, result: store::Result<T>) -> Answer<T> {
        result.map_err(|error| self.problem(&error).replayed(act.was_replayed()))
    }

    /// The same for a rule that was asked directly.
    ///
    /// # Errors
    /// The refusal as a problem.
    pub(super) fn rule<T>(&self, result: Result<T, Refusal>) -> Answer<T> {
        result.map_err(|refusal| self.refuse(&refusal))
    }
}

impl FromRequestParts<Site> for Api {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let visit = Visit::from_request_parts(parts, site).await;
        visit
            .map(Self)
            .map_err(|fault| Problem::of_fault(web::locale(&parts.headers), fault, site.now()))
    }
}

/// An id from the path. One that cannot exist names nothing: 404.
pub(super) struct Id<T>(pub T);

impl<T> FromRequestParts<Site> for Id<T>
where
    T: FromStr<Err = Refusal> + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let (locale, now) = (web::locale(&parts.headers), site.now());
        let refuse = |refusal| Problem::refused(locale, &refusal, now);
        let path = Path::<String>::from_request_parts(parts, site).await;
        let Path(text) = path.map_err(|_| refuse(Refusal::NotFound))?;
        text.parse().map(Self).map_err(refuse)
    }
}

/// Two ids from the path, outer and inner.
pub(super) struct Ids<T, U>(pub T, pub U);

impl<T, U> FromRequestParts<Site> for Ids<T, U>
where
    T: FromStr<Err = Refusal> + Send,
    U: FromStr<Err = Refusal> + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let (locale, now) = (web::locale(&parts.headers), site.now());
        let refuse = |refusal| Problem::refused(locale, &refusal, now);
        let path = Path::<(String, String)>::from_request_parts(parts, site).await;
        let Path((outer, inner)) = path.map_err(|_| refuse(Refusal::NotFound))?;
        let outer = outer.parse().map_err(refuse)?;
        let inner = inner.parse().map_err(refuse)?;
        Ok(Self(outer, inner))
    }
}

/// The fields of the query. A field that cannot be read is refused by name.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let found = axum::extract::Query::<T>::from_request_parts(parts, site).await;
        found.map(|query| Self(query.0)).map_err(|_| {
            let refusal = Refusal::invalid("query", "unreadable");
            Problem::refused(web::locale(&parts.headers), &refusal, site.now())
        })
    }
}

/// Largest body of a request.
pub const MAX_BODY: usize = 256 * 1024;

/// A JSON body, and the idempotency key of the request. An empty body is the default value.
pub(super) struct Sent<T> {
    /// What was sent.
    pub body: T,
    /// The key that came with it.
    pub key: Option<Key>,
}

impl<T: DeserializeOwned + Default> FromRequest<Site> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        let locale = web::locale(&parts.headers);
        let refuse = |refusal| Problem::refused(locale, &refusal, site.now());
        let bytes = to_bytes(body, MAX_BODY)
            .await
            .map_err(|_| Problem::too_large(locale))?;
        let key = key(&parts.method, parts.uri.path(), &parts.headers, &bytes).map_err(refuse)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self {
                body: T::default(),
                key,
            });
        }
        if !is_json(&parts.headers) {
            return Err(Problem::media_type(locale));
        }
        let reader = &mut serde_json::Deserializer::from_slice(&bytes);
        let body = serde_path_to_error::deserialize(reader).map_err(|error| {
            let path = error.path().to_string();
            let inner = error.into_inner();
            if inner.is_data() {
                refuse(unfit(&path, &inner.to_string()))
            } else {
                Problem::malformed(locale, &format!("{}:{}", inner.line(), inner.column()))
            }
        })?;
        Ok(Self { body, key })
    }
}

/// The refusal for JSON that is none of what the address takes; `said` is the parser's word.
pub(super) fn unfit(path: &str, said: &str) -> Refusal {
    let named = said.split('`').nth(1);
    match named {
        Some(name) if said.starts_with("missing field") => {
            let field = match path {
                "." | "?" | "" => name.to_owned(),
                path => format!("{path}.{name}"),
            };
            Refusal::invalid(&field, "missing")
        }
        Some(name) if said.starts_with("unknown field") => Refusal::invalid(name, "unknown_field"),
        _ if said.starts_with("unknown variant") => Refusal::invalid(path, "unknown_value"),
        _ if path == "." => Refusal::invalid("body", "unreadable"),
        _ => Refusal::invalid(path, "unreadable"),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.map(|text| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    });
    kind.is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"))
}

/// The key of a write, if it came with one. Method, path and body tell one request from another.
fn key(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Option<Key>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    Key::new(text, &[method.as_str().as_bytes(), path.as_bytes(), body]).map(Some)
}

/// An answer with a status, `no-store` by the layer around all of the interface.
pub(super) fn created<T>(body: T) -> (StatusCode, T) {
    (StatusCode::CREATED, body)
}

/// An answer, marked where it is the first one again.
pub(super) fn marked(answer: impl IntoResponse, replayed: bool) -> Response {
    let mut response = answer.into_response();
    if replayed {
        response
            .headers_mut()
            .insert(super::REPLAY, HeaderValue::from_static("true"));
    }
    response
}
