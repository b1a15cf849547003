//! The door by REST: a refusal is a result, every answer says what to do now, and one bad item
//! never blocks the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, STRANGER, Stage, now};
use domain::{
    access::Role,
    id::OccurrenceId,
    time::{HOUR, MINUTE},
};
use serde_json::{Value, json};
use store::{occurrences::TermsEdit, testing::TestDb};

fn uuid(n: u128) -> String {
    uuid::Uuid::from_u128(n).to_string()
}

/// A sitting that starts in half an hour, and the resident's booking of it.
async fn cast(test: TestDb, capacity: u32) -> (Stage, OccurrenceId, Value) {
    let stage = Stage::new(test).await;
    let terms = TermsEdit {
        capacity: Some(capacity),
        ..TermsEdit::default()
    };
    let starts_at = now().plus(3 * HOUR);
    let (_, occurrence) = stage.activity_at(OWN, terms, true, starts_at).await;
    let resident = stage.resident(RESIDENT).await;
    let booking = stage.book(&occurrence, &resident).await.is(201).json;
    let person = booking["person_id"].as_str().unwrap();
    stage
        .test
        .arrange(vec![format!(
            "UPDATE person SET name = '欧阳春' WHERE id = '{person}'"
        )])
        .await;
    stage.at(starts_at.plus(-30 * MINUTE));
    (stage, occurrence, booking)
}

fn scan(n: u128, booking: &Value) -> Value {
    json!({ "id": uuid(n), "token": booking["ticket"]["token"], "direction": "in" })
}

async fn a_kiosk_admits_and_is_told_masked_names(test: TestDb) {
    let (stage, occurrence, booking) = cast(test, 5).await;
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let first = stage
        .post("/api/v1/check-ins", &kiosk, scan(1, &booking))
        .await
        .is(200);
    assert_eq!(first.json["result"], "admitted", "{}", first.text);
    assert_eq!(first.json["occurrence_id"], occurrence.as_str());
    assert_eq!(first.json["direction"], "in");
    assert_eq!(first.json["person_name"], "欧**");
    for said in ["headline", "detail", "next_step"] {
        assert!(!first.json[said].as_str().unwrap().is_empty(), "{said}");
    }
    let replay = stage
        .post("/api/v1/check-ins", &kiosk, scan(1, &booking))
        .await
        .is(200);
    assert_eq!(replay.header("idempotent-replay"), "true");
    assert_eq!(replay.json, first.json);
    let english = [("accept-language", "en")];
    let again = stage
        .call(
            "POST",
            "/api/v1/check-ins",
            Some(&kiosk),
            Some(scan(2, &booking)),
            &english,
        )
        .await
        .is(200);
    assert_eq!(again.json["result"], "already");
    assert_eq!(again.json["first_at"], first.json["at"]);
    assert_eq!(again.json["headline"], "Already checked in");
    // By their own address, staff see who it is.
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let third = stage
        .post("/api/v1/check-ins", &worker, scan(3, &booking))
        .await
        .is(200);
    assert_eq!(third.json["person_name"], "欧阳春");
    let code = json!({ "id": uuid(4), "token": booking["ticket"]["short_code"] });
    let typed = stage.post("/api/v1/check-ins", &kiosk, code).await.is(200);
    assert_eq!(typed.json["method"], "short_code");
    let shown = stage
        .get(
            &format!("/api/v1/bookings/{}", booking["id"].as_str().unwrap()),
            Some(&worker),
        )
        .await;
    assert_eq!(shown.json["state"], "checked_in");
}

