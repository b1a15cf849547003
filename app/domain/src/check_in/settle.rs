//! What the evidence makes of a booking, taking back, and who did not come.

use super::{Attendance, NO_SHOW_GRACE, Review, SYNC_HORIZON, UNDO_WITHIN};
use crate::{
    Refusal,
    booking::State,
    time::{Span, Timestamp},
};

/// Where a booking stands, given what its evidence amounts to. `has_room` is whether a place is
/// free for one that no longer holds one (cancelled after the scan, or taken for a no-show): then
/// it ends as if the scan had arrived in time. Without room it is kept as a fact and flagged, and
/// the capacity holds (rule 1, rule 5, C-42, C-129).
pub const fn settle(
    state: State,
    is_cancelled: bool,
    attendance: &Attendance,
    has_room: bool,
) -> (State, Option<Review>) {
    match (attendance.is_present(), state) {
        (true, State::Confirmed | State::CheckedIn) => (State::CheckedIn, None),
        (true, State::Cancelled | State::NoShow) if has_room => (State::CheckedIn, None),
        (true, State::Cancelled | State::NoShow) => (state, Some(Review::NoRoom)),
        (false, State::CheckedIn) if is_cancelled => (State::Cancelled, None),
        (false, State::CheckedIn) => (State::Confirmed, None),
        (_, state) => (state, None),
    }
}

/// Whether a check-in may still be taken back: within [`UNDO_WITHIN`] of it, or of its arrival
/// where it came late (C-114).
///
/// # Errors
/// [`Refusal::TooLateToUndo`].
pub fn admit_undo(
    scanned_at: Timestamp,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<(), Refusal> {
    let until = scanned_at.max(received_at).plus(UNDO_WITHIN);
    if now < until {
        Ok(())
    } else {
        Err(Refusal::TooLateToUndo { since: until })
    }
}

/// From when on somebody who did not come is a no-show: after the end, a grace, and the time that
/// kiosks which were offline have to send what they scanned (C-42).
pub const fn no_show_from(span: Span) -> Timestamp {
    span.end().plus(NO_SHOW_GRACE + SYNC_HORIZON)
}
