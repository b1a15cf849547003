//! A series on the pages of who has booked it: one card, and two acts that say what they do (C-195).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::Browser,
    html::{Element, elements, forms},
    now,
};
use domain::time::DAY;
use store::{occurrences::TermsEdit, testing::TestDb};

/// A series of four weeks that the resident has booked; the number of bookings.
async fn booked(stage: &Stage) -> i64 {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let (activity, occurrence) = stage
        .activity_at(OWN, terms, true, now().plus(7 * DAY))
        .await;
    let mut sql = vec![format!(
        "UPDATE activity SET enrolment = 'series' WHERE id = '{activity}'"
    )];
    for week in 1..4 {
        let later = week * 7 * DAY;
        sql.push(format!(
            "INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
             capacity, waitlist_capacity, held_back, held_until, booking_opens_at, booking_closes_at,
             cancel_until, status)
             SELECT '0190f000-0000-7000-8000-0000000000b{week}', activity_id, center_id,
             starts_at + {later}, ends_at + {later}, allocation, unit, capacity, waitlist_capacity,
             held_back, held_until, booking_opens_at, booking_closes_at + {later},
             cancel_until + {later}, status FROM occurrence WHERE id = '{occurrence}'"
        ));
    }
    stage.test.arrange(sql).await;
    let token = stage.resident(RESIDENT).await;
    stage.book(&occurrence, &token).await.is(201);
    stage
        .test
        .number("SELECT COUNT(*) FROM booking WHERE state = 'confirmed'")
        .await
}

fn hrefs<'a>(page: &'a [Element], with: &str) -> Vec<&'a str> {
    let links = page.iter().filter(|element| element.name == "a");
    let hrefs = links.filter_map(|element| element.attribute("href"));
    hrefs.filter(|href| href.contains(with)).collect()
}

async fn c195_a_series_is_one_card_and_each_button_does_what_it_says(test: TestDb) {
    let stage = Stage::new(test).await;
    assert_eq!(booked(&stage).await, 4);
    let mut phone = Browser::resident(&stage).await;
    let list = phone.get(&stage, "/me/bookings").await.is(200);
    let page = elements(&list.text);
    let cards = page.iter().filter(|e| {
        e.attribute("class")
            .is_some_and(|c| c.contains("booking-card"))
    });
    assert_eq!(cards.count(), 1);
    // Each date can be missed; the whole is left in one place.
    let misses = hrefs(&page, "/cancel?only=1");
    assert_eq!(misses.len(), 4);
    assert_eq!(hrefs(&page, "/cancel").len(), 5);
    let miss = misses[1].to_owned();
    let asked = phone.get(&stage, &miss).await.is(200);
    assert!(asked.text.contains("这一次不来了") && !asked.text.contains("整期都不来了"));
    let form = forms(&elements(&asked.text))
        .into_iter()
        .find(|f| f.action.ends_with("/cancel"));
    let form = form.unwrap();
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|f| (f.name.as_str(), f.value.as_str()))
        .collect();
    let done = phone.post(&stage, &form.action, &fields).await.is(303);
    let told = phone.get(&stage, done.header("location")).await.is(200);
    assert!(told.text.contains("其他各次照旧"), "{}", told.text);
    let confirmed = "SELECT COUNT(*) FROM booking WHERE state = 'confirmed'";
    assert_eq!(stage.test.number(confirmed).await, 3);
    // Leaving it says so, and takes what is left.
    let list = phone.get(&stage, "/me/bookings").await.is(200);
    let page = elements(&list.text);
    let whole = hrefs(&page, "/cancel")
        .into_iter()
        .find(|href| !href.contains("only"))
        .unwrap();
    let asked = phone.get(&stage, whole).await.is(200);
    assert!(asked.text.contains("整期都不来了"));
    let form = forms(&elements(&asked.text))
        .into_iter()
        .find(|f| f.action.ends_with("/cancel"));
    let form = form.unwrap();
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|f| (f.name.as_str(), f.value.as_str()))
        .collect();
    phone.post(&stage, &form.action, &fields).await.is(303);
    assert_eq!(stage.test.number(confirmed).await, 0);
}

store::on_both_databases! {
    c195_a_series_is_one_card_and_each_button_does_what_it_says => super::c195_a_series_is_one_card_and_each_button_does_what_it_says,
}
