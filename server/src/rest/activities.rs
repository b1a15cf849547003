//! Activities, for the staff of their center.

use super::{
    api::{Api, Id, Seen, SignedIn, The, created, marked},
    dates::with_dates,
    fault::{Answer, done},
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::{Activity, Occurrence, Revision},
    terms::Settable,
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    Reason, Refusal,
    activity::{Enrolment, Kind, Status},
    id::{ActivityId, CenterId, MenuItemId},
};
use serde::{Deserialize, Deserializer, de::Error as _, de::IgnoredAny};
use store::activities::{self, ActivityDetail, NewActivity, Texts, TextsEdit};
use utoipa::ToSchema;

/// Whoever sees the plans of its center sees an activity, drafts included.
impl Seen for ActivityDetail {
    type Id = ActivityId;

    async fn seen(api: &Api, id: ActivityId) -> Answer<Self> {
        api.signed_in()?;
        Ok(activities::find(api.db(), &api.caller, &id, api.now).await?)
    }
}

async fn whole(api: &Api, id: ActivityId) -> Answer<Json<Activity>> {
    let detail = ActivityDetail::seen(api, id).await?;
    Ok(Json(Activity::whole(detail, api.now)))
}

/// The activities of a center, drafts included: by next date, then those without one.
#[utoipa::path(get, path = "/centers/{center}/activities", operation_id = "activities", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Activities", body = Page<Activity>)))]
pub(super) async fn list(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Activity>>> {
    let found = activities::of_center(api.db(), &api.caller, &center, api.now).await?;
    let page = asked.part().of_all(found, |row| row.id.as_str())?;
    Ok(Json(Page::of(page, |row| Activity::of(row, None))))
}

/// An id that cannot exist is no value of the field.
fn menu_item<'de, D: Deserializer<'de>>(from: D) -> Result<Settable<MenuItemId>, D::Error> {
    let id = Option::<String>::deserialize(from)?;
    let id = id.map(|id| id.parse()).transpose();
    id.map(|id| Settable(Some(id)))
        .map_err(|_: Refusal| D::Error::custom("unknown_value"))
}

with_dates! {
    /// An activity to be, with a time in one of three ways: `occurrences`, `rrule`, or `starts_at`
    /// alone.
    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub(super) struct ActivityToBe {
        /// At most 80 characters.
        title: String,
        /// What it counts as.
        kind: Kind,
        /// Code of a service field.
        field: String,
        /// At most 2000 characters.
        #[serde(default)]
        summary: String,
        /// The entry of the menu that it belongs to.
        #[serde(default, deserialize_with = "menu_item")]
        #[schema(value_type = Option<MenuItemId>)]
        menu_item_id: Settable<MenuItemId>,
        /// How a series is booked; `single` unless told.
        enrolment: Option<Enrolment>,
        /// Open to residents at once (unless told), or a draft.
        publish: Option<bool>,
    }
}

/// Creates an activity with its dates, all or nothing.
#[utoipa::path(post, path = "/centers/{center}/activities", operation_id = "activity_create", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code")), request_body = ActivityToBe,
    responses((status = 201, description = "The activity with its occurrences", body = Activity),
        (status = 409, description = "`room_taken`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn create(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    sent: Sent<ActivityToBe>,
) -> Answer<Response> {
    let to_be = sent.body;
    if to_be.field.is_empty() {
        return Err(Refusal::invalid("field", Reason::Missing).into());
    }
    let new = NewActivity {
        center,
        dates: to_be.dates()?,
        texts: Texts {
            title: to_be.title,
            summary: to_be.summary,
            kind: to_be.kind,
            field: to_be.field,
            menu_item_id: to_be.menu_item_id.0.flatten(),
        },
        enrolment: to_be.enrolment.unwrap_or(Enrolment::Single),
        publish: to_be.publish.unwrap_or(true),
    };
    let act = api.act().with_key(sent.key);
    let made = done(&act, activities::create(api.db(), &act, new).await)?;
    let now = whole(&api, made.id).await?;
    Ok(marked(created(now), act.was_replayed()))
}

/// One activity with all its dates, drafts and what was called off included.
#[utoipa::path(get, path = "/activities/{id}", operation_id = "activity", tag = "staff",
    params(("id" = ActivityId, Path, description = "Its id")),
    responses((status = 200, description = "The activity", body = Activity)))]
pub(super) async fn one(The { api, it }: The<ActivityDetail>) -> Json<Activity> {
    Json(Activity::whole(it, api.now))
}