async fn a_refusal_is_a_result(test: TestDb) {
    let (stage, _, booking) = cast(test, 5).await;
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let elsewhere = stage.token(Role::Kiosk, FOREIGN).await;
    let mut forged = booking["ticket"]["token"].as_str().unwrap().to_owned();
    let last = if forged.pop() == Some('1') { '2' } else { '1' };
    forged.push(last);
    stage.at(now());
    let early = stage
        .post("/api/v1/check-ins", &kiosk, scan(1, &booking))
        .await
        .is(200);
    assert_eq!(early.json["result"], "too_early");
    assert_eq!(early.json["opens_at"], "2026-11-23T12:00:00+08:00");
    stage.at(now().plus(3 * HOUR));
    let wrong = stage
        .post("/api/v1/check-ins", &elsewhere, scan(2, &booking))
        .await
        .is(200);
    assert_eq!(wrong.json["result"], "wrong_center");
    assert_eq!(wrong.json["center_id"], OWN);
    for (n, token, expected) in [(3, forged.as_str(), "forged"), (4, "你好", "unknown")] {
        let sent = json!({ "id": uuid(n), "token": token });
        let told = stage.post("/api/v1/check-ins", &kiosk, sent).await.is(200);
        assert_eq!(told.json["result"], expected, "{}", told.text);
        assert!(told.json["reason"].is_string());
    }
    stage.at(now().plus(6 * HOUR));
    let late = stage
        .post("/api/v1/check-ins", &kiosk, scan(5, &booking))
        .await
        .is(200);
    assert_eq!(late.json["result"], "too_late");
    for (body, field) in [
        (json!({ "token": "1" }), "id"),
        (json!({ "id": uuid(9) }), "token"),
        (json!({ "id": uuid(9), "token": "1", "at": "soon" }), "at"),
        (
            json!({ "id": uuid(9), "token": "1", "direction": "up" }),
            "direction",
        ),
    ] {
        let told = stage
            .post("/api/v1/check-ins", &kiosk, body)
            .await
            .refused(422, "invalid");
        assert_eq!(told.json["field"], field);
    }
}

async fn c120_one_bad_item_never_blocks_the_others(test: TestDb) {
    let (stage, _, booking) = cast(test, 5).await;
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let kept = "2026-11-23T12:10:00+08:00";
    let mut good = scan(2, &booking);
    good["at"] = json!(kept);
    let items = json!({ "items": [
        { "id": uuid(1), "token": 7 },
        good,
        "nonsense",
        { "id": "x", "token": "1" },
        { "id": uuid(3), "token": "1" },
    ], "sent_at": "2026-11-23T12:30:00+08:00" });
    let told = stage
        .post("/api/v1/check-ins/batch", &kiosk, items.clone())
        .await
        .is(200);
    let results: Vec<&Value> = told.json["items"].as_array().unwrap().iter().collect();
    assert_eq!(results.len(), 5);
    assert_eq!(results[0]["id"], uuid(1));
    assert_eq!(results[0]["problem"]["code"], "invalid");
    assert_eq!(results[1]["result"], "admitted");
    assert_eq!(results[1]["first_at"], kept);
    assert_eq!(results[2]["problem"]["code"], "invalid");
    assert_eq!(results[3]["problem"]["field"], "id");
    assert_eq!(results[4]["result"], "unknown");
    let again = stage
        .post("/api/v1/check-ins/batch", &kiosk, items)
        .await
        .is(200);
    assert_eq!(again.json["items"][1], told.json["items"][1]);
    let many: Vec<Value> = (0..501).map(|n| json!({ "id": uuid(n) })).collect();
    stage
        .post("/api/v1/check-ins/batch", &kiosk, json!({ "items": many }))
        .await
        .refused(422, "invalid");
}

async fn c192_an_id_that_comes_again_with_another_ticket_is_refused_and_kept(test: TestDb) {
    let (stage, occurrence, first) = cast(test, 5).await;
    let other = stage.resident(STRANGER).await;
    let second = stage.book(&occurrence, &other).await;
    let second = match second.status.as_u16() {
        201 => second.json,
        _ => panic!("{}", second.text),
    };
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let path = "/api/v1/check-ins";
    stage.post(path, &kiosk, scan(1, &first)).await.is(200);
    for _ in 0..3 {
        stage
            .post(path, &kiosk, scan(1, &second))
            .await
            .refused(422, "idempotency_mismatch");
    }
    let again = stage.post(path, &kiosk, scan(1, &first)).await.is(200);
    assert_eq!(again.json["result"], "admitted");
    let batch = json!({ "items": [scan(1, &second), scan(2, &second)] });
    let told = stage
        .post("/api/v1/check-ins/batch", &kiosk, batch)
        .await
        .is(200);
    assert_eq!(
        told.json["items"][0]["problem"]["code"],
        "idempotency_mismatch"
    );
    assert_eq!(told.json["items"][1]["result"], "admitted");
    // Once in the log, with whom it stood for, to be looked at.
    let kept = format!(
        "SELECT COUNT(*) FROM check_in WHERE review = 'id_reused' AND result = 'unknown'
         AND subject_id = '{}'",
        second["id"].as_str().unwrap()
    );
    assert_eq!(stage.test.number(&kept).await, 1);
    let all = stage.test.number("SELECT COUNT(*) FROM check_in").await;
    assert_eq!(all, 3);
}

