//! What people are told when their bookings change. The words are in the locale files.

use crate::{
    commitment::{Event, Subject},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// An occurrence or a shift as it appears in a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What it is, for linking to it.
    #[serde(flatten)]
    pub event: Event,
    /// What people call it; empty where that is not said ([`crate::casework::hush`]).
    pub title: String,
    /// Name of the center.
    pub center: String,
    /// The room; may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl Details {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// What somebody had promised to be at, and is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FellAway {
    /// Who.
    pub person: String,
    /// What.
    pub sitting: Details,
}

/// What of somebody's takes place at another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shifted {
    /// Whose.
    pub person: String,
    /// As it was.
    pub before: Details,
    /// As it is.
    pub after: Details,
}

/// Something that a person is told exactly once (C-162).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// They moved up from the waitlist and have a place now.
    Promoted {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Details,
        /// Until when they can cancel.
        cancel_until: Timestamp,
    },
    /// Their party waits for more places together than there can be any more (C-179).
    CannotFit {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Details,
        /// How many can come together.
        most: u32,
    },
    /// Time or place changed (C-65).
    Moved {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// As it was.
        before: Details,
        /// As it is.
        after: Details,
    },
    /// Dates of a series were postponed, or put back.
    Postponed {
        /// What the series is called.
        title: String,
        /// What of theirs is at another time, in order of time; at least one.
        moves: Vec<Shifted>,
    },
    /// The center cancelled the occurrence.
    CalledOff {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Details,
        /// The reason in the center's words; may be empty.
        reason: String,
    },
    /// The center cancelled everything of a day: one notice for all that an account's people had.
    DayOff {
        /// The center.
        center: String,
        /// The beginning of the day.
        day: Timestamp,
        /// What falls away, in order of time.
        items: Vec<FellAway>,
        /// The reason in the center's words; may be empty.
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
        sitting: Details,
        /// The reason; may be empty.
        reason: String,
    },
    /// What they booked themselves, with a short message only: the pages show it.
    Booked {
        /// Whose; of several the first.
        person: String,
        /// How many have a place.
        people: u32,
        /// How many are in line.
        waiting: u32,
        /// The commitment; of several the first.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Details,
    },
    /// The staff booked for them.
    BookedByStaff {
        /// Whose.
        person: String,
        /// The commitment.
        #[serde(flatten)]
        subject: Subject,
        /// Of what.
        sitting: Details,
    },
    /// The center writes to those who take part in something.
    FromStaff {
        /// Of what.
        sitting: Details,
        /// In the center's words.
        text: String,
    },
    /// They were accepted as a volunteer on probation.
    VolunteerAccepted {
        /// Who.
        person: String,
        /// Their number.
        number: String,
    },
    /// The place that they offered changed hands.
    Swapped {
        /// Whose.
        person: String,
        /// The place that they have for it; without one, the place that they left.
        #[serde(flatten)]
        subject: Subject,
        /// The shift that they left.
        left: Details,
        /// The shift that they are in for it.
        got: Option<Details>,
    },
    /// The text of risks of a shift that they are in was changed.
    RisksChanged {
        /// Who.
        person: String,
        /// The place in the shift.
        #[serde(flatten)]
        subject: Subject,
        /// The shift.
        sitting: Details,
    },
    /// They are in a shift whose lead has gone.
    LeadGone {
        /// Who.
        person: String,
        /// The place in the shift.
        #[serde(flatten)]
        subject: Subject,
        /// The shift.
        sitting: Details,
    },
    /// A place in a shift is kept for them for a while, beside whoever invites them.
    FriendInvites {
        /// Who invites them.
        person: String,
        /// The shift.
        sitting: Details,
        /// Until when the place is kept.
        until: Timestamp,
    },
    /// What became of the place that was kept for a friend of theirs. It says nothing of the friend.
    FriendPlace {
        /// The shift.
        sitting: Details,
        /// How it ended.
        ended: crate::shift::Ended,
    },
    /// The center asks them to help out in a shift (C-94).
    HelpAsked {
        /// By which call.
        call: crate::id::CoverCallId,
        /// Whom.
        person: String,
        /// The shift.
        sitting: Details,
    },
    /// A shift that they watch stands differently now.
    ShiftStands {
        /// How it stood.
        was: crate::shift::Footing,
        /// How it stands.
        is: crate::shift::Footing,
        /// The shift.
        sitting: Details,
    },
    /// A volunteer would like them as a partner.
    PartnerAsks {
        /// Who asks.
        person: String,
    },
    /// Somebody whom they asked is their partner now.
    PartnerAgreed {
        /// The partner.
        person: String,
    },
    /// They are a formal volunteer now.
    VolunteerFormal {
        /// Who.
        person: String,
        /// Their number.
        number: String,
    },
    /// The ledger of hours has an entry of theirs, or one stands differently now.
    Hours {
        /// Whose.
        person: String,
        /// Of what.
        sitting: Details,
        /// Minutes; of a correction that takes away, less than nothing.
        minutes: i64,
        /// Where it stands.
        state: crate::hours::State,
    },
    /// A certificate of their hours was given.
    CertificateGiven {
        /// Whose.
        person: String,
        /// Its number.
        number: String,
        /// The center that certifies.
        center: String,
    },
    /// The center does not give the certificate that they asked for.
    CertificateDeclined {
        /// Whose.
        person: String,
        /// The center.
        center: String,
        /// Why, in the center's words.
        reason: String,
    },
    /// They reached a milestone; in the inbox only.
    Milestone {
        /// Who.
        person: String,
        /// Which.
        of: crate::hours::Milestone,
    },
    /// Somebody thanked them as a volunteer; once a day.
    Thanked {
        /// Whom.
        of: crate::id::PersonId,
        /// Their name.
        person: String,
    },
    /// They attended what grants a training; with a message in the inbox only.
    Trained {
        /// Who.
        person: String,
        /// The training.
        training: String,
        /// What they attended: the training counts from its end on.
        sitting: Details,
        /// Until when it counts; `None` is for ever.
        until: Option<Timestamp>,
    },
    /// Their check-in to it was taken back, and the training with it; in the inbox only.
    TrainingTakenBack {
        /// Who.
        person: String,
        /// The training.
        training: String,
        /// What they would have attended.
        sitting: Details,
    },
    /// The account is deleted then, unless somebody takes that back.
    DeletionAsked {
        /// When.
        at: Timestamp,
    },
    /// A sign-in code. Never shown in the inbox.
    SignInCode {
        /// Six digits.
        code: String,
        /// How long it is valid.
        minutes: u32,
    },
}

