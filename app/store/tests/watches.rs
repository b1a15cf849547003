//! Watching shifts: told once a change, by day, and what that brought; on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::refused, volunteers::*, *};
use domain::{
    Refusal,
    access::Caller,
    id::{AssignmentId, ShiftId},
    notice::Notice,
    shift::{Duty, Footing, ShiftKind},
    time::{DAY, HOUR, MINUTE},
};
use store::{
    Act,
    assignments::{place, withdraw},
    cover, messages, outbox,
    shifts::NewShift,
    testing::TestDb,
    watches::{self, What},
};

/// Five volunteers and a center. It is eight in the morning.
async fn stage(test: &TestDb) {
    center(test, &[], "single").await;
    accounts(test, 1, 6).await;
    formal(test, 1, 6).await;
}

/// A shift at the door in two days for one to three volunteers.
async fn at_door(test: &TestDb) -> ShiftId {
    let mut new = NewShift {
        duty: Some(Duty::Door),
        ..new_shift(2, 3, 0)
    };
    new.needs.volunteers_min = 1;
    shift(test, new).await
}

async fn watch(test: &TestDb, n: u128, what: What) {
    watches::watch(&test.db, &volunteer(n), what).await.unwrap();
}

fn kind(kind: Option<ShiftKind>) -> What {
    What::Kind(CENTER.parse().unwrap(), kind)
}

/// So many minutes from now the holder of account `n` signs up.
async fn joins(test: &TestDb, n: u128, shift: &ShiftId, minutes: i64) -> AssignmentId {
    let act = later(&volunteer(n), NOW.plus(minutes * MINUTE));
    let placed = place(&test.db, &act, placing(n, shift)).await;
    placed.unwrap().unwrap().id
}

async fn leaves(test: &TestDb, n: u128, place: AssignmentId, minutes: i64) {
    let act = later(&volunteer(n), NOW.plus(minutes * MINUTE));
    withdraw(&test.db, &act, place, "").await.unwrap();
}

/// What account `n` was told, in order.
async fn told(test: &TestDb, n: u128) -> Vec<Footing> {
    let mut all = messages::list(&test.db, &account(n), 50).await.unwrap();
    all.reverse();
    let stands = all.into_iter().filter_map(|of| match of.notice {
        Notice::ShiftStands { is, .. } => Some(is),
        _ => None,
    });
    stands.collect()
}

/// Messages and places of each of account `n`'s watches.
async fn counts(test: &TestDb, n: u128) -> Vec<(u32, u32)> {
    let all = watches::of_account(&test.db, &account(n), NOW)
        .await
        .unwrap();
    all.iter().map(|of| (of.told, of.came)).collect()
}

async fn a_change_is_told_once_to_who_watches(test: TestDb) {
    stage(&test).await;
    let shift = at_door(&test).await;
    watch(&test, 1, What::Shift(shift.clone())).await;
    watch(&test, 1, kind(None)).await;
    watch(&test, 1, kind(None)).await;
    watch(&test, 2, kind(Some(ShiftKind::Door))).await;
    watch(&test, 3, kind(Some(ShiftKind::Visit))).await;
    let first = joins(&test, 4, &shift, 1).await;
    let second = joins(&test, 5, &shift, 2).await;
    for n in [1, 2] {
        assert_eq!(
            told(&test, n).await,
            [Footing::Safe, Footing::NearlyFull],
            "{n}"
        );
    }
    assert_eq!(told(&test, 3).await, [], "another kind");
    assert_eq!(told(&test, 4).await, [], "nobody watches");
    leaves(&test, 4, first, 3).await;
    leaves(&test, 5, second, 4).await;
    assert_eq!(told(&test, 2).await[2..], [Footing::Safe, Footing::Short]);
    let all = watches::of_account(&test.db, &account(1), NOW)
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    for watch in all {
        let expected = if watch.what == What::Shift(shift.clone()) {
            4
        } else {
            0
        };
        assert_eq!(watch.told, expected, "each change once");
    }
    assert_eq!(counts(&test, 2).await, [(4, 0)]);
}

async fn what_is_made_good_in_the_same_breath_is_no_change(test: TestDb) {
    stage(&test).await;
    let mut new = new_shift(2, 1, 3);
    new.needs.volunteers_min = 1;
    let shift = shift(&test, new).await;
    watch(&test, 1, What::Shift(shift.clone())).await;
    let place = joins(&test, 2, &shift, 1).await;
    joins(&test, 3, &shift, 2).await;
    // The first in line moves up: it was full and is full.
    leaves(&test, 2, place, 3).await;
    assert_eq!(told(&test, 1).await, []);
    assert_eq!(counts(&test, 1).await, [(0, 0)]);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM outbox WHERE kind = 'shift_stands'")
            .await,
        0
    );
}

