//! Cancelling several bookings of a date at once, through the pages, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, browser::Browser, now};
use domain::{
    access::Role,
    activity::Channel,
    booking::Fit,
    id::{BookingId, OccurrenceId},
    person::{BirthYear, PersonName, Phone, Relation},
    time::DAY,
};
use store::{
    bookings::{self, BookRequest},
    desk::{self, Contact, Newcomer},
    occurrences::TermsEdit,
    testing::TestDb,
};

/// Somebody new books.
async fn booked(stage: &Stage, at: &OccurrenceId, n: u32, name: &str) -> BookingId {
    let who = Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(1950, now()).unwrap(),
        relation: Relation::Myself,
        community: None,
        consent: None,
    };
    let phone = Contact::Phone(Phone::parse(&format!("139{n:08}")).unwrap());
    let (db, act) = (&stage.test.db, stage.system());
    let (account, person) = desk::register(db, &act, at, phone, who).await.unwrap();
    let request = BookRequest {
        occurrence: at.clone(),
        account,
        people: vec![person],
        channel: Channel::Desk,
        fit: Fit::Together,
        may_wait: true,
    };
    let booked = bookings::book(db, &stage.system(), request).await.unwrap();
    booked.bookings().next().unwrap().id.clone()
}

async fn state(stage: &Stage, booking: &BookingId) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (state,): (String,) = tx
        .sql("SELECT state FROM booking WHERE id = $1")
        .bind(booking)
        .one()
        .await
        .unwrap();
    state
}

async fn several_are_cancelled_after_a_look_and_nobody_moves_up_to_be_cancelled(test: TestDb) {
    let stage = Stage::new(test).await;
    let terms = TermsEdit {
        capacity: Some(2),
        waitlist_capacity: Some(5),
        ..TermsEdit::default()
    };
    let (_, at) = stage
        .activity_at(OWN, terms, true, now().plus(5 * DAY))
        .await;
    let mut all = Vec::new();
    for (n, name) in ["张一", "王二", "李三", "赵四"].into_iter().enumerate() {
        all.push(booked(&stage, &at, n as u32 + 1, name).await);
    }
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let roster = format!("/staff/occurrences/{at}");
    let bulk = format!("{roster}/bulk");
    let shown = desk.get(&stage, &roster).await.is(200);
    assert!(shown.text.contains(&bulk));
    // Nobody, and no reason: said before anything is done.
    let nobody = [("do", "preview"), ("reason", "下雨")];
    let told = desk.post(&stage, &bulk, &nobody).await.is(422);
    assert!(told.text.contains("role=\"alert\""), "{}", told.text);
    let (first, waits, last) = (all[0].as_str(), all[2].as_str(), all[3].as_str());
    let no_reason = [("do", "preview"), ("who", first)];
    let told = desk.post(&stage, &bulk, &no_reason).await.is(422);
    assert!(told.text.contains("id=\"reason-error\""), "{}", told.text);
    let cancelled = "SELECT COUNT(*) FROM booking WHERE state = 'cancelled'";
    // One who has a place, and the first who waits.
    let look = [
        ("do", "preview"),
        ("who", first),
        ("who", waits),
        ("reason", "下雨"),
    ];
    let shown = desk.post(&stage, &bulk, &look).await.is(200);
    assert!(shown.text.contains("取消，空出一个名额"), "{}", shown.text);
    assert!(shown.text.contains("退出候补"));
    assert!(shown.text.contains("取消这 2 个报名"));
    assert_eq!(
        stage.test.number(cancelled).await,
        0,
        "a look changes nothing"
    );
    let press = [
        ("do", "press"),
        ("who", first),
        ("who", waits),
        ("reason", "下雨"),
        ("key", "0190f000-0000-4000-8000-000000000001"),
    ];
    let done = desk.post(&stage, &bulk, &press).await.is(303);
    assert_eq!(done.header("location"), format!("{roster}?done=cancelled"));
    assert_eq!(state(&stage, &all[0]).await, "cancelled");
    assert_eq!(state(&stage, &all[2]).await, "cancelled");
    assert_eq!(
        state(&stage, &all[3]).await,
        "confirmed",
        "the next moved up"
    );
    let moved = "SELECT COUNT(*) FROM audit WHERE action = 'booking.promote'";
    assert_eq!(stage.test.number(moved).await, 1, "and nobody else");
    // Sent again, it does nothing again.
    desk.post(&stage, &bulk, &press).await.is(303);
    assert_eq!(stage.test.number(cancelled).await, 2);
    // Who came meanwhile is not cancelled, and the look says so.
    stage
        .test
        .arrange(vec![format!(
            "UPDATE booking SET state = 'checked_in', checked_in_at = 1 WHERE id = '{last}'"
        )])
        .await;
    let look = [("do", "preview"), ("who", last), ("reason", "下雨")];
    let shown = desk.post(&stage, &bulk, &look).await.is(200);
    assert!(!shown.text.contains("value=\"press\""), "{}", shown.text);
    let press = [("do", "press"), ("who", last), ("reason", "下雨")];
    desk.post(&stage, &bulk, &press).await.is(409);
    assert_eq!(state(&stage, &all[3]).await, "checked_in");
}

store::on_both_databases! {
    several_are_cancelled_after_a_look_and_nobody_moves_up_to_be_cancelled => super::several_are_cancelled_after_a_look_and_nobody_moves_up_to_be_cancelled,
}
