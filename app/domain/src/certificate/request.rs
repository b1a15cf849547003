//! Asking a center for a certificate: of which hours it would tell.

use super::{LONGEST, check_hours};
use crate::{
    Refusal,
    time::{DAY, Timestamp},
};

/// The longest purpose, in characters: "for the school", "for the star".
pub const LONGEST_PURPOSE: usize = 60;

crate::text_enum! {
    /// Which hours somebody asks to have certified.
    pub enum Which {
        /// Those from the first that no certificate tells of yet.
        New = "new",
        /// All that the center has on record.
        Whole = "whole",
    }
}

crate::text_enum! {
    /// How a request for a certificate ended.
    pub enum Ended {
        /// The certificate was given.
        Given = "given",
        /// The center did not give it, and says why.
        Declined = "declined",
    }
}

/// An entry that counts, as far as a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// When the shift began.
    pub at: Timestamp,
    /// Minutes; a correction may take away.
    pub minutes: i64,
    /// Whether a certificate that stands tells of it.
    pub is_certified: bool,
}

/// What a certificate would tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Of shifts that began from then on: the beginning of a day.
    pub from: Timestamp,
    /// And before then: the end of today.
    pub to: Timestamp,
    /// How many minutes.
    pub minutes: i64,
}

/// What a certificate would tell of that is asked for now. `served` is what counts of somebody at one
/// center. What is certified already and lies within is told again, so that the sum is whole.
///
/// # Errors
/// [`Refusal::Invalid`] where there is nothing to certify, as for the desk ([`check_hours`]).
pub fn stretch(which: Which, served: &[Served], now: Timestamp) -> Result<Stretch, Refusal> {
    let asked = || {
        let all = served.iter();
        all.filter(|of| which == Which::Whole || !of.is_certified)
    };
    check_hours(asked().map(|of| of.minutes).sum())?;
    let to = Timestamp::start_of(now.day()).plus(DAY);
    let first = asked().map(|of| of.at).min().unwrap_or(now);
    let from = Timestamp::start_of(first.day()).max(to.plus(-LONGEST));
    let within = served.iter().filter(|of| of.at >= from && of.at < to);
    let minutes = within.map(|of| of.minutes).sum();
    check_hours(minutes)?;
    Ok(Stretch { from, to, minutes })
}

#[cfg(test)]
mod tests {
    use super::{super::check_stretch, *};
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(20_000 * DAY + 5_000_000);

    fn served(days: i64, minutes: i64, is_certified: bool) -> Served {
        Served {
            at: NOW.plus(-days * DAY),
            minutes,
            is_certified,
        }
    }

    #[test]
    fn what_is_new_begins_with_the_first_that_is_not_certified() {
        let all = [
            served(90, 60, true),
            served(40, 120, false),
            served(30, 10, true),
            served(2, 30, false),
        ];
        let new = stretch(Which::New, &all, NOW).unwrap();
        assert_eq!(new.minutes, 160);
        assert_eq!(new.from, Timestamp::start_of(NOW.plus(-40 * DAY).day()));
        assert_eq!(stretch(Which::Whole, &all, NOW).unwrap().minutes, 220);
    }

    #[test]
    fn where_nothing_is_left_nothing_is_asked_for() {
        assert!(stretch(Which::Whole, &[], NOW).is_err());
        let certified = [served(9, 60, true)];
        assert!(stretch(Which::New, &certified, NOW).is_err());
        assert!(stretch(Which::Whole, &certified, NOW).is_ok());
        // All that was recorded was taken away again.
        let gone = [served(9, 60, false), served(9, -60, false)];
        assert!(stretch(Which::Whole, &gone, NOW).is_err());
        // What is new only takes away.
        let less = [served(9, 60, true), served(9, -10, false)];
        assert!(stretch(Which::New, &less, NOW).is_err());
        assert_eq!(stretch(Which::Whole, &less, NOW).unwrap().minutes, 50);
    }

    proptest! {
        /// What may be asked for, the desk may give.
        #[test]
        fn what_is_asked_for_can_be_given(
            all in prop::collection::vec((0_i64..5_000, -60_i64..300, any::<bool>()), 0..12),
            whole in any::<bool>(),
        ) {
            let all: Vec<Served> = all
                .into_iter()
                .map(|(days, minutes, certified)| served(days, minutes, certified))
                .collect();
            let which = if whole { Which::Whole } else { Which::New };
            if let Ok(found) = stretch(which, &all, NOW) {
                prop_assert!(check_stretch(found.from, found.to, NOW).is_ok());
                prop_assert!(found.minutes > 0);
                prop_assert!(found.to > NOW);
            }
        }
    }
}
