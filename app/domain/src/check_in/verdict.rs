//! What a scan means.

use super::{
    CHECK_OUT_GRACE, CLOCK_TOLERANCE, Direction, DoorTerms, Evidence, ForgedReason, Seen,
    UnknownReason,
    attendance::{Kind, attendance},
};
use crate::{
    booking::State,
    commitment::{Event, Subject},
    id::{CenterId, CheckInId},
    kiosk::Light,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// The result of a scan, as `api.md` names it.
    pub enum Outcome {
        /// Come in (or, on the way out, goodbye).
        Admitted = "admitted",
        /// Was here before; told when and where.
        Already = "already",
        /// The door is not open yet; told when.
        TooEarly = "too_early",
        /// It is over.
        TooLate = "too_late",
        /// The booking was cancelled.
        Cancelled = "cancelled",
        /// Waits for a place.
        Waitlisted = "waitlisted",
        /// Booked at another center.
        WrongCenter = "wrong_center",
        /// Nothing that is known here.
        Unknown = "unknown",
        /// A ticket that nobody here issued, or a revoked one.
        Forged = "forged",
        /// Fits several bookings: which one? (C-103)
        Choose = "choose",
    }
}

impl Outcome {
    /// How it looks at every door, the kiosk's and the desk's. Green: come in. Amber: what was shown
    /// is good, but not again, not now, or not here; somebody who comes to the wrong center holds a
    /// good ticket and is told where to go. Red: it opens no door any more, or never did.
    pub const fn light(self) -> Light {
        match self {
            Self::Admitted => Light::Green,
            Self::Already
            | Self::TooEarly
            | Self::Waitlisted
            | Self::WrongCenter
            | Self::Choose => Light::Amber,
            Self::TooLate | Self::Cancelled | Self::Unknown | Self::Forged => Light::Red,
        }
    }
}

/// One of several commitments that a scan fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Of what.
    #[serde(flatten)]
    pub event: Event,
    /// Title of the activity.
    pub title: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl Candidate {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// What a scan means, with what explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Verdict {
    /// Admitted, or seen off.
    Admitted {
        /// Which way.
        direction: Direction,
        /// The earliest that they were seen, this scan included.
        first_at: Timestamp,
        /// Whether they had been out before.
        again: bool,
        /// Whether they go out without having come in.
        entry_missing: bool,
    },
    /// In before (or, on the way out, out before).
    Already {
        /// Which way.
        direction: Direction,
        /// When and where first.
        first: Seen,
        /// When and where they went out, if they did.
        left: Option<Seen>,
    },
    /// Not open yet. A later scan is not spoilt (C-109).
    TooEarly {
        /// When the door opens.
        opens_at: Timestamp,
    },
    /// Over.
    TooLate {
        /// When it ended.
        ended_at: Timestamp,
    },
    /// Cancelled, also where it was scanned before (C-100).
    Cancelled {
        /// When.
        cancelled_at: Option<Timestamp>,
    },
    /// In line, without a place.
    Waitlisted {
        /// The position in line from 1, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<u32>,
        /// Where a place is free that is kept for those before them: until when. Whoever is here
        /// then may scan again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept_until: Option<Timestamp>,
    },
    /// Booked elsewhere.
    WrongCenter {
        /// Where.
        center_id: CenterId,
        /// That center's name, where known.
        center: String,
    },
    /// Not known here.
    Unknown {
        /// Why.
        reason: UnknownReason,
    },
    /// Not genuine.
    Forged {
        /// Why.
        reason: ForgedReason,
    },
    /// Several bookings fit.
    Choose {
        /// Which.
        candidates: Vec<Candidate>,
    },
}

impl Verdict {
    /// Its result.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Admitted { .. } => Outcome::Admitted,
            Self::Already { .. } => Outcome::Already,
            Self::TooEarly { .. } => Outcome::TooEarly,
            Self::TooLate { .. } => Outcome::TooLate,
            Self::Cancelled { .. } => Outcome::Cancelled,
            Self::Waitlisted { .. } => Outcome::Waitlisted,
            Self::WrongCenter { .. } => Outcome::WrongCenter,
            Self::Unknown { .. } => Outcome::Unknown,
            Self::Forged { .. } => Outcome::Forged,
            Self::Choose { .. } => Outcome::Choose,
        }
    }

    /// Whether the scan says that somebody was there: a second one is stronger proof, not an error.
    pub const fn is_evidence(&self) -> bool {
        matches!(self, Self::Admitted { .. } | Self::Already { .. })
    }

    /// When they were seen first, where they were.
    pub const fn first_at(&self) -> Option<Timestamp> {
        match self {
            Self::Admitted { first_at, .. } => Some(*first_at),
            Self::Already { first, .. } => Some(first.at),
            _ => None,
        }
    }

    /// Which way they went, where they did.
    pub const fn direction(&self) -> Option<Direction> {
        match self {
            Self::Admitted { direction, .. } | Self::Already { direction, .. } => Some(*direction),
            _ => None,
        }
    }
}

/// A commitment as far as a door asks. A kiosk without a network holds these for its center's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentFacts {
    /// Which.
    pub subject: Subject,
    /// To what.
    pub event: Event,
    /// Where.
    pub center: CenterId,
    /// That center's name.
    pub center_name: String,
    /// When.
    pub span: Span,
    /// What its door asks.
    pub door: DoorTerms,
    /// Where the booking stands.
    pub state: State,
    /// When it was made.
    pub booked_at: Timestamp,
    /// Since when it has held a place.
    pub confirmed_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// What was scanned so far, in any order.
    pub evidence: Vec<Evidence>,
}

