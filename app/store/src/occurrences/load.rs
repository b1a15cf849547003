//! Loading an activity and its occurrences for a change by the staff.

use crate::{Db, Error, Locks, Result, Tx, centers};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Allocation, Enrolment, Kind, Status, Terms, Unit},
    check_in::DoorTerms,
    id::{AccountId, ActivityId, BookingId, CenterId, EnrolmentId, MenuItemId, OccurrenceId},
    notice::Sitting,
    person::AgeRange,
    place::CenterPlace,
    time::{Span, Timestamp},
};
use std::collections::{BTreeSet, HashMap};

/// An activity as far as changes ask.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ActivityHead {
    pub(crate) id: ActivityId,
    pub(crate) center_id: CenterId,
    pub(crate) center_name: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: Kind,
    pub(crate) field: String,
    pub(crate) menu_item_id: Option<MenuItemId>,
    pub(crate) enrolment: Enrolment,
    pub(crate) status: Status,
    pub(crate) revision: i64,
}

/// The activity, locked, and where its center lies, for a caller who may manage its activities.
pub(crate) async fn head(
    tx: &mut Tx,
    caller: &Caller,
    id: &ActivityId,
) -> Result<(ActivityHead, CenterPlace)> {
    // Locked first, so that what is read next cannot change before the commit.
    tx.need([id])?;
    let head: Option<ActivityHead> = tx
        .sql(
            "SELECT a.id, a.center_id, c.name AS center_name, a.title, a.summary, a.kind, a.field,
                a.menu_item_id, a.enrolment, a.status, a.revision
             FROM activity a JOIN center c ON c.id = a.center_id WHERE a.id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    let head = head.ok_or(Refusal::NotFound)?;
    let place = centers::place(tx, &head.center_id).await?;
    caller.may(Action::ManageActivities, &place)?;
    Ok((head, place))
}

/// An occurrence as far as changes ask.
#[derive(Clone, Debug)]
pub(crate) struct LoadedOccurrence {
    pub(crate) id: OccurrenceId,
    pub(crate) span: Span,
    pub(crate) room: String,
    pub(crate) terms: Terms,
    pub(crate) status: Status,
    pub(crate) sequence: i64,
    pub(crate) revision: i64,
}

impl LoadedOccurrence {
    /// It as a notice names it.
    pub(crate) fn sitting(&self, head: &ActivityHead) -> Sitting {
        Sitting {
            occurrence_id: self.id.clone(),
            title: head.title.clone(),
            center: head.center_name.clone(),
            room: self.room.clone(),
            starts_at: self.span.start(),
            ends_at: self.span.end(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct OccurrenceRow {
    id: OccurrenceId,
    starts_at: Timestamp,
    ends_at: Timestamp,
    room: String,
    allocation: Allocation,
    unit: Unit,
    capacity: i64,
    waitlist_capacity: i64,
    held_back: i64,
    held_until: Option<Timestamp>,
    min_age: Option<i64>,
    max_age: Option<i64>,
    residents_first_until: Option<Timestamp>,
    booking_opens_at: Timestamp,
    booking_closes_at: Timestamp,
    cancel_until: Timestamp,
    parties_may_be_passed: bool,
    door_opens_before_min: i64,
    asks_check_out: bool,
    status: Status,
    sequence: i64,
    revision: i64,
}

fn small<T: TryFrom<i64>>(value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| Error::Corrupt("a number"))
}

impl TryFrom<OccurrenceRow> for LoadedOccurrence {
    type Error = Error;
    fn try_from(row: OccurrenceRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            span: Span::new(row.starts_at, row.ends_at)?,
            room: row.room,
            terms: Terms {
                allocation: row.allocation,
                unit: row.unit,
                capacity: small(row.capacity)?,
                waitlist_capacity: small(row.waitlist_capacity)?,
                held_back: small(row.held_back)?,
                held_until: row.held_until,
                ages: AgeRange {
                    min: row.min_age.map(small).transpose()?,
                    max: row.max_age.map(small).transpose()?,
                },
                residents_first_until: row.residents_first_until,
                booking_opens_at: row.booking_opens_at,
                booking_closes_at: row.booking_closes_at,
                cancel_until: row.cancel_until,
                parties_may_be_passed: row.parties_may_be_passed,
                door: DoorTerms {
                    opens_before_min: small(row.door_opens_before_min)?,
                    asks_check_out: row.asks_check_out,
                },
            },
            status: row.status,
            sequence: row.sequence,
            revision: row.revision,
        })
    }
}

/// All occurrences of an activity in order of time, each of them locked.
pub(crate) async fn of_activity(tx: &mut Tx, id: &ActivityId) -> Result<Vec<LoadedOccurrence>> {
    let rows: Vec<OccurrenceRow> = tx
        .sql(
            "SELECT id, starts_at, ends_at, room, allocation, unit, capacity, waitlist_capacity,
                held_back, held_until, min_age, max_age, residents_first_until, booking_opens_at,
                booking_closes_at, cancel_until, parties_may_be_passed, door_opens_before_min,
                asks_check_out, status, sequence, revision
             FROM occurrence WHERE activity_id = $1 ORDER BY starts_at, id",
        )
        .bind(id)
        .all()
        .await?;
    tx.need(rows.iter().map(|row| &row.id))?;
    rows.into_iter().map(LoadedOccurrence::try_from).collect()
}

/// How many hold a place and how many bookings are live, by occurrence of an activity.
pub(crate) async fn live_counts(
    tx: &mut Tx,
    activity: &ActivityId,
) -> Result<HashMap<OccurrenceId, (u32, u32)>> {
    let rows: Vec<(OccurrenceId, i64, i64)> = tx
        .sql(
            "SELECT b.occurrence_id,
                CAST(SUM(CASE WHEN b.state = 'waitlisted' THEN 0 ELSE 1 END) AS BIGINT), COUNT(*)
             FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
             WHERE o.activity_id = $1 AND b.state IN ('waitlisted', 'confirmed', 'checked_in')
             GROUP BY b.occurrence_id",
        )
        .bind(activity)
        .all()
        .await?;
    rows.into_iter()
        .map(|(id, holding, live)| Ok((id, (small(holding)?, small(live)?))))
        .collect()
}

/// Who is booked, as far as telling them asks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Affected {
    pub(super) booking: BookingId,
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) enrolment: Option<EnrolmentId>,
}

