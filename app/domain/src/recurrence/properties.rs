use super::*;
use crate::{Reason, time::MINUTE};
use chrono::Weekday;
use proptest::prelude::*;

fn weekdays() -> impl Strategy<Value = Weekday> {
    (0u8..7).prop_map(|n| Weekday::try_from(n).unwrap())
}

fn patterns() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        (1u16..=52).prop_map(|every| Pattern::Daily { every }),
        (1u16..=6, prop::collection::vec(weekdays(), 1..5))
            .prop_map(|(every, weekdays)| Pattern::Weekly { every, weekdays }),
        (prop_oneof![Just(-1i8), 1i8..=5], weekdays())
            .prop_map(|(nth, weekday)| Pattern::MonthlyNthWeekday { nth, weekday }),
        prop_oneof![Just(-1i8), 1i8..=31].prop_map(|day| Pattern::MonthlyDay { day }),
    ]
}

/// First sittings at any minute of several years, some of them past midnight.
fn firsts() -> impl Strategy<Value = Span> {
    let from = Timestamp::parse("2026-01-01T00:00").unwrap().0;
    (0i64..4 * 366 * 24 * 60, 1i64..24 * 60).prop_map(move |(minute, length)| {
        let start = Timestamp(from + minute * MINUTE);
        Span::new(start, start.plus(length * MINUTE)).unwrap()
    })
}

fn ends(first: NaiveDate) -> impl Strategy<Value = End> {
    prop_oneof![
        (1u16..=450).prop_map(End::Count),
        (1u16..=20).prop_map(End::Count),
        (0u64..1200).prop_map(move |days| End::Until(first + chrono::Days::new(days))),
    ]
}

/// What a person with a wall calendar would do: look at every day in turn.
fn day_by_day(pattern: &Pattern, first: NaiveDate, end: End) -> Result<Vec<NaiveDate>, Refusal> {
    let horizon = first + Months::new(MAX_MONTHS_AHEAD);
    if matches!(end, End::Count(count) if usize::from(count) > MAX_SITTINGS) {
        return Err(wrong(Reason::TooMany));
    }
    let mut found = Vec::new();
    for day in first.iter_days().take(40 * 366) {
        let done = match end {
            End::Count(count) => found.len() == usize::from(count),
            End::Until(until) => day > until,
        };
        if done && found.is_empty() {
            return Err(wrong(Reason::NothingLeft));
        }
        if done {
            return Ok(found);
        }
        if pattern.falls_on(first, day) {
            if found.len() == MAX_SITTINGS {
                return Err(wrong(Reason::TooMany));
            }
            if day > horizon {
                return Err(wrong(Reason::TooFarAhead));
            }
            found.push(day);
        }
    }
    Err(wrong(Reason::TooFarAhead))
}

