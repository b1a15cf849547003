//! Volunteers: applying, and being accepted.

use super::{
    api::{Id, Ids, Own, SignedIn, created, marked},
    fault::{Answer, done},
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::Volunteer,
};
use axum::{Json, response::Response};
use domain::id::{CenterId, PersonId, VolunteerId};
use serde::{Deserialize, de::IgnoredAny};
use std::collections::BTreeSet;
use store::volunteers::{self, Application};
use utoipa::ToSchema;

/// Who asks. An empty body is for the holder of the account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Applying {
    /// Somebody of the caller's account.
    person_id: Option<PersonId>,
    /// Where they would like to help first; the account's own center unless told.
    center_id: Option<CenterId>,
    /// Their skills.
    skills: Option<Vec<String>>,
}

/// Asks to be a volunteer. Whoever has asked, or is one, stays what they are, and changes skills and
/// center.
#[utoipa::path(post, path = "/me/volunteer", operation_id = "volunteer_apply", tag = "residents",
    request_body = Applying,
    responses((status = 201, description = "As it is now", body = Volunteer),
        (status = 409, description = "`too_young`, `consent_required`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn apply(Own { api, account }: Own, sent: Sent<Applying>) -> Answer<Response> {
    let (act, asked) = (api.act().with_key(sent.key), sent.body);
    let application = Application {
        account,
        person: asked.person_id,
        center: asked.center_id,
        skills: asked.skills.map(BTreeSet::from_iter),
    };
    let view = done(&act, volunteers::apply(api.db(), &act, application).await)?;
    Ok(marked(
        created(Json(Volunteer::of(view))),
        act.was_replayed(),
    ))
}

/// Who of the caller's account is a volunteer, has asked to be one, or was one.
#[utoipa::path(get, path = "/me/volunteer", operation_id = "my_volunteers", tag = "residents", params(Asked),
    responses((status = 200, description = "In the order in which they asked", body = Page<Volunteer>)))]
pub(super) async fn mine(
    Own { api, account }: Own,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Volunteer>>> {
    let found = volunteers::of_account(api.db(), &account).await?;
    let page = asked.part().of_all(found, |view| view.id.as_str())?;
    Ok(Json(Page::of(page, Volunteer::of)))
}

/// Who asks to be a volunteer at a center. The look is put on record.
#[utoipa::path(get, path = "/centers/{center}/applicants", operation_id = "applicants", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Those who have waited longest first", body = Page<Volunteer>)))]
pub(super) async fn applicants(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Volunteer>>> {
    let found = volunteers::applicants(api.db(), &api.act(), &center).await?;
    let page = asked.part().of_all(found, |view| view.id.as_str())?;
    Ok(Json(Page::of(page, Volunteer::of)))
}

/// Accepts an application: from then on somebody is on probation, with a number.
#[utoipa::path(post, path = "/centers/{center}/applicants/{item}/accept", operation_id = "volunteer_accept", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), ("item" = VolunteerId, Path, description = "The record")),
    responses((status = 200, description = "As it is now", body = Volunteer)))]
pub(super) async fn accept(
    SignedIn(api): SignedIn,
    Ids(center, volunteer): Ids<CenterId, VolunteerId>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let view = volunteers::accept(api.db(), &act, &center, &volunteer).await;
    let view = Json(Volunteer::of(done(&act, view)?));
    Ok(marked(view, act.was_replayed()))
}
