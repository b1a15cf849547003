//! Why something isn't allowed. A refusal has a stable code and knows what would change it; its
//! words are in the locale files (C-116).

use crate::{
    Reason,
    id::{AssignmentId, BookingId},
    time::Timestamp,
    volunteer::Standing,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[error("{}", self.code())]
pub enum Refusal {
    /// All places are taken, and the waitlist is full too.
    Full,
    /// The party asks for more places together than the occurrence can ever give it (C-179).
    PartyTooLarge {
        /// How many can come together.
        most: u32,
    },
    /// Somebody of that name, birth year and relation is in the family already; it may be the same
    /// person, entered twice (C-181).
    Namesake,
    /// Name and birth year are not those of the account's holder, whom the number belonged to.
    NotTheHolder,
    /// The remaining places are held back for kiosk, desk and telephone.
    HeldBack {
        /// When they are released.
        until: Timestamp,
    },
    /// The person already has a live booking for this occurrence (rule 2).
    AlreadyBooked {
        /// That booking.
        booking_id: BookingId,
    },
    /// The person already has a live assignment in this shift, in whatever part (C-78).
    AlreadyAssigned {
        /// That assignment.
        assignment_id: AssignmentId,
    },
    /// The shift was cancelled.
    ShiftCancelled,
    /// Only volunteers take places in shifts.
    NotAVolunteer {
        /// How far the person is; `None` for somebody who never applied.
        standing: Option<Standing>,
    },
    /// The shift takes trainings that are not valid for the person on the day (C-83).
    MissingTraining {
        /// Which.
        trainings: Vec<String>,
    },
    /// The shift or the position takes skills that the person has not named.
    MissingSkill {
        /// Which.
        skills: Vec<String>,
    },
    /// A child serves only beside a guardian, who has a place in the same shift (C-96).
    GuardianRequired {
        /// Below which age.
        below: u8,
    },
    /// The text of risks, as it is now, was not confirmed.
    RisksUnread {
        /// Its version.
        version: u32,
    },
    /// The social worker has said that they are not at work then.
    NotAtWork,
    /// Only the staff give places in this shift.
    InvitationOnly,
    /// A lead answers whoever asks for a place in this shift; it does not change hands by itself.
    LeadAnswers,
    /// The place that was offered is not offered any more: somebody was quicker, or it was taken back
    /// (C-85).
    SwapGone,
    /// A friend's place is kept only where volunteers sign up freely.
    NotFreelyJoined,
    /// The number is the account's own.
    OwnNumber,
    /// A place is kept for a friend of theirs in this shift already.
    AlreadyInviting {
        /// Until when.
        until: Timestamp,
    },
    /// As many invitations of the account are open as can be.
    TooManyInvitations {
        /// How many can be.
        most: u32,
    },
    /// Whoever waits for the shift comes before a friend (C-18).
    LineFirst {
        /// How many wait.
        waiting: u32,
    },
    /// One of two who would be partners has as many as can be.
    TooManyPartners {
        /// How many can be.
        most: u32,
    },
    /// Thanks are given by who was there.
    NotAttended,
    /// Nobody was there whom they could thank.
    NobodyToThank,
    /// It is too long ago to give thanks.
    ThanksOver {
        /// Until when it was possible.
        until: Timestamp,
    },
    /// Nobody would administer the city any more, or not for as long as now.
    LastAdministrator,
    /// Another contract of the center has some of the days.
    ContractOverlaps {
        /// Whose it is.
        agency: String,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
    },
    /// The contract has ended; it stays as it was.
    ContractOver {
        /// Its last day.
        to: NaiveDate,
    },
    /// The contract has begun, so it can be ended but not taken back.
    ContractBegun {
        /// Its first day.
        from: NaiveDate,
    },
    /// A role of an agency's people ends with its contract at the latest.
    ContractEnds {
        /// The agency.
        agency: String,
        /// The contract's last day.
        on: NaiveDate,
    },
    /// The agency whose people somebody is of does not run the center when the role would begin.
    NoContract {
        /// The agency.
        agency: String,
    },
    /// Nobody validates their own hours.
    OwnHours,
    /// Hours are validated by a lead of the shift who was there.
    WasNotThere,
    /// It takes somebody else's word: whoever entered hours does not approve them (C-89).
    NeedsAnother,
    /// The shift is still going on.
    NotOver {
        /// When it ends.
        until: Timestamp,
    },
    /// The formal number takes more verified hours (`domain.md` 3.4).
    HoursMissing {
        /// How many minutes.
        missing: u32,
    },
    /// The person has another booking at the same time (rule 2).
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
    /// Nothing to book: just come.
    NoBookingNeeded,
    /// The person is too young on the day.
    TooYoung {
        /// Minimum age in years.
        min_age: u8,
    },
    /// The person is too old on the day.
    TooOld {
        /// Maximum age in years.
        max_age: u8,
    },
    /// Reserved for residents of the community for now.
    NotResident {
        /// When it opens to everyone.
        until: Timestamp,
    },
    /// A child under 14 needs a guardian's consent first (C-144).
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
    /// The person has already checked in.
    AlreadyCheckedIn,
    /// The check-in is too long ago to undo (C-114).
    TooLateToUndo {
        /// Until when it was possible.
        since: Timestamp,
    },
    /// The free places at the door belong to people on the waitlist (C-18).
    KeptForLine {
        /// Until when the whole waitlist takes precedence; `None` if only those who are here do.
        until: Option<Timestamp>,
    },
    /// The door isn't open yet for people without a booking.
    DoorNotOpen {
        /// When it opens.
        until: Timestamp,
    },
    /// More people are confirmed than the new capacity allows (C-10).
    BelowConfirmed {
        /// How many are confirmed.
        confirmed: u32,
    },
    /// People are in a position of a shift, or wait for it: it does not vanish under them, and takes
    /// no fewer.
    PositionHeld {
        /// The position.
        position: String,
        /// How many they are.
        held: u32,
    },
    /// There are bookings, so it can be cancelled but not deleted (C-66).
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
    /// Something is planned in the room, so it stays in use.
    RoomInUse {
        /// Name of the room.
        room: String,
        /// How many things are planned in it.
        count: u32,
        /// Title of the first.
        title: String,
        /// When that starts.
        starts_at: Timestamp,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// The day has other opening hours already, or the center is closed then.
    DayTaken {
        /// The day.
        on: NaiveDate,
        /// Why it is otherwise.
        reason: String,
    },
    /// Somebody else has saved a change in the meantime (C-69).
    Stale,
    /// It doesn't exist, or the caller may not know that it does.
    NotFound,
    /// The caller lacks the right.
    Forbidden,
    /// Nobody is signed in.
    Unauthenticated,
    /// A value is missing or invalid.
    Invalid {
        /// Which field.
        field: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// Too many attempts.
    RateLimited {
        /// When the next attempt is allowed.
        until: Timestamp,
    },
    /// The idempotency key was used for a different request (C-37).
    IdempotencyMismatch,
    /// The sign-in code is wrong or has expired; we don't say which.
    WrongCode,
    /// User name, password or second factor is wrong; we don't say which.
    WrongCredentials,
}

impl Refusal {
    /// A [`Refusal::Invalid`] for that field.
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
            Self::PartyTooLarge { .. } => "party_too_large",
            Self::Namesake => "namesake",
            Self::NotTheHolder => "not_the_holder",
            Self::HeldBack { .. } => "held_back",
            Self::AlreadyBooked { .. } => "already_booked",
            // What programs ask of a booking and of an assignment is the same.
            Self::AlreadyAssigned { .. } => "already_booked",
            Self::ShiftCancelled => "occurrence_cancelled",
            Self::NotAVolunteer { .. } => "not_a_volunteer",
            Self::MissingTraining { .. } => "missing_training",
            Self::MissingSkill { .. } => "missing_skill",
            Self::GuardianRequired { .. } => "guardian_required",
            Self::RisksUnread { .. } => "risks_unread",
            Self::NotAtWork => "not_at_work",
            Self::InvitationOnly => "invitation_only",
            Self::LeadAnswers => "lead_answers",
            Self::SwapGone => "swap_gone",
            Self::NotFreelyJoined => "not_freely_joined",
            Self::OwnNumber => "own_number",
            Self::AlreadyInviting { .. } => "already_inviting",
            Self::TooManyInvitations { .. } => "too_many_invitations",
            Self::LineFirst { .. } => "line_first",
            Self::TooManyPartners { .. } => "too_many_partners",
            Self::NotAttended => "not_attended",
            Self::NobodyToThank => "nobody_to_thank",
            Self::ThanksOver { .. } => "thanks_over",
            Self::LastAdministrator => "last_administrator",
            Self::ContractOverlaps { .. } => "contract_overlaps",
            Self::ContractOver { .. } => "contract_over",
            Self::ContractBegun { .. } => "contract_begun",
            Self::ContractEnds { .. } => "contract_ends",
            Self::NoContract { .. } => "no_contract",
            Self::OwnHours => "own_hours",
            Self::WasNotThere => "was_not_there",
            Self::NeedsAnother => "needs_another",
            Self::NotOver { .. } => "not_over",
            Self::HoursMissing { .. } => "hours_missing",
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
            Self::PositionHeld { .. } => "position_held",
            Self::HasBookings { .. } => "has_bookings",
            Self::RoomTaken { .. } => "room_taken",
            Self::RoomInUse { .. } => "room_in_use",
            Self::DayTaken { .. } => "day_taken",
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

    /// When it will be allowed, if all it takes is time.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::HeldBack { until }
            | Self::NotOpenYet { until }
            | Self::NotResident { until }
            | Self::DoorNotOpen { until }
            | Self::NotOver { until }
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
                | Self::PartyTooLarge { .. }
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
