//! What went wrong, as RFC 9457 `application/problem+json`, in the caller's language.

use super::alternatives::Alternative;
use app::{
    i18n::{Locale, td_string},
    web, words,
};
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use domain::{Refusal, time::Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::Error;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

/// The stable code of a problem, kept beside the response for the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(pub String);

/// A problem as a part of another answer.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct ProblemBody(Map<String, Value>);

impl PartialSchema for ProblemBody {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("Problem").into()
    }
}

impl ToSchema for ProblemBody {}

/// A problem on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    members: Map<String, Value>,
    code: String,
    replayed: bool,
    until: Option<Timestamp>,
    now: Option<Timestamp>,
    /// Seconds, where no instant says it.
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &str, title: &str, detail: String) -> Self {
        let members = json!({
            "type": format!("urn:linli:problem:{code}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
        });
        let Value::Object(members) = members else {
            unreachable!()
        };
        let code = code.to_owned();
        Self {
            status,
            members,
            code,
            replayed: false,
            until: None,
            now: None,
            retry_after: None,
        }
    }

    /// A refusal in words, with all that it knows: `until`, `field`, `reason` and so on.
    pub fn refused(locale: Locale, refusal: &Refusal, now: Timestamp) -> Self {
        let said = words::refusal(locale, refusal, now);
        let mut problem = Self::new(
            web::status(refusal),
            refusal.code(),
            &said.title,
            said.sentence,
        );
        problem.members.insert("next_step".into(), said.next.into());
        let facts = match refusal {
            // Its title is the other occurrence's, not the problem's.
            Refusal::Overlaps {
                title,
                starts_at,
                ends_at,
            } => {
                json!({ "with": { "title": title, "starts_at": starts_at, "ends_at": ends_at } })
            }
            Refusal::RoomTaken {
                room,
                title,
                starts_at,
                ends_at,
            } => json!({
                "room": room,
                "with": { "title": title, "starts_at": starts_at, "ends_at": ends_at },
            }),
            other => serde_json::to_value(other).unwrap_or_default(),
        };
        if let Value::Object(facts) = facts {
            for (name, value) in facts {
                problem.members.entry(name).or_insert(value);
            }
        }
        problem.until = refusal.until();
        problem.now = Some(now);
        problem
    }

    /// Several rules that are not met: the closest one's problem, with all of them as `unmet`.
    pub(super) fn unmet(locale: Locale, unmet: &[Refusal], now: Timestamp) -> Self {
        let all = unmet
            .iter()
            .map(|refusal| Self::refused(locale, refusal, now));
        let mut all = all.collect::<Vec<_>>().into_iter();
        let Some(mut closest) = all.next() else {
            return Self::broken(locale, "a refusal without a reason");
        };
        let others = all.map(|problem| problem.members);
        let list: Vec<Value> = std::iter::once(closest.members.clone())
            .chain(others)
            .map(Value::Object)
            .collect();
        closest.members.insert("unmet".into(), list.into());
        closest
    }

    /// Something that the store answered. What is no refusal is our fault, and is logged under
    /// the number that the caller is told.
    pub fn of(locale: Locale, error: &Error, now: Timestamp) -> Self {
        match error {
            Error::Refused(refusal) => Self::refused(locale, refusal, now),
            Error::Closed => Self::unavailable(locale),
            Error::Unavailable(why) => {
                tracing::warn!(%why, "the database is not available");
                Self::unavailable(locale)
            }
            other => {
                let incident = incident();
                tracing::error!(error = %other, %incident, "a request failed");
                Self::internal(locale, &incident)
            }
        }
    }

    /// Our fault; `incident` is what the log calls it.
    pub fn internal(locale: Locale, incident: &str) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            td_string!(locale, problem.internal),
            td_string!(locale, problem.internal_detail, incident = incident),
        );
        problem.members.insert("incident".into(), incident.into());
        problem
    }

    /// Not at the moment.
    pub fn unavailable(locale: Locale) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            td_string!(locale, problem.unavailable),
            td_string!(locale, problem.unavailable_detail).to_owned(),
        )
    }

    /// The request was not finished in time.
    pub fn timeout(locale: Locale) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            td_string!(locale, problem.timeout),
            td_string!(locale, problem.timeout_detail).to_owned(),
        )
    }

    /// The interface has no such address.
    pub fn no_route(locale: Locale, now: Timestamp) -> Self {
        let said = words::refusal(locale, &Refusal::NotFound, now);
        let detail = td_string!(locale, problem.no_route).to_owned();
        Self::new(StatusCode::NOT_FOUND, "not_found", &said.title, detail)
    }

    /// The address takes other methods.
    pub fn method_not_allowed(locale: Locale) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            td_string!(locale, problem.method_not_allowed),
            td_string!(locale, problem.method_not_allowed_detail).to_owned(),
        )
    }

    /// The body is not JSON by its type.
    pub fn media_type(locale: Locale) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            td_string!(locale, problem.unsupported_media_type),
            td_string!(locale, problem.unsupported_media_type_detail).to_owned(),
        )
    }

    /// The body is no JSON; `at` is where that was seen.
    pub fn malformed(locale: Locale, at: &str) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            td_string!(locale, problem.malformed),
            td_string!(locale, problem.malformed_detail).to_owned(),
        );
        problem.members.insert("at".into(), at.into());
        problem
    }

    /// The body is larger than the address takes.
    pub fn too_large(locale: Locale) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            td_string!(locale, problem.too_large),
            td_string!(locale, problem.too_large_detail).to_owned(),
        )
    }

    /// The caller's network holds as many live streams as it may.
    pub fn too_many_streams(locale: Locale) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_streams",
            td_string!(locale, problem.too_many_streams),
            td_string!(locale, problem.too_many_streams_detail).to_owned(),
        );
        problem.retry_after = Some(super::streams::RETRY_AFTER);
        problem
    }

    /// A write by a signed-in browser that another site caused.
    pub fn cross_site(locale: Locale) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            td_string!(locale, problem.cross_site),
            td_string!(locale, problem.cross_site_detail).to_owned(),
        )
    }

    /// The same, marked as the first answer again.
    #[must_use]
    pub const fn replayed(mut self, replayed: bool) -> Self {
        self.replayed = replayed;
        self
    }

    /// The same, with what else there is.
    #[must_use]
    pub(super) fn with_alternatives(mut self, alternatives: &[Alternative]) -> Self {
        let list = serde_json::to_value(alternatives).unwrap_or_default();
        self.members.insert("alternatives".into(), list);
        self
    }

    /// Its members, to be a part of another answer.
    pub(super) fn into_body(self) -> ProblemBody {
        ProblemBody(self.members)
    }

    /// Something of ours could not be made; `what` names it in the log.
    pub(super) fn broken(locale: Locale, what: &str) -> Self {
        let incident = incident();
        tracing::error!(what, %incident, "it could not be made");
        Self::internal(locale, &incident)
    }
}

/// A number for a failure that a person can read out and the log can be searched for.
pub fn incident() -> String {
    let mut bytes = [0; 5];
    // It only has to differ from others; without randomness it is zero and still found by time.
    let _ = getrandom::fill(&mut bytes);
    data_encoding::BASE32_NOPAD.encode(&bytes)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let text = Value::Object(self.members).to_string();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let (Some(until), Some(now), StatusCode::TOO_MANY_REQUESTS) =
            (self.until, self.now, self.status)
        {
            let seconds = ((until.0 - now.0).max(0) + 999) / 1000;
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(web::RETRY_AFTER));
        }
        if self.replayed {
            headers.insert(super::REPLAY, HeaderValue::from_static("true"));
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}
