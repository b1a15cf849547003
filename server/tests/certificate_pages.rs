//! A certificate is asked for on a phone and given at the desk, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, RESIDENT, Stage, browser::Browser, people::volunteer, shifts};
use domain::access::Role;
use store::testing::TestDb;

const MINE: &str = "/me/hours";
const ASK: &str = "/me/hours/certificates";

async fn it_is_asked_for_given_and_declined(test: TestDb) {
    let stage = Stage::new(test).await;
    let (mut phone, me) = volunteer(&stage, RESIDENT).await;
    let named = format!("UPDATE person SET name = '陈建国' WHERE id = '{me}'");
    stage.test.arrange(vec![named]).await;
    let none = phone.get(&stage, MINE).await.is(200);
    assert!(!none.text.contains(ASK), "nothing was served");
    shifts::entry(&stage, OWN, me.as_str(), 5, 90).await;
    let purpose = format!("purpose-{OWN}");
    let long = "长".repeat(61);
    let wrong = phone.press(&stage, (MINE, ASK), &[(&purpose, &long)]).await;
    assert!(wrong.is(422).text.contains(&format!("{purpose}-error")));
    let sent = phone
        .press(&stage, (MINE, ASK), &[(&purpose, "孩子入学")])
        .await
        .is(303);
    let page = phone.get(&stage, sent.header("location")).await.is(200);
    assert!(page.text.contains("已经告诉中心"));
    assert!(page.text.contains("等中心处理") && !page.text.contains(&format!("action=\"{ASK}\"")));

    // The desk sees it on the day's page and first on the page of certificates.
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let today = format!("/staff/centers/{OWN}");
    let dash = worker.get(&stage, &today).await.is(200);
    assert!(dash.text.contains("等着开的服务证明：1 份"));
    let desk = format!("{today}/certificates");
    let (give, decline) = (format!("{desk}/give"), format!("{desk}/decline"));
    let page = worker.get(&stage, &desk).await.is(200);
    assert!(page.text.contains("陈建国") && page.text.contains("用途：孩子入学"));
    let wrong = worker.press(&stage, (&desk, &decline), &[]).await.is(422);
    assert!(wrong.text.contains("class=\"field-error\""));
    let mut late = Browser::staff(&stage, "late", Role::SocialWorker, OWN).await;
    let seen = late.get(&stage, &desk).await.is(200);
    let given = worker.press(&stage, (&desk, &give), &[]).await.is(303);
    let page = worker.get(&stage, given.header("location")).await.is(200);
    assert!(page.text.contains("证明开好了") && !page.text.contains("等着开的证明"));
    let again = common::html::filled(&seen.text, &give, &[]);
    late.fill(&stage, &give, &again).await.is(422);
    let dash = worker.get(&stage, &today).await.is(200);
    assert!(!dash.text.contains("等着开的服务证明"));
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("陈建国的服务证明开好了"));

    // All is certified now: the whole can be asked for again, and is declined.
    let asked = phone.press(&stage, (MINE, ASK), &[]).await.is(303);
    phone.get(&stage, asked.header("location")).await.is(200);
    let page = worker.get(&stage, &desk).await.is(200);
    let field = common::browser::between(&page.text, "name=\"why-", "\"");
    let field = format!("why-{field}");
    let why = [(field.as_str(), "上一张还有效")];
    let told = worker.press(&stage, (&desk, &decline), &why).await.is(303);
    let page = worker.get(&stage, told.header("location")).await.is(200);
    assert!(page.text.contains("已经告诉申请的人"));
    let page = phone.get(&stage, MINE).await.is(200);
    assert!(page.text.contains("上次没有开。原因：上一张还有效"));
    phone.cookies.push(("lang".into(), "en".into()));
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("No certificate for 陈建国"));
}

store::on_both_databases! {
    it_is_asked_for_given_and_declined => super::it_is_asked_for_given_and_declined,
}
