//! Kiosks through the router, without JavaScript: pairing, checking in, forgetting, the way
//! out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::{Browser, between, booked, soon},
    now, paths,
};
use domain::{access::Role, time::MINUTE};
use serde_json::Value;
use store::{kiosks, testing::TestDb};

async fn a_device_is_paired_by_keys_on_its_screen(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::default();
    let cookie = stage.staff("worker", Role::SocialWorker, OWN).await;
    let (name, value) = cookie.split_once('=').unwrap();
    worker.cookies.push((name.into(), value.into()));
    let path = format!("/staff/centers/{OWN}/kiosks");
    let page = worker
        .post(&stage, &path, &[("name", "一楼大厅")])
        .await
        .is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let code = between(&page.text, "<code>", "</code>").replace('-', "");
    assert_eq!(code.len(), 8);

    let mut device = Browser::default();
    device.get(&stage, "/kiosk").await.is(401);
    let mut typed = String::new();
    for key in code.chars() {
        let key = key.to_string();
        let form = [("code", typed.as_str()), ("press", key.as_str())];
        let on = device.post(&stage, "/kiosk/pair", &form).await.is(303);
        assert_eq!(on.header("location"), "/kiosk/pair");
        let page = device.get(&stage, "/kiosk/pair").await.is(200);
        typed = between(
            &page.text,
            "id=\"code\" name=\"code\" type=\"text\" value=\"",
            "\"",
        )
        .to_owned();
    }
    assert_eq!(typed, code);
    let done = device
        .post(&stage, "/kiosk/pair", &[("code", &typed)])
        .await
        .is(303);
    assert_eq!(done.header("location"), "/kiosk");
    let set = done.header("set-cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax"),
        "{set}"
    );
    let page = device.get(&stage, "/kiosk").await.is(200);
    assert!(page.text.contains("大塘龙社区党群服务中心"));
    assert_eq!(page.header("cache-control"), "no-store");
    // The code is used up, and a wrong one is told alike.
    let mut other = Browser::default();
    for wrong in [code.as_str(), "22222222", "nonsense"] {
        let told = other
            .post(&stage, "/kiosk/pair", &[("code", wrong)])
            .await
            .is(422);
        assert!(told.text.contains("配对码不对"), "{wrong}");
    }
    assert!(!other.has("linli-kiosk"));
    let page = worker.get(&stage, &path).await.is(200);
    assert!(page.text.contains("一楼大厅"));
}

async fn c133_a_kiosks_cookie_opens_kiosk_pages_only(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let pages = paths(&app::resident::routes().merge(app::staff::routes()));
    assert!(pages.len() > 30, "{pages:?}");
    let files = ["/offline", "/sw.js", "/manifest.webmanifest"];
    for page in pages {
        let path = page.replace("{center}", OWN).replace("{id}", OWN);
        for method in ["GET", "POST"] {
            let reply = Browser::kiosk(&secret)
                .send(&stage, method, &path, &[])
                .await;
            if files.contains(&path.as_str()) {
                continue;
            }
            assert_eq!(reply.status, 303, "{method} {path}");
            assert_eq!(reply.header("location"), "/kiosk", "{method} {path}");
        }
    }
    let document: Value =
        serde_json::from_str(&server::rest::document().to_json().unwrap()).unwrap();
    let mut own = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{center}", OWN);
        if path.starts_with("/api/v1/kiosk") || path.starts_with("/api/v1/check-ins") {
            own += 1;
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let reply = Browser::kiosk(&secret)
                .send(&stage, &method, &path, &[])
                .await;
            reply.refused(403, "forbidden");
        }
    }
    assert!(own >= 2, "{own}");
    let occurrence = soon(&stage).await;
    let shift = common::shifts::shift(&stage, OWN, 1, "sign_up").await;
    for path in paths(&app::kiosk::routes()) {
        let is_about_shifts = ["/kiosk/help/", "/kiosk/shifts/"];
        let id = match is_about_shifts.iter().any(|part| path.starts_with(part)) {
            true => shift.as_str(),
            false => occurrence.as_str(),
        };
        let path = path.replace("{id}", id);
        let reply = Browser::kiosk(&secret).get(&stage, &path).await;
        assert!(
            matches!(reply.status.as_u16(), 200 | 303 | 405),
            "{path}: {}",
            reply.status
        );
        for link in reply
            .text
            .split("href=\"")
            .skip(1)
            .chain(reply.text.split("action=\"").skip(1))
        {
            let to = link.split('"').next().unwrap();
            let inside = to.starts_with("/kiosk") || to.starts_with("/pkg/") || to.starts_with('#');
            let icon = to.contains('.') && !to[1..].contains('/');
            assert!(inside || icon, "{path} leads to {to}");
        }
    }
}

