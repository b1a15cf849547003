//! What the staff do over REST: activities, dates, menus; on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, STRANGER, Stage};
use domain::access::Role;
use serde_json::{Value, json};
use store::{occurrences::TermsEdit, testing::TestDb};

async fn an_activity_needs_only_title_kind_field_and_a_time(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/activities");
    let body = json!({ "title": "书法", "kind": "group", "field": "elder",
        "occurrences": [{ "starts_at": "2026-12-01T09:00:00+08:00", "ends_at": "2026-12-01T11:00:00+08:00" }] });
    let made = stage.post(&path, &worker, body.clone()).await.is(201).json;
    assert_eq!(
        (&made["status"], &made["title"]),
        (&json!("published"), &json!("书法"))
    );
    let date = &made["occurrences"][0];
    assert_eq!(
        (&date["capacity"], &date["waitlist_capacity"]),
        (&json!(30), &json!(10))
    );
    assert_eq!(date["ends_at"], "2026-12-01T11:00:00+08:00");
    assert_eq!(
        (&date["bookable"], &date["free"]),
        (&json!(true), &json!(30))
    );

    for missing in ["title", "kind", "field", "occurrences"] {
        let mut less = body.clone();
        less.as_object_mut().unwrap().remove(missing);
        let refused = stage
            .post(&path, &worker, less)
            .await
            .refused(422, "invalid");
        assert_eq!(refused.json["field"], missing);
    }
    let mut odd = body.clone();
    odd["kind"] = json!("party");
    let refused = stage
        .post(&path, &worker, odd)
        .await
        .refused(422, "invalid");
    assert_eq!(
        (&refused.json["field"], &refused.json["reason"]),
        (&json!("kind"), &json!("unknown_value"))
    );

    let weekly = json!({ "title": "太极", "kind": "group", "field": "elder", "enrolment": "series",
        "rrule": "FREQ=WEEKLY;COUNT=4", "starts_at": "2026-12-02T09:00:00+08:00", "capacity": 8 });
    let made = stage.post(&path, &worker, weekly).await.is(201).json;
    let dates = made["occurrences"].as_array().unwrap();
    assert_eq!(dates.len(), 4);
    assert_eq!(dates[3]["starts_at"], "2026-12-23T09:00:00+08:00");
    assert!(dates.iter().all(|d| d["capacity"] == 8));
    let list = stage.get(&path, Some(&worker)).await.is(200).json;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);

    // The same key creates once.
    let key = [("idempotency-key", "new-activity")];
    let first = stage
        .call("POST", &path, Some(&worker), Some(body.clone()), &key)
        .await
        .is(201);
    let again = stage
        .call("POST", &path, Some(&worker), Some(body), &key)
        .await
        .is(201);
    assert_eq!(
        (again.header("idempotent-replay"), &again.json["id"]),
        ("true", &first.json["id"])
    );
}

/// A change that is sent twice with the same key is made once, and another one with that key is
/// refused (C-31, C-37); also where the thing is gone by then.
async fn c31_changes_and_removals_are_done_once_for_a_key(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let (activity, date) = stage.activity(OWN, TermsEdit::default(), true).await;
    let (activity, date) = (
        format!("/api/v1/activities/{activity}"),
        format!("/api/v1/occurrences/{date}"),
    );
    let change = async |method, path: &str, body: Option<Value>, key| {
        let key = [("idempotency-key", key)];
        stage.call(method, path, Some(&worker), body, &key).await
    };
    for (path, field, value, key) in [
        (&activity, "title", json!("改名"), "rename"),
        (&date, "room", json!("二楼"), "move"),
    ] {
        let body = json!({ field: value });
        let first = change("PATCH", path, Some(body.clone()), key).await.is(200);
        let again = change("PATCH", path, Some(body), key).await.is(200);
        assert_eq!(again.header("idempotent-replay"), "true", "{path}");
        assert_eq!(first.json["revision"], again.json["revision"], "{path}");
        change("PATCH", path, Some(json!({ field: "别的" })), key)
            .await
            .refused(422, "idempotency_mismatch");
    }
    for (path, key) in [(&date, "remove-date"), (&activity, "remove")] {
        change("DELETE", path, None, key).await.is(204);
        let again = change("DELETE", path, None, key).await.is(204);
        assert_eq!(again.header("idempotent-replay"), "true", "{path}");
        change("DELETE", path, None, "anew")
            .await
            .refused(404, "not_found");
    }
}

