//! The door: scans one by one and in batches, undo, walk-ins, paper sheets, the log, the day.

use super::{
    api::{Api, Id, SignedIn, marked},
    fault::Answer,
    moment::{Moment, device_clock},
    page::{Asked, Page},
    problem::ProblemBody,
    sent::{Each, Query, Sent},
    shapes::{CheckIn, DoorEntry, DoorSitting},
};
use axum::{Json, response::Response};
use domain::{
    Reason, Refusal,
    booking::State,
    check_in::Direction,
    commitment::{Event, Subject},
    id::{
        AccountId, AssignmentId, BookingId, CenterId, CheckInId, OccurrenceId, PersonId, ShiftId,
    },
    person::{BirthYear, Consent, PersonName, Phone, Relation},
    place::CommunityKey,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use store::{
    check_ins::{self, Admission, MAX_BATCH, NewCheckIn, Presented, WalkIn},
    desk::{self, Contact, Newcomer, Whom},
};
use utoipa::{IntoParams, ToSchema};

/// A scan.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewScan {
    /// A UUID that the device makes once for each scan; sent again it gets the first answer again.
    #[serde(deserialize_with = "own_id")]
    id: CheckInId,
    /// What the QR of a ticket or card says, or a short code.
    token: Option<String>,
    /// Staff only, in place of `token`: a booking that was found on the roster.
    booking_id: Option<BookingId>,
    /// The device's clock at the scan; now unless told.
    #[serde(default, deserialize_with = "device_clock")]
    at: Option<Timestamp>,
    /// The device's clock when it sends a scan that it kept; tells how wrong that clock is.
    #[serde(default, deserialize_with = "device_clock")]
    sent_at: Option<Timestamp>,
    /// `in` (unless told), `out`, or `either`: out for who is inside what asks for it.
    direction: Option<Direction>,
    /// The center whose door it is; the caller's own unless told.
    center_id: Option<CenterId>,
    /// What people call the door.
    door: Option<String>,
    /// Staff only, in place of `token`: an assignment that was found in a shift.
    assignment_id: Option<AssignmentId>,
    /// Which one, after `choose`; with a new `id`.
    occurrence_id: Option<OccurrenceId>,
    /// Which one, after `choose`, where it is a shift.
    shift_id: Option<ShiftId>,
}

/// The id that a device made. What is no UUID names nothing yet and cannot be read.
fn own_id<'de, D: Deserializer<'de>>(from: D) -> Result<CheckInId, D::Error> {
    let text = String::deserialize(from)?;
    let word = if text.is_empty() {
        "missing"
    } else {
        "unreadable"
    };
    text.parse().map_err(|_: Refusal| D::Error::custom(word))
}

impl NewScan {
    fn read(self) -> Result<NewCheckIn, Refusal> {
        let assigned = self.assignment_id.map(Subject::Assignment);
        let found = self.booking_id.map(Subject::Booking).or(assigned);
        let presented = match (self.token, found) {
            (Some(token), None) => Presented::Code(token),
            (None, Some(subject)) => Presented::Roster(subject),
            (None, None) => return Err(Refusal::invalid("token", Reason::Missing)),
            (Some(_), Some(_)) => return Err(Refusal::invalid("booking_id", Reason::NotWithToken)),
        };
        let shift = self.shift_id.map(Event::Shift);
        let event = self.occurrence_id.map(Event::Occurrence).or(shift);
        Ok(NewCheckIn {
            id: self.id,
            presented,
            at: self.at,
            sent_at: self.sent_at,
            direction: self.direction.unwrap_or(Direction::In),
            center: self.center_id,
            door: self.door.unwrap_or_default(),
            event,
        })
    }
}

