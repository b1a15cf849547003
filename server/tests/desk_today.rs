//! The first page of a center's desk through the router: its lines, where each leads, and for whom.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::{Browser, between},
    html::elements,
    now,
    shifts::{Past, applicant, past, running, unclosed},
};
use domain::{
    access::Role,
    time::{DAY, HOUR},
};
use store::testing::TestDb;

fn desk() -> String {
    format!("/staff/centers/{OWN}")
}

/// The holder of the resident's account.
async fn person(stage: &Stage) -> String {
    stage.resident(RESIDENT).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (String,) = tx
        .sql("SELECT p.id FROM person p JOIN account a ON a.id = p.account_id WHERE a.phone = $1")
        .bind(RESIDENT)
        .one()
        .await
        .unwrap();
    person
}

/// Something of each kind that the desk may open with.
async fn busy(stage: &Stage) {
    let person = person(stage).await;
    running(stage, OWN, &person).await;
    unclosed(stage, OWN, &person, 2).await;
    past(stage, OWN, &person, 40, true).await;
    let Past { shift, assignment } = past(stage, OWN, &person, 3, true).await;
    applicant(stage, OWN, RESIDENT).await;
    let full = stage.occurrence(1, 3).await;
    for phone in ["13800000011", "13800000012"] {
        let token = stage.resident(phone).await;
        stage.book(&full, &token).await.is(201);
    }
    let id = || stage.site.ids().make::<uuid::Uuid>(now()).to_string();
    let (start, end) = (now().plus(HOUR), now().plus(2 * HOUR));
    stage
        .test
        .arrange(vec![
            format!(
                "UPDATE occurrence SET starts_at = {}, ends_at = {}, booking_closes_at = {0}
                 WHERE id = '{full}'",
                start.0, end.0
            ),
            format!(
                "INSERT INTO room (id, center_id, name) VALUES ('{}', '{OWN}', '新活动室')",
                id()
            ),
            "UPDATE occurrence SET room_id = NULL".into(),
            format!(
                "INSERT INTO certificate_request (id, person_id, account_id, center_id, from_at, to_at,
                     asked_at)
                 SELECT '{}', id, account_id, '{OWN}', 0, {}, 0 FROM person WHERE id = '{person}'",
                id(),
                start.0
            ),
            format!(
                "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                     counts_as, minutes, approval, reason, served_at, at)
                 VALUES ('{}', '{person}', '{OWN}', '{shift}', '{assignment}', 'entered', 'entered',
                     60, 'second', '签到机坏了', {1}, {1})",
                id(),
                now().plus(-3 * DAY).0
            ),
            format!(
                "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
                     volunteers_min, volunteers_max, guardian_below, status, created_at)
                 VALUES ('{}', '{OWN}', '草稿班次', {}, {}, 'sign_up', 1, 1, 5, 14, 'draft', 0)",
                id(),
                start.0,
                end.0
            ),
        ])
        .await;
    stage.kiosk(OWN, "门口").await;
}

/// Where the part of a page leads that follows what happens.
fn leads(page: &str) -> Vec<String> {
    let part = between(page, "id=\"roster\"", "aria-labelledby=\"today\"");
    let all = elements(part);
    let links = all.iter().filter_map(|of| of.attribute("href"));
    links.map(|href| href.replace("&amp;", "&")).collect()
}

async fn audited(stage: &Stage) -> i64 {
    stage.test.number("SELECT COUNT(*) FROM audit").await
}

/// Each line of it leads whoever it is shown to somewhere, and where it names a place on the page, that is
/// there.
async fn each_leads_somewhere(stage: &Stage, browser: &mut Browser, page: &str) {
    for href in leads(page) {
        let (path, anchor) = href.split_once('#').unwrap_or((&href, ""));
        let found = browser.get(stage, path).await.is(200);
        let is_there = anchor.is_empty() || found.text.contains(&format!("id=\"{anchor}\""));
        assert!(is_there, "{href}: {}", found.text);
    }
}

async fn each_line_leads_to_where_it_is_settled(test: TestDb) {
    let stage = Stage::new(test).await;
    busy(&stage).await;
    for (name, role, closes_months) in [
        ("worker", Role::SocialWorker, false),
        ("manager", Role::CenterManager, true),
    ] {
        let mut browser = Browser::staff(&stage, name, role, OWN).await;
        let before = audited(&stage).await;
        let page = browser.get(&stage, &desk()).await.is(200);
        assert_eq!(audited(&stage).await, before, "figures are no look");
        for said in [
            "现在和接下来",
            "进行中 · 已到",
            "还缺什么",
            "缺社工",
            "还没定活动室",
            "自助屏「门口」",
            "已满，候补 1",
            "还没收尾的班次：1 个",
            "等着审批的时数：1 条",
            "申请做义工：1 人",
            "等着开的服务证明：1 份",
            "班次草稿 1 个",
        ] {
            assert!(page.text.contains(said), "{said}: {}", page.text);
        }
        assert!(!page.text.contains("没有等您处理的事"));
        assert!(!page.text.contains(RESIDENT) && !page.text.contains("陈建国"));
        assert_eq!(page.text.contains("还没结的月份"), closes_months, "{name}");
        each_leads_somewhere(&stage, &mut browser, &page.text).await;
        let part = browser
            .get(&stage, &format!("{}/now", desk()))
            .await
            .is(200);
        assert!(part.text.contains("还没收尾的班次：1 个"));
        assert!(!part.text.contains("<html"));
    }
}

async fn who_only_looks_is_told_what_is_on_and_of_nothing_to_do(test: TestDb) {
    let stage = Stage::new(test).await;
    busy(&stage).await;
    for (name, role, scope) in [
        ("district", Role::DistrictSupervisor, "440303"),
        ("evaluator", Role::Evaluator, OWN),
    ] {
        let mut browser = Browser::staff(&stage, name, role, scope).await;
        let page = browser.get(&stage, &desk()).await.is(200);
        assert!(page.text.contains("现在和接下来"));
        assert!(!page.text.contains("id=\"missing\"") && !page.text.contains("id=\"decide\""));
        each_leads_somewhere(&stage, &mut browser, &page.text).await;
    }
    let mut foreign = Browser::staff(&stage, "foreign", Role::SocialWorker, FOREIGN).await;
    for path in [desk(), format!("{}/now", desk())] {
        foreign.get(&stage, &path).await.is(403);
    }
}

async fn a_quiet_day_is_one_sentence(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, &desk()).await.is(200);
    let sentence = "今天没有活动和班次，也没有等您处理的事。";
    assert!(page.text.contains(sentence), "{}", page.text);
    for id in ["now", "missing", "decide"] {
        assert!(!page.text.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let main = page.text.matches("button-main").count();
    assert_eq!(main, 1, "one main action");
    worker.cookies.push(("lang".into(), "en".into()));
    let page = worker.get(&stage, &desk()).await.is(200);
    assert!(page.text.contains("nothing waits for you"), "{}", page.text);
}

store::on_both_databases! {
    each_line_leads_to_where_it_is_settled => super::each_line_leads_to_where_it_is_settled,
    who_only_looks_is_told_what_is_on_and_of_nothing_to_do => super::who_only_looks_is_told_what_is_on_and_of_nothing_to_do,
    a_quiet_day_is_one_sentence => super::a_quiet_day_is_one_sentence,
}
