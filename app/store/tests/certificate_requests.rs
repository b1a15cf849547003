//! A volunteer asks for a certificate, and the center gives it or says why not, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, past::*, volunteers::*, *};
use domain::{
    Refusal,
    certificate::{Ended, Which},
    time::{DAY, Timestamp},
};
use std::sync::Arc;
use store::{
    Act, Error,
    certificates::{self, Asking, CertificateView, RequestView, Wanted},
    people, purge,
    testing::TestDb,
};
use tokio::task::JoinSet;

/// Two volunteers; the first with 60 minutes forty days ago, and 90 ten days ago.
async fn stage(test: &TestDb) {
    center(test, &[], "single").await;
    accounts(test, 1, 3).await;
    formal(test, 1, 3).await;
    // Who answers requests is on record with them.
    test.arrange(vec![format!(
        "INSERT INTO staff (id, username, name, password_hash, created_at)
         VALUES ('{}', 'worker', '社工', 'none', 0)",
        id::<domain::id::StaffId>(1)
    )])
    .await;
    verified(test, 1, 1, 40, 60).await;
    verified(test, 2, 1, 10, 90).await;
}

fn asking(n: u128, which: Which) -> Asking {
    Asking {
        center: CENTER.parse().unwrap(),
        person: person(n),
        which,
        purpose: " 孩子入学 ".into(),
    }
}

async fn ask(test: &TestDb, n: u128, which: Which) -> store::Result<RequestView> {
    certificates::ask(&test.db, &volunteer(n), asking(n, which)).await
}

