//! What staff write to those who take part, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Reason, Refusal,
    access::Scope,
    letter::{AFTER, Audience, LONGEST},
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act, Key, Result,
    occurrences::{Letter, Written, write_to},
    testing::TestDb,
};

fn letter(audience: Audience, text: &str) -> Letter {
    Letter {
        occurrence: occurrence(1),
        audience,
        text: text.to_owned(),
    }
}

/// A family of two with places, somebody without a telephone, one who came, one in line, one who is gone.
async fn cast(test: &TestDb) {
    center(test, &[Sitting::new(1, 9, 9)], "single").await;
    accounts(test, 1, 6).await;
    let mut sql = vec![format!(
        "UPDATE account SET phone = '-2' WHERE id = '{}'",
        account(2)
    )];
    let bookings = [
        (1, person(1), "confirmed"),
        (1, relative(1, 1), "confirmed"),
        (2, person(2), "confirmed"),
        (3, person(3), "checked_in"),
        (4, person(4), "waitlisted"),
        (5, person(5), "cancelled"),
    ];
    for (n, (of, who, state)) in bookings.into_iter().enumerate() {
        sql.push(format!(
            "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel, short_code,
             promised_cancel_until, booked_at) VALUES ('{}', '{}', '{who}', '{}', '{state}', 'online',
             'L{n}', 0, 0)",
            uuid::Uuid::from_u128(0xf000_0000 + n as u128),
            occurrence(1),
            account(of)
        ));
    }
    test.arrange(sql).await;
}

async fn write(test: &TestDb, act: &Act, audience: Audience, text: &str) -> Result<Written> {
    write_to(&test.db, act, letter(audience, text)).await
}

fn refused(done: Result<Written>) -> Refusal {
    done.unwrap_err().refusal().unwrap().clone()
}

async fn told(test: &TestDb, n: u128) -> i64 {
    let account = account(n);
    let query = format!(
        "SELECT COUNT(*) FROM message WHERE kind = 'from_staff' AND account_id = '{account}'"
    );
    test.number(&query).await
}

async fn a_family_is_told_once_and_only_those_it_is_for(test: TestDb) {
    cast(&test).await;
    let worker = social_worker();
    let places = write(&test, &worker, Audience::Places, " 请带  水杯 ")
        .await
        .unwrap();
    assert_eq!((places.accounts, places.texted), (3, 2));
    let line = write(&test, &worker, Audience::Line, "候补请再等等")
        .await
        .unwrap();
    assert_eq!((line.accounts, line.texted), (1, 1));
    let mut messages = Vec::new();
    for n in 1..=5 {
        messages.push(told(&test, n).await);
    }
    assert_eq!(messages, [1, 1, 1, 1, 0]);
    let text = "SELECT COUNT(*) FROM outbox WHERE kind = 'from_staff'";
    assert_eq!(test.number(text).await, 3);
    let kept = "SELECT COUNT(*) FROM message WHERE data LIKE '%请带 水杯%'";
    assert_eq!(test.number(kept).await, 3);
    // What was written is not in the log of what staff do: it may say anything.
    let log = "SELECT COUNT(*) FROM audit WHERE action = 'occurrence.write'";
    assert_eq!(test.number(log).await, 2);
    let log = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%水杯%'";
    assert_eq!(test.number(log).await, 0);
}

async fn nobody_is_texted_at_night(test: TestDb) {
    cast(&test).await;
    // NOW is eight in the morning in Shanghai.
    let night = NOW.plus(14 * HOUR);
    let act = social_worker().at(night);
    write(&test, &act, Audience::All, "明天照常").await.unwrap();
    let early = format!(
        "SELECT COUNT(*) FROM outbox WHERE due_at < {}",
        NOW.plus(DAY).0
    );
    assert_eq!(test.number(&early).await, 0);
    assert_eq!(told(&test, 1).await, 1);
}

async fn a_key_sends_once_and_a_day_has_three(test: TestDb) {
    cast(&test).await;
    let worker = social_worker();
    let key = Key::new("letter-1", &[b"{}"]).unwrap();
    let keyed = worker.with_key(Some(key));
    let first = write(&test, &keyed, Audience::All, "一").await.unwrap();
    assert_eq!(
        write(&test, &keyed, Audience::All, "一").await.unwrap(),
        first
    );
    assert_eq!(told(&test, 1).await, 1);
    for text in ["二", "三"] {
        write(&test, &worker, Audience::All, text).await.unwrap();
    }
    let tomorrow = Timestamp::start_of(NOW.day()).plus(DAY);
    assert_eq!(
        refused(write(&test, &worker, Audience::All, "四").await),
        Refusal::RateLimited { until: tomorrow }
    );
    assert_eq!(told(&test, 1).await, 3);
    let next_day = worker.at(tomorrow);
    write(&test, &next_day, Audience::All, "四").await.unwrap();
}

async fn what_cannot_be_written_is_refused(test: TestDb) {
    cast(&test).await;
    let worker = social_worker();
    for (text, reason) in [
        (" \u{200b} ", Reason::Missing),
        (&*"长".repeat(usize::from(LONGEST) + 1), Reason::TooLong),
    ] {
        let refusal = refused(write(&test, &worker, Audience::All, text).await);
        assert_eq!(refusal, Refusal::invalid("text", reason));
    }
    let mut elsewhere = social_worker();
    for grant in &mut elsewhere.caller.grants {
        grant.scope = Scope::parse("SZ440305002-01").unwrap();
    }
    let refusal = refused(write(&test, &elsewhere, Audience::All, "你好").await);
    assert_eq!(refusal, Refusal::Forbidden);
    let ended = NOW.plus(240 * HOUR + 2 * HOUR);
    let late = worker.at(ended.plus(AFTER));
    assert_eq!(
        refused(write(&test, &late, Audience::All, "你好").await),
        Refusal::invalid("text", Reason::InThePast)
    );
    test.arrange(vec![
        "DELETE FROM booking WHERE state = 'waitlisted'".into(),
    ])
    .await;
    assert_eq!(
        refused(write(&test, &worker, Audience::Line, "你好").await),
        Refusal::invalid("audience", Reason::NobodyChosen)
    );
    test.arrange(vec!["UPDATE occurrence SET status = 'cancelled'".into()])
        .await;
    assert_eq!(
        refused(write(&test, &worker, Audience::All, "你好").await),
        Refusal::OccurrenceCancelled
    );
    assert_eq!(told(&test, 1).await, 0);
}

store::on_both_databases! {
    a_family_is_told_once_and_only_those_it_is_for => super::a_family_is_told_once_and_only_those_it_is_for,
    nobody_is_texted_at_night => super::nobody_is_texted_at_night,
    a_key_sends_once_and_a_day_has_three => super::a_key_sends_once_and_a_day_has_three,
    what_cannot_be_written_is_refused => super::what_cannot_be_written_is_refused,
}