async fn c94_who_is_in_it_or_said_no_is_not_told(test: TestDb) {
    stage(&test).await;
    test.arrange(vec![format!("UPDATE volunteer SET center_id = '{CENTER}'")])
        .await;
    let shift = at_door(&test).await;
    for n in 1..=3 {
        watch(&test, n, kind(None)).await;
    }
    let desk = social_worker().by(Caller {
        identity: domain::access::Identity::Staff(lead(&test, 1).await),
        grants: social_worker().caller.grants,
    });
    let asked = later(&desk, NOW.plus(MINUTE));
    cover::ask(&test.db, &asked, &shift, 9).await.unwrap();
    let calls = cover::of_account(&test.db, &account(1), NOW).await.unwrap();
    let says_no = later(&volunteer(1), NOW.plus(2 * MINUTE));
    cover::decline(&test.db, &says_no, &calls[0].id)
        .await
        .unwrap();
    // The second signs up, which is told to the third alone; and the third leaves, which they know.
    joins(&test, 2, &shift, 3).await;
    assert_eq!(told(&test, 3).await, [Footing::Safe]);
    let third = joins(&test, 3, &shift, 4).await;
    leaves(&test, 3, third, 5).await;
    for (n, expected) in [(1, 0), (2, 0), (3, 1)] {
        assert_eq!(told(&test, n).await.len(), expected, "{n}");
    }
}

async fn what_a_message_brought_is_counted(test: TestDb) {
    stage(&test).await;
    let (shift, other) = (at_door(&test).await, at_door(&test).await);
    watch(&test, 1, kind(Some(ShiftKind::Door))).await;
    let brought = async || counts(&test, 1).await[0];
    joins(&test, 2, &shift, 1).await;
    assert_eq!(brought().await, (1, 0));
    // A place in another shift is not what the message was of.
    let place = joins(&test, 1, &other, 2).await;
    assert_eq!(brought().await, (1, 0));
    leaves(&test, 1, place, 3).await;
    joins(&test, 1, &shift, 4).await;
    assert_eq!(brought().await, (1, 1));
}

async fn by_morning_only_what_still_holds_is_sent(test: TestDb) {
    stage(&test).await;
    let shift = at_door(&test).await;
    watch(&test, 1, What::Shift(shift.clone())).await;
    // Eleven in the evening.
    let night = 15 * 60;
    joins(&test, 2, &shift, night).await;
    joins(&test, 3, &shift, night + 1).await;
    assert_eq!(told(&test, 1).await.len(), 2);
    let due = async |hours: i64| {
        let act = Act::new(Caller::system(), NOW.plus(hours * HOUR), ids());
        let claimed = outbox::claim(&test.db, &act, 20).await.unwrap();
        let stands = claimed.into_iter().filter_map(|of| match of.notice {
            Notice::ShiftStands { is, .. } => Some(is),
            _ => None,
        });
        stands.collect::<Vec<_>>()
    };
    assert_eq!(due(23).await, []);
    assert_eq!(due(24).await, [Footing::NearlyFull]);
}

async fn what_is_watched_is_ones_own(test: TestDb) {
    stage(&test).await;
    let db = &test.db;
    let shift = at_door(&test).await;
    let of_shift = What::Shift(shift.clone());
    watch(&test, 1, of_shift.clone()).await;
    let own = watches::of_account(db, &account(1), NOW).await.unwrap();
    assert_eq!((own.len(), &own[0].what), (1, &of_shift));
    watches::end(db, &volunteer(2), &own[0].id).await.unwrap();
    assert_eq!(counts(&test, 1).await.len(), 1, "somebody else's stays");
    watches::end(db, &volunteer(1), &own[0].id).await.unwrap();
    assert_eq!(counts(&test, 1).await, []);
    joins(&test, 3, &shift, 1).await;
    assert_eq!(told(&test, 1).await, []);
    let anonymous = Act::new(Caller::anonymous(), NOW, ids());
    let nobody = watches::watch(db, &anonymous, of_shift.clone()).await;
    assert_eq!(refused(nobody), Refusal::Unauthenticated);
    let begun = later(&volunteer(1), NOW.plus(2 * DAY));
    let late = watches::watch(db, &begun, of_shift.clone()).await;
    assert_eq!(refused(late).code(), "already_started");
    for status in ["draft", "cancelled"] {
        test.arrange(vec![format!(
            "UPDATE shift SET status = '{status}' WHERE id = '{shift}'"
        )])
        .await;
        assert!(
            watches::watch(db, &volunteer(1), of_shift.clone())
                .await
                .is_err()
        );
    }
    let unknown = What::Kind("SZ440303001-99".parse().unwrap(), None);
    let unknown = watches::watch(db, &volunteer(1), unknown).await;
    assert_eq!(refused(unknown), Refusal::NotFound);
    for n in 0..30 {
        let shift = common::volunteers::shift(&test, new_shift(3 + n, 1, 0)).await;
        watch(&test, 1, What::Shift(shift)).await;
    }
    let many = watches::watch(db, &volunteer(1), kind(None)).await;
    assert!(matches!(refused(many), Refusal::Invalid { .. }));
    assert_eq!(counts(&test, 1).await.len(), 30);
}

store::on_both_databases! {
    a_change_is_told_once_to_who_watches => super::a_change_is_told_once_to_who_watches,
    what_is_made_good_in_the_same_breath_is_no_change => super::what_is_made_good_in_the_same_breath_is_no_change,
    c94_who_is_in_it_or_said_no_is_not_told => super::c94_who_is_in_it_or_said_no_is_not_told,
    what_a_message_brought_is_counted => super::what_a_message_brought_is_counted,
    by_morning_only_what_still_holds_is_sent => super::by_morning_only_what_still_holds_is_sent,
    what_is_watched_is_ones_own => super::what_is_watched_is_ones_own,
}
