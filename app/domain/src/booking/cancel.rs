//! Whether a place, or a place in line, can be given back.

use super::State;
use crate::{
    Refusal,
    time::{Span, Timestamp},
};

crate::text_enum! {
    /// Who cancels.
    pub enum By {
        /// The person or their family.
        Resident = "resident",
        /// The center.
        Staff = "staff",
    }
}

/// A booking as far as cancelling asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelFacts {
    /// Where it stands.
    pub state: State,
    /// When the occurrence is.
    pub span: Span,
    /// The cutoff that was promised when it was booked.
    pub promised_until: Timestamp,
    /// The cutoff of today's terms; the more generous one holds (C-40).
    pub current_until: Timestamp,
}

/// What cancelling does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelDecision {
    /// It is cancelled now; whether that frees a place of the capacity.
    Cancel {
        /// A place becomes free (exactly one, C-08).
        frees_place: bool,
    },
    /// It was cancelled before; nothing changes.
    AlreadyCancelled,
}

/// Decides on cancelling. Staff may cancel until the occurrence is over (C-41); a resident gives
/// back a confirmed place until the cutoff, and leaves the line until the start (C-39).
///
/// # Errors
/// [`Refusal::CutoffPassed`], [`Refusal::AlreadyStarted`], [`Refusal::AlreadyCheckedIn`] or, for
/// a missed occurrence, [`Refusal::AlreadyStarted`].
pub fn decide_cancel(
    facts: CancelFacts,
    by: By,
    now: Timestamp,
) -> Result<CancelDecision, Refusal> {
    let started = Refusal::AlreadyStarted {
        since: facts.span.start(),
    };
    match facts.state {
        State::Cancelled => return Ok(CancelDecision::AlreadyCancelled),
        State::CheckedIn => return Err(Refusal::AlreadyCheckedIn),
        State::NoShow => return Err(started),
        State::Waitlisted | State::Confirmed => {}
    }
    let last = match by {
        By::Staff => facts.span.end(),
        By::Resident => facts.span.start(),
    };
    if now >= last {
        return Err(started);
    }
    let until = facts.promised_until.max(facts.current_until);
    if by == By::Resident && facts.state == State::Confirmed && now > until {
        return Err(Refusal::CutoffPassed { since: until });
    }
    Ok(CancelDecision::Cancel {
        frees_place: facts.state.holds_place(),
    })
}
