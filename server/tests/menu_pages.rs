//! The city's template and a center's words in its place, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, browser::Browser};
use domain::access::Role;
use store::testing::TestDb;

const ITEM: &str = "00000000-0000-7000-8000-000000000001";

async fn a_change_of_the_template_is_taken_or_left(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut city = Browser::staff(&stage, "city", Role::Admin, "city").await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let page = format!("/staff/centers/{OWN}/menu/{ITEM}");
    let here = (page.as_str(), page.as_str());
    let own = [("zh_bring", "自己的杯子"), ("zh_when", "每天")];
    desk.press(&stage, here, &own).await.is(303);

    let template = format!("/staff/menu/template/{ITEM}");
    let there = (template.as_str(), template.as_str());
    let shown = city.get(&stage, &template).await.is(200);
    assert!(
        shown.text.contains("1 个中心用了自己的文字"),
        "{}",
        shown.text
    );
    let changed = [("zh_bring", "市里说的杯子"), ("zh_when", "周末")];
    let done = city.press(&stage, there, &changed).await.is(303);
    assert_eq!(done.header("location"), "/staff/menu/template?done=1");

    let menu = format!("/staff/centers/{OWN}/menu");
    let list = desk.get(&stage, &menu).await.is(200);
    assert!(list.text.contains("模板改了，请看一下"), "{}", list.text);
    assert!(
        !list.text.contains("/staff/menu/template"),
        "not the center's"
    );
    let shown = desk.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("模板现在：市里说的杯子") && shown.text.contains("模板现在：周末"));
    desk.press(&stage, here, &[("take", "zh_bring")])
        .await
        .is(303);
    let read = Browser::default()
        .get(&stage, &format!("/centers/{OWN}/menu/{ITEM}"))
        .await
        .is(200);
    assert!(read.text.contains("市里说的杯子") && read.text.contains("每天"));
    let list = desk.get(&stage, &menu).await.is(200);
    assert!(!list.text.contains("模板改了"), "{}", list.text);

    // What is locked is shown and cannot be typed; who types it all the same is told why.
    city.press(&stage, there, &[("locked", "when")])
        .await
        .is(303);
    let shown = desk.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("全市统一") && !shown.text.contains("name=\"zh_when\""));
    let told = desk
        .press(&stage, here, &[("zh_when", "想什么时候就什么时候")])
        .await
        .is(422);
    assert!(told.text.contains("这一处全市统一"), "{}", told.text);
    let list = city.get(&stage, "/staff/menu/template").await.is(200);
    assert!(list.text.contains(&format!("{template}/move")));
    let mut english = city.clone();
    english.cookies.push(("lang".into(), "en".into()));
    let shown = english.get(&stage, &template).await.is(200);
    assert!(shown.text.contains("What centers cannot change"));
}

store::on_both_databases! {
    a_change_of_the_template_is_taken_or_left => super::a_change_of_the_template_is_taken_or_left,
}