/// What changes of an activity: texts, or its status, not both at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityChange {
    /// `published`, `draft` (while nobody is booked) or `cancelled` (everybody is told).
    status: Option<Status>,
    /// Why it is called off.
    reason: Option<String>,
    /// The revision that the edit was made on; refused with `stale` where it is outdated.
    revision: Option<i64>,
    /// At most 80 characters.
    title: Option<String>,
    /// At most 2000 characters.
    summary: Option<String>,
    /// What it counts as.
    kind: Option<Kind>,
    /// Code of a service field.
    field: Option<String>,
    /// The entry of the menu that it belongs to; `null` for none.
    #[serde(default, deserialize_with = "menu_item")]
    #[schema(value_type = Option<MenuItemId>)]
    menu_item_id: Settable<MenuItemId>,
}

/// Changes the texts of an activity, publishes it, takes it back, or calls it off.
#[utoipa::path(patch, path = "/activities/{id}", operation_id = "activity_edit", tag = "staff",
    params(("id" = ActivityId, Path, description = "Its id")), request_body = ActivityChange,
    responses((status = 200, description = "As it is now", body = Activity),
        (status = 409, description = "`stale`, `has_bookings`, `occurrence_cancelled`, `room_taken`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn edit(
    SignedIn(api): SignedIn,
    Id(id): Id<ActivityId>,
    sent: Sent<ActivityChange>,
) -> Answer<Response> {
    let (db, act, to) = (api.db(), api.act().with_key(sent.key), sent.body);
    let revision = to.revision;
    let texts = TextsEdit {
        title: to.title,
        summary: to.summary,
        kind: to.kind,
        field: to.field,
        menu_item_id: to.menu_item_id.0,
    };
    if to.status.is_some() && texts != TextsEdit::default() {
        return Err(Refusal::invalid("status", Reason::Alone).into());
    }
    match to.status {
        None => {
            activities::edit(db, &act, &id, texts, revision).await?;
        }
        Some(Status::Published) => {
            activities::publish(db, &act, &id, revision).await?;
        }
        Some(Status::Draft) => {
            activities::unpublish(db, &act, &id, revision).await?;
        }
        Some(Status::Cancelled) => {
            let reason = to.reason.unwrap_or_default();
            activities::cancel(db, &act, &id, &reason, revision).await?;
        }
    }
    let now = whole(&api, id).await?;
    Ok(marked(now, act.was_replayed()))
}

/// Removes an activity that nobody ever booked, with its dates.
#[utoipa::path(delete, path = "/activities/{id}", operation_id = "activity_remove", tag = "staff",
    params(("id" = ActivityId, Path, description = "Its id"), Revision),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "`has_bookings`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn remove(
    SignedIn(api): SignedIn,
    Id(id): Id<ActivityId>,
    Query(looked_at): Query<Revision>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    activities::delete(api.db(), &act, &id, looked_at.revision).await?;
    Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()))
}

/// The dates of an activity, drafts and what was called off included.
#[utoipa::path(get, path = "/activities/{id}/occurrences", operation_id = "activity_dates", tag = "staff",
    params(("id" = ActivityId, Path, description = "The activity"), Asked),
    responses((status = 200, description = "Its occurrences", body = Page<Occurrence>)))]
pub(super) async fn dates(
    The { api, it }: The<ActivityDetail>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Occurrence>>> {
    let page = asked
        .part()
        .of_all(it.occurrences, |date| date.id.as_str())?;
    Ok(Json(Page::of(page, |view| Occurrence::of(view, api.now))))
}

with_dates! {
    /// Dates to be added, in any of the ways of a new activity.
    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub(super) struct DatesToBe {
        /// The revision of the activity that was looked at.
        revision: Option<i64>,
    }
}

/// Adds dates to an activity.
#[utoipa::path(post, path = "/activities/{id}/occurrences", operation_id = "activity_add_dates", tag = "staff",
    params(("id" = ActivityId, Path, description = "The activity")), request_body = DatesToBe,
    responses((status = 201, description = "The occurrences that were added", body = Page<Occurrence>),
        (status = 409, description = "`has_bookings`, `occurrence_cancelled`, `room_taken`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn add_dates(
    SignedIn(api): SignedIn,
    Id(id): Id<ActivityId>,
    sent: Sent<DatesToBe>,
) -> Answer<Response> {
    let (dates, revision) = (sent.body.dates()?, sent.body.revision);
    let (db, act) = (api.db(), api.act().with_key(sent.key));
    let added = activities::add_occurrences(db, &act, &id, dates, revision).await;
    let added = done(&act, added)?.occurrences;
    let mut dates = ActivityDetail::seen(&api, id).await?.occurrences;
    dates.retain(|date| added.contains(&date.id));
    let page = Page::whole(dates, |view| Occurrence::of(view, api.now));
    Ok(marked(created(Json(page)), act.was_replayed()))
}
