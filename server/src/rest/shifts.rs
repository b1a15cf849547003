//! Shifts: what there is to do, and what the staff plan.

use super::{
    api::{Api, Id, Own, Seen, SignedIn, The, created, marked},
    fault::{Answer, done},
    moment::Moment,
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::{Lead, MyShift, Shift},
};
use axum::{Json, response::Response};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::Action,
    activity::Status,
    id::{CenterId, OccurrenceId, PersonId, ShiftId},
    shift::{Duty, Joining, Needs, Position, Risks},
    time::{DAY, Timestamp},
    volunteer::GUARDIAN_BELOW,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{
    assignments,
    centers::CenterSummary,
    shifts::{self, NewShift, Search, ShiftView},
};
use utoipa::{IntoParams, ToSchema};

/// How far ahead a list looks unless told.
const AHEAD: i64 = 31 * DAY;

/// Which shifts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Code of a center; those of all centers unless told.
    #[param(value_type = Option<String>)]
    center: Option<CenterId>,
    /// What ends after that; now unless told.
    #[param(inline)]
    from: Option<Moment>,
    /// What starts before that, or on that day; 31 days on unless told.
    #[param(inline)]
    to: Option<Moment>,
}

impl Wanted {
    fn search(self, now: Timestamp, asked: Asked) -> Result<Search, Refusal> {
        let from = self.from.map_or(now, Moment::start);
        let to = self.to.map_or(from.plus(AHEAD), Moment::end);
        if to < from {
            return Err(Refusal::invalid("to", Reason::BeforeFrom));
        }
        Ok(Search {
            center: self.center,
            from,
            to,
            part: asked.part(),
        })
    }
}

/// Which shifts, and for whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForWhom {
    /// Somebody of the caller's account; the holder unless told.
    #[param(inline)]
    person_id: Option<PersonId>,
    /// Only those that they can sign up for.
    #[serde(default)]
    fits: bool,
}

/// Coming shifts as they look to the caller: each with `reasons`, or with `unmet`, every rule that keeps
/// them from it.
#[utoipa::path(get, path = "/me/shifts", operation_id = "my_shifts", tag = "residents", params(ForWhom, Wanted, Asked),
    responses((status = 200, description = "By start; with `fits` a part may hold fewer than asked for", body = Page<MyShift>)))]
pub(super) async fn for_me(
    Own { api, account }: Own,
    Query(whom): Query<ForWhom>,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<MyShift>>> {
    let search = wanted.search(api.now, asked)?;
    let (db, person) = (api.db(), whom.person_id.as_ref());
    let found = shifts::for_me(db, &account, person, &search, whom.fits, api.now).await?;
    let (locale, now) = (api.locale, api.now);
    Ok(Json(Page::of(found, |of| MyShift::of(of, locale, now))))
}

/// Shifts by start, those of all centers unless one is named.
#[utoipa::path(get, path = "/shifts", operation_id = "shifts", tag = "public", params(Wanted, Asked),
    responses((status = 200, description = "Published shifts, and those cancelled", body = Page<Shift>)))]
pub(super) async fn list(
    api: Api,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Shift>>> {
    let search = wanted.search(api.now, asked)?;
    let found = shifts::list(api.db(), &search).await?;
    Ok(Json(Page::of(found, |view| Shift::of(view, api.now))))
}

/// Everybody sees what is published; drafts only those who see the center's plans.
impl Seen for ShiftView {
    type Id = ShiftId;

    async fn seen(api: &Api, id: ShiftId) -> Answer<Self> {
        if api.caller.may_somewhere(Action::ViewPlans) {
            match shifts::find_for_staff(api.db(), &api.caller, &id).await {
                // Elsewhere they are like anybody.
                Err(store::Error::Refused(Refusal::Forbidden)) => {}
                found => return Ok(found?),
            }
        }
        Ok(shifts::find(api.db(), &id).await?)
    }
}

/// One shift.
#[utoipa::path(get, path = "/shifts/{id}", operation_id = "shift", tag = "public",
    params(("id" = ShiftId, Path, description = "Its id")),
    responses((status = 200, description = "The shift", body = Shift)))]
pub(super) async fn one(The { api, it }: The<ShiftView>) -> Json<Shift> {
    Json(Shift::of(it, api.now))
}

/// A task inside a shift to be.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PositionToBe {
    /// What it is called; unique in its shift.
    name: String,
    /// How many volunteers it needs; none unless told.
    #[serde(default)]
    min: u32,
    /// How many it can take.
    max: u32,
    /// The skill that it takes.
    skill: Option<String>,
}

impl PositionToBe {
    /// It as the domain has it.
    pub(super) fn position(self) -> Position {
        Position {
            name: self.name,
            min: self.min,
            max: self.max,
            skill: self.skill,
        }
    }
}

