//! Who waits and comes to the door, and who comes without a booking, on both databases: places go
//! by the line, once.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, plans::messages, *};
use domain::{
    Refusal,
    booking::State,
    check_in::{Direction, Outcome, Verdict},
    commitment::Subject,
    id::BookingId,
    time::{HOUR, MINUTE, Timestamp},
};
use store::{
    Act, bookings,
    check_ins::{self, Admission, NewCheckIn},
    testing::TestDb,
};

/// When the cast's sittings start.
const START: Timestamp = NOW.plus(240 * HOUR);

fn minutes(n: i64) -> Timestamp {
    START.plus(n * MINUTE)
}

fn now_at(act: &Act, minute: i64) -> Act {
    at(act, minutes(minute))
}

/// One sitting; booking closes two hours before it starts. Account 1 has the only place, 2 to
/// `last` wait in this order.
async fn line_of(test: &TestDb, last: u128) -> Vec<BookingId> {
    center(test, &[Sitting::new(1, 1, 9)], "single").await;
    accounts(test, 1, 12).await;
    closes_early(test).await;
    let mut all = Vec::new();
    for n in 1..=last {
        all.push(booked(test, n, 1).await.id);
    }
    all
}

async fn closes_early(test: &TestDb) {
    let close = format!(
        "UPDATE occurrence SET booking_closes_at = starts_at - {}",
        2 * HOUR
    );
    test.arrange(vec![close]).await;
}

/// Staff cancel a booking at that minute.
async fn gives_back(test: &TestDb, booking: &BookingId, minute: i64) {
    let staff = now_at(&social_worker(), minute);
    let answer = bookings::cancel(&test.db, &staff, booking.clone(), String::new()).await;
    answer.unwrap();
}

async fn scan_at(test: &TestDb, n: u128, booking: &BookingId, minute: i64) -> Verdict {
    let answer = admit(test, &now_at(&kiosk(), minute), scanned(n, booking)).await;
    answer.verdict
}

fn waits(position: u32, kept_until: Option<Timestamp>) -> Verdict {
    Verdict::Waitlisted {
        position: Some(position),
        kept_until,
    }
}

async fn walks_in(test: &TestDb, n: u128, of: u128, minute: i64) -> Result<Admission, Refusal> {
    let new = NewCheckIn::now(scan_id(0x100 * n + of), walk_in(n, of));
    let staff = now_at(&social_worker(), minute);
    let answer = check_ins::admit(&test.db, &keyring(), &staff, new).await;
    answer.map_err(|error| error.refusal().expect("a refusal").clone())
}

async fn live_of(test: &TestDb, n: u128) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM booking WHERE person_id = '{}'
         AND state IN ('waitlisted', 'confirmed', 'checked_in')",
        person(n)
    ))
    .await
}

async fn a_place_given_back_late_is_for_the_first_in_line_until_the_start(test: TestDb) {
    let line = line_of(&test, 3).await;
    assert_eq!(
        scan_at(&test, 1, &line[2], -50).await,
        waits(2, None),
        "nothing is free"
    );
    gives_back(&test, &line[0], -40).await;
    assert_eq!(confirmed(&test, 1).await, 0, "nobody is told any more");
    assert_eq!(
        scan_at(&test, 2, &line[2], -30).await,
        waits(2, Some(START))
    );
    let first = scan_at(&test, 3, &line[1], -20).await;
    assert_eq!(first.outcome(), Outcome::Admitted);
    assert_eq!(state(&test, &line[1]).await, State::CheckedIn);
    assert_eq!(scan_at(&test, 4, &line[2], 5).await, waits(1, None));
    assert_eq!(
        scan_at(&test, 5, &line[1], 6).await.outcome(),
        Outcome::Already
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE action = 'booking.promote'")
            .await,
        1
    );
    capacity_holds(&test, 1, 1).await;
    rows_agree_with_the_log(&test).await;
}

async fn from_the_start_on_who_is_there_is_not_kept_waiting_for_who_is_not(test: TestDb) {
    let line = line_of(&test, 3).await;
    gives_back(&test, &line[0], -40).await;
    assert_eq!(scan_at(&test, 1, &line[2], -1).await, waits(2, Some(START)));
    let there = scan_at(&test, 2, &line[2], 0).await;
    assert_eq!(there.outcome(), Outcome::Admitted);
    assert_eq!(scan_at(&test, 3, &line[1], 10).await, waits(1, None));
    capacity_holds(&test, 1, 1).await;
    rows_agree_with_the_log(&test).await;
}

