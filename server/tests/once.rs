//! A form that is sent twice does what it says once (C-181).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::Browser,
    html::{elements, forms},
    places::place,
};
use domain::access::Role;
use std::collections::BTreeMap;
use store::testing::TestDb;

/// The form of a page that is sent there, filled in.
async fn filled(
    stage: &Stage,
    browser: &mut Browser,
    page: &str,
    action: &str,
    with: &[(&str, &str)],
) -> Vec<(String, String)> {
    let shown = browser.get(stage, page).await.is(200);
    let mut found = forms(&elements(&shown.text)).into_iter();
    let form = found.find(|form| form.action == action);
    let form = form.unwrap_or_else(|| panic!("no form of {page} goes to {action}"));
    let own = form
        .fields
        .into_iter()
        .map(|field| (field.name, field.value));
    let mut fields: BTreeMap<String, String> = own.collect();
    for (name, value) in with {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    fields.into_iter().collect()
}

async fn send(
    stage: &Stage,
    browser: &mut Browser,
    action: &str,
    fields: &[(String, String)],
) -> common::Reply {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(stage, action, &fields).await
}

/// Sends the form of a page twice: both answers lead to the same place, and there is one row more.
async fn sent_twice(
    stage: &Stage,
    browser: &mut Browser,
    (page, action): (&str, &str),
    with: &[(&str, &str)],
    count: &'static str,
) {
    let fields = filled(stage, browser, page, action, with).await;
    let before = stage.test.number(count).await;
    let first = send(stage, browser, action, &fields).await.is(303);
    let again = send(stage, browser, action, &fields).await.is(303);
    assert_eq!(
        first.header("location"),
        again.header("location"),
        "{action}"
    );
    assert_eq!(stage.test.number(count).await, before + 1, "{action}");
}

async fn c181_the_same_child_is_made_once(test: TestDb) {
    let stage = Stage::new(test).await;
    stage.resident(RESIDENT).await;
    let mut browser = Browser::resident(&stage).await;
    let child = [
        ("name", "陈小宝"),
        ("birth_year", "2018"),
        ("relation", "child"),
        ("consent", "1"),
    ];
    let ways = ("/me/family/add", "/me/family");
    let people = "SELECT COUNT(*) FROM person";
    sent_twice(&stage, &mut browser, ways, &child, people).await;
    // A page that is gone back to, and filled in for another child, says so; nothing is lost.
    let fields = filled(&stage, &mut browser, ways.0, ways.1, &child).await;
    let with = |name: &str| {
        let other = fields.iter().filter(|(field, _)| field != "name").cloned();
        let named = [("name".to_owned(), name.to_owned())];
        other.chain(named).collect::<Vec<_>>()
    };
    send(&stage, &mut browser, ways.1, &with("陈二宝"))
        .await
        .is(303);
    let reply = send(&stage, &mut browser, ways.1, &with("陈三宝"))
        .await
        .is(422);
    assert!(reply.text.contains("陈三宝"), "{}", reply.text);
    assert_eq!(
        stage
            .test
            .number("SELECT COUNT(*) FROM person WHERE name = '陈三宝'")
            .await,
        0
    );
    // What the answer shows has a key of its own.
    let mut found = forms(&elements(&reply.text)).into_iter();
    let form = found.find(|form| form.action == ways.1).unwrap();
    let field = |form: &common::html::Form, name: &str| {
        let field = form.fields.iter().find(|field| field.name == name);
        field.map(|field| field.value.clone()).unwrap_or_default()
    };
    let mut again = with("陈三宝");
    again.retain(|(name, _)| name != "key");
    again.push(("key".to_owned(), field(&form, "key")));
    send(&stage, &mut browser, ways.1, &again).await.is(303);
    assert_eq!(
        stage
            .test
            .number("SELECT COUNT(*) FROM person WHERE name = '陈三宝'")
            .await,
        1
    );
}

async fn c181_what_staff_make_is_made_once(test: TestDb) {
    let stage = Stage::new(test).await;
    let relative = "0190f000-0000-7000-8000-00000000000a";
    let place = place(&stage, OWN, RESIDENT, relative).await;
    let mut browser = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let cards = format!("/staff/centers/{OWN}/cards");
    let holder = format!("{cards}?person={}", place.person);
    let live = "SELECT COUNT(*) FROM card";
    sent_twice(&stage, &mut browser, (&holder, &cards), &[], live).await;
    let menu = format!("/staff/centers/{OWN}/menu/new");
    let item = [("zh_name", "测血糖"), ("field", "elder")];
    let items = "SELECT COUNT(*) FROM menu_item";
    sent_twice(&stage, &mut browser, (&menu, &menu), &item, items).await;
}

store::on_both_databases! {
    c181_the_same_child_is_made_once => super::c181_the_same_child_is_made_once,
    c181_what_staff_make_is_made_once => super::c181_what_staff_make_is_made_once,
}
