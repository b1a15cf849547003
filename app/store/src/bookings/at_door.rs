//! Places at the door: for who waits and comes, and for who comes without a booking.

use super::{
    book::{Asked, BookRequest, authorise, decide_and_place},
    facts::{self, LoadedOffer},
    read::BookingView,
};
use crate::{
    Act, Batch, Error, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    audit::Verb,
    booking::{AtDoor, DoorLine, OccurrenceFacts, line_at_door},
    check_in::CLOCK_TOLERANCE,
    id::{AccountId, BookingId, OccurrenceId},
    time::Timestamp,
};
use serde_json::json;

/// Takes in somebody who stands at the door since `at` without a booking (C-14): within capacity,
/// behind those of the line who come first there ([`domain::booking::line_at_door`]). The door's
/// window holds in place of the booking window. Of a series it is that date alone, and what needs
/// no booking is no exception: whoever came is counted by the same rows.
///
/// # Errors
/// The refusals of [`domain::booking::decide`]; nothing is written then.
pub(crate) async fn book_at_door_in(
    tx: &mut Tx,
    act: &Act,
    request: &BookRequest,
    at: Timestamp,
) -> Result<BookingView> {
    let (loaded, line) = door_line(tx, &request.occurrence, None, at).await?;
    authorise(act, request, &loaded)?;
    let asked = Asked {
        act,
        request,
        queue_stands: line.kept > 0,
        at_door: Some(AtDoor {
            since: at,
            kept: line.kept,
        }),
    };
    let mut batch = Batch::new(tx);
    let booked = decide_and_place(tx, asked, &loaded, &mut batch).await??;
    batch.run(tx).await?;
    let first = booked.people.into_iter().next();
    let (_, outcome) = first.ok_or(Error::Corrupt("offer"))?;
    Ok(outcome?)
}

/// Somebody who waits and stands at the door.
pub(crate) struct Comer<'a> {
    pub(crate) occurrence: &'a OccurrenceId,
    pub(crate) booking: &'a BookingId,
    pub(crate) account: &'a AccountId,
    /// Since when.
    pub(crate) at: Timestamp,
}

/// What somebody who waits gets at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    /// A place, since they stood there.
    Theirs,
    /// None yet.
    None {
        /// Their position in line.
        position: u32,
        /// Until when free places are kept for those before them, where there are any.
        kept_until: Option<Timestamp>,
    },
}

/// Gives a free place to somebody who waits and stands at the door, unless it is for those before
/// them ([`domain::booking::line_at_door`]). `may_sit` is whether the scan would let them in if
/// they had a place; without it only their position is told.
pub(crate) async fn seat_in(
    tx: &mut Tx,
    act: &Act,
    who: &Comer<'_>,
    may_sit: bool,
) -> Result<Seat> {
    tx.need([who.account])?;
    let (loaded, line) = door_line(tx, who.occurrence, Some(who.booking), who.at).await?;
    let first = loaded.offer.first();
    if !(may_sit && line.is_seated && was_free(tx, act, who, first).await?) {
        let is_kept = line.kept > 0 && who.at < first.span.start();
        return Ok(Seat::None {
            position: line.position,
            kept_until: is_kept.then(|| first.span.start()),
        });
    }
    let mut batch = Batch::new(tx);
    batch
        .add(
            "UPDATE booking SET state = 'confirmed', confirmed_at = $1, queue_no = NULL,
             sequence = sequence + 1 WHERE id = $2 AND state = 'waitlisted'",
        )
        .bind(who.at)
        .bind(who.booking);
    let entry = Entry {
        action: Verb::BookingPromote,
        subject: ("booking", who.booking.as_str()),
        center: Some(&loaded.place.center),
        detail: json!({ "occurrence": who.occurrence, "at_door": true }),
    };
    audit::add(&mut batch, act, entry);
    batch.run(tx).await?;
    Ok(Seat::Theirs)
}

/// Whether somebody who has a place since a later scan could have had it when they stood at the
/// door before: then they had it since, whichever scan came first.
pub(crate) async fn seated_since(tx: &mut Tx, act: &Act, who: &Comer<'_>) -> Result<bool> {
    let loaded = facts::sitting(tx, who.occurrence).await?;
    if !was_free(tx, act, who, loaded.offer.first()).await? {
        return Ok(false);
    }
    tx.sql("UPDATE booking SET confirmed_at = $1 WHERE id = $2")
        .bind(who.at)
        .bind(who.booking)
        .run()
        .await?;
    Ok(true)
}

/// The occurrence by itself, and what its line means for whom `who` is the booking of.
async fn door_line(
    tx: &mut Tx,
    occurrence: &OccurrenceId,
    who: Option<&BookingId>,
    at: Timestamp,
) -> Result<(LoadedOffer, DoorLine)> {
    let loaded = facts::sitting(tx, occurrence).await?;
    let first = loaded.offer.first();
    if first.waitlisted == 0 {
        let line = line_at_door(&loaded.offer, &[], who, |_| false, at);
        return Ok((loaded, line));
    }
    let line = facts::line(tx, &loaded).await?;
    let waiting: Vec<_> = line.into_iter().map(|w| w.waiting).collect();
    let here: Vec<(BookingId,)> = tx
        .sql(
            "SELECT DISTINCT subject_id FROM check_in
             WHERE occurrence_id = $1 AND result = 'waitlisted' AND at >= $2 AND at <= $3",
        )
        .bind(occurrence)
        .bind(first.terms.door().window(first.span).start())
        .bind(at)
        .all()
        .await?;
    let is_here = |booking: &BookingId| here.iter().any(|(id,)| id == booking);
    let line = line_at_door(&loaded.offer, &waiting, who, is_here, at);
    Ok((loaded, line))
}

/// Whether a place was free when they stood at the door. What arrives late is judged by its own
/// time (C-56): a place that was given back after they had gone is not theirs.
async fn was_free(
    tx: &mut Tx,
    act: &Act,
    who: &Comer<'_>,
    occurrence: &OccurrenceFacts,
) -> Result<bool> {
    if occurrence.terms.is_unlimited() || who.at.plus(CLOCK_TOLERANCE) >= act.now {
        return Ok(true);
    }
    let held = tx
        .sql(
            "SELECT COUNT(*) FROM booking WHERE occurrence_id = $1 AND id <> $2
             AND confirmed_at <= $3 AND (state IN ('confirmed', 'checked_in', 'no_show')
                 OR (state = 'cancelled' AND cancelled_at > $3))",
        )
        .bind(who.occurrence)
        .bind(who.booking)
        .bind(who.at)
        .count()
        .await?;
    Ok(held < occurrence.terms.capacity)
}