async fn c128_a_revoked_kiosk_is_told_at_its_next_request_and_forgets(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, id) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    device.get(&stage, "/kiosk").await.is(200);
    kiosks::revoke(&stage.test.db, &stage.system(), &id)
        .await
        .unwrap();
    device
        .get(&stage, "/api/v1/kiosk")
        .await
        .refused(401, "unauthenticated");
    let page = device.get(&stage, "/kiosk/today").await.is(401);
    assert!(page.header("clear-site-data").contains("storage"));
    assert!(!device.has("linli-kiosk"));
    // A browser like any other again.
    device.get(&stage, "/").await.is(200);
}

async fn a_short_code_checks_in_and_the_result_goes_with_the_person(test: TestDb) {
    let stage = Stage::new(test).await;
    let (booking, code) = booked(&stage).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    let page = device.get(&stage, "/kiosk/check-in").await.is(200);
    let scan = between(&page.text, "name=\"scan\" value=\"", "\"").to_owned();
    let form = [("scan", scan.as_str()), ("code", code.as_str())];
    let sent = device.post(&stage, "/kiosk/check-in", &form).await.is(303);
    assert_eq!(sent.header("location"), "/kiosk/result");
    let page = device.get(&stage, "/kiosk/result").await.is(200);
    assert!(page.text.contains("data-light=\"green\""), "{}", page.text);
    assert!(page.text.contains("八段锦") && !page.text.contains("x-linli-keep"));
    assert!(!page.text.contains(RESIDENT), "masked");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-linli-keep"), "", "never kept");
    let seen =
        format!("SELECT COUNT(*) FROM booking WHERE id = '{booking}' AND state = 'checked_in'");
    assert_eq!(stage.test.number(&seen).await, 1);
    // The same form once more is the same scan.
    device.post(&stage, "/kiosk/check-in", &form).await.is(303);
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM check_in").await, 1);
    // Another scan says when it was.
    let page = device.get(&stage, "/kiosk/check-in").await.is(200);
    let scan = between(&page.text, "name=\"scan\" value=\"", "\"").to_owned();
    stage.at(now().plus(MINUTE));
    let form = [("scan", scan.as_str()), ("code", code.as_str())];
    device.post(&stage, "/kiosk/check-in", &form).await.is(303);
    let page = device.get(&stage, "/kiosk/result").await.is(200);
    assert!(page.text.contains("data-light=\"amber\"") && page.text.contains("10:00"));
    // Done: the back key finds nothing.
    device.post(&stage, "/kiosk/done", &[]).await.is(303);
    let back = device.get(&stage, "/kiosk/result").await.is(303);
    assert_eq!(back.header("location"), "/kiosk");
    for path in ["/kiosk", "/kiosk/check-in", "/kiosk/today"] {
        let page = device.get(&stage, path).await.is(200);
        assert!(
            !page.text.contains(&code) && !page.text.contains("138****"),
            "{path}"
        );
    }
}

