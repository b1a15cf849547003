//! What a scan means at the edges of times, and which of several commitments is meant.

use super::{testing::*, *};
use crate::{booking::State, commitment::Subject};

fn at(facts: &CommitmentFacts, at: Timestamp, direction: Direction) -> Outcome {
    verdict(facts, &scan(at, direction)).outcome()
}

fn came(minutes: i64) -> Evidence {
    entry(1, Kind::Scan, Direction::In, min(minutes))
}

#[test]
fn a_door_is_open_from_its_first_millisecond_to_its_last() {
    let (opens, end) = (min(-60), span().end());
    let fresh = facts();
    assert_eq!(at(&fresh, opens.plus(-1), Direction::In), Outcome::TooEarly);
    assert_eq!(at(&fresh, opens, Direction::In), Outcome::Admitted);
    assert_eq!(at(&fresh, end.plus(-1), Direction::In), Outcome::Admitted);
    assert_eq!(at(&fresh, end, Direction::In), Outcome::TooLate);
    let inside = CommitmentFacts {
        door: CHECK_OUT,
        evidence: vec![came(1)],
        ..facts()
    };
    let last = end.plus(CHECK_OUT_GRACE);
    assert_eq!(
        at(&inside, last.plus(-1), Direction::Out),
        Outcome::Admitted
    );
    assert_eq!(at(&inside, last, Direction::Out), Outcome::TooLate);
    // Whoever was here is told so, over or not; whoever was not is told that it is over.
    assert_eq!(at(&inside, end, Direction::In), Outcome::Already);
    assert_eq!(at(&inside, min(2), Direction::In), Outcome::Already);
}

#[test]
fn c56_what_a_booking_was_at_the_time_of_the_scan_counts() {
    let since = min(10);
    let cancelled = CommitmentFacts {
        state: State::Cancelled,
        cancelled_at: Some(since),
        ..facts()
    };
    assert_eq!(
        at(&cancelled, since.plus(-1), Direction::In),
        Outcome::Admitted
    );
    assert_eq!(at(&cancelled, since, Direction::In), Outcome::Cancelled);
    let undated = CommitmentFacts {
        cancelled_at: None,
        ..cancelled.clone()
    };
    assert_eq!(at(&undated, min(0), Direction::In), Outcome::Cancelled);
    // Cancelled from the line: it never held a place.
    let from_line = CommitmentFacts {
        confirmed_at: None,
        ..cancelled
    };
    assert_eq!(at(&from_line, min(0), Direction::In), Outcome::Waitlisted);
    // Two clocks that agree as far as clocks do.
    let late = CommitmentFacts {
        confirmed_at: Some(since),
        ..facts()
    };
    let edge = since.plus(-CLOCK_TOLERANCE);
    assert_eq!(at(&late, edge, Direction::In), Outcome::Admitted);
    assert_eq!(at(&late, edge.plus(-1), Direction::In), Outcome::Waitlisted);
    let undated = CommitmentFacts {
        confirmed_at: None,
        ..facts()
    };
    assert_eq!(at(&undated, min(0), Direction::In), Outcome::Admitted);
}

#[test]
fn an_admission_says_whether_they_came_back_and_when_they_were_seen_first() {
    let admitted = |facts: &CommitmentFacts, when, way| match verdict(facts, &scan(when, way)) {
        Verdict::Admitted {
            first_at,
            again,
            entry_missing,
            ..
        } => (first_at, again, entry_missing),
        other => panic!("{other:?}"),
    };
    let fresh = CommitmentFacts {
        door: CHECK_OUT,
        ..facts()
    };
    assert_eq!(
        admitted(&fresh, min(3), Direction::In),
        (min(3), false, false)
    );
    assert_eq!(
        admitted(&fresh, min(3), Direction::Out),
        (min(3), false, true)
    );
    let inside = CommitmentFacts {
        evidence: vec![came(1)],
        ..fresh.clone()
    };
    assert_eq!(
        admitted(&inside, min(30), Direction::Out),
        (min(1), false, false)
    );
    let out = CommitmentFacts {
        evidence: vec![came(1), entry(2, Kind::Scan, Direction::Out, min(20))],
        ..fresh
    };
    assert_eq!(
        admitted(&out, min(30), Direction::In),
        (min(1), true, false)
    );
    // An older scan that arrives late is the first.
    assert_eq!(
        admitted(&out, min(-5), Direction::In),
        (min(-5), true, false)
    );
}

#[test]
fn of_several_the_open_one_here_is_meant_and_else_the_one_that_explains_best() {
    let here = facts().center;
    let other = |n: u128, from: i64, to: i64| CommitmentFacts {
        subject: Subject::Booking(id(n)),
        span: Span::new(min(from), min(to)).unwrap(),
        ..facts()
    };
    let choose = |all: &[CommitmentFacts], when| choose(all, Some(&here), when);
    let (first, second) = (other(1, 0, 60), other(2, 200, 260));
    let both = [first.clone(), second.clone()];
    // The door's first and last millisecond.
    assert_eq!(choose(&both, min(-60)), Ok(Some(0)));
    assert_eq!(choose(&both, min(60).plus(-1)), Ok(Some(0)));
    assert_eq!(choose(&both, min(140)), Ok(Some(1)));
    // Between them neither is open: the nearer start explains why.
    assert_eq!(choose(&both, min(99)), Ok(Some(0)));
    assert_eq!(choose(&both, min(101)), Ok(Some(1)));
    // Where one checks out, whoever came has an hour more; whoever did not has not.
    let mut outs = both;
    outs[0].door = CHECK_OUT;
    outs[1].span = Span::new(min(150), min(260)).unwrap();
    assert_eq!(choose(&outs, min(100)), Ok(Some(1)));
    outs[0].evidence = vec![came(1)];
    assert_eq!(choose(&outs, min(100)), Err(vec![0, 1]));
    assert_eq!(choose(&outs, min(60).plus(CHECK_OUT_GRACE)), Ok(Some(1)));
    outs[0].door = DoorTerms::default();
    assert_eq!(choose(&outs, min(100)), Ok(Some(1)));
    // One that stood before one that does not, and one here before all.
    let mut gone = first.clone();
    gone.state = State::Waitlisted;
    assert_eq!(
        choose(&[gone.clone(), second.clone()], min(10)),
        Ok(Some(1))
    );
    let mut away = first;
    away.center = "SZ440303001-02".parse().unwrap();
    assert_eq!(choose(&[away.clone(), gone], min(10)), Ok(Some(1)));
    assert_eq!(choose(&[away, second], min(10)), Ok(Some(1)));
}
