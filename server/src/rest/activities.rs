//! Activities, for the staff of their center.

use super::{
    api::{Answer, Api, Id, Query, Sent, created, marked},
    dates,
    shapes::{Occurrence, Page},
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    Refusal,
    activity::{Enrolment, Kind, Status},
    id::{ActivityId, CenterId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Map, Value};
use store::activities::{self, ActivityDetail, ActivityEdit, ActivityRow, NewActivity};
use utoipa::{IntoParams, ToSchema};

/// An activity: what a center runs.
#[derive(Serialize, ToSchema)]
pub(super) struct Activity {
    /// Its id.
    id: String,
    /// Code of its center.
    center_id: String,
    /// Its title.
    title: String,
    /// What happens.
    summary: String,
    /// `casework`, `group` or `community_activity`.
    kind: String,
    /// Code of its service field.
    field: String,
    /// The entry of the menu that it belongs to.
    menu_item_id: Option<String>,
    /// `single` or `series`.
    enrolment: String,
    /// The rule that its dates came from.
    rrule: Option<String>,
    /// `draft`, `published` or `cancelled`.
    status: String,
    /// Whether it is demonstration.
    demo: bool,
    /// Rises with every change.
    revision: i64,
    /// The start of its next date.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// How many dates are still to come.
    upcoming: i64,
    /// Places taken on these.
    confirmed: i64,
    /// How many wait on these.
    waitlisted: i64,
    /// Its dates, where one activity is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrences: Option<Vec<Occurrence>>,
}

impl Activity {
    fn of(row: ActivityRow, occurrences: Option<Vec<Occurrence>>) -> Self {
        Self {
            id: row.id.to_string(),
            center_id: row.center_id.to_string(),
            title: row.title,
            summary: row.summary,
            kind: row.kind.to_string(),
            field: row.field,
            menu_item_id: row.menu_item_id.map(|id| id.to_string()),
            enrolment: row.enrolment.to_string(),
            rrule: row.rrule,
            status: row.status.to_string(),
            demo: row.demo,
            revision: row.revision,
            next_at: row.next_at,
            upcoming: row.upcoming,
            confirmed: row.confirmed,
            waitlisted: row.waitlisted,
            occurrences,
        }
    }

    fn whole(detail: ActivityDetail, now: Timestamp) -> Self {
        let dates = detail
            .occurrences
            .into_iter()
            .map(|view| Occurrence::of(view, now))
            .collect();
        Self::of(detail.activity, Some(dates))
    }
}

async fn whole(api: &Api, id: &ActivityId) -> Answer<Activity> {
    let found = activities::find(api.db(), &api.caller, id, api.now).await;
    Ok(Activity::whole(api.answer(found)?, api.now))
}

/// The activities of a center, drafts included: by next date, then those without one.
#[utoipa::path(get, path = "/centers/{center}/activities", operation_id = "activities", tag = "staff",
    params(("center" = String, Path, description = "Its code")),
    responses((status = 200, description = "Activities", body = Page<Activity>)))]
pub(super) async fn list(api: Api, Id(center): Id<CenterId>) -> Answer<Json<Page<Activity>>> {
    api.signed_in()?;
    let found = activities::of_center(api.db(), &api.caller, &center, api.now).await;
    let items = api
        .answer(found)?
        .into_iter()
        .map(|row| Activity::of(row, None))
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// An activity to be. `title`, `kind`, `field` and a time must be there.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ActivityToBe {
    /// At most 80 characters.
    title: String,
    /// `casework`, `group` or `community_activity`.
    kind: String,
    /// Code of a service field.
    field: String,
    /// At most 2000 characters.
    summary: String,
    /// The entry of the menu that it belongs to.
    menu_item_id: Option<String>,
    /// `single` (unless told) or `series`.
    enrolment: Option<String>,
    /// Open to residents at once (unless told), or a draft.
    publish: Option<bool>,
    /// The dates: `occurrences`, a list of `{starts_at, ends_at, room, capacity, …}`; or `rrule`
    /// (RFC 5545, with COUNT or UNTIL) with `starts_at`, `ends_at` and maybe `excluded` (days); or
    /// `starts_at` alone. Terms beside them hold for every date that states none.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    dates: Map<String, Value>,
}

