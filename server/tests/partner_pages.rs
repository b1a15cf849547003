//! Partners, without JavaScript: asked, agreed, shown where it helps, and ended.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, RESIDENT, STRANGER, Stage, browser::between, people::volunteer, shifts};
use domain::access::Role;
use store::testing::TestDb;

const PAGE: &str = "/volunteer/partner";

async fn two_become_partners_and_part(test: TestDb) {
    let stage = Stage::new(test).await;
    let (mut one, me) = volunteer(&stage, RESIDENT).await;
    let (mut other, them) = volunteer(&stage, STRANGER).await;
    stage
        .test
        .arrange(vec![
            format!("UPDATE person SET name = '陈建国' WHERE id = '{me}'"),
            format!("UPDATE person SET name = '林秀英' WHERE id = '{them}'"),
        ])
        .await;
    let start = one.get(&stage, "/volunteer").await.is(200);
    assert!(start.text.contains("href=\"/volunteer/partner\""));
    let ask = |phone: &'static str| [("phone", phone), ("person", me.as_str())];
    let wrong = one.post(&stage, PAGE, &ask("12")).await.is(422);
    assert!(wrong.text.contains("id=\"phone-error\""));
    let own = one.post(&stage, PAGE, &ask(RESIDENT)).await.is(422);
    assert!(own.text.contains("这是您自己的") || own.text.contains("您自己的名额"));
    // A number that nobody has, and one that somebody has, are answered the same.
    let mut answers = Vec::new();
    for phone in ["13900000009", STRANGER] {
        let sent = one.post(&stage, PAGE, &ask(phone)).await.is(303);
        let page = one.get(&stage, sent.header("location")).await.is(200);
        assert!(!page.text.contains("林秀英"));
        let page = common::browser::without_keys(&page.text);
        answers.push(between(&page, "<main", "</main>").to_owned());
    }
    assert_eq!(answers[0], answers[1]);

    let inbox = other.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("陈建国想和您做搭档"));
    let page = other.get(&stage, PAGE).await.is(200);
    assert!(page.text.contains("陈建国想和您做搭档"));
    let yes = [("asker", me.as_str()), ("yes", "1")];
    let answer = format!("{PAGE}/answer");
    let said = other.post(&stage, &answer, &yes).await.is(303);
    let page = other.get(&stage, said.header("location")).await.is(200);
    assert!(page.text.contains("你们是搭档了"));
    let page = one.get(&stage, PAGE).await.is(200);
    assert!(page.text.contains("林秀英"));

    // The partner's shift says so: among the shifts, on its page, and to whoever fills the roster.
    let shift = shifts::shift(&stage, OWN, 1, "sign_up").await;
    let soon = common::now().plus(5 * domain::time::DAY);
    let home = format!("UPDATE volunteer SET center_id = '{OWN}'");
    let times = format!(
        "UPDATE shift SET starts_at = {}, ends_at = {} WHERE id = '{shift}'",
        soon.0,
        soon.plus(domain::time::HOUR).0
    );
    stage.test.arrange(vec![home, times]).await;
    shifts::asked(&stage, &shift, them.as_str()).await;
    let page = one.get(&stage, "/shifts").await.is(200);
    assert!(page.text.contains("您的搭档林秀英也在"), "{}", page.text);
    let here = format!("/shifts/{shift}");
    let page = one.get(&stage, &here).await.is(200);
    assert!(page.text.contains("您的搭档林秀英也在这个班次"));
    let mut worker =
        common::browser::Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let hole = format!("/staff/centers/{OWN}/roster/hole?shift={shift}&role=volunteer");
    let page = worker.get(&stage, &hole).await.is(200);
    assert!(page.text.contains("搭档林秀英在这个班次"), "{}", page.text);

    let form = [("person", me.as_str()), ("other", them.as_str())];
    let ended = one
        .post(&stage, &format!("{PAGE}/end"), &form)
        .await
        .is(303);
    let page = one.get(&stage, ended.header("location")).await.is(200);
    assert!(page.text.contains("已经不是搭档了") && !page.text.contains("林秀英"));
    let page = one.get(&stage, &here).await.is(200);
    assert!(!page.text.contains("林秀英"));
    one.cookies.push(("lang".into(), "en".into()));
    let page = one.get(&stage, PAGE).await.is(200);
    assert!(page.text.contains("My partners"));
}

store::on_both_databases! {
    two_become_partners_and_part => super::two_become_partners_and_part,
}
