//! Where a volunteer likes to serve and what they speak; and what a center asks where the lead is missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::Browser,
    now,
    shifts::{Past, formal, running},
};
use domain::{access::Role, id::PersonId, time::MINUTE};
use serde_json::json;
use store::testing::TestDb;

const NEXT: &str = "SZ440303001-02";

/// The resident, a formal volunteer of the own center.
async fn volunteer(stage: &Stage) -> PersonId {
    stage.resident(RESIDENT).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (PersonId,) = tx.sql("SELECT id FROM person").one().await.unwrap();
    drop(tx);
    formal(stage, &person).await;
    let own = format!("UPDATE volunteer SET center_id = '{OWN}'");
    stage.test.arrange(vec![own]).await;
    person
}

async fn a_volunteer_ticks_centers_and_languages(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = volunteer(&stage).await.to_string();
    let mut browser = Browser::resident(&stage).await;
    let path = "/volunteer/places";
    let here = format!("{path}?person={person}");
    let page = browser.get(&stage, &here).await.is(200);
    // The center next door is offered, their own needs no tick.
    assert!(
        page.text.contains(&format!("value=\"{NEXT}\"")),
        "{}",
        page.text
    );
    assert!(!page.text.contains(&format!("value=\"{OWN}\"")));
    assert_eq!(page.text.matches("name=\"language\"").count(), 6);
    let found = browser
        .get(&stage, &format!("{here}&q=yanshan"))
        .await
        .is(200);
    assert!(found.text.contains("沿山社区"), "{}", found.text);
    let none = browser
        .get(&stage, &format!("{here}&q=qqqqzz"))
        .await
        .is(200);
    assert!(none.text.contains("没有找到这个中心"));
    let form = [
        ("person", person.as_str()),
        ("center", NEXT),
        ("language", "yue"),
        ("language", "sign"),
        ("key", "places"),
    ];
    let saved = browser.post(&stage, path, &form).await.is(303);
    let page = browser.get(&stage, saved.header("location")).await.is(200);
    assert!(page.text.contains("已经记下了"));
    assert!(
        page.text.contains(&format!("value=\"{NEXT}\" checked")),
        "{}",
        page.text
    );
    let own = browser.get(&stage, "/volunteer").await.is(200);
    assert!(own.text.contains("会说：粤语、手语"), "{}", own.text);
    let wrong = [("person", person.as_str()), ("center", "SZ440303009-99")];
    browser.post(&stage, path, &wrong).await.is(422);
    let other = [("person", "0190b6f0-0000-7000-8000-000000000001")];
    browser.post(&stage, path, &other).await.is(404);
}

/// C-82, as the center has decided: said at the door, on the shift's pages and in the day, and shown as the
/// center's policy.
async fn c82_what_the_center_asks_is_said_where_people_stand(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = volunteer(&stage).await.to_string();
    let Past { shift, assignment } = running(&stage, OWN, &person).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let wait = "按本中心的规定，带队社工到了，班次才开始";
    let begin = "按本中心的规定，可以先开始";
    let pages = [
        format!("/staff/centers/{OWN}/today"),
        format!("/staff/shifts/{shift}"),
    ];
    for page in &pages {
        let seen = manager.get(&stage, page).await.is(200);
        assert!(seen.text.contains(wait), "{page}: {}", seen.text);
    }
    let mut resident = Browser::resident(&stage).await;
    let public = format!("/shifts/{shift}");
    let seen = resident.get(&stage, &public).await.is(200);
    assert!(seen.text.contains(wait));

    let policy = format!("/staff/centers/{OWN}/policy");
    let page = manager.get(&stage, &policy).await.is(200);
    assert!(page.text.contains("法律没有要求"));
    let form = [("missing_lead", "warns"), ("key", "policy")];
    let saved = manager.post(&stage, &policy, &form).await.is(303);
    manager.get(&stage, saved.header("location")).await.is(200);
    let wrong = [("missing_lead", "shrugs"), ("key", "other")];
    manager.post(&stage, &policy, &wrong).await.is(422);
    for page in &pages {
        let seen = manager.get(&stage, page).await.is(200);
        assert!(
            seen.text.contains(begin) && !seen.text.contains(wait),
            "{page}"
        );
    }

    // At the kiosk: let in, and told. What programs get is as it was.
    let (kiosk, _) = stage.kiosk(OWN, "大厅").await;
    let tickets = stage.site.tickets();
    let id: domain::id::AssignmentId = assignment.parse().unwrap();
    let token = ticket::issue(&tickets.signer, ticket::Kind::Assignment, id.uuid()).into_string();
    let mut screen = Browser::kiosk(&kiosk);
    let form = [("code", token.as_str()), ("scan", "first"), ("key", "scan")];
    screen.post(&stage, "/kiosk/check-in", &form).await.is(303);
    let result = screen.get(&stage, "/kiosk/result").await.is(200);
    assert!(result.text.contains(begin), "{}", result.text);
    stage.at(now().plus(MINUTE));
    let scan = json!({ "id": "0190f000-0000-7000-8000-00000000c001", "token": token });
    let again = stage.post("/api/v1/check-ins", &kiosk, scan).await.is(200);
    assert_eq!(again.json["result"], "already");
    assert!(again.json.get("without_lead").is_none());
}

store::on_both_databases! {
    a_volunteer_ticks_centers_and_languages => super::a_volunteer_ticks_centers_and_languages,
    c82_what_the_center_asks_is_said_where_people_stand => super::c82_what_the_center_asks_is_said_where_people_stand,
}