fn unknown(field: &str) -> impl Fn(Refusal) -> Refusal + '_ {
    move |_| Refusal::invalid(field, "unknown_value")
}

impl ActivityToBe {
    fn kind(&self) -> Result<Kind, Refusal> {
        match self.kind.as_str() {
            "" => Err(Refusal::invalid("kind", "missing")),
            text => text.parse().map_err(unknown("kind")),
        }
    }

    fn read(self, center: CenterId) -> Result<NewActivity, Refusal> {
        let kind = self.kind()?;
        if self.field.is_empty() {
            return Err(Refusal::invalid("field", "missing"));
        }
        let enrolment = self.enrolment.as_deref().map(str::parse).transpose();
        let menu_item = self.menu_item_id.as_deref().map(str::parse).transpose();
        Ok(NewActivity {
            center,
            kind,
            menu_item: menu_item.map_err(unknown("menu_item_id"))?,
            enrolment: enrolment
                .map_err(unknown("enrolment"))?
                .unwrap_or(Enrolment::Single),
            dates: dates::dates(&self.dates)?,
            title: self.title,
            summary: self.summary,
            field: self.field,
            publish: self.publish.unwrap_or(true),
        })
    }
}

/// Creates an activity with its dates, all or nothing.
#[utoipa::path(post, path = "/centers/{center}/activities", operation_id = "activity_create", tag = "staff",
    params(("center" = String, Path, description = "Its code")), request_body = ActivityToBe,
    responses((status = 201, description = "The activity with its occurrences", body = Activity)))]
pub(super) async fn create(
    api: Api,
    Id(center): Id<CenterId>,
    sent: Sent<ActivityToBe>,
) -> Answer<Response> {
    api.signed_in()?;
    let new = api.rule(sent.body.read(center))?;
    let act = api.act().with_key(sent.key);
    let made = api.done(&act, activities::create(api.db(), &act, new).await)?;
    Ok(marked(
        created(Json(whole(&api, &made.id).await?)),
        act.was_replayed(),
    ))
}

/// One activity with all its dates, drafts and what was called off included.
#[utoipa::path(get, path = "/activities/{id}", operation_id = "activity", tag = "staff",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The activity", body = Activity)))]
pub(super) async fn one(api: Api, Id(id): Id<ActivityId>) -> Answer<Json<Activity>> {
    api.signed_in()?;
    whole(&api, &id).await.map(Json)
}

/// What changes of an activity: texts, or its status, not both at once.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ActivityChange {
    /// `published`, `draft` (while nobody is booked) or `cancelled` (everybody is told).
    status: Option<String>,
    /// Why it is called off.
    reason: Option<String>,
    /// The revision that the edit was made on; refused with `stale` where it is outdated.
    revision: Option<i64>,
    /// Any of `title`, `summary`, `kind`, `field`, `menu_item_id` (`null` for none).
    #[serde(flatten)]
    #[schema(value_type = Object)]
    texts: Map<String, Value>,
}

fn texts(mut sent: Map<String, Value>) -> Result<ActivityEdit, Refusal> {
    // Named here as in the answers.
    if let Some(item) = sent.remove("menu_item_id") {
        sent.insert("menu_item".to_owned(), item);
    }
    const TEXTS: [&str; 5] = ["title", "summary", "kind", "field", "menu_item"];
    if let Some(other) = sent.keys().find(|name| !TEXTS.contains(&name.as_str())) {
        return Err(Refusal::invalid(other, "unknown_field"));
    }
    for (name, value) in &sent {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        serde_json::from_value::<ActivityEdit>(Value::Object(alone))
            .map_err(|_| Refusal::invalid(name, "unreadable"))?;
    }
    serde_json::from_value(Value::Object(sent)).map_err(|_| Refusal::invalid("body", "unreadable"))
}

