//! Scans that come after the hours were confirmed, on the desk's page; milestones on the volunteer's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, RESIDENT, Stage, browser::Browser, now, people::volunteer, shifts};
use domain::{
    access::Role,
    time::{DAY, MINUTE, Timestamp},
};
use store::testing::TestDb;

/// Somebody was inside from then until then, minutes after the start, as the server learns now.
async fn seen(stage: &Stage, past: &shifts::Past, (from, to): (i64, i64), received: Timestamp) {
    let start = now().plus(-DAY);
    let rows = [("in", from), ("out", to)].map(|(direction, minutes)| {
        let id = stage.site.ids().make::<uuid::Uuid>(received);
        format!(
            "INSERT INTO check_in (id, kind, at, device_at, received_at, caller, method, direction,
                 result, subject_kind, subject_id, shift_id, is_evidence, verdict)
             VALUES ('{id}', 'scan', {at}, {at}, {}, 'test', 'ticket', '{direction}', 'admitted',
                 'assignment', '{}', '{}', TRUE, '{{}}')",
            received.0,
            past.assignment,
            past.shift,
            at = start.plus(minutes * MINUTE).0,
        )
    });
    stage.test.arrange(rows.into()).await;
}

async fn late_scans_are_left_or_corrected(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let (mut phone, me) = volunteer(&stage, RESIDENT).await;
    let past = shifts::past(&stage, OWN, me.as_str(), 1, true).await;
    let early = format!(
        "UPDATE check_in SET at = {} WHERE subject_id = '{}' AND direction = 'out'",
        now().plus(-DAY + 30 * MINUTE).0,
        past.assignment
    );
    stage.test.arrange(vec![early]).await;
    let page = phone.get(&stage, "/me/hours").await.is(200);
    assert!(!page.text.contains("走过的路"));
    let there = format!("/staff/shifts/{}", past.shift);
    let close = format!("{there}/close");
    worker.press(&stage, (&there, &close), &[]).await.is(303);
    let page = phone.get(&stage, "/me/hours").await.is(200);
    assert!(page.text.contains("走过的路") && page.text.contains("第一次服务"));
    assert!(
        page.text.contains("还差 9 小时 30 分到 10 小时"),
        "{}",
        page.text
    );
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("走到这一步了：第一次服务"));

    let desk = format!("/staff/centers/{OWN}/hours");
    let answer = format!("{desk}/late");
    let page = worker.get(&stage, &desk).await.is(200);
    assert!(!page.text.contains("确认以后才到的签到"));
    let later = now().plus(10 * MINUTE);
    stage.at(later);
    seen(&stage, &past, (40, 60), later).await;
    let page = worker.get(&stage, &desk).await.is(200);
    assert!(
        page.text
            .contains("已记 30 分钟，现在的签到记录算出来是 50 分钟"),
        "{}",
        page.text
    );
    let field = common::browser::between(&page.text, "name=\"late-", "\"");
    let field = format!("late-{field}");
    let empty = [(field.as_str(), ""), ("act", "leave")];
    worker.press(&stage, (&desk, &answer), &empty).await.is(422);
    let leave = [("act", "leave")];
    let left = worker.press(&stage, (&desk, &answer), &leave).await.is(303);
    let page = worker.get(&stage, left.header("location")).await.is(200);
    assert!(!page.text.contains("确认以后才到的签到"));

    let later = now().plus(20 * MINUTE);
    stage.at(later);
    seen(&stage, &past, (32, 36), later).await;
    let page = worker.get(&stage, &desk).await.is(200);
    let correct = [("act", "correct")];
    let form = common::html::filled(&page.text, &answer, &correct);
    worker.fill(&stage, &answer, &form).await.is(303);
    // What is added was typed in: a colleague approves it.
    let page = worker.get(&stage, &desk).await.is(200);
    assert!(page.text.contains("24 分钟") && !page.text.contains("确认以后才到的签到"));
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, OWN).await;
    // What a colleague still has open is not done twice.
    let stale: common::html::Fields = form.into_iter().filter(|(name, _)| name != "key").collect();
    other.fill(&stage, &answer, &stale).await.is(422);
}

store::on_both_databases! {
    late_scans_are_left_or_corrected => super::late_scans_are_left_or_corrected,
}
