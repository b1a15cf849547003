//! Messages: the inbox, and the way out of the outbox, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Refusal,
    access::Caller,
    activity::Channel,
    notice::Notice,
    person::Phone,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use std::collections::BTreeSet;
use store::{
    Act, Db,
    bookings::{self, BookRequest},
    messages,
    outbox::{self, Claimed},
    purge,
    sign_in::{self, CodeKey},
    testing::TestDb,
};

fn job(now: Timestamp) -> Act {
    resident(1).by(Caller::system()).at(now)
}

/// Account 2 moves up from the waitlist, and is told so.
async fn promoted(test: &TestDb) {
    center(test, &[Sitting::new(1, 1, 5)], "single").await;
    accounts(test, 1, 4).await;
    let book = async |n| {
        bookings::book(&test.db, &resident(n), request(n, 1))
            .await
            .unwrap()
    };
    let first = book(1).await;
    book(2).await;
    let id = first.bookings().next().unwrap().id.clone();
    bookings::cancel(&test.db, &resident(1), id, String::new())
        .await
        .unwrap();
    // What the bookings themselves were confirmed by is another matter.
    test.arrange(vec!["DELETE FROM outbox WHERE kind = 'booked'".to_owned()])
        .await;
}

async fn a_booking_is_confirmed_by_one_text(test: TestDb) {
    center(&test, &[Sitting::new(1, 3, 5)], "single").await;
    accounts(&test, 1, 6).await;
    let db = &test.db;
    // A family is told once, with how many they are; nothing of it is in the inbox.
    let family = BookRequest {
        people: vec![person(1), relative(1, 1)],
        ..request(1, 1)
    };
    bookings::book(db, &resident(1), family).await.unwrap();
    let sent = outbox::recent(db, 10).await.unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].phone.digits(), "13800000001");
    let Some(Notice::Booked {
        people, waiting, ..
    }) = &sent[0].notice
    else {
        panic!("{:?}", sent[0].notice);
    };
    assert_eq!((*people, *waiting), (2, 0));
    assert_eq!(messages::list(db, &account(1), 10).await.unwrap(), []);
    // Who waits is told that; who was refused gets nothing.
    bookings::book(db, &resident(2), request(2, 1))
        .await
        .unwrap();
    bookings::book(db, &resident(3), request(3, 1))
        .await
        .unwrap();
    let again = bookings::book(db, &resident(3), request(3, 1)).await;
    assert!(again.is_err());
    let sent = outbox::recent(db, 10).await.unwrap();
    let waits: Vec<bool> = sent
        .iter()
        .filter_map(|row| match row.notice {
            Some(Notice::Booked { waiting, .. }) => Some(waiting > 0),
            _ => None,
        })
        .collect();
    assert_eq!(waits.len(), 3);
    assert_eq!(waits.iter().filter(|waits| **waits).count(), 1);
    // At the desk it is said in the inbox too, in its own words.
    let desk = BookRequest {
        channel: Channel::Desk,
        ..request(4, 1)
    };
    bookings::book(db, &social_worker(), desk).await.unwrap();
    let kinds = "SELECT COUNT(*) FROM outbox WHERE kind = 'booked'";
    assert_eq!(test.number(kinds).await, 3);
    // Without a telephone there is nobody to text.
    let silent = format!(
        "UPDATE account SET phone = '-5' WHERE id = '{}'",
        account(5)
    );
    test.arrange(vec![silent]).await;
    bookings::book(db, &resident(5), request(5, 1))
        .await
        .unwrap();
    assert_eq!(test.number(kinds).await, 3);
}

async fn the_inbox_is_its_owners(test: TestDb) {
    promoted(&test).await;
    let inbox = messages::list(&test.db, &account(2), 10).await.unwrap();
    assert!(matches!(&inbox[..], [one] if matches!(one.notice, Notice::Promoted { .. })));
    assert_eq!(messages::unread(&test.db, &account(2)).await.unwrap(), 1);
    assert_eq!(messages::list(&test.db, &account(1), 10).await.unwrap(), []);
    let message = Some(inbox[0].id.clone());
    let foreign = messages::mark_read(&test.db, &resident(1), message.clone())
        .await
        .unwrap();
    assert_eq!(
        (
            foreign,
            messages::unread(&test.db, &account(2)).await.unwrap()
        ),
        (0, 1)
    );
    assert_eq!(
        messages::mark_read(&test.db, &resident(2), message)
            .await
            .unwrap(),
        1
    );
    let later = at(&resident(2), NOW.plus(HOUR));
    assert_eq!(
        messages::mark_read(&test.db, &later, None).await.unwrap(),
        0
    );
    let inbox = messages::list(&test.db, &account(2), 10).await.unwrap();
    assert_eq!(inbox[0].read_at, Some(NOW), "when it was read first");
    let nobody = resident(1).by(Caller::anonymous());
    let refused = messages::mark_read(&test.db, &nobody, None)
        .await
        .unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::Unauthenticated));
}

