//! Texts, figures and dates where they come in (C-186, C-187, C-194): what nobody can see or mean is
//! refused by name, and what people mean is read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::http::StatusCode;
use common::{
    OWN, RESIDENT, Stage,
    browser::{Browser, between},
    now, paths,
    requests::{City, operations},
};
use domain::{access::Role, time::DAY};
use serde_json::{Value, json};
use store::{occurrences::TermsEdit, testing::TestDb};

/// The body with U+0000 in one of its texts, for each of them.
fn with_nul(body: &Value) -> Vec<Value> {
    match body {
        Value::String(text) => vec![json!(format!("{text}\0"))],
        Value::Array(items) => (0..items.len())
            .flat_map(|n| with_nul(&items[n]).into_iter().map(move |item| (n, item)))
            .map(|(n, item)| {
                let mut items = items.clone();
                items[n] = item;
                Value::Array(items)
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                let name = name.clone();
                with_nul(value)
                    .into_iter()
                    .map(move |value| (name.clone(), value))
            })
            .map(|(name, value)| {
                let mut fields = fields.clone();
                fields.insert(name, value);
                Value::Object(fields)
            })
            .collect(),
        _ => Vec::new(),
    }
}

async fn c186_a_nul_in_any_body_is_refused(test: TestDb) {
    let city = City::new(test).await;
    let stage = &city.stage;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let (kiosk, _) = stage.kiosk(OWN, "门口").await;
    let mut sent = 0;
    for (operation, method, path) in operations() {
        let good = city.standing(&operation, &path, &city.own);
        let Some(body) = &good.body else { continue };
        for (token, body) in with_nul(body)
            .into_iter()
            .flat_map(|body| [(&worker, body.clone()), (&kiosk, body)])
        {
            let reply = stage
                .call(&method, &good.path, Some(token), Some(body.clone()), &[])
                .await;
            sent += 1;
            let status = reply.status.as_u16();
            assert!(
                matches!(status, 422 | 403),
                "{operation} {body}: {status} {}",
                reply.text
            );
            if status == 422 {
                assert_eq!(
                    reply.json["reason"], "control_character",
                    "{operation} {body}"
                );
            }
        }
    }
    assert!(sent > 30, "{sent}");
}

