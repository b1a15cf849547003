//! Bringing a friend, without JavaScript: from the form to sign up to both having their places.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Reply, STRANGER, Stage,
    browser::Browser,
    people::{signed_in, volunteer},
    shifts,
};
use domain::{id::PersonId, shift::KEPT_FOR};
use store::{invitations, testing::TestDb};

/// A shift for two.
async fn for_two(stage: &Stage, nth: u32) -> String {
    let id = shifts::shift(stage, OWN, nth, "sign_up").await;
    let row =
        format!("UPDATE shift SET volunteers_max = 2, waitlist_capacity = 5 WHERE id = '{id}'");
    stage.test.arrange(vec![row]).await;
    id
}

async fn sign_up(stage: &Stage, who: &mut (Browser, PersonId), path: &str, more: &str) -> Reply {
    let form = [("person", who.1.as_str()), (more, "1")];
    who.0.post(stage, path, &form).await.is(303)
}

/// Signs up and names a friend; where the answer leads.
async fn brings(stage: &Stage, who: &mut (Browser, PersonId), path: &str, friend: &str) -> Reply {
    let on = sign_up(stage, who, path, "friend").await;
    let (page, _) = on.header("location").split_once('?').unwrap();
    let sent = who.0.post(stage, page, &[("phone", friend)]).await.is(303);
    who.0.get(stage, sent.header("location")).await.is(200)
}

/// The address of the form of that kind on a page.
fn action<'a>(page: &'a Reply, kind: &str) -> &'a str {
    let end = page
        .text
        .find(kind)
        .unwrap_or_else(|| panic!("{kind}: {}", page.text));
    let start = page.text[..end].rfind('"').unwrap() + 1;
    &page.text[start..end + kind.len()]
}

async fn a_friend_is_brought_along(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut inviter = volunteer(&stage, RESIDENT).await;
    let mut friend = volunteer(&stage, STRANGER).await;
    let mut third = volunteer(&stage, "13800000003").await;
    let id = for_two(&stage, 1).await;
    let path = format!("/shifts/{id}");

    let page = inviter.0.get(&stage, &path).await.is(200);
    assert!(page.text.contains("name=\"friend\""), "{}", page.text);
    let on = sign_up(&stage, &mut inviter, &path, "friend").await;
    let to = on.header("location").to_owned();
    assert!(to.ends_with("/friend?new=1"), "{to}");
    let page = inviter.0.get(&stage, &to).await.is(200);
    assert!(page.text.contains("您自己的名额已经报上了") && page.text.contains("30 分钟"));
    let (ask, _) = to.split_once('?').unwrap();
    let nobody = inviter
        .0
        .post(&stage, ask, &[("phone", "12")])
        .await
        .is(422);
    assert!(nobody.text.contains("id=\"phone-error\""));
    let own = [("phone", RESIDENT)];
    let own = inviter.0.post(&stage, ask, &own).await.is(422);
    assert!(own.text.contains("您自己的名额已经有了"));
    // Nobody else asks for that place.
    friend.0.get(&stage, ask).await.is(404);
    friend
        .0
        .post(&stage, ask, &[("phone", "13800000003")])
        .await
        .is(404);

    let sent = inviter
        .0
        .post(&stage, ask, &[("phone", STRANGER)])
        .await
        .is(303);
    let mine = inviter.0.get(&stage, sent.header("location")).await.is(200);
    assert!(mine.text.contains("138****0002") && mine.text.contains("10:30"));
    assert!(!mine.text.contains(STRANGER), "the number is masked");

    // For somebody else the shift is full.
    let page = third.0.get(&stage, &path).await.is(200);
    assert!(page.text.contains("先排候补") && !page.text.contains("请您一起来"));
    // The friend is told in the messages, among their shifts and on the shift's page.
    let inbox = friend.0.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("请您一起做义工") && inbox.text.contains(&path));
    let shifts = friend.0.get(&stage, "/me/shifts").await.is(200);
    assert!(shifts.text.contains("请您一起来") && shifts.text.contains("10:30"));
    let page = friend.0.get(&stage, &path).await.is(200);
    assert!(page.text.contains("10:30") && page.text.contains("/decline"));
    assert!(page.text.contains("报名这个班次") && !page.text.contains("name=\"friend\""));
    friend.0.cookies.push(("lang".into(), "en".into()));
    let page = friend.0.get(&stage, &path).await.is(200);
    assert!(page.text.contains("asks you to come along"));
    sign_up(&stage, &mut friend, &path, "nothing").await;
    let held = format!("SELECT volunteers * 10 + kept FROM shift WHERE id = '{id}'");
    assert_eq!(stage.test.number(&held).await, 20);
    let inbox = inviter.0.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("您的朋友也来"));
}

