//! The door, on both databases: what a scan does to a booking and to the log.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, *};
use domain::{
    Refusal,
    access::Caller,
    booking::State,
    check_in::{
        Direction, ForgedReason, Method, Outcome, Review, SYNC_HORIZON, UnknownReason, Verdict,
    },
    commitment::{Event, Subject},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, bookings, cards,
    check_ins::{self, NewCheckIn, Presented},
    occurrences,
    page::{Limit, Part},
    testing::{TestDb, decided},
};
use ticket::Kind;

/// When the cast's sittings start.
const START: Timestamp = NOW.plus(240 * HOUR);

fn minutes(n: i64) -> Timestamp {
    START.plus(n * MINUTE)
}

fn now_at(act: &Act, minute: i64) -> Act {
    at(act, minutes(minute))
}

fn system(now: Timestamp) -> Act {
    Act::new(Caller::system(), now, ids())
}

async fn cast(test: &TestDb, capacity: i64) {
    center(test, &[Sitting::new(1, capacity, 5)], "single").await;
    accounts(test, 1, 10).await;
}

async fn asks_check_out(test: &TestDb) {
    let set = "UPDATE occurrence SET asks_check_out = TRUE";
    test.arrange(vec![set.into()]).await;
}

async fn second_center(test: &TestDb) {
    test.arrange(vec![
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('SZ440303001-02', '别处', '440303', '罗湖区',
         '440303001', '桂园街道', '老围社区', 'nbs2023', 'open')"
            .into(),
    ])
    .await;
}

async fn a_ticket_checks_in_once(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let first = NewCheckIn {
        door: "东门".into(),
        ..scanned(1, &booking)
    };
    let answer = admit(&test, &now_at(&kiosk(), -5), first).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(answer.method, Method::Ticket);
    assert_eq!(
        answer.person_name.as_deref(),
        Some("居**"),
        "masked for a kiosk"
    );
    assert_eq!(state(&test, &booking).await, State::CheckedIn);

    let again = admit(
        &test,
        &now_at(&kiosk_at(2, CENTER), -3),
        scanned(2, &booking),
    )
    .await;
    let Verdict::Already { first, .. } = &again.verdict else {
        panic!("{again:?}")
    };
    assert_eq!((first.at, first.door.as_str()), (minutes(-5), "东门"));
    assert_eq!(times(&test, &booking).await, (Some(minutes(-5)), None));
    assert_eq!(test.number("SELECT COUNT(*) FROM check_in").await, 2);
    rows_agree_with_the_log(&test).await;
}

async fn c31_the_same_id_again_is_the_first_answer(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let act = now_at(&kiosk(), 0);
    let first = admit(&test, &act, scanned(1, &booking)).await;
    let again = admit(&test, &now_at(&kiosk(), 30), scanned(1, &booking)).await;
    assert!(again.replayed && !first.replayed);
    assert_eq!(
        (again.verdict, again.at, again.person_name),
        (first.verdict, first.at, first.person_name)
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM check_in").await, 1);
    second_center(&test).await;
    let elsewhere = check_ins::admit(
        &test.db,
        &keyring(),
        &kiosk_at(3, "SZ440303001-02"),
        scanned(1, &booking),
    )
    .await;
    assert_eq!(
        elsewhere.unwrap_err().refusal(),
        Some(&Refusal::IdempotencyMismatch)
    );
}

async fn c101_two_doors_at_the_same_moment(test: TestDb) {
    cast(&test, 5).await;
    let other = store::Db::open(&test.url, 8).await.unwrap();
    for n in 1..=8 {
        let booking = booked(&test, n, 1).await.id;
        // Only five get a place.
        if state(&test, &booking).await != State::Confirmed {
            continue;
        }
        let ring = keyring();
        let (left, right) = (now_at(&kiosk(), 0), now_at(&kiosk_at(2, CENTER), 0));
        let (one, two) = tokio::join!(
            check_ins::admit(&test.db, &ring, &left, scanned(n * 10, &booking)),
            check_ins::admit(&other, &ring, &right, scanned(n * 10 + 1, &booking)),
        );
        let mut results = [
            one.unwrap().verdict.outcome(),
            two.unwrap().verdict.outcome(),
        ];
        results.sort();
        assert_eq!(results, [Outcome::Admitted, Outcome::Already]);
    }
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE state = 'checked_in'")
            .await,
        5
    );
    rows_agree_with_the_log(&test).await;
}

