//! The pages of shifts at risk and of being asked to help out, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, Stage, browser::Browser, now, shifts::formal};
use domain::{access::Role, shift::Needs, time::HOUR};
use store::{shifts, testing::TestDb};

/// A shift at the own center that begins in so many hours: its id.
async fn soon(stage: &Stage, hours: i64) -> String {
    let at = now().plus(hours * HOUR);
    let new = shifts::NewShift {
        center: OWN.parse().unwrap(),
        title: "门口引导".into(),
        starts_at: at,
        ends_at: at.plus(HOUR),
        rule: None,
        excluded: vec![],
        moved: Vec::new(),
        occurrence: None,
        duty: None,
        place: String::new(),
        joining: domain::shift::Joining::SignUp,
        needs: Needs {
            volunteers_max: 2,
            ..Needs::default()
        },
        publish: true,
    };
    let made = shifts::create(&stage.test.db, &stage.system(), new).await;
    made.unwrap()[0].to_string()
}

/// The resident as a volunteer of the own center: the person.
async fn volunteer(stage: &Stage) -> String {
    stage.resident(RESIDENT).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (String,) = tx
        .sql("SELECT p.id FROM person p JOIN account a ON a.id = p.account_id WHERE a.phone = $1")
        .bind(RESIDENT)
        .one()
        .await
        .unwrap();
    drop(tx);
    formal(stage, &person.parse().unwrap()).await;
    let row = format!("UPDATE volunteer SET center_id = '{OWN}'");
    stage.test.arrange(vec![row]).await;
    person
}

/// Sends the form of a page that goes there; where the answer leads.
async fn press(
    stage: &Stage,
    browser: &mut Browser,
    form: (&str, &str),
    with: &[(&str, &str)],
) -> String {
    let sent = browser.press(stage, form, with).await.is(303);
    sent.header("location").to_owned()
}

async fn shifts_at_risk_are_listed_and_help_is_asked_for(test: TestDb) {
    let stage = Stage::new(test).await;
    volunteer(&stage).await;
    let shift = soon(&stage, 30).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let risk = format!("/staff/centers/{OWN}/risk");
    for page in ["", "/today", "/roster"] {
        let page = worker
            .get(&stage, &format!("/staff/centers/{OWN}{page}"))
            .await
            .is(200);
        assert!(page.text.contains(&format!("href=\"{risk}\"")));
    }
    let page = worker.get(&stage, &risk).await.is(200);
    for said in ["门口引导", "没有社工带队", "还差 1 位义工", "还没有问过人"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let to = press(&stage, &mut worker, (&risk, &risk), &[]).await;
    assert_eq!(to, format!("{risk}?asked=1#shift-{shift}"));
    let page = worker.get(&stage, &format!("{risk}?asked=1")).await.is(200);
    assert!(page.text.contains("问了 1 人，0 人说去不了，0 人来"));
    let to = press(&stage, &mut worker, (&risk, &risk), &[]).await;
    let page = worker.get(&stage, to.split('#').next().unwrap()).await;
    assert!(page.is(200).text.contains("没有可以再请的人了"));
    let wrong = [("shift", shift.as_str()), ("how_many", "99")];
    worker.post(&stage, &risk, &wrong).await.is(422);
    let mut foreign = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    foreign.get(&stage, &risk).await.is(403);
    let elsewhere = format!("/staff/centers/{FOREIGN}/risk");
    let meddling = [("shift", shift.as_str()), ("how_many", "1")];
    foreign.post(&stage, &elsewhere, &meddling).await.is(403);
    // Who oversees sees the facts, and asks nobody.
    let mut district = Browser::staff(&stage, "district", Role::DistrictSupervisor, "440303").await;
    let page = district.get(&stage, &risk).await.is(200);
    assert!(page.text.contains("没有社工带队") && !page.text.contains("how_many"));
}

async fn somebody_who_is_asked_says_no_or_signs_up(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = volunteer(&stage).await;
    let (one, other) = (soon(&stage, 30).await, soon(&stage, 50).await);
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let risk = format!("/staff/centers/{OWN}/risk");
    for shift in [&one, &other] {
        let with = [("shift", shift.as_str())];
        press(&stage, &mut worker, (&risk, &risk), &with).await;
    }
    let mut resident = Browser::resident(&stage).await;
    let mine = resident.get(&stage, "/me/shifts").await.is(200);
    assert!(mine.text.contains("中心想请您帮忙"), "{}", mine.text);
    let decline = format!("/shifts/{one}/decline");
    let to = press(&stage, &mut resident, ("/me/shifts", &decline), &[]).await;
    assert_eq!(to, "/me/shifts?declined=1");
    let mine = resident.get(&stage, &to).await.is(200);
    assert!(mine.text.contains("这个班次不再问您"));
    assert!(!mine.text.contains(&decline));
    let page = format!("/shifts/{other}");
    let shown = resident.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("能来帮忙吗"), "{}", shown.text);
    // Yes is the ordinary form.
    let with = [("person", person.as_str())];
    let to = press(&stage, &mut resident, (&page, &page), &with).await;
    assert_eq!(to, "/me/shifts?new=1");
    let shown = resident.get(&stage, &page).await.is(200);
    assert!(!shown.text.contains("能来帮忙吗"));
    let facts = worker.get(&stage, &risk).await.is(200).text;
    assert!(facts.contains("问了 1 人，1 人说去不了，0 人来"), "{facts}");
    assert!(facts.contains("问了 1 人，0 人说去不了，1 人来"), "{facts}");
    let nobody = Browser::default().get(&stage, &page).await.is(200);
    assert!(!nobody.text.contains("decline"));
}