async fn among_those_who_are_there_the_line_holds(test: TestDb) {
    let line = line_of(&test, 3).await;
    assert_eq!(scan_at(&test, 1, &line[1], -10).await, waits(1, None));
    assert_eq!(scan_at(&test, 2, &line[2], -5).await, waits(2, None));
    gives_back(&test, &line[0], 2).await;
    assert_eq!(scan_at(&test, 3, &line[2], 3).await, waits(2, None));
    assert_eq!(
        walks_in(&test, 7, 1, 3).await.unwrap_err(),
        Refusal::KeptForLine { until: None }
    );
    let first = scan_at(&test, 4, &line[1], 4).await;
    assert_eq!(first.outcome(), Outcome::Admitted);
    assert_eq!(walks_in(&test, 7, 1, 5).await.unwrap_err(), Refusal::Full);
    rows_agree_with_the_log(&test).await;
}

async fn a_walk_in_who_waits_ends_as_one_booking_behind_nobody_of_the_line(test: TestDb) {
    let line = line_of(&test, 3).await;
    gives_back(&test, &line[0], -40).await;
    assert_eq!(
        walks_in(&test, 7, 1, -30).await.unwrap_err(),
        Refusal::KeptForLine { until: Some(START) }
    );
    let behind = walks_in(&test, 3, 1, -30).await.unwrap();
    assert_eq!(behind.verdict, waits(2, Some(START)));
    let taken_in = walks_in(&test, 2, 1, -20).await.unwrap();
    assert_eq!(taken_in.verdict.outcome(), Outcome::Admitted);
    assert_eq!(taken_in.subject, Some(Subject::Booking(line[1].clone())));
    assert_eq!(
        (live_of(&test, 2).await, live_of(&test, 3).await),
        (1, 1),
        "one booking each"
    );
    assert_eq!(live_of(&test, 7).await, 0);
    capacity_holds(&test, 1, 1).await;
    rows_agree_with_the_log(&test).await;
}

async fn c60_who_is_booked_elsewhere_at_that_time_is_not_seated(test: TestDb) {
    let elsewhere = Sitting::new(2, 5, 0);
    center(&test, &[Sitting::new(1, 1, 9), elsewhere], "single").await;
    accounts(&test, 1, 4).await;
    let full = booked(&test, 1, 1).await.id;
    let waiting = booked(&test, 2, 1).await.id;
    let other = booked(&test, 2, 2).await.id;
    closes_early(&test).await;
    gives_back(&test, &full, 5).await;
    assert_eq!(scan_at(&test, 1, &waiting, 10).await, waits(1, None));
    // Who comes after them is not held up by somebody who cannot come.
    let walk_in = walks_in(&test, 3, 1, 11).await.unwrap();
    assert_eq!(walk_in.verdict.outcome(), Outcome::Admitted);
    assert_eq!(state(&test, &other).await, State::Confirmed);
}

async fn c19_two_doors_and_a_desk_give_one_free_place_once(test: TestDb) {
    for round in 0..4 {
        let of = round + 1;
        let first = 10 * round + 1;
        if round == 0 {
            let sittings: Vec<_> = (1..=4).map(|n| Sitting::new(n, 1, 9)).collect();
            center(&test, &sittings, "single").await;
            accounts(&test, 1, 50).await;
            closes_early(&test).await;
        }
        let mut all = Vec::new();
        for n in first..first + 6 {
            all.push((n, booked(&test, n, of).await.id));
        }
        gives_back(&test, &all[0].1, -40).await;
        let other = store::Db::open(&test.url, 8).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for (n, booking) in all.split_off(1) {
            let db = if n % 2 == 0 { &test.db } else { &other }.clone();
            let new = scanned(n, &booking);
            tasks.spawn(async move {
                let act = now_at(&kiosk_at(n, CENTER), 5);
                check_ins::admit(&db, &keyring(), &act, new).await.unwrap()
            });
        }
        let desk = NewCheckIn::now(scan_id(0x500 + of), walk_in(first + 8, of));
        let staff = now_at(&social_worker(), 5);
        let ring = keyring();
        let (walked, scans) = tokio::join!(
            check_ins::admit(&other, &ring, &staff, desk),
            tasks.join_all()
        );
        let admitted = scans
            .iter()
            .filter(|a| a.verdict.outcome() == Outcome::Admitted)
            .count();
        assert_eq!(admitted + usize::from(walked.is_ok()), 1, "round {round}");
        assert_eq!(confirmed(&test, of).await, 1);
        assert_eq!(waitlisted(&test, of).await, 5 - admitted as i64);
    }
    rows_agree_with_the_log(&test).await;
}