/// A shift to be, or with `rrule` a series of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftToBe {
    /// At most 80 characters.
    title: String,
    /// When the first one starts.
    starts_at: Timestamp,
    /// When the first one ends; may lie on the next day.
    ends_at: Timestamp,
    /// A recurrence rule of RFC 5545 with `COUNT` or `UNTIL`.
    rrule: Option<String>,
    /// Days that the rule leaves out.
    #[serde(default)]
    excluded: Vec<NaiveDate>,
    /// The occurrence that it belongs to.
    occurrence_id: Option<OccurrenceId>,
    /// What it is for, if it is the center's own.
    duty: Option<Duty>,
    /// The least number of leads; one unless told.
    leads_min: Option<u32>,
    /// The least number of volunteers; one unless told.
    volunteers_min: Option<u32>,
    /// The largest number of volunteers.
    volunteers_max: u32,
    /// How many can wait for a place; none unless told.
    #[serde(default)]
    waitlist_capacity: u32,
    /// The tasks in it.
    #[serde(default)]
    positions: Vec<PositionToBe>,
    /// Skills that every volunteer of it has.
    #[serde(default)]
    skills: Vec<String>,
    /// Trainings that are valid for every volunteer of it on the day.
    #[serde(default)]
    trainings: Vec<String>,
    /// The least age on the day.
    min_age: Option<u8>,
    /// Below this age a guardian is in the same shift; 14 unless told.
    guardian_below: Option<u8>,
    /// The text of risks that volunteers confirm, at most 1000 characters.
    #[serde(default)]
    risks: String,
    /// How volunteers get in; `sign_up` unless told.
    joining: Option<Joining>,
    /// Where it is, of a visit the meeting point; may be empty.
    #[serde(default)]
    room: String,
    /// `published` unless told, or `draft`.
    status: Option<Status>,
}

impl ShiftToBe {
    fn new_shift(self, center: CenterId) -> Result<NewShift, Refusal> {
        let publish = match self.status {
            None | Some(Status::Published) => true,
            Some(Status::Draft) => false,
            Some(Status::Cancelled) => {
                return Err(Refusal::invalid("status", Reason::UnknownValue));
            }
        };
        let positions = self.positions.into_iter().map(PositionToBe::position);
        Ok(NewShift {
            center,
            title: self.title,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            rule: self.rrule,
            excluded: self.excluded,
            moved: Vec::new(),
            occurrence: self.occurrence_id,
            duty: self.duty,
            place: self.room,
            joining: self.joining.unwrap_or(Joining::SignUp),
            needs: Needs {
                leads_min: self.leads_min.unwrap_or(1),
                volunteers_min: self.volunteers_min.unwrap_or(1),
                volunteers_max: self.volunteers_max,
                waitlist_capacity: self.waitlist_capacity,
                positions: positions.collect(),
                skills: BTreeSet::from_iter(self.skills),
                trainings: BTreeSet::from_iter(self.trainings),
                min_age: self.min_age,
                guardian_below: self.guardian_below.unwrap_or(GUARDIAN_BELOW),
                risks: Risks {
                    text: self.risks,
                    version: 1,
                },
            },
            publish,
        })
    }
}

/// What planning shifts is answered with.
#[derive(serde::Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Planned {
    /// One.
    One(Box<Shift>),
    /// With `rrule`.
    Series {
        /// In order of time.
        items: Vec<Shift>,
    },
}

/// Plans a shift, or with `rrule` a series of them, all or none.
#[utoipa::path(post, path = "/centers/{center}/shifts", operation_id = "shift_create", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code")), request_body = ShiftToBe,
    responses((status = 201, description = "The shift; with `rrule` all of them as `items`", body = Planned),
        (status = 422, description = "`invalid`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn create(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    sent: Sent<ShiftToBe>,
) -> Answer<Response> {
    let is_series = sent.body.rrule.is_some();
    let (db, act) = (api.db(), api.act().with_key(sent.key));
    let made = shifts::create(db, &act, sent.body.new_shift(center)?).await;
    let mut items = Vec::new();
    for id in done(&act, made)? {
        let view = shifts::find_for_staff(db, &api.caller, &id).await?;
        items.push(Shift::of(view, api.now));
    }
    let body = match (is_series, items.pop()) {
        (false, Some(only)) => Planned::One(Box::new(only)),
        (_, last) => {
            items.extend(last);
            Planned::Series { items }
        }
    };
    Ok(marked(created(Json(body)), act.was_replayed()))
}

/// Who can lead shifts of a center.
#[utoipa::path(get, path = "/centers/{center}/staff", operation_id = "leads", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Social workers and managers, by name", body = Page<Lead>)))]
pub(super) async fn leads(
    SignedIn(api): SignedIn,
    The { it, .. }: The<CenterSummary>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Lead>>> {
    let found = assignments::can_lead(api.db(), &api.caller, &it.id, api.now).await?;
    let page = asked.part().of_all(found, |lead| lead.id.as_str())?;
    Ok(Json(Page::of(page, Lead::of)))
}
