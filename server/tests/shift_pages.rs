//! The staff's pages of a shift without JavaScript: planning it with everything that it can ask for,
//! publishing, changing and discarding it; and a whole day cancelled.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::Browser,
    html, now,
    shifts::{asked, formal, shift},
};
use domain::{
    access::{Caller, Role},
    activity::Status,
    id::PersonId,
    shift::Position,
    time::DAY,
};
use std::collections::BTreeSet;
use store::{
    shifts::{self, ShiftView},
    testing::TestDb,
};

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

async fn only_shift(stage: &Stage) -> ShiftView {
    let mut tx = stage.test.db.read().await.unwrap();
    let (id,): (domain::id::ShiftId,) = tx.sql("SELECT id FROM shift").one().await.unwrap();
    drop(tx);
    shifts::find_for_staff(&stage.test.db, &Caller::system(), &id)
        .await
        .unwrap()
}

const EVERYTHING: &[(&str, &str)] = &[
    ("title", "敬老月义诊"),
    ("duty", "outreach"),
    ("starts_on", "2026-12-05"),
    ("starts_at", "09:00"),
    ("ends_at", "12:00"),
    ("room", "社区广场"),
    ("volunteers_min", "2"),
    ("volunteers_max", "3"),
    ("joining", "ask"),
    ("leads_min", "2"),
    ("waitlist_capacity", "4"),
    ("position_1", "登记台"),
    ("position_1_min", "1"),
    ("position_1_max", "2"),
    ("position_3", "翻译"),
    ("position_3_max", "1"),
    ("position_3_skill", "粤语"),
    ("skills", "普通话、 耐心"),
    ("trainings", "急救"),
    ("min_age", "16"),
    ("guardian_below", "18"),
    ("risks", "注意防晒"),
];

async fn a_shift_asks_for_everything_and_is_a_draft_until_it_is_published(test: TestDb) {
    let stage = Stage::new(test).await;
    let trainings = "INSERT INTO training (name, includes) VALUES ('急救', '[]'), ('消防', '[]')";
    stage.test.arrange(vec![trainings.into()]).await;
    let mut worker = worker(&stage).await;
    let new = format!("/staff/centers/{OWN}/shifts/new");
    let list = format!("/staff/centers/{OWN}/shifts");
    let with: Vec<_> = EVERYTHING
        .iter()
        .copied()
        .chain([("do", "draft")])
        .collect();
    let made = worker.press(&stage, (&new, &new), &with).await.is(303);
    assert_eq!(made.header("location"), list);
    let planned = only_shift(&stage).await;
    assert_eq!(
        (planned.status, planned.title.as_str()),
        (Status::Draft, "敬老月义诊")
    );
    let needs = &planned.needs;
    let numbers = (
        needs.leads_min,
        needs.volunteers_min,
        needs.volunteers_max,
        needs.waitlist_capacity,
    );
    assert_eq!(numbers, (2, 2, 3, 4));
    assert_eq!((needs.min_age, needs.guardian_below), (Some(16), 18));
    assert_eq!(needs.trainings, BTreeSet::from(["急救".to_owned()]));
    assert_eq!(
        needs.skills,
        BTreeSet::from(["普通话".to_owned(), "耐心".to_owned()])
    );
    let position = |name: &str, min, max, skill: Option<&str>| Position {
        name: name.into(),
        min,
        max,
        skill: skill.map(ToOwned::to_owned),
    };
    let positions = [
        position("登记台", 1, 2, None),
        position("翻译", 0, 1, Some("粤语")),
    ];
    assert_eq!(needs.positions, positions);
    assert_eq!(
        (needs.risks.text.as_str(), needs.risks.version),
        ("注意防晒", 1)
    );

    // Within the two weeks of the list, marked; and for nobody else.
    let listed = worker.get(&stage, &list).await.is(200);
    assert!(listed.text.contains("敬老月义诊") && listed.text.contains("草稿"));
    let (here, public) = (
        format!("/staff/shifts/{}", planned.id),
        format!("/shifts/{}", planned.id),
    );
    let mut stranger = Browser::default();
    stranger.get(&stage, &public).await.is(404);
    let all = format!("/centers/{OWN}/shifts");
    let all = stranger.get(&stage, &all).await.is(200);
    assert!(!all.text.contains("敬老月义诊"));

    let publish = format!("{here}/publish");
    let published = worker.press(&stage, (&here, &publish), &[]).await;
    published.is(303);
    stranger.get(&stage, &public).await.is(200);
    // A draft is thrown away, what is published is cancelled: each page offers one of them.
    let page = worker.get(&stage, &here).await.is(200);
    assert!(page.text.contains(&format!("{here}/cancel")));
    assert!(!page.text.contains("/remove-draft") && !page.text.contains(&publish));
    let listed = worker.get(&stage, &list).await.is(200);
    assert!(!listed.text.contains("草稿"));
}