async fn c132_names_and_phones_of_strangers_reveal_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    booked(&stage).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut told = Vec::new();
    for typed in [RESIDENT, "13999999999", "王芳", "张三"] {
        let mut device = Browser::kiosk(&secret);
        device
            .post(&stage, "/kiosk/check-in", &[("code", typed)])
            .await
            .is(303);
        let page = device.get(&stage, "/kiosk/result").await.is(200);
        assert!(!page.text.contains(typed));
        told.push(between(&page.text, "kiosk-result", "</section>").to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "known and unknown are told alike: {told:#?}");
}

async fn c135_language_and_mode_end_with_the_person(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    let first = device.get(&stage, "/kiosk").await.is(200);
    assert_eq!(first.header("x-linli-keep"), "1");
    let form = [("lang", "en"), ("back", "/kiosk/today")];
    let to = device
        .post(&stage, "/kiosk/preferences", &form)
        .await
        .is(303);
    assert_eq!(to.header("location"), "/kiosk/today");
    let form = [("mode", "elder"), ("back", "https://evil.example/")];
    let to = device
        .post(&stage, "/kiosk/preferences", &form)
        .await
        .is(303);
    assert_eq!(to.header("location"), "/kiosk");
    let page = device.get(&stage, "/kiosk").await.is(200);
    assert!(page.text.contains("lang=\"en\" data-mode=\"elder\""));
    assert_eq!(
        page.header("x-linli-keep"),
        "",
        "somebody's choice is not kept"
    );
    // Without scripts the browser goes on by itself, and asks first.
    let page = device.get(&stage, "/kiosk/today").await.is(200);
    assert!(
        page.text
            .contains("url=/kiosk/still-here?back=%2Fkiosk%2Ftoday")
    );
    let page = device
        .get(&stage, "/kiosk/still-here?back=%2Fkiosk%2Ftoday")
        .await
        .is(200);
    assert!(
        page.text.contains("25;url=/kiosk/idle") && page.text.contains("href=\"/kiosk/today\"")
    );
    device.get(&stage, "/kiosk/idle").await.is(303);
    let page = device.get(&stage, "/kiosk").await.is(200);
    assert!(page.text.contains("lang=\"zh-CN\" data-mode=\"standard\""));
}

async fn c134_the_way_out_is_a_number_that_staff_confirm(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    let on = device.post(&stage, "/kiosk/exit/number", &[]).await.is(303);
    assert_eq!(on.header("location"), "/kiosk/exit/number");
    let page = device.get(&stage, "/kiosk/exit/number").await.is(200);
    let number = between(&page.text, "class=\"kiosk-number\"", "</p>");
    let number: String = number.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(number.len(), 6, "{number}");
    let mut worker = Browser::default();
    let cookie = stage.staff("worker", Role::SocialWorker, OWN).await;
    let (name, value) = cookie.split_once('=').unwrap();
    worker.cookies.push((name.into(), value.into()));
    let path = format!("/staff/centers/{OWN}/kiosks/exit");
    let wrong = if number == "000000" {
        "000001"
    } else {
        "000000"
    };
    worker
        .post(&stage, &path, &[("number", wrong)])
        .await
        .is(422);
    device.get(&stage, "/kiosk").await.is(200);
    worker
        .post(&stage, &path, &[("number", &number)])
        .await
        .is(303);
    device.get(&stage, "/kiosk/exit/number").await.is(401);
    assert!(!device.has("linli-kiosk"));
}

