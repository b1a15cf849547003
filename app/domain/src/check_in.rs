//! The door: what a scan means, and who was there. A scan is decided by [`verdict`] from facts
//! that a kiosk without a network can hold as well; who was there is [`attendance`], a fold over
//! the set of everything that was ever scanned, so that the order of arrival does not matter
//! (rule 5, `beyond.md` 10).

mod attendance;
mod clock;
mod reason;
mod settle;
mod verdict;

pub use attendance::{Attendance, Evidence, Kind, Seen, Stay, attendance};
pub use clock::{ScanTime, scan_time};
pub use reason::{ForgedReason, UnknownReason};
pub use settle::{admit_undo, no_show_from, settle};
pub use verdict::{
    Candidate, CommitmentFacts, Outcome, Scan, Verdict, choose, verdict, verdict_if_seated,
};

use crate::{
    Refusal,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A door opens so long before the start where the terms say nothing else (minutes).
pub const DOOR_OPENS_BEFORE_MIN: u16 = 60;
/// Longest that a door may open before the start (minutes): a day.
pub const MAX_DOOR_OPENS_BEFORE_MIN: u16 = 24 * 60;
/// A check-in can be taken back for so long (C-114).
pub const UNDO_WITHIN: i64 = 15 * MINUTE;
/// Somebody who forgot to check out can still do it for so long after the end.
pub const CHECK_OUT_GRACE: i64 = HOUR;
/// The same code shown again so soon after coming in does not check out (C-102 for slow readers).
pub const STAYS_AT_LEAST: i64 = 10 * MINUTE;
/// Nobody is a no-show before so long after the end …
pub const NO_SHOW_GRACE: i64 = 30 * MINUTE;
/// … and before kiosks that were offline have had so long to send what they scanned (C-42).
pub const SYNC_HORIZON: i64 = 3 * DAY;
/// Clocks that differ by no more are taken to agree; beyond that the scan is flagged (C-118).
pub const CLOCK_TOLERANCE: i64 = 2 * MINUTE;
/// What the log calls the door where a center's printed poster was scanned; pages have their own
/// word for it. Everything else in that place is what people call the door.
pub const POSTER_DOOR: &str = "poster";

crate::text_enum! {
    /// How somebody was recognised.
    pub enum Method {
        /// The QR code of a ticket.
        Ticket = "ticket",
        /// The short code beside it.
        ShortCode = "short_code",
        /// A printed card.
        Card = "card",
        /// Found by name on the roster, by the staff (C-132).
        Name = "name",
        /// Keyed in from a paper sheet.
        Sheet = "sheet",
        /// Came without a booking and was taken in within capacity.
        WalkIn = "walk_in",
        /// Scanned the wall's code with their own phone.
        WallCode = "wall_code",
        /// Nobody scanned: a missing check-out closed at the end (C-113).
        Rule = "rule",
    }
}

crate::text_enum! {
    /// Which way through the door.
    pub enum Direction {
        /// In.
        In = "in",
        /// Out.
        Out = "out",
        /// Whichever fits: out for somebody who is inside an occurrence that asks for it.
        Either = "either",
    }
}

crate::text_enum! {
    /// Why a person should look at an entry of the log. It says nothing against anybody.
    pub enum Review {
        /// The device's clock was wrong; the time was corrected as far as possible (C-118).
        Clock = "clock",
        /// Scanned, it says, before the booking existed (C-119).
        BeforeBooking = "before_booking",
        /// Let in, and cancelled meanwhile; no place was free any more (C-129).
        NoRoom = "no_room",
        /// Went out without having come in.
        EntryMissing = "entry_missing",
        /// Came under the id of another scan: somebody was shown the other one's answer (C-192).
        IdReused = "id_reused",
    }
}

/// What an occurrence asks of its door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorTerms {
    /// How many minutes before the start the door opens.
    pub opens_before_min: u16,
    /// Whether people check out as well.
    pub asks_check_out: bool,
}

impl Default for DoorTerms {
    fn default() -> Self {
        Self {
            opens_before_min: DOOR_OPENS_BEFORE_MIN,
            asks_check_out: false,
        }
    }
}

impl DoorTerms {
    /// The half-open stretch in which people come in: from the opening to the end.
    pub fn window(self, span: Span) -> Span {
        let opens = span
            .start()
            .plus(-i64::from(self.opens_before_min) * MINUTE);
        // The start lies before the end, so an earlier opening does too.
        Span::new(opens, span.end()).unwrap_or(span)
    }

    /// Whether somebody without a booking may be let in at that time.
    ///
    /// # Errors
    /// [`Refusal::DoorNotOpen`] before, [`Refusal::Closed`] from the end on.
    pub fn admit_walk_in(self, span: Span, at: Timestamp) -> Result<(), Refusal> {
        let window = self.window(span);
        if at < window.start() {
            Err(Refusal::DoorNotOpen {
                until: window.start(),
            })
        } else if at >= window.end() {
            Err(Refusal::Closed {
                since: window.end(),
            })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod attendance_tests;
#[cfg(test)]
mod clock_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdict_tests;
