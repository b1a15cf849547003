use super::testing::*;
use super::*;
use crate::{
    booking::State,
    commitment::{Event, Subject},
};
use proptest::prelude::*;

fn came_in(n: u128, at: Timestamp) -> Evidence {
    entry(n, Kind::Scan, Direction::In, at)
}

fn went_out(n: u128, at: Timestamp) -> Evidence {
    entry(n, Kind::Scan, Direction::Out, at)
}

fn outcome(facts: &CommitmentFacts, at: Timestamp, direction: Direction) -> Outcome {
    verdict(facts, &scan(at, direction)).outcome()
}

#[test]
fn the_door_opens_an_hour_before_and_closes_at_the_end() {
    for (at, expected) in [
        (min(-61), Outcome::TooEarly),
        (min(-60), Outcome::Admitted),
        (min(0), Outcome::Admitted),
        (min(120).plus(-1), Outcome::Admitted),
        (min(120), Outcome::TooLate),
    ] {
        assert_eq!(outcome(&facts(), at, Direction::In), expected, "{at:?}");
    }
    let early = CommitmentFacts {
        door: DoorTerms {
            opens_before_min: 15,
            ..DoorTerms::default()
        },
        ..facts()
    };
    assert_eq!(outcome(&early, min(-16), Direction::In), Outcome::TooEarly);
    assert_eq!(outcome(&early, min(-15), Direction::In), Outcome::Admitted);
}

#[test]
fn c109_too_early_says_when_it_opens() {
    assert_eq!(
        verdict(&facts(), &scan(min(-90), Direction::In)),
        Verdict::TooEarly { opens_at: min(-60) }
    );
}

#[test]
fn c100_validity_comes_before_repetition() {
    let was_here = vec![came_in(1, min(-5))];
    let cases = [
        (
            CommitmentFacts {
                state: State::Cancelled,
                cancelled_at: Some(min(-2)),
                ..facts()
            },
            Outcome::Cancelled,
        ),
        (
            CommitmentFacts {
                state: State::Waitlisted,
                confirmed_at: None,
                ..facts()
            },
            Outcome::Waitlisted,
        ),
        (
            CommitmentFacts {
                center: "SZ440303001-02".parse().unwrap(),
                ..facts()
            },
            Outcome::WrongCenter,
        ),
        (facts(), Outcome::Already),
    ];
    for (case, expected) in cases {
        let case = CommitmentFacts {
            evidence: was_here.clone(),
            ..case
        };
        assert_eq!(outcome(&case, min(0), Direction::In), expected);
    }
}

#[test]
fn c101_the_second_door_is_told_when_and_where_the_first_was() {
    let known = CommitmentFacts {
        evidence: vec![came_in(7, min(-3))],
        ..facts()
    };
    let expected = Verdict::Already {
        direction: Direction::In,
        first: Seen {
            at: min(-3),
            door: "door 7".into(),
        },
        left: None,
    };
    // Also a scan that claims to be a moment older: it came second.
    for at in [min(-3).plus(50), min(-3).plus(-50)] {
        assert_eq!(verdict(&known, &scan(at, Direction::In)), expected);
    }
}

#[test]
fn c56_a_late_scan_is_judged_by_its_own_time() {
    let cancelled = CommitmentFacts {
        state: State::Cancelled,
        cancelled_at: Some(min(10)),
        ..facts()
    };
    assert_eq!(
        outcome(&cancelled, min(9), Direction::In),
        Outcome::Admitted
    );
    assert_eq!(
        outcome(&cancelled, min(10), Direction::In),
        Outcome::Cancelled
    );
    let never_had_a_place = CommitmentFacts {
        confirmed_at: None,
        ..cancelled
    };
    assert_eq!(
        outcome(&never_had_a_place, min(9), Direction::In),
        Outcome::Waitlisted
    );
    let moved_up = CommitmentFacts {
        confirmed_at: Some(min(-20)),
        ..facts()
    };
    assert_eq!(
        outcome(&moved_up, min(-30), Direction::In),
        Outcome::Waitlisted
    );
    assert_eq!(
        outcome(&moved_up, min(-21), Direction::In),
        Outcome::Admitted,
        "clocks may differ a little"
    );
    let missed = CommitmentFacts {
        state: State::NoShow,
        ..facts()
    };
    assert_eq!(outcome(&missed, min(5), Direction::In), Outcome::Admitted);
}

