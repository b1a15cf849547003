//! Staff accounts through the router, without JavaScript: from a manager's form to a colleague's first
//! day, and out again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, Reply, Stage,
    browser::{Browser, between},
};
use domain::{access::Role, time::DAY};
use store::testing::TestDb;

const NEW: &str = "/staff/accounts/new";

async fn manager(stage: &Stage) -> Browser {
    Browser::staff(stage, "manager", Role::CenterManager, OWN).await
}

/// Sends the form for a new account, filled in for a social worker.
async fn made(stage: &Stage, browser: &mut Browser, username: &str) -> Reply {
    let scope = format!("center:{OWN}");
    let form = [
        ("name", "周小满"),
        ("username", username),
        ("role", "social_worker"),
        ("scope", &scope),
        ("key", username),
    ];
    browser.post(stage, NEW, &form).await
}

/// The first password that a page shows.
fn password(page: &str) -> String {
    between(page, "<code>", "</code>").to_owned()
}

async fn id_of(stage: &Stage, username: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (id,): (String,) = tx
        .sql("SELECT id FROM staff WHERE username = $1")
        .bind(username)
        .one()
        .await
        .unwrap();
    id
}

/// A browser that sends the form of the sign-in page, and where it is led.
async fn signed_in(stage: &Stage, username: &str, password: &str) -> (Browser, Reply) {
    let mut browser = Browser::default();
    let form = [
        ("username", username),
        ("password", password),
        ("back", "/staff/activities"),
    ];
    let reply = browser.post(stage, "/staff/sign-in", &form).await;
    (browser, reply)
}

async fn a_colleague_gets_an_account_without_a_command_line(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    let page = manager.get(&stage, NEW).await.is(200);
    assert!(page.text.contains("value=\"social_worker\""));
    assert!(!page.text.contains("value=\"district_supervisor\""));
    assert!(page.text.contains(&format!("value=\"center:{OWN}\"")));
    assert!(!page.text.contains(FOREIGN));
    let page = made(&stage, &mut manager, "zhou").await.is(200);
    let first = password(&page.text);
    assert!(first.len() >= 10, "{}", page.text);
    assert_eq!(page.header("cache-control"), "no-store");
    // Sent again it makes no second account, and doesn't show a password that was never set.
    let again = made(&stage, &mut manager, "zhou").await.is(200);
    assert!(again.text.contains("已经交过了") && !again.text.contains("<code>"));

    let (mut zhou, reply) = signed_in(&stage, "zhou", &first).await;
    reply.is(303);
    let own = format!("/staff/centers/{OWN}/activities");
    for path in ["/staff", "/staff/account", &own, "/staff/accounts"] {
        let reply = zhou.get(&stage, path).await.is(303);
        let to = reply.header("location");
        assert!(
            to.starts_with("/staff/first-password?back="),
            "{path}: {to}"
        );
    }
    let rest = zhou.get(&stage, "/api/v1/me/bookings").await;
    assert!(matches!(rest.status.as_u16(), 401 | 403), "{}", rest.text);
    let choose = "/staff/first-password";
    zhou.get(&stage, choose).await.is(200);
    for (new, again, told) in [
        ("a-new-password", "another-one", "again-error"),
        ("short", "short", "password-error"),
        (first.as_str(), first.as_str(), "password-error"),
    ] {
        let form = [("password", new), ("again", again)];
        let page = zhou.post(&stage, choose, &form).await.is(422);
        assert!(page.text.contains(told), "{new}: {}", page.text);
    }
    let form = [
        ("password", "a-new-password"),
        ("again", "a-new-password"),
        ("back", "/staff/activities"),
    ];
    let reply = zhou.post(&stage, choose, &form).await.is(303);
    assert_eq!(reply.header("location"), "/staff/activities");
    zhou.get(&stage, &own).await.is(200);
    let done = zhou.get(&stage, choose).await.is(303);
    assert_eq!(done.header("location"), "/staff");
    let (_, reply) = signed_in(&stage, "zhou", &first).await;
    reply.is(401);
    // Nobody else has changed, and the list says who is there.
    let list = manager.get(&stage, "/staff/accounts?q=ZHOU").await.is(200);
    assert!(list.text.contains("周小满") && list.text.contains("今天"));
    assert!(list.text.contains(">zhou<") && !list.text.contains(">manager<"));
}

