//! The JSON of every operation, as programs have it, on both databases. A change is seen here and
//! must be meant: then `LINLI_UPDATE=1 cargo test -p server --test snapshots`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{
    OWN, RESIDENT, Reply, Stage,
    requests::{City, operations},
    snapshot,
};
use domain::access::Role;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{occurrences::TermsEdit, testing::TestDb};
use tower::ServiceExt;

/// Answers beside one for each operation: refusals, and parts that one answer does not show.
const MORE: [&str; 5] = [
    "book.refused",
    "book.several",
    "book.waitlisted",
    "check_in.refused",
    "check_in_batch.failed",
];

/// An answer; of a stream the first event.
async fn answer(
    stage: &Stage,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> Reply {
    if !path.ends_with("/live") {
        return stage.call(method, path, token, body, &[]).await;
    }
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    let response = stage.app.clone().oneshot(request).await.unwrap();
    let (parts, mut body) = response.into_parts();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    Reply {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(first.to_vec()).unwrap(),
        json: Value::Null,
    }
}

async fn every_answer_is_the_one_that_was_agreed(test: TestDb) {
    let city = City::new(test).await;
    let stage = &city.stage;
    let resident = stage.resident(RESIDENT).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let manager = stage.token(Role::CenterManager, OWN).await;
    let kiosk = stage.kiosk(OWN, "门口").await.0;
    let mut changed = Vec::new();
    for (operation, method, path) in operations() {
        let token = match operation.as_str() {
            "audit" => &manager,
            "book" | "booking" | "cancel_booking" => &resident,
            "assign" | "assignment" | "withdraw" | "volunteer_apply" | "hours_say" => &resident,
            "star_grant" => &city.manager,
            "shift_close" | "assignment_validate" | "hours_enter" | "hours_correct" => &city.worker,
            name if name.starts_with("my_") || name.starts_with("ticket_") => &resident,
            name if name.starts_with("kiosk") => &kiosk,
            _ => &worker,
        };
        let request = city.good(&operation, &path, &city.own).await;
        let reply = answer(stage, &method, &request.path, Some(token), request.body).await;
        assert!(reply.status.is_success(), "{operation}: {}", reply.text);
        changed.extend(snapshot::differs(&operation, &reply));
    }
    changed.extend(more(&city, &resident, &kiosk).await);
    assert!(
        changed.is_empty(),
        "look at each change; if it is meant, run with LINLI_UPDATE=1\n{}",
        changed.join("\n")
    );
}

async fn more(city: &City, resident: &str, kiosk: &str) -> Vec<String> {
    let stage = &city.stage;
    let other = stage.resident("13800000009").await;
    let terms = |capacity, waitlist| TermsEdit {
        capacity: Some(capacity),
        waitlist_capacity: Some(waitlist),
        ..TermsEdit::default()
    };
    let date = async |days: i64, terms| {
        let at = common::now().plus(days * domain::time::DAY);
        stage.activity_at(OWN, terms, true, at).await.1
    };
    let full = date(14, terms(1, 0)).await;
    stage.book(&full, &other).await.is(201);
    let refused = stage.book(&full, resident).await.is(409);
    let busy = date(15, terms(1, 5)).await;
    stage.book(&busy, &other).await.is(201);
    let waits = stage.book(&busy, resident).await.is(201);
    // Once more for oneself: one place, and one problem in its place.
    let path = format!(
        "/api/v1/occurrences/{}/bookings",
        date(16, terms(5, 0)).await
    );
    let people = json!({ "person_ids": [city.own.person], "fit": "as_many_as_fit" });
    let several = stage.post(&path, resident, people).await.is(201);
    let scan = |n: u32, token: &str| json!({ "id": uuid::Uuid::from_u128(u128::from(n) + 1_000_000), "token": token });
    let early = scan(1, &city.ticket(&city.own.booking));
    let early = stage.post("/api/v1/check-ins", kiosk, early).await.is(200);
    let newcomer = city.newcomer(&city.own).await;
    let items =
        json!({ "items": [scan(2, &city.ticket(&newcomer)), { "token": 7 }, scan(3, "你好")] });
    let batch = stage.post("/api/v1/check-ins/batch", kiosk, items).await;
    let told = [refused, several, waits, early, batch.is(200)];
    MORE.iter()
        .zip(&told)
        .filter_map(|(name, reply)| snapshot::differs(name, reply))
        .collect()
}

#[test]
fn every_answer_that_is_kept_is_still_given() {
    let expected: BTreeSet<String> = operations()
        .into_iter()
        .map(|(operation, _, _)| operation)
        .chain(MORE.map(str::to_owned))
        .map(|name| format!("{name}.json"))
        .collect();
    let kept = std::fs::read_dir(snapshot::folder()).unwrap();
    let kept: BTreeSet<String> = kept
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(kept, expected);
}

store::on_both_databases! {
    every_answer_is_the_one_that_was_agreed => super::every_answer_is_the_one_that_was_agreed,
}