#[test]
fn c113_every_order_of_in_and_out_has_a_result() {
    let door = |evidence| CommitmentFacts {
        door: CHECK_OUT,
        evidence,
        ..facts()
    };
    let exit_only = verdict(&door(vec![]), &scan(min(30), Direction::Out));
    assert_eq!(
        exit_only,
        Verdict::Admitted {
            direction: Direction::Out,
            first_at: min(30),
            again: false,
            entry_missing: true
        }
    );
    let inside = door(vec![came_in(1, min(0))]);
    assert_eq!(outcome(&inside, min(1), Direction::In), Outcome::Already);
    assert_eq!(outcome(&inside, min(60), Direction::Out), Outcome::Admitted);
    let gone = door(vec![came_in(1, min(0)), went_out(2, min(60))]);
    assert_eq!(outcome(&gone, min(61), Direction::Out), Outcome::Already);
    assert!(matches!(
        verdict(&gone, &scan(min(70), Direction::In)),
        Verdict::Admitted { again: true, .. }
    ));
    assert_eq!(
        outcome(&inside, min(150), Direction::Out),
        Outcome::Admitted,
        "going out takes longer"
    );
    assert_eq!(outcome(&inside, min(180), Direction::Out), Outcome::TooLate);
}

#[test]
fn the_same_code_checks_out_where_the_door_asks_for_it() {
    let inside = CommitmentFacts {
        door: CHECK_OUT,
        evidence: vec![came_in(1, min(-5))],
        ..facts()
    };
    let way = |at| verdict(&inside, &scan(at, Direction::Either)).direction();
    assert_eq!(
        way(min(-1)),
        Some(Direction::In),
        "a second look at the code"
    );
    assert_eq!(way(min(4)), Some(Direction::In));
    assert_eq!(way(min(5)), Some(Direction::Out));
    let plain = CommitmentFacts {
        door: DoorTerms::default(),
        ..inside
    };
    assert_eq!(
        verdict(&plain, &scan(min(60), Direction::Either)).outcome(),
        Outcome::Already
    );
}

#[test]
fn c113_presence_is_never_negative_and_is_closed_once() {
    let told = |evidence: &[Evidence]| attendance(CHECK_OUT, span(), evidence);
    let end = entry(8, Kind::Close, Direction::Out, min(120));
    let closed = told(&[came_in(1, min(0)), end.clone()]);
    assert!(closed.left_by_rule);
    assert_eq!(closed.left.as_ref().map(|l| l.at), Some(min(120)));
    assert_eq!(
        told(&[came_in(1, min(0)), end.clone(), end.clone()]),
        closed
    );
    // Somebody was seen going after all: that is better than a rule.
    let seen = told(&[came_in(1, min(0)), end.clone(), went_out(2, min(125))]);
    assert!(!seen.left_by_rule);
    assert_eq!(seen.left.map(|l| l.at), Some(min(125)));
    let before = told(&[end.clone(), went_out(2, min(90)), came_in(1, min(0))]);
    assert_eq!(before.left.map(|l| l.at), Some(min(90)));
    assert!(!told(&[end]).is_present(), "closing nobody is nothing");
    let exit = told(&[went_out(1, min(50)), went_out(2, min(55))]);
    assert_eq!(exit.left.map(|l| l.at), Some(min(50)));
    assert!(exit.entry_missing);
}

#[test]
fn c114_taking_back_restores_what_was() {
    let undo = |direction| entry(9, Kind::Undo, direction, min(10));
    let told = |evidence: &[Evidence]| attendance(CHECK_OUT, span(), evidence);
    let inn = came_in(1, min(0));
    assert_eq!(
        told(&[inn.clone(), undo(Direction::In)]),
        Attendance::default()
    );
    let out = went_out(2, min(9));
    assert_eq!(
        told(&[inn.clone(), out, undo(Direction::Out)]),
        told(std::slice::from_ref(&inn))
    );
    let out = went_out(2, min(3));
    let gone = told(&[inn.clone(), out.clone()]);
    let back = told(&[inn.clone(), out, came_in(5, min(8)), undo(Direction::In)]);
    assert_eq!((back.first, back.left), (gone.first, gone.left));
    // What was scanned before counts no more, also where it arrives after; what comes after does.
    let late = came_in(3, min(5));
    assert_eq!(
        told(&[inn.clone(), undo(Direction::In), late]),
        Attendance::default()
    );
    let again = told(&[inn, undo(Direction::In), came_in(4, min(12))]);
    assert_eq!(again.first.map(|f| f.at), Some(min(12)));
    assert_eq!(admit_undo(min(0), min(0), min(15).plus(-1)), Ok(()));
    assert_eq!(
        admit_undo(min(0), min(0), min(15)),
        Err(Refusal::TooLateToUndo { since: min(15) })
    );
    assert_eq!(admit_undo(min(0), min(60), min(70)), Ok(()), "it came late");
}

