//! Missing one date of a series, and leaving it (C-195), on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::booking::State;
use store::{
    bookings::{self, BookingView},
    page::{Limit, Part},
    testing::TestDb,
};

/// A series of three dates with two places each, and a line.
async fn series(test: &TestDb) {
    let dates: Vec<Sitting> = [(1, 24), (2, 48), (3, 72)]
        .into_iter()
        .map(|(n, in_hours)| Sitting {
            activity: 1,
            in_hours,
            ..Sitting::new(n, 2, 5)
        })
        .collect();
    center(test, &dates, "series").await;
    accounts(test, 1, 5).await;
}

/// The states of an account's bookings by date.
async fn states(test: &TestDb, n: u128) -> Vec<State> {
    let all = bookings::of_account(&test.db, &account(n), &Part::first(Limit::MOST)).await;
    let mut all: Vec<BookingView> = all.unwrap().items;
    all.sort_by_key(|booking| booking.starts_at);
    all.iter().map(|booking| booking.state).collect()
}

async fn enrol(test: &TestDb, n: u128) -> Vec<BookingView> {
    let booked = bookings::book(&test.db, &resident(n), request(n, 1))
        .await
        .unwrap();
    let first = booked.bookings().next().unwrap().clone();
    let all = bookings::of_account(&test.db, &account(n), &Part::first(Limit::MOST)).await;
    let mut all: Vec<BookingView> = all.unwrap().items;
    all.retain(|booking| booking.enrolment_id == first.enrolment_id);
    all.sort_by_key(|booking| booking.starts_at);
    all
}

use State::{Cancelled, Confirmed, Waitlisted};

async fn c195_missing_a_date_keeps_the_others(test: TestDb) {
    series(&test).await;
    let dates = enrol(&test, 1).await;
    assert_eq!(dates.len(), 3);
    let missed = bookings::miss(&test.db, &resident(1), dates[1].id.clone(), String::new()).await;
    assert_eq!(missed.unwrap().state, Cancelled);
    assert_eq!(states(&test, 1).await, [Confirmed, Cancelled, Confirmed]);
    assert_eq!(confirmed(&test, 2).await, 0);
    // Leaving afterwards takes the rest.
    bookings::cancel(&test.db, &resident(1), dates[2].id.clone(), String::new())
        .await
        .unwrap();
    assert_eq!(states(&test, 1).await, [Cancelled; 3]);
}

async fn c195_a_place_of_one_date_goes_to_nobody_who_wants_the_whole(test: TestDb) {
    series(&test).await;
    let dates = enrol(&test, 1).await;
    enrol(&test, 2).await;
    enrol(&test, 3).await;
    assert_eq!(states(&test, 3).await, [Waitlisted; 3]);
    bookings::miss(&test.db, &resident(1), dates[0].id.clone(), String::new())
        .await
        .unwrap();
    assert_eq!(states(&test, 3).await, [Waitlisted; 3]);
    assert_eq!(states(&test, 2).await, [Confirmed; 3]);
    // Who leaves as a whole lets the next one in.
    bookings::cancel(&test.db, &resident(1), dates[1].id.clone(), String::new())
        .await
        .unwrap();
    assert_eq!(states(&test, 3).await, [Confirmed; 3]);
}

async fn c195_in_line_there_is_only_the_whole(test: TestDb) {
    series(&test).await;
    enrol(&test, 1).await;
    enrol(&test, 2).await;
    let waiting = enrol(&test, 3).await;
    bookings::miss(&test.db, &resident(3), waiting[1].id.clone(), String::new())
        .await
        .unwrap();
    assert_eq!(states(&test, 3).await, [Cancelled; 3]);
}

store::on_both_databases! {
    c195_missing_a_date_keeps_the_others => super::c195_missing_a_date_keeps_the_others,
    c195_a_place_of_one_date_goes_to_nobody_who_wants_the_whole => super::c195_a_place_of_one_date_goes_to_nobody_who_wants_the_whole,
    c195_in_line_there_is_only_the_whole => super::c195_in_line_there_is_only_the_whole,
}