async fn a_draft_is_thrown_away(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let new = format!("/staff/centers/{OWN}/shifts/new");
    let with: Vec<_> = EVERYTHING
        .iter()
        .copied()
        .filter(|(name, _)| *name != "trainings")
        .chain([("do", "draft")])
        .collect();
    worker.press(&stage, (&new, &new), &with).await.is(303);
    let here = format!("/staff/shifts/{}", only_shift(&stage).await.id);
    let discard = format!("{here}/remove-draft");
    let gone = worker.press(&stage, (&here, &discard), &[]).await.is(303);
    let list = worker.get(&stage, gone.header("location")).await.is(200);
    assert!(list.text.contains("草稿已删除"));
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM shift").await, 0);
    worker.get(&stage, &here).await.is(404);
}

/// By REST too: what was never public is not seen as cancelled.
async fn a_draft_that_is_cancelled_by_rest_is_thrown_away(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.token(Role::SocialWorker, OWN).await;
    let body = serde_json::json!({ "title": "前台接待", "starts_at": now().plus(3 * DAY).rfc3339(),
        "ends_at": now().plus(3 * DAY + 3_600_000).rfc3339(), "volunteers_max": 3,
        "status": "draft" });
    let path = format!("/api/v1/centers/{OWN}/shifts");
    let made = stage.post(&path, &token, body).await.is(201).json;
    let id = made["id"].as_str().unwrap();
    let one = format!("/api/v1/shifts/{id}");
    let listed = async || {
        let list = format!("/api/v1/shifts?center={OWN}");
        stage.get(&list, None).await.is(200).text.contains(id)
    };
    assert!(!listed().await);
    stage.get(&one, None).await.is(404);
    let cancel = || serde_json::json!({ "status": "cancelled", "reason": "台风" });
    let gone = stage
        .call("PATCH", &one, Some(&token), Some(cancel()), &[])
        .await;
    gone.is(204);
    assert!(!listed().await);
    stage.get(&one, None).await.is(404);
    stage.get(&one, Some(&token)).await.is(404);
    let again = stage
        .call("PATCH", &one, Some(&token), Some(cancel()), &[])
        .await;
    again.is(404);
}

async fn what_is_wrong_stands_beside_its_field(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let new = format!("/staff/centers/{OWN}/shifts/new");
    for (name, value, field) in [
        ("position_1_max", "", "positions"),
        ("position_1_max", "9", ""),
        ("position_3", "登记台", "positions"),
        ("position_3_max", "0", "positions"),
        ("leads_min", "0", "leads_min"),
        ("volunteers_max", "1", "volunteers_min"),
        ("min_age", "老", "min_age"),
        ("guardian_below", "30", "guardian_below"),
        ("ends_at", "很晚", "ends_at"),
    ] {
        let with: Vec<_> = EVERYTHING
            .iter()
            .copied()
            .filter(|(other, _)| *other != name && *other != "trainings")
            .chain([(name, value), ("do", "preview")])
            .collect();
        let page = worker.press(&stage, (&new, &new), &with).await;
        match field {
            "" => {
                page.is(200);
            }
            field => {
                let page = page.is(422);
                let beside = format!("id=\"{field}-error\"");
                assert!(page.text.contains(&beside), "{name}={value}: {}", page.text);
                assert!(page.text.contains("敬老月义诊"), "what was entered stays");
            }
        }
    }
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM shift").await, 0);
}

async fn c69_an_edit_says_whom_it_told_and_the_second_save_what_changed(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let people = stage.get("/api/v1/me/people", Some(&token)).await.json;
    let person: PersonId = people["items"][0]["id"].as_str().unwrap().parse().unwrap();
    formal(&stage, &person).await;
    let id = shift(&stage, OWN, 1, "sign_up").await;
    asked(&stage, &id, person.as_str()).await;
    let mut worker = worker(&stage).await;
    let here = format!("/staff/shifts/{id}");
    let edit = format!("{here}/edit");
    let page = worker.get(&stage, &here).await.is(200);
    assert!(page.text.contains(&format!("href=\"{edit}\"")));
    let opened = worker.get(&stage, &edit).await.is(200);
    assert!(opened.text.contains("只改这一个班次"));
    let other_tab = worker.get(&stage, &edit).await.is(200);

    let moved = html::filled(
        &opened.text,
        &edit,
        &[("room", "二楼"), ("volunteers_max", "6")],
    );
    let saved = worker.fill(&stage, &edit, &moved).await.is(303);
    let page = worker.get(&stage, saved.header("location")).await.is(200);
    assert!(page.text.contains("已通知 1 位义工"), "{}", page.text);
    let view = only_shift(&stage).await;
    assert_eq!(
        (view.place.as_str(), view.needs.volunteers_max),
        ("二楼", 6)
    );

    // The tab that was open all the while: refused, with what the other changed, and both are kept.
    let late = html::filled(&other_tab.text, &edit, &[("risks", "走外侧")]);
    let stale = worker.fill(&stage, &edit, &late).await.is(409);
    assert!(stale.text.contains("别人刚才改了这些") && stale.text.contains("二楼"));
    let again = html::filled(&stale.text, &edit, &[]);
    worker.fill(&stage, &edit, &again).await.is(303);
    let view = only_shift(&stage).await;
    assert_eq!((view.place.as_str(), view.needs.risks.version), ("二楼", 2));

    // Who holds a place keeps it.
    let fewer = worker
        .press(&stage, (&edit, &edit), &[("volunteers_max", "0")])
        .await;
    let fewer = fewer.is(422);
    assert!(fewer.text.contains("id=\"volunteers_max-error\""));
    stage
        .test
        .arrange(vec![
            format!(
                "UPDATE shift SET positions =
                '[{{\"name\":\"登记台\",\"min\":0,\"max\":6,\"skill\":null}}]' WHERE id = '{id}'"
            ),
            format!("UPDATE assignment SET position = '登记台' WHERE shift_id = '{id}'"),
        ])
        .await;
    let without = [("position_1", "门口")];
    let held = worker.press(&stage, (&edit, &edit), &without).await.is(409);
    assert!(held.text.contains("登记台") && held.text.contains("id=\"positions-error\""));
}

