//! Milestones on somebody's way as a volunteer: for themselves alone. Derived from what the ledger adds
//! up to, never stored, never compared with anybody's.

use super::Totals;
use crate::time::{DAY, Timestamp};

crate::text_enum! {
    /// A milestone.
    pub enum Milestone {
        /// The first shift whose hours count.
        First = "first",
        /// Ten hours: the end of probation, which is told by itself.
        Hours10 = "hours_10",
        /// Fifty hours.
        Hours50 = "hours_50",
        /// A hundred hours.
        Hours100 = "hours_100",
        /// Two hundred hours.
        Hours200 = "hours_200",
        /// Five hundred hours.
        Hours500 = "hours_500",
        /// A year since the first shift.
        Year = "year",
    }
}

impl Milestone {
    /// How many hours it takes, if it is a matter of hours.
    pub const fn hours(self) -> Option<i64> {
        match self {
            Self::First | Self::Year => None,
            Self::Hours10 => Some(10),
            Self::Hours50 => Some(50),
            Self::Hours100 => Some(100),
            Self::Hours200 => Some(200),
            Self::Hours500 => Some(500),
        }
    }

    /// Whether somebody is told when they reach it: not of ten hours, of which the formal number
    /// tells, and not of a year, which comes by itself.
    pub const fn is_told(self) -> bool {
        !matches!(self, Self::Hours10 | Self::Year)
    }
}

/// How far somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// What they have reached, in order.
    pub reached: Vec<Milestone>,
    /// The next that is a matter of hours, and how many minutes it still takes.
    pub next: Option<(Milestone, i64)>,
}

/// How far somebody is whose first shift that counts began then. Verified hours alone count, as for
/// the formal number and stars.
pub fn way(totals: &Totals, first: Option<Timestamp>, now: Timestamp) -> Way {
    let Some(first) = first.filter(|_| totals.verified > 0) else {
        return Way::default();
    };
    let minutes = |of: &Milestone| of.hours().map(|hours| hours * 60);
    let is_reached = |of: &&Milestone| match minutes(of) {
        Some(needed) => totals.verified >= needed,
        None => **of == Milestone::First || now >= first.plus(365 * DAY),
    };
    let all = Milestone::ALL.iter();
    let missing = |of: &Milestone| Some((*of, minutes(of)? - totals.verified));
    let next = all.clone().filter_map(missing).find(|(_, left)| *left > 0);
    Way {
        reached: all.filter(is_reached).copied().collect(),
        next,
    }
}

/// What somebody has reached with an entry of so many verified minutes, that they are told of: the
/// furthest. `totals` includes it.
pub fn reached_with(totals: &Totals, minutes: i64) -> Option<Milestone> {
    let before = totals.verified - minutes;
    let crossed = |of: &&Milestone| match of.hours() {
        Some(hours) => before < hours * 60 && totals.verified >= hours * 60,
        None => **of == Milestone::First && before <= 0 && totals.verified > 0,
    };
    let mut all = Milestone::ALL.iter().filter(|of| of.is_told());
    all.rfind(crossed).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(20_000 * DAY);

    fn verified(minutes: i64) -> Totals {
        Totals {
            verified: minutes,
            entered: 100_000,
            pending: 100_000,
        }
    }

    #[test]
    fn a_way_has_what_was_reached_and_what_is_next() {
        let way =
            |hours: i64, days: i64| way(&verified(hours * 60), Some(NOW.plus(-days * DAY)), NOW);
        use Milestone as M;
        let at = way(44, 30);
        assert_eq!(at.reached, [M::First, M::Hours10]);
        assert_eq!(at.next, Some((M::Hours50, 6 * 60)));
        assert_eq!(way(1, 365).reached, [M::First, M::Year]);
        assert_eq!(way(1, 364).reached, [M::First]);
        let far = way(500, 400);
        assert_eq!((far.reached.len(), far.next), (M::ALL.len(), None));
        assert_eq!(super::way(&verified(0), None, NOW), Way::default());
        assert_eq!(super::way(&verified(0), Some(NOW), NOW), Way::default());
    }

    #[test]
    fn somebody_is_told_of_the_furthest_once_and_never_of_the_end_of_probation() {
        use Milestone as M;
        let told = |before: i64, minutes| reached_with(&verified(before + minutes), minutes);
        assert_eq!(told(0, 60), Some(M::First));
        assert_eq!(told(60, 60), None);
        assert_eq!(told(590, 60), None);
        assert_eq!(told(2_990, 10), Some(M::Hours50));
        assert_eq!(told(3_000, 10), None);
        assert_eq!(told(0, 6_000), Some(M::Hours100));
        assert_eq!(told(3_050, -60), None, "what takes away reaches nothing");
    }

    proptest! {
        /// Whatever the steps, each is told at most once, and what is told was reached.
        #[test]
        fn each_is_told_once(steps in prop::collection::vec(1_i64..900, 1..80)) {
            let mut sum = 0;
            let mut told = Vec::new();
            for step in steps {
                sum += step;
                told.extend(reached_with(&verified(sum), step));
                let way = way(&verified(sum), Some(NOW), NOW);
                prop_assert!(told.iter().all(|of| way.reached.contains(of)));
                prop_assert!(way.next.is_none_or(|(_, left)| left > 0));
            }
            prop_assert!(told.is_sorted_by(|a, b| a < b));
        }
    }
}
