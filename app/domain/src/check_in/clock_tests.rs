//! The times that a door goes by, and the edges of what is believed of a device's clock (C-118, C-119,
//! C-188).

use super::{
    CHECK_OUT_GRACE, CLOCK_TOLERANCE, DOOR_OPENS_BEFORE_MIN, MAX_DOOR_OPENS_BEFORE_MIN, Review,
    STAYS_AT_LEAST, SYNC_HORIZON, admit_undo, no_show_from, scan_time,
};
use crate::time::{DAY, Span, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(20_600 * DAY);
/// The year 2024 begins.
const FIRST: Timestamp = Timestamp(1_704_067_200_000);

/// In milliseconds, as a watch would tell them: what people are told must not change by accident.
#[test]
fn c42_c114_the_times_of_the_door_are_those_that_people_are_told() {
    const SECOND: i64 = 1_000;
    let end = NOW.plus(7_200 * SECOND);
    let span = Span::new(NOW, end).unwrap();
    // Half an hour and three days.
    assert_eq!(no_show_from(span), end.plus((1_800 + 259_200) * SECOND));
    // A quarter of an hour.
    let undone = |after: i64| admit_undo(NOW, NOW, NOW.plus(after)).is_ok();
    assert!(undone(900 * SECOND - 1) && !undone(900 * SECOND));
    // An hour before the start, a day at most; an hour after the end.
    assert_eq!(
        (DOOR_OPENS_BEFORE_MIN, MAX_DOOR_OPENS_BEFORE_MIN),
        (60, 1_440)
    );
    assert_eq!(CHECK_OUT_GRACE, 3_600 * SECOND);
    // Ten minutes, and two.
    assert_eq!(
        (STAYS_AT_LEAST, CLOCK_TOLERANCE),
        (600 * SECOND, 120 * SECOND)
    );
}

#[test]
fn a_clock_agrees_up_to_the_tolerance_and_is_corrected_beyond_it() {
    let scanned = NOW.plus(-10 * CLOCK_TOLERANCE);
    for (off, at, review) in [
        (0, scanned, None),
        (CLOCK_TOLERANCE, scanned, None),
        (-CLOCK_TOLERANCE, scanned, None),
        (
            CLOCK_TOLERANCE + 1,
            scanned.plus(-CLOCK_TOLERANCE - 1),
            Some(Review::Clock),
        ),
        (
            -CLOCK_TOLERANCE - 1,
            scanned.plus(CLOCK_TOLERANCE + 1),
            Some(Review::Clock),
        ),
    ] {
        // `off` is by how much the device is ahead when it sends.
        let told = scan_time(Some(scanned), Some(NOW.plus(off)), NOW);
        assert_eq!((told.at, told.review), (at, review), "{off}");
        assert_eq!((told.device_at, told.received_at), (scanned, NOW));
    }
}

#[test]
fn the_future_is_not_believed_and_what_is_long_ago_is_looked_at() {
    for (device_at, at, review) in [
        (NOW, NOW, None),
        (NOW.plus(CLOCK_TOLERANCE), NOW, None),
        (NOW.plus(CLOCK_TOLERANCE + 1), NOW, Some(Review::Clock)),
        (
            NOW.plus(-10 * SYNC_HORIZON),
            NOW.plus(-10 * SYNC_HORIZON),
            None,
        ),
        (
            NOW.plus(-10 * SYNC_HORIZON - 1),
            NOW.plus(-10 * SYNC_HORIZON - 1),
            Some(Review::Clock),
        ),
        (FIRST, FIRST, Some(Review::Clock)),
        (FIRST.plus(-1), NOW, Some(Review::Clock)),
    ] {
        let told = scan_time(Some(device_at), None, NOW);
        assert_eq!((told.at, told.review), (at, review), "{device_at:?}");
    }
    // Where the server itself stands before that year, as a test's may, all clocks are as good.
    for received in [FIRST, FIRST.plus(-DAY)] {
        let early = received.plus(-DAY);
        assert_eq!(scan_time(Some(early), None, received).at, early);
    }
}

#[test]
fn c119_nobody_shows_a_ticket_before_it_is_booked_beyond_the_tolerance() {
    let scan = scan_time(Some(NOW.plus(-DAY)), None, NOW);
    let within = scan.of_booking(NOW.plus(-DAY + CLOCK_TOLERANCE));
    assert_eq!(within, scan);
    let beyond = scan.of_booking(NOW.plus(-DAY + CLOCK_TOLERANCE + 1));
    assert_eq!(
        (beyond.at, beyond.review),
        (NOW, Some(Review::BeforeBooking))
    );
    assert_eq!(beyond.device_at, scan.device_at);
}

proptest! {
    /// C-188: whatever a clock says, the scan has a time, it is not in the future, and what the clock
    /// said is kept.
    #[test]
    fn whatever_a_clock_says_the_scan_has_happened(device: i64, sent: Option<i64>) {
        let told = scan_time(Some(Timestamp(device)), sent.map(Timestamp), NOW);
        prop_assert!(told.at <= NOW);
        prop_assert_eq!(told.device_at, Timestamp(device));
        prop_assert_eq!(told.received_at, NOW);
        prop_assert!(told.at >= FIRST || told.at == NOW);
    }
}
