//! What somebody at another browser can and cannot do to whoever signs in (C-182), and where
//! signing in leads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{RESIDENT, Reply, Stage, browser::Browser};
use domain::{notice::Notice, time::MINUTE};
use store::{outbox, testing::TestDb};

async fn ask(stage: &Stage, browser: &mut Browser) -> String {
    let form = [("phone", RESIDENT)];
    browser.post(stage, "/sign-in", &form).await.is(200);
    match outbox::recent(&stage.test.db, 1)
        .await
        .unwrap()
        .remove(0)
        .notice
    {
        Some(Notice::SignInCode { code, .. }) => code,
        other => panic!("no code was sent: {other:?}"),
    }
}

async fn enter(stage: &Stage, browser: &mut Browser, code: &str, back: &str) -> Reply {
    let form = [("phone", RESIDENT), ("code", code), ("back", back)];
    browser.post(stage, "/sign-in/code", &form).await
}

async fn c182_a_strangers_codes_and_wrong_tries_do_not_concern_the_owner(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut owner = Browser::default();
    let code = ask(&stage, &mut owner).await;
    let mut stranger = Browser::default();
    for n in 0..4 {
        stage.at(common::now().plus(n * MINUTE));
        let theirs = ask(&stage, &mut stranger).await;
        let miss = if theirs == "000000" {
            "000001"
        } else {
            "000000"
        };
        for _ in 0..5 {
            enter(&stage, &mut stranger, miss, "/").await.is(422);
        }
    }
    let entered = enter(&stage, &mut owner, &code, "/me/bookings")
        .await
        .is(303);
    assert!(entered.header("location").starts_with("/me"), "{entered:?}");
    assert!(owner.has("linli"));
}

async fn c182_full_width_and_pasted_codes_are_read(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut browser = Browser::default();
    let form = [("phone", "\u{202D}+86 138－0000－0001\u{202C}")];
    browser.post(&stage, "/sign-in", &form).await.is(200);
    let Some(Notice::SignInCode { code, .. }) = outbox::recent(&stage.test.db, 1)
        .await
        .unwrap()
        .remove(0)
        .notice
    else {
        panic!("no code was sent");
    };
    let wide: String = code
        .bytes()
        .map(|digit| char::from_u32(u32::from(digit) - u32::from(b'0') + u32::from('０')).unwrap())
        .collect();
    let pasted = format!(
        "\u{200B}{}\u{A0}{} ",
        wide.chars().take(3).collect::<String>(),
        wide.chars().skip(3).collect::<String>()
    );
    enter(&stage, &mut browser, &pasted, "/").await.is(303);
}

async fn signing_in_over_an_open_session_ends_it(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut browser = Browser::default();
    let code = ask(&stage, &mut browser).await;
    enter(&stage, &mut browser, &code, "/").await.is(303);
    let mut before = browser.clone();
    stage.at(common::now().plus(2 * MINUTE));
    let code = ask(&stage, &mut browser).await;
    enter(&stage, &mut browser, &code, "/").await.is(303);
    let logins = stage.test.number("SELECT COUNT(*) FROM login").await;
    assert_eq!(logins, 1);
    let away = before.get(&stage, "/me/bookings").await.is(303);
    assert!(away.header("location").starts_with("/sign-in"));
}

async fn nobody_is_led_to_another_site(test: TestDb) {
    let stage = Stage::new(test).await;
    let outside = [
        "//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "/\u{0}/evil.example",
        "/ /evil.example",
        "javascript:alert(1)",
    ];
    for (n, back) in (0..).zip(outside) {
        let mut browser = Browser::default();
        stage.at(common::now().plus(n * 10 * MINUTE));
        let code = ask(&stage, &mut browser).await;
        let reply = enter(&stage, &mut browser, &code, back).await;
        let to = reply.header("location");
        assert!(
            !to.contains("evil") || reply.status.as_u16() == 422,
            "{back:?} leads to {to:?}"
        );
        for path in ["/preferences"] {
            let form = [("back", back), ("lang", "en"), ("mode", "elder")];
            let reply = browser.post(&stage, path, &form).await;
            assert!(
                !reply.header("location").contains("evil"),
                "{path} {back:?}"
            );
        }
    }
}

store::on_both_databases! {
    c182_a_strangers_codes_and_wrong_tries_do_not_concern_the_owner => super::c182_a_strangers_codes_and_wrong_tries_do_not_concern_the_owner,
    c182_full_width_and_pasted_codes_are_read => super::c182_full_width_and_pasted_codes_are_read,
    signing_in_over_an_open_session_ends_it => super::signing_in_over_an_open_session_ends_it,
    nobody_is_led_to_another_site => super::nobody_is_led_to_another_site,
}
