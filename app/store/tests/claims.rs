//! Claims off a kiosk's screen become check-ins: one's own, once, with the time of the scan. On both
//! databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::door::{booked, keyring};
use common::*;
use domain::{
    Refusal,
    access::Caller,
    check_in::{Method, Outcome},
    commitment::Subject,
    id::{BookingId, CenterId},
    kiosk::CLAIM_LIFE,
    time::HOUR,
};
use store::{Act, check_ins::Admission, claims, kiosks, testing::TestDb};

fn nobody() -> Act {
    social_worker().by(Caller::anonymous())
}

fn refused<T>(result: store::Result<T>) -> Refusal {
    let error = result.err().expect("a refusal");
    error.refusal().expect("a refusal").clone()
}

/// A center with a sitting that begins in half an hour, one in ten days, and a poster.
async fn stage(test: &TestDb) -> String {
    let soon = Sitting {
        in_hours: 0,
        ..Sitting::new(1, 9, 5)
    };
    center(test, &[soon, Sitting::new(2, 9, 5)], "single").await;
    accounts(test, 1, 4).await;
    let half = NOW.plus(HOUR / 2).0;
    test.arrange(vec![format!(
        "UPDATE occurrence SET starts_at = {half}, ends_at = {}, booking_closes_at = {half}, cancel_until = {half}
         WHERE id = '{}'",
        half + 2 * HOUR,
        occurrence(1)
    )])
    .await;
    let here: CenterId = CENTER.parse().unwrap();
    kiosks::set_poster(&test.db, &social_worker(), &here, true)
        .await
        .unwrap();
    let code = kiosks::poster(&test.db, &social_worker().caller, &here).await;
    code.unwrap().unwrap()
}

async fn scan(test: &TestDb, code: &str, secret: &str) {
    claims::redeem(&test.db, &nobody(), code, "phone", secret)
        .await
        .unwrap();
}

async fn spend(
    test: &TestDb,
    act: &Act,
    secret: &str,
    bookings: &[&BookingId],
) -> store::Result<Vec<Admission>> {
    let bookings = bookings
        .iter()
        .map(|id| Subject::Booking((*id).clone()))
        .collect();
    claims::spend(&test.db, &keyring(), act, secret, bookings).await
}

async fn c108_the_moment_of_the_scan_counts(test: TestDb) {
    let code = stage(&test).await;
    let booking = booked(&test, 1, 1).await;
    scan(&test, &code, "a").await;
    let later = at(&resident(1), NOW.plus(90_000));
    let claim = claims::find(&test.db, "a").await.unwrap().unwrap();
    let found = claims::spendable(&test.db, &account(1), &claim)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].subject, Subject::Booking(booking.id.clone()));
    let answers = spend(&test, &later, "a", &[&booking.id]).await.unwrap();
    assert_eq!(answers[0].verdict.outcome(), Outcome::Admitted);
    assert_eq!((answers[0].at, answers[0].method), (NOW, Method::WallCode));
    let seen = format!(
        "SELECT checked_in_at FROM booking WHERE id = '{}'",
        booking.id
    );
    assert_eq!(test.number(&seen).await, NOW.0);
    let again = spend(&test, &later, "a", &[&booking.id]).await;
    assert_eq!(refused(again), Refusal::WrongCode, "once");
}

async fn c108_a_claim_ends_after_five_minutes(test: TestDb) {
    let code = stage(&test).await;
    let booking = booked(&test, 1, 1).await;
    scan(&test, &code, "a").await;
    let late = at(&resident(1), NOW.plus(CLAIM_LIFE));
    let tried = spend(&test, &late, "a", &[&booking.id]).await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    assert_eq!(test.number("SELECT COUNT(*) FROM check_in").await, 0);
}

async fn c109_too_early_does_not_use_the_claim_up(test: TestDb) {
    let code = stage(&test).await;
    let (soon, far) = (booked(&test, 1, 1).await, booked(&test, 1, 2).await);
    scan(&test, &code, "a").await;
    let early = spend(&test, &resident(1), "a", &[&far.id]).await.unwrap();
    assert_eq!(early[0].verdict.outcome(), Outcome::TooEarly);
    let answers = spend(&test, &resident(1), "a", &[&soon.id]).await.unwrap();
    assert_eq!(answers[0].verdict.outcome(), Outcome::Admitted);
}

