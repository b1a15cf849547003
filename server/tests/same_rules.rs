//! One rule, one answer: what several faces tell of the same thing, they tell alike.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Reply, STRANGER, Stage,
    browser::{Browser, between, soon},
    now,
};
use domain::{
    access::Role,
    id::OccurrenceId,
    person::CONSENT_VERSION,
    time::{DAY, MINUTE},
};
use serde_json::json;
use store::{occurrences::TermsEdit, testing::TestDb};

/// A page as the resident with this token sees it.
async fn page(stage: &Stage, path: &str, token: &str) -> Reply {
    stage.get(path, Some(token)).await.is(200)
}

/// Sends a form as the resident with this token.
async fn send(stage: &Stage, path: &str, token: &str, form: &str) -> Reply {
    let request = axum::http::Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let body = axum::body::Body::from(form.to_owned());
    stage.send(request.body(body).unwrap()).await
}

async fn a_good_ticket_at_the_wrong_center_is_amber_at_the_kiosk_and_at_the_desk(test: TestDb) {
    let stage = Stage::new(test).await;
    let occurrence = soon(&stage).await;
    let resident = stage.resident(RESIDENT).await;
    let booking = stage.book(&occurrence, &resident).await.is(201).json;
    let ticket = booking["ticket"]["token"].as_str().unwrap();

    let (secret, _) = stage.kiosk(FOREIGN, "门口").await;
    let mut kiosk = Browser::kiosk(&secret);
    let form = kiosk.get(&stage, "/kiosk/check-in").await.is(200);
    let scan = between(&form.text, "name=\"scan\" value=\"", "\"").to_owned();
    let form = [("scan", scan.as_str()), ("code", ticket)];
    kiosk.post(&stage, "/kiosk/check-in", &form).await.is(303);
    let told = kiosk.get(&stage, "/kiosk/result").await.is(200);
    assert!(told.text.contains("data-light=\"amber\""), "{}", told.text);

    let mut desk = Browser::staff(&stage, "worker", Role::SocialWorker, FOREIGN).await;
    let door = format!("/staff/centers/{FOREIGN}/door");
    let sent = desk.post(&stage, &door, &[("code", ticket)]).await.is(303);
    let told = desk.get(&stage, sent.header("location")).await.is(200);
    assert!(
        told.text
            .contains("data-kind=\"warn\" data-result=\"wrong_center\""),
        "{}",
        told.text
    );
}

async fn c144_a_guardian_agrees_to_the_same_text_on_a_page_at_the_desk_and_through_a_program(
    test: TestDb,
) {
    let stage = Stage::new(test).await;
    let occurrence = soon(&stage).await;
    let resident = stage.resident(RESIDENT).await;
    let child = "name=%E5%B0%8F%E5%AE%9D&birth_year=2018&relation=child&consent=1";
    send(&stage, "/me/family", &resident, child).await.is(303);

    let mut desk = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let child = [
        ("phone", "13900000001"),
        ("name", "小满"),
        ("birth_year", "2018"),
        ("relation", "child"),
        ("consent", "1"),
    ];
    let path = format!("/staff/occurrences/{occurrence}/walk-in");
    desk.post(&stage, &path, &child).await.is(200);

    let worker = stage.token(Role::SocialWorker, OWN).await;
    let child = json!({
        "id": "00000000-0000-4000-8000-0000000000c1", "account_phone": "13900000002",
        "name": "小雨", "birth_year": 2018, "relation": "child", "consent": true,
    });
    let path = format!("/api/v1/occurrences/{occurrence}/walk-ins");
    stage.post(&path, &worker, child).await.is(200);

    let agreed = "SELECT COUNT(*) FROM person WHERE birth_year = 2018";
    assert_eq!(stage.test.number(agreed).await, 3);
    let alike = format!("{agreed} AND consent_version = '{CONSENT_VERSION}'");
    assert_eq!(stage.test.number(&alike).await, 3);
}

async fn who_is_too_young_is_offered_other_dates_on_the_page_and_through_a_program(test: TestDb) {
    let stage = Stage::new(test).await;
    let resident = stage.resident(RESIDENT).await;
    let child = "name=%E5%B0%8F%E5%AE%9D&birth_year=2018&relation=child&consent=1";
    send(&stage, "/me/family", &resident, child).await.is(303);
    let family = stage
        .get("/api/v1/me/people", Some(&resident))
        .await
        .is(200);
    let people = family.json["items"].as_array().unwrap();
    let child = people.iter().find(|p| p["birth_year"] == 2018).unwrap();
    let child = child["id"].as_str().unwrap();

    let elders = TermsEdit {
        min_age: Some(Some(60)),
        ..TermsEdit::default()
    };
    let elders = stage.activity(OWN, elders, true).await.1;
    let start = now().plus(12 * DAY);
    let other = stage
        .activity_at("SZ440303001-02", TermsEdit::default(), true, start)
        .await
        .1;

    let path = format!("/api/v1/occurrences/{elders}/bookings");
    let refused = stage
        .post(&path, &resident, json!({ "person_id": child }))
        .await
        .refused(409, "too_young");
    let others = refused.json["alternatives"].as_array().unwrap();
    assert!(others.iter().any(|o| o["id"] == other.as_str()));

    let form = format!("person={child}");
    let path = format!("/occurrences/{elders}/book");
    let told = send(&stage, &path, &resident, &form).await;
    assert_eq!(told.status.as_u16(), 409, "{}", told.text);
    let offered = between(&told.text, "class=\"alternatives\"", "</section>");
    assert!(offered.contains(other.as_str()), "{offered}");
}

