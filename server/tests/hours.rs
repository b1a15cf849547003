//! From a scan to a certificate over REST, as outside programs do it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, STRANGER, Stage, now,
    shifts::{formal, past},
};
use domain::{access::Role, id::PersonId, time::HOUR};
use serde_json::{Value, json};
use store::testing::TestDb;

/// The holder of a resident's account.
async fn holder(stage: &Stage, token: &str) -> String {
    let people = stage.get("/api/v1/me/people", Some(token)).await.is(200);
    people.json["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A shift that begins in an hour, led by `lead`: its id and the lead's place in it.
async fn shift(stage: &Stage, lead: &str) -> (String, String) {
    let body = json!({ "title": "前台接待", "starts_at": now().plus(HOUR).rfc3339(),
        "ends_at": now().plus(4 * HOUR).rfc3339(), "volunteers_max": 3 });
    let path = format!("/api/v1/centers/{OWN}/shifts");
    let made = stage.post(&path, lead, body).await.is(201).json;
    let id = made["id"].as_str().unwrap().to_owned();
    let staff = stage
        .get(&format!("/api/v1/centers/{OWN}/staff"), Some(lead))
        .await
        .is(200)
        .json;
    let body = json!({ "staff_id": staff["items"][0]["id"] });
    let path = format!("/api/v1/shifts/{id}/assignments");
    let placed = stage.post(&path, lead, body).await.is(201).json;
    (id, placed["ticket"]["token"].as_str().unwrap().to_owned())
}

async fn scan(stage: &Stage, door: &str, n: u128, token: &str, direction: &str) -> Value {
    let id = uuid::Uuid::from_u128(n).to_string();
    let body = json!({ "id": id, "token": token, "direction": direction });
    stage
        .post("/api/v1/check-ins", door, body)
        .await
        .is(200)
        .json
}

async fn from_a_scan_to_a_certificate(test: TestDb) {
    let stage = Stage::new(test).await;
    let lead = stage.lead("lead", Role::SocialWorker, OWN).await;
    let (door, _) = stage.kiosk(OWN, "门口").await;
    let (one, two) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let mut tickets = Vec::new();
    let mut ids = Vec::new();
    let (id, lead_ticket) = shift(&stage, &lead).await;
    for token in [&one, &two] {
        let person: PersonId = holder(&stage, token).await.parse().unwrap();
        formal(&stage, &person).await;
        let path = format!("/api/v1/shifts/{id}/assignments");
        let placed = stage.post(&path, token, json!({})).await.is(201).json;
        tickets.push(placed["ticket"]["token"].as_str().unwrap().to_owned());
        ids.push(placed["id"].as_str().unwrap().to_owned());
    }
    stage.at(now().plus(HOUR));
    let came = scan(&stage, &door, 1, &tickets[0], "in").await;
    assert_eq!(came["result"], "admitted");
    assert_eq!(came["shift_id"], id.as_str());
    assert_eq!(came["assignment_id"], ids[0].as_str());
    assert_eq!(came["occurrence_id"], Value::Null);
    assert_eq!(came["first_at"], now().plus(HOUR).rfc3339());
    scan(&stage, &door, 2, &lead_ticket, "in").await;
    scan(&stage, &door, 3, &tickets[1], "in").await;
    let live = stage
        .get(&format!("/api/v1/shifts/{id}"), None)
        .await
        .is(200)
        .json;
    assert_eq!(live["state"], "live");
    let close = format!("/api/v1/shifts/{id}/close");
    stage
        .post(&close, &lead, json!({}))
        .await
        .refused(409, "not_over");
    stage.at(now().plus(3 * HOUR));
    let gone = scan(&stage, &door, 4, &tickets[1], "either").await;
    assert_eq!(gone["direction"], "out");
    stage.at(now().plus(4 * HOUR));
    for (n, ticket) in [&tickets[0], &lead_ticket].into_iter().enumerate() {
        scan(&stage, &door, 5 + n as u128, ticket, "out").await;
    }
    // Whoever was not there does not say what was.
    let colleague = stage.lead("colleague", Role::CenterManager, OWN).await;
    stage
        .post(&close, &colleague, json!({}))
        .await
        .refused(403, "was_not_there");
    stage
        .post(&close, &one, json!({}))
        .await
        .refused(403, "own_hours");
    let foreign = stage.token(Role::SocialWorker, "SZ440305002-01").await;
    stage
        .post(&close, &foreign, json!({}))
        .await
        .refused(403, "forbidden");
    stage
        .post(&close, &door, json!({}))
        .await
        .refused(403, "forbidden");
    let more = json!({ "hours": [{ "assignment_id": ids[1], "minutes": 121 }] });
    stage
        .post(&close, &lead, more)
        .await
        .refused(422, "invalid");
    let fewer = json!({ "hours": [{ "assignment_id": ids[1], "minutes": 100 }] });
    let closed = stage.post(&close, &lead, fewer).await.is(200).json;
    let entries = closed["entries"].as_array().unwrap();
    // Both were made at the same time: in which order they come is not said.
    let minutes = |id: &str| {
        let of_it = |entry: &&Value| entry["assignment_id"] == id;
        entries.iter().find(of_it).unwrap()["minutes"].clone()
    };
    assert_eq!(
        (minutes(&ids[0]), minutes(&ids[1])),
        (json!(180), json!(100))
    );
    assert_eq!(entries.len(), 2);
    let validate = format!("/api/v1/assignments/{}/validate", ids[0]);
    let again = stage.post(&validate, &lead, json!({})).await.is(200).json;
    assert_eq!(again["minutes"], 180, "validated once");
    let mine = stage.get("/api/v1/me/hours", Some(&one)).await.is(200).json;
    assert_eq!(mine["verified_minutes"], 180);
    assert_eq!(mine["entered_minutes"], 0);
    assert_eq!(mine["pending_minutes"], 0);
    assert_eq!(mine["entries"][0]["state"], "counted");
    assert_eq!(mine["entries"][0]["kind"], "verified");
    assert_eq!(mine["star"], Value::Null);
    certified(&stage, &lead, &colleague, &one, &mine).await;
}

/// The rest of the way: an objection, a correction, and the paper.
async fn certified(stage: &Stage, lead: &str, colleague: &str, own: &str, mine: &Value) {
    let person = holder(stage, own).await;
    let wanted = json!({ "person_id": person, "from": "2026-01-01", "to": "2026-12-31" });
    let path = format!("/api/v1/centers/{OWN}/certificates");
    stage
        .post(&path, own, wanted.clone())
        .await
        .refused(403, "forbidden");
    let paper = stage.post(&path, lead, wanted).await.is(201).json;
    let number = paper["number"].as_str().unwrap();
    assert_eq!(paper["verified_minutes"], 180);
    let look = format!("/api/v1/certificates/{number}");
    let seen = stage.get(&look, None).await.is(200).json;
    assert_eq!(seen["valid"], true);
    assert_eq!(seen["name"], paper["name"]);
    let small = format!("/api/v1/certificates/{}", number.to_lowercase());
    stage.get(&small, None).await.is(200);
    stage
        .get("/api/v1/certificates/SZ440303001-01-222222222222", None)
        .await
        .refused(404, "not_found");

    let entry = mine["entries"][0]["id"].as_str().unwrap();
    let words = format!("/api/v1/hours/{entry}/words");
    let objection = json!({ "word": "objected", "reason": "我十二点半才走" });
    let objected = stage.post(&words, own, objection).await.is(200).json;
    assert_eq!(objected["state"], "objected");
    let waiting = format!("/api/v1/centers/{OWN}/hours/waiting");
    let found = stage.get(&waiting, Some(lead)).await.is(200).json;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let more = json!({ "minutes": -15, "reason": "查看记录" });
    let path = format!("/api/v1/hours/{entry}/corrections");
    let corrected = stage.post(&path, lead, more).await.is(201).json;
    assert_eq!(corrected["state"], "counted");
    let answer = json!({ "word": "answered", "reason": "记录是十二点一刻" });
    stage.post(&words, lead, answer).await.is(200);
    let seen = stage.get(&look, None).await.is(200).json;
    assert_eq!(seen["standing"], "corrected");
    assert_eq!(seen["verified_minutes"], 180, "the paper never changes");
    let mine = stage.get("/api/v1/me/hours", Some(own)).await.is(200).json;
    assert_eq!(mine["verified_minutes"], 165);

    // Entered by one, approved by another.
    let past = past(stage, OWN, &person, 3, false).await;
    let path = format!("/api/v1/assignments/{}/hours", past.assignment);
    let body = json!({ "minutes": 45, "reason": "签到机坏了" });
    let entered = stage.post(&path, lead, body).await.is(201).json;
    assert_eq!(entered["state"], "pending");
    let words = format!("/api/v1/hours/{}/words", entered["id"].as_str().unwrap());
    let approved = json!({ "word": "approved" });
    stage
        .post(&words, lead, approved.clone())
        .await
        .refused(403, "needs_another");
    stage
        .post(&words, own, approved.clone())
        .await
        .refused(403, "forbidden");
    let approved = stage.post(&words, colleague, approved).await.is(200).json;
    assert_eq!(approved["state"], "counted");
    let mine = stage.get("/api/v1/me/hours", Some(own)).await.is(200).json;
    assert_eq!(mine["verified_minutes"], 165);
    assert_eq!(mine["entered_minutes"], 45);

    let reason = json!({ "reason": "姓名写错" });
    let gone = stage
        .call("DELETE", &look, Some(lead), Some(reason), &[])
        .await
        .is(200);
    assert_eq!(gone.json["standing"], "withdrawn");
    let seen = stage.get(&look, None).await.is(200).json;
    assert_eq!(seen["valid"], false);
    assert_eq!(seen["withdraw_reason"], "姓名写错");
}

/// The page, the PDF, and what a font cannot draw.
async fn a_certificate_is_a_page_and_a_pdf(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let person = holder(&stage, &token).await;
    common::shifts::entry(&stage, OWN, &person, 5, 150).await;
    let number = common::shifts::certificate(&stage, OWN, &person).await;
    let page = stage
        .get(&format!("/certificates/{number}"), None)
        .await
        .is(200);
    for part in [
        number.as_str(),
        "2 小时 30 分",
        "大塘龙社区党群服务中心",
        "前台接待",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let path = format!("/certificates/{number}.pdf");
    let pdf = stage.get(&path, None).await.is(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.text.starts_with("%PDF-"));
    let again = stage.get(&path, None).await.is(200);
    assert_eq!(again.text, pdf.text, "the same paper, the same file");
    let none = stage
        .get("/certificates/SZ440303001-01-222222222222", None)
        .await;
    assert_eq!(none.status, 404);
    // A name with a character that the font lacks stops the file and says which; the page shows it.
    stage
        .test
        .arrange(vec![format!(
            "UPDATE person SET name = '陈𪚥' WHERE id = '{person}'"
        )])
        .await;
    let rare = common::shifts::certificate(&stage, OWN, &person).await;
    let told = stage
        .get(&format!("/certificates/{rare}.pdf"), None)
        .await
        .is(422);
    assert!(told.text.contains('𪚥'), "{}", told.text);
    stage
        .get(&format!("/certificates/{rare}"), None)
        .await
        .is(200);
}

/// Staff's pages: everything by forms.
async fn the_desk_closes_a_shift_by_forms(test: TestDb) {
    let stage = Stage::new(test).await;
    let cookie = stage.staff("lead", Role::SocialWorker, OWN).await;
    let token = stage.resident(RESIDENT).await;
    let person = holder(&stage, &token).await;
    let past = past(&stage, OWN, &person, 1, true).await;
    let page = stage
        .call(
            "GET",
            &format!("/staff/shifts/{}", past.shift),
            None,
            None,
            &[("cookie", &cookie)],
        )
        .await
        .is(200);
    assert!(page.text.contains("确认时数"), "the lead may close it");
    let field = format!("minutes-{}", past.assignment);
    assert!(page.text.contains(&field));
    let form = |body: String| {
        axum::http::Request::builder()
            .method("POST")
            .uri(format!("/staff/shifts/{}/close", past.shift))
            .header("cookie", &cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(axum::body::Body::from(body))
            .unwrap()
    };
    let many = stage.send(form(format!("{field}=61"))).await;
    assert_eq!(many.status, 422);
    let closed = stage.send(form(format!("{field}=50"))).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    let mine = stage
        .get("/api/v1/me/hours", Some(&token))
        .await
        .is(200)
        .json;
    assert_eq!(mine["verified_minutes"], 50);
    let own = stage.get("/me/hours", Some(&token)).await.is(200);
    assert!(own.text.contains("50 分钟"));
}

store::on_both_databases! {
    from_a_scan_to_a_certificate => super::from_a_scan_to_a_certificate,
    a_certificate_is_a_page_and_a_pdf => super::a_certificate_is_a_page_and_a_pdf,
    the_desk_closes_a_shift_by_forms => super::the_desk_closes_a_shift_by_forms,
}