async fn a_claim_is_one_persons_and_for_their_own_bookings(test: TestDb) {
    let code = stage(&test).await;
    let (mine, theirs, far) = (
        booked(&test, 1, 1).await,
        booked(&test, 2, 1).await,
        booked(&test, 1, 2).await,
    );
    scan(&test, &code, "a").await;
    let tried = spend(&test, &resident(1), "a", &[&theirs.id]).await;
    assert_eq!(refused(tried), Refusal::NotFound);
    // Whoever is first has it, also where nobody was let in.
    spend(&test, &resident(1), "a", &[&far.id]).await.unwrap();
    let tried = spend(&test, &resident(2), "a", &[&theirs.id]).await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    let tried = spend(&test, &nobody(), "a", &[&mine.id]).await;
    assert_eq!(refused(tried), Refusal::Unauthenticated);
    let tried = spend(&test, &social_worker(), "a", &[&mine.id]).await;
    assert_eq!(refused(tried), Refusal::Forbidden);
    let tried = spend(&test, &resident(1), "a", &[]).await;
    assert!(matches!(refused(tried), Refusal::Invalid { .. }));
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE state = 'checked_in'")
            .await,
        0
    );
    spend(&test, &resident(1), "a", &[&mine.id]).await.unwrap();
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE state = 'checked_in'")
            .await,
        1
    );
}

async fn twenty_phones_with_one_claim_check_in_one_account(test: TestDb) {
    let code = stage(&test).await;
    let bookings = [booked(&test, 1, 1).await.id, booked(&test, 2, 1).await.id];
    scan(&test, &code, "a").await;
    let tries = (0..20_u128).map(|n| {
        let (db, booking) = (test.db.clone(), bookings[(n % 2) as usize].clone());
        let act = resident(1 + n % 2);
        tokio::spawn(async move {
            claims::spend(&db, &keyring(), &act, "a", vec![Subject::Booking(booking)])
                .await
                .is_ok()
        })
    });
    let mut good = 0;
    for one in tries.collect::<Vec<_>>() {
        good += u32::from(one.await.unwrap());
    }
    assert_eq!(good, 1);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM booking WHERE state = 'checked_in'")
            .await,
        1
    );
}

async fn what_a_claim_came_to_is_told_again_to_its_account_only(test: TestDb) {
    let code = stage(&test).await;
    let (mine, far) = (booked(&test, 1, 1).await, booked(&test, 1, 2).await);
    scan(&test, &code, "a").await;
    let told = async |act: &Act| claims::answers(&test.db, act, "a").await.unwrap();
    assert!(told(&resident(1)).await.is_empty(), "unused");
    spend(&test, &resident(1), "a", &[&far.id]).await.unwrap();
    assert!(told(&resident(1)).await.is_empty(), "nobody was let in");
    let first = spend(&test, &resident(1), "a", &[&mine.id]).await.unwrap();
    let again = told(&resident(1)).await;
    assert_eq!(again.len(), 2, "what was refused before as well");
    let same = again
        .iter()
        .find(|answer| answer.id == first[0].id)
        .unwrap();
    assert_eq!((&same.verdict, same.at), (&first[0].verdict, NOW));
    assert_eq!(
        same.person_name.as_deref(),
        Some("居民1"),
        "their own family in full"
    );
    for act in [resident(2), nobody(), social_worker()] {
        assert!(told(&act).await.is_empty());
    }
}

store::on_both_databases! {
    what_a_claim_came_to_is_told_again_to_its_account_only => super::what_a_claim_came_to_is_told_again_to_its_account_only,
    c108_the_moment_of_the_scan_counts => super::c108_the_moment_of_the_scan_counts,
    c108_a_claim_ends_after_five_minutes => super::c108_a_claim_ends_after_five_minutes,
    c109_too_early_does_not_use_the_claim_up => super::c109_too_early_does_not_use_the_claim_up,
    a_claim_is_one_persons_and_for_their_own_bookings => super::a_claim_is_one_persons_and_for_their_own_bookings,
    twenty_phones_with_one_claim_check_in_one_account => super::twenty_phones_with_one_claim_check_in_one_account,
}
