//! The pattern behind dates that were, so that a course can be planned again as it was.

use super::Pattern;
use chrono::{Datelike, NaiveDate, Weekday};

impl Pattern {
    /// The pattern that these days follow, some left out; none where fewer than two are given, or
    /// where a pattern would make as many others as there are. Weekly, or one weekday of every month.
    pub fn behind(days: &[NaiveDate]) -> Option<Self> {
        let mut days = days.to_vec();
        days.sort_unstable();
        days.dedup();
        let (first, last) = (*days.first()?, *days.last()?);
        if first == last {
            return None;
        }
        let candidates = monthly(&days).into_iter().chain(weekly(&days));
        let others = |pattern: &Self| {
            let span = first.iter_days().take_while(|day| *day <= last);
            let all = span.filter(|day| pattern.falls_on(first, *day)).count();
            all.saturating_sub(days.len())
        };
        candidates
            .filter(|pattern| days.iter().all(|day| pattern.falls_on(first, *day)))
            .map(|pattern| (others(&pattern), pattern))
            .min_by_key(|(others, _)| *others)
            .filter(|(others, _)| *others < days.len())
            .map(|(_, pattern)| pattern)
    }
}

/// One weekday of every month: by its number from the front, or as the last.
fn monthly(days: &[NaiveDate]) -> Vec<Pattern> {
    let Some(first) = days.first() else {
        return Vec::new();
    };
    let front = i8::try_from((first.day() - 1) / 7 + 1).unwrap_or(1);
    let weekday = first.weekday();
    let apart = days.windows(2).all(|two| two[0].month() != two[1].month());
    [front, -1]
        .into_iter()
        .filter(|_| apart)
        .map(|nth| Pattern::MonthlyNthWeekday { nth, weekday })
        .collect()
}

fn weekly(days: &[NaiveDate]) -> Option<Pattern> {
    let monday = |day: &NaiveDate| day.week(Weekday::Mon).first_day();
    let weeks = days.windows(2).map(|two| {
        let apart = monday(&two[1]).signed_duration_since(monday(&two[0]));
        apart.num_weeks()
    });
    let every = weeks.fold(0, common_divisor).max(1);
    let mut weekdays: Vec<Weekday> = days.iter().map(Datelike::weekday).collect();
    weekdays.sort_by_key(Weekday::num_days_from_monday);
    weekdays.dedup();
    let every = u16::try_from(every).ok()?;
    Some(Pattern::Weekly { every, weekdays })
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(texts: &[&str]) -> Vec<NaiveDate> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_course_that_missed_a_holiday_is_weekly() {
        let course = days(&["2026-09-15", "2026-09-22", "2026-10-13", "2026-10-20"]);
        let (every, weekdays) = (1, vec![Weekday::Tue]);
        assert_eq!(
            Pattern::behind(&course),
            Some(Pattern::Weekly { every, weekdays })
        );
    }

    #[test]
    fn the_last_sunday_of_the_month_is_not_every_fourth_or_fifth_week() {
        let service = days(&["2026-08-30", "2026-09-27", "2026-10-25", "2026-11-29"]);
        let (nth, weekday) = (-1, Weekday::Sun);
        assert_eq!(
            Pattern::behind(&service),
            Some(Pattern::MonthlyNthWeekday { nth, weekday })
        );
    }

    #[test]
    fn what_has_no_rhythm_has_no_pattern() {
        assert_eq!(Pattern::behind(&days(&["2026-08-30"])), None);
        assert_eq!(Pattern::behind(&[]), None);
        let scattered = days(&["2026-08-03", "2026-08-25", "2026-11-05"]);
        assert_eq!(Pattern::behind(&scattered), None);
    }

    proptest! {
        #[test]
        fn a_pattern_is_found_behind_what_it_made(
            every in 1u16..=4,
            weekdays in prop::collection::btree_set(0u8..7, 1..4),
            from in 0u64..800,
            count in 4usize..40,
        ) {
            let weekdays: Vec<_> = weekdays
                .into_iter()
                .map(|n| Weekday::try_from(n).unwrap())
                .collect();
            let from = NaiveDate::default() + chrono::Days::new(20_000 + from);
            let made = Pattern::Weekly { every, weekdays };
            // From the pattern's own first day, as the form begins it.
            let first = from.iter_days().find(|day| made.falls_on(*day, *day)).unwrap();
            let expected: Vec<_> = first
                .iter_days()
                .filter(|day| made.falls_on(first, *day))
                .take(count)
                .collect();
            let found = Pattern::behind(&expected).unwrap();
            let again: Vec<_> = first
                .iter_days()
                .filter(|day| found.falls_on(first, *day))
                .take(count)
                .collect();
            prop_assert_eq!(again, expected);
        }
    }
}