async fn a_draft_is_nobody_elses_business(test: TestDb) {
    let stage = Stage::new(test).await;
    let (resident, worker) = (
        stage.resident(RESIDENT).await,
        stage.token(Role::SocialWorker, OWN).await,
    );
    let elsewhere = stage.token(Role::SocialWorker, FOREIGN).await;
    let (activity, draft) = stage.activity(OWN, TermsEdit::default(), false).await;
    let path = format!("/api/v1/occurrences/{draft}");
    for token in [None, Some(resident.as_str()), Some(elsewhere.as_str())] {
        stage.get(&path, token).await.refused(404, "not_found");
        stage
            .get(&format!("{path}/live"), token)
            .await
            .refused(404, "not_found");
    }
    stage
        .book(&draft, &resident)
        .await
        .refused(404, "not_found");
    assert_eq!(
        stage.get(&path, Some(&worker)).await.is(200).json["status"],
        "draft"
    );
    let on = stage
        .get(&format!("/api/v1/centers/{OWN}/occurrences"), None)
        .await
        .is(200)
        .json;
    assert_eq!(on["items"], json!([]));

    let publish = json!({ "status": "published" });
    let path = format!("/api/v1/activities/{activity}");
    let now = stage
        .call("PATCH", &path, Some(&worker), Some(publish), &[])
        .await
        .is(200)
        .json;
    assert_eq!(now["occurrences"][0]["status"], "published");
    stage.book(&draft, &resident).await.is(201);
    let back = json!({ "status": "draft" });
    stage
        .call("PATCH", &path, Some(&worker), Some(back), &[])
        .await
        .refused(409, "has_bookings");
}

async fn dates_change_and_are_called_off(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let (first, second) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let occurrence = stage.occurrence(2, 2).await;
    let path = format!("/api/v1/occurrences/{occurrence}");
    let patch = async |body: Value| {
        stage
            .call("PATCH", &path, Some(&worker), Some(body), &[])
            .await
    };
    stage.book(&occurrence, &first).await.is(201);
    let booked = stage.book(&occurrence, &second).await.is(201).json;

    let refused = patch(json!({ "capacity": 1 }))
        .await
        .refused(409, "below_confirmed");
    assert_eq!(refused.json["confirmed"], 2);
    let view = patch(json!({ "capacity": 5, "room": "二楼", "min_age": 18 }))
        .await
        .is(200)
        .json;
    assert_eq!(
        (&view["capacity"], &view["room"], &view["min_age"]),
        (&json!(5), &json!("二楼"), &json!(18))
    );
    let view = patch(json!({ "min_age": null })).await.is(200).json;
    assert_eq!(view["min_age"], Value::Null);
    patch(json!({ "capacity": 6, "revision": 1 }))
        .await
        .refused(409, "stale");
    let refused = patch(json!({ "capacity": "many" }))
        .await
        .refused(422, "invalid");
    assert_eq!(refused.json["field"], "capacity");
    let refused = patch(json!({ "colour": "red" }))
        .await
        .refused(422, "invalid");
    assert_eq!(
        (&refused.json["field"], &refused.json["reason"]),
        (&json!("colour"), &json!("unknown_field"))
    );
    patch(json!({ "status": "draft" }))
        .await
        .refused(422, "invalid");

    stage
        .call("DELETE", &path, Some(&worker), None, &[])
        .await
        .refused(409, "has_bookings");
    let off = patch(json!({ "status": "cancelled", "reason": "台风" }))
        .await
        .is(200)
        .json;
    assert_eq!(
        (&off["status"], &off["cancel_reason"]),
        (&json!("cancelled"), &json!("台风"))
    );
    stage
        .book(&occurrence, &first)
        .await
        .refused(409, "occurrence_cancelled");
    let mine = format!("/api/v1/bookings/{}", booked["id"].as_str().unwrap());
    assert_eq!(
        stage.get(&mine, Some(&second)).await.is(200).json["state"],
        "cancelled"
    );

    let (activity, empty) = stage.activity(OWN, TermsEdit::default(), true).await;
    let dates = format!("/api/v1/activities/{activity}/occurrences");
    let more = json!({ "starts_at": "2026-12-20T09:00:00+08:00", "capacity": 3 });
    let key = [("idempotency-key", "more-dates")];
    let more = Some(more);
    let added = stage
        .call("POST", &dates, Some(&worker), more.clone(), &key)
        .await
        .is(201)
        .json;
    let again = stage
        .call("POST", &dates, Some(&worker), more, &key)
        .await
        .is(201);
    assert_eq!(
        (again.header("idempotent-replay"), &again.json),
        ("true", &added)
    );
    assert_eq!(added["items"][0]["capacity"], 3);
    stage
        .call(
            "DELETE",
            &format!("/api/v1/occurrences/{empty}"),
            Some(&worker),
            None,
            &[],
        )
        .await
        .is(204);
    let left = stage.get(&dates, Some(&worker)).await.is(200).json;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    stage
        .call(
            "DELETE",
            &format!("/api/v1/activities/{activity}"),
            Some(&worker),
            None,
            &[],
        )
        .await
        .is(204);
    stage
        .get(&dates, Some(&worker))
        .await
        .refused(404, "not_found");
}

