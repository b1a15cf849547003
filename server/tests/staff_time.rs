//! A social worker says when they are at work; whoever plans sees that it does not fit, and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, browser::Browser, now, shifts::shift};
use domain::{
    access::Role,
    time::{DAY, HOUR},
};
use serde_json::json;
use store::testing::TestDb;

async fn leave_is_said_seen_and_set_aside_with_a_reason(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let made = shift(&stage, OWN, 1, "sign_up").await;
    let begins = now().plus(700 * DAY + 4 * HOUR);

    // Everything is ticked; leave is entered from one day to another.
    let here = "/staff/account/time";
    let page = worker.get(&stage, here).await.is(200);
    assert_eq!(page.text.matches("checked").count(), 21);
    let (first, last) = (begins.day().to_string(), begins.plus(DAY).day().to_string());
    let wrong = [("away_from", last.as_str()), ("away_to", first.as_str())];
    worker.press(&stage, (here, here), &wrong).await.is(422);
    let leave = [("away_from", first.as_str()), ("away_to", last.as_str())];
    let saved = worker.press(&stage, (here, here), &leave).await.is(303);
    let page = worker.get(&stage, saved.header("location")).await.is(200);
    assert_eq!(page.text.matches("checked").count(), 23);

    // The manager sees the times, a colleague does not.
    let times = format!("/staff/centers/{OWN}/staff-time");
    let page = manager.get(&stage, &times).await.is(200);
    assert!(page.text.contains("休假："), "{}", page.text);
    worker.get(&stage, &times).await.is(403);

    // Whoever plans sees the reason, and can set it aside with one of their own.
    let hole = format!("/staff/centers/{OWN}/roster/hole?shift={made}&role=lead");
    let page = manager.get(&stage, &hole).await.is(200);
    assert!(page.text.contains("那个时间不上班"));
    assert!(page.text.contains("name=\"override\""));
    let token = stage.token(Role::CenterManager, OWN).await;
    let staff = stage
        .get(&format!("/api/v1/centers/{OWN}/staff"), Some(&token))
        .await
        .is(200)
        .json;
    let assign = format!("/api/v1/shifts/{made}/assignments");
    let all = staff["items"].as_array().unwrap();
    let mut refused = 0;
    for of in all {
        let reply = stage
            .post(&assign, &token, json!({ "staff_id": of["id"] }))
            .await;
        refused += i32::from(reply.code() == "not_at_work");
    }
    assert_eq!(refused, 1);
    for of in all {
        let with = json!({ "staff_id": of["id"], "override": "已电话商量" });
        stage.post(&assign, &token, with).await;
    }
    let kept = "SELECT COUNT(*) FROM assignment WHERE override_reason = '已电话商量'";
    assert_eq!(stage.test.number(kept).await, 1);
}

store::on_both_databases! {
    leave_is_said_seen_and_set_aside_with_a_reason => super::leave_is_said_seen_and_set_aside_with_a_reason,
}
