//! Booking over REST: statuses, problems, keys, lists, languages, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, RESIDENT, STRANGER, Stage, now};
use domain::{
    access::Role,
    time::{DAY, HOUR},
};
use serde_json::json;
use store::{occurrences::TermsEdit, testing::TestDb};

async fn a_place_is_booked_and_given_back(test: TestDb) {
    let stage = Stage::new(test).await;
    let (first, second) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let occurrence = stage.occurrence(1, 1).await;

    let booked = stage.book(&occurrence, &first).await.is(201).json;
    assert_eq!(booked["state"], "confirmed");
    assert_eq!(booked["position"], json!(null));
    assert_eq!(booked["occurrence_id"], occurrence.as_str());
    assert_eq!(booked["ticket"]["token"].as_str().unwrap().len(), 200);
    assert_eq!(booked["ticket"]["short_code"].as_str().unwrap().len(), 8);
    assert_eq!(booked["starts_at"], "2026-12-03T10:00:00+08:00");
    let waiting = stage.book(&occurrence, &second).await.is(201).json;
    assert_eq!(
        (&waiting["state"], &waiting["position"]),
        (&json!("waitlisted"), &json!(1))
    );

    let path = format!("/api/v1/bookings/{}", booked["id"].as_str().unwrap());
    let gone = stage
        .call("DELETE", &path, Some(&first), None, &[])
        .await
        .is(200)
        .json;
    assert_eq!(gone["state"], "cancelled");
    let again = stage
        .call("DELETE", &path, Some(&first), None, &[])
        .await
        .is(200)
        .json;
    assert_eq!(again["state"], "cancelled");

    let path = format!("/api/v1/bookings/{}", waiting["id"].as_str().unwrap());
    let moved = stage.get(&path, Some(&second)).await.is(200).json;
    assert_eq!(moved["state"], "confirmed");
    let view = stage
        .get(&format!("/api/v1/occurrences/{occurrence}"), None)
        .await
        .is(200)
        .json;
    assert_eq!(
        (&view["confirmed"], &view["waitlisted"]),
        (&json!(1), &json!(0))
    );
}

async fn the_same_key_gets_the_first_answer_again(test: TestDb) {
    let stage = Stage::new(test).await;
    let (token, other) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let occurrence = stage.occurrence(5, 0).await;
    let path = format!("/api/v1/occurrences/{occurrence}/bookings");
    let key = [("idempotency-key", "one-intent")];

    let first = stage
        .call("POST", &path, Some(&token), Some(json!({})), &key)
        .await
        .is(201);
    assert_eq!(first.header("idempotent-replay"), "");
    let again = stage
        .call("POST", &path, Some(&token), Some(json!({})), &key)
        .await
        .is(201);
    assert_eq!(again.header("idempotent-replay"), "true");
    assert_eq!(again.json, first.json);
    let body = json!({ "may_wait": false });
    stage
        .call("POST", &path, Some(&token), Some(body), &key)
        .await
        .refused(422, "idempotency_mismatch");
    // A key belongs to its caller.
    let others = stage
        .call("POST", &path, Some(&other), Some(json!({})), &key)
        .await
        .is(201);
    assert_ne!(others.json["id"], first.json["id"]);
    let bad = [("idempotency-key", "two words")];
    let refused = stage
        .call("POST", &path, Some(&token), Some(json!({})), &bad)
        .await;
    assert_eq!(
        refused.refused(422, "invalid").json["field"],
        "Idempotency-Key"
    );

    // A refusal is an answer too, and cancelling keeps its answer as well.
    let twice = [("idempotency-key", "another")];
    let no = stage
        .call("POST", &path, Some(&token), None, &twice)
        .await
        .refused(409, "already_booked");
    assert_eq!(no.header("idempotent-replay"), "");
    let no = stage
        .call("POST", &path, Some(&token), None, &twice)
        .await
        .refused(409, "already_booked");
    assert_eq!(no.header("idempotent-replay"), "true");
    let path = format!("/api/v1/bookings/{}", first.json["id"].as_str().unwrap());
    let drop = [("idempotency-key", "give-back")];
    let gone = stage
        .call("DELETE", &path, Some(&token), None, &drop)
        .await
        .is(200);
    let again = stage
        .call("DELETE", &path, Some(&token), None, &drop)
        .await
        .is(200);
    assert_eq!(
        (again.header("idempotent-replay"), &again.json),
        ("true", &gone.json)
    );
}

