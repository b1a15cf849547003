//! What is stored of a resident: the page, the copy, and asking for deletion, by themselves and at the
//! desk, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, RESIDENT, Stage, browser::Browser};
use domain::{
    access::Role,
    retention::{Kind, TAKEN_BACK_WITHIN},
};
use store::{personal, testing::TestDb};

async fn a_resident_sees_takes_along_and_deletes(test: TestDb) {
    let stage = Stage::new(test).await;
    stage.resident(RESIDENT).await;
    let mut phone = Browser::resident(&stage).await;
    let mine = phone.get(&stage, "/me/family").await.is(200);
    assert!(mine.text.contains("href=\"/me/data\""));
    let shown = phone.get(&stage, "/me/data").await.is(200);
    for told in [
        "手机号、姓名、出生年份、社区",
        "保存到您删除账号",
        "登录着的浏览器",
        "保存 90 天",
    ] {
        assert!(shown.text.contains(told), "{told}: {}", shown.text);
    }
    assert!(shown.text.contains("最近半年没有人看过"), "{}", shown.text);
    let copy = phone.get(&stage, "/me/data/copy").await.is(200);
    assert!(
        copy.header("content-disposition")
            .contains("attachment; filename=\"linli-")
    );
    assert_eq!(copy.header("cache-control"), "no-store, private");
    let copied: serde_json::Value = serde_json::from_str(&copy.text).unwrap();
    assert_eq!(copied["account"]["phone"], RESIDENT);
    assert_eq!(copied["people"][0]["relation"], "self");

    // Asked for on a page of its own, with the day; and taken back.
    let asking = phone.get(&stage, "/me/data/delete").await.is(200);
    assert!(asking.text.contains("删除账号？") && !asking.text.contains("义工号"));
    let before = phone.get(&stage, "/me/data").await.is(200);
    assert!(!before.text.contains("/me/data/keep"));
    let at = ("/me/data/delete", "/me/data/delete");
    phone.press(&stage, at, &[]).await.is(303);
    let shown = phone.get(&stage, "/me/data").await.is(200);
    assert!(shown.text.contains("您的账号将在"), "{}", shown.text);
    let told = phone.get(&stage, "/me/messages").await.is(200);
    assert!(told.text.contains("您的账号将在") && told.text.contains("href=\"/me/data\""));
    let kept = phone
        .press(&stage, ("/me/data", "/me/data/keep"), &[])
        .await
        .is(303);
    let shown = phone.get(&stage, kept.header("location")).await.is(200);
    assert!(shown.text.contains("账号保留了") && !shown.text.contains("/me/data/keep"));

    phone.press(&stage, at, &[]).await.is(303);
    let due = stage.system().at(common::now().plus(TAKEN_BACK_WITHIN));
    assert_eq!(personal::run_due(&stage.test.db, &due).await.unwrap(), 1);
    let out = phone.get(&stage, "/me/data").await.is(303);
    assert!(out.header("location").starts_with("/sign-in"));
}

async fn the_desk_asks_for_who_has_no_phone(test: TestDb) {
    let stage = Stage::new(test).await;
    let place = common::places::place(
        &stage,
        OWN,
        RESIDENT,
        "00000000-0000-7000-8000-0000000000d1",
    )
    .await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let person = format!("/staff/centers/{OWN}/people/{}", place.person);
    let action = format!("{person}/delete");
    let shown = desk.get(&stage, &person).await.is(200);
    assert!(shown.text.contains(&format!("href=\"{action}\"")));
    let asking = desk.get(&stage, &action).await.is(200);
    assert!(asking.text.contains("请先核对是本人"), "{}", asking.text);
    let there = (action.as_str(), action.as_str());
    desk.press(&stage, there, &[("do", "delete")]).await.is(303);
    let asked = desk.get(&stage, &action).await.is(200);
    assert!(asked.text.contains("这个账号将在"), "{}", asked.text);
    let waiting = "SELECT COUNT(*) FROM account WHERE delete_at IS NOT NULL";
    assert_eq!(stage.test.number(waiting).await, 1);
    let back = desk.press(&stage, there, &[("do", "keep")]).await.is(303);
    assert_eq!(back.header("location"), person);
    assert_eq!(stage.test.number(waiting).await, 0);

    let mut english = desk.clone();
    english.cookies.push(("lang".into(), "en".into()));
    let shown = english.get(&stage, &action).await.is(200);
    assert!(shown.text.contains("Make sure first"));
}

async fn everybody_reads_how_long_each_kind_is_kept(test: TestDb) {
    let stage = Stage::new(test).await;
    let shown = Browser::default().get(&stage, "/privacy").await.is(200);
    let rows = shown.text.split("id=\"kinds\"").nth(1).unwrap();
    assert_eq!(rows.matches("<li>").count(), Kind::ALL.len());
    assert!(rows.contains("保存 730 天") && rows.contains("依法长期保存"));
}

store::on_both_databases! {
    a_resident_sees_takes_along_and_deletes => super::a_resident_sees_takes_along_and_deletes,
    the_desk_asks_for_who_has_no_phone => super::the_desk_asks_for_who_has_no_phone,
    everybody_reads_how_long_each_kind_is_kept => super::everybody_reads_how_long_each_kind_is_kept,
}
