//! What time alone does: closing check-outs that were forgotten, and saying who did not come.

use super::{facts, settle::settle_in};
use crate::{Act, Batch, Change, Db, Error, Locks, Op, Result, Tx};
use domain::{
    booking::State,
    check_in::{Direction, Evidence, Kind, Method, Outcome, Verdict, attendance, no_show_from},
    id::{BookingId, OccurrenceId},
    time::{DAY, Span, Timestamp},
};

/// A server that was down for so long still catches up (milliseconds).
const CATCH_UP: i64 = 30 * DAY;
/// Most bookings or occurrences that one run takes.
const AT_ONCE: i64 = 500;

/// Closes the check-outs that are missing of occurrences that asked for them and have ended, with
/// the time of the end, once (C-113). How many.
///
/// # Errors
/// Database errors; bookings are closed one by one.
pub async fn close_missing(db: &Db, act: &Act) -> Result<u32> {
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
    drop(tx);
    let mut closed = 0;
    for (booking, occurrence) in open {
        let locks = Locks::of([&occurrence]);
        let op = CloseOne { booking };
        closed += u32::from(db.write(act, locks, op).await?);
    }
    Ok(closed)
}

struct CloseOne {
    booking: BookingId,
}

#[async_trait::async_trait]
impl Op for CloseOne {
    type Out = bool;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<bool> {
        let loaded = facts::booking(tx, &self.booking).await?;
        let loaded = loaded.ok_or(Error::Corrupt("booking"))?;
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
                     method, direction, result, subject_kind, subject_id, occurrence_id, person_id,
                     is_evidence, verdict)
                 VALUES ($1, 'close', $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, TRUE, $13)
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
            .bind(&loaded.person)
            .bind(serde_json::to_string(&verdict)?);
        settle_in(tx, act, &mut batch, &loaded, Some(close)).await?;
        batch.run(tx).await?;
        tx.changed((&loaded.facts.event).into());
        Ok(true)
    }
}

/// Marks who held a place and did not come, of occurrences that are over for good: the end, a
/// grace, and the time that kiosks which were offline have (C-42). Only where the door was kept:
/// where nobody was scanned at all, nobody is said to have missed it. How many.
///
/// # Errors
/// Database errors; occurrences are marked one by one.
pub async fn mark_no_shows(db: &Db, act: &Act) -> Result<u32> {
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
    drop(tx);
    let mut marked = 0;
    for (occurrence,) in over {
        let locks = Locks::of([&occurrence]);
        let op = MarkOne { occurrence };
        marked += db.write(act, locks, op).await?;
    }
    Ok(marked)
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