/// Writes down how sending one ended; whether the claim still held.
async fn end(db: &Db, now: Timestamp, claimed: &Claimed, ending: Result<(), String>) -> bool {
    let ended = vec![(claimed.clone(), ending)];
    let held = outbox::finish(db, &job(now), ended).await.unwrap();
    assert_eq!(held.len(), 1);
    held[0]
}

async fn codes_are_sent_before_what_a_whole_district_is_told(test: TestDb) {
    accounts(&test, 1, 2).await;
    let rows = (0..40).map(|n| {
        let kind = if n == 39 { "sign_in_code" } else { "promoted" };
        format!(
            "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key, created_at, due_at)
             VALUES ('{n:03}', 'sms', '13800000001', 'zh-CN', '{kind}',
             '{{\"kind\":\"sign_in_code\",\"code\":\"1\",\"minutes\":5}}', '{n}', {now}, {now} + {n})",
            now = NOW.0
        )
    });
    test.arrange(rows.collect()).await;
    let (db, act) = (&test.db, job(NOW.plus(60)));
    let first = outbox::claim(db, &act, 3).await.unwrap();
    let ids: Vec<&str> = first.iter().map(|claimed| claimed.id.as_str()).collect();
    assert_eq!(ids, ["000", "001", "039"]);
    let ended = first.into_iter().map(|claimed| match claimed.attempt {
        1 if claimed.id == "001" => (claimed, Err("busy".to_owned())),
        _ => (claimed, Ok(())),
    });
    let held = outbox::finish(db, &act, ended.rev().collect())
        .await
        .unwrap();
    assert_eq!(held, [true; 3]);
    let sent = "SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL AND id IN ('000', '039')";
    assert_eq!(test.number(sent).await, 2);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM outbox WHERE error = 'busy'")
            .await,
        1
    );
}

async fn a_failing_message_is_tried_eight_times_with_longer_pauses(test: TestDb) {
    promoted(&test).await;
    let db = &test.db;
    let mut now = NOW;
    let mut pauses = Vec::new();
    for attempt in 1..=8 {
        let claimed = outbox::claim(db, &job(now), 10).await.unwrap().remove(0);
        assert_eq!(claimed.attempt, attempt);
        assert_eq!(claimed.phone.digits(), "13800000002");
        assert!(
            outbox::claim(db, &job(now), 10).await.unwrap().is_empty(),
            "it is taken"
        );
        assert!(end(db, now, &claimed, Err("busy".into())).await);
        let due = test.number("SELECT due_at FROM outbox").await;
        pauses.push((due - now.0) / 1000);
        now = Timestamp(due);
    }
    assert_eq!(pauses[..7], [30, 60, 120, 240, 480, 960, 1920]);
    assert!(
        outbox::claim(db, &job(now.plus(DAY)), 10)
            .await
            .unwrap()
            .is_empty(),
        "given up"
    );
    let row = outbox::recent(db, 1).await.unwrap().remove(0);
    assert!(row.failed_at.is_some() && row.sent_at.is_none());
    assert_eq!(row.error.as_deref(), Some("busy"));
}

async fn who_dies_while_sending_leaves_the_message_to_others(test: TestDb) {
    promoted(&test).await;
    let db = &test.db;
    let lost = outbox::claim(db, &job(NOW), 10).await.unwrap().remove(0);
    let again = outbox::claim(db, &job(NOW.plus(MINUTE)), 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((again.id.as_str(), again.attempt), (lost.id.as_str(), 2));
    assert!(!end(db, NOW, &lost, Ok(())).await, "it is no longer theirs");
    assert!(end(db, NOW, &again, Ok(())).await);
    assert!(!end(db, NOW, &again, Ok(())).await);
    assert!(
        outbox::claim(db, &job(NOW.plus(DAY)), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let row = outbox::recent(db, 1).await.unwrap().remove(0);
    assert!(row.sent_at.is_some());
    assert!(
        matches!(row.notice, Some(Notice::Promoted { .. })),
        "only codes are blanked"
    );
    let purged = purge::run(db, &job(NOW.plus(30 * DAY))).await.unwrap();
    assert_eq!(purged.sent, 1);
}

async fn two_processes_never_take_the_same_message(test: TestDb) {
    accounts(&test, 1, 2).await;
    let rows = (0..60).map(|n| {
        format!(
            "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key, created_at, due_at)
             VALUES ('{n:03}', 'sms', '13800000001', 'zh-CN', 'test',
             '{{\"kind\":\"sign_in_code\",\"code\":\"1\",\"minutes\":5}}', '{n}', 0, {})",
            NOW.0 + n % 7
        )
    });
    test.arrange(rows.collect()).await;
    let other = Db::open(&test.url, 4).await.unwrap();
    let takers: Vec<_> = (0..12)
        .map(|n| {
            let db = if n % 2 == 0 {
                test.db.clone()
            } else {
                other.clone()
            };
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let some = outbox::claim(&db, &job(NOW.plus(10)), 7).await.unwrap();
                    if some.is_empty() {
                        return mine;
                    }
                    mine.extend(some.into_iter().map(|c| c.id));
                }
            })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.unwrap());
    }
    assert_eq!(
        taken.len(),
        taken.iter().collect::<BTreeSet<_>>().len(),
        "nothing twice"
    );
    // A taker that lost every row of its last look has stopped early; the rest is still due.
    taken.extend(
        outbox::claim(&test.db, &job(NOW.plus(10)), 60)
            .await
            .unwrap()
            .into_iter()
            .map(|c| c.id),
    );
    assert_eq!(taken.len(), 60);
}

