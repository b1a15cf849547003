//! Thanks on a ticket and on a shift's page, and what the volunteer sees of them, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, STRANGER, Stage,
    browser::Browser,
    now,
    people::{signed_in, volunteer},
    shifts,
};
use domain::{access::Role, time::DAY};
use store::{occurrences::TermsEdit, testing::TestDb};

/// Something that the stranger attended and the resident helped with: the booking and the shift.
async fn attended(stage: &Stage, volunteer: &str) -> (String, String) {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let at = now().plus(20 * DAY);
    let (_, occurrence) = stage.activity_at(OWN, terms, true, at).await;
    let token = stage.resident(STRANGER).await;
    let booked = stage.book(&occurrence, &token).await.is(201).json;
    let booking = booked["id"].as_str().unwrap().to_owned();
    let past = shifts::past(stage, OWN, volunteer, 1, true).await;
    let start = now().plus(-DAY).0;
    stage
        .test
        .arrange(vec![
            format!(
                "UPDATE occurrence SET starts_at = {start}, ends_at = {start} + 3600000
                 WHERE id = '{occurrence}'"
            ),
            format!("UPDATE booking SET state = 'checked_in' WHERE id = '{booking}'"),
            format!(
                "UPDATE shift SET occurrence_id = '{occurrence}' WHERE id = '{}'",
                past.shift
            ),
        ])
        .await;
    (booking, past.shift)
}

async fn thanks_reach_the_volunteer(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let (mut phone, me) = volunteer(&stage, RESIDENT).await;
    let (mut guest, them) = signed_in(&stage, STRANGER).await;
    let named = format!("UPDATE person SET name = '林秀英' WHERE id = '{them}'");
    stage.test.arrange(vec![named]).await;
    let page = phone.get(&stage, "/me/hours").await.is(200);
    assert!(!page.text.contains("收到的感谢"));
    let (booking, shift) = attended(&stage, me.as_str()).await;

    let ticket = format!("/me/bookings/{booking}/ticket");
    let action = format!("/me/bookings/{booking}/thank");
    let said = [("sentence", "patient")];
    let sent = guest.press(&stage, (&ticket, &action), &said).await.is(303);
    let page = guest.get(&stage, sent.header("location")).await.is(200);
    assert!(page.text.contains("义工会看到的") && page.text.contains("您谢过义工了"));
    assert!(!page.text.contains(&action));
    // What the ticket does not offer is refused.
    guest
        .post(&stage, &action, &[("sentence", "you are great")])
        .await
        .is(422);

    let there = format!("/staff/shifts/{shift}");
    let action = format!("{there}/thank");
    let thanked = worker.press(&stage, (&there, &action), &[]).await.is(303);
    let page = worker.get(&stage, thanked.header("location")).await.is(200);
    assert!(page.text.contains("您说过：准时可靠"));
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, OWN).await;
    let page = other.get(&stage, &there).await.is(200);
    assert!(!page.text.contains("谢谢义工"), "who did not lead it");

    let page = phone.get(&stage, "/me/hours").await.is(200);
    assert!(
        page.text.contains("1 位居民、1 位社工谢过您"),
        "{}",
        page.text
    );
    assert!(page.text.contains("谢谢您，很有耐心") && page.text.contains("准时可靠"));
    assert!(!page.text.contains("林秀英"), "residents are not named");
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert_eq!(inbox.text.matches("，有人谢谢您").count(), 1, "once a day");
    phone.cookies.push(("lang".into(), "en".into()));
    let page = phone.get(&stage, "/me/hours").await.is(200);
    assert!(
        page.text
            .contains("1 resident, 1 social worker thanked you"),
        "{}",
        page.text
    );
}

store::on_both_databases! {
    thanks_reach_the_volunteer => super::thanks_reach_the_volunteer,
}
