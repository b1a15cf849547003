//! Calling off, and removing what nobody ever booked.

use super::load::{
    ActivityHead, LoadedOccurrence, Told, activity_of, affected, head, locks_around, of_activity,
};
use crate::{
    Act, Change, Db, Op, Replay, Result, Tx,
    aftermath::{Aftermath, Gone},
    audit::{self, Entry},
    shifts,
    states::live,
};
use domain::{Refusal, activity::Status, audit::Verb, commitment::Subject, id::OccurrenceId, text};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What calling off did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledOff {
    /// The occurrences that are called off now, in order of time.
    pub occurrences: Vec<OccurrenceId>,
    /// How many bookings were cancelled with them.
    pub bookings: u32,
    /// How many people were told.
    pub told: u32,
}

/// Checks the reason: at most 200 characters, may be empty.
pub(crate) fn check_reason(reason: &str) -> std::result::Result<String, Refusal> {
    text::line("reason", reason, 200)
}

/// Calls an occurrence off: who holds a place or waits is cancelled by the staff and told once
/// (C-41); who is checked in already stays so. Calling off again changes nothing.
///
/// # Errors
/// [`Refusal::AlreadyStarted`] where it is over, [`Refusal::Stale`], [`Refusal::Forbidden`].
pub async fn cancel(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    reason: &str,
    revision: Option<i64>,
) -> Result<CalledOff> {
    let locks = locks_around(db, occurrence).await?;
    let op = One {
        occurrence: occurrence.clone(),
        what: What::CallOff(check_reason(reason)?),
        revision,
    };
    db.write(act, locks, op).await
}

/// Removes an occurrence that nobody ever booked.
///
/// # Errors
/// [`Refusal::HasBookings`] where somebody has, also where all was cancelled (C-66): call it off
/// instead. [`Refusal::Stale`], [`Refusal::Forbidden`].
pub async fn delete(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    revision: Option<i64>,
) -> Result<()> {
    let locks = locks_around(db, occurrence).await?;
    let op = One {
        occurrence: occurrence.clone(),
        what: What::Delete,
        revision,
    };
    db.write(act, locks, op).await.map(drop)
}

enum What {
    CallOff(String),
    Delete,
}

struct One {
    occurrence: OccurrenceId,
    what: What,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for One {
    type Out = CalledOff;
    fn replay() -> Replay<CalledOff> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<CalledOff> {
        let activity = activity_of(tx, &self.occurrence).await?;
        let (head, _) = head(tx, &act.caller, &activity).await?;
        let all = of_activity(tx, &head.id).await?;
        let target = all
            .iter()
            .find(|o| o.id == self.occurrence)
            .ok_or(Refusal::NotFound)?;
        let reason = match &self.what {
            // Calling off what is called off is no second change.
            What::CallOff(_) if target.status == Status::Cancelled => {
                return Ok(CalledOff::default());
            }
            _ if self.revision.is_some_and(|r| r != target.revision) => {
                return Err(Refusal::Stale.into());
            }
            What::Delete => {
                remove_rows(tx, act, std::slice::from_ref(target)).await?;
                let done = CalledOff::default();
                record(tx, act, &head, (Verb::OccurrenceDelete, &target.id), &done).await?;
                return Ok(done);
            }
            What::CallOff(reason) => reason,
        };
        if target.span.end() <= act.now {
            let since = target.span.start();
            return Err(Refusal::AlreadyStarted { since }.into());
        }
        call_off_one(tx, act, &head, target, reason, &mut Aftermath::AtOnce).await
    }
}

/// On record, and on live pages.
async fn record(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    (action, occurrence): (Verb, &OccurrenceId),
    done: &CalledOff,
) -> Result<()> {
    tx.changed(Change::Occurrence(occurrence.clone()));
    tx.changed(Change::Center(head.center_id.clone()));
    let entry = Entry {
        action,
        subject: ("occurrence", occurrence.as_str()),
        center: Some(&head.center_id),
        detail: json!({ "activity": head.id, "bookings": done.bookings, "told": done.told }),
    };
    audit::record(tx, act, entry).await
}

/// Calls one occurrence off, which is on record by itself.
pub(crate) async fn call_off_one(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    target: &LoadedOccurrence,
    reason: &str,
    after: &mut Aftermath,
) -> Result<CalledOff> {
    let only = std::slice::from_ref(target);
    let done = call_off(tx, act, head, only, reason, after).await?;
    record(tx, act, head, (Verb::OccurrenceCancel, &target.id), &done).await?;
    Ok(done)
}

/// Calls these occurrences off and tells everybody once.
pub(crate) async fn call_off(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    occurrences: &[LoadedOccurrence],
    reason: &str,
    after: &mut Aftermath,
) -> Result<CalledOff> {
    let mut told = Told::default();
    let mut done = CalledOff::default();
    let mut free_now = Vec::new();
    for occurrence in occurrences {
        let people = affected(tx, &occurrence.id).await?;
        tx.sql(
            "UPDATE occurrence SET status = 'cancelled', cancel_reason = $1,
             sequence = sequence + 1, revision = revision + 1 WHERE id = $2",
        )
        .bind(reason)
        .bind(&occurrence.id)
        .run()
        .await?;
        tx.sql(
            "UPDATE booking SET state = 'cancelled', cancelled_at = $1, cancelled_by = 'staff',
             cancel_reason = $2, queue_no = NULL, sequence = sequence + 1
             WHERE occurrence_id = $3 AND state IN ('waitlisted', 'confirmed')",
        )
        .bind(act.now)
        .bind(reason)
        .bind(&occurrence.id)
        .run()
        .await?;
        for who in people {
            done.bookings += 1;
            free_now.push(who.person.clone());
            if !told.is_new(&who) && !after.is_gathered() {
                continue;
            }
            let gone = Gone {
                account: who.account,
                person: who.name,
                subject: Subject::Booking(who.booking),
                sitting: occurrence.sitting(head),
            };
            after.gone(tx, act, gone, reason).await?;
        }
        shifts::cancel_with(tx, act, &occurrence.id, reason, after).await?;
        tx.changed(Change::Occurrence(occurrence.id.clone()));
        done.occurrences.push(occurrence.id.clone());
    }
    done.told = told.people;
    after.free(tx, act, free_now).await?;
    Ok(done)
}

/// Removes these occurrences, unless somebody has ever booked one.
pub(crate) async fn remove_rows(
    tx: &mut Tx,
    act: &Act,
    occurrences: &[LoadedOccurrence],
) -> Result<()> {
    for occurrence in occurrences {
        let (ever, live): (i64, i64) = tx
            .sql(concat!(
                "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN state IN
                     ",
                live!(),
                " THEN 1 ELSE 0 END) AS BIGINT), 0)
                 FROM booking WHERE occurrence_id = $1"
            ))
            .bind(&occurrence.id)
            .one()
            .await?;
        if ever > 0 {
            let live = u32::try_from(live).unwrap_or(u32::MAX);
            return Err(Refusal::HasBookings { live }.into());
        }
        shifts::leave_behind(tx, act, &occurrence.id).await?;
        tx.sql("DELETE FROM occurrence WHERE id = $1")
            .bind(&occurrence.id)
            .run()
            .await?;
        tx.changed(Change::Occurrence(occurrence.id.clone()));
    }
    Ok(())
}
