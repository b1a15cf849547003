//! Telling again of what is missing before a shift begins, on both databases (C-82).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    access::Caller,
    id::{CenterId, ShiftId},
    shift::{Half, Loss},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act,
    assignments::{assign_lead, withdraw},
    shifts::{self, Alert, remind},
    testing::TestDb,
};

/// When the shift of these tests begins.
const START: Timestamp = NOW.plus(3 * DAY);

fn system(before: i64) -> Act {
    Act::new(Caller::system(), START.plus(-before), ids())
}

/// How many reminders a run tells so long before the beginning.
async fn told(test: &TestDb, before: i64) -> u32 {
    remind(&test.db, &system(before)).await.unwrap()
}

async fn alerts(test: &TestDb) -> Vec<Alert> {
    let center: CenterId = CENTER.parse().unwrap();
    shifts::alerts(&test.db, &social_worker().caller, &center, NOW)
        .await
        .unwrap()
}

async fn raised(test: &TestDb) -> i64 {
    test.number("SELECT COUNT(*) FROM shift_alert").await
}

/// A shift that needs a lead and one of at most two volunteers, and two who could come.
async fn stage(test: &TestDb) -> ShiftId {
    center(test, &[], "single").await;
    accounts(test, 1, 3).await;
    formal(test, 1, 3).await;
    shift(test, new_shift(3, 2, 0)).await
}

async fn c82_what_never_stood_is_one_alert_a_day_before(test: TestDb) {
    let shift = stage(&test).await;
    let before = told(&test, DAY + MINUTE).await;
    assert_eq!((before, raised(&test).await), (0, 0), "two days are left");
    assert_eq!(told(&test, DAY).await, 2);
    for before in [DAY, DAY - MINUTE, 3 * HOUR] {
        assert_eq!(told(&test, before).await, 0, "{before}");
    }
    let found = alerts(&test).await;
    let mut kinds: Vec<_> = found.iter().map(|of| (of.half, of.loss)).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            (Half::Lead, Loss::Planned),
            (Half::Volunteers, Loss::Planned)
        ]
    );
    let at = Some(START.plus(-DAY));
    assert!(found.iter().all(|of| of.reminded_at == at));
    // The volunteer is found, the lead is not.
    signed_up(&test, 1, &shift).await;
    assert_eq!(alerts(&test).await.len(), 1);
    assert_eq!(told(&test, 2 * HOUR).await, 1);
    assert_eq!(told(&test, HOUR).await, 0);
    let left = alerts(&test).await;
    assert_eq!(left[0].reminded_at, Some(START.plus(-2 * HOUR)));
    assert_eq!(raised(&test).await, 2);
    let leading = lead(&test, 1).await;
    let by = at_time(&social_worker(), HOUR);
    assign_lead(&test.db, &by, shift, leading)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(alerts(&test).await, []);
    assert_eq!(told(&test, MINUTE).await, 0);
}

fn at_time(act: &Act, before: i64) -> Act {
    later(act, START.plus(-before))
}

async fn c82_a_loss_that_stands_is_told_again_and_stays_one_alert(test: TestDb) {
    let shift = stage(&test).await;
    let leading = lead(&test, 1).await;
    let led = assign_lead(&test.db, &social_worker(), shift.clone(), leading).await;
    led.unwrap().unwrap();
    let place = signed_up(&test, 1, &shift).await;
    withdraw(&test.db, &volunteer(1), place, "").await.unwrap();
    assert_eq!(alerts(&test).await[0].reminded_at, None);
    for (before, times) in [
        (2 * DAY, 0),
        (DAY - HOUR, 1),
        (DAY - 2 * HOUR, 0),
        (HOUR, 1),
        (MINUTE, 0),
        (-MINUTE, 0),
    ] {
        assert_eq!(told(&test, before).await, times, "{before}");
    }
    assert_eq!(raised(&test).await, 1);
    // What is lost within the last two hours is new, and needs no reminder.
    let other = common::volunteers::shift(&test, new_shift(3, 2, 0)).await;
    let (desk, leading) = (social_worker(), lead(&test, 2).await);
    let second = assign_lead(&test.db, &desk, other.clone(), leading).await;
    second.unwrap().unwrap();
    let place = signed_up(&test, 2, &other).await;
    let by = at_time(&volunteer(2), HOUR);
    withdraw(&test.db, &by, place, "").await.unwrap();
    assert_eq!(told(&test, HOUR - MINUTE).await, 0);
    assert_eq!(raised(&test).await, 2);
}

async fn c82_drafts_and_what_is_cancelled_alarm_nobody(test: TestDb) {
    let shift = stage(&test).await;
    for status in ["draft", "cancelled"] {
        test.arrange(vec![format!(
            "UPDATE shift SET status = '{status}' WHERE id = '{shift}'"
        )])
        .await;
        assert_eq!(told(&test, HOUR).await, 0, "{status}");
    }
}

async fn c82_two_servers_tell_it_once(test: TestDb) {
    stage(&test).await;
    let (one, other) = (system(HOUR), system(HOUR));
    let (one, other) = tokio::join!(remind(&test.db, &one), remind(&test.db, &other));
    assert_eq!(one.unwrap() + other.unwrap(), 2);
    assert_eq!(raised(&test).await, 2);
}

store::on_both_databases! {
    c82_what_never_stood_is_one_alert_a_day_before => super::c82_what_never_stood_is_one_alert_a_day_before,
    c82_a_loss_that_stands_is_told_again_and_stays_one_alert => super::c82_a_loss_that_stands_is_told_again_and_stays_one_alert,
    c82_drafts_and_what_is_cancelled_alarm_nobody => super::c82_drafts_and_what_is_cancelled_alarm_nobody,
    c82_two_servers_tell_it_once => super::c82_two_servers_tell_it_once,
}
