//! Why something is not allowed. A refusal knows its stable code and what would change it; the
//! words are in the locale files (C-116).

use crate::{Reason, id::BookingId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[error("{}", self.code())]
pub enum Refusal {
    /// Every place and every place of the waitlist is taken.
    Full,
    /// The places that are left are kept for kiosk, desk and telephone until then.
    HeldBack {
        /// When they are open to everyone.
        until: Timestamp,
    },
    /// The person has a live booking of this occurrence already (rule 2).
    AlreadyBooked {
        /// That booking.
        booking_id: BookingId,
    },
    /// The person has another booking at that time (rule 2).
    Overlaps {
        /// Title of the other occurrence.
        title: String,
        /// When it starts.
        starts_at: Timestamp,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// Booking has not begun.
    NotOpenYet {
        /// When it begins.
        until: Timestamp,
    },
    /// Booking has ended.
    Closed {
        /// When it ended.
        since: Timestamp,
    },
    /// The occurrence, or the whole activity, was cancelled.
    OccurrenceCancelled,
    /// Nothing to book: come by.
    NoBookingNeeded,
    /// The person is too young on the day.
    TooYoung {
        /// The least age in years.
        min_age: u8,
    },
    /// The person is too old on the day.
    TooOld {
        /// The greatest age in years.
        max_age: u8,
    },
    /// Residents of the community come first until then.
    NotResident {
        /// When it is open to everyone.
        until: Timestamp,
    },
    /// A child under 14 needs the guardian's consent first (C-144).
    ConsentRequired,
    /// Too late to cancel.
    CutoffPassed {
        /// Until when it was possible.
        since: Timestamp,
    },
    /// The occurrence has begun.
    AlreadyStarted {
        /// When it began.
        since: Timestamp,
    },
    /// The person is checked in already.
    AlreadyCheckedIn,
    /// The check-in was too long ago to be taken back (C-114).
    TooLateToUndo {
        /// Until when it was possible.
        since: Timestamp,
    },
    /// The places that are free at the door are for those who wait in line (C-18).
    KeptForLine {
        /// Until then everybody keeps their place in line; none where only those are waited for
        /// who are here.
        until: Option<Timestamp>,
    },
    /// The door is not open yet: somebody who comes without a booking can come in from then.
    DoorNotOpen {
        /// When it opens.
        until: Timestamp,
    },
    /// More people are confirmed than the new capacity would hold (C-10).
    BelowConfirmed {
        /// How many are confirmed.
        confirmed: u32,
    },
    /// Somebody has booked, so it can be cancelled but not removed (C-66).
    HasBookings {
        /// How many live bookings there are.
        live: u32,
    },
    /// Something else has the room at that time, or a room that this one is part of or contains
    /// (C-70, C-71).
    RoomTaken {
        /// Name of the room that is taken.
        room: String,
        /// Title of what is there.
        title: String,
        /// When that starts.
        starts_at: Timestamp,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// Somebody else saved a change in between (C-69).
    Stale,
    /// There is no such thing, or it is not for the caller to know of it.
    NotFound,
    /// The caller may not do that.
    Forbidden,
    /// Nobody is signed in.
    Unauthenticated,
    /// A value is missing or makes no sense.
    Invalid {
        /// Which field.
        field: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// Too many tries.
    RateLimited {
        /// When the next try is possible.
        until: Timestamp,
    },
    /// The idempotency key was used for something else (C-37).
    IdempotencyMismatch,
    /// The sign-in code is wrong or has expired; which of the two is not told.
    WrongCode,
    /// User name, password or second factor is wrong; which of them is not told.
    WrongCredentials,
}

impl Refusal {
    /// An [`Refusal::Invalid`] of that field.
    pub fn invalid(field: &str, reason: Reason) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            reason,
        }
    }

    /// The stable code that programs rely on (`api.md`).
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::HeldBack { .. } => "held_back",
            Self::AlreadyBooked { .. } => "already_booked",
            Self::Overlaps { .. } => "overlaps",
            Self::NotOpenYet { .. } => "not_open_yet",
            Self::Closed { .. } => "closed",
            Self::OccurrenceCancelled => "occurrence_cancelled",
            Self::NoBookingNeeded => "no_booking_needed",
            Self::TooYoung { .. } => "too_young",
            Self::TooOld { .. } => "too_old",
            Self::NotResident { .. } => "not_resident",
            Self::ConsentRequired => "consent_required",
            Self::CutoffPassed { .. } => "cutoff_passed",
            Self::AlreadyStarted { .. } => "already_started",
            Self::AlreadyCheckedIn => "already_checked_in",
            Self::TooLateToUndo { .. } => "too_late_to_undo",
            Self::KeptForLine { .. } => "kept_for_line",
            Self::DoorNotOpen { .. } => "door_not_open",
            Self::BelowConfirmed { .. } => "below_confirmed",
            Self::HasBookings { .. } => "has_bookings",
            Self::RoomTaken { .. } => "room_taken",
            Self::Stale => "stale",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unauthenticated => "unauthenticated",
            Self::Invalid { .. } => "invalid",
            Self::RateLimited { .. } => "rate_limited",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::WrongCode => "wrong_code",
            Self::WrongCredentials => "wrong_credentials",
        }
    }

    /// When it would be allowed, where time alone changes the answer.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::HeldBack { until }
            | Self::NotOpenYet { until }
            | Self::NotResident { until }
            | Self::DoorNotOpen { until }
            | Self::RateLimited { until } => Some(*until),
            Self::KeptForLine { until } => *until,
            _ => None,
        }
    }

    /// Whether another date or another center could help: if so, every face offers some beside the
    /// refusal.
    pub const fn has_alternatives(&self) -> bool {
        matches!(
            self,
            Self::Full
                | Self::HeldBack { .. }
                | Self::Overlaps { .. }
                | Self::Closed { .. }
                | Self::OccurrenceCancelled
                | Self::TooYoung { .. }
                | Self::TooOld { .. }
                | Self::NotResident { .. }
                | Self::AlreadyStarted { .. }
        )
    }
}
