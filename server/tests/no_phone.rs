//! People without a telephone number at the desk, and whoever signs in with a number that somebody
//! else had, through the pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::{Browser, soon},
    html::{elements, forms},
};
use domain::{access::Role, person::KEPT_BACK};
use store::testing::TestDb;

/// Sends the form of a page that goes there, with these fields filled in; where it leads.
async fn send(
    stage: &Stage,
    browser: &mut Browser,
    (page, action): (&str, &str),
    with: &[(&str, &str)],
) -> common::Reply {
    let shown = browser.get(stage, page).await.is(200);
    let mut found = forms(&elements(&shown.text)).into_iter();
    let form = found.find(|form| form.action == action);
    let form = form.unwrap_or_else(|| panic!("no form of {page} goes to {action}"));
    let mut fields: Vec<(String, String)> = form
        .fields
        .into_iter()
        .filter(|field| !with.iter().any(|(name, _)| *name == field.name))
        .filter(|field| field.name != "is_another")
        .map(|field| (field.name, field.value))
        .collect();
    fields.extend(
        with.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(stage, action, &fields).await
}

async fn who_has_no_telephone_walks_in_gets_a_card_and_a_number_later(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = soon(&stage).await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let who = [("name", "陈阿婆"), ("birth_year", "１９４４年")];
    let walk_in = format!("/staff/occurrences/{at}/walk-in");
    let first = desk.get(&stage, &walk_in).await.is(200);
    assert!(
        first.text.contains("?no_phone=1"),
        "a way on without a number"
    );
    let ways = (format!("{walk_in}?no_phone=1"), walk_in.as_str());
    let came = send(&stage, &mut desk, (&ways.0, ways.1), &who)
        .await
        .is(200);
    assert!(came.text.contains("签到成功"), "{}", came.text);
    let booked = "SELECT COUNT(*) FROM booking WHERE state = 'checked_in'";
    assert_eq!(stage.test.number(booked).await, 1);
    // The same person gets a card: nobody is made twice.
    let (page, action) = (
        format!("/staff/centers/{OWN}/cards?no_phone=1"),
        format!("/staff/centers/{OWN}/cards/alone"),
    );
    let issued = send(&stage, &mut desk, (&page, &action), &who)
        .await
        .is(303);
    let card = issued.header("location").to_owned();
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM person").await, 1);
    // A number that comes later makes no second person either, and is asked for no more.
    let given = format!("{card}/phone");
    let phone = [("phone", "139 1234 5678")];
    let on = send(&stage, &mut desk, (&card, &given), &phone)
        .await
        .is(303);
    let shown = desk.get(&stage, on.header("location")).await.is(200);
    assert!(shown.text.contains("手机号已补上"), "{}", shown.text);
    assert!(!shown.text.contains(&given));
    let known = "SELECT COUNT(*) FROM account WHERE phone = '13912345678'";
    assert_eq!(stage.test.number(known).await, 1);
    // A child belongs to a guardian's number.
    let child = [("name", "小宝"), ("birth_year", "2020")];
    let refused = send(&stage, &mut desk, (&page, &action), &child)
        .await
        .is(422);
    assert!(refused.text.contains("监护人的手机号"), "{}", refused.text);
}

async fn the_desk_books_for_who_has_no_telephone(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = soon(&stage).await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let page = format!("/staff/occurrences/{at}/desk?no_phone=1");
    let action = format!("/staff/occurrences/{at}/bookings");
    let who = [("name", "陈阿婆"), ("birth_year", "1944")];
    send(&stage, &mut desk, (&page, &action), &who)
        .await
        .is(303);
    let roster = desk
        .get(&stage, &format!("/staff/occurrences/{at}"))
        .await
        .is(200);
    assert!(roster.text.contains("陈阿婆") && roster.text.contains("没有手机号"));
}

async fn a_number_that_was_silent_for_long_shows_nothing_before_who_it_is(test: TestDb) {
    let stage = Stage::new(test).await;
    stage.resident(RESIDENT).await;
    stage.at(common::now().plus(KEPT_BACK));
    let mut browser = Browser::default();
    browser
        .post(&stage, "/sign-in", &[("phone", RESIDENT)])
        .await
        .is(200);
    let sent = store::outbox::recent(&stage.test.db, 1)
        .await
        .unwrap()
        .remove(0);
    let Some(domain::notice::Notice::SignInCode { code, .. }) = sent.notice else {
        panic!("no code was sent");
    };
    let entered = [
        ("phone", RESIDENT),
        ("code", code.as_str()),
        ("back", "/me/family"),
    ];
    let on = browser
        .post(&stage, "/sign-in/code", &entered)
        .await
        .is(303);
    let ask = on.header("location").to_owned();
    assert!(ask.starts_with("/sign-in/who"), "{ask}");
    // Nothing of the account opens, and every page of theirs leads back to the question.
    for page in ["/me/family", "/me/bookings", "/me/details"] {
        let away = browser.get(&stage, page).await.is(303);
        assert!(
            away.header("location").starts_with("/sign-in/who"),
            "{page}"
        );
    }
    let page = browser.get(&stage, &ask).await.is(200);
    assert!(!page.text.contains(RESIDENT));
    let wrong = [("name", "别人"), ("birth_year", "1990")];
    let told = send(&stage, &mut browser, (&ask, "/sign-in/who"), &wrong)
        .await
        .is(422);
    assert!(told.text.contains("和登记的不一样") || told.text.contains("不一样"));
    let begun = send(&stage, &mut browser, (&ask, "/sign-in/anew"), &[])
        .await
        .is(303);
    assert!(begun.header("location").starts_with("/me/details"));
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM account").await, 2);
    browser.get(&stage, "/me/details").await.is(200);
}

store::on_both_databases! {
    who_has_no_telephone_walks_in_gets_a_card_and_a_number_later => super::who_has_no_telephone_walks_in_gets_a_card_and_a_number_later,
    the_desk_books_for_who_has_no_telephone => super::the_desk_books_for_who_has_no_telephone,
    a_number_that_was_silent_for_long_shows_nothing_before_who_it_is => super::a_number_that_was_silent_for_long_shows_nothing_before_who_it_is,
}
