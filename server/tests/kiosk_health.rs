//! How a kiosk is: what it tells, and its self-test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, Stage,
    browser::{Browser, between},
    now,
};
use domain::access::Role;
use serde_json::json;
use store::testing::TestDb;

async fn a_kiosks_test_tells_a_genuine_ticket_from_a_forged_one_and_lets_nobody_in(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let device = &mut Browser::kiosk(&secret);
    let page = device.get(&stage, "/kiosk/self-test").await.is(200);
    // The page's own samples: what the island is given.
    let mut samples: Vec<&str> = page
        .text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 200)
        .collect();
    samples.dedup();
    assert_eq!(samples.len(), 2);
    let path = "/api/v1/kiosk/test-ticket";
    for (sample, genuine) in samples.iter().zip([true, false]) {
        let told = stage.post(path, &secret, json!({ "token": sample })).await;
        assert_eq!(told.is(200).json, json!({ "genuine": genuine }));
    }
    let bare = stage.token(Role::Kiosk, OWN).await;
    stage
        .post(path, &bare, json!({ "token": samples[0] }))
        .await
        .refused(403, "forbidden");
    // At a door the sample opens nothing.
    let shown = json!({ "id": uuid::Uuid::from_u128(7), "token": samples[0] });
    let scan = stage.post("/api/v1/check-ins", &secret, shown).await;
    assert_eq!(scan.is(200).json["result"], "unknown");
    let logged = stage.test.number("SELECT COUNT(*) FROM check_in").await;
    assert_eq!(logged, 1, "the scan alone");
}

async fn health_is_told_and_seen(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "一楼大厅").await;
    let body = json!({
        "version": "9.9.9", "clock_off_ms": 90_000, "camera": "failed", "scanner": "ok",
        "checks": [{ "check": "camera", "light": "red" }],
    });
    let heard = stage
        .post("/api/v1/kiosk/health", &secret, body)
        .await
        .is(200)
        .json;
    assert_eq!(heard["now"], now().rfc3339());
    for wrong in [
        json!({ "camera": "maybe" }),
        json!({ "checks": [{ "check": "soul", "light": "red" }] }),
        json!({ "version": "v".repeat(41) }),
    ] {
        stage
            .post("/api/v1/kiosk/health", &secret, wrong)
            .await
            .refused(422, "invalid");
    }
    let bare = stage.token(Role::Kiosk, OWN).await;
    stage
        .post("/api/v1/kiosk/health", &bare, json!({}))
        .await
        .refused(403, "forbidden");
    let mut worker = Browser::default();
    let cookie = stage.staff("worker", Role::SocialWorker, OWN).await;
    let (name, value) = cookie.split_once('=').unwrap();
    worker.cookies.push((name.into(), value.into()));
    let page = worker
        .get(&stage, &format!("/staff/centers/{OWN}/kiosks"))
        .await
        .is(200);
    assert!(page.text.contains("9.9.9") && page.text.contains("快 90.0 秒"));
    let card = between(&page.text, "<h2>一楼大厅", "</ul>");
    assert_eq!(
        card.matches("data-light=\"red\"").count(),
        3,
        "clock, camera, self-test: {card}"
    );
}

store::on_both_databases! {
    a_kiosks_test_tells_a_genuine_ticket_from_a_forged_one_and_lets_nobody_in => super::a_kiosks_test_tells_a_genuine_ticket_from_a_forged_one_and_lets_nobody_in,
    health_is_told_and_seen => super::health_is_told_and_seen,
}