async fn a_center_makes_the_menu_its_own(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/menu");
    let menu = stage.get(&path, None).await.is(200).json;
    let item = &menu["fields"][0]["items"][0];
    assert_eq!(
        (&menu["fields"][0]["code"], &item["name"]),
        (&json!("elder"), &json!("茶座"))
    );
    let english = [("accept-language", "en")];
    let menu = stage
        .call("GET", &path, None, None, &english)
        .await
        .is(200)
        .json;
    assert_eq!(menu["fields"][0]["items"][0]["name"], "Tea");

    let one = format!("{path}/{}", item["id"].as_str().unwrap());
    let said = json!({ "name": "大塘龙茶座", "place": "一楼" });
    let now = stage
        .call("PATCH", &one, Some(&worker), Some(said), &[])
        .await
        .is(200)
        .json;
    assert_eq!(
        (&now["name"], &now["place"]),
        (&json!("大塘龙茶座"), &json!("一楼"))
    );
    let stale = json!({ "hidden": true, "revision": 0 });
    stage
        .call("PATCH", &one, Some(&worker), Some(stale), &[])
        .await
        .refused(409, "stale");
    stage
        .call(
            "PATCH",
            &one,
            Some(&worker),
            Some(json!({ "hidden": true })),
            &[],
        )
        .await
        .is(200);
    assert_eq!(
        stage.get(&path, None).await.is(200).json["fields"],
        json!([])
    );
    let all = stage
        .get(&format!("{path}?hidden=true"), Some(&worker))
        .await
        .is(200)
        .json;
    assert_eq!(all["fields"][0]["items"][0]["hidden"], true);
    let elsewhere = stage
        .get(&format!("/api/v1/centers/{FOREIGN}/menu"), None)
        .await
        .is(200)
        .json;
    assert_eq!(elsewhere["fields"][0]["items"][0]["name"], "茶座");

    let own = json!({ "field": "elder", "name": "血压", "how": "walk_in", "en": { "name": "Blood pressure" } });
    let own = stage.post(&path, &worker, own).await.is(201).json;
    assert_eq!(own["own"], true);
    let one = format!("{path}/{}", own["id"].as_str().unwrap());
    let changed = json!({ "field": "elder", "name": "量血压" });
    let changed = stage
        .call("PATCH", &one, Some(&worker), Some(changed), &[])
        .await
        .is(200)
        .json;
    assert_eq!(changed["name"], "量血压");
    stage
        .call("DELETE", &one, Some(&worker), None, &[])
        .await
        .is(204);
    stage
        .post(&path, &worker, json!({ "name": "无" }))
        .await
        .refused(422, "invalid");
    let key = [("idempotency-key", "new-item")];
    let body = Some(json!({ "field": "elder", "name": "象棋" }));
    let first = stage
        .call("POST", &path, Some(&worker), body.clone(), &key)
        .await
        .is(201);
    let again = stage
        .call("POST", &path, Some(&worker), body, &key)
        .await
        .is(201);
    assert_eq!(
        (again.header("idempotent-replay"), &again.json),
        ("true", &first.json)
    );
}