async fn c31_the_same_id_from_two_tasks_is_one_scan(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let other = store::Db::open(&test.url, 8).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12 {
        let db = if n % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        let new = scanned(1, &booking);
        tasks.spawn(async move {
            check_ins::admit(&db, &keyring(), &now_at(&kiosk(), 0), new)
                .await
                .unwrap()
        });
    }
    let answers = tasks.join_all().await;
    assert!(
        answers
            .iter()
            .all(|a| a.verdict.outcome() == Outcome::Admitted)
    );
    assert_eq!(answers.iter().filter(|a| !a.replayed).count(), 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM check_in").await, 1);
}

async fn c109_too_early_does_not_spoil_a_later_scan(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let early = admit(&test, &now_at(&kiosk(), -90), scanned(1, &booking)).await;
    assert_eq!(
        early.verdict,
        Verdict::TooEarly {
            opens_at: minutes(-60)
        }
    );
    assert_eq!(state(&test, &booking).await, State::Confirmed);
    assert_eq!(
        result_at(&test, 2, &booking, minutes(-60)).await,
        Outcome::Admitted
    );
}

async fn c100_a_cancelled_booking_that_was_scanned_says_cancelled(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let staff = now_at(&social_worker(), -30);
    let first = admit(&test, &staff, scanned(1, &booking)).await;
    check_ins::undo(&test.db, &staff, &first.id).await.unwrap();
    bookings::cancel(&test.db, &staff, booking.clone(), String::new())
        .await
        .unwrap();
    assert_eq!(
        result_at(&test, 2, &booking, minutes(-20)).await,
        Outcome::Cancelled
    );
    assert_eq!(state(&test, &booking).await, State::Cancelled);
}

async fn refused_scans_are_kept_too_and_nothing_of_the_code(test: TestDb) {
    cast(&test, 1).await;
    let booking = booked(&test, 1, 1).await.id;
    let waits = booked(&test, 2, 1).await.id;
    let act = now_at(&kiosk(), 0);
    let code = |n, text: String| NewCheckIn::now(scan_id(n), Presented::Code(text));
    let forger = ticket::SigningKey::from_seed(1, &[8; 32]);
    let forged = ticket::issue(&forger, Kind::Booking, booking.uuid()).into_string();
    let nobody = token(&id(77));
    let other_door = at(&kiosk_at(2, "SZ440303001-02"), minutes(0));
    second_center(&test).await;
    for (n, act, new, expected) in [
        (1, &act, code(1, forged), Outcome::Forged),
        (2, &act, code(2, nobody), Outcome::Unknown),
        (
            3,
            &act,
            code(3, "https://example.com".into()),
            Outcome::Unknown,
        ),
        (4, &act, scanned(4, &waits), Outcome::Waitlisted),
        (5, &other_door, scanned(5, &booking), Outcome::WrongCenter),
        (
            6,
            &at(&act, minutes(121)),
            scanned(6, &booking),
            Outcome::TooLate,
        ),
    ] {
        let answer = admit(&test, act, new).await;
        assert_eq!(answer.verdict.outcome(), expected, "{n}");
        let kept = format!(
            "SELECT COUNT(*) FROM check_in WHERE id = '{}' AND result = '{expected}' AND NOT is_evidence",
            scan_id(n)
        );
        assert_eq!(test.number(&kept).await, 1, "{n}");
    }
    assert_eq!(state(&test, &booking).await, State::Confirmed);
    let with_code = "SELECT COUNT(*) FROM check_in WHERE verdict LIKE '%example%'";
    assert_eq!(test.number(with_code).await, 0);
}

async fn c112_a_short_code_counts_in_its_center_and_guesses_are_limited(test: TestDb) {
    cast(&test, 5).await;
    let view = booked(&test, 1, 1).await;
    let act = now_at(&kiosk(), 0);
    let typed = |n, text: &str| NewCheckIn::now(scan_id(n), Presented::Code(text.to_owned()));
    let spaced = format!(
        " {}-{} ",
        &view.short_code[..4],
        view.short_code[4..].to_lowercase()
    );
    let answer = admit(&test, &act, typed(1, &spaced)).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(answer.method, Method::ShortCode);

    let fill = |n: u8| {
        let random: Vec<u8> = (0..24u8)
            .map(|i| i.wrapping_mul(7).wrapping_add(n))
            .collect();
        ticket::ShortCode::from_random(&random).unwrap().compact()
    };
    for n in 0..10 {
        let miss = admit(&test, &act, typed(100 + u128::from(n), &fill(n))).await;
        assert_eq!(miss.verdict.outcome(), Outcome::Unknown);
    }
    let limited = check_ins::admit(&test.db, &keyring(), &act, typed(200, &fill(50))).await;
    assert!(matches!(
        limited.unwrap_err().refusal(),
        Some(Refusal::RateLimited { .. })
    ));
    // A right one tells nothing either while guesses are limited; tickets go on.
    let right = check_ins::admit(&test.db, &keyring(), &act, typed(201, &view.short_code)).await;
    assert!(right.is_err());
    let ticket = admit(&test, &act, scanned(202, &view.id)).await;
    assert_eq!(ticket.verdict.outcome(), Outcome::Already);
}

async fn c113_out_without_in_twice_in_and_twice_out(test: TestDb) {
    cast(&test, 5).await;
    asks_check_out(&test).await;
    let booking = booked(&test, 1, 1).await.id;
    let out = |n| NewCheckIn {
        direction: Direction::Out,
        ..scanned(n, &booking)
    };
    let exit = admit(&test, &now_at(&kiosk(), 30), out(1)).await;
    assert_eq!(exit.verdict.outcome(), Outcome::Admitted);
    assert_eq!(exit.review, Some(Review::EntryMissing));
    assert_eq!(
        times(&test, &booking).await,
        (Some(minutes(30)), Some(minutes(30)))
    );
    // The kiosk that saw them come in was offline.
    let late = NewCheckIn {
        at: Some(minutes(0)),
        ..scanned(2, &booking)
    };
    admit(&test, &now_at(&kiosk_at(2, CENTER), 40), late).await;
    assert_eq!(
        times(&test, &booking).await,
        (Some(minutes(0)), Some(minutes(30)))
    );
    let twice = admit(&test, &now_at(&kiosk(), 41), out(3)).await;
    assert_eq!(twice.verdict.outcome(), Outcome::Already);
    let back = admit(&test, &now_at(&kiosk(), 50), scanned(4, &booking)).await;
    assert!(matches!(
        back.verdict,
        Verdict::Admitted { again: true, .. }
    ));
    assert_eq!(times(&test, &booking).await, (Some(minutes(0)), None));
    rows_agree_with_the_log(&test).await;
}

async fn c113_a_forgotten_check_out_is_closed_once(test: TestDb) {
    cast(&test, 5).await;
    asks_check_out(&test).await;
    let booking = booked(&test, 1, 1).await.id;
    result_at(&test, 1, &booking, minutes(0)).await;
    let close = |now| {
        let db = test.db.clone();
        async move { check_ins::close_missing(&db, &system(now)).await.unwrap() }
    };
    assert_eq!(close(minutes(119)).await, 0);
    let other = store::Db::open(&test.url, 8).await.unwrap();
    let again = system(minutes(121));
    let (one, two) = tokio::join!(
        close(minutes(121)),
        check_ins::close_missing(&other, &again)
    );
    assert_eq!(one + two.unwrap(), 1);
    assert_eq!(close(minutes(200)).await, 0);
    assert_eq!(
        times(&test, &booking).await,
        (Some(minutes(0)), Some(minutes(120)))
    );
    // Somebody saw them go after all, and it arrives late.
    let late = NewCheckIn {
        at: Some(minutes(100)),
        direction: Direction::Out,
        ..scanned(9, &booking)
    };
    admit(&test, &now_at(&kiosk(), 300), late).await;
    assert_eq!(times(&test, &booking).await.1, Some(minutes(100)));
    rows_agree_with_the_log(&test).await;
}

async fn c114_undo_restores_what_was_and_both_stay_in_the_log(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let act = now_at(&kiosk(), 0);
    let scan = admit(&test, &act, scanned(1, &booking)).await;
    let by_kiosk = check_ins::undo(&test.db, &act, &scan.id).await;
    assert_eq!(by_kiosk.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    let staff = now_at(&social_worker(), 10);
    let undone = check_ins::undo(&test.db, &staff, &scan.id).await.unwrap();
    assert_eq!(undone.state, State::Confirmed);
    assert_eq!(times(&test, &booking).await, (None, None));
    let again = check_ins::undo(&test.db, &staff, &scan.id).await.unwrap();
    assert_eq!(again.id, undone.id, "once");
    assert_eq!(test.number("SELECT COUNT(*) FROM check_in").await, 2);
    // They come after all, and show their ticket once more.
    let came = result_at(&test, 3, &booking, minutes(13)).await;
    assert_eq!(came, Outcome::Admitted);
    let repeated = result_at(&test, 4, &booking, minutes(14)).await;
    assert_eq!(repeated, Outcome::Already);
    let prolonged = check_ins::undo(&test.db, &now_at(&social_worker(), 20), &scan_id(4)).await;
    assert!(matches!(
        prolonged.unwrap_err().refusal(),
        Some(Refusal::Invalid { .. })
    ));
    let late = check_ins::undo(&test.db, &now_at(&social_worker(), 28), &scan_id(3)).await;
    assert_eq!(
        late.unwrap_err().refusal(),
        Some(&Refusal::TooLateToUndo { since: minutes(28) })
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE action = 'check_in.undo'")
            .await,
        1
    );
    rows_agree_with_the_log(&test).await;
}

async fn c129_cancelled_after_the_scan_ends_as_if_in_time_where_there_is_room(test: TestDb) {
    cast(&test, 2).await;
    let one = booked(&test, 1, 1).await.id;
    let two = booked(&test, 2, 1).await.id;
    let staff = now_at(&social_worker(), -10);
    for booking in [&one, &two] {
        bookings::cancel(&test.db, &staff, booking.clone(), String::new())
            .await
            .unwrap();
    }
    // Somebody walked in meanwhile: one place is left for two who were scanned before.
    let answer = admit(
        &test,
        &now_at(&social_worker(), -5),
        NewCheckIn::now(scan_id(1), walk_in(3, 1)),
    )
    .await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    let late = |n, booking| NewCheckIn {
        at: Some(minutes(-20)),
        ..scanned(n, booking)
    };
    let act = now_at(&kiosk(), 20);
    let first = admit(&test, &act, late(2, &one)).await;
    assert_eq!(first.verdict.outcome(), Outcome::Admitted);
    assert_eq!(first.review, None);
    assert_eq!(state(&test, &one).await, State::CheckedIn);
    let second = admit(&test, &act, late(3, &two)).await;
    assert_eq!(
        second.verdict.outcome(),
        Outcome::Admitted,
        "kept as a fact"
    );
    assert_eq!(second.review, Some(Review::NoRoom));
    assert_eq!(state(&test, &two).await, State::Cancelled);
    capacity_holds(&test, 1, 2).await;
    rows_agree_with_the_log(&test).await;
}

async fn c14_a_walk_in_is_taken_in_within_capacity(test: TestDb) {
    cast(&test, 2).await;
    booked(&test, 1, 1).await;
    let staff = now_at(&social_worker(), 10);
    let come = |n: u128| NewCheckIn::now(scan_id(n), walk_in(n, 1));
    let answer = admit(&test, &staff, come(2)).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(answer.method, Method::WalkIn);
    assert_eq!(
        state(&test, answer.subject.unwrap().booking().unwrap()).await,
        State::CheckedIn
    );
    let full = check_ins::admit(&test.db, &keyring(), &staff, come(3)).await;
    assert_eq!(full.unwrap_err().refusal(), Some(&Refusal::Full));
    assert_eq!(
        test.number("SELECT COUNT(*) FROM check_in").await,
        1,
        "nothing is kept of who was not taken in"
    );
    let (ring, soon) = (keyring(), now_at(&social_worker(), -90));
    let early = check_ins::admit(&test.db, &ring, &soon, come(3)).await;
    assert_eq!(
        early.unwrap_err().refusal(),
        Some(&Refusal::DoorNotOpen {
            until: minutes(-60)
        })
    );
    let again = NewCheckIn::now(scan_id(9), walk_in(2, 1));
    assert_eq!(
        admit(&test, &staff, again).await.verdict.outcome(),
        Outcome::Already
    );
    let by_kiosk = check_ins::admit(&test.db, &keyring(), &now_at(&kiosk(), 10), come(4)).await;
    assert_eq!(by_kiosk.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    rows_agree_with_the_log(&test).await;
}

async fn c132_by_name_is_for_staff_only(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    let named = |n| {
        NewCheckIn::now(
            scan_id(n),
            Presented::Roster(Subject::Booking(booking.clone())),
        )
    };
    let by_kiosk = check_ins::admit(&test.db, &keyring(), &now_at(&kiosk(), 0), named(1)).await;
    assert_eq!(by_kiosk.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    let staff = now_at(&social_worker(), 0);
    let found = check_ins::expected(&test.db, &staff, &CENTER.parse().unwrap(), "居民 1")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let answer = admit(&test, &staff, named(2)).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(answer.person_name.as_deref(), Some("居民1"));
    assert_eq!(
        test.number(
            "SELECT COUNT(*) FROM audit WHERE action IN ('check_in.admit', 'booking.search_day')"
        )
        .await,
        2
    );
    let by_kiosk = check_ins::expected(&test.db, &kiosk(), &CENTER.parse().unwrap(), "居民").await;
    assert_eq!(by_kiosk.unwrap_err().refusal(), Some(&Refusal::Forbidden));
}

async fn c132_the_end_of_a_telephone_number_finds_its_people_and_no_other(test: TestDb) {
    cast(&test, 5).await;
    let (one, _) = (booked(&test, 1, 1).await, booked(&test, 2, 1).await);
    let center = CENTER.parse().unwrap();
    let staff = now_at(&social_worker(), 0);
    let find = async |by: &str| {
        check_ins::expected(&test.db, &staff, &center, by)
            .await
            .unwrap()
    };
    for by in ["0001", " ０００１ "] {
        let found = find(by).await;
        assert_eq!(found.len(), 1, "{by}");
        assert_eq!(found[0].booking_id, one.id);
        assert_eq!(found[0].phone.as_ref().unwrap().masked(), "138****0001");
    }
    // Neither a part of an end, nor the middle of a number, nor a number as a name.
    for by in ["001", "0000", "00001", "13800000001"] {
        assert!(find(by).await.is_empty(), "{by}");
    }
    let by = "SELECT COUNT(*) FROM audit WHERE action = 'booking.search_day'
        AND detail LIKE '%phone_tail%' AND detail NOT LIKE '%0001%'";
    assert_eq!(test.number(by).await, 2, "one found, and nobody found");
    let by_kiosk = check_ins::expected(&test.db, &kiosk(), &center, "0001").await;
    assert_eq!(by_kiosk.unwrap_err().refusal(), Some(&Refusal::Forbidden));
}

async fn c115_several_by_the_same_rules_and_each_by_itself(test: TestDb) {
    cast(&test, 2).await;
    let one = booked(&test, 1, 1).await.id;
    let two = booked(&test, 2, 1).await.id;
    let waits = booked(&test, 3, 1).await.id;
    let sheet = |n, booking: &domain::id::BookingId| {
        NewCheckIn::now(
            scan_id(n),
            Presented::Sheet(Subject::Booking(booking.clone())),
        )
    };
    let staff = now_at(&social_worker(), 30);
    let rows = vec![
        sheet(1, &one),
        sheet(2, &waits),
        sheet(3, &id(4711)),
        sheet(4, &two),
    ];
    for _ in 0..2 {
        let answers = check_ins::admit_all(&test.db, &keyring(), &staff, rows.clone()).await;
        let results: Vec<_> = answers
            .iter()
            .map(|a| match a {
                Ok(answer) => answer.verdict.outcome().as_str(),
                Err(error) => error.refusal().unwrap().code(),
            })
            .collect();
        assert_eq!(results, ["admitted", "waitlisted", "not_found", "admitted"]);
    }
    assert_eq!(
        test.number("SELECT COUNT(*) FROM check_in").await,
        3,
        "twice changes nothing"
    );
    rows_agree_with_the_log(&test).await;
}

async fn c42_no_shows_wait_for_late_scans_and_are_withdrawn(test: TestDb) {
    cast(&test, 5).await;
    let came = booked(&test, 1, 1).await.id;
    let late = booked(&test, 2, 1).await.id;
    let missed = booked(&test, 3, 1).await.id;
    let over = minutes(120 + 30).plus(SYNC_HORIZON);
    assert_eq!(
        check_ins::mark_no_shows(&test.db, &system(over))
            .await
            .unwrap(),
        0,
        "nobody kept the door"
    );
    result_at(&test, 1, &came, minutes(0)).await;
    let mark = |now| {
        let db = test.db.clone();
        async move { check_ins::mark_no_shows(&db, &system(now)).await.unwrap() }
    };
    assert_eq!(mark(over.plus(-1)).await, 0);
    assert_eq!(mark(over).await, 2);
    assert_eq!(mark(over).await, 0);
    assert_eq!(state(&test, &missed).await, State::NoShow);
    let scan = NewCheckIn {
        at: Some(minutes(5)),
        ..scanned(2, &late)
    };
    let answer = admit(&test, &at(&kiosk(), over.plus(DAY)), scan).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(state(&test, &late).await, State::CheckedIn);
    assert_eq!(mark(over.plus(DAY)).await, 0);
    rows_agree_with_the_log(&test).await;
}

async fn c118_c119_clocks_are_corrected_and_flagged(test: TestDb) {
    cast(&test, 5).await;
    let booking = booked(&test, 1, 1).await.id;
    // A clock that is an hour slow says so when it sends.
    let slow = NewCheckIn {
        at: Some(minutes(-70)),
        sent_at: Some(minutes(-60)),
        ..scanned(1, &booking)
    };
    let answer = admit(&test, &now_at(&kiosk(), 0), slow).await;
    assert_eq!(
        (answer.at, answer.review),
        (minutes(-10), Some(Review::Clock))
    );
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    let both = format!(
        "SELECT COUNT(*) FROM check_in WHERE at = {} AND device_at = {} AND received_at = {}",
        minutes(-10).0,
        minutes(-70).0,
        minutes(0).0
    );
    assert_eq!(test.number(&both).await, 1);
    let other = booked(&test, 2, 1).await.id;
    let impossible = NewCheckIn {
        at: Some(NOW.plus(-DAY)),
        ..scanned(2, &other)
    };
    let answer = admit(&test, &now_at(&kiosk(), 0), impossible).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(answer.review, Some(Review::BeforeBooking));
    assert_eq!(times(&test, &other).await.0, Some(minutes(0)));
}

async fn a_card_finds_what_its_person_has_booked(test: TestDb) {
    let noon = Sitting {
        in_hours: 242,
        ..Sitting::new(2, 5, 5)
    };
    center(&test, &[Sitting::new(1, 5, 5), noon], "single").await;
    accounts(&test, 1, 4).await;
    let here = CENTER.parse().unwrap();
    let staff = now_at(&social_worker(), -60);
    let card = cards::issue(&test.db, &staff, &here, &person(1))
        .await
        .unwrap();
    let digits = ticket::issue(&signer(), Kind::Card, card.id.uuid()).into_string();
    let shown = |n| NewCheckIn::now(scan_id(n), Presented::Code(digits.clone()));
    let nothing = admit(&test, &now_at(&kiosk(), 0), shown(1)).await;
    assert_eq!(
        nothing.verdict,
        Verdict::Unknown {
            reason: UnknownReason::NoBooking
        }
    );
    let morning = booked(&test, 1, 1).await.id;
    let answer = admit(&test, &now_at(&kiosk(), 0), shown(2)).await;
    assert_eq!(answer.subject, Some(Subject::Booking(morning.clone())));
    assert_eq!(answer.method, Method::Card);

    // C-103: from eleven to one both doors are open.
    let noon = booked(&test, 1, 2).await;
    let asked = admit(&test, &now_at(&kiosk(), 70), shown(3)).await;
    let Verdict::Choose { candidates } = &asked.verdict else {
        panic!("{asked:?}")
    };
    assert_eq!(candidates.len(), 2);
    assert_eq!(state(&test, &noon.id).await, State::Confirmed);
    let picked = NewCheckIn {
        event: Some(Event::Occurrence(occurrence(2))),
        ..shown(4)
    };
    let answer = admit(&test, &now_at(&kiosk(), 71), picked).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    assert_eq!(state(&test, &noon.id).await, State::CheckedIn);

    // By its short code, and no more once it is revoked.
    let typed = NewCheckIn {
        event: Some(Event::Occurrence(occurrence(1))),
        ..NewCheckIn::now(scan_id(5), Presented::Code(card.short_code.clone()))
    };
    let answer = admit(&test, &now_at(&kiosk(), 72), typed).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Already);
    let newer = cards::issue(&test.db, &staff, &here, &person(1))
        .await
        .unwrap();
    assert_ne!(newer.id, card.id);
    let lost = admit(&test, &now_at(&kiosk(), 73), shown(6)).await;
    assert_eq!(
        lost.verdict,
        Verdict::Forged {
            reason: ForgedReason::RevokedCard
        }
    );
    let revoked = cards::revoke(&test.db, &staff, &newer.id).await.unwrap();
    assert!(revoked.revoked_at.is_some());
    let elsewhere = at(&kiosk_at(5, CENTER), minutes(0));
    assert!(cards::find(&test.db, &elsewhere, &newer.id).await.is_err());
}

async fn the_ticket_of_a_series_is_good_for_each_of_its_dates(test: TestDb) {
    let next_day = Sitting {
        activity: 1,
        in_hours: 264,
        ..Sitting::new(2, 5, 0)
    };
    center(&test, &[Sitting::new(1, 5, 0), next_day], "series").await;
    accounts(&test, 1, 2).await;
    let ticket = booked(&test, 1, 1).await;
    for (n, of, start) in [(1, 1, minutes(0)), (2, 2, minutes(24 * 60))] {
        let answer = admit(&test, &at(&kiosk(), start), scanned(n, &ticket.id)).await;
        assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
        assert_eq!(answer.event, Some(Event::Occurrence(occurrence(of))));
    }
    let between = admit(
        &test,
        &at(&kiosk(), minutes(12 * 60)),
        scanned(3, &ticket.id),
    )
    .await;
    assert!(matches!(
        between.verdict.outcome(),
        Outcome::TooEarly | Outcome::Already
    ));
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE state = 'checked_in'")
            .await,
        2
    );
    rows_agree_with_the_log(&test).await;
}

async fn a_page_that_stays_open_is_one_look_a_quarter_of_an_hour(test: TestDb) {
    cast(&test, 5).await;
    booked(&test, 1, 1).await;
    let here = CENTER.parse().unwrap();
    let looks = async |action: &str| {
        test.number(&format!(
            "SELECT COUNT(*) FROM audit WHERE action = '{action}'"
        ))
        .await
    };
    let look = async |act: &Act| {
        check_ins::recent(&test.db, act, &here, Limit::of(20))
            .await
            .unwrap();
        occurrences::roster(&test.db, act, &occurrence(1))
            .await
            .unwrap();
    };
    let staff = social_worker();
    for minute in [0, 1, 14] {
        look(&now_at(&staff, minute)).await;
    }
    let actions = ["check_in.view", "booking.view_roster"];
    for action in actions {
        assert_eq!(looks(action).await, 1, "{action}");
    }
    // Somebody else, the next quarter, and two servers at once.
    let mut other = now_at(&staff, 14);
    other.caller.identity = domain::access::Identity::Staff(id(2));
    look(&other).await;
    let next = now_at(&staff, 15);
    let second = store::Db::open(&test.url, 4).await.unwrap();
    let of = occurrence(1);
    let (left, right) = tokio::join!(
        occurrences::roster(&test.db, &next, &of),
        check_ins::recent(&second, &next, &here, Limit::of(20))
    );
    assert_eq!((left.unwrap().bookings.len(), right.unwrap().len()), (1, 0));
    look(&next).await;
    for action in actions {
        assert_eq!(looks(action).await, 3, "{action}");
    }
    // Yesterday's log is another page; a search that finds somebody else is another look.
    let day = (minutes(-36 * 60), minutes(-12 * 60));
    check_ins::between(&test.db, &next, &here, day, Part::default())
        .await
        .unwrap();
    assert_eq!(looks("check_in.view").await, 4);
    booked(&test, 2, 1).await;
    for name in ["居民1", "居民 1", "居民2"] {
        let found = check_ins::expected(&test.db, &next, &here, name).await;
        assert_eq!(found.unwrap().len(), 1);
    }
    assert_eq!(looks("booking.search_day").await, 2);
}

async fn check_ins_race_with_cancelling_and_moving_up(test: TestDb) {
    const PLACES: i64 = 4;
    center(&test, &[Sitting::new(1, PLACES, 20)], "single").await;
    accounts(&test, 1, 17).await;
    let mut all = Vec::new();
    for n in 1..=16 {
        all.push((n, booked(&test, n, 1).await.id));
    }
    let other = store::Db::open(&test.url, 8).await.unwrap();
    // The window of booking reaches into that of the door.
    let mut tasks = tokio::task::JoinSet::new();
    for (n, booking) in all {
        let (db, theirs) = if n % 2 == 0 {
            (test.db.clone(), other.clone())
        } else {
            (other.clone(), test.db.clone())
        };
        let shown = scanned(n, &booking);
        tasks.spawn(async move {
            let act = now_at(&kiosk(), -30);
            check_ins::admit(&db, &keyring(), &act, shown)
                .await
                .unwrap();
        });
        if n <= 4 || n % 3 == 0 {
            tasks.spawn(async move {
                let staff = now_at(&social_worker(), -30);
                // Somebody who was let in before can no longer be cancelled.
                let _ = decided(bookings::cancel(&theirs, &staff, booking, String::new()).await);
            });
        }
    }
    tasks.join_all().await;
    capacity_holds(&test, 1, PLACES).await;
    assert!(
        confirmed(&test, 1).await == PLACES || waitlisted(&test, 1).await == 0,
        "a freed place went to who waits"
    );
    rows_agree_with_the_log(&test).await;
}

store::on_both_databases! {
    a_ticket_checks_in_once => super::a_ticket_checks_in_once,
    c31_the_same_id_again_is_the_first_answer => super::c31_the_same_id_again_is_the_first_answer,
    c31_the_same_id_from_two_tasks_is_one_scan => super::c31_the_same_id_from_two_tasks_is_one_scan,
    c101_two_doors_at_the_same_moment => super::c101_two_doors_at_the_same_moment,
    c109_too_early_does_not_spoil_a_later_scan => super::c109_too_early_does_not_spoil_a_later_scan,
    c100_a_cancelled_booking_that_was_scanned_says_cancelled => super::c100_a_cancelled_booking_that_was_scanned_says_cancelled,
    refused_scans_are_kept_too_and_nothing_of_the_code => super::refused_scans_are_kept_too_and_nothing_of_the_code,
    c112_a_short_code_counts_in_its_center_and_guesses_are_limited => super::c112_a_short_code_counts_in_its_center_and_guesses_are_limited,
    c113_out_without_in_twice_in_and_twice_out => super::c113_out_without_in_twice_in_and_twice_out,
    c113_a_forgotten_check_out_is_closed_once => super::c113_a_forgotten_check_out_is_closed_once,
    c114_undo_restores_what_was_and_both_stay_in_the_log => super::c114_undo_restores_what_was_and_both_stay_in_the_log,
    c129_cancelled_after_the_scan_ends_as_if_in_time_where_there_is_room => super::c129_cancelled_after_the_scan_ends_as_if_in_time_where_there_is_room,
    c14_a_walk_in_is_taken_in_within_capacity => super::c14_a_walk_in_is_taken_in_within_capacity,
    c132_by_name_is_for_staff_only => super::c132_by_name_is_for_staff_only,
    c132_the_end_of_a_telephone_number_finds_its_people_and_no_other => super::c132_the_end_of_a_telephone_number_finds_its_people_and_no_other,
    c115_several_by_the_same_rules_and_each_by_itself => super::c115_several_by_the_same_rules_and_each_by_itself,
    c42_no_shows_wait_for_late_scans_and_are_withdrawn => super::c42_no_shows_wait_for_late_scans_and_are_withdrawn,
    c118_c119_clocks_are_corrected_and_flagged => super::c118_c119_clocks_are_corrected_and_flagged,
    a_card_finds_what_its_person_has_booked => super::a_card_finds_what_its_person_has_booked,
    the_ticket_of_a_series_is_good_for_each_of_its_dates => super::the_ticket_of_a_series_is_good_for_each_of_its_dates,
    a_page_that_stays_open_is_one_look_a_quarter_of_an_hour => super::a_page_that_stays_open_is_one_look_a_quarter_of_an_hour,
    check_ins_race_with_cancelling_and_moving_up => super::check_ins_race_with_cancelling_and_moving_up,
}