impl Notice {
    /// The stable name of this kind of notice.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Promoted { .. } => "promoted",
            Self::CannotFit { .. } => "cannot_fit",
            Self::Moved { .. } => "moved",
            Self::Postponed { .. } => "postponed",
            Self::CalledOff { .. } => "called_off",
            Self::DayOff { .. } => "day_off",
            Self::CancelledByStaff { .. } => "cancelled_by_staff",
            Self::Booked { .. } => "booked",
            Self::BookedByStaff { .. } => "booked_by_staff",
            Self::FromStaff { .. } => "from_staff",
            Self::VolunteerAccepted { .. } => "volunteer_accepted",
            Self::Swapped { .. } => "swapped",
            Self::RisksChanged { .. } => "risks_changed",
            Self::LeadGone { .. } => "lead_gone",
            Self::FriendInvites { .. } => "friend_invites",
            Self::FriendPlace { .. } => "friend_place",
            Self::HelpAsked { .. } => "help_asked",
            Self::ShiftStands { .. } => "shift_stands",
            Self::PartnerAsks { .. } => "partner_asks",
            Self::PartnerAgreed { .. } => "partner_agreed",
            Self::VolunteerFormal { .. } => "volunteer_formal",
            Self::Hours { .. } => "hours",
            Self::CertificateGiven { .. } => "certificate_given",
            Self::CertificateDeclined { .. } => "certificate_declined",
            Self::Milestone { .. } => "milestone",
            Self::Thanked { .. } => "thanked",
            Self::Trained { .. } => "trained",
            Self::TrainingTakenBack { .. } => "training_taken_back",
            Self::DeletionAsked { .. } => "deletion_asked",
            Self::SignInCode { .. } => "sign_in_code",
        }
    }
}