async fn c188_a_scan_is_kept_whatever_its_clock_says(test: TestDb) {
    let (stage, occurrence, booking) = cast(test, 5).await;
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let mut n = 10;
    for (at, sent_at) in [
        ("1970-01-01T00:00:12Z", None),
        (
            "1980-01-06T00:00:00+08:00",
            Some("1980-01-06T00:00:30+08:00"),
        ),
        ("2199-12-31T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
    ] {
        n += 2;
        let mut one = scan(n, &booking);
        one["at"] = json!(at);
        let mut kept = scan(n + 1, &booking);
        kept["at"] = json!(at);
        if let Some(sent_at) = sent_at {
            one["sent_at"] = json!(sent_at);
        }
        let told = stage.post("/api/v1/check-ins", &kiosk, one).await.is(200);
        let result = told.json["result"].as_str().unwrap();
        assert!(matches!(result, "admitted" | "already"), "{at}: {result}");
        let batch = json!({ "items": [kept], "sent_at": sent_at });
        let told = stage
            .post("/api/v1/check-ins/batch", &kiosk, batch)
            .await
            .is(200);
        assert_eq!(told.json["items"][0]["result"], "already", "{at}");
    }
    let path = format!("/api/v1/occurrences/{occurrence}/walk-ins");
    let come = json!({ "id": uuid(30), "account_phone": "13900000001", "name": "周小满",
        "birth_year": 1960, "at": "1970-01-01T00:00:12Z" });
    let taken = stage.post(&path, &worker, come).await.is(200);
    assert_eq!(taken.json["result"], "admitted", "{}", taken.text);
    let path = format!("/api/v1/occurrences/{occurrence}/sheet");
    let line = json!({ "id": uuid(31), "booking_id": booking["id"], "at": "1970-01-01T00:00:12Z" });
    let keyed = stage
        .post(&path, &worker, json!({ "items": [line] }))
        .await
        .is(200);
    assert_eq!(
        keyed.json["items"][0]["result"], "already",
        "{}",
        keyed.text
    );
    let flagged = "SELECT COUNT(*) FROM check_in WHERE review = 'clock'";
    assert_eq!(stage.test.number(flagged).await, 10);
}

async fn staff_undo_take_in_and_key_in(test: TestDb) {
    let (stage, occurrence, booking) = cast(test, 2).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let scanned = stage
        .post("/api/v1/check-ins", &worker, scan(1, &booking))
        .await
        .is(200);
    assert_eq!(scanned.json["result"], "admitted");
    let path = format!("/api/v1/check-ins/{}/undo", uuid(1));
    let undone = stage.post(&path, &worker, json!({})).await.is(200);
    assert_eq!(undone.json["state"], "confirmed");

    let path = format!("/api/v1/occurrences/{occurrence}/walk-ins");
    let come = |n, phone: &str, name: &str| json!({ "id": uuid(n), "account_phone": phone, "name": name, "birth_year": 1960 });
    let taken = stage
        .post(&path, &worker, come(2, "13900000001", "周小满"))
        .await
        .is(200);
    assert_eq!(taken.json["method"], "walk_in");
    assert_eq!(taken.json["person_name"], "周小满");
    let again = stage
        .post(&path, &worker, come(2, "13900000001", "周小满"))
        .await
        .is(200);
    assert_eq!(again.json, taken.json);
    stage
        .post(&path, &worker, come(3, "13900000002", "吴大山"))
        .await
        .refused(409, "full");

    let sheet = format!("/api/v1/occurrences/{occurrence}/sheet");
    let lines = json!({ "items": [
        { "id": uuid(4), "booking_id": booking["id"], "at": "2026-11-23T12:20:00+08:00" },
        { "id": uuid(5), "booking_id": uuid(77) },
    ] });
    stage.at(now().plus(4 * HOUR));
    let keyed = stage.post(&sheet, &worker, lines.clone()).await.is(200);
    // It was taken back after the time on the sheet, so that line counts no more.
    assert_eq!(keyed.json["items"][0]["result"], "admitted");
    assert_eq!(keyed.json["items"][1]["problem"]["code"], "not_found");
    let twice = stage.post(&sheet, &worker, lines).await.is(200);
    assert_eq!(twice.json, keyed.json);

    let log = format!("/api/v1/centers/{OWN}/check-ins?limit=2");
    let page = stage.get(&log, Some(&worker)).await.is(200);
    assert_eq!(page.json["items"].as_array().unwrap().len(), 2);
    let next = page.json["next"].as_str().unwrap();
    let rest = stage
        .get(&format!("{log}&cursor={next}"), Some(&worker))
        .await
        .is(200);
    assert_eq!(rest.json["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest.json["next"], Value::Null);
    let kinds: Vec<&str> = [&page, &rest]
        .iter()
        .flat_map(|p| p.json["items"].as_array().unwrap())
        .map(|e| e["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.iter().filter(|k| **k == "undo").count(), 1);
    let today = stage
        .get(&format!("/api/v1/centers/{OWN}/door"), Some(&worker))
        .await
        .is(200);
    assert_eq!(today.json["items"][0]["expected"], 2);
    assert_eq!(today.json["items"][0]["came"], 1);
}

async fn who_waits_is_told_their_position_and_let_in_when_a_place_comes_free(test: TestDb) {
    let (stage, occurrence, booking) = cast(test, 1).await;
    let stranger = stage.resident(STRANGER).await;
    let waiting = stage.book(&occurrence, &stranger).await.is(201).json;
    assert_eq!(waiting["state"], "waitlisted");
    let (kiosk, worker) = (
        stage.token(Role::Kiosk, OWN).await,
        stage.token(Role::SocialWorker, OWN).await,
    );
    // Nobody is told of a place any more.
    stage
        .test
        .arrange(vec![format!(
            "UPDATE occurrence SET booking_closes_at = {}",
            now().0
        )])
        .await;
    let full = stage
        .post("/api/v1/check-ins", &kiosk, scan(1, &waiting))
        .await
        .is(200);
    assert_eq!(full.json["result"], "waitlisted");
    assert_eq!(
        (&full.json["position"], &full.json["kept_until"]),
        (&json!(1), &Value::Null)
    );
    assert!(full.json["headline"].as_str().unwrap().contains('1'));
    let cancel = format!("/api/v1/bookings/{}", booking["id"].as_str().unwrap());
    stage
        .call("DELETE", &cancel, Some(&worker), None, &[])
        .await
        .is(200);
    let path = format!("/api/v1/occurrences/{occurrence}/walk-ins");
    let newcomer = json!({ "id": uuid(2), "account_phone": "13900000001", "name": "周小满", "birth_year": 1960 });
    let behind = stage.post(&path, &worker, newcomer).await;
    assert_eq!(
        behind.refused(409, "kept_for_line").json["until"],
        waiting["starts_at"]
    );
    let free = stage
        .post("/api/v1/check-ins", &kiosk, scan(3, &waiting))
        .await
        .is(200);
    assert_eq!(free.json["result"], "admitted");
}

async fn an_occurrence_says_what_its_door_asks(test: TestDb) {
    let (stage, occurrence, _) = cast(test, 2).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/occurrences/{occurrence}");
    let shown = stage.get(&path, None).await.is(200);
    assert_eq!(shown.json["door_opens_before_min"], 60);
    assert_eq!(shown.json["asks_check_out"], false);
    let edit = json!({ "door_opens_before_min": 15, "asks_check_out": true });
    let edited = stage
        .call("PATCH", &path, Some(&worker), Some(edit), &[])
        .await
        .is(200);
    assert_eq!(edited.json["door_opens_before_min"], 15);
    assert_eq!(edited.json["asks_check_out"], true);
    let bad = json!({ "door_opens_before_min": 5000 });
    let told = stage
        .call("PATCH", &path, Some(&worker), Some(bad), &[])
        .await;
    assert_eq!(
        told.refused(422, "invalid").json["field"],
        "door_opens_before_min"
    );
    let new = json!({ "title": "新", "kind": "group", "field": "elder",
        "starts_at": "2027-01-05T09:00:00+08:00", "asks_check_out": true });
    let path = format!("/api/v1/centers/{OWN}/activities");
    let made = stage.post(&path, &worker, new).await.is(201);
    let id = made.json["occurrences"][0]["id"]
        .as_str()
        .or(made.json["occurrences"][0].as_str());
    let path = format!("/api/v1/occurrences/{}", id.unwrap());
    let shown = stage.get(&path, Some(&worker)).await.is(200);
    assert_eq!(shown.json["asks_check_out"], true);
}

async fn cards_are_issued_shown_and_revoked(test: TestDb) {
    let (stage, _, booking) = cast(test, 2).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/cards");
    let new = json!({ "person_id": booking["person_id"] });
    let card = stage.post(&path, &worker, new).await.is(201).json;
    let id = card["id"].as_str().unwrap();
    let svg = stage
        .get(&format!("/api/v1/cards/{id}/card.svg"), Some(&worker))
        .await
        .is(200);
    assert!(svg.text.starts_with("<svg"));
    let kiosk = stage.token(Role::Kiosk, OWN).await;
    let shown = |n| json!({ "id": uuid(n), "token": card["short_code"] });
    let told = stage
        .post("/api/v1/check-ins", &kiosk, shown(1))
        .await
        .is(200);
    assert_eq!(
        (told.json["result"].as_str(), told.json["method"].as_str()),
        (Some("admitted"), Some("card"))
    );
    let gone = stage
        .call(
            "DELETE",
            &format!("/api/v1/cards/{id}"),
            Some(&worker),
            None,
            &[],
        )
        .await
        .is(200);
    assert!(gone.json["revoked_at"].is_string());
    let told = stage
        .post("/api/v1/check-ins", &kiosk, shown(2))
        .await
        .is(200);
    assert_eq!(
        (told.json["result"].as_str(), told.json["reason"].as_str()),
        (Some("forged"), Some("revoked_card"))
    );
    let listed = stage.get(&path, Some(&worker)).await.is(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    let other = stage.token(Role::SocialWorker, FOREIGN).await;
    stage
        .get(&format!("/api/v1/cards/{id}/card.svg"), Some(&other))
        .await
        .refused(404, "not_found");
    stage
        .get(&path, Some(&stage.resident(STRANGER).await))
        .await
        .refused(403, "forbidden");
}

store::on_both_databases! {
    c192_an_id_that_comes_again_with_another_ticket_is_refused_and_kept => super::c192_an_id_that_comes_again_with_another_ticket_is_refused_and_kept,
    c188_a_scan_is_kept_whatever_its_clock_says => super::c188_a_scan_is_kept_whatever_its_clock_says,
    a_kiosk_admits_and_is_told_masked_names => super::a_kiosk_admits_and_is_told_masked_names,
    a_refusal_is_a_result => super::a_refusal_is_a_result,
    c120_one_bad_item_never_blocks_the_others => super::c120_one_bad_item_never_blocks_the_others,
    staff_undo_take_in_and_key_in => super::staff_undo_take_in_and_key_in,
    who_waits_is_told_their_position_and_let_in_when_a_place_comes_free => super::who_waits_is_told_their_position_and_let_in_when_a_place_comes_free,
    an_occurrence_says_what_its_door_asks => super::an_occurrence_says_what_its_door_asks,
    cards_are_issued_shown_and_revoked => super::cards_are_issued_shown_and_revoked,
}
