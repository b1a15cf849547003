//! Agencies on the staff's pages, without JavaScript: from a name to a contract, and to the day on which
//! somebody's role ends with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html, now};
use domain::access::Role;
use store::testing::TestDb;

const HOME: &str = "/staff/agencies";
const NAME: &str = "甲社会工作服务中心";

async fn admin(stage: &Stage) -> Browser {
    Browser::staff(stage, "admin", Role::Admin, "city").await
}

/// So many days from today, as forms send it.
fn day(n: i64) -> String {
    (now().day() + chrono::Duration::days(n)).to_string()
}

/// The same as pages say it.
fn told(n: i64) -> String {
    let day = now().day() + chrono::Duration::days(n);
    day.format("%Y年%-m月%-d日").to_string()
}

async fn one(stage: &Stage, query: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (id,): (String,) = tx.sql_built(query.to_owned()).one().await.unwrap();
    id
}

/// The agency's page, after it was written down.
async fn agency(stage: &Stage, admin: &mut Browser) -> String {
    let form = [("agency_name", NAME), ("short_name", "甲社工")];
    let made = admin.post(stage, HOME, &form).await.is(303);
    let to = made.header("location");
    to.split('?').next().unwrap().to_owned()
}

/// Adds a contract as somebody would: looks, then presses.
async fn contract(stage: &Stage, admin: &mut Browser, agency: &str, from: i64, to: i64) {
    let page = format!("{agency}/contracts/new");
    let (from, to) = (day(from), day(to));
    let look = [
        ("center", OWN),
        ("from", &from),
        ("to", &to),
        ("do", "look"),
    ];
    let looked = admin.post(stage, &page, &look).await.is(200);
    let form = html::filled(&looked.text, &page, &[("do", "save")]);
    admin.fill(stage, &page, &form).await.is(303);
}

async fn worker(stage: &Stage) -> String {
    stage.staff("worker", Role::SocialWorker, OWN).await;
    let id = one(stage, "SELECT id FROM staff WHERE username = 'worker'").await;
    format!("/staff/accounts/{id}")
}

async fn an_agency_gets_a_center_and_its_people_end_with_it(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let empty = admin.get(&stage, HOME).await.is(200);
    assert!(empty.text.contains("还没有登记机构"));
    let agency = agency(&stage, &mut admin).await;
    let count = "SELECT COUNT(*) FROM contract";
    contract(&stage, &mut admin, &agency, 0, 100).await;
    assert_eq!(stage.test.number(count).await, 1);
    let page = admin.get(&stage, HOME).await.is(200);
    assert!(page.text.contains(NAME) && page.text.contains(&told(100)));

    let account = worker(&stage).await;
    let before = admin.get(&stage, &account).await.is(200);
    assert!(!before.text.contains("跟合同到期"));
    let id = agency.rsplit('/').next().unwrap().to_owned();
    let join = [("do", "agency"), ("agency", &id)];
    admin.post(&stage, &account, &join).await.is(303);
    let bound = admin.get(&stage, &account).await.is(200);
    assert!(bound.text.contains("跟合同到期") && bound.text.contains(&told(100)));

    // The look tells whom it hits and does nothing; the press does it.
    let contract = one(&stage, "SELECT id FROM contract").await;
    let edit = format!("{agency}/contracts/{contract}");
    let earlier = day(10);
    let look = [("to", earlier.as_str()), ("do", "look")];
    let looked = admin.post(&stage, &edit, &look).await.is(200);
    assert!(
        looked.text.contains("1 个角色的结束日期会变"),
        "{}",
        looked.text
    );
    let still = admin.get(&stage, &account).await.is(200);
    assert!(still.text.contains(&told(100)));
    let form = html::filled(&looked.text, &edit, &[("do", "save")]);
    admin.fill(&stage, &edit, &form).await.is(303);
    let page = admin.get(&stage, &account).await.is(200);
    assert!(page.text.contains(&told(10)));
    let page = admin.get(&stage, &agency).await.is(200);
    assert!(page.text.contains(&account) && page.text.contains(&told(10)));
    // A role beyond it is refused in words.
    let scope = format!("center:{OWN}");
    let beyond = day(11);
    let give = [
        ("do", "give"),
        ("role", "center_manager"),
        ("scope", &scope),
        ("to", &beyond),
    ];
    let grants = format!("{account}/grants");
    let refused = admin.post(&stage, &grants, &give).await.is(409);
    assert!(refused.text.contains("在这个中心的合同到"));
}

