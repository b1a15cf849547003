//! What came with a request, read: a JSON body, the idempotency key, a query. Each refuses by
//! naming the field.

use super::fault::{Answer, Fault};
use app::web::Site;
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use domain::{Reason, Refusal, text};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use store::Key;

/// Largest body of a request.
pub const MAX_BODY: usize = 256 * 1024;

/// A JSON body, and the idempotency key of the request. An empty body is `{}`.
pub(super) struct Sent<T> {
    /// What was sent.
    pub body: T,
    /// The key that came with it.
    pub key: Option<Key>,
}

impl<T: DeserializeOwned> FromRequest<Site> for Sent<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &Site) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MAX_BODY)
            .await
            .map_err(|_| Fault::TooLarge)?;
        let key = key(&parts.method, parts.uri.path(), &parts.headers, &bytes)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            let body = read_json(b"{}")?;
            return Ok(Self { body, key });
        }
        if !is_json(&parts.headers) {
            return Err(Fault::MediaType);
        }
        let body = read_json(&bytes)?;
        Ok(Self { body, key })
    }
}

/// Reads JSON.
///
/// # Errors
/// [`Fault::Malformed`] for what is not JSON; the refusal that names the field for what does not
/// fit the type.
pub(super) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    if has_escaped_nul(bytes)
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        without_nul("body", &value)?;
    }
    let reader = &mut serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            unfit(&path, &inner.to_string()).into()
        } else {
            Fault::Malformed(format!("{}:{}", inner.line(), inner.column()))
        }
    })
}

/// Whether somewhere there is `\u0000`, the only way in which JSON can hold that character.
fn has_escaped_nul(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|part| part == b"\\u0000")
}

/// Refuses a body with U+0000 in a text, naming the field that holds it (C-186).
fn without_nul(field: &str, value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) => text::without_nul(field, text),
        Value::Array(items) => items.iter().try_for_each(|item| without_nul(field, item)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            text::without_nul(field, name)?;
            without_nul(name, value)
        }),
        _ => Ok(()),
    }
}

/// The refusal for a value that does not fit; `said` is the parser's word.
fn unfit(path: &str, said: &str) -> Refusal {
    let named = said.split('`').nth(1);
    let place = if path == "." { "body" } else { path };
    match named {
        Some(name) if said.starts_with("missing field") => {
            let field = match path {
                "." | "?" | "" => name.to_owned(),
                path => format!("{path}.{name}"),
            };
            Refusal::invalid(&field, Reason::Missing)
        }
        Some(name) if said.starts_with("unknown field") => {
            Refusal::invalid(name, Reason::UnknownField)
        }
        _ if said.starts_with("unknown variant") => Refusal::invalid(path, Reason::UnknownValue),
        _ => match own_word(said) {
            // An id that cannot exist names nothing.
            Some("not_found") => Refusal::NotFound,
            word => {
                let known = word.and_then(|word| word.parse().ok());
                Refusal::invalid(place, known.unwrap_or(Reason::Unreadable))
            }
        },
    }
}

/// The stable word that a type of ours refused with; parsers speak in sentences.
fn own_word(said: &str) -> Option<&str> {
    let word = said.split(" at line ").next().unwrap_or_default();
    let stable = |b: u8| b.is_ascii_lowercase() || b == b'_';
    (!word.is_empty() && word.bytes().all(stable)).then_some(word)
}

/// What a refusal says of a value: why it is invalid, or else its code.
pub(super) fn reason(refusal: &Refusal) -> &str {
    match refusal {
        Refusal::Invalid { reason, .. } => reason.as_str(),
        other => other.code(),
    }
}

/// One of several things that are read one by one, so that a bad one does not spoil the others.
#[derive(Clone)]
pub(super) struct Each<T> {
    /// Its `id` as it was sent, `null` where there is none.
    pub id: Value,
    /// What was read, or why it could not be.
    pub read: Result<T, Refusal>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let sent = Value::deserialize(from)?;
        let id = sent.get("id").cloned().unwrap_or_default();
        let read = serde_path_to_error::deserialize(sent).map_err(|error| {
            let path = error.path().to_string();
            match unfit(&path, &error.into_inner().to_string()) {
                Refusal::Invalid { field, reason } if field == "body" => {
                    Refusal::invalid("items", reason)
                }
                named => named,
            }
        });
        Ok(Self { id, read })
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

/// The fields of the query. A field that cannot be read is refused by name.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Answer<Self> {
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            text::without_nul("query", &name)?;
            text::without_nul(&name, &value)?;
        }
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| {
                let path = error.path().to_string();
                let refusal = match unfit(&path, &error.into_inner().to_string()) {
                    Refusal::Invalid { field, reason } if field == "body" => {
                        Refusal::invalid("query", reason)
                    }
                    named => named,
                };
                refusal.into()
            })
    }
}
