//! What is stored of people, for how long, and what ends an account (PIPL art. 19 and 47; 网络数据安全管理条例
//! art. 21: kinds and their ends are told as a list). The job that deletes and the page that tells it read
//! the same numbers.

use crate::{
    kiosk::KEEP_CLAIMS,
    time::{DAY, HOUR, MINUTE, Timestamp},
};

/// How long tries at codes and passwords are counted (milliseconds): the longest window is a day.
pub const ATTEMPTS: i64 = 2 * DAY;
/// How long answers by idempotency key are kept (milliseconds); 48 hours are promised.
pub const ANSWERS: i64 = 72 * HOUR;
/// How long sent and abandoned short messages are kept (milliseconds).
pub const SENT: i64 = 30 * DAY;
/// How long it is known whom the staff asked to help out, so that others are asked next (milliseconds).
pub const CALLS: i64 = 365 * DAY;
/// How long it is known what somebody asked a center for, and what it said (milliseconds).
pub const REQUESTS: i64 = 365 * DAY;
/// How long notes at a booking are kept after it is over (milliseconds).
pub const NOTES: i64 = 30 * DAY;
/// How long thanks are kept (milliseconds).
pub const THANKS: i64 = 2 * 365 * DAY;
/// How long a browser stays signed in that nobody uses (milliseconds).
pub const SESSION: i64 = 90 * DAY;
/// How long it is known that a browser signed in at a number (milliseconds).
pub const BROWSERS: i64 = 400 * DAY;

crate::text_enum! {
    /// A kind of what is stored of people.
    pub enum Kind {
        /// The telephone number, and name, birth year and community of the holder.
        Profile = "profile",
        /// Names, birth years and consents of the family.
        Family = "family",
        /// What was booked, and whether they came.
        Bookings = "bookings",
        /// What the staff noted at a booking.
        Notes = "notes",
        /// The log of the doors: when, where, by what.
        CheckIns = "check_ins",
        /// Printed cards.
        Cards = "cards",
        /// Skills, times and centers that a volunteer likes.
        Volunteering = "volunteering",
        /// Places in shifts.
        Shifts = "shifts",
        /// Hours of volunteering, stars and trainings.
        Hours = "hours",
        /// Certificates of hours.
        Certificates = "certificates",
        /// Whom the staff asked to help out.
        Calls = "calls",
        /// Certificates that were asked for.
        Requests = "requests",
        /// Thanks of residents and leads.
        Thanks = "thanks",
        /// The inbox.
        Messages = "messages",
        /// Short messages that were sent.
        ShortMessages = "short_messages",
        /// Browsers that are signed in.
        SignIns = "sign_ins",
        /// Browsers that signed in before.
        Browsers = "browsers",
        /// Wall codes that were scanned.
        Claims = "claims",
        /// Answers that are given again when a form is sent twice.
        Answers = "answers",
        /// Tries at codes.
        Attempts = "attempts",
        /// The audit log: who did what, without names.
        Audit = "audit",
    }
}

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Until the account is deleted.
    Account,
    /// The fact stays, without a name, once the account is deleted: counts are made of it (C-169).
    Nameless,
    /// For long, as the law asks of records of volunteering (`domain.md` 3.3, 6.2).
    Law,
    /// So long (milliseconds).
    For(i64),
}

impl Kind {
    /// How long it is kept.
    pub const fn kept(self) -> Kept {
        match self {
            Self::Profile | Self::Family | Self::Volunteering | Self::Messages => Kept::Account,
            Self::Bookings | Self::CheckIns | Self::Cards | Self::Shifts => Kept::Nameless,
            Self::Hours | Self::Certificates | Self::Audit => Kept::Law,
            Self::Calls => Kept::For(CALLS),
            Self::Requests => Kept::For(REQUESTS),
            Self::Notes => Kept::For(NOTES),
            Self::Thanks => Kept::For(THANKS),
            Self::ShortMessages => Kept::For(SENT),
            Self::SignIns => Kept::For(SESSION),
            Self::Browsers => Kept::For(BROWSERS),
            Self::Claims => Kept::For(KEEP_CLAIMS),
            Self::Answers => Kept::For(ANSWERS),
            Self::Attempts => Kept::For(ATTEMPTS),
        }
    }
}

/// So long after it was asked for an account is deleted; until then it can be taken back (milliseconds).
/// A phone that lay open, or a wrong tap, must not cost anybody their places.
pub const TAKEN_BACK_WITHIN: i64 = 7 * DAY;

/// When an account is deleted whose deletion is asked for now.
pub const fn deleted_at(now: Timestamp) -> Timestamp {
    now.plus(TAKEN_BACK_WITHIN)
}

/// How long hours of a shift that is over may still be validated (milliseconds); until then whoever served
/// is not forgotten.
pub const VALIDATED_WITHIN: i64 = 30 * DAY;

/// How long after its end a booking may still become attendance or a no-show (milliseconds).
pub const SETTLED_WITHIN: i64 = 30 * MINUTE;

/// What an account still has open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Bookings that are not over.
    pub bookings: u32,
    /// Places in shifts that are not over, or whose hours are not validated.
    pub shifts: u32,
}

/// Whether an account can be deleted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody asked for it, or it was taken back.
    NotAsked,
    /// Not yet.
    Waits,
    /// It is time, and something is still open that could not be given back: as soon as that is over.
    Held,
    /// Now.
    Now,
}

/// Whether an account is deleted whose deletion falls due then.
pub const fn due(at: Option<Timestamp>, open: Open, now: Timestamp) -> Due {
    match at {
        None => Due::NotAsked,
        Some(at) if now.0 < at.0 => Due::Waits,
        Some(_) if open.bookings > 0 || open.shifts > 0 => Due::Held,
        Some(_) => Due::Now,
    }
}

/// What stays of somebody whose account is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// A row without a name, so that counts stay.
    Nameless,
    /// Name, birth year, numbers and hours: the record of a volunteer, which nothing but its storage is done
    /// with (PIPL art. 47).
    Record,
}

/// What stays of whoever has hours or a certificate, or has none.
pub const fn stays(has_record: bool) -> Stays {
    match has_record {
        true => Stays::Record,
        false => Stays::Nameless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_waits_a_week_and_for_what_is_open() {
        let asked = Timestamp(1_000);
        let at = deleted_at(asked);
        let nothing = Open::default();
        assert_eq!(due(None, nothing, at), Due::NotAsked);
        assert_eq!(due(Some(at), nothing, at.plus(-1)), Due::Waits);
        assert_eq!(due(Some(at), nothing, at), Due::Now);
        for open in [
            Open {
                bookings: 1,
                shifts: 0,
            },
            Open {
                bookings: 0,
                shifts: 1,
            },
        ] {
            assert_eq!(due(Some(at), open, at), Due::Held);
            assert_eq!(due(Some(at), open, at.plus(-1)), Due::Waits);
        }
    }

    #[test]
    fn what_is_kept_for_a_time_is_kept_for_some_time() {
        for kind in Kind::ALL {
            if let Kept::For(time) = kind.kept() {
                assert!(time >= DAY, "{kind:?}");
            }
        }
    }
}