async fn a_refusal_says_until_when_and_what_else(test: TestDb) {
    let stage = Stage::new(test).await;
    let (first, second) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let opens = now().plus(DAY);
    let terms = TermsEdit {
        booking_opens_at: Some(opens),
        ..TermsEdit::default()
    };
    let (_, closed) = stage.activity(OWN, terms, true).await;
    let refused = stage
        .book(&closed, &first)
        .await
        .refused(409, "not_open_yet");
    assert_eq!(refused.json["until"], opens.rfc3339());

    let full = stage.occurrence(1, 0).await;
    let other = stage
        .activity_at(
            "SZ440303001-02",
            TermsEdit::default(),
            true,
            now().plus(12 * DAY),
        )
        .await
        .1;
    stage.book(&full, &first).await.is(201);
    let refused = stage.book(&full, &second).await.refused(409, "full");
    let alternatives = refused.json["alternatives"].as_array().unwrap();
    let found = alternatives
        .iter()
        .find(|a| a["id"] == other.as_str())
        .expect("the next center's");
    assert_eq!(found["title"], "八段锦");
    assert_eq!(found["center_id"], "SZ440303001-02");
    assert_eq!(found["center"], "老围社区党群服务中心");
    assert_eq!(found["starts_at"], now().plus(12 * DAY).rfc3339());

    stage.at(now().plus(30 * DAY));
    stage.book(&full, &second).await.refused(409, "closed");
    stage.at(now());
    let overlapping = stage.occurrence(5, 0).await;
    let refused = stage
        .book(&overlapping, &first)
        .await
        .refused(409, "overlaps");
    assert_eq!(refused.json["with"]["title"], "八段锦");
    let terms = TermsEdit {
        max_age: Some(Some(12)),
        ..TermsEdit::default()
    };
    let children = stage.activity(OWN, terms, true).await.1;
    let refused = stage.book(&children, &second).await.refused(409, "too_old");
    assert_eq!(refused.json["max_age"], 12);
}

async fn problems_speak_the_callers_language(test: TestDb) {
    let stage = Stage::new(test).await;
    let path = "/api/v1/occurrences/0190f000-0000-7000-8000-000000000000";
    let told = async |language: &'static str| {
        let headers = [("accept-language", language)];
        let reply = stage.call("GET", path, None, None, &headers).await;
        reply.refused(404, "not_found").json["title"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (zh, en, none) = (
        told("zh-CN,zh;q=0.9").await,
        told("en-GB").await,
        told("xx").await,
    );
    assert!(zh.chars().all(|c| !c.is_ascii_alphabetic()), "{zh}");
    assert!(en.is_ascii(), "{en}");
    assert_eq!(none, zh, "Chinese comes first");
}

async fn several_people_are_booked_together_or_as_many_as_fit(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let me = stage
        .get("/api/v1/me/people", Some(&token))
        .await
        .is(200)
        .json;
    let holder = me["items"][0]["id"].as_str().unwrap().to_owned();
    let account: String = {
        let mut tx = stage.test.db.read().await.unwrap();
        let (account,): (String,) = tx
            .sql("SELECT account_id FROM person WHERE id = $1")
            .bind(&holder)
            .one()
            .await
            .unwrap();
        account
    };
    let spouse = "0190f000-0000-7000-8000-00000000000a";
    stage
        .test
        .arrange(vec![format!(
            "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
         VALUES ('{spouse}', '{account}', 'spouse', '配偶', 1960, 0)"
        )])
        .await;
    let both = json!({ "person_ids": [holder, spouse], "may_wait": false });
    let one_place = stage.occurrence(1, 0).await;
    let path = format!("/api/v1/occurrences/{one_place}/bookings");
    let refused = stage
        .post(&path, &token, both.clone())
        .await
        .refused(409, "party_too_large");
    assert_eq!(refused.json["most"], 1, "C-179");
    let two_places = stage.occurrence(2, 0).await;
    let other = stage.resident(common::STRANGER).await;
    stage.book(&two_places, &other).await.is(201);
    stage
        .post(
            &format!("/api/v1/occurrences/{two_places}/bookings"),
            &token,
            both.clone(),
        )
        .await
        .refused(409, "full");
    let mut loose = both.clone();
    loose["fit"] = json!("as_many_as_fit");
    let items = stage.post(&path, &token, loose).await.is(201).json["items"].clone();
    assert_eq!(items[0]["booking"]["state"], "confirmed");
    assert_eq!(items[1]["problem"]["code"], "full");

    let roomy = stage
        .activity_at(OWN, TermsEdit::default(), true, now().plus(11 * DAY))
        .await
        .1;
    let path = format!("/api/v1/occurrences/{roomy}/bookings");
    let items = stage.post(&path, &token, both).await.is(201).json["items"].clone();
    assert_eq!(items[1]["booking"]["person_id"], spouse);
    // Nobody else's people.
    let other = stage.resident(STRANGER).await;
    stage
        .post(&path, &other, json!({ "person_id": spouse }))
        .await
        .refused(404, "not_found");
    stage
        .post(&path, &other, json!({ "person_ids": [] }))
        .await
        .refused(422, "invalid");
}

async fn lists_come_in_parts_that_miss_and_repeat_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let mut made = Vec::new();
    for day in 0..5 {
        let (_, id) = stage
            .activity_at(
                OWN,
                TermsEdit::default(),
                true,
                now().plus(day * DAY + HOUR),
            )
            .await;
        stage.book(&id, &token).await.is(201);
        made.push(id.to_string());
    }
    let walk = async |path: &str, token: Option<&str>, field: &'static str| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = stage
                .get(&format!("{path}limit=2{cursor}"), token)
                .await
                .is(200)
                .json;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|i| i[field].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    let on = walk(&format!("/api/v1/centers/{OWN}/occurrences?"), None, "id").await;
    assert_eq!(on, made);
    let mut mine = walk("/api/v1/me/bookings?", Some(&token), "occurrence_id").await;
    mine.reverse();
    assert_eq!(mine, made);
    let centers = walk("/api/v1/centers?", None, "id").await;
    assert_eq!(centers, [OWN, "SZ440303001-02", common::FOREIGN]);
    stage
        .get("/api/v1/me/bookings?cursor=x", Some(&token))
        .await
        .refused(422, "invalid");
    stage
        .get("/api/v1/centers?cursor=x", None)
        .await
        .refused(422, "invalid");
}

