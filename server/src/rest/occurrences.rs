//! Occurrences: what is on, one of them, and what the staff change.

use super::{
    api::{Answer, Api, Id, Query, Sent, marked},
    centers::limit,
    dates::instant,
    shapes::{Occurrence, Page},
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    Refusal,
    access::Action,
    activity::Status,
    id::{CenterId, OccurrenceId},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};
use store::{
    centers,
    occurrences::{self, EditScope, OccurrenceEdit, OccurrenceView},
    whats_on::{self, Search},
};
use utoipa::{IntoParams, ToSchema};

/// How far ahead a list looks unless told.
const AHEAD: i64 = 31 * DAY;

/// Which occurrences.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What ends after that: RFC 3339 or a day; now unless told.
    from: Option<String>,
    /// What starts before that: RFC 3339, or a day, which is included; 31 days on unless told.
    to: Option<String>,
    /// Code of a service field.
    field: Option<String>,
    /// Part of the title.
    q: Option<String>,
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

impl Wanted {
    fn search(&self, center: CenterId, now: Timestamp) -> Result<Search, Refusal> {
        let read = |field, text: &Option<String>, ends| {
            text.as_deref()
                .map(|text| instant(field, text, ends))
                .transpose()
        };
        let from = read("from", &self.from, false)?.unwrap_or(now);
        let to = read("to", &self.to, true)?.unwrap_or(from.plus(AHEAD));
        if to < from {
            return Err(Refusal::invalid("to", "before_from"));
        }
        Ok(Search {
            field: self.field.clone().filter(|field| !field.is_empty()),
            text: self.q.clone(),
            cursor: self.cursor.as_deref().map(str::parse).transpose()?,
            limit: limit(self.limit),
            ..Search::at(center, from, to, now)
        })
    }
}

/// What is on at a center, by start.
#[utoipa::path(get, path = "/centers/{center}/occurrences", operation_id = "whats_on", tag = "public",
    params(("center" = String, Path, description = "Its code"), Wanted),
    responses((status = 200, description = "Published occurrences, and those called off", body = Page<Occurrence>)))]
pub(super) async fn of_center(
    api: Api,
    Id(center): Id<CenterId>,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<Occurrence>>> {
    api.answer(centers::find(api.db(), &center).await)?;
    let search = api.rule(wanted.search(center, api.now))?;
    let found = api.answer(whats_on::list(api.db(), &search).await)?;
    let items = found
        .items
        .into_iter()
        .map(|view| Occurrence::of(view, api.now))
        .collect();
    Ok(Json(Page {
        items,
        next: found.next,
    }))
}

/// The occurrence as the caller may see it: drafts only for those who see the center's plans.
pub(super) async fn seen(api: &Api, id: &OccurrenceId) -> store::Result<OccurrenceView> {
    if api.caller.may_somewhere(Action::ViewPlans) {
        match occurrences::find_for_staff(api.db(), &api.caller, id).await {
            // Elsewhere they are like anybody.
            Err(store::Error::Refused(Refusal::Forbidden)) => {}
            found => return found,
        }
    }
    occurrences::find(api.db(), id).await
}

/// One occurrence.
#[utoipa::path(get, path = "/occurrences/{id}", operation_id = "occurrence", tag = "public",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The occurrence", body = Occurrence)))]
pub(super) async fn one(api: Api, Id(id): Id<OccurrenceId>) -> Answer<Json<Occurrence>> {
    let view = api.answer(seen(&api, &id).await)?;
    Ok(Json(Occurrence::of(view, api.now)))
}

/// What changes of an occurrence; what is absent stays. `null` removes a limit.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct OccurrenceChange {
    /// `cancelled` calls it off; nothing else may stand beside it but `reason` and `revision`.
    status: Option<String>,
    /// Why it is called off; those who were booked are told.
    reason: Option<String>,
    /// `this` (unless told), `this_and_following` or `all_future`.
    scope: Option<String>,
    /// The revision that the edit was made on; refused with `stale` where it is outdated.
    revision: Option<i64>,
    /// Any of `starts_at`, `ends_at`, `room`, `capacity`, `waitlist_capacity`, `held_back`,
    /// `held_until`, `min_age`, `max_age`, `residents_first_until`, `booking_opens_at`,
    /// `booking_closes_at`, `cancel_until`, `allocation`, `unit`, `parties_may_be_passed`,
    /// `door_opens_before_min`, `asks_check_out`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    terms: Map<String, Value>,
}

