//! When a center is open: exceptions before the week, and what is said of now.

use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn closed(on: &str, reason: &str) -> Exception {
    Exception {
        on: day(on),
        openings: vec![],
        reason: reason.into(),
    }
}

fn other(on: &str, hours: &str) -> Exception {
    Exception {
        openings: parse_openings(hours).unwrap(),
        ..closed(on, "换时间")
    }
}

/// A center that is open from 9 to 21 but on Mondays; 2026-11-25 is a Wednesday.
fn times(exceptions: Vec<Exception>) -> Times {
    let week = "Tu-Su 09:00-21:00".parse().ok();
    Times::new(CenterStatus::Open, week, exceptions)
}

fn opens(times: &Times, now: &str) -> Option<Timestamp> {
    match times.at(at(now)) {
        Some(State::Closed { opens, .. }) => opens,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_exception_comes_before_the_week_and_being_closed_before_both() {
    let mut times = times(vec![
        closed("2026-11-25", "台风"),
        other("2026-11-30", "10:00-12:00"),
    ]);
    let on = times.on(day("2026-11-25")).unwrap();
    assert!(on.openings.is_empty());
    assert_eq!(on.why.exception().unwrap().reason, "台风");
    // A Monday that is open for once.
    assert_eq!(
        written(times.on(day("2026-11-30")).unwrap().openings),
        "10:00-12:00"
    );
    let ordinary = times.on(day("2026-11-26")).unwrap();
    assert_eq!(
        (written(ordinary.openings).as_str(), ordinary.why),
        ("09:00-21:00", Why::Week)
    );
    times.status = CenterStatus::Closed;
    let shut = times.on(day("2026-11-30")).unwrap();
    assert_eq!((shut.openings, shut.why), (&[][..], Why::FurtherNotice));
    let state = times.at(at("2026-11-30T11:00"));
    let until_told = State::Closed {
        opens: None,
        why: Why::FurtherNotice,
    };
    assert_eq!(state, Some(until_told));
}

#[test]
fn now_looks_past_exceptions_for_the_next_opening() {
    let ordinary = times(vec![]);
    let until = at("2026-11-25T21:00");
    assert_eq!(
        ordinary.at(at("2026-11-25T09:00")),
        Some(State::Open { until })
    );
    assert_eq!(
        opens(&ordinary, "2026-11-25T21:00"),
        Some(at("2026-11-26T09:00"))
    );
    // Closed on Sunday evening, and on Monday as ever.
    assert_eq!(
        opens(&ordinary, "2026-11-29T22:00"),
        Some(at("2026-12-01T09:00"))
    );
    let festival = times(vec![
        closed("2026-11-26", "盘点"),
        closed("2026-11-27", "盘点"),
        other("2026-11-28", "14:00-18:00"),
    ]);
    assert_eq!(
        opens(&festival, "2026-11-25T22:00"),
        Some(at("2026-11-28T14:00"))
    );
    let State::Closed { why, .. } = festival.at(at("2026-11-26T10:00")).unwrap() else {
        panic!("closed")
    };
    assert_eq!(why.exception().unwrap().reason, "盘点");
    let until = at("2026-11-28T18:00");
    assert_eq!(
        festival.at(at("2026-11-28T15:00")),
        Some(State::Open { until })
    );
}

#[test]
fn what_runs_past_midnight_is_of_the_day_on_which_it_begins() {
    let night = |exceptions| {
        let week = "We 20:00-02:00".parse().ok();
        Times::new(CenterStatus::Open, week, exceptions)
    };
    let until = at("2026-11-26T02:00");
    let open = Some(State::Open { until });
    assert_eq!(night(vec![]).at(at("2026-11-26T01:00")), open);
    let shut = night(vec![closed("2026-11-26", "停电")]);
    assert_eq!(
        shut.at(at("2026-11-26T01:00")),
        open,
        "Wednesday's night goes on"
    );
    let off = night(vec![closed("2026-11-25", "停电")]);
    assert_eq!(
        opens(&off, "2026-11-26T01:00"),
        Some(at("2026-12-02T20:00"))
    );
}

#[test]
fn always_is_until_a_day_is_not() {
    let all = |exceptions| Times::new(CenterStatus::Open, "24/7".parse().ok(), exceptions);
    assert_eq!(all(vec![]).at(at("2026-11-25T03:00")), Some(State::Always));
    let until = at("2026-12-24T00:00");
    let shut = all(vec![closed("2026-12-24", "检修")]);
    assert_eq!(shut.at(at("2026-11-25T03:00")), Some(State::Open { until }));
}

#[test]
fn where_nobody_knows_the_week_an_exception_is_known() {
    let times = Times::new(CenterStatus::Open, None, [closed("2026-11-25", "台风")]);
    assert_eq!(times.at(at("2026-11-24T10:00")), None);
    assert_eq!(opens(&times, "2026-11-25T10:00"), None);
}

#[test]
fn only_exceptions_and_closings_keep_something_from_its_time() {
    let span = |from: &str, to: &str| Span::new(at(from), at(to)).unwrap();
    let times = times(vec![
        closed("2026-11-25", "台风"),
        other("2026-11-26", "09:00-12:00"),
    ]);
    let reason = |from: &str, to: &str| {
        let why = times.against(span(from, to))?;
        Some(why.exception()?.on.to_string())
    };
    let that = |day: &str| Some(day.to_owned());
    assert_eq!(
        reason("2026-11-25T09:00", "2026-11-25T10:00"),
        that("2026-11-25")
    );
    assert_eq!(
        reason("2026-11-26T09:00", "2026-11-26T12:00"),
        None,
        "it fits"
    );
    assert_eq!(
        reason("2026-11-26T11:00", "2026-11-26T13:00"),
        that("2026-11-26")
    );
    assert_eq!(
        reason("2026-11-24T22:00", "2026-11-25T01:00"),
        that("2026-11-25")
    );
    assert_eq!(
        reason("2026-11-24T22:00", "2026-11-25T00:00"),
        None,
        "it ends before"
    );
    assert_eq!(
        reason("2026-11-23T09:00", "2026-11-23T10:00"),
        None,
        "a Monday as ever"
    );
}

#[test]
fn a_change_is_read_strictly_and_added_as_a_whole() {
    let today = day("2026-11-25");
    let change = |from: &str, to: &str, reason: &str| {
        Change::new((day(from), day(to)), vec![], reason, today)
    };
    let invalid = |field: &str, reason| Err(Refusal::invalid(field, reason));
    assert_eq!(
        change("2026-11-24", "2026-11-25", "台风"),
        invalid("from", Reason::InThePast)
    );
    assert_eq!(
        change("2026-11-26", "2026-11-25", "台风"),
        invalid("to", Reason::BeforeFrom)
    );
    assert_eq!(
        change("2026-11-25", "2027-01-26", "台风"),
        invalid("to", Reason::TooMany)
    );
    assert!(change("2026-11-25", "2027-01-25", "台风").is_ok());
    assert_eq!(
        change("2027-12-30", "2027-12-31", "台风"),
        invalid("to", Reason::TooFarAhead)
    );
    assert_eq!(
        change("2026-11-25", "2026-11-25", " "),
        invalid("reason", Reason::Missing)
    );
    let festival = change("2026-12-24", "2026-12-26", "盘点").unwrap();
    let new = add(&[closed("2026-12-23", "停电")], &festival).unwrap();
    assert_eq!(new.len(), 3);
    let there = [closed("2026-12-26", "停电"), closed("2026-12-25", "台风")];
    let taken = Refusal::DayTaken {
        on: day("2026-12-25"),
        reason: "台风".into(),
    };
    assert_eq!(add(&there, &festival), Err(taken), "the first of its days");
    let run = runs(&new);
    assert_eq!(run.len(), 1);
    assert_eq!((run[0].from, run[0].to), festival.days());
    let apart = [closed("2026-12-24", "盘点"), closed("2026-12-26", "盘点")];
    assert_eq!(runs(&apart).len(), 2);
    assert_eq!(
        runs(&[closed("2026-12-24", "盘点"), closed("2026-12-25", "台风")]).len(),
        2
    );
}

#[test]
fn a_day_has_three_stretches_at_most() {
    assert_eq!(entered("mo", " "), Ok(vec![]));
    assert_eq!(
        entered("mo", "8-9"),
        Err(Refusal::invalid("mo", Reason::NotHours))
    );
    let four = "8:00-9:00,10:00-11:00,12:00-13:00,14:00-15:00";
    assert_eq!(
        entered("mo", four),
        Err(Refusal::invalid("mo", Reason::TooMany))
    );
    assert_eq!(entered("mo", &four[..33]).map(|read| read.len()), Ok(3));
}

proptest! {
    /// Minute by minute: what is said of now is what a walk through the days finds.
    #[test]
    fn what_is_said_of_now_is_what_a_walk_finds(
        days in proptest::array::uniform7(proptest::collection::btree_set(0_u16..1560, 0..4)),
        // For each of the next days: as ever, closed, or open for an hour.
        kinds in proptest::collection::vec(0_u8..4, 12),
        minute in 0_i64..(3 * 1440),
    ) {
        let openings = |cuts: std::collections::BTreeSet<u16>| -> Vec<Opening> {
            let cuts: Vec<u16> = cuts.into_iter().collect();
            let pairs = cuts.chunks_exact(2).filter(|c| c[0] < MINUTES);
            pairs.map(|c| Opening { from: c[0], until: c[1] }).collect()
        };
        let week = Week::of(days.map(openings));
        let first = day("2026-11-25");
        let nth = |n: usize| first.checked_add_days(Days::new(n as u64)).unwrap();
        let exceptions: Vec<Exception> = kinds.iter().enumerate().filter_map(|(n, kind)| match kind {
            1 => Some(Exception { on: nth(n), ..closed("2026-01-01", "台风") }),
            2 => Some(Exception { on: nth(n), ..other("2026-01-01", "10:00-11:00") }),
            _ => None,
        }).collect();
        let times = Times::new(CenterStatus::Open, Some(week.clone()), exceptions.clone());
        let of_day = |day: NaiveDate| match exceptions.iter().find(|of| of.on == day) {
            Some(of) => of.openings.clone(),
            None => week.on(Day::of(day)).to_vec(),
        };
        // Whether it is open in a minute after the first midnight.
        let is_open = |minute: i64| {
            let day = first.checked_add_signed(chrono::Duration::days(minute.div_euclid(1440))).unwrap();
            let of = minute.rem_euclid(1440);
            let within = |o: &Opening, m: i64| i64::from(o.from) <= m && m < i64::from(o.until);
            of_day(day).iter().any(|o| within(o, of))
                || of_day(day.pred_opt().unwrap()).iter().any(|o| within(o, of + 1440))
        };
        let now = Timestamp::start_of(first).plus(minute * MINUTE);
        let instant = |minute: i64| Timestamp::start_of(first).plus(minute * MINUTE);
        // Long enough for every exception and a week after.
        let mut later = minute..minute + 25 * 1440;
        let found = times.at(now).unwrap();
        if is_open(minute) {
            match later.find(|m| !is_open(*m)) {
                Some(end) => prop_assert_eq!(found, State::Open { until: instant(end) }),
                None => prop_assert_eq!(found, State::Always),
            }
        } else {
            let next = later.find(|m| is_open(*m)).map(instant);
            let State::Closed { opens, .. } = found else {
                panic!("open at {minute}: {found:?}");
            };
            prop_assert_eq!(opens, next);
        }
    }
}