/// Decides about a scan. A refusal is a result with status 200, not an error.
#[utoipa::path(post, path = "/check-ins", operation_id = "check_in", tag = "doors",
    request_body = NewScan,
    responses((status = 200, description = "The result", body = CheckIn),
        (status = 422, description = "`invalid`; `idempotency_mismatch`: the id is another scan's. That scan is in the log all the same, to be looked at", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`: too many short codes that do not exist", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn scan(SignedIn(api): SignedIn, sent: Sent<NewScan>) -> Answer<Response> {
    one(&api, sent.body.read()?).await
}

async fn one(api: &Api, new: NewCheckIn) -> Answer<Response> {
    let keyring = api.site.tickets().keyring;
    let answer = check_ins::admit(api.db(), &keyring, &api.act(), new).await?;
    let replayed = answer.replayed;
    let body = CheckIn::of(answer, api.locale, api.now);
    Ok(marked(Json(body), replayed))
}

/// Scans that a device kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scans {
    /// At most 500, in any order.
    #[serde(default)]
    #[schema(value_type = Vec<NewScan>)]
    items: Vec<Each<NewScan>>,
    /// The device's clock when it sends them, for those that do not say.
    #[serde(default, deserialize_with = "device_clock")]
    sent_at: Option<Timestamp>,
    /// The center whose door it is, for those that do not say.
    center_id: Option<CenterId>,
}

/// What a batch came to.
#[derive(Serialize, ToSchema)]
pub(super) struct Results {
    /// One an item, in order.
    items: Vec<ScanResult>,
}

/// What one of several scans came to.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ScanResult {
    /// It was decided about.
    Decided(Box<CheckIn>),
    /// It could not be kept: nonsense, or not for the caller to send.
    Failed {
        /// The scan's id as it was sent, whatever that was; `null` where there was none.
        #[schema(value_type = Value)]
        id: Value,
        /// Why.
        problem: ProblemBody,
    },
}

fn not_too_many(many: usize) -> Result<(), Refusal> {
    match many {
        0 => Err(Refusal::invalid("items", Reason::Missing)),
        many if many > MAX_BATCH => Err(Refusal::invalid("items", Reason::TooLarge)),
        _ => Ok(()),
    }
}

/// Decides about scans that were kept while offline. One bad item never blocks the others.
#[utoipa::path(post, path = "/check-ins/batch", operation_id = "check_in_batch", tag = "doors",
    request_body = Scans,
    responses((status = 200, description = "A result an item, in order", body = Results)))]
pub(super) async fn batch(SignedIn(api): SignedIn, sent: Sent<Scans>) -> Answer<Json<Results>> {
    let Scans {
        items,
        sent_at,
        center_id,
    } = sent.body;
    not_too_many(items.len())?;
    let read = |scan: NewScan| {
        let new = scan.read()?;
        Ok(NewCheckIn {
            sent_at: new.sent_at.or(sent_at),
            center: new.center.or_else(|| center_id.clone()),
            ..new
        })
    };
    Ok(Json(all(&api, items, read).await))
}

/// Decides about each, in order; what could not be read gets a problem in its place.
async fn all<T>(
    api: &Api,
    items: Vec<Each<T>>,
    read: impl Fn(T) -> Result<NewCheckIn, Refusal>,
) -> Results {
    let (mut scans, mut unfit) = (Vec::with_capacity(items.len()), Vec::new());
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        ids.push(item.id);
        match item.read.and_then(&read) {
            Ok(new) => {
                scans.push(new);
                unfit.push(None);
            }
            Err(refusal) => unfit.push(Some(refusal)),
        }
    }
    let keyring = api.site.tickets().keyring;
    let decided = check_ins::admit_all(api.db(), &keyring, &api.act(), scans).await;
    let mut decided = decided.into_iter();
    let answers = unfit.into_iter().filter_map(|refusal| match refusal {
        Some(refusal) => Some(Err(refusal.into())),
        None => decided.next(),
    });
    let result = |(id, answer): (Value, store::Result<Admission>)| match answer {
        Ok(answer) => ScanResult::Decided(Box::new(CheckIn::of(answer, api.locale, api.now))),
        Err(error) => ScanResult::Failed {
            id,
            problem: api.problem(&error).into_body(),
        },
    };
    Results {
        items: ids.into_iter().zip(answers).map(result).collect(),
    }
}

/// What was taken back.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenBack {
    /// The undo's own id in the log.
    id: CheckInId,
    /// What it took back.
    undoes: CheckInId,
    /// The booking.
    booking_id: Option<BookingId>,
    /// Or the assignment.
    assignment_id: Option<AssignmentId>,
    /// Where it stands now, an assignment as a booking would.
    state: State,
}

/// Takes a check-in (or a check-out) back, within 15 minutes. Both stay in the log.
#[utoipa::path(post, path = "/check-ins/{id}/undo", operation_id = "check_in_undo", tag = "staff",
    params(("id" = CheckInId, Path, description = "The scan")),
    responses((status = 200, description = "What was taken back; a second time the same", body = TakenBack),
        (status = 409, description = "`too_late_to_undo`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn undo(
    SignedIn(api): SignedIn,
    Id(id): Id<CheckInId>,
) -> Answer<Json<TakenBack>> {
    let undone = check_ins::undo(api.db(), &api.act(), &id).await?;
    Ok(Json(TakenBack {
        id: undone.id,
        undoes: undone.undoes,
        booking_id: undone.subject.booking().cloned(),
        assignment_id: undone.subject.assignment().cloned(),
        state: undone.state,
    }))
}

/// Somebody who came without a booking: a person that the desk knows, or a name and a birth year with
/// a telephone number, or without one with a community, which registers them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWalkIn {
    /// A UUID made once for each walk-in; sent again it gets the first answer again.
    #[serde(deserialize_with = "own_id")]
    id: CheckInId,
    /// Who, if known.
    person_id: Option<PersonId>,
    /// Else the telephone number that they say, if they have one …
    account_phone: Option<String>,
    /// … their name …
    name: Option<String>,
    /// … and their birth year.
    birth_year: Option<i64>,
    /// Without a telephone number: the key of the community that they live in, which together with
    /// name and birth year tells who they are.
    community: Option<String>,
    /// What they are to whose telephone it is: `self` unless told.
    relation: Option<Relation>,
    /// For a child under 14: that the guardian is there and agrees.
    #[serde(default)]
    consent: bool,
    /// When they came; now unless told.
    #[serde(default, deserialize_with = "device_clock")]
    at: Option<Timestamp>,
}

impl NewWalkIn {
    fn newcomer(&self, now: Timestamp) -> Result<(Contact, Newcomer), Refusal> {
        let missing = |field| Refusal::invalid(field, Reason::Missing);
        let contact = match (self.account_phone.as_deref(), &self.community) {
            (Some(phone), _) => Phone::parse(phone)
                .map(Contact::Phone)
                .map_err(|_| Refusal::invalid("account_phone", Reason::NotAPhone))?,
            (None, Some(_)) => Contact::None { is_another: false },
            (None, None) => return Err(missing("account_phone")),
        };
        let community = self.community.as_deref();
        let community = community.map(CommunityKey::parse).transpose()?;
        let name = self.name.as_deref().ok_or_else(|| missing("name"))?;
        let year = self.birth_year.ok_or_else(|| missing("birth_year"))?;
        Ok((
            contact,
            Newcomer {
                name: PersonName::parse(name)?,
                birth_year: BirthYear::new(year, now)?,
                relation: self.relation.unwrap_or(Relation::Myself),
                community,
                consent: self.consent.then(|| Consent::given(now)),
            },
        ))
    }
}

async fn who(
    api: &Api,
    occurrence: &OccurrenceId,
    asked: &NewWalkIn,
) -> Answer<(AccountId, PersonId)> {
    let (db, act) = (api.db(), api.act());
    match &asked.person_id {
        Some(person) => {
            let whom = Whom::Person(person.clone());
            let account = desk::account(db, &act, occurrence, whom).await?;
            Ok((account, person.clone()))
        }
        None => {
            let (contact, newcomer) = asked.newcomer(api.now)?;
            Ok(desk::register(db, &act, occurrence, contact, newcomer).await?)
        }
    }
}

/// Takes somebody in who came without a booking, within capacity and behind who waits: a booking and
/// a check-in in one. Of a series it is that date alone; at what needs no booking it counts who came.
/// Somebody who waits keeps their booking: it gets the place, or the result is `waitlisted`.
#[utoipa::path(post, path = "/occurrences/{id}/walk-ins", operation_id = "walk_in", tag = "staff",
    params(("id" = OccurrenceId, Path, description = "The occurrence")), request_body = NewWalkIn,
    responses((status = 200, description = "The result", body = CheckIn),
        (status = 409, description = "Why not: `full`, `kept_for_line`, `overlaps`, `door_not_open`, `closed`, `too_young`, `too_old`, `consent_required`, …", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn walk_in(
    SignedIn(api): SignedIn,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<NewWalkIn>,
) -> Answer<Response> {
    let asked = sent.body;
    let (account, person) = who(&api, &occurrence, &asked).await?;
    let new = NewCheckIn {
        at: asked.at,
        ..NewCheckIn::now(
            asked.id,
            Presented::WalkIn(WalkIn {
                occurrence,
                account,
                person,
            }),
        )
    };
    one(&api, new).await
}

/// A line of a paper sheet.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SheetLine {
    /// A UUID made once for each line; keyed in again it changes nothing.
    #[serde(deserialize_with = "own_id")]
    id: CheckInId,
    /// Whose line.
    booking_id: BookingId,
    /// What the sheet says; now unless told.
    #[serde(default, deserialize_with = "device_clock")]
    at: Option<Timestamp>,
    /// `in` (unless told) or `out`.
    direction: Option<Direction>,
}

/// A paper sheet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet {
    /// Its lines, at most 500.
    #[serde(default)]
    #[schema(value_type = Vec<SheetLine>)]
    items: Vec<Each<SheetLine>>,
}

/// Keys in a paper sheet: several people of one occurrence, by the same rules as scans. A line of
/// another occurrence is refused by itself.
#[utoipa::path(post, path = "/occurrences/{id}/sheet", operation_id = "sheet", tag = "staff",
    params(("id" = OccurrenceId, Path, description = "The occurrence")), request_body = Sheet,
    responses((status = 200, description = "A result a line, in order", body = Results)))]
pub(super) async fn sheet(
    SignedIn(api): SignedIn,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<Sheet>,
) -> Answer<Json<Results>> {
    let lines = sent.body.items;
    not_too_many(lines.len())?;
    // Who may not see this roster learns nothing, line by line or otherwise.
    check_ins::may_key_in(api.db(), &api.caller, &occurrence).await?;
    let read = |line: SheetLine| {
        Ok(NewCheckIn {
            at: line.at,
            direction: line.direction.unwrap_or(Direction::In),
            event: Some(Event::Occurrence(occurrence.clone())),
            ..NewCheckIn::now(line.id, Presented::Sheet(Subject::Booking(line.booking_id)))
        })
    };
    Ok(Json(all(&api, lines, read).await))
}

/// Which stretch of the log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Stretch {
    /// From then on; the beginning of today unless told.
    #[param(inline)]
    from: Option<Moment>,
    /// Until before then, or with that day; a day after `from` unless told.
    #[param(inline)]
    to: Option<Moment>,
}

/// The log of a center's doors, the newest first, refused scans included. Each look is in the
/// audit log.
#[utoipa::path(get, path = "/centers/{center}/check-ins", operation_id = "check_ins", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Stretch, Asked),
    responses((status = 200, description = "Entries", body = Page<DoorEntry>)))]
pub(super) async fn log(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(stretch): Query<Stretch>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<DoorEntry>>> {
    let today = || Timestamp::start_of(api.now.day());
    let from = stretch.from.map_or_else(today, Moment::start);
    let to = stretch.to.map_or(from.plus(DAY), Moment::end);
    let (db, act) = (api.db(), api.act());
    let found = check_ins::between(db, &act, &center, (from, to), asked.part()).await?;
    Ok(Json(Page::of(found, DoorEntry::from)))
}

/// What is on at a center today, with how many came: figures without people.
#[utoipa::path(get, path = "/centers/{center}/door", operation_id = "door", tag = "doors",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "In order of time", body = Page<DoorSitting>)))]
pub(super) async fn today(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<DoorSitting>>> {
    let found = check_ins::today(api.db(), &api.caller, &center, api.now).await?;
    let page = asked.part().of_all(found, |sitting| sitting.id.as_str())?;
    Ok(Json(Page::of(page, DoorSitting::from)))
}
