//! Occurrences: what is on, one of them, and what the staff change.

use super::{
    api::{Api, Id, Seen, SignedIn, The, marked},
    fault::Answer,
    moment::Moment,
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::{Occurrence, Revision},
    terms::{States, with_terms},
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    Reason, Refusal,
    access::Action,
    activity::Status,
    id::{CenterId, OccurrenceId},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, de::IgnoredAny};
use store::{
    centers::CenterSummary,
    occurrences::{self, EditScope, OccurrenceEdit, OccurrenceView},
    page::Part,
    whats_on::{self, Search},
};
use utoipa::{IntoParams, ToSchema};

/// How far ahead a list looks unless told.
const AHEAD: i64 = 31 * DAY;

/// Which occurrences.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What ends after that; now unless told.
    #[param(inline)]
    from: Option<Moment>,
    /// What starts before that, or on that day; 31 days on unless told.
    #[param(inline)]
    to: Option<Moment>,
    /// Code of a service field.
    field: Option<String>,
    /// Part of the title, or its pinyin or pinyin initials, at most 80 characters.
    q: Option<String>,
}

impl Wanted {
    fn search(self, center: CenterId, part: Part, now: Timestamp) -> Result<Search, Refusal> {
        let from = self.from.map_or(now, Moment::start);
        let to = self.to.map_or(from.plus(AHEAD), Moment::end);
        if to < from {
            return Err(Refusal::invalid("to", Reason::BeforeFrom));
        }
        Ok(Search {
            field: self.field.filter(|field| !field.is_empty()),
            text: self.q,
            part,
            ..Search::at(center, from, to, now)
        })
    }
}

/// What is on at a center, by start.
#[utoipa::path(get, path = "/centers/{center}/occurrences", operation_id = "whats_on", tag = "public",
    params(("center" = CenterId, Path, description = "Its code"), Wanted, Asked),
    responses((status = 200, description = "Published occurrences, and those called off", body = Page<Occurrence>)))]
pub(super) async fn of_center(
    The { api, it }: The<CenterSummary>,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Occurrence>>> {
    let search = wanted.search(it.id, asked.part(), api.now)?;
    let found = whats_on::list(api.db(), &search).await?;
    Ok(Json(Page::of(found, |view| Occurrence::of(view, api.now))))
}

/// Everybody sees what is published; drafts only those who see the center's plans.
impl Seen for OccurrenceView {
    type Id = OccurrenceId;

    async fn seen(api: &Api, id: OccurrenceId) -> Answer<Self> {
        if api.caller.may_somewhere(Action::ViewPlans) {
            match occurrences::find_for_staff(api.db(), &api.caller, &id).await {
                // Elsewhere they are like anybody.
                Err(store::Error::Refused(Refusal::Forbidden)) => {}
                found => return Ok(found?),
            }
        }
        Ok(occurrences::find(api.db(), &id).await?)
    }
}

/// One occurrence.
#[utoipa::path(get, path = "/occurrences/{id}", operation_id = "occurrence", tag = "public",
    params(("id" = OccurrenceId, Path, description = "Its id")),
    responses((status = 200, description = "The occurrence", body = Occurrence)))]
pub(super) async fn one(The { api, it }: The<OccurrenceView>) -> Json<Occurrence> {
    Json(Occurrence::of(it, api.now))
}

/// How far a change reaches. What has begun never changes.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reach {
    /// This occurrence.
    This,
    /// This one and those of its activity that start later.
    ThisAndFollowing,
    /// All of its activity that are still to come.
    AllFuture,
}

impl From<Reach> for EditScope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::This => Self::This,
            Reach::ThisAndFollowing => Self::ThisAndFollowing,
            Reach::AllFuture => Self::AllFuture,
        }
    }
}

with_terms! {
    /// What changes of an occurrence; what is absent stays. `null` removes a limit. Times that are
    /// not stated move with the start.
    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub(super) struct OccurrenceChange {
        /// `cancelled` calls it off; nothing else may stand beside it but `reason` and `revision`.
        status: Option<Status>,
        /// Why it is called off; those who were booked are told.
        reason: Option<String>,
        /// How far the change reaches; `this` unless told.
        scope: Option<Reach>,
        /// The revision that the edit was made on; refused with `stale` where it is outdated.
        revision: Option<i64>,
        /// The new start; the others that the change reaches move by as much.
        starts_at: Option<Timestamp>,
        /// The new end; without it the length stays.
        ends_at: Option<Timestamp>,
        /// The room; may be empty.
        room: Option<String>,
    }
}

/// Changes an occurrence, or calls it off.
#[utoipa::path(patch, path = "/occurrences/{id}", operation_id = "occurrence_edit", tag = "staff",
    params(("id" = OccurrenceId, Path, description = "Its id")), request_body = OccurrenceChange,
    responses((status = 200, description = "As it is now", body = Occurrence),
        (status = 409, description = "`below_confirmed`, `stale`, `already_started`, `has_bookings`, `room_taken`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn edit(
    SignedIn(api): SignedIn,
    Id(id): Id<OccurrenceId>,
    sent: Sent<OccurrenceChange>,
) -> Answer<Response> {
    let (db, act, to) = (api.db(), api.act().with_key(sent.key), sent.body);
    let change = OccurrenceEdit {
        terms: to.terms(),
        starts_at: to.starts_at,
        ends_at: to.ends_at,
        room: to.room,
    };
    match to.status {
        None => {
            let scope = to.scope.map_or(EditScope::This, EditScope::from);
            occurrences::edit(db, &act, &id, scope, change, to.revision).await?;
        }
        Some(Status::Cancelled) if change == OccurrenceEdit::default() => {
            let reason = to.reason.unwrap_or_default();
            occurrences::cancel(db, &act, &id, &reason, to.revision).await?;
        }
        Some(_) => return Err(Refusal::invalid("status", Reason::OnlyCancelledAlone).into()),
    }
    let view = OccurrenceView::seen(&api, id).await?;
    let now = Json(Occurrence::of(view, api.now));
    Ok(marked(now, act.was_replayed()))
}

/// Removes an occurrence that nobody ever booked. One that somebody booked is called off instead,
/// by `PATCH` with `status: "cancelled"`.
#[utoipa::path(delete, path = "/occurrences/{id}", operation_id = "occurrence_remove", tag = "staff",
    params(("id" = OccurrenceId, Path, description = "Its id"), Revision),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "`has_bookings`, `stale`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn remove(
    SignedIn(api): SignedIn,
    Id(id): Id<OccurrenceId>,
    Query(looked_at): Query<Revision>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    occurrences::delete(api.db(), &act, &id, looked_at.revision).await?;
    Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()))
}
