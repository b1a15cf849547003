//! When a telephone may ring: what nobody has to act upon at once waits for the morning.

use crate::time::{DAY, HOUR, Timestamp};

/// The hour from which on it is night in Shenzhen.
const FROM: i64 = 21;
/// The hour at which it ends.
const UNTIL: i64 = 8;

/// When a text message that is written at that time may leave: at once by day, else at eight o'clock in
/// the morning. There is no exception for what begins early: a text that wakes nobody is read no
/// sooner, and for the next morning's first shift the staff call.
pub fn by_day(at: Timestamp) -> Timestamp {
    let midnight = Timestamp::start_of(at.day());
    let into_day = at.0 - midnight.0;
    if into_day < UNTIL * HOUR {
        midnight.plus(UNTIL * HOUR)
    } else if into_day >= FROM * HOUR {
        midnight.plus(DAY + UNTIL * HOUR)
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn the_night_is_from_nine_to_eight() {
        for (written, leaves) in [
            ("2026-11-23T08:00", "2026-11-23T08:00"),
            ("2026-11-23T20:59", "2026-11-23T20:59"),
            ("2026-11-23T21:00", "2026-11-24T08:00"),
            ("2026-11-23T23:59", "2026-11-24T08:00"),
            ("2026-11-24T00:00", "2026-11-24T08:00"),
            ("2026-11-24T07:59", "2026-11-24T08:00"),
        ] {
            assert_eq!(by_day(at(written)), at(leaves), "{written}");
        }
    }

    proptest! {
        #[test]
        fn nobody_is_woken_and_nothing_waits_longer_than_a_night(ms in 1_700_000_000_000_i64..1_900_000_000_000) {
            use chrono::Timelike as _;
            let leaves = by_day(Timestamp(ms));
            prop_assert!((8..21).contains(&leaves.local().hour()));
            prop_assert!(leaves.0 >= ms && leaves.0 - ms <= 11 * HOUR);
            prop_assert_eq!(by_day(leaves), leaves);
        }
    }
}