/// The scans of somebody who waits, by minute and direction.
type Told = (i64, Direction);

async fn late(test: &TestDb, n: u128, booking: &BookingId, (minute, direction): Told) {
    let new = NewCheckIn {
        at: Some(minutes(minute)),
        direction,
        ..scanned(n, booking)
    };
    admit(test, &now_at(&kiosk(), 300), new).await;
}

async fn late_scans_of_who_waited_end_the_same_in_any_order(test: TestDb) {
    let sittings: Vec<_> = (1..=8).map(|n| Sitting::new(n, 1, 9)).collect();
    center(&test, &sittings, "single").await;
    accounts(&test, 1, 40).await;
    let set = "UPDATE occurrence SET asks_check_out = TRUE";
    test.arrange(vec![set.into()]).await;
    closes_early(&test).await;
    let told = [
        (-10, Direction::In),
        (5, Direction::In),
        (60, Direction::Out),
    ];
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for (of, order) in (1..).zip(orders) {
        let holds = booked(&test, 2 * of, of).await.id;
        let waiting = booked(&test, 2 * of + 1, of).await.id;
        gives_back(&test, &holds, -40).await;
        for nth in order {
            late(&test, 100 * of + nth as u128, &waiting, told[nth]).await;
        }
        assert_eq!(state(&test, &waiting).await, State::CheckedIn, "{order:?}");
        assert_eq!(
            times(&test, &waiting).await,
            (Some(minutes(-10)), Some(minutes(60))),
            "{order:?}"
        );
    }
    // The place came free between the first scan and the second: only the second let them in.
    for (of, order) in (7..).zip([[0, 1], [1, 0]]) {
        let holds = booked(&test, 2 * of, of).await.id;
        let waiting = booked(&test, 2 * of + 1, of).await.id;
        gives_back(&test, &holds, -2).await;
        for nth in order {
            late(&test, 100 * of + nth as u128, &waiting, told[nth]).await;
        }
        assert_eq!(state(&test, &waiting).await, State::CheckedIn, "{order:?}");
        assert_eq!(
            times(&test, &waiting).await.0,
            Some(minutes(5)),
            "{order:?}"
        );
    }
    rows_agree_with_the_log(&test).await;
}

async fn a_place_given_back_after_they_had_gone_is_not_theirs(test: TestDb) {
    let line = line_of(&test, 2).await;
    gives_back(&test, &line[0], 30).await;
    late(&test, 1, &line[1], (10, Direction::In)).await;
    assert_eq!(state(&test, &line[1]).await, State::Waitlisted);
    assert_eq!(times(&test, &line[1]).await, (None, None));
}

async fn c14_a_walk_in_to_one_date_of_a_series_takes_that_date_alone(test: TestDb) {
    let next_day = Sitting {
        activity: 1,
        in_hours: 264,
        ..Sitting::new(2, 2, 5)
    };
    center(&test, &[Sitting::new(1, 2, 5), next_day], "series").await;
    accounts(&test, 1, 8).await;
    closes_early(&test).await;
    booked(&test, 1, 1).await;
    let walked = walks_in(&test, 2, 1, 5).await.unwrap();
    assert_eq!(walked.verdict.outcome(), Outcome::Admitted);
    assert_eq!(
        (confirmed(&test, 1).await, confirmed(&test, 2).await),
        (2, 1)
    );
    assert_eq!(walks_in(&test, 3, 1, 6).await.unwrap_err(), Refusal::Full);
    // The other date is still theirs to walk in to, once.
    let again = walks_in(&test, 2, 2, 24 * 60).await.unwrap();
    assert_eq!(again.verdict.outcome(), Outcome::Admitted);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE enrolment_id IS NULL")
            .await,
        2
    );
    // Who is enrolled is found, not booked once more.
    let enrolled = walks_in(&test, 1, 1, 10).await.unwrap();
    assert_eq!(enrolled.verdict.outcome(), Outcome::Admitted);
    assert_eq!(live_of(&test, 1).await, 2, "one of each date");
    rows_agree_with_the_log(&test).await;
}

