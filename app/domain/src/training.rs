//! Trainings that somebody has: from when to when each counts. They come from attending what grants
//! one, or were noted by hand; several stretches of one training are as good as the longest.

use crate::time::{DAY, Timestamp};
use chrono::Months;
use std::collections::BTreeSet;

/// A stretch of time in which a training of somebody's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub training: String,
    /// The trainings that it includes: whoever has the higher one has the lower ones.
    pub includes: Vec<String>,
    /// From when.
    pub since: Timestamp,
    /// Until when; `None` is for ever.
    pub until: Option<Timestamp>,
}

impl Held {
    /// Whether it counts at that time.
    pub fn counts_at(&self, at: Timestamp) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

/// Until when a training counts that was granted by something which ended then: to the end of the
/// same day so many months later, so that nobody has to know the hour. Without months for ever.
pub fn counts_until(end: Timestamp, months: Option<u16>) -> Option<Timestamp> {
    let day = end.day().checked_add_months(Months::new(months?.into()))?;
    Some(Timestamp::start_of(day).plus(DAY))
}

/// The trainings that count at that time, with those that they include (C-83).
pub fn valid_at(held: &[Held], at: Timestamp) -> BTreeSet<String> {
    let valid = held.iter().filter(|of| of.counts_at(at));
    valid
        .flat_map(|of| of.includes.iter().chain([&of.training]))
        .cloned()
        .collect()
}

/// The same trainings with those stretches of one joined that touch, by name and time: attending
/// again prolongs.
#[must_use]
pub fn joined(mut held: Vec<Held>) -> Vec<Held> {
    held.sort_by(|a, b| (&a.training, a.since).cmp(&(&b.training, b.since)));
    let mut all: Vec<Held> = Vec::with_capacity(held.len());
    for of in held {
        match all.last_mut() {
            Some(last)
                if last.training == of.training
                    && last.until.is_none_or(|until| of.since <= until) =>
            {
                last.until = last.until.zip(of.until).map(|(a, b)| a.max(b));
            }
            _ => all.push(of),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn held(training: &str, since: i64, until: Option<i64>) -> Held {
        Held {
            training: training.to_owned(),
            includes: Vec::new(),
            since: Timestamp(since),
            until: until.map(Timestamp),
        }
    }

    #[test]
    fn a_training_counts_to_the_end_of_the_day_so_many_months_later() {
        let until = |end: &str, months| counts_until(at(end), Some(months));
        let next_day = Some(at("2027-05-04T00:00"));
        assert_eq!(until("2026-05-03T17:00", 12), next_day);
        // There is no 31 February: the month's last day.
        let march = Some(at("2027-03-01T00:00"));
        assert_eq!(until("2026-08-31T17:00", 6), march);
        assert_eq!(counts_until(at("2026-05-03T17:00"), None), None);
    }

    #[test]
    fn c83_the_higher_training_covers_the_lower_while_it_counts() {
        let mut higher = held("高级急救", 10, Some(20));
        higher.includes = vec!["急救".to_owned()];
        let all = [higher, held("消防", 15, None)];
        let valid = |at| Vec::from_iter(valid_at(&all, Timestamp(at)));
        assert_eq!(valid(9), [] as [&str; 0]);
        assert_eq!(valid(10), ["急救", "高级急救"]);
        assert_eq!(valid(19), ["急救", "消防", "高级急救"]);
        assert_eq!(valid(20), ["消防"]);
    }

    #[test]
    fn attending_again_prolongs_and_a_gap_stays_one() {
        let all = vec![
            held("急救", 30, Some(40)),
            held("急救", 0, Some(10)),
            held("急救", 5, Some(15)),
            held("消防", 0, None),
            held("消防", 7, Some(9)),
        ];
        let expected = [
            held("急救", 0, Some(15)),
            held("急救", 30, Some(40)),
            held("消防", 0, None),
        ];
        assert_eq!(joined(all), expected);
    }

    fn any_held() -> impl Strategy<Value = Held> {
        let until = proptest::option::of(0_i64..20);
        ("[ab]", 0_i64..20, until).prop_map(|(training, since, length)| {
            held(&training, since, length.map(|length| since + length + 1))
        })
    }

    proptest! {
        #[test]
        fn joining_changes_nothing_of_what_counts_when(
            all in proptest::collection::vec(any_held(), 0..8),
            at in -1_i64..45,
        ) {
            let before = valid_at(&all, Timestamp(at));
            let joined = joined(all);
            prop_assert_eq!(valid_at(&joined, Timestamp(at)), before);
        }
    }
}