async fn a_code_is_blanked_when_sent_and_not_sent_when_it_is_late(test: TestDb) {
    let db = &test.db;
    let key = CodeKey::new(&[1; 32]);
    let phone = Phone::parse("13800000001").unwrap();
    let act = resident(1).by(Caller::anonymous());
    sign_in::request_code(db, &act, &key, &phone, "en")
        .await
        .unwrap();
    let claimed = outbox::claim(db, &job(NOW), 10).await.unwrap().remove(0);
    assert_eq!(claimed.locale, "en");
    let Notice::SignInCode { code, .. } = &claimed.notice else {
        panic!("a code")
    };
    let in_the_clear = format!("SELECT COUNT(*) FROM outbox WHERE data LIKE '%{code}%'");
    assert_eq!(test.number(&in_the_clear).await, 1);
    assert!(end(db, NOW, &claimed, Ok(())).await);
    assert_eq!(test.number(&in_the_clear).await, 0);
    assert!(outbox::recent(db, 1).await.unwrap()[0].notice.is_none());

    sign_in::request_code(db, &at(&act, NOW.plus(HOUR)), &key, &phone, "en")
        .await
        .unwrap();
    let late = NOW.plus(HOUR + 5 * MINUTE);
    assert!(outbox::claim(db, &job(late), 10).await.unwrap().is_empty());
    let row = outbox::recent(db, 1).await.unwrap().remove(0);
    assert_eq!((row.failed_at, row.notice), (Some(late), None));
    assert_eq!(row.error.as_deref(), Some("expired"));
}

async fn a_text_never_names_the_casework_that_somebody_booked(test: TestDb) {
    promoted(&test).await;
    let db = &test.db;
    let named = outbox::recent(db, 1).await.unwrap().remove(0).notice;
    assert!(format!("{named:?}").contains("活动1"));
    test.arrange(vec!["UPDATE activity SET kind = 'casework'".to_owned()])
        .await;
    let claimed = outbox::claim(db, &job(NOW), 10).await.unwrap().remove(0);
    let Notice::Promoted { sitting, .. } = &claimed.notice else {
        panic!("{:?}", claimed.notice);
    };
    assert_eq!(sitting.title, "");
    let shown = outbox::recent(db, 10).await.unwrap();
    assert!(!shown.is_empty() && !format!("{:?}", shown[0].notice).contains("活动1"));
    // Their own inbox, behind the sign-in, says what it is.
    let inbox = messages::list(db, &account(2), 10).await.unwrap();
    assert!(format!("{:?}", inbox[0].notice).contains("活动1"));
}

store::on_both_databases! {
    a_text_never_names_the_casework_that_somebody_booked => super::a_text_never_names_the_casework_that_somebody_booked,
    a_booking_is_confirmed_by_one_text => super::a_booking_is_confirmed_by_one_text,
    the_inbox_is_its_owners => super::the_inbox_is_its_owners,
    codes_are_sent_before_what_a_whole_district_is_told => super::codes_are_sent_before_what_a_whole_district_is_told,
    a_failing_message_is_tried_eight_times_with_longer_pauses => super::a_failing_message_is_tried_eight_times_with_longer_pauses,
    who_dies_while_sending_leaves_the_message_to_others => super::who_dies_while_sending_leaves_the_message_to_others,
    two_processes_never_take_the_same_message => super::two_processes_never_take_the_same_message,
    a_code_is_blanked_when_sent_and_not_sent_when_it_is_late => super::a_code_is_blanked_when_sent_and_not_sent_when_it_is_late,
}
