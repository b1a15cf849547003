//! Giving a place back, leaving the line, and cancelling for somebody at the desk.

use super::{
    promote::promote_in,
    read::{BookingView, view_in},
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers,
    lines::look_again,
    notices,
    occurrences::check_reason,
    outcome,
};
use domain::{
    Refusal,
    access::{Action, Identity},
    audit::Verb,
    booking::{By, CancelDecision, CancelFacts, State, decide_cancel},
    commitment::{Event, Subject},
    id::{AccountId, BookingId, OccurrenceId},
    notice::{Details, Notice},
    time::{Span, Timestamp},
};
use serde_json::json;

/// Cancels a booking; with one enrolment also those of the sittings that are still to come. The
/// first who waits moves up in the same transaction. Cancelling what is cancelled changes nothing
/// and answers the same (C-08).
///
/// # Errors
/// [`Refusal::NotFound`] for a booking of somebody else, [`Refusal::CutoffPassed`] and the other
/// refusals of [`decide_cancel`], given again to the same key.
pub async fn cancel(db: &Db, act: &Act, booking: BookingId, reason: String) -> Result<BookingView> {
    give_back(db, act, booking, reason, Extent::Whole).await
}

/// Gives back one date of a series and keeps the others (C-195). Of a booking that is no series', and
/// of a place in line, there is only the whole to give back.
///
/// # Errors
/// As [`cancel`].
pub async fn miss(db: &Db, act: &Act, booking: BookingId, reason: String) -> Result<BookingView> {
    give_back(db, act, booking, reason, Extent::Date).await
}

/// How much of a series is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// All that is still to come.
    Whole,
    /// The one date.
    Date,
}

async fn give_back(
    db: &Db,
    act: &Act,
    booking: BookingId,
    reason: String,
    extent: Extent,
) -> Result<BookingView> {
    let reason = check_reason(&reason)?;
    let mut tx = db.read().await?;
    let target: Option<(AccountId, OccurrenceId)> = tx
        .sql("SELECT account_id, occurrence_id FROM booking WHERE id = $1")
        .bind(&booking)
        .optional()
        .await?;
    drop(tx);
    let (account, occurrence) = target.ok_or(Refusal::NotFound)?;
    let locks = Locks::of([&account]).and([&occurrence]);
    let op = Cancel {
        booking,
        reason,
        extent,
    };
    Ok(db.write(act, locks, op).await??)
}

struct Cancel {
    booking: BookingId,
    reason: String,
    extent: Extent,
}

#[async_trait::async_trait]
impl Op for Cancel {
    type Out = Outcome<BookingView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        let Self {
            booking,
            reason,
            extent,
        } = self;
        outcome(cancel_in(tx, act, booking, reason, *extent).await)
    }
}

async fn authorise(tx: &mut Tx, act: &Act, view: &BookingView) -> Result<By> {
    match &act.caller.identity {
        Identity::Resident(account) if *account == view.account_id => Ok(By::Resident),
        Identity::Resident(_) => Err(Refusal::NotFound.into()),
        Identity::System => Ok(By::Staff),
        _ => {
            let place = centers::place(tx, &view.center_id).await?;
            act.caller.may(Action::BookForOthers, &place)?;
            Ok(By::Staff)
        }
    }
}

async fn cancel_in(
    tx: &mut Tx,
    act: &Act,
    booking: &BookingId,
    reason: &str,
    extent: Extent,
) -> Result<BookingView> {
    let view = view_in(tx, booking).await?.ok_or(Refusal::NotFound)?;
    let by = authorise(tx, act, &view).await?;
    let facts = CancelFacts {
        state: view.state,
        span: Span::new(view.starts_at, view.ends_at)?,
        promised_until: view.cancel_until,
        current_until: view.cancel_until,
    };
    if decide_cancel(facts, by, act.now)? == CancelDecision::AlreadyCancelled {
        return Ok(view);
    }
    let rows = match (extent, view.state) {
        (Extent::Date, State::Confirmed) => vec![(view.id.clone(), view.occurrence_id.clone())],
        _ => rows_to_cancel(tx, &view, act.now).await?,
    };
    tx.need(rows.iter().map(|(_, occurrence)| occurrence))?;
    for (row, occurrence) in &rows {
        mark(tx, act, row, by, reason).await?;
        tx.changed(Change::Occurrence(occurrence.clone()));
    }
    let entry = Entry {
        action: Verb::BookingCancel,
        subject: ("booking", booking.as_str()),
        center: Some(&view.center_id),
        detail: json!({ "occurrence": view.occurrence_id, "was": view.state, "rows": rows.len() }),
    };
    audit::record(tx, act, entry).await?;
    if by == By::Staff {
        tell(tx, act, &view, reason).await?;
    }
    // Also when somebody merely leaves the line: a party that they held up may fit now.
    promote_in(tx, act, &view.occurrence_id).await?;
    look_again(tx, act, std::slice::from_ref(&view.person_id)).await?;
    view_in(tx, booking).await?.ok_or(Error::Corrupt("booking"))
}

/// The booking itself and, with one enrolment, the live ones of sittings that have not begun.
async fn rows_to_cancel(
    tx: &mut Tx,
    view: &BookingView,
    now: Timestamp,
) -> Result<Vec<(BookingId, OccurrenceId)>> {
    let Some(enrolment) = &view.enrolment_id else {
        return Ok(vec![(view.id.clone(), view.occurrence_id.clone())]);
    };
    tx.sql(
        "SELECT b.id, b.occurrence_id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
         WHERE b.enrolment_id = $1 AND b.state IN ('waitlisted', 'confirmed')
         AND (o.starts_at > $2 OR b.id = $3) ORDER BY o.starts_at, o.id",
    )
    .bind(enrolment)
    .bind(now)
    .bind(&view.id)
    .all()
    .await
}

/// Compare and swap: only a live booking is cancelled, once (C-36). Where somebody else was first
/// the operation runs again from the start, so that a series is never half cancelled.
async fn mark(tx: &mut Tx, act: &Act, booking: &BookingId, by: By, reason: &str) -> Result<()> {
    let changed = tx
        .sql(
            "UPDATE booking SET state = 'cancelled', cancelled_at = $1, cancelled_by = $2,
             cancel_reason = $3, queue_no = NULL, sequence = sequence + 1
             WHERE id = $4 AND state IN ('waitlisted', 'confirmed')",
        )
        .bind(act.now)
        .bind(by)
        .bind(reason)
        .bind(booking)
        .run()
        .await?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::another_try())
    }
}

async fn tell(tx: &mut Tx, act: &Act, view: &BookingView, reason: &str) -> Result<()> {
    let notice = Notice::CancelledByStaff {
        person: view.person_name.clone(),
        subject: Subject::Booking(view.id.clone()),
        sitting: Details {
            event: Event::Occurrence(view.occurrence_id.clone()),
            title: view.title.clone(),
            center: view.center_name.clone(),
            room: view.room.clone(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
        },
        reason: reason.to_owned(),
    };
    notices::tell(tx, act, &view.account_id, &notice, view.id.as_str()).await
}
