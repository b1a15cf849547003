//! Kiosks through the router, without JavaScript: pairing, checking in, forgetting, the way out;
//! and the phone that scans the screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{OWN, RESIDENT, Reply, Stage, now, paths};
use domain::{
    access::Role,
    time::{HOUR, MINUTE},
};
use serde_json::{Value, json};
use store::{kiosks, occurrences::TermsEdit, testing::TestDb};
use ticket::wall::{WallKey, step_at};

/// A browser with its cookies.
#[derive(Clone, Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn kiosk(secret: &str) -> Self {
        Self {
            cookies: vec![("linli-kiosk".into(), secret.into())],
        }
    }

    fn has(&self, name: &str) -> bool {
        self.cookies.iter().any(|(n, v)| n == name && !v.is_empty())
    }

    async fn send(
        &mut self,
        stage: &Stage,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Reply {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| {
                let escaped: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
                format!("{name}={escaped}")
            })
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", pairs.join("; "))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        let reply = stage
            .send(request.body(Body::from(body.join("&"))).unwrap())
            .await;
        for set in reply.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            self.cookies.push((name.into(), value.into()));
        }
        reply
    }

    async fn get(&mut self, stage: &Stage, path: &str) -> Reply {
        self.send(stage, "GET", path, &[]).await
    }

    async fn post(&mut self, stage: &Stage, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(stage, "POST", path, form).await
    }
}

/// What stands between two marks of a page.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after)
        .expect(after)
        .0
        .trim_end_matches("<!>")
}

/// Something that is on in half an hour at the own center.
async fn soon(stage: &Stage) -> domain::id::OccurrenceId {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let at = now().plus(30 * MINUTE);
    stage.activity_at(OWN, terms, true, at).await.1
}

