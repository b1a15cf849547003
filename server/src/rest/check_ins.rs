//! The door: scans one by one and in batches, undo, walk-ins, paper sheets, the log, the day.

use super::{
    api::{Answer, Api, Id, Query, Sent, marked},
    centers::{cursor, limit},
    shapes::{CheckIn, DoorEntry, DoorSitting, Page},
};
use axum::{Json, response::Response};
use domain::{
    Refusal,
    check_in::Direction,
    id::{AccountId, BookingId, CenterId, CheckInId, OccurrenceId, PersonId},
    person::{BirthYear, Consent, PersonName, Phone, Relation},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    check_ins::{self, MAX_BATCH, NewCheckIn, Presented, WalkIn},
    desk::{self, Newcomer, Whom},
};
use utoipa::{IntoParams, ToSchema};

/// A scan.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct NewScan {
    /// A UUID that the device makes once for each scan; sent again it gets the first answer again.
    id: String,
    /// What the QR of a ticket or card says, or a short code.
    token: Option<String>,
    /// Staff only, in place of `token`: a booking that was found on the roster.
    booking_id: Option<String>,
    /// The device's clock at the scan; now unless told.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<String>,
    /// The device's clock when it sends a scan that it kept; tells how wrong that clock is.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<String>,
    /// `in` (unless told), `out`, or `either`: out for who is inside what asks for it.
    direction: Option<String>,
    /// The center whose door it is; the caller's own unless told.
    center_id: Option<String>,
    /// What people call the door.
    door: Option<String>,
    /// Which one, after `choose`; with a new `id`.
    occurrence_id: Option<String>,
}

/// A time of a device. Nonsense is refused by its field.
fn time(text: Option<&str>, field: &str) -> Result<Option<Timestamp>, Refusal> {
    text.map(Timestamp::parse)
        .transpose()
        .map_err(|_| Refusal::invalid(field, "not_a_time"))
}

fn scan_id(text: &str) -> Result<CheckInId, Refusal> {
    text.parse().map_err(|_| match text {
        "" => Refusal::invalid("id", "missing"),
        _ => Refusal::invalid("id", "unreadable"),
    })
}

fn direction(text: Option<&str>) -> Result<Direction, Refusal> {
    text.map_or(Ok(Direction::In), str::parse)
        .map_err(|_| Refusal::invalid("direction", "unknown_value"))
}

impl NewScan {
    fn read(self) -> Result<NewCheckIn, Refusal> {
        let presented = match (self.token, self.booking_id) {
            (Some(token), None) => Presented::Code(token),
            (None, Some(booking)) => Presented::Roster(booking.parse()?),
            (None, None) => return Err(Refusal::invalid("token", "missing")),
            (Some(_), Some(_)) => return Err(Refusal::invalid("booking_id", "not_with_token")),
        };
        let center: Option<CenterId> = self.center_id.map(|id| id.parse()).transpose()?;
        let occurrence: Option<OccurrenceId> =
            self.occurrence_id.map(|id| id.parse()).transpose()?;
        Ok(NewCheckIn {
            id: scan_id(&self.id)?,
            presented,
            at: time(self.at.as_deref(), "at")?,
            sent_at: time(self.sent_at.as_deref(), "sent_at")?,
            direction: direction(self.direction.as_deref())?,
            center,
            door: self.door.unwrap_or_default(),
            occurrence,
        })
    }
}

/// Decides about a scan. A refusal is a result with status 200, not an error.
#[utoipa::path(post, path = "/check-ins", operation_id = "check_in", tag = "doors",
    request_body = NewScan,
    responses((status = 200, description = "The result", body = CheckIn),
        (status = 429, description = "`rate_limited`: too many short codes that do not exist", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn scan(api: Api, sent: Sent<NewScan>) -> Answer<Response> {
    api.signed_in()?;
    let new = api.rule(sent.body.read())?;
    one(&api, new).await
}

async fn one(api: &Api, new: NewCheckIn) -> Answer<Response> {
    let keyring = api.site.tickets().keyring;
    let answer = check_ins::admit(api.db(), &keyring, &api.act(), new).await;
    let answer = api.answer(answer)?;
    let replayed = answer.replayed;
    let body = CheckIn::of(answer, api.locale, api.now);
    Ok(marked(Json(body), replayed))
}

/// Scans that a device kept.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Scans {
    /// At most 500, in any order.
    #[schema(value_type = Vec<NewScan>)]
    items: Vec<Value>,
    /// The device's clock when it sends them, for those that do not say.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<String>,
    /// The center whose door it is, for those that do not say.
    center_id: Option<String>,
}

/// What a batch came to.
#[derive(Serialize, ToSchema)]
pub(super) struct Results {
    /// One an item, in order: a result, or `{"id", "problem"}` for one that could not be kept.
    #[schema(value_type = Vec<CheckIn>)]
    items: Vec<Value>,
}

fn not_too_many(many: usize) -> Result<(), Refusal> {
    match many {
        0 => Err(Refusal::invalid("items", "missing")),
        many if many > MAX_BATCH => Err(Refusal::invalid("items", "too_large")),
        _ => Ok(()),
    }
}

/// Decides about scans that were kept while offline. One bad item never blocks the others.
#[utoipa::path(post, path = "/check-ins/batch", operation_id = "check_in_batch", tag = "doors",
    request_body = Scans,
    responses((status = 200, description = "A result an item, in order", body = Results)))]