async fn a_first_password_is_good_for_a_week(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    let page = made(&stage, &mut manager, "zhou").await.is(200);
    let first = password(&page.text);
    stage.at(common::now().plus(7 * DAY));
    let (_, reply) = signed_in(&stage, "zhou", &first).await;
    reply.is(401);
    stage.at(common::now());
    // Another one is made by a press, and the old one is none any more.
    let path = format!("/staff/accounts/{}", id_of(&stage, "zhou").await);
    let page = manager.get(&stage, &path).await.is(200);
    assert!(page.text.contains("还没换首次密码"), "{}", page.text);
    let page = manager.post(&stage, &path, &[("do", "reset")]).await;
    let second = password(&page.is(200).text);
    assert_ne!(first, second);
    let (_, reply) = signed_in(&stage, "zhou", &first).await;
    reply.is(401);
    let (_, reply) = signed_in(&stage, "zhou", &second).await;
    reply.is(303);
}

async fn roles_are_given_for_a_time_and_ended(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    made(&stage, &mut manager, "zhou").await.is(200);
    let path = format!("/staff/accounts/{}", id_of(&stage, "zhou").await);
    let grants = format!("{path}/grants");
    let scope = format!("center:{OWN}");
    let mut send = async |what: &str, role: &str, scope: &str, to: &str| {
        let form = [("do", what), ("role", role), ("scope", scope), ("to", to)];
        manager.post(&stage, &grants, &form).await
    };
    send("give", "center_manager", &scope, "2026-12-31")
        .await
        .is(303);
    let until = common::now().plus(39 * DAY).plus(-10 * 3_600_000);
    let ends = "SELECT ends_at FROM role_grant WHERE role = 'center_manager' AND ends_at > 0";
    assert_eq!(stage.test.number(ends).await, until.0, "that day's end");
    send("change", "center_manager", &scope, "").await.is(303);
    // What grants nothing, and what is beyond the manager, is refused in words.
    let past = send("give", "social_worker", &scope, "2026-11-22").await;
    assert!(past.is(422).text.contains("id=\"to-error\""));
    let foreign = format!("center:{FOREIGN}");
    for (role, scope) in [
        ("social_worker", foreign.as_str()),
        ("center_manager", "subdistrict:440303001"),
        ("admin", scope.as_str()),
    ] {
        send("give", role, scope, "").await.is(403);
    }
    send("end", "social_worker", &scope, "").await.is(303);
    let held = "SELECT COUNT(*) FROM role_grant g JOIN staff s ON s.id = g.staff_id
        WHERE s.username = 'zhou'";
    assert_eq!(stage.test.number(held).await, 1);
    let page = manager.get(&stage, &path).await.is(200);
    for said in ["中心负责人", "一直有效", "2026年12月31日", "授予角色", "您"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
}

async fn who_is_switched_off_is_out_at_the_next_click(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/accounts/{}", id_of(&stage, "worker").await);
    let desk = format!("/staff/centers/{OWN}");
    worker.get(&stage, &desk).await.is(200);
    let off = manager.post(&stage, &path, &[("do", "suspend")]).await;
    let to = off.is(303).header("location").to_owned();
    let page = manager.get(&stage, &to).await.is(200);
    assert!(page.text.contains("账号停用了") && page.text.contains("已停用"));
    let away = worker.get(&stage, &desk).await.is(303);
    assert!(away.header("location").starts_with("/staff/sign-in"));
    let list = manager
        .get(&stage, "/staff/accounts?status=suspended")
        .await;
    assert!(list.is(200).text.contains("worker"));
    manager
        .post(&stage, &path, &[("do", "resume")])
        .await
        .is(303);
    manager
        .post(&stage, &path, &[("do", "rename"), ("name", "王小芳")])
        .await
        .is(303);
    assert!(
        manager
            .get(&stage, &path)
            .await
            .is(200)
            .text
            .contains("王小芳")
    );
    manager
        .post(&stage, &path, &[("do", "close")])
        .await
        .is(303);
    let page = manager.get(&stage, &path).await.is(200);
    assert!(!page.text.contains("name=\"do\""), "nothing more to do");
    manager
        .post(&stage, &path, &[("do", "resume")])
        .await
        .is(404);
}

async fn nobody_changes_themselves_and_the_last_administrator_stays(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let own = format!("/staff/accounts/{}", id_of(&stage, "admin").await);
    let page = admin.get(&stage, &own).await.is(200);
    assert!(page.text.contains("这是您自己的账号") && !page.text.contains("name=\"do\""));
    admin.post(&stage, &own, &[("do", "suspend")]).await.is(403);
    let mut second = Browser::staff(&stage, "second", Role::Admin, "city").await;
    let other = format!("/staff/accounts/{}", id_of(&stage, "second").await);
    // The first is gone for a while, so the second is the last.
    second
        .post(&stage, &own, &[("do", "suspend")])
        .await
        .is(303);
    stage.staff("third", Role::Admin, "440303").await;
    let mut city = Browser::staff(&stage, "city", Role::CitySupervisor, "city").await;
    city.post(&stage, &other, &[("do", "suspend")])
        .await
        .is(403);
    second.post(&stage, &own, &[("do", "resume")]).await.is(303);
    let until = [
        ("do", "change"),
        ("role", "admin"),
        ("scope", "city"),
        ("to", "2026-12-31"),
    ];
    let grants = format!("{own}/grants");
    second.post(&stage, &grants, &until).await.is(303);
    let mut admin = Browser {
        cookies: vec![cookie(&stage.staff("fourth", Role::Admin, "city").await)],
    };
    admin.post(&stage, &other, &[("do", "close")]).await.is(303);
    let last = format!("/staff/accounts/{}", id_of(&stage, "fourth").await);
    let mut first = Browser {
        cookies: vec![cookie(&signed_again(&stage, "admin").await)],
    };
    let refused = first.post(&stage, &last, &[("do", "suspend")]).await;
    assert!(refused.is(409).text.contains("长期的系统管理员"));
}

fn cookie(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap();
    (name.to_owned(), value.to_owned())
}

/// A session of somebody who is there already.
async fn signed_again(stage: &Stage, username: &str) -> String {
    let id = id_of(stage, username).await.parse().unwrap();
    let login = store::logins::NewLogin::new("once-more", "test");
    store::staff::finish_sign_in(&stage.test.db, &stage.system(), &id, None, login)
        .await
        .unwrap();
    "linli=once-more".to_owned()
}

async fn the_part_is_shown_to_those_who_manage_staff(test: TestDb) {
    let stage = Stage::new(test).await;
    let link = "href=\"/staff/accounts\"";
    for (username, role, may) in [
        ("worker", Role::SocialWorker, false),
        ("evaluator", Role::Evaluator, false),
        ("manager", Role::CenterManager, true),
    ] {
        let mut browser = Browser::staff(&stage, username, role, OWN).await;
        let page = browser.get(&stage, "/staff").await.is(200);
        assert_eq!(page.text.contains(link), may, "{username}");
    }
    // One who lacks a name, and a place, is told beside the fields.
    let mut manager = Browser::staff(&stage, "boss", Role::CenterManager, OWN).await;
    let form = [("username", "x"), ("role", "social_worker")];
    let page = manager.post(&stage, NEW, &form).await.is(422);
    for field in ["name-error", "username-error", "scope-error"] {
        assert!(page.text.contains(field), "{field}: {}", page.text);
    }
    let taken = made(&stage, &mut manager, "worker").await.is(422);
    assert!(taken.text.contains("username-error"), "{}", taken.text);
}

store::on_both_databases! {
    a_colleague_gets_an_account_without_a_command_line => super::a_colleague_gets_an_account_without_a_command_line,
    a_first_password_is_good_for_a_week => super::a_first_password_is_good_for_a_week,
    roles_are_given_for_a_time_and_ended => super::roles_are_given_for_a_time_and_ended,
    who_is_switched_off_is_out_at_the_next_click => super::who_is_switched_off_is_out_at_the_next_click,
    nobody_changes_themselves_and_the_last_administrator_stays => super::nobody_changes_themselves_and_the_last_administrator_stays,
    the_part_is_shown_to_those_who_manage_staff => super::the_part_is_shown_to_those_who_manage_staff,
}
