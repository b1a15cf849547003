//! What single evidences do to an attendance, at the edges of their times (C-113, C-114).

use super::{
    Direction::{Either, In, Out},
    Kind::{Close, Scan as Shown, Undo},
    testing::*,
    *,
};
use crate::booking::State;

fn told(terms: DoorTerms, evidence: &[(Kind, Direction, Timestamp)]) -> Attendance {
    let entries = (1_u128..).zip(evidence);
    let entries: Vec<_> = entries
        .map(|(n, (kind, direction, at))| entry(n, *kind, *direction, *at))
        .collect();
    attendance(terms, span(), &entries)
}

fn seen(n: u128, at: Timestamp) -> Seen {
    Seen {
        at,
        door: format!("door {n}"),
    }
}

#[test]
fn nobody_comes_in_when_it_is_over_and_somebody_does_just_before() {
    let end = span().end();
    assert_eq!(told(CHECK_OUT, &[(Shown, In, end)]), Attendance::default());
    let late = told(CHECK_OUT, &[(Shown, In, end.plus(-1))]);
    assert!(late.is_present() && late.is_inside());
    assert_eq!(late.entered_at, Some(end.plus(-1)));
    // Going out is possible later.
    let gone = told(CHECK_OUT, &[(Shown, In, min(1)), (Shown, Out, end.plus(1))]);
    assert_eq!(gone.left, Some(seen(2, end.plus(1))));
}

#[test]
fn coming_and_going_tells_the_first_the_last_and_what_was_between() {
    let twice_in = told(CHECK_OUT, &[(Shown, In, min(1)), (Shown, In, min(5))]);
    assert_eq!(twice_in.first, Some(seen(1, min(1))));
    assert_eq!(
        twice_in.entered_at,
        Some(min(1)),
        "they were inside already"
    );
    let out = [(Shown, In, min(1)), (Shown, Out, min(20))];
    let gone = told(CHECK_OUT, &out);
    assert_eq!(gone.left, Some(seen(2, min(20))));
    assert!(gone.is_present() && !gone.is_inside() && !gone.entry_missing);
    let twice_out = told(CHECK_OUT, &[out[0], out[1], (Shown, Out, min(30))]);
    assert_eq!(twice_out, gone, "a second exit changes nothing");
    let back = told(CHECK_OUT, &[out[0], out[1], (Shown, In, min(40))]);
    assert_eq!(back.left, None);
    assert_eq!(back.left_before, Some(seen(2, min(20))));
    assert_eq!(back.entered_at, Some(min(40)));
    assert_eq!(back.first, Some(seen(1, min(1))));
    let only_out = told(CHECK_OUT, &[(Shown, Out, min(20))]);
    assert!(only_out.entry_missing && !only_out.is_inside());
    assert_eq!(only_out.first, Some(seen(1, min(20))));
    assert_eq!(only_out.left, only_out.first);
}

#[test]
fn c113_closing_ends_what_is_open_and_a_real_exit_takes_its_place() {
    let end = span().end();
    let open = (Shown, In, min(1));
    let closed = told(CHECK_OUT, &[open, (Close, Out, end)]);
    let by_rule = Seen {
        at: end,
        door: String::new(),
    };
    assert_eq!(closed.left, Some(by_rule));
    assert!(closed.left_by_rule);
    let seen_later = told(
        CHECK_OUT,
        &[open, (Close, Out, end), (Shown, Out, end.plus(1))],
    );
    assert_eq!(seen_later.left, Some(seen(3, end.plus(1))));
    assert!(!seen_later.left_by_rule);
    let gone = [open, (Shown, Out, min(30))];
    assert_eq!(
        told(CHECK_OUT, &[gone[0], gone[1], (Close, Out, end)]),
        told(CHECK_OUT, &gone)
    );
    assert_eq!(told(CHECK_OUT, &[(Close, Out, end)]), Attendance::default());
    // Whoever comes back after an early closing is inside again.
    let early = told(
        CHECK_OUT,
        &[open, (Close, Out, min(50)), (Shown, In, min(60))],
    );
    assert!(early.is_inside() && !early.left_by_rule);
}