async fn who_waits_for_a_series_is_let_in_to_the_date_that_has_room(test: TestDb) {
    let next_day = Sitting {
        activity: 1,
        in_hours: 264,
        ..Sitting::new(2, 1, 5)
    };
    center(&test, &[Sitting::new(1, 1, 5), next_day], "series").await;
    accounts(&test, 1, 8).await;
    closes_early(&test).await;
    let holds = booked(&test, 1, 1).await.id;
    let waiting = booked(&test, 2, 1).await.id;
    let gone = format!(
        "UPDATE booking SET state = 'cancelled', cancelled_at = {} WHERE id = '{holds}'",
        minutes(-30).0
    );
    test.arrange(vec![gone]).await;
    let first = scan_at(&test, 1, &waiting, -5).await;
    assert_eq!(first.outcome(), Outcome::Admitted);
    assert_eq!(
        (confirmed(&test, 1).await, confirmed(&test, 2).await),
        (1, 1)
    );
    assert_eq!(waitlisted(&test, 2).await, 1, "the other date is full");
    rows_agree_with_the_log(&test).await;
}

async fn c14_what_needs_no_booking_counts_who_came(test: TestDb) {
    center(
        &test,
        &[Sitting::new(1, 2, 0), Sitting::new(2, 1, 0)],
        "single",
    )
    .await;
    accounts(&test, 1, 8).await;
    test.arrange(vec![
        "UPDATE occurrence SET allocation = 'drop_in'".into(),
        format!(
            "UPDATE occurrence SET capacity = 0, starts_at = starts_at + {day}, ends_at = ends_at + {day}
             WHERE id = '{}'",
            occurrence(2),
            day = 24 * HOUR
        ),
    ])
    .await;
    for n in 1..=2 {
        let came = walks_in(&test, n, 1, 5).await.unwrap();
        assert_eq!(came.verdict.outcome(), Outcome::Admitted);
    }
    assert_eq!(
        walks_in(&test, 3, 1, 6).await.unwrap_err(),
        Refusal::Full,
        "a number of places that was set holds"
    );
    // Without one there is no limit.
    for n in 1..=4 {
        let came = walks_in(&test, n, 2, 24 * 60).await.unwrap();
        assert_eq!(came.verdict.outcome(), Outcome::Admitted);
    }
    let (staff, here) = (social_worker().caller, CENTER.parse().unwrap());
    let day = check_ins::today(&test.db, &staff, &here, minutes(24 * 60)).await;
    let day = day.unwrap();
    assert_eq!((day[0].came, day[0].capacity), (4, 0));
    assert!(
        messages(&test, "booked_by_staff").await.is_empty(),
        "whoever stands at the door sees it happen"
    );
    rows_agree_with_the_log(&test).await;
}

store::on_both_databases! {
    a_place_given_back_late_is_for_the_first_in_line_until_the_start => super::a_place_given_back_late_is_for_the_first_in_line_until_the_start,
    from_the_start_on_who_is_there_is_not_kept_waiting_for_who_is_not => super::from_the_start_on_who_is_there_is_not_kept_waiting_for_who_is_not,
    among_those_who_are_there_the_line_holds => super::among_those_who_are_there_the_line_holds,
    a_walk_in_who_waits_ends_as_one_booking_behind_nobody_of_the_line => super::a_walk_in_who_waits_ends_as_one_booking_behind_nobody_of_the_line,
    c60_who_is_booked_elsewhere_at_that_time_is_not_seated => super::c60_who_is_booked_elsewhere_at_that_time_is_not_seated,
    c19_two_doors_and_a_desk_give_one_free_place_once => super::c19_two_doors_and_a_desk_give_one_free_place_once,
    late_scans_of_who_waited_end_the_same_in_any_order => super::late_scans_of_who_waited_end_the_same_in_any_order,
    a_place_given_back_after_they_had_gone_is_not_theirs => super::a_place_given_back_after_they_had_gone_is_not_theirs,
    c14_a_walk_in_to_one_date_of_a_series_takes_that_date_alone => super::c14_a_walk_in_to_one_date_of_a_series_takes_that_date_alone,
    who_waits_for_a_series_is_let_in_to_the_date_that_has_room => super::who_waits_for_a_series_is_let_in_to_the_date_that_has_room,
    c14_what_needs_no_booking_counts_who_came => super::c14_what_needs_no_booking_counts_who_came,
}