async fn give(test: &TestDb, act: &Act, of: &RequestView) -> store::Result<CertificateView> {
    certificates::give(&test.db, act, &Arc::new(signer()), &keyring(), &of.id).await
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    match result.unwrap_err() {
        Error::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

async fn offer(test: &TestDb, n: u128) -> certificates::Offer {
    let all = certificates::offers(&test.db, &account(n), &person(n), NOW).await;
    all.unwrap().remove(0)
}

async fn told(test: &TestDb, kind: &str) -> (i64, i64) {
    let of = |table: &str| format!("SELECT COUNT(*) FROM {table} WHERE kind = '{kind}'");
    (
        test.number(&of("message")).await,
        test.number(&of("outbox")).await,
    )
}

async fn it_is_asked_for_once_and_given_in_one_step(test: TestDb) {
    stage(&test).await;
    let first = offer(&test, 1).await;
    assert_eq!((first.new, first.whole), (Some(150), Some(150)));
    let made = ask(&test, 1, Which::New).await.unwrap();
    assert_eq!(made.purpose, "孩子入学");
    assert_eq!(made.from_at, Timestamp::start_of(NOW.plus(-40 * DAY).day()));
    // Again is the same, whatever is asked for.
    assert_eq!(ask(&test, 1, Which::Whole).await.unwrap().id, made.id);
    assert_eq!(offer(&test, 1).await.open().unwrap().id, made.id);

    let desk = social_worker();
    let center = CENTER.parse().unwrap();
    let open = certificates::asked(&test.db, &desk, &center).await.unwrap();
    assert_eq!(open, std::slice::from_ref(&made));
    assert_eq!(
        refused(give(&test, &volunteer(1), &made).await),
        Refusal::Forbidden
    );
    let given = give(&test, &desk, &made).await.unwrap();
    assert_eq!(given.content.verified_minutes, 150);
    // In the inbox, and by text message: whoever asked from afar waits for it.
    assert_eq!(told(&test, "certificate_given").await, (1, 1));
    assert_eq!(refused(give(&test, &desk, &made).await), Refusal::Stale);
    assert_eq!(test.number("SELECT COUNT(*) FROM certificate").await, 1);

    // What is certified is not new; the whole can be asked for, and what comes later is new.
    let next = offer(&test, 1).await;
    assert_eq!((next.new, next.whole), (None, Some(150)));
    assert_eq!(next.last.unwrap().ended, Some(Ended::Given));
    assert!(matches!(
        refused(ask(&test, 1, Which::New).await),
        Refusal::Invalid { .. }
    ));
    verified(&test, 3, 1, 1, 30).await;
    assert_eq!(offer(&test, 1).await.new, Some(30));
    // A certificate that was withdrawn tells of nothing.
    let number = &given.content.number;
    certificates::withdraw(&test.db, &desk, &keyring(), number, "开错了")
        .await
        .unwrap();
    assert_eq!(offer(&test, 1).await.new, Some(180));
}

async fn who_is_declined_is_told_why_and_can_ask_again(test: TestDb) {
    stage(&test).await;
    let made = ask(&test, 1, Which::New).await.unwrap();
    let desk = social_worker();
    let decline = async |act: &Act, why| certificates::decline(&test.db, act, &made.id, why).await;
    assert!(matches!(
        refused(decline(&desk, " ").await),
        Refusal::Invalid { .. }
    ));
    assert_eq!(
        refused(decline(&volunteer(1), "不开").await),
        Refusal::Forbidden
    );
    decline(&desk, "请先补上真实姓名").await.unwrap();
    assert_eq!(refused(decline(&desk, "再说一次").await), Refusal::Stale);
    assert_eq!(told(&test, "certificate_declined").await, (1, 1));
    let last = offer(&test, 1).await.last.unwrap();
    assert_eq!(
        (last.ended, last.reason.as_str()),
        (Some(Ended::Declined), "请先补上真实姓名")
    );
    assert_ne!(ask(&test, 1, Which::New).await.unwrap().id, made.id);
    let records =
        "SELECT COUNT(*) FROM audit WHERE action IN ('certificate.ask', 'certificate.decline')";
    assert_eq!(test.number(records).await, 3);
}

/// Whose the hours are asks, and of what the center has.
async fn everybody_asks_for_their_own(test: TestDb) {
    stage(&test).await;
    let nothing = ask(&test, 2, Which::Whole).await;
    assert!(matches!(refused(nothing), Refusal::Invalid { .. }));
    let foreign = certificates::ask(&test.db, &volunteer(2), asking(1, Which::Whole)).await;
    assert_eq!(refused(foreign), Refusal::NotFound);
    let offers = certificates::offers(&test.db, &account(2), &person(1), NOW).await;
    assert_eq!(refused(offers), Refusal::NotFound);
    let asked = certificates::asked(&test.db, &volunteer(1), &CENTER.parse().unwrap()).await;
    assert_eq!(refused(asked), Refusal::Forbidden);
}

/// The desk makes one out of its own accord: if it tells all that was asked for, the request is answered.
async fn a_certificate_that_tells_all_of_it_answers_the_request(test: TestDb) {
    stage(&test).await;
    let made = ask(&test, 1, Which::New).await.unwrap();
    let issue = async |days: i64, to: Timestamp| {
        let wanted = Wanted {
            center: CENTER.parse().unwrap(),
            person: person(1),
            from: NOW.plus(-days * DAY),
            to,
        };
        let signer = Arc::new(signer());
        certificates::issue(&test.db, &social_worker(), &signer, &keyring(), wanted)
            .await
            .unwrap();
        offer(&test, 1).await.open().is_some()
    };
    assert!(issue(20, made.to_at).await, "a part of it");
    assert_eq!(told(&test, "certificate_given").await, (1, 0));
    assert!(!issue(50, made.to_at).await, "all of it");
}

/// Two presses at once: one request, and one certificate.
async fn two_at_once_are_one(test: TestDb) {
    stage(&test).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let db = test.db.clone();
        tasks.spawn(async move {
            let made = certificates::ask(&db, &volunteer(1), asking(1, Which::New)).await;
            made.unwrap().id
        });
    }
    let mut ids = tasks.join_all().await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (db, request) = (test.db.clone(), ids[0].clone());
        tasks.spawn(async move {
            let signer = Arc::new(signer());
            certificates::give(&db, &social_worker(), &signer, &keyring(), &request)
                .await
                .is_ok()
        });
    }
    let given = tasks.join_all().await.into_iter().filter(|won| *won);
    assert_eq!(given.count(), 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM certificate").await, 1);
}

async fn requests_end_with_the_person_and_with_time(test: TestDb) {
    stage(&test).await;
    let made = ask(&test, 1, Which::New).await.unwrap();
    give(&test, &social_worker(), &made).await.unwrap();
    let count = async || {
        test.number("SELECT COUNT(*) FROM certificate_request")
            .await
    };
    purge::run(&test.db, &social_worker().at(NOW.plus(360 * DAY)))
        .await
        .unwrap();
    assert_eq!(count().await, 1);
    purge::run(&test.db, &social_worker().at(NOW.plus(366 * DAY)))
        .await
        .unwrap();
    assert_eq!(count().await, 0);
    // Whoever is taken out of a family asks for nothing any more.
    let open = format!(
        "INSERT INTO certificate_request (id, person_id, account_id, center_id, from_at, to_at,
             asked_at) VALUES ('r', '{}', '{}', '{CENTER}', 0, 1, 0)",
        relative(1, 1),
        account(1)
    );
    test.arrange(vec![open]).await;
    people::remove(&test.db, &volunteer(1), relative(1, 1))
        .await
        .unwrap();
    assert_eq!(count().await, 0);
}

store::on_both_databases! {
    it_is_asked_for_once_and_given_in_one_step => super::it_is_asked_for_once_and_given_in_one_step,
    who_is_declined_is_told_why_and_can_ask_again => super::who_is_declined_is_told_why_and_can_ask_again,
    everybody_asks_for_their_own => super::everybody_asks_for_their_own,
    a_certificate_that_tells_all_of_it_answers_the_request => super::a_certificate_that_tells_all_of_it_answers_the_request,
    two_at_once_are_one => super::two_at_once_are_one,
    requests_end_with_the_person_and_with_time => super::requests_end_with_the_person_and_with_time,
}
