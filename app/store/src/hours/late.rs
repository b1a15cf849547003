//! Scans that arrived, or were taken back, after the hours were validated: what they say now beside what
//! the ledger has, and what is done about it. Derived whenever somebody looks; only that it is left as it is, is a word.

use super::{
    enter::Correct,
    insert::counted_but,
    read::{EntryView, find_in, look, of_shift_in},
    sheet::{Held, held_in},
};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx, outcome,
    shifts::{self, ShiftView},
};
use domain::{
    Refusal,
    check_in::{Attendance, Evidence, attendance},
    hours::{Kind, Late, credit},
    id::{CenterId, HourEntryId, PersonId, ShiftId},
    shift::{DOOR, Role},
    time::{DAY, Span, Timestamp},
};
use std::collections::HashMap;

/// Shifts that began so long ago are not looked at any more (milliseconds).
const LOOKED_AT: i64 = 60 * DAY;

/// Hours of which the scans say something else since they were validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateView {
    /// What was validated.
    pub entry: EntryView,
    /// What the scans said, what they say, and what the ledger has.
    pub late: Late,
    /// By how many minutes the ledger would change.
    pub difference: i64,
}

/// Of which validated hours of a center the scans say something else since, the oldest first. The look
/// is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn late(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<LateView>> {
    look(db, act, center, "late").await?;
    let mut tx = db.read().await?;
    let mut found = Vec::new();
    for shift in in_question(&mut tx, center, act.now, LISTED).await? {
        found.extend(of_shift(&mut tx, &shift).await?);
    }
    Ok(found)
}

/// So many shifts are looked into for the list, and for the count.
const LISTED: i64 = 100;
const COUNTED: i64 = 5;

/// The same as a count, of the first few shifts.
pub(crate) async fn count_late_in(tx: &mut Tx, center: &CenterId, now: Timestamp) -> Result<u32> {
    let mut count = 0;
    for shift in in_question(tx, center, now, COUNTED).await? {
        count += of_shift(tx, &shift).await?.len();
    }
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The shifts of which scans have arrived since somebody last said something of an entry, the oldest
/// first: only of these is looked what the scans change, which is seldom anywhere.
async fn in_question(
    tx: &mut Tx,
    center: &CenterId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ShiftId>> {
    let shifts: Vec<(ShiftId,)> = tx
        .sql(
            "SELECT s.id FROM shift s WHERE s.center_id = $1 AND s.starts_at > $2
             AND s.starts_at <= $3
             AND EXISTS (SELECT 1 FROM hour_entry h
                 JOIN assignment a ON a.shift_id = h.shift_id
                 JOIN check_in e ON e.subject_id = a.id AND e.is_evidence AND e.received_at > h.at
                 WHERE h.shift_id = s.id AND h.kind = 'verified'
                 AND NOT EXISTS (SELECT 1 FROM hour_entry l WHERE l.shift_id = h.shift_id
                     AND l.assignment_id = h.assignment_id AND l.at >= e.received_at)
                 AND NOT EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id
                     AND w.word = 'left' AND w.at >= e.received_at))
             ORDER BY s.starts_at, s.id LIMIT $4",
        )
        .bind(center)
        .bind(now.plus(-LOOKED_AT))
        .bind(now)
        .bind(most)
        .all()
        .await?;
    Ok(shifts.into_iter().map(|(id,)| id).collect())
}

async fn of_shift(tx: &mut Tx, shift: &ShiftId) -> Result<Vec<LateView>> {
    let view = shifts::view_in(tx, shift).await?;
    let view = view.ok_or(Refusal::NotFound)?;
    let held = held_in(tx, &view).await?;
    let people: Vec<&PersonId> = held.iter().filter_map(|of| of.person.as_ref()).collect();
    let elsewhere = counted_but(tx, &people, view.span, Some(shift)).await?;
    let entries = of_shift_in(tx, shift).await?;
    let left = left(tx, shift).await?;
    let mut found = Vec::new();
    for of in held.iter().filter(|of| of.role == Role::Volunteer) {
        let mut own = entries.iter().filter(|entry| entry.assignment_id == of.id);
        let own: Vec<&EntryView> = own.by_ref().collect();
        let Some(verified) = own.iter().find(|entry| entry.kind == Kind::Verified) else {
            continue;
        };
        let said = own.iter().map(|entry| entry.at).max();
        let said = said.max(left.get(&verified.id).copied());
        let spans = of.person.as_ref().and_then(|person| elsewhere.get(person));
        let spans = spans.map_or(&[][..], |of| of.spans.as_slice());
        let live = own.iter().filter(|entry| !entry.sum.is_refused);
        let late = Late {
            then: minutes(&view, &held, of, spans, said),
            now: minutes(&view, &held, of, spans, None),
            ledger: live.map(|entry| entry.sum.minutes).sum(),
        };
        if let Some(difference) = late.difference() {
            found.push(LateView {
                entry: (*verified).clone(),
                late,
                difference,
            });
        }
    }
    Ok(found)
}

/// When somebody last said of these entries that they stay as they are.
async fn left(tx: &mut Tx, shift: &ShiftId) -> Result<HashMap<HourEntryId, Timestamp>> {
    let rows: Vec<(HourEntryId, Timestamp)> = tx
        .sql(
            "SELECT w.entry_id, MAX(w.at) FROM hour_entry h JOIN hour_word w ON w.entry_id = h.id
             WHERE h.shift_id = $1 AND w.word = 'left' GROUP BY w.entry_id",
        )
        .bind(shift)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// What counts of somebody's presence, by the scans that had arrived by then; by all without a time.
fn minutes(
    shift: &ShiftView,
    held: &[Held],
    of: &Held,
    counted: &[Span],
    by: Option<Timestamp>,
) -> i64 {
    let told = |of: &Held| -> Attendance {
        let seen = of.seen.iter();
        let seen = seen.filter(|seen| by.is_none_or(|by| seen.received_at <= by));
        let seen: Vec<Evidence> = seen.map(|seen| seen.evidence.clone()).collect();
        attendance(DOOR, shift.span, &seen)
    };
    let leads = held.iter().filter(|of| of.role == Role::Lead);
    let leads: Vec<Attendance> = leads.map(told).collect();
    i64::from(credit(shift.span, &told(of), &leads, counted).minutes)
}

/// Corrects validated hours to what the scans say now, by an entry beside them.
///
/// # Errors
/// As [`super::correct`]; [`Refusal::Stale`] where somebody has seen to it.
pub async fn take_over(db: &Db, act: &Act, entry: &HourEntryId, reason: &str) -> Result<EntryView> {
    let found = find_in(&mut db.read().await?, entry).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let op = TakeOver {
        entry: entry.clone(),
        shift: found.shift_id.clone(),
        reason: reason.to_owned(),
    };
    let locks = Locks::of([&found.account_id]).and([&found.shift_id]);
    Ok(db.write(act, locks, op).await??)
}

struct TakeOver {
    entry: HourEntryId,
    shift: ShiftId,
    reason: String,
}

#[async_trait::async_trait]
impl Op for TakeOver {
    type Out = Outcome<EntryView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.take_over(tx, act).await)
    }
}

impl TakeOver {
    async fn take_over(&self, tx: &mut Tx, act: &Act) -> Result<EntryView> {
        tx.need([&self.shift])?;
        let late = of_shift(tx, &self.shift).await?;
        let late = late.into_iter().find(|of| of.entry.id == self.entry);
        let correct = Correct {
            entry: self.entry.clone(),
            minutes: late.ok_or(Refusal::Stale)?.difference,
            reason: self.reason.clone(),
        };
        correct.correct_in(tx, act).await
    }
}
