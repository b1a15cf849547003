//! Loading an activity and its occurrences for a change by the staff.

use super::columns::{TermsRow, room_column, term_columns};
use crate::activities::columns::{TextsRow, text_columns};
use crate::{Db, Error, Locks, Result, Tx, centers};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Enrolment, Status},
    commitment::Event,
    id::{AccountId, ActivityId, BookingId, CenterId, EnrolmentId, OccurrenceId, PersonId, RoomId},
    notice::Details,
    place::CenterPlace,
    terms::Terms,
    texts::Texts,
    time::{Span, Timestamp},
};
use std::collections::{BTreeSet, HashMap};

/// An activity as far as changes ask.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ActivityHead {
    pub(crate) id: ActivityId,
    pub(crate) center_id: CenterId,
    pub(crate) center_name: String,
    #[sqlx(flatten, try_from = "TextsRow")]
    pub(crate) texts: Texts,
    pub(crate) enrolment: Enrolment,
    pub(crate) status: Status,
    pub(crate) revision: i64,
}

const HEAD: &str = concat!(
    "SELECT a.id, a.center_id, c.name AS center_name, a.enrolment, a.status, a.revision",
    text_columns!(),
    " FROM activity a JOIN center c ON c.id = a.center_id WHERE a.id = $1"
);

/// The activity, locked, and where its center lies, for a caller who may manage its activities.
pub(crate) async fn head(
    tx: &mut Tx,
    caller: &Caller,
    id: &ActivityId,
) -> Result<(ActivityHead, CenterPlace)> {
    // Locked first, so that what is read next cannot change before the commit.
    tx.need([id])?;
    let head: Option<ActivityHead> = tx.sql(HEAD).bind(id).optional().await?;
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
    pub(crate) room_id: Option<RoomId>,
    /// That room's name; empty where there is none.
    pub(crate) room: String,
    pub(crate) terms: Terms,
    pub(crate) status: Status,
    pub(crate) sequence: i64,
    pub(crate) revision: i64,
}

impl LoadedOccurrence {
    /// It as a notice names it.
    pub(crate) fn sitting(&self, head: &ActivityHead) -> Details {
        Details {
            event: Event::Occurrence(self.id.clone()),
            title: head.texts.title.clone(),
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
    room_id: Option<RoomId>,
    room: String,
    #[sqlx(flatten, try_from = "TermsRow")]
    terms: Terms,
    status: Status,
    sequence: i64,
    revision: i64,
}

const OCCURRENCES: &str = concat!(
    "SELECT o.id, o.starts_at, o.ends_at, o.room_id, o.status, o.sequence, o.revision",
    room_column!(),
    term_columns!(),
    " FROM occurrence o WHERE o.activity_id = $1 ORDER BY o.starts_at, o.id"
);

impl TryFrom<OccurrenceRow> for LoadedOccurrence {
    type Error = Error;
    fn try_from(row: OccurrenceRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            span: Span::new(row.starts_at, row.ends_at)?,
            room_id: row.room_id,
            room: row.room,
            terms: row.terms,
            status: row.status,
            sequence: row.sequence,
            revision: row.revision,
        })
    }
}

/// All occurrences of an activity in order of time, as they stand at the moment.
pub(crate) async fn dates_of(tx: &mut Tx, id: &ActivityId) -> Result<Vec<LoadedOccurrence>> {
    let rows: Vec<OccurrenceRow> = tx.sql(OCCURRENCES).bind(id).all().await?;
    rows.into_iter().map(LoadedOccurrence::try_from).collect()
}

/// The same, each of them locked.
pub(crate) async fn of_activity(tx: &mut Tx, id: &ActivityId) -> Result<Vec<LoadedOccurrence>> {
    let dates = dates_of(tx, id).await?;
    tx.need(dates.iter().map(|date| &date.id))?;
    Ok(dates)
}

/// How many hold a place and how many bookings are live, by occurrence of an activity.
pub(crate) async fn live_counts(
    tx: &mut Tx,
    activity: &ActivityId,
) -> Result<HashMap<OccurrenceId, (u32, u32)>> {
    let rows: Vec<(OccurrenceId, i64, i64)> = tx
        .sql(
            "SELECT id, taken_online + taken_assisted, taken_online + taken_assisted + waiting
             FROM occurrence WHERE activity_id = $1",
        )
        .bind(activity)
        .all()
        .await?;
    rows.into_iter()
        .map(|(id, holding, live)| Ok((id, (count(holding)?, count(live)?))))
        .collect()
}

fn count(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::Corrupt("a count"))
}

/// Who is booked, as far as telling them asks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Affected {
    pub(super) booking: BookingId,
    pub(super) account: AccountId,
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) enrolment: Option<EnrolmentId>,
}

/// Everybody with a place or in line.
pub(super) async fn affected(tx: &mut Tx, id: &OccurrenceId) -> Result<Vec<Affected>> {
    tx.sql(
        "SELECT b.id AS booking, b.account_id AS account, p.id AS person, p.name,
                b.enrolment_id AS enrolment
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