const TERMS: [&str; 18] = [
    "starts_at",
    "ends_at",
    "room",
    "allocation",
    "unit",
    "capacity",
    "waitlist_capacity",
    "held_back",
    "held_until",
    "min_age",
    "max_age",
    "residents_first_until",
    "booking_opens_at",
    "booking_closes_at",
    "cancel_until",
    "parties_may_be_passed",
    "door_opens_before_min",
    "asks_check_out",
];

fn scope(text: Option<&str>) -> Result<EditScope, Refusal> {
    match text {
        None | Some("this") => Ok(EditScope::This),
        Some("this_and_following") => Ok(EditScope::ThisAndFollowing),
        Some("all_future") => Ok(EditScope::AllFuture),
        Some(_) => Err(Refusal::invalid("scope", "unknown_value")),
    }
}

fn change(terms: Map<String, Value>) -> Result<OccurrenceEdit, Refusal> {
    if let Some(unknown) = terms.keys().find(|name| !TERMS.contains(&name.as_str())) {
        return Err(Refusal::invalid(unknown, "unknown_field"));
    }
    for (name, value) in &terms {
        // Read one by one first, so that a refusal can name the field.
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        serde_json::from_value::<OccurrenceEdit>(Value::Object(alone))
            .map_err(|_| Refusal::invalid(name, "unreadable"))?;
    }
    serde_json::from_value(Value::Object(terms)).map_err(|_| Refusal::invalid("body", "unreadable"))
}

/// Changes an occurrence, or calls it off.
#[utoipa::path(patch, path = "/occurrences/{id}", operation_id = "occurrence_edit", tag = "staff",
    params(("id" = String, Path, description = "Its id")), request_body = OccurrenceChange,
    responses((status = 200, description = "As it is now", body = Occurrence),
        (status = 409, description = "`below_confirmed`, `stale`, `already_started`, `has_bookings`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn edit(
    api: Api,
    Id(id): Id<OccurrenceId>,
    sent: Sent<OccurrenceChange>,
) -> Answer<Response> {
    api.signed_in()?;
    let (db, act, to) = (api.db(), api.act().with_key(sent.key), sent.body);
    match to.status.as_deref() {
        Some(status) if status == Status::Cancelled.as_str() && to.terms.is_empty() => {
            let reason = to.reason.unwrap_or_default();
            let done = occurrences::cancel(db, &act, &id, &reason, to.revision).await;
            api.answer(done)?;
        }
        Some(_) => return Err(api.refuse(&Refusal::invalid("status", "only_cancelled_alone"))),
        None => {
            let (scope, change) = (
                api.rule(scope(to.scope.as_deref()))?,
                api.rule(change(to.terms))?,
            );
            let done = occurrences::edit(db, &act, &id, scope, change, to.revision).await;
            api.answer(done)?;
        }
    }
    let view = api.answer(seen(&api, &id).await)?;
    let now = Json(Occurrence::of(view, api.now));
    Ok(marked(now, act.was_replayed()))
}

/// Which state is removed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Removed {
    /// The revision that was looked at; refused with `stale` where it is outdated.
    revision: Option<i64>,
}

/// Removes an occurrence that nobody ever booked. One that somebody booked is called off instead,
/// by `PATCH` with `status: "cancelled"`.
#[utoipa::path(delete, path = "/occurrences/{id}", operation_id = "occurrence_remove", tag = "staff",
    params(("id" = String, Path, description = "Its id"), Removed),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "`has_bookings`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn remove(
    api: Api,
    Id(id): Id<OccurrenceId>,
    Query(removed): Query<Removed>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    api.signed_in()?;
    let act = api.act().with_key(sent.key);
    let gone = occurrences::delete(api.db(), &act, &id, removed.revision).await;
    api.answer(gone)?;
    Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()))
}