async fn c134_a_password_lets_out_only_who_manages_this_kiosk(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let (db, act, password) = (&stage.test.db, stage.system(), "correct horse battery");
    let hash = app::web::secrets::hash_password(password, stage.site.ids()).unwrap();
    for (username, scope) in [("own", OWN), ("foreign", common::FOREIGN)] {
        let grant = domain::access::Grant {
            role: Role::SocialWorker,
            scope: domain::access::Scope::parse(scope).unwrap(),
        };
        let new = store::staff::NewStaff {
            username: username.into(),
            name: domain::person::PersonName::parse("王芳").unwrap(),
            password_hash: hash.clone(),
            grants: vec![store::staff::TimedGrant::for_good(grant)],
            demo: false,
        };
        store::staff::add(db, &act, new).await.unwrap();
    }
    let mut device = Browser::kiosk(&secret);
    for (username, password) in [
        ("own", "wrong"),
        ("nobody", password),
        ("foreign", password),
    ] {
        let form = [("username", username), ("password", password)];
        // No page of the history is the answer to a password.
        let on = device
            .post(&stage, "/kiosk/exit/sign-in", &form)
            .await
            .is(303);
        assert_eq!(on.header("location"), "/kiosk/exit/sign-in");
        let page = device.get(&stage, "/kiosk/exit/sign-in").await.is(200);
        assert!(page.text.contains("field-error"), "{username}");
        for entered in [password, &format!("value=\"{username}\"")] {
            assert!(!page.text.contains(entered), "{username}");
        }
    }
    device.get(&stage, "/kiosk").await.is(200);
    let form = [("username", "own"), ("password", password)];
    let out = device
        .post(&stage, "/kiosk/exit/sign-in", &form)
        .await
        .is(303);
    assert_eq!(out.header("location"), "/");
    assert!(!device.has("linli-kiosk") && !device.has("linli"));
    assert_eq!(
        stage.test.number("SELECT COUNT(*) FROM login").await,
        0,
        "no session is left"
    );
    Browser::kiosk(&secret).get(&stage, "/kiosk").await.is(401);
}

async fn c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    let occurrence = soon(&stage).await;
    let number = format!("/kiosk/book/{occurrence}/phone");
    for (path, key) in [("/kiosk/check-in", "C"), (number.as_str(), "7")] {
        let form = [("code", "23"), ("press", key)];
        let on = device.post(&stage, path, &form).await.is(303);
        assert_eq!(on.header("location"), path);
        let shown = format!("value=\"23{key}\"");
        let page = device.get(&stage, path).await.is(200);
        assert!(page.text.contains(&shown), "{path}");
        assert_eq!(page.header("cache-control"), "no-store");
        // What going back asks for again.
        let page = device.get(&stage, path).await.is(200);
        assert!(!page.text.contains(&shown), "{path}: shown once");
        // And never on another page.
        device.post(&stage, path, &form).await.is(303);
        let page = device.get(&stage, "/kiosk/today").await.is(200);
        assert!(!page.text.contains(&shown));
        device.get(&stage, "/kiosk/idle").await.is(303);
        let page = device.get(&stage, path).await.is(200);
        assert!(!page.text.contains(&shown), "{path}: gone with the person");
    }
}

store::on_both_databases! {
    a_device_is_paired_by_keys_on_its_screen => super::a_device_is_paired_by_keys_on_its_screen,
    c133_a_kiosks_cookie_opens_kiosk_pages_only => super::c133_a_kiosks_cookie_opens_kiosk_pages_only,
    c128_a_revoked_kiosk_is_told_at_its_next_request_and_forgets => super::c128_a_revoked_kiosk_is_told_at_its_next_request_and_forgets,
    a_short_code_checks_in_and_the_result_goes_with_the_person => super::a_short_code_checks_in_and_the_result_goes_with_the_person,
    c132_names_and_phones_of_strangers_reveal_nothing => super::c132_names_and_phones_of_strangers_reveal_nothing,
    c135_language_and_mode_end_with_the_person => super::c135_language_and_mode_end_with_the_person,
    c134_the_way_out_is_a_number_that_staff_confirm => super::c134_the_way_out_is_a_number_that_staff_confirm,
    c134_a_password_lets_out_only_who_manages_this_kiosk => super::c134_a_password_lets_out_only_who_manages_this_kiosk,
    c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed => super::c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed,
}
