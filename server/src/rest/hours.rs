//! Volunteer hours: validating, entering, correcting, and what is said of an entry.

use super::{
    api::{Id, Ids, Own, SignedIn, created, marked},
    fault::{Answer, done},
    moment::Moment,
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::{Hours, MyHours, OnProbation, StarProposed, Volunteer},
};
use axum::{Json, response::Response};
use domain::{
    Reason, Refusal,
    id::{AssignmentId, CenterId, HourEntryId, PersonId, ShiftId, VolunteerId},
    time::DAY,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use store::{
    hours::{self, Said},
    stars, volunteers,
};
use utoipa::{IntoParams, ToSchema};

/// Whose hours.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Whose {
    /// Somebody of the caller's account; the holder unless told.
    #[param(inline)]
    person_id: Option<PersonId>,
}

/// What the ledger says of the caller, or of somebody of their family.
#[utoipa::path(get, path = "/me/hours", operation_id = "my_hours", tag = "residents", params(Whose, Asked),
    responses((status = 200, description = "Entries, the newest first, and what all of them amount to", body = MyHours)))]
pub(super) async fn mine(
    Own { api, account }: Own,
    Query(whose): Query<Whose>,
    Query(asked): Query<Asked>,
) -> Answer<Json<MyHours>> {
    let person = whose.person_id.as_ref();
    let mine = hours::of_account(api.db(), &account, person, &asked.part()).await?;
    Ok(Json(MyHours::of(mine)))
}

/// Minutes of one place, where they are fewer than was computed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MinutesSaid {
    /// The place in the shift.
    assignment_id: AssignmentId,
    /// How many.
    minutes: u32,
}

/// What is validated. An empty body validates everything as computed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    /// Where it differs from what was computed.
    hours: Option<Vec<MinutesSaid>>,
}

/// What a shift has in the ledger.
#[derive(Serialize, ToSchema)]
pub(super) struct Closed {
    /// The shift.
    id: ShiftId,
    /// Its entries, in the order in which they were added.
    entries: Vec<Hours>,
}

/// Validates the hours of a shift, by a lead of it who was there: of everybody who came, as computed
/// unless told. Whoever did not come is a no-show from then on.
#[utoipa::path(post, path = "/shifts/{id}/close", operation_id = "shift_close", tag = "staff",
    params(("id" = ShiftId, Path, description = "The shift")), request_body = Closing,
    responses((status = 200, description = "What the ledger has of the shift", body = Closed),
        (status = 403, description = "`own_hours`, `was_not_there`, `forbidden`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 409, description = "`not_over`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`: more minutes than were computed, or a place of another shift", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn close(
    SignedIn(api): SignedIn,
    Id(id): Id<ShiftId>,
    sent: Sent<Closing>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let said = sent.body.hours.unwrap_or_default().into_iter();
    let said = said.map(|of| Said {
        assignment: of.assignment_id,
        minutes: of.minutes,
    });
    let entries = done(
        &act,
        hours::close(api.db(), &act, &id, said.collect()).await,
    )?;
    let closed = Closed {
        id,
        entries: entries.into_iter().map(Hours::of).collect(),
    };
    Ok(marked(Json(closed), act.was_replayed()))
}

/// What is validated of one place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Validating {
    /// Fewer minutes than were computed; as computed without it.
    minutes: Option<u32>,
}

/// Validates the hours of one place in a shift, by the rules of closing it.
#[utoipa::path(post, path = "/assignments/{id}/validate", operation_id = "assignment_validate", tag = "staff",
    params(("id" = AssignmentId, Path, description = "The place")), request_body = Validating,
    responses((status = 200, description = "The entry", body = Hours),
        (status = 403, description = "`own_hours`, `was_not_there`, `forbidden`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 409, description = "`not_over`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`: more minutes than were computed, or nobody came", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn validate(
    SignedIn(api): SignedIn,
    Id(id): Id<AssignmentId>,
    sent: Sent<Validating>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let entry = hours::validate(api.db(), &act, &id, sent.body.minutes).await;
    let entry = Json(Hours::of(done(&act, entry)?));
    Ok(marked(entry, act.was_replayed()))
}

/// Hours that no scan shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Entering {
    /// At most as many as the shift lasted.
    minutes: u32,
    /// Why, at most 200 characters.
    reason: String,
}