async fn it_is_declined_or_taken_back_or_runs_out(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut inviter = volunteer(&stage, RESIDENT).await;
    let mut friend = volunteer(&stage, STRANGER).await;
    let kept = "SELECT COUNT(*) FROM shift WHERE kept > 0";
    let paths = [1, 2, 3].map(|nth| for_two(&stage, nth));
    let paths = futures_util::future::join_all(paths).await;
    let paths: Vec<String> = paths.iter().map(|id| format!("/shifts/{id}")).collect();

    brings(&stage, &mut inviter, &paths[0], STRANGER).await;
    let page = friend.0.get(&stage, &paths[0]).await.is(200);
    let decline = action(&page, "/decline").to_owned();
    // It takes a form, and the friend.
    friend.0.get(&stage, &decline).await.is(405);
    inviter.0.post(&stage, &decline, &[]).await.is(404);
    let said = friend.0.post(&stage, &decline, &[]).await.is(303);
    let page = friend.0.get(&stage, said.header("location")).await.is(200);
    assert!(page.text.contains("已经回了对方") && !page.text.contains("请您一起来"));
    let inbox = inviter.0.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("您的朋友这次来不了"));

    let mine = brings(&stage, &mut inviter, &paths[1], STRANGER).await;
    let back = action(&mine, "/take-back").to_owned();
    friend.0.post(&stage, &back, &[]).await.is(404);
    let done = inviter.0.post(&stage, &back, &[]).await.is(303);
    let page = inviter.0.get(&stage, done.header("location")).await.is(200);
    assert!(page.text.contains("名额已经让出来") && page.text.contains("带一位朋友来"));
    assert_eq!(stage.test.number(kept).await, 0);

    brings(&stage, &mut inviter, &paths[2], STRANGER).await;
    assert_eq!(stage.test.number(kept).await, 1);
    stage.at(stage.time().plus(KEPT_FOR));
    invitations::settle(&stage.test.db, &stage.system())
        .await
        .unwrap();
    assert_eq!(stage.test.number(kept).await, 0);
    let inbox = inviter.0.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("给朋友留的名额到时间了"));
    let page = friend.0.get(&stage, &paths[2]).await.is(200);
    assert!(!page.text.contains("请您一起来"));
}

async fn who_is_no_volunteer_yet_is_told_how_to_become_one(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut inviter = volunteer(&stage, RESIDENT).await;
    let mut friend = signed_in(&stage, STRANGER).await;
    let id = for_two(&stage, 1).await;
    let path = format!("/shifts/{id}");
    brings(&stage, &mut inviter, &path, STRANGER).await;
    let page = friend.0.get(&stage, &path).await.is(200);
    assert!(page.text.contains("做义工要先申请") && page.text.contains("href=\"/volunteer\""));
    // Where the staff decide who comes there is nothing to keep, and the page says so.
    let ask = shifts::shift(&stage, OWN, 2, "ask").await;
    let asked = shifts::asked(&stage, &ask, inviter.1.as_str()).await;
    let page = format!("/assignments/{asked}/friend");
    let page = inviter.0.get(&stage, &page).await.is(409);
    assert!(page.text.contains("谁来由社工决定"));
}

store::on_both_databases! {
    a_friend_is_brought_along => super::a_friend_is_brought_along,
    it_is_declined_or_taken_back_or_runs_out => super::it_is_declined_or_taken_back_or_runs_out,
    who_is_no_volunteer_yet_is_told_how_to_become_one => super::who_is_no_volunteer_yet_is_told_how_to_become_one,
}
