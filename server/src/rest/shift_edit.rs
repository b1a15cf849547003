//! Changing a shift: what it is, or whether it stands.

use super::{
    api::{Api, Id, SignedIn, marked},
    fault::{Answer, done},
    sent::Sent,
    shapes::Shift,
    shifts::PositionToBe,
    terms::Settable,
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    Reason, Refusal,
    activity::Status,
    id::ShiftId,
    shift::{Duty, Joining, NeedsEdit},
    time::Timestamp,
};
use serde::Deserialize;
use store::shifts::{self, ShiftEdit};
use utoipa::ToSchema;

/// What changes of a shift. Absent is as it was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftChange {
    /// `cancelled` cancels it, and everybody in it is told; `published` opens a draft to volunteers.
    /// Nothing else may stand beside it but `reason` and `revision`.
    status: Option<Status>,
    /// Why it is cancelled, at most 200 characters.
    #[serde(default)]
    reason: String,
    /// The revision that was looked at; refused with `stale` where it is outdated.
    revision: Option<i64>,
    /// At most 80 characters.
    title: Option<String>,
    /// The new start. Of another time or place everybody in it is told once.
    starts_at: Option<Timestamp>,
    /// The new end; without it the length stays.
    ends_at: Option<Timestamp>,
    /// What it is for; `null` for nothing of the kind.
    #[serde(default)]
    #[schema(value_type = Option<Duty>)]
    duty: Settable<Duty>,
    /// Where it is, of a visit the meeting point; may be empty.
    room: Option<String>,
    /// How volunteers get in.
    joining: Option<Joining>,
    /// The least number of leads.
    leads_min: Option<u32>,
    /// The least number of volunteers.
    volunteers_min: Option<u32>,
    /// The largest number of volunteers, no fewer than hold a place; more of them goes to who waits.
    volunteers_max: Option<u32>,
    /// How many can wait for a place.
    waitlist_capacity: Option<u32>,
    /// All of its tasks; one stays while somebody is in it, or waits or asks for it.
    positions: Option<Vec<PositionToBe>>,
    /// All skills that every volunteer of it has.
    skills: Option<Vec<String>>,
    /// All trainings that are valid for every volunteer of it on the day.
    trainings: Option<Vec<String>>,
    /// The least age on the day; `null` for none.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    min_age: Settable<u8>,
    /// Below this age a guardian is in the same shift.
    guardian_below: Option<u8>,
    /// The text of risks that volunteers confirm, at most 1000 characters; another one has the next
    /// version.
    risks: Option<String>,
}

impl ShiftChange {
    fn edit(&self) -> ShiftEdit {
        let positions = self.positions.clone();
        let positions = positions.map(|all| all.into_iter().map(PositionToBe::position).collect());
        let set = |names: &Option<Vec<String>>| names.clone().map(|all| all.into_iter().collect());
        ShiftEdit {
            title: self.title.clone(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            duty: self.duty.0,
            place: self.room.clone(),
            joining: self.joining,
            needs: NeedsEdit {
                leads_min: self.leads_min,
                volunteers_min: self.volunteers_min,
                volunteers_max: self.volunteers_max,
                waitlist_capacity: self.waitlist_capacity,
                positions,
                skills: set(&self.skills),
                trainings: set(&self.trainings),
                min_age: self.min_age.0,
                guardian_below: self.guardian_below,
                risks: self.risks.clone(),
            },
        }
    }
}

/// Changes a shift, opens a draft to volunteers, or cancels it.
#[utoipa::path(patch, path = "/shifts/{id}", operation_id = "shift_edit", tag = "staff",
    params(("id" = ShiftId, Path, description = "Its id")), request_body = ShiftChange,
    responses((status = 200, description = "As it is now", body = Shift),
        (status = 204, description = "A draft that was cancelled is thrown away: nobody had seen it"),
        (status = 409, description = "`stale`, `already_started`, `below_confirmed`, `position_held`, `occurrence_cancelled`, `has_bookings`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn edit(
    SignedIn(api): SignedIn,
    Id(id): Id<ShiftId>,
    sent: Sent<ShiftChange>,
) -> Answer<Response> {
    let (act, to) = (api.act().with_key(sent.key), sent.body);
    let (db, edit, revision) = (api.db(), to.edit(), to.revision);
    match to.status {
        None => {
            let edited = shifts::edit(db, &act, &id, edit, revision).await;
            done(&act, edited)?;
        }
        Some(_) if edit != ShiftEdit::default() => return Err(alone()),
        Some(Status::Cancelled) => {
            let cancelled = shifts::cancel(db, &act, &id, &to.reason, revision).await;
            if done(&act, cancelled)?.is_none() {
                return Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()));
            }
        }
        Some(Status::Published) => {
            let published = shifts::publish(db, &act, &id, revision).await;
            done(&act, published)?;
        }
        Some(Status::Draft) => return Err(alone()),
    }
    now(&api, &id, act.was_replayed()).await
}

/// `status` stands alone.
fn alone() -> super::fault::Fault {
    Refusal::invalid("status", Reason::OnlyCancelledAlone).into()
}

async fn now(api: &Api, id: &ShiftId, was_replayed: bool) -> Answer<Response> {
    let view = shifts::find_for_staff(api.db(), &api.caller, id).await?;
    Ok(marked(Json(Shift::of(view, api.now)), was_replayed))
}