/// Changes the texts of an activity, publishes it, takes it back, or calls it off.
#[utoipa::path(patch, path = "/activities/{id}", operation_id = "activity_edit", tag = "staff",
    params(("id" = String, Path, description = "Its id")), request_body = ActivityChange,
    responses((status = 200, description = "As it is now", body = Activity),
        (status = 409, description = "`stale`, `has_bookings`, `occurrence_cancelled`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn edit(
    api: Api,
    Id(id): Id<ActivityId>,
    sent: Sent<ActivityChange>,
) -> Answer<Response> {
    api.signed_in()?;
    let (db, act, to) = (api.db(), api.act().with_key(sent.key), sent.body);
    let status = to.status.as_deref().map(str::parse::<Status>).transpose();
    let status = api.rule(status.map_err(unknown("status")))?;
    if status.is_some() && !to.texts.is_empty() {
        return Err(api.refuse(&Refusal::invalid("status", "alone")));
    }
    let revision = to.revision;
    let done = match status {
        None => {
            let texts = api.rule(texts(to.texts))?;
            activities::edit(db, &act, &id, texts, revision)
                .await
                .map(drop)
        }
        Some(Status::Published) => activities::publish(db, &act, &id, revision).await.map(drop),
        Some(Status::Draft) => activities::unpublish(db, &act, &id, revision)
            .await
            .map(drop),
        Some(Status::Cancelled) => {
            let reason = to.reason.unwrap_or_default();
            activities::cancel(db, &act, &id, &reason, revision)
                .await
                .map(drop)
        }
    };
    api.answer(done)?;
    let now = Json(whole(&api, &id).await?);
    Ok(marked(now, act.was_replayed()))
}

/// Which state is removed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Removed {
    /// The revision that was looked at; refused with `stale` where it is outdated.
    revision: Option<i64>,
}

/// Removes an activity that nobody ever booked, with its dates.
#[utoipa::path(delete, path = "/activities/{id}", operation_id = "activity_remove", tag = "staff",
    params(("id" = String, Path, description = "Its id"), Removed),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "`has_bookings`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn remove(
    api: Api,
    Id(id): Id<ActivityId>,
    Query(removed): Query<Removed>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    api.signed_in()?;
    let act = api.act().with_key(sent.key);
    let gone = activities::delete(api.db(), &act, &id, removed.revision).await;
    api.answer(gone)?;
    Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()))
}

/// The dates of an activity, drafts and what was called off included.
#[utoipa::path(get, path = "/activities/{id}/occurrences", operation_id = "activity_dates", tag = "staff",
    params(("id" = String, Path, description = "The activity")),
    responses((status = 200, description = "Its occurrences", body = Page<Occurrence>)))]
pub(super) async fn dates(api: Api, Id(id): Id<ActivityId>) -> Answer<Json<Page<Occurrence>>> {
    api.signed_in()?;
    let items = whole(&api, &id).await?.occurrences.unwrap_or_default();
    Ok(Json(Page { items, next: None }))
}

/// Dates to be added, in any of the ways of a new activity, or one date at the top level.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct DatesToBe {
    /// The revision of the activity that was looked at.
    revision: Option<i64>,
    /// As for a new activity.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    dates: Map<String, Value>,
}

/// Adds dates to an activity.
#[utoipa::path(post, path = "/activities/{id}/occurrences", operation_id = "activity_add_dates", tag = "staff",
    params(("id" = String, Path, description = "The activity")), request_body = DatesToBe,
    responses((status = 201, description = "The occurrences that were added", body = Page<Occurrence>),
        (status = 409, description = "`has_bookings`, `occurrence_cancelled`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn add_dates(
    api: Api,
    Id(id): Id<ActivityId>,
    sent: Sent<DatesToBe>,
) -> Answer<Response> {
    api.signed_in()?;
    let dates = api.rule(dates::dates(&sent.body.dates))?;
    let (db, act) = (api.db(), api.act().with_key(sent.key));
    let added = activities::add_occurrences(db, &act, &id, dates, sent.body.revision).await;
    let added = api.done(&act, added)?.occurrences;
    let mut items = whole(&api, &id).await?.occurrences.unwrap_or_default();
    items.retain(|date| added.iter().any(|id| id.as_str() == date.id));
    Ok(marked(
        created(Json(Page { items, next: None })),
        act.was_replayed(),
    ))
}