/// Enters hours of a place in a shift that is over. Somebody else approves them.
#[utoipa::path(post, path = "/assignments/{id}/hours", operation_id = "hours_enter", tag = "staff",
    params(("id" = AssignmentId, Path, description = "The place")), request_body = Entering,
    responses((status = 201, description = "The entry, `pending`", body = Hours),
        (status = 409, description = "`not_over`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn enter(
    SignedIn(api): SignedIn,
    Id(id): Id<AssignmentId>,
    sent: Sent<Entering>,
) -> Answer<Response> {
    let (act, body) = (api.act().with_key(sent.key), sent.body);
    let entry = hours::enter(api.db(), &act, &id, body.minutes, &body.reason).await;
    let entry = Json(Hours::of(done(&act, entry)?));
    Ok(marked(created(entry), act.was_replayed()))
}

/// A correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Correcting {
    /// Minutes to add; with a minus, to take away.
    minutes: i64,
    /// Why, at most 200 characters.
    reason: String,
}

/// Corrects an entry by adding another one beside it. What adds takes somebody else's approval.
#[utoipa::path(post, path = "/hours/{id}/corrections", operation_id = "hours_correct", tag = "staff",
    params(("id" = HourEntryId, Path, description = "The entry")), request_body = Correcting,
    responses((status = 201, description = "The correction", body = Hours),
        (status = 422, description = "`invalid`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn correct(
    SignedIn(api): SignedIn,
    Id(id): Id<HourEntryId>,
    sent: Sent<Correcting>,
) -> Answer<Response> {
    let (act, body) = (api.act().with_key(sent.key), sent.body);
    let entry = hours::correct(api.db(), &act, &id, body.minutes, &body.reason).await;
    let entry = Json(Hours::of(done(&act, entry)?));
    Ok(marked(created(entry), act.was_replayed()))
}

/// What can be said of an entry.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    /// By a second member of staff.
    Approved,
    /// The same, with a reason.
    Refused,
    /// By its volunteer, with a reason.
    Objected,
    /// By the staff, to an objection.
    Answered,
}

/// Something said of an entry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Saying {
    /// What.
    word: Word,
    /// Why, at most 200 characters; needed for all but `approved`.
    #[serde(default)]
    reason: String,
}

/// Says something of an entry: its volunteer objects, the staff answer, a second member of staff
/// approves it or does not.
#[utoipa::path(post, path = "/hours/{id}/words", operation_id = "hours_say", tag = "residents",
    params(("id" = HourEntryId, Path, description = "The entry")), request_body = Saying,
    responses((status = 200, description = "The entry as it stands now", body = Hours),
        (status = 403, description = "`needs_another` for its author, `forbidden`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn say(
    SignedIn(api): SignedIn,
    Id(id): Id<HourEntryId>,
    sent: Sent<Saying>,
) -> Answer<Response> {
    let (db, act, body) = (api.db(), api.act().with_key(sent.key), sent.body);
    let entry = match body.word {
        Word::Approved => hours::approve(db, &act, &id).await,
        Word::Refused => hours::refuse(db, &act, &id, &body.reason).await,
        Word::Objected => hours::object(db, &act, &id, &body.reason).await,
        Word::Answered => hours::answer(db, &act, &id, &body.reason).await,
    };
    let entry = Json(Hours::of(done(&act, entry)?));
    Ok(marked(entry, act.was_replayed()))
}

/// Which stretch of the ledger.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Entered {
    /// Of shifts that began from then on; thirty days ago unless told.
    #[param(inline)]
    from: Option<Moment>,
    /// Until before then, or with that day; now unless told.
    #[param(inline)]
    to: Option<Moment>,
}

