//! A scan as it comes in, and the answer to it.

use domain::{
    check_in::{Direction, Method, Review, Verdict},
    commitment::{Event, Subject},
    id::{AccountId, BookingId, CenterId, CheckInId, OccurrenceId, PersonId},
    time::Timestamp,
};

/// Most scans that come at once.
pub const MAX_BATCH: usize = 500;
/// What is shown at the door.
#[derive(Clone, Debug)]
pub enum Presented {
    /// What a scanner read or somebody typed: a ticket's or a card's digits, or a short code.
    Code(String),
    /// A booking that the staff found by name on the roster (C-132).
    Roster(BookingId),
    /// A booking that was ticked on a paper sheet; for the staff.
    Sheet(BookingId),
    /// The caller's own booking, which a claim of the wall's code stands for. Whoever offers this
    /// has checked the claim.
    Claim(BookingId),
    /// Somebody who came without a booking; for the staff (C-14).
    WalkIn(WalkIn),
}

/// Somebody who came without a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkIn {
    /// To what.
    pub occurrence: OccurrenceId,
    /// Of which account.
    pub account: AccountId,
    /// Who.
    pub person: PersonId,
}

/// A scan as it comes in.
#[derive(Clone, Debug)]
pub struct NewCheckIn {
    /// Made by the device, once for each scan: the same id again gets the first answer again.
    pub id: CheckInId,
    /// What was shown.
    pub presented: Presented,
    /// The device's clock at the scan; none is now.
    pub at: Option<Timestamp>,
    /// The device's clock when it sent this, where it kept the scan for a while (C-118).
    pub sent_at: Option<Timestamp>,
    /// Which way.
    pub direction: Direction,
    /// The center whose door it is. None: the only one that the caller's grants name, else the
    /// booking's own.
    pub center: Option<CenterId>,
    /// The door or device, as people call it; may be empty, at most 40 characters are kept.
    pub door: String,
    /// Which of several, after [`Verdict::Choose`]; a new scan with an id of its own.
    pub occurrence: Option<OccurrenceId>,
}

impl NewCheckIn {
    /// A scan of this, now, of somebody who comes in.
    pub fn now(id: CheckInId, presented: Presented) -> Self {
        Self {
            id,
            presented,
            at: None,
            sent_at: None,
            direction: Direction::In,
            center: None,
            door: String::new(),
            occurrence: None,
        }
    }
}

/// The answer to a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The scan's id.
    pub id: CheckInId,
    /// What it means.
    pub verdict: Verdict,
    /// How somebody was recognised.
    pub method: Method,
    /// When it happened, corrected.
    pub at: Timestamp,
    /// The commitment, if one was found.
    pub subject: Option<Subject>,
    /// To what.
    pub event: Option<Event>,
    /// What people call it.
    pub title: Option<String>,
    /// The room, may be empty.
    pub room: Option<String>,
    /// When it starts.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// Who; masked unless the caller may see who is booked there.
    pub person_name: Option<String>,
    /// Why somebody should look at it.
    pub review: Option<Review>,
    /// Whether this is the first answer again.
    pub replayed: bool,
}
