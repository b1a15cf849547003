//! Places in shifts: signing up, giving back, and what the staff arrange.

use super::{
    api::{Api, Id, Own, Seen, SignedIn, The, created, marked},
    fault::{Answer, Fault, done},
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::{Assigned, Assignment},
};
use axum::{Json, response::Response};
use domain::{
    Reason, Refusal,
    access::{Action, Identity},
    activity::Channel,
    audit::Verb,
    id::{AccountId, AssignmentId, PersonId, ShiftId, StaffId},
};
use serde::Deserialize;
use serde_json::json;
use store::{
    Act,
    assignments::{self, Answer as Said, AssignmentView, Placing, Unmet},
    shifts::ShiftView,
    trail::{self, View},
    volunteers,
};
use utoipa::ToSchema;

/// Who wants a place. An empty body signs the caller up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceWanted {
    /// Somebody of the caller's account; for the staff, the volunteer.
    person_id: Option<PersonId>,
    /// For the staff: who is to lead.
    staff_id: Option<StaffId>,
    /// The position; any will do without one.
    position: Option<String>,
    /// Whether the text of risks was read and confirmed.
    #[serde(default)]
    risks_read: bool,
    /// Whether a place in line will do; true unless told.
    may_wait: Option<bool>,
    /// For the staff: why rules that can be set aside are, which is recorded.
    r#override: Option<String>,
}

/// An answer, or everything that is not met.
fn met<T>(act: &Act, result: store::Result<Unmet<T>>) -> Answer<T> {
    let unmet = match done(act, result)? {
        Ok(answer) => return Ok(answer),
        Err(unmet) => unmet,
    };
    Err(Fault::Unmet {
        unmet,
        replayed: act.was_replayed(),
    })
}

/// Signs up for a shift; by the staff, gives somebody a place in it, or a lead.
#[utoipa::path(post, path = "/shifts/{id}/assignments", operation_id = "assign", tag = "residents",
    params(("id" = ShiftId, Path, description = "The shift")), request_body = PlaceWanted,
    responses((status = 201, description = "`confirmed`, `waitlisted` or `requested`", body = Assignment),
        (status = 409, description = "Why not, with all rules that are not met as `unmet`: `already_booked`, `occurrence_cancelled`, `already_started`, `invitation_only`, `not_a_volunteer`, `too_young`, `guardian_required`, `missing_training`, `missing_skill`, `risks_unread`, `not_at_work`, `overlaps`, `full`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, `idempotency_mismatch`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn assign(
    SignedIn(api): SignedIn,
    Id(shift): Id<ShiftId>,
    sent: Sent<PlaceWanted>,
) -> Answer<Response> {
    let (db, act, wanted) = (api.db(), api.act().with_key(sent.key), sent.body);
    if let Some(staff) = wanted.staff_id {
        if wanted.person_id.is_some() {
            return Err(Refusal::invalid("staff_id", Reason::Alone).into());
        }
        let reason = wanted.r#override;
        let placed = assignments::assign_lead_despite(db, &act, shift, staff, reason).await;
        return answered(&api, &act, met(&act, placed)?);
    }
    let (account, channel) = whose(&api, &shift, wanted.person_id.as_ref()).await?;
    let placing = Placing {
        shift,
        account,
        person: wanted.person_id,
        position: wanted.position,
        risks_read: wanted.risks_read,
        may_wait: wanted.may_wait.unwrap_or(true),
        channel,
        override_reason: wanted.r#override,
    };
    let placed = assignments::place(db, &act, placing).await;
    answered(&api, &act, met(&act, placed)?)
}

fn answered(api: &Api, act: &Act, view: AssignmentView) -> Answer<Response> {
    let body = Json(Assignment::of(&view, &api.site.tickets()));
    Ok(marked(created(body), act.was_replayed()))
}

/// Whose people, and by which way it came in. The staff name a volunteer.
async fn whose(
    api: &Api,
    shift: &ShiftId,
    person: Option<&PersonId>,
) -> Answer<(AccountId, Channel)> {
    if let Identity::Resident(account) = &api.caller.identity {
        return Ok((account.clone(), Channel::Online));
    }
    let person = person.ok_or_else(|| Refusal::invalid("person_id", Reason::Missing))?;
    let account = volunteers::account_of(api.db(), &api.caller, shift, person).await?;
    Ok((account, Channel::Desk))
}

/// Assignments of the caller and their family, those that start last first.
#[utoipa::path(get, path = "/me/assignments", operation_id = "my_assignments", tag = "residents", params(Asked),
    responses((status = 200, description = "Assignments", body = Page<Assignment>)))]