#[test]
fn c114_taking_back_takes_back_what_it_names() {
    let (came, left, back) = (
        (Shown, In, min(1)),
        (Shown, Out, min(20)),
        (Shown, In, min(40)),
    );
    let nothing = Attendance::default();
    assert_eq!(told(CHECK_OUT, &[came, (Undo, In, min(2))]), nothing);
    let inside = told(CHECK_OUT, &[came]);
    assert_eq!(told(CHECK_OUT, &[came, left, (Undo, Out, min(21))]), inside);
    let closed = [came, (Close, Out, min(30)), (Undo, Out, min(31))];
    assert_eq!(told(CHECK_OUT, &closed), inside);
    // Only the exit was seen: without it nothing was.
    let only_out = [(Shown, Out, min(20)), (Undo, Out, min(21))];
    assert_eq!(told(CHECK_OUT, &only_out), nothing);
    // Coming back is taken back: they are out again.
    let out_again = told(CHECK_OUT, &[came, left, back, (Undo, In, min(41))]);
    assert_eq!(out_again.left, Some(seen(2, min(20))));
    assert_eq!(out_again.first, Some(seen(1, min(1))));
    assert_eq!(out_again.entered_at, None);
    // Out again, what is taken back is all of it.
    let all = [came, left, (Undo, In, min(21))];
    assert_eq!(told(CHECK_OUT, &all), nothing);
}

#[test]
fn the_same_code_goes_out_after_ten_minutes_inside_and_from_the_start_on() {
    let came = min(5);
    let again = |terms, at| told(terms, &[(Shown, In, came), (Shown, Either, at)]).is_inside();
    assert!(again(CHECK_OUT, came.plus(STAYS_AT_LEAST - 1)));
    assert!(!again(CHECK_OUT, came.plus(STAYS_AT_LEAST)));
    assert!(again(DoorTerms::default(), came.plus(STAYS_AT_LEAST)));
    // Whoever came early stays until the start at least.
    let early = |at| told(CHECK_OUT, &[(Shown, In, min(-30)), (Shown, Either, at)]).is_inside();
    assert!(early(START.plus(-1)));
    assert!(!early(START));
    // Whoever is out comes in by it.
    let out = [
        (Shown, In, min(5)),
        (Shown, Out, min(20)),
        (Shown, Either, min(40)),
    ];
    assert!(told(CHECK_OUT, &out).is_inside());
}

#[test]
fn what_evidence_makes_of_a_booking() {
    use State::{Cancelled, CheckedIn, Confirmed, NoShow, Waitlisted};
    let there = told(CHECK_OUT, &[(Shown, In, min(1))]);
    let not = Attendance::default();
    for (state, is_cancelled, attendance, has_room, expected) in [
        (Confirmed, false, &there, false, (CheckedIn, None)),
        (CheckedIn, false, &there, false, (CheckedIn, None)),
        (Cancelled, true, &there, true, (CheckedIn, None)),
        (NoShow, false, &there, true, (CheckedIn, None)),
        (
            Cancelled,
            true,
            &there,
            false,
            (Cancelled, Some(Review::NoRoom)),
        ),
        (NoShow, false, &there, false, (NoShow, Some(Review::NoRoom))),
        (Waitlisted, false, &there, true, (Waitlisted, None)),
        (CheckedIn, true, &not, true, (Cancelled, None)),
        (CheckedIn, false, &not, true, (Confirmed, None)),
        (Confirmed, false, &not, true, (Confirmed, None)),
        (Cancelled, true, &not, true, (Cancelled, None)),
        (NoShow, false, &not, true, (NoShow, None)),
    ] {
        let found = settle(state, is_cancelled, attendance, has_room);
        assert_eq!(found, expected, "{state} {is_cancelled} {has_room}");
    }
}

#[test]
fn the_later_of_scan_and_receipt_begins_the_time_for_taking_back() {
    let until = |scanned: Timestamp, received: Timestamp| {
        let refused = admit_undo(scanned, received, min(1_000));
        assert!(admit_undo(scanned, received, min(30).plus(UNDO_WITHIN - 1)).is_ok());
        refused
    };
    let since = min(30).plus(UNDO_WITHIN);
    for (scanned, received) in [(min(0), min(30)), (min(30), min(0)), (min(30), min(30))] {
        assert_eq!(
            until(scanned, received),
            Err(Refusal::TooLateToUndo { since })
        );
        assert!(admit_undo(scanned, received, since).is_err());
    }
}
