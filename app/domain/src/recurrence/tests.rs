use super::*;
use crate::{
    Reason,
    time::{DAY, HOUR, MINUTE},
};
use chrono::Weekday;
use std::time::Instant;

fn span(start: &str, millis: i64) -> Span {
    let start = Timestamp::parse(start).unwrap();
    Span::new(start, start.plus(millis)).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn starts(rule: &str, first: &str) -> Vec<String> {
    expand(rule, span(first, HOUR), &[])
        .unwrap()
        .iter()
        .map(|s| s.start().form_value())
        .collect()
}

fn reason(rule: &str) -> String {
    match expand(rule, span("2026-11-25T14:00", HOUR), &[]) {
        Err(Refusal::Invalid { field, reason }) if field == "rrule" => reason.to_string(),
        other => panic!("{rule}: {other:?}"),
    }
}

#[test]
fn the_calendars_that_centers_really_keep() {
    // 三联's public-service day: the last Sunday of the month.
    assert_eq!(
        starts("FREQ=MONTHLY;BYDAY=-1SU;COUNT=3", "2026-11-29T09:00"),
        ["2026-11-29T09:00", "2026-12-27T09:00", "2027-01-31T09:00"]
    );
    // A group on Wednesdays and Fridays.
    assert_eq!(
        starts("RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4", "2026-11-25T14:00"),
        [
            "2026-11-25T14:00",
            "2026-11-27T14:00",
            "2026-12-02T14:00",
            "2026-12-04T14:00"
        ]
    );
    // The last working day of the month, which no form offers.
    assert_eq!(
        starts(
            "rrule:freq=monthly;byday=mo,tu,we,th,fr;bysetpos=-1;count=3",
            "2026-11-30T10:00"
        ),
        ["2026-11-30T10:00", "2026-12-31T10:00", "2027-01-29T10:00"]
    );
    // Months without that day are left out.
    assert_eq!(
        starts("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2026-12-31T10:00"),
        ["2026-12-31T10:00", "2027-01-31T10:00", "2027-03-31T10:00"]
    );
    // The Double Ninth of the solar calendar, 29 February in leap years only.
    assert_eq!(
        starts("FREQ=YEARLY;UNTIL=20290101", "2026-10-18T10:00").len(),
        3
    );
    assert_eq!(
        starts("FREQ=YEARLY;UNTIL=20300101", "2028-02-29T10:00"),
        ["2028-02-29T10:00"]
    );
}

#[test]
fn early_and_late_clock_times_stay_on_shanghais_day() {
    // 07:00 in Shanghai is the day before in UTC.
    assert_eq!(
        starts("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-11-30T07:00"),
        ["2026-11-30T07:00", "2026-12-07T07:00"]
    );
    assert_eq!(
        starts("FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2", "2026-12-01T00:00"),
        ["2026-12-01T00:00", "2027-01-01T00:00"]
    );
}

#[test]
fn c196_a_series_begins_at_the_first_day_that_its_rule_falls_on() {
    assert_eq!(
        starts("FREQ=WEEKLY;BYDAY=SA;COUNT=3", "2026-11-25T14:00"),
        ["2026-11-28T14:00", "2026-12-05T14:00", "2026-12-12T14:00"]
    );
    assert_eq!(
        starts(
            "FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20270101",
            "2026-11-25T14:00"
        ),
        ["2026-12-01T14:00", "2027-01-01T14:00"]
    );
    assert_eq!(
        reason("FREQ=WEEKLY;BYDAY=SA;UNTIL=20261127"),
        "nothing_left"
    );
}

#[test]
fn until_is_inclusive_in_each_of_its_spellings() {
    for (until, sittings) in [
        ("20261209", 3),
        ("20261209T140000", 3),
        ("20261209T135959", 2),
        ("20261209T060000Z", 3),
        ("20261209T055959Z", 2),
        ("20261125", 1),
    ] {
        let rule = format!("FREQ=WEEKLY;UNTIL={until}");
        assert_eq!(starts(&rule, "2026-11-25T14:00").len(), sittings, "{until}");
    }
}

#[test]
fn excluded_days_fall_out_and_are_counted() {
    let first = span("2026-12-29T14:00", HOUR);
    let days = |excluded: &[NaiveDate]| {
        let spans = expand("FREQ=DAILY;COUNT=5", first, excluded)?;
        Ok::<_, Refusal>(spans.iter().map(|s| s.start().day()).collect::<Vec<_>>())
    };
    assert_eq!(
        days(&[day("2026-12-29"), day("2027-01-01"), day("2030-01-01")]).unwrap(),
        [day("2026-12-30"), day("2026-12-31"), day("2027-01-02")]
    );
    let all: Vec<_> = first.start().day().iter_days().take(5).collect();
    assert_eq!(days(&all), Err(wrong(Reason::NothingLeft)));
}

#[test]
fn c61_a_series_that_would_overlap_itself_is_refused() {
    let overlap = Err(Refusal::invalid("occurrences", Reason::OverlapEachOther));
    assert_eq!(
        expand(
            "FREQ=DAILY;COUNT=2",
            span("2026-11-25T20:00", DAY + MINUTE),
            &[]
        ),
        overlap
    );
    assert_eq!(
        expand("FREQ=DAILY;COUNT=2", span("2026-11-25T20:00", DAY), &[])
            .unwrap()
            .len(),
        2
    );
    let night = expand(
        "FREQ=DAILY;COUNT=2",
        span("2026-11-25T22:00", 4 * HOUR),
        &[],
    )
    .unwrap();
    assert_eq!(night[1].end().form_value(), "2026-11-27T02:00");
}

#[test]
fn what_is_not_a_rule_says_so() {
    for rule in [
        "",
        "RRULE:",
        "tomorrow",
        "FREQ=",
        "FREQ=FORTNIGHTLY;COUNT=2",
        "COUNT=2",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;COUNT=2;COUNT=3",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;COUNT=2;INTERVAL=0",
        "FREQ=DAILY;COUNT=2;X-MINE=1",
        "FREQ=DAILY;COUNT=2;",
        "FREQ=WEEKLY;COUNT=2;BYDAY=XXMO",
        "FREQ=WEEKLY;COUNT=2;BYDAY=2MO",
        "FREQ=MONTHLY;COUNT=2;BYDAY=0MO",
        "FREQ=MONTHLY;COUNT=2;BYDAY=9MO",
        "FREQ=WEEKLY;COUNT=2;BYDAY=",
        "FREQ=WEEKLY;COUNT=2;BYDAY=MO,",
        "FREQ=WEEKLY;COUNT=2;BYDAY=一",
        "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=0",
        "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=32",
        "FREQ=WEEKLY;COUNT=2;BYMONTHDAY=1",
        "FREQ=WEEKLY;COUNT=2;BYMONTHDAY=-1",
        "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=-32",
        "FREQ=YEARLY;COUNT=2;BYMONTH=13",
        "FREQ=YEARLY;COUNT=2;BYMONTH=0",
        "FREQ=DAILY;COUNT=2;BYSETPOS=1",
        "FREQ=MONTHLY;COUNT=2;BYDAY=MO;BYSETPOS=0",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;UNTIL=2027 1 1",
        "FREQ=DAILY;UNTIL=20270101T250000",
        "FREQ=DAILY;UNTIL=never",
        "FREQ=YEARLY;BYWEEKNO=3;BYDAY=2MO;COUNT=2",
        "FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2",
        "DTSTART:20261125T140000Z\nRRULE:FREQ=DAILY;COUNT=2",
    ] {
        assert_eq!(reason(rule), "not_a_rule", "{rule}");
    }
    for rule in [
        "FREQ=HOURLY;COUNT=2",
        "FREQ=SECONDLY;COUNT=2",
        "FREQ=DAILY;BYHOUR=9,10;COUNT=2",
    ] {
        assert_eq!(reason(rule), "finer_than_a_day", "{rule}");
    }
    assert_eq!(reason("FREQ=WEEKLY"), "no_end");
    assert_eq!(reason("FREQ=WEEKLY;UNTIL=20261124"), "ends_before_first");
}

#[test]
fn the_most_is_400_sittings_and_three_years() {
    assert_eq!(
        starts("FREQ=DAILY;COUNT=400", "2026-11-25T14:00").len(),
        400
    );
    assert_eq!(
        starts("FREQ=WEEKLY;UNTIL=20291125", "2026-11-25T14:00").len(),
        157
    );
    assert_eq!(starts("FREQ=YEARLY;COUNT=4", "2026-11-25T14:00").len(), 4);
    for (rule, why) in [
        ("FREQ=DAILY;COUNT=401", "too_many"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "too_many"),
        ("FREQ=DAILY;UNTIL=20280101", "too_many"),
        ("FREQ=DAILY;UNTIL=99991231", "too_many"),
        ("FREQ=YEARLY;COUNT=5", "too_far_ahead"),
        ("FREQ=YEARLY;COUNT=7", "too_far_ahead"),
        ("FREQ=MONTHLY;COUNT=38", "too_far_ahead"),
        ("FREQ=WEEKLY;UNTIL=20291201", "too_far_ahead"),
    ] {
        assert_eq!(reason(rule), why, "{rule}");
    }
}

#[test]
fn hostile_rules_end_quickly() {
    let first = span("2026-11-25T14:00", HOUR);
    let long = format!("FREQ=DAILY;COUNT=2;BYMONTHDAY={}", "1,".repeat(50_000));
    let begun = Instant::now();
    for rule in [
        long.as_str(),
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231",
        "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=53;COUNT=3",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=366,-366;COUNT=400",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;COUNT=3",
        "FREQ=DAILY;INTERVAL=65535;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=WEEKLY;INTERVAL=4294967296;COUNT=3",
        "FREQ=YEARLY;INTERVAL=65535;COUNT=3",
    ] {
        match expand(rule, first, &[]) {
            Ok(spans) => panic!("{rule:.40}: {spans:?}"),
            Err(refusal) => assert!(
                matches!(refusal, Refusal::Invalid { .. }),
                "{}",
                &rule[..40]
            ),
        }
    }
    // A debug build on a busy machine took two seconds for all; the bound shows that none runs away.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert_eq!(reason(&long), "not_a_rule");
}

#[test]
fn a_pattern_that_makes_no_sense_is_refused_by_field() {
    let field = |pattern: Pattern, end| match pattern.rrule(end) {
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let (ten, daily) = (End::Count(10), Pattern::Daily { every: 1 });
    assert_eq!(field(Pattern::Daily { every: 0 }, ten), "every");
    assert_eq!(
        field(
            Pattern::Weekly {
                every: 53,
                weekdays: vec![Weekday::Mon]
            },
            ten
        ),
        "every"
    );
    assert_eq!(
        field(
            Pattern::Weekly {
                every: 1,
                weekdays: vec![]
            },
            ten
        ),
        "weekdays"
    );
    assert_eq!(
        field(
            Pattern::MonthlyNthWeekday {
                nth: 0,
                weekday: Weekday::Sun
            },
            ten
        ),
        "nth"
    );
    assert_eq!(field(Pattern::MonthlyDay { day: 32 }, ten), "day");
    assert_eq!(field(daily.clone(), End::Count(0)), "count");
    assert_eq!(field(daily, End::Until(NaiveDate::MAX)), "until");
}

#[test]
fn a_pattern_reads_as_the_rule_that_other_calendars_know() {
    let weekly = Pattern::Weekly {
        every: 2,
        weekdays: vec![Weekday::Fri, Weekday::Wed, Weekday::Fri],
    };
    assert_eq!(
        weekly.rrule(End::Count(8)).unwrap(),
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR;COUNT=8"
    );
    let monthly = Pattern::MonthlyNthWeekday {
        nth: -1,
        weekday: Weekday::Sun,
    };
    assert_eq!(
        monthly.rrule(End::Until(day("2027-06-30"))).unwrap(),
        "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20270630T155959Z"
    );
}