/// C-82: what is missing before a shift begins is said again where the staff look.
async fn c82_what_is_still_missing_is_told_again(test: TestDb) {
    let stage = Stage::new(test).await;
    let shift = soon(&stage, 23).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let here = format!("/staff/centers/{OWN}");
    let said = "还没有社工带队，23 小时后开始";
    let page = worker.get(&stage, &here).await.is(200);
    assert!(!page.text.contains("还没有社工带队"));
    let act = stage.system();
    assert_eq!(shifts::remind(&stage.test.db, &act).await.unwrap(), 2);
    for page in [
        &here,
        &format!("{here}/today"),
        &format!("/staff/shifts/{shift}"),
    ] {
        let page = worker.get(&stage, page).await.is(200);
        assert!(page.text.contains(said), "{}", page.text);
        assert!(page.text.contains("义工还不够"));
    }
}

async fn shifts_are_watched_and_the_watch_is_ended(test: TestDb) {
    let stage = Stage::new(test).await;
    volunteer(&stage).await;
    let shift = soon(&stage, 30).await;
    let mut resident = Browser::resident(&stage).await;
    let page = format!("/shifts/{shift}");
    let list = format!("/centers/{OWN}/shifts");
    let begin = format!("{page}/watch");
    let to = press(&stage, &mut resident, (&page, &begin), &[]).await;
    let shown = resident.get(&stage, &to).await.is(200);
    assert!(shown.text.contains("已关注，有变化会告诉您"));
    assert!(!shown.text.contains(&format!("action=\"{begin}\"")));
    let kinds = format!("/centers/{OWN}/watch-shifts");
    let to = press(&stage, &mut resident, (&list, &kinds), &[("kind", "door")]).await;
    assert_eq!(to, format!("{list}?watching=1"));
    let wrong = [("kind", "dreams")];
    resident.post(&stage, &kinds, &wrong).await.is(422);
    let mine = resident.get(&stage, "/me/shifts").await.is(200);
    for said in ["我关注的班次", "门口引导", "发了 0 条消息，报名 0 次"] {
        assert!(mine.text.contains(said), "{said}: {}", mine.text);
    }
    for _ in 0..2 {
        let to = press(&stage, &mut resident, ("/me/shifts", "/me/watches"), &[]).await;
        assert_eq!(to, "/me/shifts?unwatched=1");
    }
    let mine = resident.get(&stage, "/me/shifts").await.is(200);
    assert!(!mine.text.contains("我关注的班次"));
    // Who is not signed in is led there first.
    let to = Browser::default().post(&stage, &begin, &[]).await.is(303);
    assert!(to.header("location").starts_with("/sign-in"));
}

store::on_both_databases! {
    shifts_are_watched_and_the_watch_is_ended => super::shifts_are_watched_and_the_watch_is_ended,
    c82_what_is_still_missing_is_told_again => super::c82_what_is_still_missing_is_told_again,
    shifts_at_risk_are_listed_and_help_is_asked_for => super::shifts_at_risk_are_listed_and_help_is_asked_for,
    somebody_who_is_asked_says_no_or_signs_up => super::somebody_who_is_asked_says_no_or_signs_up,
}