/// Everybody with a place or in line.
pub(super) async fn affected(tx: &mut Tx, id: &OccurrenceId) -> Result<Vec<Affected>> {
    tx.sql(
        "SELECT b.id AS booking, b.account_id AS account, p.name, b.enrolment_id AS enrolment
         FROM booking b JOIN person p ON p.id = b.person_id
         WHERE b.occurrence_id = $1 AND b.state IN ('waitlisted', 'confirmed')
         ORDER BY b.booked_at, b.id",
    )
    .bind(id)
    .all()
    .await
}

/// Who was told already. An enrolment in a series is told once, not once a date.
#[derive(Default)]
pub(super) struct Told {
    enrolments: BTreeSet<EnrolmentId>,
    pub(super) people: u32,
}

impl Told {
    pub(super) fn is_new(&mut self, affected: &Affected) -> bool {
        let new = affected
            .enrolment
            .as_ref()
            .is_none_or(|e| self.enrolments.insert(e.clone()));
        self.people += u32::from(new);
        new
    }
}

/// The activity of an occurrence.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(super) async fn activity_of(tx: &mut Tx, id: &OccurrenceId) -> Result<ActivityId> {
    let found: Option<(ActivityId,)> = tx
        .sql("SELECT activity_id FROM occurrence WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    let (activity,) = found.ok_or(Refusal::NotFound)?;
    Ok(activity)
}

/// The locks that a change of an occurrence needs, those of its activity; none where it does not
/// exist, so that the operation itself can say so, or give its first answer again.
pub(super) async fn locks_around(db: &Db, of: &OccurrenceId) -> Result<Locks> {
    let mut tx = db.read().await?;
    let activity = match activity_of(&mut tx, of).await {
        Err(Error::Refused(_)) => return Ok(Locks::none()),
        found => found?,
    };
    drop(tx);
    locks_of(db, &activity).await
}

/// The locks that a change of an activity needs: itself, all its occurrences, and the accounts of
/// those on a waitlist, who may move up.
pub(crate) async fn locks_of(db: &Db, activity: &ActivityId) -> Result<Locks> {
    let mut tx = db.read().await?;
    let ids: Vec<(OccurrenceId,)> = tx
        .sql("SELECT id FROM occurrence WHERE activity_id = $1")
        .bind(activity)
        .all()
        .await?;
    let waiting: Vec<(AccountId,)> = tx
        .sql(
            "SELECT DISTINCT b.account_id FROM booking b
             JOIN occurrence o ON o.id = b.occurrence_id
             WHERE o.activity_id = $1 AND b.state = 'waitlisted'",
        )
        .bind(activity)
        .all()
        .await?;
    Ok(Locks::of([activity])
        .and(waiting.iter().map(|(id,)| id))
        .and(ids.iter().map(|(id,)| id)))
}

/// A room's name as it is stored.
pub(crate) fn check_room(room: &str) -> std::result::Result<String, Refusal> {
    let room = room.trim();
    if room.chars().count() > 60 {
        Err(Refusal::invalid("room", "too_long"))
    } else if room.chars().any(char::is_control) {
        Err(Refusal::invalid("room", "control_character"))
    } else {
        Ok(room.to_owned())
    }
}
