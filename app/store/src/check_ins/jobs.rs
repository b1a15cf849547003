//! What time alone does: closing check-outs that were forgotten, and saying who did not come.

use super::{facts, settle::settle_in};
use crate::{Act, Batch, Change, Db, Error, Locks, Op, Result, Tx, assignments};
use domain::{
    booking::State,
    check_in::{Direction, Evidence, Kind, Method, Outcome, Verdict, attendance, no_show_from},
    commitment::{Event, Subject},
    id::{AssignmentId, BookingId, OccurrenceId, ShiftId},
    shift::AssignmentState,
    time::{DAY, Span, Timestamp},
};

/// A server that was down for so long still catches up (milliseconds).
const CATCH_UP: i64 = 30 * DAY;
/// Most commitments or events that one run takes.
const AT_ONCE: i64 = 500;

/// Closes the check-outs that are missing of what asked for them and has ended, with the time of the
/// end, once (C-113). Of a shift that is a proposal, which its lead looks at (C-91). How many.
///
/// # Errors
/// Database errors; commitments are closed one by one.
pub async fn close_missing(db: &Db, act: &Act) -> Result<u32> {
    let mut closed = 0;
    for (subject, event) in open_bookings(db, act)
        .await?
        .into_iter()
        .chain(open_assignments(db, act).await?)
    {
        let locks = Locks::of([&event]);
        closed += u32::from(db.write(act, locks, CloseOne { subject }).await?);
    }
    Ok(closed)
}

async fn open_bookings(db: &Db, act: &Act) -> Result<Vec<(Subject, Event)>> {
    let mut tx = db.read().await?;
    let open: Vec<(BookingId, OccurrenceId)> = tx
        .sql(
            "SELECT b.id, b.occurrence_id FROM occurrence o JOIN booking b ON b.occurrence_id = o.id
             WHERE o.asks_check_out AND o.ends_at <= $1 AND o.ends_at > $2
             AND b.state = 'checked_in' AND b.checked_out_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM check_in c WHERE c.subject_id = b.id AND c.kind = 'close')
             ORDER BY b.id LIMIT $3",
        )
        .bind(act.now)
        .bind(act.now.plus(-CATCH_UP))
        .bind(AT_ONCE)
        .all()
        .await?;
    let open = open.into_iter();
    let open = open.map(|(id, of)| (Subject::Booking(id), Event::Occurrence(of)));
    Ok(open.collect())
}

async fn open_assignments(db: &Db, act: &Act) -> Result<Vec<(Subject, Event)>> {
    let mut tx = db.read().await?;
    let open: Vec<(AssignmentId, ShiftId)> = tx
        .sql(
            "SELECT a.id, a.shift_id FROM shift s JOIN assignment a ON a.shift_id = s.id
             WHERE s.ends_at <= $1 AND s.ends_at > $2 AND a.state = 'checked_in'
             AND NOT EXISTS (SELECT 1 FROM check_in c WHERE c.subject_id = a.id AND c.kind = 'close')
             ORDER BY a.id LIMIT $3",
        )
        .bind(act.now)
        .bind(act.now.plus(-CATCH_UP))
        .bind(AT_ONCE)
        .all()
        .await?;
    let open = open.into_iter();
    let open = open.map(|(id, of)| (Subject::Assignment(id), Event::Shift(of)));
    Ok(open.collect())
}

struct CloseOne {
    subject: Subject,
}

#[async_trait::async_trait]
impl Op for CloseOne {
    type Out = bool;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<bool> {
        let loaded = facts::of_subject(tx, &self.subject).await?;
        let loaded = loaded.ok_or(Error::Corrupt("commitment"))?;
        tx.need([&loaded.facts.event])?;
        let facts = &loaded.facts;
        let told = attendance(facts.door, facts.span, &facts.evidence);
        let is_closed = facts.evidence.iter().any(|e| e.kind == Kind::Close);
        if !told.is_inside() || is_closed {
            return Ok(false);
        }
        let end = facts.span.end();
        let close = Evidence {
            id: act.ids.make(act.now),
            kind: Kind::Close,
            direction: Direction::Out,
            at: end,
            door: String::new(),
        };
        let verdict = Verdict::Admitted {
            direction: Direction::Out,
            first_at: told.first.map_or(end, |f| f.at),
            again: false,
            entry_missing: false,
        };
        let mut batch = Batch::new(tx);
        batch
            .add(
                "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller,
                     method, direction, result, subject_kind, subject_id, occurrence_id, shift_id,
                     person_id, is_evidence, verdict)
                 VALUES ($1, 'close', $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, TRUE,
                     $14)
                 ON CONFLICT DO NOTHING",
            )
            .bind(&close.id)
            .bind(end)
            .bind(act.now)
            .bind(&facts.center)
            .bind(act.caller.key())
            .bind(Method::Rule)
            .bind(Direction::Out)
            .bind(Outcome::Admitted)
            .bind(facts.subject.kind())
            .bind(facts.subject.id())
            .bind(facts.event.occurrence())
            .bind(facts.event.shift())
            .bind(loaded.person.as_ref())
            .bind(serde_json::to_string(&verdict)?);
        settle_in(tx, act, &mut batch, &loaded, Some(close)).await?;
        batch.run(tx).await?;
        tx.changed((&loaded.facts.event).into());
        Ok(true)
    }
}