pub(super) async fn batch(api: Api, sent: Sent<Scans>) -> Answer<Json<Results>> {
    api.signed_in()?;
    let Scans {
        items,
        sent_at,
        center_id,
    } = sent.body;
    api.rule(not_too_many(items.len()))?;
    let read = |item: Value| -> (Value, Result<NewCheckIn, Refusal>) {
        let id = item["id"].clone();
        let scan = serde_json::from_value::<NewScan>(item)
            .map_err(|_| Refusal::invalid("items", "unreadable"));
        let new = scan.and_then(|mut scan| {
            scan.sent_at = scan.sent_at.or_else(|| sent_at.clone());
            scan.center_id = scan.center_id.or_else(|| center_id.clone());
            scan.read()
        });
        (id, new)
    };
    Ok(Json(all(&api, items.into_iter().map(read)).await))
}

/// Decides one by one, in order.
async fn all(
    api: &Api,
    items: impl Iterator<Item = (Value, Result<NewCheckIn, Refusal>)>,
) -> Results {
    let (keyring, act) = (api.site.tickets().keyring, api.act());
    let mut results = Vec::new();
    for (id, new) in items {
        let answer = match new {
            Ok(new) => check_ins::admit(api.db(), &keyring, &act, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        results.push(match answer {
            Ok(answer) => json!(CheckIn::of(answer, api.locale, api.now)),
            Err(error) => json!({ "id": id, "problem": api.problem(&error).into_members() }),
        });
    }
    Results { items: results }
}

/// What was taken back.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenBack {
    /// The undo's own id in the log.
    id: String,
    /// What it took back.
    undoes: String,
    /// The booking.
    booking_id: String,
    /// Where the booking stands now.
    state: String,
}

/// Takes a check-in (or a check-out) back, within 15 minutes. Both stay in the log.
#[utoipa::path(post, path = "/check-ins/{id}/undo", operation_id = "check_in_undo", tag = "staff",
    params(("id" = String, Path, description = "The scan")),
    responses((status = 200, description = "What was taken back; a second time the same", body = TakenBack),
        (status = 409, description = "`too_late_to_undo`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn undo(api: Api, Id(id): Id<CheckInId>) -> Answer<Json<TakenBack>> {
    api.signed_in()?;
    let undone = api.answer(check_ins::undo(api.db(), &api.act(), &id).await)?;
    Ok(Json(TakenBack {
        id: undone.id.to_string(),
        undoes: undone.undoes.to_string(),
        booking_id: undone.booking_id.to_string(),
        state: undone.state.to_string(),
    }))
}

/// Somebody who came without a booking: a person that the desk knows, or a telephone number with a
/// name and a birth year, which registers them.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct NewWalkIn {
    /// A UUID made once for each walk-in; sent again it gets the first answer again.
    id: String,
    /// Who, if known.
    person_id: Option<String>,
    /// Else the telephone number that they say …
    account_phone: Option<String>,
    /// … their name …
    name: Option<String>,
    /// … and their birth year.
    birth_year: Option<i64>,
    /// What they are to whose telephone it is: `self` unless told.
    relation: Option<String>,
    /// For a child under 14: that the guardian is there and agrees.
    consent: bool,
    /// When they came; now unless told.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<String>,
}

impl NewWalkIn {
    fn newcomer(&self, now: Timestamp) -> Result<(Phone, Newcomer), Refusal> {
        let missing = |field| Refusal::invalid(field, "missing");
        let phone = self.account_phone.as_deref();
        let phone = phone.ok_or_else(|| missing("account_phone"))?;
        let phone =
            Phone::parse(phone).map_err(|_| Refusal::invalid("account_phone", "not_a_phone"))?;
        let name = self.name.as_deref().ok_or_else(|| missing("name"))?;
        let year = self.birth_year.ok_or_else(|| missing("birth_year"))?;
        let relation = self.relation.as_deref();
        Ok((
            phone,
            Newcomer {
                name: PersonName::parse(name)?,
                birth_year: BirthYear::new(year, now)?,
                relation: relation.map_or(Ok(Relation::Myself), str::parse)?,
                consent: self.consent.then(|| Consent {
                    text_version: "1".to_owned(),
                    given_at: now,
                }),
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
            let person: PersonId = api.rule(person.parse())?;
            let whom = Whom::Person(person.clone());
            let account = desk::account(db, &act, occurrence, whom).await;
            Ok((api.answer(account)?, person))
        }
        None => {
            let (phone, newcomer) = api.rule(asked.newcomer(api.now))?;
            api.answer(desk::register(db, &act, occurrence, phone, newcomer).await)
        }
    }
}

/// Takes somebody in who came without a booking, within capacity and behind who waits: a booking and
/// a check-in in one. Of a series it is that date alone; at what needs no booking it counts who came.
/// Somebody who waits keeps their booking: it gets the place, or the result is `waitlisted`.
#[utoipa::path(post, path = "/occurrences/{id}/walk-ins", operation_id = "walk_in", tag = "staff",
    params(("id" = String, Path, description = "The occurrence")), request_body = NewWalkIn,
    responses((status = 200, description = "The result", body = CheckIn),
        (status = 409, description = "Why not: `full`, `kept_for_line`, `overlaps`, `door_not_open`, `closed`, `too_young`, `too_old`, `consent_required`, …", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn walk_in(
    api: Api,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<NewWalkIn>,
) -> Answer<Response> {
    api.signed_in()?;
    let asked = sent.body;
    let (account, person) = who(&api, &occurrence, &asked).await?;
    let new = NewCheckIn {
        at: api.rule(time(asked.at.as_deref(), "at"))?,
        ..NewCheckIn::now(
            api.rule(scan_id(&asked.id))?,
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
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(super) struct SheetLine {
    /// A UUID made once for each line; keyed in again it changes nothing.
    id: String,
    /// Whose line.
    booking_id: String,
    /// What the sheet says; now unless told.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<String>,
    /// `in` (unless told) or `out`.
    direction: Option<String>,
}

impl SheetLine {
    fn read(self) -> Result<NewCheckIn, Refusal> {
        let booking: BookingId = self.booking_id.parse()?;
        Ok(NewCheckIn {
            at: time(self.at.as_deref(), "at")?,
            direction: direction(self.direction.as_deref())?,
            ..NewCheckIn::now(scan_id(&self.id)?, Presented::Sheet(booking))
        })
    }
}

/// A paper sheet.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Sheet {
    /// Its lines, at most 500.
    items: Vec<SheetLine>,
}

/// Keys in a paper sheet: several people of one occurrence, by the same rules as scans. A line of
/// another occurrence is refused by itself.
#[utoipa::path(post, path = "/occurrences/{id}/sheet", operation_id = "sheet", tag = "staff",
    params(("id" = String, Path, description = "The occurrence")), request_body = Sheet,
    responses((status = 200, description = "A result a line, in order", body = Results)))]
pub(super) async fn sheet(
    api: Api,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<Sheet>,
) -> Answer<Json<Results>> {
    api.signed_in()?;
    let lines = sent.body.items;
    api.rule(not_too_many(lines.len()))?;
    // Who may not see this roster learns nothing, line by line or otherwise.
    api.answer(check_ins::may_key_in(api.db(), &api.caller, &occurrence).await)?;
    let read = |line: SheetLine| {
        let id = Value::from(line.id.clone());
        let new = line.read().map(|new| NewCheckIn {
            occurrence: Some(occurrence.clone()),
            ..new
        });
        (id, new)
    };
    Ok(Json(all(&api, lines.into_iter().map(read)).await))
}

/// Which part of the log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// From then on; the beginning of today unless told.
    from: Option<String>,
    /// Until before then; a day after `from` unless told.
    to: Option<String>,
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

/// The log of a center's doors, the newest first, refused scans included. Each look is in the
/// audit log.
#[utoipa::path(get, path = "/centers/{center}/check-ins", operation_id = "check_ins", tag = "staff",
    params(("center" = String, Path, description = "Its code"), Part),
    responses((status = 200, description = "Entries", body = Page<DoorEntry>)))]
pub(super) async fn log(
    api: Api,
    Id(center): Id<CenterId>,
    Query(part): Query<Part>,
) -> Answer<Json<Page<DoorEntry>>> {
    api.signed_in()?;
    let from = api.rule(time(part.from.as_deref(), "from"))?;
    let from = from.unwrap_or_else(|| Timestamp::start_of(api.now.day()));
    let to = api.rule(time(part.to.as_deref(), "to"))?;
    let to = to.unwrap_or_else(|| from.plus(DAY));
    let before = api.rule(part.cursor.as_deref().map(cursor).transpose())?;
    let limit = limit(part.limit);
    let (db, act) = (api.db(), api.act());
    let found = check_ins::between(db, &act, &center, (from, to), before, limit + 1).await;
    let mut found = api.answer(found)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|e| format!("{}.{}", e.at.0, e.id));
    let items = found.into_iter().map(DoorEntry::from).collect();
    Ok(Json(Page { items, next }))
}

/// What is on at a center today, with how many came: figures without people.
#[utoipa::path(get, path = "/centers/{center}/door", operation_id = "door", tag = "doors",
    params(("center" = String, Path, description = "Its code")),
    responses((status = 200, description = "In order of time; it comes whole", body = Page<DoorSitting>)))]
pub(super) async fn today(api: Api, Id(center): Id<CenterId>) -> Answer<Json<Page<DoorSitting>>> {
    api.signed_in()?;
    let found = check_ins::today(api.db(), &api.caller, &center, api.now).await;
    let items = api.answer(found)?.into_iter().map(DoorSitting::from);
    Ok(Json(Page {
        items: items.collect(),
        next: None,
    }))
}
