//! A draft was never public: whatever cancels it, nobody but the staff ever sees it or hears of it, on
//! both databases.
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
    activity::Status,
    id::{AssignmentId, ShiftId},
    time::{DAY, HOUR},
};
use store::{
    assignments::{self, assign_lead},
    day_off, occurrences,
    page::{Limit, Part},
    shifts::{self, NewShift},
    testing::TestDb,
};

fn draft(of: Option<u128>) -> NewShift {
    NewShift {
        occurrence: of.map(occurrence),
        publish: false,
        ..new_shift(9, 2, 1)
    }
}

/// A draft of the first date and a published shift of it, each with a lead.
async fn stage(test: &TestDb) -> (ShiftId, ShiftId, AssignmentId) {
    let dates = [Sitting::new(1, 5, 2), Sitting::new(2, 5, 2)];
    center(test, &dates, "single").await;
    accounts(test, 1, 3).await;
    formal(test, 1, 3).await;
    let (first, second) = (lead(test, 1).await, lead(test, 2).await);
    let draft = shift(test, draft(Some(1))).await;
    let open = NewShift {
        occurrence: Some(occurrence(1)),
        ..new_shift(9, 2, 1)
    };
    let open = shift(test, open).await;
    let leads = async |shift: &ShiftId, staff| {
        let led = assign_lead(&test.db, &social_worker(), shift.clone(), staff).await;
        led.unwrap().unwrap().id
    };
    let place = leads(&draft, first).await;
    leads(&open, second).await;
    signed_up(test, 1, &open).await;
    (draft, open, place)
}

/// What everybody sees.
async fn public(test: &TestDb) -> Vec<ShiftId> {
    let search = shifts::Search {
        center: None,
        from: NOW,
        to: NOW.plus(60 * DAY),
        part: Part::first(Limit::MOST),
    };
    let found = shifts::list(&test.db, &search).await.unwrap().items;
    found.into_iter().map(|view| view.id).collect()
}

async fn count(test: &TestDb, what: &str) -> i64 {
    test.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

/// Gone, with its lead's place, on record, and nobody was told.
async fn is_gone(test: &TestDb, draft: &ShiftId) {
    assert_eq!(count(test, &format!("shift WHERE id = '{draft}'")).await, 0);
    let places = format!("assignment WHERE shift_id = '{draft}'");
    assert_eq!(count(test, &places).await, 0);
    let kept = format!("audit WHERE action = 'shift.delete' AND subject_id = '{draft}'");
    assert_eq!(count(test, &kept).await, 1);
    assert!(!public(test).await.contains(draft));
    let found = shifts::find(&test.db, draft).await;
    assert_eq!(refused(found), Refusal::NotFound);
    let told = format!("message WHERE data LIKE '%{draft}%'");
    assert_eq!(count(test, &told).await, 0);
}

async fn a_draft_that_is_cancelled_is_thrown_away(test: TestDb) {
    let (draft, open, _) = stage(&test).await;
    let act = social_worker();
    let stale = shifts::cancel(&test.db, &act, &draft, "", Some(9)).await;
    assert_eq!(refused(stale), Refusal::Stale);
    let theirs = shifts::cancel(&test.db, &resident(1), &draft, "", None).await;
    assert_eq!(refused(theirs), Refusal::Forbidden);
    let gone = shifts::cancel(&test.db, &act, &draft, "台风", Some(1)).await;
    assert!(gone.unwrap().is_none());
    is_gone(&test, &draft).await;
    let again = shifts::cancel(&test.db, &act, &draft, "台风", None).await;
    assert_eq!(refused(again), Refusal::NotFound);
    // What was public is seen as cancelled.
    let seen = shifts::cancel(&test.db, &act, &open, "台风", None).await;
    assert_eq!(seen.unwrap().unwrap().status, Status::Cancelled);
    assert_eq!(public(&test).await, [open]);
}

async fn a_draft_goes_with_its_occurrence(test: TestDb) {
    let (draft, open, _) = stage(&test).await;
    let off = occurrences::cancel(&test.db, &social_worker(), &occurrence(1), "台风", None).await;
    off.unwrap();
    is_gone(&test, &draft).await;
    assert_eq!(public(&test).await, [open]);
}

/// An occurrence that nobody booked is removed, its drafts with it, led or not.
async fn a_draft_goes_with_an_occurrence_that_is_removed(test: TestDb) {
    stage(&test).await;
    let draft = shift(&test, draft(Some(2))).await;
    let lead = lead(&test, 3).await;
    let led = assign_lead(&test.db, &social_worker(), draft.clone(), lead).await;
    led.unwrap().unwrap();
    let removed = occurrences::delete(&test.db, &social_worker(), &occurrence(2), None).await;
    removed.unwrap();
    is_gone(&test, &draft).await;
}

async fn a_draft_goes_with_a_day_off(test: TestDb) {
    let (draft, open, _) = stage(&test).await;
    let (db, act, here) = (&test.db, social_worker(), CENTER.parse().unwrap());
    let day = NOW.plus(240 * HOUR).day();
    let planned = day_off::preview(db, &act.caller, &here, day, NOW).await;
    let seen = planned.unwrap().items.into_iter().map(|item| item.event);
    day_off::cancel(db, &act, &here, day, "台风", seen.collect())
        .await
        .unwrap();
    is_gone(&test, &draft).await;
    assert_eq!(public(&test).await, [open]);
}

/// Scans are kept: such a draft can't vanish. It stays one, so that nobody sees it.
async fn a_draft_whose_lead_was_scanned_stays_a_draft(test: TestDb) {
    let (draft, _, place) = stage(&test).await;
    test.arrange(vec![format!(
        "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller, method,
             direction, result, subject_kind, subject_id, shift_id, is_evidence, verdict)
         VALUES ('{}', 'scan', 0, 0, 0, '{CENTER}', 'test', 'ticket', 'in', 'too_early', 'assignment',
             '{place}', '{draft}', FALSE, '{{}}')",
        id::<domain::id::CheckInId>(0x7200_0001)
    )])
    .await;
    let act = social_worker();
    let refusal = shifts::cancel(&test.db, &act, &draft, "", None).await;
    assert!(matches!(refused(refusal), Refusal::HasBookings { .. }));
    let off = occurrences::cancel(&test.db, &act, &occurrence(1), "台风", None).await;
    off.unwrap();
    let kept = shifts::find_for_staff(&test.db, &act.caller, &draft).await;
    let kept = kept.unwrap();
    assert_eq!((kept.status, kept.occurrence_id), (Status::Draft, None));
    assert_eq!(kept.halves.leads, 0);
    assert!(!public(&test).await.contains(&draft));
    let place = assignments::find(&test.db, &act.caller, &place)
        .await
        .unwrap();
    assert!(!place.state.is_live());
}

store::on_both_databases! {
    a_draft_that_is_cancelled_is_thrown_away => super::a_draft_that_is_cancelled_is_thrown_away,
    a_draft_goes_with_its_occurrence => super::a_draft_goes_with_its_occurrence,
    a_draft_goes_with_an_occurrence_that_is_removed => super::a_draft_goes_with_an_occurrence_that_is_removed,
    a_draft_goes_with_a_day_off => super::a_draft_goes_with_a_day_off,
    a_draft_whose_lead_was_scanned_stays_a_draft => super::a_draft_whose_lead_was_scanned_stays_a_draft,
}
