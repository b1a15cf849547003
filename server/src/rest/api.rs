//! Extractors of the REST interface: who asks, for what, and whether they may.

use super::{
    fault::{Answer, Fault},
    problem::Problem,
};
use app::web::{Site, Visit};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    Refusal,
    access::Identity,
    id::{AccountId, CenterId},
};
use std::{ops::Deref, str::FromStr};
use store::{
    Error,
    centers::{self, CenterSummary, CenterView},
};

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
    /// The problem for what the store answered, to be a part of an answer.
    pub(super) fn problem(&self, error: &Error) -> Problem {
        Problem::of(self.locale, error, self.now)
    }

    /// Somebody must be signed in, before anything is looked up.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`].
    pub(super) fn signed_in(&self) -> Result<(), Refusal> {
        match self.caller.identity {
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<Site> for Api {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        Ok(Self(Visit::of(parts, site).await?))
    }
}

/// A request of somebody who is signed in. It refuses before anything else is read or looked up.
pub(super) struct SignedIn(pub Api);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let api = Api::from_request_parts(parts, site).await?;
        api.signed_in()?;
        Ok(Self(api))
    }
}

/// A request of a resident about what is their own.
pub(super) struct Own {
    /// The request.
    pub api: Api,
    /// Whose.
    pub account: AccountId,
}

impl FromRequestParts<Site> for Own {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let api = Api::from_request_parts(parts, site).await?;
        let account = api.account()?;
        Ok(Self { api, account })
    }
}

/// An id from the path. One that cannot exist names nothing: 404.
pub(super) struct Id<T>(pub T);

impl<T> FromRequestParts<Site> for Id<T>
where
    T: FromStr<Err = Refusal> + Send,
{
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let path = Path::<String>::from_request_parts(parts, site).await;
        let Path(text) = path.map_err(|_| Refusal::NotFound)?;
        Ok(Self(text.parse()?))
    }
}

/// Two ids from the path, outer and inner.
pub(super) struct Ids<T, U>(pub T, pub U);

impl<T, U> FromRequestParts<Site> for Ids<T, U>
where
    T: FromStr<Err = Refusal> + Send,
    U: FromStr<Err = Refusal> + Send,
{
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, site).await;
        let Path((outer, inner)) = path.map_err(|_| Refusal::NotFound)?;
        Ok(Self(outer.parse()?, inner.parse()?))
    }
}

/// A thing that a caller may see or not.
pub(super) trait Seen: Sized {
    /// What names it in the path.
    type Id: FromStr<Err = Refusal> + Send;

    /// The thing as this caller may see it. To somebody who may not know of it, it does not exist.
    fn seen(api: &Api, id: Self::Id) -> impl Future<Output = Answer<Self>> + Send;
}

/// A request for one thing, found by the id in the path, that its caller may see.
pub(super) struct The<T> {
    /// The request.
    pub api: Api,
    /// What was asked for.
    pub it: T,
}

impl<T: Seen> FromRequestParts<Site> for The<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let api = Api::from_request_parts(parts, site).await?;
        let Id(id) = Id::from_request_parts(parts, site).await?;
        let it = T::seen(&api, id).await?;
        Ok(Self { api, it })
    }
}

/// Everybody may see every center.
impl Seen for CenterView {
    type Id = CenterId;

    async fn seen(api: &Api, id: CenterId) -> Answer<Self> {
        Ok(centers::find(api.db(), &id).await?)
    }
}

/// The same as far as lists tell of it: from memory, or from its row where it has just come.
impl Seen for CenterSummary {
    type Id = CenterId;

    async fn seen(api: &Api, id: CenterId) -> Answer<Self> {
        if let Some(known) = api.site.centers().get(id.as_str()) {
            return Ok(known.clone());
        }
        Ok(centers::find(api.db(), &id).await?.summary)
    }
}

/// An answer with a status, `no-store` by the layer around all of the interface.
pub(super) fn created<T>(body: T) -> (StatusCode, T) {
    (StatusCode::CREATED, body)
}

/// A picture, which only its reader may keep.
pub(super) fn picture(kind: &'static str, bytes: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, bytes).into_response()
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
