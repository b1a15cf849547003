//! What the staff write to those who take part in a date: to whom, and how often.

use crate::{
    Reason, Refusal,
    activity::Status,
    booking::State,
    time::{DAY, Timestamp},
};

/// So many characters it has at most: it leaves as one text message.
pub const LONGEST: u16 = 120;
/// So many of a date on a day: who is told more often reads none of it.
pub const MOST_A_DAY: u32 = 3;
/// So long after the end it may still be written, about what was left behind or what comes next.
pub const AFTER: i64 = 7 * DAY;

crate::text_enum! {
    /// To whom of a date.
    pub enum Audience {
        /// Who has a place, or came.
        Places = "places",
        /// Who waits for one.
        Line = "line",
        /// Both.
        All = "all",
    }
}

impl Audience {
    /// Whether it is for whoever has a booking in that state.
    pub fn includes(self, state: State) -> bool {
        match self {
            Self::Places => state.is_one_of(&State::HOLDING),
            Self::Line => state == State::Waitlisted,
            Self::All => state.is_live(),
        }
    }
}

/// What is known of the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether it stands.
    pub status: Status,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many were written today.
    pub today: u32,
    /// Where the next day begins.
    pub tomorrow: Timestamp,
}

/// Whether another one may be written now.
///
/// # Errors
/// [`Refusal::OccurrenceCancelled`]: those people have been told; [`Refusal::Invalid`] of `text` where it
/// is long over; [`Refusal::RateLimited`] until tomorrow.
pub fn check(facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
    if facts.status == Status::Cancelled {
        return Err(Refusal::OccurrenceCancelled);
    }
    if now >= facts.ends_at.plus(AFTER) {
        return Err(Refusal::invalid("text", Reason::InThePast));
    }
    if facts.today >= MOST_A_DAY {
        return Err(Refusal::RateLimited {
            until: facts.tomorrow,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(20_500 * DAY);

    fn facts() -> Facts {
        Facts {
            status: Status::Published,
            ends_at: NOW.plus(1),
            today: 0,
            tomorrow: NOW.plus(DAY / 3),
        }
    }

    #[test]
    fn three_a_day_while_anybody_cares() {
        assert_eq!(check(&facts(), NOW), Ok(()));
        let of = |change: fn(&mut Facts)| {
            let mut facts = facts();
            change(&mut facts);
            check(&facts, NOW)
        };
        assert_eq!(of(|f| f.today = 2), Ok(()));
        let until = facts().tomorrow;
        assert_eq!(of(|f| f.today = 3), Err(Refusal::RateLimited { until }));
        assert_eq!(of(|f| f.ends_at = NOW.plus(1 - AFTER)), Ok(()));
        assert_eq!(
            of(|f| f.ends_at = NOW.plus(-AFTER)),
            Err(Refusal::invalid("text", Reason::InThePast))
        );
        assert_eq!(
            of(|f| f.status = Status::Cancelled),
            Err(Refusal::OccurrenceCancelled)
        );
    }

    #[test]
    fn nobody_is_in_two_audiences_and_who_is_gone_is_in_none() {
        for state in State::ALL {
            let (places, line) = (
                Audience::Places.includes(*state),
                Audience::Line.includes(*state),
            );
            assert!(!(places && line), "{state}");
            assert_eq!(Audience::All.includes(*state), places || line, "{state}");
            assert_eq!(places || line, state.is_live(), "{state}");
        }
    }
}
