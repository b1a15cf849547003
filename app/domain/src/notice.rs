//! What people are told when something of theirs changes. The words are in the locale files.

use crate::{
    commitment::{Event, Subject},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// An occurrence or a shift as a notice names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// Which.
    #[serde(flatten)]
    pub event: Event,
    /// What people call it.
    pub title: String,
    /// Name of the center.
    pub center: String,
    /// The room, may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// Something that a person is told once (C-162).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// A place became free and is theirs now.
    Promoted {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Sitting,
        /// Until when it can be given back.
        cancel_until: Timestamp,
    },
    /// Time or place changed (C-65).
    Moved {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// As it was.
        before: Sitting,
        /// As it is.
        after: Sitting,
    },
    /// The center called it off.
    CalledOff {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Sitting,
        /// Why, in the center's words; may be empty.
        reason: String,
    },
    /// The staff cancelled this booking.
    CancelledByStaff {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Sitting,
        /// Why; may be empty.
        reason: String,
    },
    /// The staff booked for them.
    BookedByStaff {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Sitting,
    },
    /// The code to sign in with. Never in the inbox.
    SignInCode {
        /// Six digits.
        code: String,
        /// How long it is good for.
        minutes: u32,
    },
}

impl Notice {
    /// The stable name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Promoted { .. } => "promoted",
            Self::Moved { .. } => "moved",
            Self::CalledOff { .. } => "called_off",
            Self::CancelledByStaff { .. } => "cancelled_by_staff",
            Self::BookedByStaff { .. } => "booked_by_staff",
            Self::SignInCode { .. } => "sign_in_code",
        }
    }
}
