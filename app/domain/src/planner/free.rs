//! When there is time for something.

use super::whole;
use crate::{
    availability::Availability,
    spans::{union, without},
    time::{HOUR, MINUTE, Span, Timestamp},
};
use chrono::NaiveDate;

/// When a center usually opens, in milliseconds after midnight.
pub const OPENS: i64 = 8 * HOUR;
/// When it usually closes.
pub const CLOSES: i64 = 21 * HOUR;
/// For so many days a time is looked for, today the first.
pub const LOOKED_AHEAD: usize = 28;
/// So many times are told.
pub const MOST_FREE: usize = 3;
/// What is proposed begins at a quarter of an hour.
pub const STEP: i64 = 15 * MINUTE;

/// The days in which a time is looked for.
fn days(now: Timestamp) -> impl Iterator<Item = NaiveDate> {
    now.day().iter_days().take(LOOKED_AHEAD)
}

/// The usual hours of a day.
fn hours(day: NaiveDate) -> Span {
    let midnight = whole(day).start();
    Span::kept(midnight.plus(OPENS), midnight.plus(CLOSES))
}

/// The first of each stretch in which something that lasts so long fits beside what is there, within the
/// usual hours of the coming days: three at most. Nothing begins before `now`.
pub fn free_times(length: i64, busy: &[Span], now: Timestamp) -> Vec<Span> {
    let busy = union(busy.iter().copied());
    let first = |stretch: Span| {
        let from = stretch.start().max(now.plus(1)).0;
        let start = from.saturating_add(STEP - 1).div_euclid(STEP) * STEP;
        let end = Timestamp(start).plus(length);
        let fits = length > 0 && end <= stretch.end();
        fits.then(|| Span::kept(Timestamp(start), end))
    };
    days(now)
        .flat_map(|day| without(&[hours(day)], &busy))
        .filter_map(first)
        .take(MOST_FREE)
        .collect()
}

/// The usual hours of the coming days in which somebody is not at work, by what they said of it.
pub fn off_work(said: &Availability, now: Timestamp) -> Vec<Span> {
    let hours = days(now).flat_map(|day| {
        let opens = hours(day).start();
        (0..(CLOSES - OPENS) / HOUR).map(move |nth| {
            let from = opens.plus(nth * HOUR);
            Span::kept(from, from.plus(HOUR))
        })
    });
    union(hours.filter(|hour| !said.covers(*hour)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        availability::{Part, Slot},
        time::DAY,
    };
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn span(from: &str, to: &str) -> Span {
        Span::new(at(from), at(to)).unwrap()
    }

    fn told(times: &[Span]) -> Vec<String> {
        let text = |time: &Span| time.start().local().format("%d %H:%M").to_string();
        times.iter().map(text).collect()
    }

    #[test]
    fn one_time_of_each_stretch_that_is_long_enough() {
        let now = at("2026-11-30T09:05");
        let busy = [
            span("2026-11-30T10:00", "2026-11-30T12:00"),
            span("2026-11-30T12:30", "2026-11-30T19:50"),
        ];
        let times = free_times(HOUR, &busy, now);
        assert_eq!(told(&times), ["30 20:00", "01 08:00", "02 08:00"]);
        assert_eq!(
            told(&free_times(30 * MINUTE, &busy, now)),
            ["30 09:15", "30 12:00", "30 20:00"]
        );
        // A day is as long as its hours.
        assert_eq!(
            told(&free_times(13 * HOUR, &[], now)),
            ["01 08:00", "02 08:00", "03 08:00"]
        );
        assert!(free_times(14 * HOUR, &[], now).is_empty());
        assert!(free_times(0, &[], now).is_empty());
    }

    #[test]
    fn c52_a_night_shift_takes_its_hours_of_both_days() {
        let busy = [span("2026-11-30T20:00", "2026-12-01T09:10")];
        let times = free_times(HOUR, &busy, at("2026-11-30T19:30"));
        assert_eq!(told(&times), ["01 09:15", "02 08:00", "03 08:00"]);
    }

    #[test]
    fn who_is_off_has_no_time() {
        // At work on Mondays in the afternoon, but not on this one.
        let mut said = Availability {
            slots: [Slot {
                weekday: 1,
                part: Part::Afternoon,
            }]
            .into(),
            ..Availability::default()
        };
        let now = at("2026-11-30T09:00");
        let times = free_times(HOUR, &off_work(&said, now), now);
        assert_eq!(told(&times), ["30 12:00", "07 12:00", "14 12:00"]);
        said.away.insert(now.day());
        let times = free_times(HOUR, &off_work(&said, now), now);
        assert_eq!(told(&times), ["07 12:00", "14 12:00", "21 12:00"]);
        assert!(off_work(&Availability::always(), now).is_empty());
    }

    proptest! {
        /// What trying every quarter of an hour finds: the first of each run of starts that fit.
        #[test]
        fn the_times_are_the_first_of_each_run_of_starts_that_fit(
            now in 0_i64..DAY,
            quarters in 1_i64..20,
            busy in proptest::collection::vec((-DAY..30 * DAY, 1_i64..3 * DAY), 0..40),
        ) {
            let now = at("2026-11-30T00:00").plus(now);
            let length = quarters * STEP;
            let busy: Vec<Span> = busy
                .into_iter()
                .map(|(from, long)| Span::kept(now.plus(from), now.plus(from + long)))
                .collect();
            let midnight = whole(now.day()).start();
            let fits = |start: Timestamp| {
                let Some(span) = Span::new(start, start.plus(length)).ok() else { return false };
                let hours = hours(start.day());
                start > now
                    && span.start() >= hours.start()
                    && span.end() <= hours.end()
                    && busy.iter().all(|other| !other.overlaps(span))
            };
            let steps = (0..LOOKED_AHEAD as i64 * DAY / STEP).map(|nth| midnight.plus(nth * STEP));
            let expected: Vec<Timestamp> = steps
                .filter(|start| fits(*start) && !fits(start.plus(-STEP)))
                .take(MOST_FREE)
                .collect();
            let found = free_times(length, &busy, now);
            let starts: Vec<Timestamp> = found.iter().map(|span| span.start()).collect();
            prop_assert_eq!(starts, expected);
            prop_assert!(found.iter().all(|span| span.end().0 - span.start().0 == length));
        }
    }
}