async fn what_is_wrong_with_a_contract_is_told_before_it_is_saved(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let wrong = [("agency_name", NAME), ("credit_code", "91350100M000100Y44")];
    let told = admin.post(&stage, HOME, &wrong).await.is(422);
    assert!(told.text.contains("18 位字母和数字"));
    let agency = agency(&stage, &mut admin).await;
    let again = [("agency_name", NAME)];
    let told = admin.post(&stage, HOME, &again).await.is(422);
    assert!(told.text.contains("已经有叫这个名字的机构了"));
    contract(&stage, &mut admin, &agency, 0, 100).await;
    let page = format!("{agency}/contracts/new");
    let (from, to) = (day(100), day(200));
    for (what, status, says) in [
        (
            [("center", OWN), ("from", &from), ("to", &to)],
            409,
            "有重叠的日子",
        ),
        (
            [("center", OWN), ("from", &to), ("to", &from)],
            422,
            "不能早于",
        ),
        (
            [("center", "月亮"), ("from", &from), ("to", &to)],
            422,
            "没有叫这个名字",
        ),
        (
            [("center", ""), ("from", &from), ("to", &to)],
            422,
            "请填写“中心”",
        ),
    ] {
        for press in ["look", "save"] {
            let mut form = what
                .map(|(name, value): (&str, &str)| (name, value))
                .to_vec();
            form.push(("do", press));
            let told = admin.post(&stage, &page, &form).await.is(status);
            assert!(told.text.contains(says), "{says}: {}", told.text);
        }
    }
    let several = [("center", "党群服务中心"), ("from", &from), ("to", &to)];
    let told = admin.post(&stage, &page, &several).await.is(422);
    assert!(
        told.text.contains(&format!("value=\"{FOREIGN}\"")),
        "{}",
        told.text
    );
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM contract").await, 1);
}

async fn who_runs_a_center_stands_where_it_is_introduced(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let public = format!("/centers/{OWN}");
    let before = Browser::default().get(&stage, &public).await.is(200);
    assert!(!before.text.contains("运营机构"));
    let agency = agency(&stage, &mut admin).await;
    contract(&stage, &mut admin, &agency, 0, 50).await;
    let page = Browser::default().get(&stage, &public).await.is(200);
    assert!(page.text.contains("运营机构") && page.text.contains(NAME));
    let line = format!("由甲社工承接，到{}为止", told(50));
    for path in ["", "/settings", "/year"] {
        let path = format!("/staff/centers/{OWN}{path}");
        let page = admin.get(&stage, &path).await.is(200);
        assert!(page.text.contains(&line), "{path}: {}", page.text);
    }
    // Of then, where a report is about: nobody did the year before.
    let report = |days: &str| format!("/staff/reports?scope=center:{OWN}{days}");
    let page = admin.get(&stage, &report("")).await.is(200);
    assert!(page.text.contains(&line), "{}", page.text);
    let before = report("&from=2025-01-01&to=2025-12-31");
    let page = admin.get(&stage, &before).await.is(200);
    assert!(!page.text.contains("由甲社工承接"), "{}", page.text);
    let city = admin.get(&stage, "/staff/reports?scope=city").await.is(200);
    assert!(!city.text.contains("由甲社工承接"), "{}", city.text);
    let overview = admin.get(&stage, "/staff/overview").await.is(200);
    assert!(overview.text.contains("承接合同 60 天内到期"));
    // Taken back before it begins, another one is gone.
    contract(&stage, &mut admin, &agency, 51, 400).await;
    let overview = admin.get(&stage, "/staff/overview").await.is(200);
    assert!(!overview.text.contains("承接合同 60 天内到期"));
    let next = one(
        &stage,
        "SELECT id FROM contract ORDER BY from_day DESC LIMIT 1",
    )
    .await;
    let edit = format!("{agency}/contracts/{next}");
    let back = [("do", "take_back")];
    admin.post(&stage, &edit, &back).await.is(303);
    admin.get(&stage, &edit).await.is(404);
}

async fn a_manager_sees_agencies_and_only_their_own_centers(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let agency = agency(&stage, &mut admin).await;
    contract(&stage, &mut admin, &agency, 0, 50).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, FOREIGN).await;
    let page = manager.get(&stage, &agency).await.is(200);
    assert!(page.text.contains("还没有合同") && !page.text.contains("contracts/new"));
    let list = manager.get(&stage, HOME).await.is(200);
    assert!(list.text.contains(NAME) && !list.text.contains("agency_name"));
    manager
        .post(&stage, HOME, &[("agency_name", "乙")])
        .await
        .is(403);
    let accounts = manager.get(&stage, "/staff/accounts").await.is(200);
    assert!(accounts.text.contains("href=\"/staff/agencies\""));
}

store::on_both_databases! {
    an_agency_gets_a_center_and_its_people_end_with_it => super::an_agency_gets_a_center_and_its_people_end_with_it,
    what_is_wrong_with_a_contract_is_told_before_it_is_saved => super::what_is_wrong_with_a_contract_is_told_before_it_is_saved,
    who_runs_a_center_stands_where_it_is_introduced => super::who_runs_a_center_stands_where_it_is_introduced,
    a_manager_sees_agencies_and_only_their_own_centers => super::a_manager_sees_agencies_and_only_their_own_centers,
}