async fn the_ticket_is_a_picture_of_what_the_answer_says(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let occurrence = stage.occurrence(1, 0).await;
    let booked = stage.book(&occurrence, &token).await.is(201).json;
    let path = format!("/api/v1/bookings/{}", booked["id"].as_str().unwrap());
    let svg = stage
        .get(&format!("{path}/ticket.svg"), Some(&token))
        .await
        .is(200);
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert_eq!(svg.header("cache-control"), "no-store");
    assert!(svg.text.starts_with("<svg") && svg.text.contains("八段锦"));
    let png = stage
        .get(&format!("{path}/ticket.png"), Some(&token))
        .await
        .is(200);
    assert_eq!(png.header("content-type"), "image/png");
    let text = booked["ticket"]["token"].as_str().unwrap();
    let claims = ticket::verify(&stage.site.tickets().keyring, text).unwrap();
    assert_eq!(claims.id.to_string(), booked["id"].as_str().unwrap());
    stage
        .call("DELETE", &path, Some(&token), None, &[])
        .await
        .is(200);
    stage
        .get(&format!("{path}/ticket.svg"), Some(&token))
        .await
        .refused(404, "not_found");
}

async fn the_desk_books_for_who_calls(test: TestDb) {
    let stage = Stage::new(test).await;
    let resident = stage.resident(RESIDENT).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let occurrence = stage.occurrence(2, 0).await;
    let path = format!("/api/v1/occurrences/{occurrence}/bookings");
    let body = json!({ "account_phone": RESIDENT, "channel": "telephone" });
    let booked = stage.post(&path, &worker, body.clone()).await.is(201).json;
    assert_eq!(booked["channel"], "telephone");
    let mine = stage
        .get("/api/v1/me/bookings", Some(&resident))
        .await
        .is(200)
        .json;
    assert_eq!(mine["items"][0]["id"], booked["id"]);
    stage
        .post(&path, &worker, body)
        .await
        .refused(409, "already_booked");
    stage
        .post(&path, &worker, json!({ "account_phone": "13900000000" }))
        .await
        .refused(404, "not_found");
    stage
        .post(&path, &worker, json!({}))
        .await
        .refused(422, "invalid");
    let kiosk = json!({ "account_phone": RESIDENT, "channel": "kiosk" });
    stage
        .post(&path, &worker, kiosk)
        .await
        .refused(422, "invalid");

    // The looks are on record, without the number.
    let manager = stage.token(Role::CenterManager, OWN).await;
    stage.get(&path, Some(&worker)).await.is(200);
    stage
        .get(
            &format!("/api/v1/bookings/{}", booked["id"].as_str().unwrap()),
            Some(&worker),
        )
        .await
        .is(200);
    let log = stage
        .get(&format!("/api/v1/audit?center={OWN}"), Some(&manager))
        .await
        .is(200);
    for action in [
        "account.look_up",
        "booking.book",
        "booking.view_roster",
        "booking.view",
    ] {
        assert!(
            log.text.contains(&format!("\"{action}\"")),
            "{action}: {}",
            log.text
        );
    }
    assert!(!log.text.contains(RESIDENT));
    let subject = format!(
        "/api/v1/audit?subject=booking:{}",
        booked["id"].as_str().unwrap()
    );
    let one = stage.get(&subject, Some(&manager)).await.is(200).json;
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
}

store::on_both_databases! {
    a_place_is_booked_and_given_back => super::a_place_is_booked_and_given_back,
    the_same_key_gets_the_first_answer_again => super::the_same_key_gets_the_first_answer_again,
    a_refusal_says_until_when_and_what_else => super::a_refusal_says_until_when_and_what_else,
    problems_speak_the_callers_language => super::problems_speak_the_callers_language,
    several_people_are_booked_together_or_as_many_as_fit => super::several_people_are_booked_together_or_as_many_as_fit,
    lists_come_in_parts_that_miss_and_repeat_nothing => super::lists_come_in_parts_that_miss_and_repeat_nothing,
    the_ticket_is_a_picture_of_what_the_answer_says => super::the_ticket_is_a_picture_of_what_the_answer_says,
    the_desk_books_for_who_calls => super::the_desk_books_for_who_calls,
}