#[test]
fn c129_a_scan_that_arrives_late_ends_as_if_in_time_where_there_is_room() {
    let here = attendance(DoorTerms::default(), span(), &[came_in(1, min(0))]);
    let nobody = Attendance::default();
    for (state, is_cancelled, attendance, room, expected) in [
        (
            State::Confirmed,
            false,
            &here,
            false,
            (State::CheckedIn, None),
        ),
        (
            State::CheckedIn,
            false,
            &here,
            false,
            (State::CheckedIn, None),
        ),
        (
            State::Cancelled,
            true,
            &here,
            true,
            (State::CheckedIn, None),
        ),
        (
            State::Cancelled,
            true,
            &here,
            false,
            (State::Cancelled, Some(Review::NoRoom)),
        ),
        (State::NoShow, false, &here, true, (State::CheckedIn, None)),
        (
            State::NoShow,
            false,
            &here,
            false,
            (State::NoShow, Some(Review::NoRoom)),
        ),
        (
            State::CheckedIn,
            false,
            &nobody,
            true,
            (State::Confirmed, None),
        ),
        (
            State::CheckedIn,
            true,
            &nobody,
            true,
            (State::Cancelled, None),
        ),
        (
            State::Waitlisted,
            false,
            &nobody,
            true,
            (State::Waitlisted, None),
        ),
    ] {
        assert_eq!(settle(state, is_cancelled, attendance, room), expected);
    }
}

#[test]
fn c42_nobody_is_a_no_show_while_offline_scans_may_still_arrive() {
    assert_eq!(
        no_show_from(span()),
        span().end().plus(NO_SHOW_GRACE + SYNC_HORIZON)
    );
}

#[test]
fn c118_c119_a_clock_is_corrected_by_what_it_says_when_it_sends() {
    let now = min(0);
    let right = scan_time(Some(min(-3)), None, now);
    assert_eq!((right.at, right.review), (min(-3), None));
    let slow = scan_time(Some(min(-33)), Some(min(-30)), now);
    assert_eq!((slow.at, slow.review), (min(-3), Some(Review::Clock)));
    assert_eq!(slow.device_at, min(-33), "both times are kept");
    let fast = scan_time(Some(min(500)), None, now);
    assert_eq!((fast.at, fast.review), (now, Some(Review::Clock)));
    // C-188: a clock that lost its battery is not believed, and the scan is kept.
    for device_at in [Timestamp(0), Timestamp(315_532_800_000)] {
        let lost = scan_time(Some(device_at), None, now);
        assert_eq!((lost.at, lost.review), (now, Some(Review::Clock)));
        assert_eq!(lost.device_at, device_at, "what it said is kept");
        let by_sent = scan_time(Some(device_at), Some(device_at.plus(30 * MINUTE)), now);
        assert_eq!(
            (by_sent.at, by_sent.review),
            (min(-30), Some(Review::Clock))
        );
    }
    let a_bit = scan_time(Some(min(1)), None, now);
    assert_eq!((a_bit.at, a_bit.review), (now, None));
    assert_eq!(scan_time(None, None, now).at, now);
    let booked = right.of_booking(min(-2));
    assert_eq!((booked.at, booked.review), (min(-3), None));
    let impossible = scan_time(Some(min(-300)), None, now).of_booking(min(-60));
    assert_eq!(
        (impossible.at, impossible.review),
        (now, Some(Review::BeforeBooking))
    );
}

#[test]
fn c103_two_that_fit_are_asked_about() {
    let morning = facts();
    let noon = CommitmentFacts {
        subject: Subject::Booking(id(3)),
        event: Event::Occurrence(id(4)),
        span: Span::new(min(120), min(180)).unwrap(),
        ..facts()
    };
    let both = [morning.clone(), noon.clone()];
    let here = morning.center.clone();
    let center = Some(&here);
    assert_eq!(choose(&both, center, min(10)), Ok(Some(0)));
    assert_eq!(choose(&both, center, min(100)), Err(vec![0, 1]));
    assert_eq!(choose(&both, center, min(130)), Ok(Some(1)));
    assert_eq!(choose(&[], center, min(0)), Ok(None));
    // Nothing fits: the nearest one explains why.
    assert_eq!(choose(&both, center, min(-500)), Ok(Some(0)));
    let elsewhere = CommitmentFacts {
        center: "SZ440303001-02".parse().unwrap(),
        ..morning.clone()
    };
    assert_eq!(choose(&[elsewhere], center, min(0)), Ok(Some(0)));
    let cancelled = CommitmentFacts {
        state: State::Cancelled,
        cancelled_at: Some(min(-100)),
        ..morning
    };
    assert_eq!(choose(&[cancelled, noon], center, min(100)), Ok(Some(1)));
}