/// What was entered by hand at a center, corrections that add included: the list of exceptions. The look
/// is put on record.
#[utoipa::path(get, path = "/centers/{center}/hours/entered", operation_id = "hours_entered", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Entered, Asked),
    responses((status = 200, description = "By the time of the shift", body = Page<Hours>)))]
pub(super) async fn entered(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(stretch): Query<Entered>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Hours>>> {
    let to = stretch.to.map_or(api.now.plus(1), Moment::end);
    let from = stretch.from.map_or(to.plus(-30 * DAY), Moment::start);
    if from >= to {
        return Err(Refusal::invalid("to", Reason::BeforeFrom).into());
    }
    let found = hours::entered(api.db(), &api.act(), &center, from, to).await?;
    let page = asked.part().of_all(found, |entry| entry.id.as_str())?;
    Ok(Json(Page::of(page, Hours::of)))
}

/// What waits for somebody's word at a center: approvals and objections. The look is put on record.
#[utoipa::path(get, path = "/centers/{center}/hours/waiting", operation_id = "hours_waiting", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "The oldest first", body = Page<Hours>)))]
pub(super) async fn waiting(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Hours>>> {
    let found = hours::waiting(api.db(), &api.act(), &center).await?;
    let page = asked.part().of_all(found, |entry| entry.id.as_str())?;
    Ok(Json(Page::of(page, Hours::of)))
}

/// Who is on probation at a center, and how much of it is done. The look is put on record.
#[utoipa::path(get, path = "/centers/{center}/probation", operation_id = "on_probation", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Those with the most verified hours first", body = Page<OnProbation>)))]
pub(super) async fn on_probation(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<OnProbation>>> {
    let found = volunteers::on_probation(api.db(), &api.act(), &center).await?;
    let page = asked.part().of_all(found, |of| of.volunteer.id.as_str())?;
    Ok(Json(Page::of(page, OnProbation::of)))
}

/// Gives the formal number to somebody on probation who has ten verified hours.
#[utoipa::path(post, path = "/centers/{center}/probation/{item}/formal", operation_id = "volunteer_formal", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), ("item" = VolunteerId, Path, description = "The record")),
    responses((status = 200, description = "As it is now", body = Volunteer),
        (status = 409, description = "`hours_missing`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn formal(
    SignedIn(api): SignedIn,
    Ids(center, volunteer): Ids<CenterId, VolunteerId>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let view = volunteers::make_formal(api.db(), &act, &center, &volunteer).await;
    let view = Json(Volunteer::of(done(&act, view)?));
    Ok(marked(view, act.was_replayed()))
}

/// Who reaches a star at a center that they do not have yet. The look is put on record.
#[utoipa::path(get, path = "/centers/{center}/stars", operation_id = "stars", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "By name", body = Page<StarProposed>)))]
pub(super) async fn stars(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<StarProposed>>> {
    let found = stars::proposed(api.db(), &api.act(), &center).await?;
    let page = asked.part().of_all(found, |of| of.volunteer.as_str())?;
    Ok(Json(Page::of(page, StarProposed::of)))
}

/// Which star is granted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Granting {
    /// 1 to 5.
    star: u8,
}

/// What was granted.
#[derive(Serialize, ToSchema)]
pub(super) struct Granted {
    /// The star.
    star: u8,
}

/// Grants a star that a volunteer has reached: up to the third a manager of their center, the fourth the
/// district, the fifth the city.
#[utoipa::path(post, path = "/volunteers/{id}/stars", operation_id = "star_grant", tag = "staff",
    params(("id" = VolunteerId, Path, description = "The record")), request_body = Granting,
    responses((status = 200, description = "What they have now", body = Granted),
        (status = 422, description = "`invalid`: not reached", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn grant_star(
    SignedIn(api): SignedIn,
    Id(id): Id<VolunteerId>,
    sent: Sent<Granting>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let star = done(
        &act,
        stars::grant(api.db(), &act, &id, sent.body.star).await,
    )?;
    Ok(marked(Json(Granted { star }), act.was_replayed()))
}