proptest! {
    #[test]
    fn c63_a_pattern_expands_to_what_the_wall_calendar_says(
        (pattern, first, end) in (patterns(), firsts())
            .prop_flat_map(|(pattern, first)| (Just(pattern), Just(first), ends(first.start().day())))
    ) {
        let rule = pattern.rrule(end).unwrap();
        let expanded = expand(&rule, first, &[])
            .map(|spans| spans.iter().map(|s| s.start().day()).collect::<Vec<_>>());
        prop_assert_eq!(expanded, day_by_day(&pattern, first.start().day(), end), "{}", rule);
    }

    #[test]
    fn every_sitting_has_the_firsts_clock_and_length_and_none_overlap(
        (pattern, first, end) in (patterns(), firsts())
            .prop_flat_map(|(pattern, first)| (Just(pattern), Just(first), ends(first.start().day()))),
        excluded in prop::collection::vec(0u64..60, 0..10),
    ) {
        let excluded: Vec<_> =
            excluded.into_iter().map(|n| first.start().day() + chrono::Days::new(n)).collect();
        let Ok(spans) = expand(&pattern.rrule(end).unwrap(), first, &excluded) else { return Ok(()) };
        prop_assert!((1..=MAX_SITTINGS).contains(&spans.len()));
        for s in &spans {
            prop_assert_eq!(s.end().0 - s.start().0, first.end().0 - first.start().0);
            prop_assert_eq!(s.start().local().time(), first.start().local().time());
            prop_assert!(!excluded.contains(&s.start().day()));
            prop_assert!(s.start() >= first.start());
            if let End::Until(until) = end {
                prop_assert!(s.start().day() <= until);
            }
        }
        for pair in spans.windows(2) {
            prop_assert!(pair[0].start() < pair[1].start());
            prop_assert!(!pair[0].overlaps(pair[1]));
        }
    }

    /// C-59: what lies before a change does not depend on what comes after, so "this and
    /// following" can end a series early without touching what is past.
    #[test]
    fn c59_an_earlier_end_keeps_the_beginning(
        pattern in patterns(), first in firsts(), long in 2u16..30, short in 1u16..30,
    ) {
        let short = short.min(long);
        let all = expand(&pattern.rrule(End::Count(long)).unwrap(), first, &[]);
        let some = expand(&pattern.rrule(End::Count(short)).unwrap(), first, &[]);
        if let Ok(all) = all {
            prop_assert_eq!(all.len(), usize::from(long));
            prop_assert_eq!(&some.unwrap()[..], &all[..usize::from(short)]);
        }
    }

    #[test]
    fn rules_of_any_parts_are_answered_without_a_panic(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        parts in prop::collection::vec((
            prop::sample::select(vec![
                "INTERVAL", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYMONTH", "WKST",
            ]),
            prop_oneof![
                "[-+]?[0-9]{1,3}(,-?[1-9][0-9]?){0,3}",
                "-?[1-5]?(MO|TU|WE|TH|FR|SA|SU)(,(MO|WE|SU)){0,2}",
                "[0-9]{1,6}",
            ],
        ), 0..4),
        end in prop_oneof!["COUNT=[0-9]{1,3}", "UNTIL=20(2[6-9]|30)(0[1-9]|1[0-2])[0-3][0-9]"],
        first in firsts(),
    ) {
        let parts: String = parts.iter().map(|(name, value)| format!("{name}={value};")).collect();
        let rule = format!("FREQ={freq};{parts}{end}");
        if let Ok(spans) = expand(&rule, first, &[]) {
            prop_assert!(spans[0].start() >= first.start());
            prop_assert!(spans.windows(2).all(|pair| pair[0].end() <= pair[1].start()));
        }
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in "\\PC{0,80}", first in firsts()) {
        for rule in [text.clone(), format!("FREQ=WEEKLY;COUNT=3;BYDAY={text}"), format!("FREQ=DAILY;UNTIL={text}")] {
            match expand(&rule, first, &[]) {
                Ok(spans) => prop_assert!(spans[0].start() >= first.start()),
                Err(refusal) => prop_assert_eq!(refusal.code(), "invalid"),
            }
        }
    }
}

proptest! {
    #[test]
    fn a_moved_sitting_keeps_its_time_and_length_and_the_others_stay(
        first in firsts(), count in 1u16..20, at in any::<prop::sample::Index>(), to in 0u64..500,
    ) {
        let rule = Pattern::Daily { every: 3 }.rrule(End::Count(count)).unwrap();
        let spans = expand(&rule, first, &[]).unwrap();
        let from = spans[at.index(spans.len())];
        let to = first.start().day() + chrono::Days::new(to);
        let mut expected: Vec<Span> = spans.iter().copied().filter(|span| *span != from).collect();
        let start = Timestamp::from_local(to.and_time(from.start().local().time()));
        expected.push(Span::new(start, start.plus(from.end().0 - from.start().0)).unwrap());
        expected.sort_by_key(|span| span.start());
        let meets = expected.windows(2).any(|pair| pair[0].overlaps(pair[1]));
        match moved(spans, &[(from.start().day(), to)]) {
            Ok(spans) => prop_assert_eq!(spans, expected),
            Err(refusal) => {
                prop_assert!(meets);
                let reason = Reason::OverlapEachOther;
                prop_assert_eq!(refusal, Refusal::invalid("occurrences", reason));
            }
        }
    }
}