async fn c70_a_room_is_a_name_on_the_wire_and_for_one_thing_at_a_time(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let path = format!("/api/v1/centers/{OWN}/activities");
    let body = |title: &str, room: &str, hour: u8| {
        json!({ "title": title, "kind": "group", "field": "elder", "room": room,
            "bring": " 毛笔、\n墨水 ", "starts_at": format!("2026-12-01T{hour:02}:00:00+08:00") })
    };
    let made = stage.post(&path, &worker, body("书法", "舞蹈室", 9)).await;
    let date = &made.is(201).json["occurrences"][0];
    assert_eq!(
        (&date["room"], &date["bring"]),
        (&json!("舞蹈室"), &json!("毛笔、 墨水"))
    );
    let center = stage.get(&format!("/api/v1/centers/{OWN}"), None).await;
    let rooms = center.is(200).json["rooms"].clone();
    let known = rooms.as_array().unwrap().iter();
    let known: Vec<_> = known.filter(|room| room["name"] == "舞蹈室").collect();
    assert_eq!(known.len(), 1, "a new name is a new room");
    assert_eq!(known[0]["id"], date["room_id"]);

    let refused = stage
        .post(&path, &worker, body("合唱", "舞蹈室", 9))
        .await
        .refused(409, "room_taken");
    assert_eq!(refused.json["room"], "舞蹈室");
    assert_eq!(refused.json["with"]["title"], "书法");
    assert_eq!(
        refused.json["with"]["ends_at"],
        json!("2026-12-01T10:00:00+08:00")
    );
    let later = stage.post(&path, &worker, body("合唱", "舞蹈室", 10)).await;
    let later = later.is(201).json;
    let date = format!(
        "/api/v1/occurrences/{}",
        later["occurrences"][0]["id"].as_str().unwrap()
    );
    let earlier = json!({ "starts_at": "2026-12-01T09:30:00+08:00" });
    stage
        .call("PATCH", &date, Some(&worker), Some(earlier), &[])
        .await
        .refused(409, "room_taken");
    let elsewhere = json!({ "room": "", "starts_at": "2026-12-01T09:30:00+08:00" });
    let moved = stage
        .call("PATCH", &date, Some(&worker), Some(elsewhere), &[])
        .await
        .is(200);
    assert_eq!(
        (&moved.json["room"], &moved.json["room_id"]),
        (&json!(""), &Value::Null)
    );
}

store::on_both_databases! {
    c70_a_room_is_a_name_on_the_wire_and_for_one_thing_at_a_time => super::c70_a_room_is_a_name_on_the_wire_and_for_one_thing_at_a_time,
    an_activity_needs_only_title_kind_field_and_a_time => super::an_activity_needs_only_title_kind_field_and_a_time,
    c31_changes_and_removals_are_done_once_for_a_key => super::c31_changes_and_removals_are_done_once_for_a_key,
    a_draft_is_nobody_elses_business => super::a_draft_is_nobody_elses_business,
    dates_change_and_are_called_off => super::dates_change_and_are_called_off,
    a_center_makes_the_menu_its_own => super::a_center_makes_the_menu_its_own,
}