async fn c186_a_nul_in_any_address_is_no_fault_of_ours(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let token = stage.token(Role::SocialWorker, OWN).await;
    let routes = app::resident::routes()
        .merge(app::staff::routes())
        .merge(app::kiosk::routes());
    let templates = paths(&routes).into_iter().chain(
        operations()
            .into_iter()
            .map(|(_, _, path)| format!("/api/v1{path}")),
    );
    let mut asked = 0;
    for template in templates {
        let parts = template.split('/').map(|part| match part.starts_with('{') {
            true => "%00",
            false => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        for address in [
            path.clone(),
            format!("{path}?q=%00"),
            format!("{path}?q=a%00b&from=%00&field=%00&center=%00&name=%00&cursor=%00"),
            format!("{path}?%00=1"),
        ] {
            for (header, value) in [
                ("cookie", &worker),
                ("authorization", &format!("Bearer {token}")),
            ] {
                let request = axum::http::Request::get(&address).header(header, value);
                let reply = stage
                    .send(request.body(axum::body::Body::empty()).unwrap())
                    .await;
                asked += 1;
                assert!(!reply.status.is_server_error(), "{address}: {}", reply.text);
            }
        }
    }
    assert!(asked > 500, "{asked}");
    for field in ["username", "password", "totp"] {
        let form = [(field, "a\0b"), ("username", "worker")];
        let mut browser = common::browser::Browser::default();
        let reply = browser.post(&stage, "/staff/sign-in", &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    }
}

async fn c186_titles_names_and_rooms_can_be_seen(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/activities");
    let starts_at = now().plus(3 * DAY).rfc3339();
    let create = async |field: &str, text: &str| {
        let mut body =
            json!({ "title": "书法", "kind": "group", "field": "elder", "starts_at": starts_at });
        body[field] = json!(text);
        stage.post(&path, &worker, body).await
    };
    for text in [
        "\u{200B}",
        "\u{3164}",
        "\u{301}",
        "\u{202E}书法",
        "书\u{2066}法",
        "书\u{E0041}法",
        "书\u{2028}法",
    ] {
        let refused = create("title", text).await.refused(422, "invalid");
        assert_eq!(refused.json["field"], "title", "{text:?}");
        let refused = create("room", text).await.refused(422, "invalid");
        assert_eq!(refused.json["field"], "room", "{text:?}");
    }
    for text in ["summary", "bring"] {
        let refused = create(text, "带\u{202E}笔").await.refused(422, "invalid");
        assert_eq!(refused.json["field"], text);
    }
    let made = create("title", " 书\u{200B}法 ✍\u{FE0F} ").await.is(201);
    assert_eq!(made.json["title"], "书法 ✍\u{FE0F}");
    let path = format!(
        "/api/v1/occurrences/{}/walk-ins",
        made.json["occurrences"][0]["id"].as_str().unwrap()
    );
    for name in ["\u{200B}", "\u{3164}\u{3164}", "\u{202E}王芳", "\u{301}"] {
        let come = json!({ "id": uuid::Uuid::from_u128(7), "account_phone": "13900000001", "name": name, "birth_year": 1960 });
        let refused = stage
            .post(&path, &worker, come)
            .await
            .refused(422, "invalid");
        assert_eq!(refused.json["field"], "name", "{name:?}");
    }
}

async fn a_field_that_is_not_known_is_named(test: TestDb) {
    let city = City::new(test).await;
    let stage = &city.stage;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let (kiosk, _) = stage.kiosk(OWN, "门口").await;
    let resident = stage.resident(RESIDENT).await;
    let mut asked = 0;
    for (operation, method, path) in operations() {
        let good = city.standing(&operation, &path, &city.own);
        let Some(mut body) = good.body else { continue };
        body["capcity"] = json!(5);
        let mut reply = stage
            .call(&method, &good.path, Some(&worker), Some(body.clone()), &[])
            .await;
        for other in [&kiosk, &resident] {
            if reply.status == StatusCode::FORBIDDEN {
                let body = Some(body.clone());
                reply = stage
                    .call(&method, &good.path, Some(other), body, &[])
                    .await;
            }
        }
        let refused = reply.refused(422, "invalid");
        assert_eq!(refused.json["field"], "capcity", "{operation}");
        assert_eq!(refused.json["reason"], "unknown_field", "{operation}");
        asked += 1;
    }
    assert!(asked >= 12, "{asked}");
}

async fn c187_both_databases_find_a_title_however_it_is_written(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    for (n, title) in (1..).zip(["ＡＩ课堂", "École 法语角", "太極拳入門", "100%_手工!"])
    {
        let body = json!({ "title": title, "kind": "group", "field": "elder", "starts_at": now().plus(n * DAY).rfc3339() });
        stage
            .post(&format!("/api/v1/centers/{OWN}/activities"), &worker, body)
            .await
            .is(201);
    }
    let find = async |q: &str| {
        let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
        let path = format!("/api/v1/centers/{OWN}/occurrences?q={q}");
        let found = stage.get(&path, None).await.is(200).json;
        let items = found["items"].as_array().unwrap();
        let titles = items
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    for (q, title) in [
        ("ＡＩ课堂", "ＡＩ课堂"),
        ("ai课堂", "ＡＩ课堂"),
        ("AI 課堂", "ＡＩ课堂"),
        ("École", "École 法语角"),
        ("ecole", "École 法语角"),
        ("太极拳", "太極拳入門"),
        ("taijiquan", "太極拳入門"),
        ("tjq", "太極拳入門"),
        ("100%_", "100%_手工!"),
        ("!", "100%_手工!"),
    ] {
        assert_eq!(find(q).await, [title], "{q}");
    }
    assert_eq!(find("%%").await, Vec::<String>::new());
    assert_eq!(find(" ").await.len(), 4);
    let long = "a".repeat(50_000);
    for path in [
        format!("/api/v1/centers/{OWN}/occurrences?q={long}"),
        format!("/api/v1/centers?q={long}"),
    ] {
        let refused = stage.get(&path, None).await.refused(422, "invalid");
        assert_eq!(
            (
                refused.json["field"].as_str(),
                refused.json["reason"].as_str()
            ),
            (Some("q"), Some("too_long"))
        );
    }
    let page = stage.get(&format!("/?q={long}"), None).await;
    assert!(!page.status.is_server_error());
}

async fn dates_have_one_horizon_on_every_way_in(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/activities");
    let body = |dates: Value| {
        let mut body = json!({ "title": "书法", "kind": "group", "field": "elder" });
        for (name, value) in dates.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for dates in [
        json!({ "starts_at": "2198-01-01T09:00:00+08:00" }),
        json!({ "occurrences": [{ "starts_at": "2030-01-01T09:00:00+08:00" }] }),
        json!({ "starts_at": "2026-12-01T09:00:00+08:00", "rrule": "FREQ=YEARLY;COUNT=7" }),
    ] {
        let refused = stage
            .post(&path, &worker, body(dates.clone()))
            .await
            .refused(422, "invalid");
        assert_eq!(refused.json["reason"], "too_far_ahead", "{dates}");
    }
    let begins = json!({ "starts_at": "2026-12-01T09:00:00+08:00", "rrule": "FREQ=WEEKLY;BYDAY=SA;COUNT=2" });
    let made = stage.post(&path, &worker, body(begins)).await.is(201).json;
    let starts: Vec<_> = made["occurrences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["starts_at"].as_str().unwrap())
        .collect();
    assert_eq!(
        starts,
        ["2026-12-05T09:00:00+08:00", "2026-12-12T09:00:00+08:00"],
        "C-196"
    );
    let id = made["occurrences"][0]["id"].as_str().unwrap();
    let later = json!({ "starts_at": "2031-01-01T09:00:00+08:00" });
    let reply = stage
        .call(
            "PATCH",
            &format!("/api/v1/occurrences/{id}"),
            Some(&worker),
            Some(later),
            &[],
        )
        .await;
    assert_eq!(
        reply.refused(422, "invalid").json["reason"],
        "too_far_ahead"
    );

    let cookie = stage.staff("worker", Role::SocialWorker, OWN).await;
    let form = async |day: &str, from: &str| {
        let fields = [
            ("title", "书法"),
            ("kind", "group"),
            ("field", "elder"),
            ("mode", "one"),
            ("starts_on", day),
            ("starts_at", from),
            ("ends_at", "23:00"),
            ("capacity", "３０人"),
            ("waitlist_capacity", "10"),
            ("do", "publish"),
        ];
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
                format!("{name}={value}")
            })
            .collect();
        let request = axum::http::Request::post(format!("/staff/centers/{OWN}/activities/new"))
            .header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        stage
            .send(
                request
                    .body(axum::body::Body::from(body.join("&")))
                    .unwrap(),
            )
            .await
    };
    for day in ["262142-01-01", "2206-11-28", "2199-12-31"] {
        form(day, "9:30").await.is(422);
    }
    form("２０２６年１２月８日", "９：３０").await.is(303);
    form("12月9日", "上午9点半").await.is(303);
    let at = "SELECT COUNT(*) FROM occurrence WHERE capacity = 30 AND starts_at IN (1796693400000, 1796779800000)";
    assert_eq!(stage.test.number(at).await, 2);
}

/// What a browser writes on its tab are the page's own words, whatever they are.
async fn a_title_is_its_words_alone(test: TestDb) {
    let stage = Stage::new(test).await;
    let (_, date) = stage
        .activity_at(OWN, TermsEdit::default(), true, now().plus(5 * DAY))
        .await;
    let odd = "UPDATE activity SET title = '亲子 & <b>粤剧</b>'";
    stage.test.arrange(vec![odd.into()]).await;
    for (path, words) in [
        ("/".to_owned(), "首页 · 邻里站"),
        (
            format!("/occurrences/{date}"),
            "亲子 &amp; &lt;b&gt;粤剧&lt;/b&gt; · 邻里站",
        ),
        ("/staff/sign-in".to_owned(), "工作人员登录 · 邻里站"),
    ] {
        let page = Browser::default().get(&stage, &path).await.is(200);
        assert_eq!(between(&page.text, "<title>", "</title>"), words, "{path}");
    }
}

store::on_both_databases! {
    a_title_is_its_words_alone => super::a_title_is_its_words_alone,
    c186_a_nul_in_any_body_is_refused => super::c186_a_nul_in_any_body_is_refused,
    c186_a_nul_in_any_address_is_no_fault_of_ours => super::c186_a_nul_in_any_address_is_no_fault_of_ours,
    c186_titles_names_and_rooms_can_be_seen => super::c186_titles_names_and_rooms_can_be_seen,
    a_field_that_is_not_known_is_named => super::a_field_that_is_not_known_is_named,
    c187_both_databases_find_a_title_however_it_is_written => super::c187_both_databases_find_a_title_however_it_is_written,
    dates_have_one_horizon_on_every_way_in => super::dates_have_one_horizon_on_every_way_in,
}