async fn few_places_are_few_on_the_page_of_a_date_and_on_its_form(test: TestDb) {
    let stage = Stage::new(test).await;
    let date = stage.occurrence(4, 0).await;
    let reader = stage.resident("13800000003").await;
    let state = async |date: &OccurrenceId| {
        let shown = page(&stage, &format!("/occurrences/{date}"), &reader).await;
        let form = page(&stage, &format!("/occurrences/{date}/book"), &reader).await;
        let of = |page: &Reply| {
            let at = page.text.find("class=\"place-count\"").unwrap();
            let tag = &page.text[page.text[..at].rfind('<').unwrap()..];
            let tag = tag.split_once('>').unwrap().0;
            let (_, state) = tag.split_once("data-state=\"").unwrap();
            state.split_once('"').unwrap().0.to_owned()
        };
        (of(&shown), of(&form))
    };
    let both = |state: &str| (state.to_owned(), state.to_owned());
    let first = stage.resident(RESIDENT).await;
    stage.book(&date, &first).await.is(201);
    assert_eq!(state(&date).await, both("open"), "3 of 4");
    let second = stage.resident(STRANGER).await;
    stage.book(&date, &second).await.is(201);
    assert_eq!(state(&date).await, both("few"), "2 of 4");
}

async fn a_field_without_an_english_name_is_named_to_residents_and_staff_alike(test: TestDb) {
    let stage = Stage::new(test).await;
    stage
        .test
        .arrange(vec![
            "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('dance', '舞蹈', '', 2)".into(),
            "INSERT INTO menu_item (id, code, field, how, texts_zh, status) VALUES
             ('00000000-0000-7000-8000-000000000002', 'waltz', 'dance', 'walk_in', '{\"name\":\"华尔兹\"}', 'on')".into(),
        ])
        .await;
    let worker = stage.staff("manager", Role::CenterManager, OWN).await;
    for (path, cookie) in [
        (format!("/centers/{OWN}/menu"), String::new()),
        (format!("/staff/centers/{OWN}/menu"), worker),
    ] {
        let headers = [("accept-language", "en"), ("cookie", cookie.as_str())];
        let shown = stage.call("GET", &path, None, None, &headers).await.is(200);
        for name in ["舞蹈", "华尔兹", "Elders", "Tea"] {
            assert!(shown.text.contains(name), "{name} is not on {path}");
        }
    }
}

async fn the_log_shows_a_verb_that_this_program_does_not_know(test: TestDb) {
    let stage = Stage::new(test).await;
    stage
        .test
        .arrange(vec![format!(
            "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, center_id, detail)
             VALUES ('00000000-0000-4000-8000-0000000000f1', {}, 'system', 'shift.swap', 'shift',
             '1', '{OWN}', '{{}}')",
            now().plus(-MINUTE).0
        )])
        .await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let path = format!("/staff/audit?center={OWN}");
    let shown = manager.get(&stage, &path).await.is(200);
    assert!(shown.text.contains("shift.swap"), "{}", shown.text);
}

store::on_both_databases! {
    a_good_ticket_at_the_wrong_center_is_amber_at_the_kiosk_and_at_the_desk => super::a_good_ticket_at_the_wrong_center_is_amber_at_the_kiosk_and_at_the_desk,
    c144_a_guardian_agrees_to_the_same_text_on_a_page_at_the_desk_and_through_a_program => super::c144_a_guardian_agrees_to_the_same_text_on_a_page_at_the_desk_and_through_a_program,
    who_is_too_young_is_offered_other_dates_on_the_page_and_through_a_program => super::who_is_too_young_is_offered_other_dates_on_the_page_and_through_a_program,
    few_places_are_few_on_the_page_of_a_date_and_on_its_form => super::few_places_are_few_on_the_page_of_a_date_and_on_its_form,
    a_field_without_an_english_name_is_named_to_residents_and_staff_alike => super::a_field_without_an_english_name_is_named_to_residents_and_staff_alike,
    the_log_shows_a_verb_that_this_program_does_not_know => super::the_log_shows_a_verb_that_this_program_does_not_know,
}
