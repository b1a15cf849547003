//! The ledger: entries that are only ever added, and what they amount to.

use super::{DAY_LONG, DAY_USUAL};
use crate::{Refusal, access::Role, id::StaffId};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Where an entry comes from. Verified and entered minutes are never added up (C-89).
    pub enum Kind {
        /// From check-in and check-out, validated by a lead who was there.
        Verified = "verified",
        /// Typed in by the staff, with a reason and a second approver.
        Entered = "entered",
        /// Puts an earlier entry right (C-92).
        Correction = "correction",
    }
}

crate::text_enum! {
    /// Where an entry stands.
    pub enum State {
        /// Somebody else has yet to approve it.
        Pending = "pending",
        /// It counts.
        Counted = "counted",
        /// The volunteer objects, and nobody has answered yet.
        Objected = "objected",
        /// Whoever had to approve it did not. It never counts.
        Refused = "refused",
    }
}

crate::text_enum! {
    /// Whose word an entry takes beside its author's.
    pub enum Approval {
        /// Nobody's.
        None = "none",
        /// A second member of staff's.
        Second = "second",
        /// A manager's (C-88).
        Higher = "higher",
    }
}

/// An entry as far as its sum asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Verified or entered; of a correction, which of the two it changes.
    pub counts_as: Kind,
    /// Minutes; a correction may take away.
    pub minutes: i64,
    /// Whose word it takes.
    pub approval: Approval,
    /// Whether it was given.
    pub is_approved: bool,
    /// Whether it was denied.
    pub is_refused: bool,
    /// Whether the volunteer objects, unanswered.
    pub is_objected: bool,
}

impl Entry {
    /// Where it stands.
    pub fn state(&self) -> State {
        if self.is_refused {
            State::Refused
        } else if self.is_objected {
            State::Objected
        } else if self.counts() {
            State::Counted
        } else {
            State::Pending
        }
    }

    /// Whether its minutes count. An objection changes nothing until it is answered.
    pub fn counts(&self) -> bool {
        !self.is_refused && (self.approval == Approval::None || self.is_approved)
    }
}

/// What a person's entries amount to, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Verified by scans and a lead.
    pub verified: i64,
    /// Typed in and approved.
    pub entered: i64,
    /// Not approved yet, of both kinds.
    pub pending: i64,
}

/// Adds up: the one function behind every number that is shown (C-90).
pub fn totals<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Totals {
    let mut totals = Totals::default();
    for entry in entries {
        if entry.is_refused {
            continue;
        }
        let sum = match (entry.counts(), entry.counts_as) {
            (false, _) => &mut totals.pending,
            (true, Kind::Entered) => &mut totals.entered,
            (true, _) => &mut totals.verified,
        };
        *sum += entry.minutes;
    }
    totals
}

/// Whose word verified minutes take that bring a person's day to `day` minutes (C-88).
pub const fn approval(day: u32) -> Approval {
    if day > DAY_LONG {
        Approval::Higher
    } else if day > DAY_USUAL {
        Approval::Second
    } else {
        Approval::None
    }
}

/// What a correction counts as, and whose word it takes. Taking away takes from what it corrects, and
/// counts at once: the volunteer is told, and can object. What is added was typed in, so it is entered,
/// whatever it corrects.
pub const fn correction_kind(of: Kind, minutes: i64) -> (Kind, Approval) {
    if minutes > 0 {
        (Kind::Entered, Approval::Second)
    } else {
        (of, Approval::None)
    }
}

/// Whether somebody may approve an entry: not its author, and high enough (C-88, C-89).
///
/// # Errors
/// [`Refusal::NeedsAnother`] for its author, [`Refusal::Forbidden`] for whoever is not high enough.
pub fn check_approver(
    approval: Approval,
    author: Option<&StaffId>,
    who: &StaffId,
    roles: &[Role],
) -> Result<(), Refusal> {
    if author == Some(who) {
        return Err(Refusal::NeedsAnother);
    }
    let least = match approval {
        Approval::None | Approval::Second => Role::SocialWorker.rank(),
        Approval::Higher => Role::CenterManager.rank(),
    };
    match roles.iter().any(|role| role.rank() >= least) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}
