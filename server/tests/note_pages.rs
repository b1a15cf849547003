//! Notes of the staff at a booking: who writes them, who reads them, and when they are gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, Stage, browser::Browser, now};
use domain::{
    access::Role,
    retention::NOTES,
    time::{DAY, HOUR},
};
use store::{occurrences::TermsEdit, purge, testing::TestDb};

const KEPT: &str = "SELECT COUNT(*) FROM booking_note";

async fn purged(stage: &Stage, at: domain::time::Timestamp) -> u64 {
    let act = stage.system().at(at);
    purge::run(&stage.test.db, &act).await.unwrap().notes
}

async fn a_note_is_read_at_the_door_and_by_whom_it_is_about_and_goes(test: TestDb) {
    let stage = Stage::new(test).await;
    let begins = now().plus(DAY);
    let (_, at) = stage
        .activity_at(OWN, TermsEdit::default(), true, begins)
        .await;
    let mut resident = Browser::resident(&stage).await;
    let token = stage.resident(RESIDENT).await;
    let booking = stage.book(&at, &token).await.is(201).json;
    let booking = booking["id"].as_str().unwrap();
    let (note, roster) = (
        format!("/staff/bookings/{booking}/note"),
        format!("/staff/occurrences/{at}"),
    );
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let shown = desk.get(&stage, &roster).await.is(200);
    assert!(shown.text.contains(&note));
    let words = "坐轮椅来 <b>前排</b>";
    desk.press(&stage, (&note, &note), &[("note", words)])
        .await
        .is(303);
    for page in [&roster, &format!("{roster}/attend"), &note] {
        let shown = desk.get(&stage, page).await.is(200);
        assert!(
            shown.text.contains("坐轮椅来 &lt;b&gt;前排"),
            "{page}: {}",
            shown.text
        );
    }
    let ticket = format!("/me/bookings/{booking}/ticket");
    let own = resident.get(&stage, &ticket).await.is(200);
    assert!(own.text.contains("坐轮椅来"), "whoever is booked reads it");
    let article = own.text.split("</article>").next().unwrap();
    assert!(
        !article.contains("坐轮椅来"),
        "it is not kept on the phone with the ticket"
    );
    let sheet = desk.get(&stage, &format!("{roster}/sheet")).await.is(200);
    assert!(
        !sheet.text.contains("坐轮椅来"),
        "nor on the paper that everybody sees"
    );
    let data = resident.get(&stage, "/me/data").await.is(200);
    assert!(data.text.contains("工作人员写的报名备注"), "{}", data.text);
    let log = "SELECT COUNT(*) FROM audit WHERE action = 'booking.note'";
    assert_eq!(stage.test.number(log).await, 1);
    let told = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%轮椅%'";
    assert_eq!(stage.test.number(told).await, 0, "deleting it deletes it");

    let long = "好".repeat(201);
    let told = desk.post(&stage, &note, &[("note", &long)]).await.is(422);
    assert!(told.text.contains(&long) && told.text.contains("id=\"note-error\""));
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    let refused = other.post(&stage, &note, &[("note", "看看")]).await;
    assert!(matches!(refused.status.as_u16(), 403 | 404));
    assert_eq!(stage.test.number(KEPT).await, 1);

    let ends = begins.plus(2 * HOUR);
    assert_eq!(purged(&stage, ends.plus(NOTES - 1)).await, 0);
    assert_eq!(purged(&stage, ends.plus(NOTES)).await, 1);
    assert_eq!(stage.test.number(KEPT).await, 0);
}

async fn a_note_is_taken_away(test: TestDb) {
    let stage = Stage::new(test).await;
    let (_, at) = stage
        .activity_at(OWN, TermsEdit::default(), true, now().plus(DAY))
        .await;
    let token = stage.resident(RESIDENT).await;
    let booking = stage.book(&at, &token).await.is(201).json;
    let note = format!("/staff/bookings/{}/note", booking["id"].as_str().unwrap());
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    for (written, kept) in [("坐前排", 1), ("坐后排", 1), ("  ", 0), ("", 0)] {
        desk.press(&stage, (&note, &note), &[("note", written)])
            .await
            .is(303);
        assert_eq!(stage.test.number(KEPT).await, kept, "{written}");
    }
}

store::on_both_databases! {
    a_note_is_read_at_the_door_and_by_whom_it_is_about_and_goes => super::a_note_is_read_at_the_door_and_by_whom_it_is_about_and_goes,
    a_note_is_taken_away => super::a_note_is_taken_away,
}
