//! Many at once in shifts, on both databases, from two processes: no place twice, nobody in two
//! places, nobody passed over.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    activity::Channel,
    id::ShiftId,
    shift::{AssignmentState, Joining},
    time::HOUR,
};
use store::{
    Db,
    assignments::{Answer, Placing, answer, assign_lead, place, withdraw},
    bookings,
    shifts::NewShift,
    testing::TestDb,
};
use tokio::task::JoinSet;

async fn stage(test: &TestDb, volunteers: u128) -> Db {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
    Db::open(&test.url, 4).await.unwrap()
}

/// C-80: 60 people want 7 places and 5 in line, by themselves and by the desk, while some give theirs
/// back at once.
async fn c80_parallel_sign_ups_never_exceed_the_maximum(test: TestDb) {
    let other = stage(&test, 60).await;
    let shift = shift(&test, new_shift(5, 7, 5)).await;
    let mut tasks = JoinSet::new();
    for n in 1..=60 {
        let db = if n % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        let mut placing = placing(n, &shift);
        let act = match n % 3 {
            0 => {
                placing.channel = Channel::Desk;
                social_worker()
            }
            _ => volunteer(n),
        };
        tasks.spawn(async move {
            let placed = place(&db, &act, placing).await.unwrap();
            if let (Ok(view), 0) = (&placed, n % 5) {
                withdraw(&db, &volunteer(n), view.id.clone(), "")
                    .await
                    .unwrap();
            }
            placed.map(|view| view.state)
        });
    }
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().any(Result::is_err), "more came than could");
    let (rows, kept) = held(&test, &shift).await;
    assert_eq!((rows, kept), (7, 7));
    let waiting = format!("SELECT waiting FROM shift WHERE id = '{shift}'");
    let waiting = test.number(&waiting).await;
    let line = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND state = 'waitlisted'"
    );
    assert_eq!(test.number(&line).await, waiting);
    assert!(waiting <= 5);
    let places = format!(
        "SELECT COUNT(DISTINCT queue_no) - COUNT(queue_no) FROM assignment WHERE shift_id = '{shift}'"
    );
    assert_eq!(test.number(&places).await, 0, "no place in line twice");
}

/// C-79: one person asks at once for four overlapping shifts and two dates at the same time.
async fn c79_one_person_is_in_one_place(test: TestDb) {
    let other = stage(&test, 4).await;
    let dates = [1, 2].map(|n| Sitting {
        in_hours: 120 + 1,
        ..Sitting::new(n, 9, 0)
    });
    sittings(&test, &dates, "single").await;
    let mut shifts: Vec<ShiftId> = Vec::new();
    for n in 0..4 {
        let mut new = new_shift(5, 9, 0);
        new.starts_at = new.starts_at.plus(n * HOUR / 2);
        new.ends_at = new.ends_at.plus(n * HOUR / 2);
        shifts.push(shift(&test, new).await);
    }
    for n in 1..=4 {
        let mut tasks: JoinSet<bool> = JoinSet::new();
        for shift in &shifts {
            let (db, placing) = (test.db.clone(), placing(n, shift));
            tasks.spawn(async move { place(&db, &volunteer(n), placing).await.unwrap().is_ok() });
        }
        for of in [1, 2] {
            let db = other.clone();
            tasks.spawn(async move {
                bookings::book(&db, &resident(n), request(n, of))
                    .await
                    .is_ok()
            });
        }
        let won = tasks
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(won, 1);
    }
}

/// C-78 with the same person twice in one shift, by two ways at once; accepted requests too.
async fn c78_requests_are_accepted_once_and_within_the_maximum(test: TestDb) {
    let other = stage(&test, 20).await;
    let shift = shift(
        &test,
        NewShift {
            joining: Joining::Ask,
            ..new_shift(5, 6, 20)
        },
    )
    .await;
    let mut asked = Vec::new();
    for n in 1..=20 {
        asked.push(signed_up(&test, n, &shift).await);
    }
    let mut tasks = JoinSet::new();
    for id in asked.iter().chain(&asked) {
        let (db, id) = (other.clone(), id.clone());
        let yes = Answer::Accept {
            override_reason: None,
        };
        tasks.spawn(async move {
            answer(&db, &social_worker(), id, yes)
                .await
                .unwrap()
                .is_ok()
        });
    }
    for n in 1..=20 {
        let (db, twice) = (
            test.db.clone(),
            Placing {
                channel: Channel::Desk,
                ..placing(n, &shift)
            },
        );
        tasks.spawn(async move { place(&db, &social_worker(), twice).await.unwrap().is_err() });
    }
    assert!(tasks.join_all().await.into_iter().all(|fine| fine));
    assert_eq!(held(&test, &shift).await, (6, 6));
    let line = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND state = 'waitlisted'"
    );
    assert_eq!(test.number(&line).await, 14);
}

/// Everybody gives back while everybody else wants the place: in the end as many hold one as can, and
/// nobody waits before a free place.
async fn c18_a_freed_place_goes_to_the_line(test: TestDb) {
    let other = stage(&test, 30).await;
    let shift = shift(&test, new_shift(5, 4, 30)).await;
    let mut first = Vec::new();
    for n in 1..=15 {
        first.push((n, signed_up(&test, n, &shift).await));
    }
    let mut tasks = JoinSet::new();
    for (n, id) in first.iter().take(10).cloned() {
        let db = other.clone();
        tasks.spawn(async move { withdraw(&db, &volunteer(n), id, "").await.is_ok() });
    }
    for n in 16..=30 {
        let (db, placing) = (test.db.clone(), placing(n, &shift));
        tasks.spawn(async move { place(&db, &volunteer(n), placing).await.unwrap().is_ok() });
    }
    assert!(tasks.join_all().await.into_iter().all(|fine| fine));
    assert_eq!(held(&test, &shift).await, (4, 4));
    // Those five who asked first and stayed come before everybody who asked later: four of them
    // have the places.
    for (_, id) in first.iter().skip(10).take(4) {
        let query = format!(
            "SELECT COUNT(*) FROM assignment WHERE id = '{id}' AND state = '{}'",
            AssignmentState::Confirmed
        );
        assert_eq!(test.number(&query).await, 1);
    }
}

/// Rule 2 for leads: one lead, many overlapping shifts at once.
async fn a_lead_is_in_one_place(test: TestDb) {
    let other = stage(&test, 1).await;
    let staff = lead(&test, 1).await;
    let mut tasks = JoinSet::new();
    for n in 0..6 {
        let shift = shift(&test, new_shift(5, 1, 0)).await;
        let db = if n % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        let staff = staff.clone();
        tasks.spawn(async move {
            assign_lead(&db, &social_worker(), shift, staff)
                .await
                .unwrap()
                .is_ok()
        });
    }
    assert_eq!(
        tasks
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count(),
        1
    );
}

store::on_both_databases! {
    c80_parallel_sign_ups_never_exceed_the_maximum => super::c80_parallel_sign_ups_never_exceed_the_maximum,
    c79_one_person_is_in_one_place => super::c79_one_person_is_in_one_place,
    c78_requests_are_accepted_once_and_within_the_maximum => super::c78_requests_are_accepted_once_and_within_the_maximum,
    c18_a_freed_place_goes_to_the_line => super::c18_a_freed_place_goes_to_the_line,
    a_lead_is_in_one_place => super::a_lead_is_in_one_place,
}