pub(super) async fn mine(
    Own { api, account }: Own,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Assignment>>> {
    let found = assignments::of_account(api.db(), &account, &asked.part()).await?;
    let tickets = api.site.tickets();
    Ok(Json(Page::of(found, |view| {
        Assignment::of(&view, &tickets)
    })))
}

/// An assignment is its account's, and at its center of those who may see bookings there. A look by
/// the staff is put on record first (rule 6).
impl Seen for AssignmentView {
    type Id = AssignmentId;

    async fn seen(api: &Api, id: AssignmentId) -> Answer<Self> {
        api.signed_in()?;
        let view = assignments::find(api.db(), &api.caller, &id).await?;
        if !matches!(api.caller.identity, Identity::Resident(_)) {
            let look = View {
                action: Verb::AssignmentView,
                subject: ("assignment", view.id.to_string()),
                center: Some(view.center_id.clone()),
                detail: json!({}),
            };
            trail::record_view(api.db(), &api.act(), look).await?;
        }
        Ok(view)
    }
}

/// One assignment: of the caller's account, or at a center whose bookings they may see.
#[utoipa::path(get, path = "/assignments/{id}", operation_id = "assignment", tag = "residents",
    params(("id" = AssignmentId, Path, description = "Its id")),
    responses((status = 200, description = "The assignment", body = Assignment)))]
pub(super) async fn one(The { api, it }: The<AssignmentView>) -> Json<Assignment> {
    Json(Assignment::of(&it, &api.site.tickets()))
}

/// Why a place is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawing {
    /// For the staff: what the volunteer is told, at most 200 characters.
    #[serde(default)]
    reason: String,
}

/// Gives a place back, takes a request back, or leaves the line; who waits moves up at once. Giving
/// back what is given back answers the same.
#[utoipa::path(delete, path = "/assignments/{id}", operation_id = "withdraw", tag = "residents",
    params(("id" = AssignmentId, Path, description = "Its id")), request_body = Withdrawing,
    responses((status = 200, description = "`state` is `withdrawn`, by the staff `declined`", body = Assignment),
        (status = 409, description = "`already_started`, `already_checked_in`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn withdraw(
    SignedIn(api): SignedIn,
    Id(id): Id<AssignmentId>,
    sent: Sent<Withdrawing>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let view = assignments::withdraw(api.db(), &act, id, &sent.body.reason).await;
    let view = done(&act, view)?;
    let body = Json(Assignment::of(&view, &api.site.tickets()));
    Ok(marked(body, act.was_replayed()))
}

/// How a request is accepted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepting {
    /// Why rules that can be set aside are, which is recorded.
    r#override: Option<String>,
}

/// Accepts somebody's request for a place, by the rules of every place. To decline, withdraw it.
#[utoipa::path(post, path = "/assignments/{id}/accept", operation_id = "assignment_accept", tag = "staff",
    params(("id" = AssignmentId, Path, description = "Its id")), request_body = Accepting,
    responses((status = 200, description = "`confirmed`, or `waitlisted` where it is full", body = Assigned),
        (status = 409, description = "Why not, with all rules that are not met as `unmet`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn accept(
    SignedIn(api): SignedIn,
    Id(id): Id<AssignmentId>,
    sent: Sent<Accepting>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let said = Said::Accept {
        override_reason: sent.body.r#override,
    };
    let view = met(&act, assignments::answer(api.db(), &act, id, said).await)?;
    Ok(marked(Json(Assigned::of(view)), act.was_replayed()))
}

/// Who is in a shift, for those who may see bookings at its center. The look is put on record.
#[utoipa::path(get, path = "/shifts/{id}/assignments", operation_id = "shift_roster", tag = "staff",
    params(("id" = ShiftId, Path, description = "The shift"), Asked),
    responses((status = 200, description = "Leads first, then in the order in which they asked", body = Page<Assigned>)))]
pub(super) async fn roster(
    SignedIn(api): SignedIn,
    The { it, .. }: The<ShiftView>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Assigned>>> {
    let place = store::centers::place(&mut api.db().read().await?, &it.center_id).await?;
    api.caller.may(Action::ViewBookings, &place)?;
    let look = View {
        action: Verb::AssignmentView,
        subject: ("shift", it.id.to_string()),
        center: Some(it.center_id.clone()),
        detail: json!({}),
    };
    trail::record_view(api.db(), &api.act(), look).await?;
    let found = assignments::of_shift(api.db(), &it.id).await?;
    let page = asked.part().of_all(found, |view| view.id.as_str())?;
    Ok(Json(Page::of(page, Assigned::of)))
}