/// Marks who held a place and did not come, of what is over for good: the end, a grace, and the
/// time that kiosks which were offline have (C-42). Only where the door was kept: where nobody was
/// scanned at all, nobody is said to have missed it. How many.
///
/// # Errors
/// Database errors; events are marked one by one.
pub async fn mark_no_shows(db: &Db, act: &Act) -> Result<u32> {
    let mut marked = 0;
    for occurrence in occurrences_over(db, act).await? {
        let locks = Locks::of([&occurrence]);
        marked += db.write(act, locks, MarkOne { occurrence }).await?;
    }
    for shift in shifts_over(db, act).await? {
        let locks = Locks::of([&shift]);
        marked += db.write(act, locks, MarkShift { shift }).await?;
    }
    Ok(marked)
}

async fn shifts_over(db: &Db, act: &Act) -> Result<Vec<ShiftId>> {
    let (from, until) = over_for_good(act.now);
    let mut tx = db.read().await?;
    let over: Vec<(ShiftId,)> = tx
        .sql(
            "SELECT s.id FROM shift s WHERE s.ends_at <= $1 AND s.ends_at > $2
             AND s.status = 'published'
             AND EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = s.id
                 AND a.state = 'confirmed')
             AND EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = s.id
                 AND a.checked_in_at IS NOT NULL)
             ORDER BY s.ends_at, s.id LIMIT $3",
        )
        .bind(until)
        .bind(from)
        .bind(AT_ONCE)
        .all()
        .await?;
    Ok(over.into_iter().map(|(shift,)| shift).collect())
}

struct MarkShift {
    shift: ShiftId,
}

#[async_trait::async_trait]
impl Op for MarkShift {
    type Out = u32;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u32> {
        tx.need([&self.shift])?;
        // Decided again under the lock.
        let (_, until) = over_for_good(act.now);
        let still = tx
            .sql("SELECT COUNT(*) FROM shift WHERE id = $1 AND ends_at <= $2")
            .bind(&self.shift)
            .bind(until)
            .count()
            .await?;
        if still == 0 {
            return Ok(0);
        }
        let marked = tx
            .sql(
                "UPDATE assignment SET state = $1 WHERE shift_id = $2 AND state = 'confirmed'
                 AND checked_in_at IS NULL",
            )
            .bind(AssignmentState::NoShow)
            .bind(&self.shift)
            .run()
            .await?;
        if marked > 0 {
            assignments::recount(tx, act, &self.shift).await?;
            tx.changed(Change::Shift(self.shift.clone()));
        }
        u32::try_from(marked).map_err(|_| Error::Corrupt("count"))
    }
}

async fn occurrences_over(db: &Db, act: &Act) -> Result<Vec<OccurrenceId>> {
    let (from, until) = over_for_good(act.now);
    let mut tx = db.read().await?;
    let over: Vec<(OccurrenceId,)> = tx
        .sql(
            "SELECT o.id FROM occurrence o
             WHERE o.ends_at <= $1 AND o.ends_at > $2 AND o.status = 'published'
             AND o.taken_online + o.taken_assisted > o.came
             AND EXISTS (SELECT 1 FROM check_in c WHERE c.occurrence_id = o.id AND c.is_evidence)
             ORDER BY o.ends_at, o.id LIMIT $3",
        )
        .bind(until)
        .bind(from)
        .bind(AT_ONCE)
        .all()
        .await?;
    Ok(over.into_iter().map(|(occurrence,)| occurrence).collect())
}

/// The ends of occurrences that no scan can change any more.
fn over_for_good(now: Timestamp) -> (Timestamp, Timestamp) {
    let wait = Span::new(Timestamp(0), Timestamp(1)).map_or(0, |span| no_show_from(span).0 - 1);
    (now.plus(-CATCH_UP - wait), now.plus(-wait))
}

struct MarkOne {
    occurrence: OccurrenceId,
}

#[async_trait::async_trait]
impl Op for MarkOne {
    type Out = u32;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u32> {
        tx.need([&self.occurrence])?;
        // Decided again under the lock.
        let ends: Option<(Timestamp, Timestamp)> = tx
            .sql("SELECT starts_at, ends_at FROM occurrence WHERE id = $1")
            .bind(&self.occurrence)
            .optional()
            .await?;
        let Some((starts_at, ends_at)) = ends else {
            return Ok(0);
        };
        if act.now < no_show_from(Span::new(starts_at, ends_at)?) {
            return Ok(0);
        }
        let marked = tx
            .sql(
                "UPDATE booking SET state = $1 WHERE occurrence_id = $2 AND state = 'confirmed'
                 AND checked_in_at IS NULL",
            )
            .bind(State::NoShow)
            .bind(&self.occurrence)
            .run()
            .await?;
        if marked > 0 {
            tx.changed(Change::Occurrence(self.occurrence.clone()));
        }
        u32::try_from(marked).map_err(|_| Error::Corrupt("count"))
    }
}