/// Such a thing with a place of the resident: booking
/// and short code.
async fn booked(stage: &Stage) -> (String, String) {
    let occurrence = soon(stage).await;
    let token = stage.resident(RESIDENT).await;
    let reply = stage.book(&occurrence, &token).await.is(201).json;
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    (of(&reply["id"]), of(&reply["ticket"]["short_code"]))
}

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
        let form = [("code", typed.as_str()), ("key", key.as_str())];
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
    for path in paths(&app::kiosk::routes()) {
        let path = path.replace("{id}", occurrence.as_str());
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
            grants: vec![store::staff::TimedGrant {
                grant,
                ends_at: None,
            }],
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
        format!("SELECT at FROM check_in WHERE booking_id = '{booking}' AND method = 'wall_code'");
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

/// The code that was sent to the number last.
async fn code_sent(stage: &Stage, phone: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code' AND recipient = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
        .bind(phone.to_owned())
        .one()
        .await
        .unwrap();
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    digits[..6].to_owned()
}

async fn c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let mut device = Browser::kiosk(&secret);
    let occurrence = soon(&stage).await;
    let number = format!("/kiosk/book/{occurrence}/phone");
    for (path, key) in [("/kiosk/check-in", "C"), (number.as_str(), "7")] {
        let form = [("code", "23"), ("key", key)];
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

async fn somebody_books_by_phone_and_leaves_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    stage.resident(RESIDENT).await;
    let occurrence = soon(&stage).await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{occurrence}");
    let at = |step: &str| format!("{begin}/{step}");
    let page = device
        .get(&stage, &format!("/kiosk/on/{occurrence}"))
        .await
        .is(200);
    assert!(page.text.contains(&format!("href=\"{begin}\"")), "one key");
    device.get(&stage, &begin).await.is(200);
    // Nobody is chosen, nothing is booked before anything is proven.
    for step in ["who", "confirm"] {
        let on = device.get(&stage, &at(step)).await.is(303);
        assert_eq!(on.header("location"), begin, "{step}");
        device.post(&stage, &at(step), &[("person", OWN)]).await;
    }
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM booking").await, 0);
    let on = device
        .post(&stage, &at("phone"), &[("code", RESIDENT)])
        .await
        .is(303);
    assert_eq!(on.header("location"), at("code"));
    let page = device.get(&stage, &at("code")).await.is(200);
    assert!(!page.text.contains(RESIDENT) && !page.text.contains("138****"));
    device.get(&stage, &at("who")).await.is(303);
    device
        .post(&stage, &at("code"), &[("code", "000000x")])
        .await
        .is(303);
    let page = device.get(&stage, &at("code")).await.is(200);
    assert!(page.text.contains("验证码不对"));
    let code = code_sent(&stage, RESIDENT).await;
    let on = device
        .post(&stage, &at("code"), &[("code", &code)])
        .await
        .is(303);
    assert_eq!(on.header("location"), at("who"));
    let page = device.get(&stage, &at("who")).await.is(200);
    assert!(!page.text.contains(RESIDENT), "masked");
    let person = between(&page.text, "name=\"person\" value=\"", "\"").to_owned();
    device
        .post(&stage, &at("who"), &[("person", &person)])
        .await
        .is(303);
    let page = device.get(&stage, &at("confirm")).await.is(200);
    let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
    // A form that was sent twice is one booking.
    for _ in 0..2 {
        let on = device
            .post(&stage, &at("confirm"), &[("key", &key)])
            .await
            .is(303);
        assert_eq!(on.header("location"), at("answer"));
    }
    let made = "SELECT COUNT(*) FROM booking WHERE channel = 'kiosk' AND state = 'confirmed'";
    assert_eq!(stage.test.number(made).await, 1);
    let page = device.get(&stage, &at("answer")).await.is(200);
    assert!(page.text.contains("data-light=\"green\"") && page.text.contains("<svg"));
    let short = between(&page.text, "class=\"kiosk-number\">", "<").to_owned();
    let (before, after) = short.split_once('-').unwrap();
    let known = format!("SELECT COUNT(*) FROM booking WHERE short_code = '{before}{after}'");
    assert_eq!(stage.test.number(&known).await, 1);
    // Done: the secret opens nothing more, wherever it may have been kept.
    let kept = device.clone();
    device.post(&stage, "/kiosk/done", &[]).await.is(303);
    assert!(!device.has("kiosk-visit"));
    assert_eq!(
        stage.test.number("SELECT COUNT(*) FROM kiosk_visit").await,
        0
    );
    let mut kept = kept;
    kept.get(&stage, &at("answer")).await.is(303);
    kept.get(&stage, &at("who")).await.is(303);
}

async fn a_kiosks_visit_ends_after_some_minutes_and_at_the_start(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let (_, code) = booked(&stage).await;
    let occurrence = soon(&stage).await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{occurrence}");
    let confirm = format!("{begin}/confirm");
    for leave in ["time", "/kiosk", "/kiosk/idle"] {
        let on = device
            .post(&stage, &begin, &[("code", &code)])
            .await
            .is(303);
        assert_eq!(on.header("location"), confirm);
        let page = device.get(&stage, &confirm).await;
        assert_ne!(page.header("location"), begin, "{leave}");
        let mut kept = device.clone();
        match leave {
            "time" => stage.at(now().plus(domain::kiosk::VISIT_LIFE)),
            path => drop(device.get(&stage, path).await),
        }
        let over = kept.get(&stage, &confirm).await.is(303);
        assert_eq!(over.header("location"), begin, "{leave}");
        stage.at(now());
    }
}

async fn a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let (booking, code) = booked(&stage).await;
    let terms = TermsEdit {
        capacity: Some(1),
        ..TermsEdit::default()
    };
    let at = now().plus(48 * HOUR);
    let later = stage.activity_at(OWN, terms, true, at).await.1.to_string();
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{later}");
    let mut told = Vec::new();
    let forged = "1".repeat(200);
    for wrong in [RESIDENT, "王芳", forged.as_str(), "nonsense"] {
        let on = device
            .post(&stage, &begin, &[("code", wrong)])
            .await
            .is(303);
        assert_eq!(on.header("location"), begin);
        assert!(!device.has("kiosk-visit"));
        let page = device.get(&stage, &begin).await.is(200);
        told.push(between(&page.text, "field-error", "</p>").to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    let id: domain::id::BookingId = booking.parse().unwrap();
    let ticket = stage.site.tickets().ticket(&id).as_str().to_owned();
    for shown in [code.as_str(), ticket.as_str()] {
        device
            .post(&stage, &begin, &[("code", shown)])
            .await
            .is(303);
        let page = device.get(&stage, &format!("{begin}/who")).await.is(200);
        assert_eq!(page.text.matches("name=\"person\"").count(), 1);
        assert!(!page.text.contains(RESIDENT));
        device
            .get(&stage, &format!("{begin}/confirm"))
            .await
            .is(200);
    }
    // Once its booking is cancelled it says nothing any more.
    let cancel = format!("UPDATE booking SET state = 'cancelled' WHERE id = '{booking}'");
    stage.test.arrange(vec![cancel]).await;
    let on = device
        .post(&stage, &begin, &[("code", &ticket)])
        .await
        .is(303);
    assert_eq!(on.header("location"), begin);
}

async fn c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    stage.resident(RESIDENT).await;
    let occurrence = soon(&stage).await;
    let begin = format!("/kiosk/book/{occurrence}");
    let mut told = Vec::new();
    for phone in [RESIDENT, "13999999999"] {
        let mut device = Browser::kiosk(&secret);
        let path = format!("{begin}/phone");
        let on = device.post(&stage, &path, &[("code", phone)]).await.is(303);
        assert_eq!(on.header("location"), format!("{begin}/code"));
        let page = device.get(&stage, &format!("{begin}/code")).await.is(200);
        told.push(between(&page.text, "<main", "</main>").to_owned());
        // Whoever holds that telephone learns that no name is known; no account is made by it.
        if phone != RESIDENT {
            let code = code_sent(&stage, phone).await;
            let path = format!("{begin}/code");
            let on = device.post(&stage, &path, &[("code", &code)]).await.is(303);
            assert_eq!(on.header("location"), format!("{begin}/phone"));
        }
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM account").await, 1);
}

/// Begins a session of the resident.
async fn sign_in(stage: &Stage, login: store::logins::NewLogin) {
    use domain::person::Phone;
    let (db, act, key) = (&stage.test.db, stage.system(), stage.site.code_key());
    let phone = Phone::parse(RESIDENT).unwrap();
    store::sign_in::request_code(db, &act, key, &phone, "zh-CN")
        .await
        .unwrap();
    let mut tx = db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code'")
        .one()
        .await
        .unwrap();
    drop(tx);
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    let code = &digits[..6];
    store::sign_in::verify(db, &act, key, &phone, code, "zh-CN", login)
        .await
        .unwrap();
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
    a_device_is_paired_by_keys_on_its_screen => super::a_device_is_paired_by_keys_on_its_screen,
    c133_a_kiosks_cookie_opens_kiosk_pages_only => super::c133_a_kiosks_cookie_opens_kiosk_pages_only,
    c128_a_revoked_kiosk_is_told_at_its_next_request_and_forgets => super::c128_a_revoked_kiosk_is_told_at_its_next_request_and_forgets,
    a_short_code_checks_in_and_the_result_goes_with_the_person => super::a_short_code_checks_in_and_the_result_goes_with_the_person,
    c132_names_and_phones_of_strangers_reveal_nothing => super::c132_names_and_phones_of_strangers_reveal_nothing,
    c135_language_and_mode_end_with_the_person => super::c135_language_and_mode_end_with_the_person,
    c134_the_way_out_is_a_number_that_staff_confirm => super::c134_the_way_out_is_a_number_that_staff_confirm,
    c134_a_password_lets_out_only_who_manages_this_kiosk => super::c134_a_password_lets_out_only_who_manages_this_kiosk,
    c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed => super::c131_a_key_without_scripts_leaves_no_page_that_shows_what_was_typed,
    somebody_books_by_phone_and_leaves_nothing => super::somebody_books_by_phone_and_leaves_nothing,
    a_kiosks_visit_ends_after_some_minutes_and_at_the_start => super::a_kiosks_visit_ends_after_some_minutes_and_at_the_start,
    a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing => super::a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing,
    c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known => super::c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known,
    c108_signing_in_takes_ninety_seconds_and_the_scan_counts => super::c108_signing_in_takes_ninety_seconds_and_the_scan_counts,
    c109_a_claim_of_an_hour_ago_and_a_code_of_two_steps_ago_are_over => super::c109_a_claim_of_an_hour_ago_and_a_code_of_two_steps_ago_are_over,
    health_is_told_and_seen => super::health_is_told_and_seen,
}
