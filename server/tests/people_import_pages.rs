//! Residents out of a spreadsheet on the staff's pages, without JavaScript: looked at, written down by the
//! road of the desk, and never twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html, now};
use domain::{
    access::Role,
    person::{BirthYear, PersonName, Phone, Relation},
};
use store::{
    desk::{Contact, Newcomer, register},
    testing::TestDb,
};

const ROWS: &str = "姓名\t出生日期\t手机号\t身份证号\t社区\t关系\n\
    王桂兰\t1958-03-12\t13900000001\t440301195803120000\t\t\n\
    李建国\t1955\t13900000001\t\t\t配偶\n\
    周福\t1949\t\t\t\t\n\
    王小宝\t2018\t13900000001\t\t\t子女\n\
    吴大山\t1960\t13900000009\t\t\t";

fn page(center: &str) -> String {
    format!("/staff/centers/{center}/people/import")
}

async fn people(stage: &Stage) -> i64 {
    stage.test.number("SELECT COUNT(*) FROM person").await
}

/// Somebody who is known at another center only, under that number.
async fn elsewhere(stage: &Stage, phone: &str, name: &str) {
    let who = Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(1960, now()).unwrap(),
        relation: Relation::Myself,
        community: None,
        consent: None,
    };
    let at: domain::id::CenterId = FOREIGN.parse().unwrap();
    let phone = Contact::Phone(Phone::parse(phone).unwrap());
    register(&stage.test.db, &stage.system(), &at, phone, who)
        .await
        .unwrap();
}

async fn c159_a_list_is_looked_at_and_written_down_once(test: TestDb) {
    let stage = Stage::new(test).await;
    elsewhere(&stage, "13900000009", "吴大山").await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let way = worker
        .get(&stage, &format!("/staff/centers/{OWN}/people"))
        .await
        .is(200);
    assert!(way.text.contains(&page(OWN)));
    worker.get(&stage, &page(OWN)).await.is(200);
    let before = people(&stage).await;
    let look = [("rows", ROWS), ("do", "look")];
    let looked = worker.post(&stage, &page(OWN), &look).await.is(200);
    // One has nothing to be told apart by, one is a child; who is known elsewhere is as new as others.
    assert!(
        looked
            .text
            .contains("新的 3 人，已经在的 0 人，用不了 2 行"),
        "{}",
        looked.text
    );
    assert!(looked.text.contains("这些列没有读取：身份证号"));
    let table = looked
        .text
        .split("<table")
        .nth(1)
        .unwrap()
        .split("</table>")
        .next()
        .unwrap();
    assert!(!table.contains("13900000001") && !table.contains("440301195803120000"));
    assert!(table.contains("要监护人到前台同意"), "{table}");
    assert_eq!(people(&stage).await, before, "nothing yet");

    let again = |text: &str, more: &[(&str, &str)]| {
        let mut with = vec![("do", "import")];
        with.extend(more);
        html::filled(text.split("id=\"look\"").nth(1).unwrap(), &page(OWN), &with)
    };
    let untold = worker
        .fill(&stage, &page(OWN), &again(&looked.text, &[]))
        .await
        .is(422);
    assert!(untold.text.contains("id=\"told-error\""), "{}", untold.text);
    assert_eq!(people(&stage).await, before);
    let sent = again(&looked.text, &[("told", "1")]);
    let done = worker.fill(&stage, &page(OWN), &sent).await.is(303);
    assert!(
        done.header("location").ends_with("?done=3"),
        "{}",
        done.header("location")
    );
    assert_eq!(
        people(&stage).await,
        before + 2,
        "one was there, at another center"
    );
    let family = "SELECT COUNT(DISTINCT account_id) FROM person WHERE name IN ('王桂兰', '李建国')";
    assert_eq!(stage.test.number(family).await, 1);
    worker.fill(&stage, &page(OWN), &sent).await.is(303);
    assert_eq!(people(&stage).await, before + 2, "once");
    let again = worker.post(&stage, &page(OWN), &look).await.is(200);
    assert!(
        again.text.contains("新的 0 人，已经在的 3 人"),
        "{}",
        again.text
    );
    let found = worker
        .post(
            &stage,
            &format!("/staff/centers/{OWN}/people"),
            &[("q", "桂兰")],
        )
        .await
        .is(200);
    assert!(
        found.text.contains("王桂兰"),
        "the center's staff find them"
    );
    let told = "SELECT COUNT(*) FROM audit WHERE action = 'account.register'";
    assert_eq!(stage.test.number(told).await, 1 + 3 + 3);
}

async fn what_the_desk_refuses_is_told_by_row_and_the_others_are_in(test: TestDb) {
    let stage = Stage::new(test).await;
    // The number belongs to somebody else, as the row does not know.
    elsewhere(&stage, "13900000001", "司马夏").await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let rows = "王桂兰\t1958\t13900000001\n周福\t1949\t\t人民桥\n赵禄\t1950\t13900000003";
    let own = stage.site.centers();
    let community = own.get(OWN).unwrap().community.clone();
    let rows = rows.replace("人民桥", &community);
    let before = people(&stage).await;
    let sent = [("rows", rows.as_str()), ("do", "import"), ("told", "1")];
    let done = worker.post(&stage, &page(OWN), &sent).await.is(200);
    assert!(done.text.contains("登记好了 2 人"), "{}", done.text);
    assert!(
        done.text.contains("<strong>第 1 行 王桂兰"),
        "{}",
        done.text
    );
    assert_eq!(people(&stage).await, before + 2);
    let foreign = worker.post(&stage, &page(FOREIGN), &sent).await;
    assert_eq!(foreign.status.as_u16(), 403);
    assert_eq!(people(&stage).await, before + 2);
}

store::on_both_databases! {
    c159_a_list_is_looked_at_and_written_down_once => super::c159_a_list_is_looked_at_and_written_down_once,
    what_the_desk_refuses_is_told_by_row_and_the_others_are_in => super::what_the_desk_refuses_is_told_by_row_and_the_others_are_in,
}
