//! Trainings that attending gives: over REST, on the staff's forms, and on the pages of who needs one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::Browser,
    html::{elements, forms},
    now,
    shifts::formal,
};
use domain::{
    access::Role,
    id::{OccurrenceId, PersonId},
    shift::Needs,
    time::{DAY, HOUR, MINUTE},
};
use serde_json::{Value, json};
use store::{
    occurrences::TermsEdit,
    shifts::{self, NewShift},
    testing::TestDb,
};

/// Something in ten days that grants first aid for a year.
async fn training(stage: &Stage) -> OccurrenceId {
    let terms = TermsEdit {
        grants_training: Some(Some("急救".into())),
        training_months: Some(Some(12)),
        ..TermsEdit::default()
    };
    stage.activity(OWN, terms, true).await.1
}

/// A shift so many days from now that asks for first aid.
async fn asking(stage: &Stage, days: i64) -> String {
    let new = NewShift {
        center: OWN.parse().unwrap(),
        title: "健步走随队".into(),
        starts_at: now().plus(days * DAY),
        ends_at: now().plus(days * DAY + 2 * HOUR),
        rule: None,
        excluded: vec![],
        moved: Vec::new(),
        occurrence: None,
        duty: None,
        place: String::new(),
        joining: domain::shift::Joining::SignUp,
        needs: Needs {
            volunteers_max: 5,
            trainings: ["急救".to_owned()].into(),
            ..Needs::default()
        },
        publish: true,
    };
    let made = shifts::create(&stage.test.db, &stage.system(), new).await;
    made.unwrap()[0].to_string()
}

/// The resident, a formal volunteer: their token.
async fn volunteer(stage: &Stage) -> String {
    let token = stage.resident(RESIDENT).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (PersonId,) = tx.sql("SELECT id FROM person").one().await.unwrap();
    drop(tx);
    formal(stage, &person).await;
    token
}

async fn programs_state_and_see_it_like_every_term(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/activities");
    let body = |training: &str, months: i64| {
        json!({ "title": "急救课", "kind": "group", "field": "elder",
            "starts_at": "2026-12-01T14:00:00+08:00", "ends_at": "2026-12-01T16:00:00+08:00",
            "grants_training": training, "training_months": months })
    };
    let refused = stage.post(&path, &worker, body("急救", 0)).await;
    let refused = refused.refused(422, "invalid").json;
    assert_eq!(refused["field"], "training_months", "{refused}");
    let made = stage.post(&path, &worker, body(" 急救 ", 12)).await;
    let date = made.is(201).json["occurrences"][0].clone();
    let shown = |date: &Value| {
        let of = |name: &str| date[name].clone();
        (of("grants_training"), of("training_months"))
    };
    assert_eq!(shown(&date), (json!("急救"), json!(12)));
    let one = format!("/api/v1/occurrences/{}", date["id"].as_str().unwrap());
    let change = Some(json!({ "training_months": null }));
    let changed = stage.call("PATCH", &one, Some(&worker), change, &[]).await;
    changed.is(200);
    let public = stage.get(&one, None).await.is(200).json;
    assert_eq!(shown(&public), (json!("急救"), Value::Null));
}

async fn who_lacks_a_training_is_shown_where_to_get_it_and_has_it_afterwards(test: TestDb) {
    let stage = Stage::new(test).await;
    let occurrence = training(&stage).await;
    let (before, after) = (asking(&stage, 9).await, asking(&stage, 20).await);
    let token = volunteer(&stage).await;
    let mut browser = Browser::resident(&stage).await;
    let link = format!("href=\"/occurrences/{occurrence}\"");
    let page = browser
        .get(&stage, &format!("/shifts/{after}"))
        .await
        .is(200);
    assert!(page.text.contains("去哪里参加培训") && page.text.contains(&link));
    let page = browser
        .get(&stage, &format!("/shifts/{before}"))
        .await
        .is(200);
    assert!(page.text.contains("还没有排这项培训") && !page.text.contains(&link));
    let page = browser
        .get(&stage, &format!("/occurrences/{occurrence}"))
        .await;
    assert!(
        page.is(200)
            .text
            .contains("就算参加过“急救”培训，12 个月内有效")
    );
    let refused = stage
        .post(
            &format!("/api/v1/shifts/{after}/assignments"),
            &token,
            json!({}),
        )
        .await;
    refused.refused(409, "missing_training");

    let booking = stage.book(&occurrence, &token).await.is(201).json;
    let (kiosk, _) = stage.kiosk(OWN, "大厅").await;
    stage.at(now().plus(10 * DAY + MINUTE));
    let scan = json!({ "id": "0190f000-0000-7000-8000-00000000c001",
        "token": booking["ticket"]["token"], "direction": "in" });
    let scanned = stage.post("/api/v1/check-ins", &kiosk, scan).await.is(200);
    assert_eq!(scanned.json["result"], "admitted");
    let mut browser = Browser {
        cookies: browser.cookies,
    };
    let inbox = browser.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("有了培训：急救"), "{}", inbox.text);
    let own = browser.get(&stage, "/volunteer").await.is(200);
    assert!(
        own.text.contains("起算，有效到 2027年12月3日"),
        "{}",
        own.text
    );
    stage.at(now().plus(11 * DAY));
    let own = browser.get(&stage, "/volunteer").await.is(200);
    assert!(
        own.text.contains("急救：有效到 2027年12月3日"),
        "{}",
        own.text
    );
    let page = browser
        .get(&stage, &format!("/shifts/{after}"))
        .await
        .is(200);
    assert!(!page.text.contains("去哪里参加培训"));
    let placed = stage
        .post(
            &format!("/api/v1/shifts/{after}/assignments"),
            &token,
            json!({}),
        )
        .await;
    placed.is(201);
}

async fn the_staff_choose_a_known_training_or_name_another(test: TestDb) {
    let stage = Stage::new(test).await;
    let occurrence = training(&stage).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let new = format!("/staff/centers/{OWN}/activities/new");
    let page = worker.get(&stage, &new).await.is(200);
    assert!(
        page.text.contains("<option value=\"急救\">"),
        "{}",
        page.text
    );
    let edit = format!("/staff/occurrences/{occurrence}/edit");
    let page = worker.get(&stage, &edit).await.is(200);
    let form = forms(&elements(&page.text));
    let form = form.into_iter().find(|form| form.action == edit).unwrap();
    let fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|field| match field.name.as_str() {
            "other_training" => ("other_training", "心肺复苏"),
            "training_months" => ("training_months", ""),
            name => (name, field.value.as_str()),
        })
        .collect();
    worker.post(&stage, &edit, &fields).await.is(303);
    let changed = format!(
        "SELECT COUNT(*) FROM occurrence WHERE id = '{occurrence}' AND training_months IS NULL
         AND grants_training = '心肺复苏'"
    );
    assert_eq!(stage.test.number(&changed).await, 1);
    let page = worker.get(&stage, &new).await.is(200);
    for known in ["急救", "心肺复苏"] {
        let option = format!("<option value=\"{known}\">");
        assert!(page.text.contains(&option), "{known}");
    }
}

store::on_both_databases! {
    programs_state_and_see_it_like_every_term => super::programs_state_and_see_it_like_every_term,
    who_lacks_a_training_is_shown_where_to_get_it_and_has_it_afterwards => super::who_lacks_a_training_is_shown_where_to_get_it_and_has_it_afterwards,
    the_staff_choose_a_known_training_or_name_another => super::the_staff_choose_a_known_training_or_name_another,
}
