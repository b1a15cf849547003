//! Signing up for a shift at a kiosk, by the road of every other way, with nothing left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::Browser,
    shifts::{formal, shift},
};
use domain::id::PersonId;
use store::testing::TestDb;

/// The code that was sent to the number last.
async fn code_sent(stage: &Stage) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code' ORDER BY created_at DESC, id DESC LIMIT 1")
        .one()
        .await
        .unwrap();
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    digits[..6].to_owned()
}

async fn holder(stage: &Stage) -> PersonId {
    let token = stage.resident(RESIDENT).await;
    let people = stage.get("/api/v1/me/people", Some(&token)).await.is(200);
    people.json["items"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// Shows who they are by telephone, and chooses the holder.
async fn shown(stage: &Stage, device: &mut Browser, begin: &str, person: &PersonId) {
    let form = [("code", RESIDENT)];
    device
        .post(stage, &format!("{begin}/phone"), &form)
        .await
        .is(303);
    let code = code_sent(stage).await;
    let on = device
        .post(stage, &format!("{begin}/code"), &[("code", &code)])
        .await
        .is(303);
    assert_eq!(on.header("location"), format!("{begin}/who"));
    let page = device.get(stage, &format!("{begin}/who")).await.is(200);
    assert!(page.text.contains(person.as_str()));
    let chosen = [("person", person.as_str())];
    let on = device
        .post(stage, &format!("{begin}/who"), &chosen)
        .await
        .is(303);
    assert_eq!(on.header("location"), format!("{begin}/confirm"));
}

async fn assignments(stage: &Stage) -> i64 {
    stage.test.number("SELECT COUNT(*) FROM assignment").await
}

async fn a_volunteer_signs_up_and_leaves_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let person = holder(&stage).await;
    formal(&stage, &person).await;
    let id = shift(&stage, OWN, 1, "sign_up").await;
    let risks = format!("UPDATE shift SET risks = '走外侧' WHERE id = '{id}'");
    stage.test.arrange(vec![risks]).await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/help/{id}");
    let page = device
        .get(&stage, &format!("/kiosk/shifts/{id}"))
        .await
        .is(200);
    assert!(page.text.contains(&format!("href=\"{begin}\"")), "one key");
    for step in ["who", "confirm"] {
        let on = device.get(&stage, &format!("{begin}/{step}")).await.is(303);
        assert_eq!(on.header("location"), begin, "{step}");
    }
    shown(&stage, &mut device, &begin, &person).await;
    let confirm = format!("{begin}/confirm");
    let page = device.get(&stage, &confirm).await.is(200);
    assert!(page.text.contains("走外侧") && page.text.contains("看过安全须知，报名"));
    assert_eq!(assignments(&stage).await, 0);
    // Without the text of risks confirmed there is no place.
    device
        .post(&stage, &confirm, &[("key", "one")])
        .await
        .is(303);
    let page = device.get(&stage, &format!("{begin}/answer")).await.is(200);
    assert!(page.text.contains("data-light=\"amber\""));
    assert_eq!(assignments(&stage).await, 0);
    let read = [("key", "two"), ("risks", "1")];
    for _ in 0..2 {
        device.post(&stage, &confirm, &read).await.is(303);
    }
    let page = device.get(&stage, &format!("{begin}/answer")).await.is(200);
    assert!(page.text.contains("data-light=\"green\"") && page.text.contains("<svg"));
    assert_eq!(assignments(&stage).await, 1);
    let kiosk = "SELECT COUNT(*) FROM assignment WHERE channel = 'kiosk' AND risks_version = 1";
    assert_eq!(stage.test.number(kiosk).await, 1);
    // Whoever comes next finds nothing of it.
    device.post(&stage, "/kiosk/done", &[]).await.is(303);
    let page = device.get(&stage, &format!("{begin}/answer")).await.is(303);
    assert_eq!(page.header("location"), "/kiosk");
}

async fn who_is_no_volunteer_is_told_why_and_other_centers_are_not_there(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let person = holder(&stage).await;
    let id = shift(&stage, OWN, 1, "sign_up").await;
    let invited = shift(&stage, OWN, 2, "invite").await;
    let elsewhere = shift(&stage, FOREIGN, 3, "sign_up").await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/help/{id}");
    shown(&stage, &mut device, &begin, &person).await;
    let page = device
        .get(&stage, &format!("{begin}/confirm"))
        .await
        .is(200);
    assert!(
        page.text.contains("data-light=\"amber\""),
        "told before anything is pressed"
    );
    device
        .post(&stage, &format!("{begin}/confirm"), &[("key", "one")])
        .await
        .is(303);
    let page = device.get(&stage, &format!("{begin}/answer")).await.is(200);
    assert!(page.text.contains("data-light=\"amber\""));
    assert_eq!(assignments(&stage).await, 0);
    let page = device
        .get(&stage, &format!("/kiosk/shifts/{invited}"))
        .await
        .is(200);
    assert!(!page.text.contains("/kiosk/help/"), "only by invitation");
    for page in [
        format!("/kiosk/shifts/{elsewhere}"),
        format!("/kiosk/help/{elsewhere}"),
    ] {
        device.get(&stage, &page).await.is(404);
    }
    device.get(&stage, "/kiosk/shifts").await.is(200);
    Browser::default()
        .get(&stage, "/kiosk/shifts")
        .await
        .is(401);
}

store::on_both_databases! {
    a_volunteer_signs_up_and_leaves_nothing => super::a_volunteer_signs_up_and_leaves_nothing,
    who_is_no_volunteer_is_told_why_and_other_centers_are_not_there => super::who_is_no_volunteer_is_told_why_and_other_centers_are_not_there,
}
