//! A scan as it comes in, and the answer to it.

use data_encoding::HEXLOWER;
use domain::{
    check_in::{Direction, Method, Review, Verdict},
    commitment::{Event, Subject},
    id::{AccountId, CenterId, CheckInId, OccurrenceId, PersonId},
    shift::MissingLead,
    time::Timestamp,
};
use sha2::{Digest, Sha256};

/// Most scans that come at once.
pub const MAX_BATCH: usize = 500;
/// What is shown at the door.
#[derive(Clone, Debug)]
pub enum Presented {
    /// What a scanner read or somebody typed: a ticket's or a card's digits, or a short code.
    Code(String),
    /// A commitment that the staff found by name on the roster (C-132).
    Roster(Subject),
    /// A commitment that was ticked on a paper sheet; for the staff.
    Sheet(Subject),
    /// The caller's own commitment, which a claim of the wall's code stands for. Whoever offers this
    /// has checked the claim.
    Claim(Subject),
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
    pub event: Option<Event>,
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
            event: None,
        }
    }
}

impl NewCheckIn {
    /// What was scanned and which way, as a hash: a scan that is sent again is the same, and what
    /// was scanned is not kept.
    pub(super) fn fingerprint(&self) -> String {
        let (kind, what) = match &self.presented {
            Presented::Code(text) => ("code", text.trim().to_owned()),
            Presented::Roster(subject) => ("roster", subject.id().to_owned()),
            Presented::Sheet(subject) => ("sheet", subject.id().to_owned()),
            Presented::Claim(subject) => ("claim", subject.id().to_owned()),
            Presented::WalkIn(who) => ("walk_in", format!("{} {}", who.occurrence, who.person)),
        };
        let scanned = format!("{kind}\n{what}\n{}", self.direction.as_str());
        HEXLOWER.encode(&Sha256::digest(scanned))
    }

    /// The id under which the log keeps it when it comes under another scan's id; the same however
    /// often it is sent.
    pub(super) fn id_when_reused(&self) -> CheckInId {
        let hash = Sha256::digest(format!("{}\n{}", self.id, self.fingerprint()));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
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
    /// Where the shift that a volunteer came to has no lead there: what the center asks then.
    pub without_lead: Option<MissingLead>,
    /// Whether this is the first answer again.
    pub replayed: bool,
}
