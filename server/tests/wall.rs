//! A phone that scans the code on a kiosk's screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, Stage,
    browser::{Browser, booked, sign_in},
    now,
};
use domain::time::HOUR;
use store::testing::TestDb;
use ticket::wall::{WallKey, step_at};

async fn c108_signing_in_takes_ninety_seconds_and_the_scan_counts(test: TestDb) {
    let stage = Stage::new(test).await;
    let (booking, _) = booked(&stage).await;
    let (secret, id) = stage.kiosk(OWN, "门口").await;
    let own = stage.get("/api/v1/kiosk", Some(&secret)).await.is(200).json;
    let key = WallKey::from_hex(id.uuid(), own["wall_secret"].as_str().unwrap()).unwrap();
    let code = key.code(step_at(stage.time().0));
    let address = own["wall_address"].as_str().unwrap();
    assert_eq!(address, "http://localhost:3000/w/");
    let mut phone = Browser::default();
    let to = phone.get(&stage, &format!("/w/{code}")).await.is(303);
    assert_eq!(to.header("location"), "/here");
    let page = phone.get(&stage, "/here").await.is(200);
    assert!(page.text.contains("/sign-in?back=%2Fhere") && page.text.contains("10:00"));
    stage.at(now().plus(90_000));
    let login = store::logins::NewLogin::new("a-login-of-the-test", "phone");
    sign_in(&stage, login).await;
    phone
        .cookies
        .push(("linli".into(), "a-login-of-the-test".into()));
    let page = phone.get(&stage, "/here").await.is(200);
    assert!(page.text.contains(&booking));
    let to = phone
        .post(&stage, "/here", &[("booking", &booking)])
        .await
        .is(303);
    assert_eq!(to.header("location"), "/here");
    let page = phone.get(&stage, "/here").await.is(200);
    assert!(page.text.contains("data-kind=\"good\""), "{}", page.text);
    assert!(page.text.contains("verdict-shape") && page.text.contains("10:00"));
    let at =
        format!("SELECT at FROM check_in WHERE subject_id = '{booking}' AND method = 'wall_code'");
    assert_eq!(stage.test.number(&at).await, now().0);
    // Once; sent again, or come back to after the claim's five minutes, it is the same answer.
    for later in [100_000, HOUR / 2] {
        stage.at(now().plus(later));
        let page = phone
            .post(&stage, "/here", &[("booking", &booking)])
            .await
            .is(200);
        assert!(page.text.contains("data-kind=\"good\"") && page.text.contains("10:00"));
    }
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM check_in").await, 1);
    // For nobody else who holds the phone after they signed out.
    phone.cookies.retain(|(name, _)| name != "linli");
    phone.get(&stage, "/here").await.is(410);
}

async fn c109_a_claim_of_an_hour_ago_and_a_code_of_two_steps_ago_are_over(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, id) = stage.kiosk(OWN, "门口").await;
    let own = stage.get("/api/v1/kiosk", Some(&secret)).await.is(200).json;
    let key = WallKey::from_hex(id.uuid(), own["wall_secret"].as_str().unwrap()).unwrap();
    let step = step_at(stage.time().0);
    let mut phone = Browser::default();
    phone
        .get(&stage, &format!("/w/{}", key.code(step - 2)))
        .await
        .is(410);
    phone.get(&stage, "/w/nonsense").await.is(410);
    phone
        .get(&stage, &format!("/w/{}", key.code(step - 1)))
        .await
        .is(303);
    phone.get(&stage, "/here").await.is(200);
    stage.at(now().plus(HOUR));
    phone.get(&stage, "/here").await.is(410);
}

/// A poster's address can be opened by anybody, any number of times.
async fn c190_scans_from_one_network_are_limited(test: TestDb) {
    let stage = Stage::new(test).await;
    let center = OWN.parse().unwrap();
    let (db, system) = (&stage.test.db, stage.system());
    store::kiosks::set_poster(db, &system, &center, true)
        .await
        .unwrap();
    let mut tx = db.read().await.unwrap();
    let (poster,): (String,) = tx
        .sql("SELECT poster_secret FROM door_policy")
        .one()
        .await
        .unwrap();
    drop(tx);
    let mut last = 0;
    for _ in 0..260 {
        let mut phone = Browser::default();
        let reply = phone.get(&stage, &format!("/w/{poster}")).await;
        last = reply.status.as_u16();
        assert!(matches!(last, 303 | 429), "{last}");
    }
    assert_eq!(last, 429);
    let rows = stage.test.number("SELECT COUNT(*) FROM claim").await;
    assert!((200..230).contains(&rows), "{rows}");
}

store::on_both_databases! {
    c190_scans_from_one_network_are_limited => super::c190_scans_from_one_network_are_limited,
    c108_signing_in_takes_ninety_seconds_and_the_scan_counts => super::c108_signing_in_takes_ninety_seconds_and_the_scan_counts,
    c109_a_claim_of_an_hour_ago_and_a_code_of_two_steps_ago_are_over => super::c109_a_claim_of_an_hour_ago_and_a_code_of_two_steps_ago_are_over,
}
