use super::*;
use crate::time::HOUR;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: NaiveDate) -> Span {
    let start = Timestamp::start_of(day).plus(19 * HOUR);
    Span::new(start, start.plus(2 * HOUR)).unwrap()
}

fn days(spans: &[Span]) -> Vec<String> {
    let day = |span: &Span| span.start().day().to_string();
    spans.iter().map(day).collect()
}

/// Wednesdays of December.
fn weekly() -> Vec<NaiveDate> {
    ["2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23"]
        .map(day)
        .to_vec()
}

const RULE: &str = "FREQ=WEEKLY;BYDAY=WE;COUNT=4";

#[test]
fn c68_the_first_goes_to_the_next_slot_and_the_others_follow() {
    let dates: Vec<Span> = weekly().into_iter().map(at).collect();
    let slots = slots(Some(RULE), &weekly());
    let by = |steps| postponed(&dates, &slots, steps, |_| true).unwrap();
    let expected = ["2026-12-09", "2026-12-16", "2026-12-23", "2026-12-30"];
    assert_eq!(days(&by(1)), expected);
    assert_eq!(days(&by(2))[..2], ["2026-12-16", "2026-12-23"]);
    assert!(
        by(1)
            .iter()
            .all(|span| span.end().0 - span.start().0 == 2 * HOUR)
    );
}

#[test]
fn c68_a_closed_day_is_skipped_and_nothing_meets_there() {
    let dates: Vec<Span> = weekly().into_iter().map(at).collect();
    let slots = slots(Some(RULE), &weekly());
    let open = |span: Span| span.start().day() != day("2026-12-16");
    let put = postponed(&dates, &slots, 1, open).unwrap();
    let expected = ["2026-12-09", "2026-12-23", "2026-12-30", "2027-01-06"];
    assert_eq!(days(&put), expected);
}

#[test]
fn c68_two_dates_of_one_day_stay_together() {
    let mornings = weekly()
        .into_iter()
        .map(|day| at(day).start().plus(-9 * HOUR));
    let mornings = mornings.map(|start| Span::new(start, start.plus(HOUR)).unwrap());
    let evenings = weekly().into_iter().map(at);
    let dates: Vec<Span> = mornings
        .zip(evenings)
        .flat_map(|(one, two)| [one, two])
        .collect();
    let slots = slots(Some(RULE), &weekly());
    let open = |span: Span| span.start().day() != day("2026-12-16");
    let put = postponed(&dates[..4], &slots, 1, open).unwrap();
    let expected = ["2026-12-09", "2026-12-09", "2026-12-23", "2026-12-23"];
    assert_eq!(days(&put), expected);
    assert!(put.windows(2).all(|two| two[0].end() <= two[1].start()));
}

#[test]
fn dates_without_a_rule_or_off_it_go_on_by_their_usual_gap() {
    let list = ["2026-12-01", "2026-12-04", "2026-12-07", "2026-12-17"].map(day);
    let last = |rule| {
        let slots = slots(rule, &list);
        slots
            .range(list[3]..)
            .take(3)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(last(None), ["2026-12-17", "2026-12-20", "2026-12-23"]);
    assert_eq!(last(Some(RULE)), last(None));
    let one = slots(None, &[day("2026-12-01")]);
    assert!(one.contains(&day("2026-12-08")));
}

#[test]
fn steps_are_between_one_and_twelve_and_there_is_a_date() {
    let (dates, slots) = ([at(weekly()[0])], slots(None, &weekly()));
    let refused = |dates: &[Span], steps| postponed(dates, &slots, steps, |_| true).unwrap_err();
    let out = Refusal::invalid("steps", Reason::OutOfRange);
    assert_eq!(refused(&dates, 0), out);
    assert_eq!(refused(&dates, MOST_STEPS + 1), out);
    assert_eq!(
        refused(&[], 1),
        Refusal::invalid("occurrences", Reason::Missing)
    );
    let never = postponed(&dates, &slots, 1, |_| false);
    assert_eq!(never, Err(Refusal::invalid("steps", Reason::TooFarAhead)));
}

proptest! {
    #[test]
    fn c68_order_count_time_and_length_stay_and_no_closed_day_is_taken(
        gaps in prop::collection::vec(1u64..15, 1..20),
        steps in 1u32..=MOST_STEPS,
        closed in prop::collection::btree_set(0u64..400, 0..60),
        clocks in prop::collection::vec((0i64..20, 1i64..4), 20),
    ) {
        let first = day("2026-12-01");
        let closed: BTreeSet<_> = closed.into_iter().map(|n| first + Days::new(n)).collect();
        let mut own = vec![first];
        for gap in gaps {
            own.push(own[own.len() - 1] + Days::new(gap));
        }
        let dates: Vec<Span> = own
            .iter()
            .zip(&clocks)
            .map(|(day, (hour, hours))| {
                let start = Timestamp::start_of(*day).plus(hour * HOUR);
                Span::new(start, start.plus(hours * HOUR)).unwrap()
            })
            .collect();
        let slots = slots(None, &own);
        let free = |span: Span| !closed.contains(&span.start().day());
        let put = postponed(&dates, &slots, steps, free).unwrap();
        prop_assert_eq!(put.len(), dates.len());
        prop_assert!(put.windows(2).all(|pair| pair[0].start().day() < pair[1].start().day()));
        for (date, to) in dates.iter().zip(&put) {
            let (from, day) = (date.start().day(), to.start().day());
            prop_assert!(slots.contains(&day) && !closed.contains(&day));
            prop_assert_eq!(to.start().local().time(), date.start().local().time());
            prop_assert_eq!(to.end().0 - to.start().0, date.end().0 - date.start().0);
            // By so many free slots at least.
            let passed = slots.iter().filter(|slot| **slot > from && **slot <= day);
            let passed = passed.filter(|slot| !closed.contains(*slot)).count();
            prop_assert!(passed >= steps as usize);
        }
        // Without closed days by exactly so many.
        if closed.is_empty() && own.len() > steps as usize {
            prop_assert_eq!(put[0].start().day(), own[steps as usize]);
        }
    }

    #[test]
    fn c68_what_was_postponed_goes_back_until_it_begins_or_something_changes(
        count in 1usize..10, steps in 1u32..5, at_hour in -200i64..2000, changed in 0usize..12,
    ) {
        let first = day("2026-12-02");
        let own: Vec<_> = (0..count).map(|n| first + Days::new(7 * n as u64)).collect();
        let dates: Vec<Span> = own.iter().copied().map(at).collect();
        let put = postponed(&dates, &slots(None, &own), steps, |_| true).unwrap();
        let moved: Vec<Moved> = dates
            .iter()
            .zip(&put)
            .enumerate()
            .map(|(n, (from, to))| Moved {
                occurrence: uuid::Uuid::from_u128(n as u128).into(),
                from: *from,
                to: *to,
                revision: 3,
            })
            .collect();
        let mut there: Vec<Standing> = moved
            .iter()
            .map(|of| Standing {
                occurrence: of.occurrence.clone(),
                span: of.to,
                revision: of.revision,
                status: Status::Published,
            })
            .collect();
        if let Some(date) = there.get_mut(changed) {
            date.revision += 1;
        }
        let now = dates[0].start().plus(at_hour * HOUR);
        let expected = match (at_hour >= 0, changed < count) {
            (true, _) => Err(Refusal::AlreadyStarted { since: dates[0].start() }),
            (false, true) => Err(Refusal::Stale),
            (false, false) => Ok(()),
        };
        prop_assert_eq!(admit_undo(&moved, &there, now), expected);
    }
}