async fn only_who_plans_there_changes_a_shift(test: TestDb) {
    let stage = Stage::new(test).await;
    let id = shift(&stage, OWN, 1, "sign_up").await;
    let here = format!("/staff/shifts/{id}");
    let day_off = format!("/staff/centers/{OWN}/day-off");
    for (name, role, scope) in [
        ("evaluator", Role::Evaluator, "440303"),
        ("foreign", Role::SocialWorker, FOREIGN),
    ] {
        let mut other = Browser::staff(&stage, name, role, scope).await;
        other.get(&stage, &format!("{here}/edit")).await.is(403);
        other.get(&stage, &day_off).await.is(403);
        for act in ["edit", "publish", "remove-draft"] {
            let form = [("revision", "1")];
            let path = format!("{here}/{act}");
            other.post(&stage, &path, &form).await.is(403);
        }
        let form = [("on", "2026-12-05"), ("shift", id.as_str())];
        other.post(&stage, &day_off, &form).await.is(403);
    }
    let mut nobody = Browser::default();
    nobody.get(&stage, &format!("{here}/edit")).await.is(303);
    let view = only_shift(&stage).await;
    assert_eq!((view.status, view.revision), (Status::Published, 1));
    // In the other language too.
    let mut worker = worker(&stage).await;
    worker.cookies.push(("lang".into(), "en".into()));
    let page = worker.get(&stage, &format!("{here}/edit")).await.is(200);
    assert!(page.text.contains("Only this shift changes"));
    let page = worker.get(&stage, &day_off).await.is(200);
    assert!(page.text.contains("Cancel a whole day"));
}

async fn a_whole_day_is_cancelled_in_one_press(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = stage.occurrence(5, 5).await;
    let resident = stage.resident(RESIDENT).await;
    stage.book(&at, &resident).await.is(201);
    let mut worker = worker(&stage).await;
    let path = format!("/staff/centers/{OWN}/day-off");
    let list = format!("/staff/centers/{OWN}/shifts");
    let page = worker.get(&stage, &list).await.is(200);
    assert!(page.text.contains(&format!("href=\"{path}\"")));
    let day = now().plus(10 * DAY).day();
    worker.get(&stage, &path).await.is(200);
    let wrong = format!("{path}?on=x");
    worker.get(&stage, &wrong).await.is(422);
    let on = format!("{path}?on={day}");
    let seen = worker.get(&stage, &on).await.is(200);
    assert!(seen.text.contains(&format!("/staff/occurrences/{at}")));
    assert!(seen.text.contains("会通知 1 个账号"), "{}", seen.text);
    let form = html::filled(&seen.text, &path, &[("reason", "台风")]);
    let done = worker.fill(&stage, &path, &form).await.is(303);
    let page = worker.get(&stage, done.header("location")).await.is(200);
    assert!(
        page.text
            .contains("已取消 1 场活动、0 个班次，通知了 1 个账号")
    );
    assert!(page.text.contains("没有要取消的活动和班次"));
    let told = "SELECT COUNT(*) FROM message WHERE kind = 'day_off'";
    assert_eq!(stage.test.number(told).await, 1);
    // Sent again it is the same press.
    let again = worker.fill(&stage, &path, &form).await.is(303);
    assert_eq!(again.header("location"), done.header("location"));
    let mut holder = Browser::resident(&stage).await;
    let inbox = holder.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("全天停开") && inbox.text.contains("台风"));
}

store::on_both_databases! {
    a_shift_asks_for_everything_and_is_a_draft_until_it_is_published => super::a_shift_asks_for_everything_and_is_a_draft_until_it_is_published,
    a_draft_is_thrown_away => super::a_draft_is_thrown_away,
    a_draft_that_is_cancelled_by_rest_is_thrown_away => super::a_draft_that_is_cancelled_by_rest_is_thrown_away,
    what_is_wrong_stands_beside_its_field => super::what_is_wrong_stands_beside_its_field,
    c69_an_edit_says_whom_it_told_and_the_second_save_what_changed => super::c69_an_edit_says_whom_it_told_and_the_second_save_what_changed,
    only_who_plans_there_changes_a_shift => super::only_who_plans_there_changes_a_shift,
    a_whole_day_is_cancelled_in_one_press => super::a_whole_day_is_cancelled_in_one_press,
}