#[test]
fn a_walk_in_comes_while_the_door_is_open() {
    let door = DoorTerms::default();
    assert_eq!(
        door.admit_walk_in(span(), min(-61)),
        Err(Refusal::DoorNotOpen { until: min(-60) })
    );
    assert_eq!(door.admit_walk_in(span(), min(-60)), Ok(()));
    assert_eq!(
        door.admit_walk_in(span(), min(120)),
        Err(Refusal::Closed { since: min(120) })
    );
}

fn any_evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let kind = prop_oneof![
        6 => Just(Kind::Scan),
        1 => Just(Kind::Undo),
        1 => Just(Kind::Close),
    ];
    let direction = prop_oneof![
        Just(Direction::In),
        Just(Direction::Out),
        Just(Direction::Either),
    ];
    // Few different minutes, so that several fall on the same one.
    let entries = prop::collection::vec((kind, direction, -6i64..14), 0..9);
    entries.prop_map(|all| {
        (0u128..)
            .zip(all)
            .map(|(n, (kind, direction, at))| entry(n, kind, direction, min(at * 10)))
            .collect()
    })
}

proptest! {
    #[test]
    fn rule_5_any_order_of_arrival_and_any_repetition_end_the_same(
        evidence in any_evidence(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        seed in any::<u64>(),
        asks_check_out: bool,
    ) {
        let terms = DoorTerms { asks_check_out, ..DoorTerms::default() };
        let expected = attendance(terms, span(), &evidence);
        let mut arrived = evidence.clone();
        if !evidence.is_empty() {
            arrived.extend(order.iter().map(|nth| nth.get(&evidence).clone()));
        }
        let mut keyed: Vec<_> = arrived.into_iter().enumerate().collect();
        keyed.sort_by_key(|(nth, _)| (*nth as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed);
        let arrived: Vec<_> = keyed.into_iter().map(|(_, e)| e).collect();
        prop_assert_eq!(attendance(terms, span(), &arrived), expected);
    }

    #[test]
    fn c113_who_is_present_came_before_they_left(evidence in any_evidence(), asks_check_out: bool) {
        let terms = DoorTerms { asks_check_out, ..DoorTerms::default() };
        let told = attendance(terms, span(), &evidence);
        if let Some(left) = &told.left {
            let first = told.first.as_ref().map(|f| f.at);
            prop_assert!(first.is_some_and(|first| first <= left.at));
            prop_assert!(told.entered_at.is_none_or(|entered| entered <= left.at));
        }
        prop_assert!(told.is_present() || told == Attendance::default());
    }

    /// The stretches inside are in order, and the last one says whether somebody is inside.
    #[test]
    fn the_stays_agree_with_coming_and_going(evidence in any_evidence(), asks_check_out: bool) {
        let terms = DoorTerms { asks_check_out, ..DoorTerms::default() };
        let told = attendance(terms, span(), &evidence);
        prop_assert_eq!(told.is_present(), !told.stays.is_empty());
        if let Some(last) = told.stays.last() {
            prop_assert_eq!(last.to, told.left.as_ref().map(|left| left.at));
            prop_assert_eq!(last.by_rule, told.left_by_rule);
            prop_assert!(told.entry_missing || told.entered_at.is_none_or(|at| at == last.from));
        }
        for two in told.stays.windows(2) {
            prop_assert!(two[0].to.is_some_and(|left| left <= two[1].from));
        }
        prop_assert!(told.stays.iter().all(|stay| stay.to.is_none_or(|to| stay.from <= to)));
    }

    #[test]
    fn every_scan_has_a_verdict_that_reads_back(
        evidence in any_evidence(), at in -200i64..400, asks_check_out: bool,
    ) {
        let facts = CommitmentFacts {
            door: DoorTerms { asks_check_out, ..DoorTerms::default() },
            evidence,
            ..facts()
        };
        for direction in Direction::ALL {
            let verdict = verdict(&facts, &scan(min(at), *direction));
            let text = serde_json::to_string(&verdict).unwrap();
            prop_assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
        }
    }

    /// What was admitted counts: a door that has admitted somebody finds them there.
    #[test]
    fn who_is_admitted_was_there(evidence in any_evidence(), at in -60i64..120) {
        let facts = CommitmentFacts { evidence, ..facts() };
        if let Verdict::Admitted { .. } = verdict(&facts, &scan(min(at), Direction::In)) {
            let mut all = facts.evidence.clone();
            all.retain(|e| e.kind != Kind::Undo);
            all.push(entry(99, Kind::Scan, Direction::In, min(at)));
            prop_assert!(attendance(facts.door, facts.span, &all).is_present());
        }
    }
}