/// A scan as far as the rules ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The scan's own id, made by the device.
    pub id: CheckInId,
    /// When it happened ([`super::ScanTime::at`]).
    pub at: Timestamp,
    /// The door's center; none where the door is not known.
    pub center: Option<CenterId>,
    /// Which way.
    pub direction: Direction,
}

/// What a scan of a genuine ticket means. Validity comes before repetition (C-100): what the
/// booking was at the time of the scan, the center, the time, and only then whether somebody was
/// here before. Everything known counts as "before", so that of two doors at the same moment one
/// admits and one says already (C-101).
pub fn verdict(facts: &CommitmentFacts, scan: &Scan) -> Verdict {
    if let Some(invalid) = stood(facts, scan.at) {
        return invalid;
    }
    if scan.center.as_ref().is_some_and(|c| *c != facts.center) {
        return Verdict::WrongCenter {
            center_id: facts.center.clone(),
            center: facts.center_name.clone(),
        };
    }
    let window = facts.door.window(facts.span);
    if scan.at < window.start() {
        return Verdict::TooEarly {
            opens_at: window.start(),
        };
    }
    let known = attendance(facts.door, facts.span, &facts.evidence);
    let direction = known.way(scan.direction, facts.door, facts.span, scan.at);
    let over = match direction {
        Direction::Out => scan.at >= window.end().plus(CHECK_OUT_GRACE),
        _ => scan.at >= window.end(),
    };
    let done = match direction {
        Direction::Out => known.left.is_some() && !known.left_by_rule,
        _ => known.is_inside() || (known.is_present() && over),
    };
    match (&known.first, over) {
        (Some(first), _) if done => Verdict::Already {
            direction,
            first: first.clone(),
            left: known.left.clone(),
        },
        (_, true) => Verdict::TooLate {
            ended_at: window.end(),
        },
        (first, false) => Verdict::Admitted {
            direction,
            first_at: first.as_ref().map_or(scan.at, |f| f.at.min(scan.at)),
            again: direction == Direction::In && known.is_present(),
            entry_missing: direction == Direction::Out && !known.is_present(),
        },
    }
}

/// Why the booking did not hold a place at that time, if it did not. What happened to it since
/// does not matter to a scan that arrives late (C-56, C-129).
fn stood(facts: &CommitmentFacts, at: Timestamp) -> Option<Verdict> {
    let cancelled = Verdict::Cancelled {
        cancelled_at: facts.cancelled_at,
    };
    let waitlisted = Verdict::Waitlisted {
        position: None,
        kept_until: None,
    };
    match (facts.state, facts.cancelled_at) {
        (State::Cancelled, None) => return Some(cancelled),
        (State::Cancelled, Some(since)) if at >= since => return Some(cancelled),
        (State::Waitlisted, _) => return Some(waitlisted),
        _ => {}
    }
    match facts.confirmed_at {
        Some(since) if since > at.plus(CLOCK_TOLERANCE) => Some(waitlisted),
        None if facts.state == State::Cancelled => Some(waitlisted),
        _ => None,
    }
}

/// What the scan means once a place at the door is theirs: for somebody who waits
/// ([`crate::booking::line_at_door`]), or who was let in there by a scan that came before this
/// older one.
pub fn verdict_if_seated(facts: &CommitmentFacts, scan: &Scan) -> Verdict {
    let seated = CommitmentFacts {
        state: match facts.state {
            State::Waitlisted => State::Confirmed,
            state => state,
        },
        confirmed_at: Some(scan.at),
        ..facts.clone()
    };
    verdict(&seated, scan)
}

/// Of several commitments that one code stands for (a person's card, an enrolment in a series), the
/// one that is meant: the only one whose door is open at that time here, else one that explains
/// why not. Two that fit are asked about, never guessed (C-103).
///
/// # Errors
/// The indices of those that fit, where there are several.
pub fn choose(
    bookings: &[CommitmentFacts],
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Option<usize>, Vec<usize>> {
    let here = |b: &CommitmentFacts| center.is_none_or(|c| *c == b.center);
    let open = |b: &CommitmentFacts| {
        let window = b.door.window(b.span);
        let until = if b.door.asks_check_out && has_come(b) {
            window.end().plus(CHECK_OUT_GRACE)
        } else {
            window.end()
        };
        window.start() <= at && at < until
    };
    let fits: Vec<usize> = bookings
        .iter()
        .enumerate()
        .filter(|(_, b)| here(b) && open(b) && stood(b, at).is_none())
        .map(|(nth, _)| nth)
        .collect();
    match fits.as_slice() {
        [one] => Ok(Some(*one)),
        [] => {
            let rank = |b: &CommitmentFacts| {
                let away = (b.span.start().0.saturating_sub(at.0)).saturating_abs();
                (!here(b), stood(b, at).is_some(), away)
            };
            Ok((0..bookings.len()).min_by_key(|nth| rank(&bookings[*nth])))
        }
        _ => Err(fits),
    }
}

fn has_come(facts: &CommitmentFacts) -> bool {
    facts.evidence.iter().any(|e| e.kind == Kind::Scan)
}
