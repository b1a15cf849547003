//! Swapping and taking over by the pages, without JavaScript (C-85).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage, html,
    people::volunteer,
    shifts::{asked, shift},
};
use store::testing::TestDb;

const OTHER: &str = "13800000077";

async fn somebody_swaps_by_the_page(test: TestDb) {
    let stage = Stage::new(test).await;
    let (mine, theirs) = (
        shift(&stage, OWN, 1, "sign_up").await,
        shift(&stage, OWN, 2, "sign_up").await,
    );
    let (mut browser, me) = volunteer(&stage, RESIDENT).await;
    let (mut others, other) = volunteer(&stage, OTHER).await;
    let place = asked(&stage, &mine, me.as_str()).await;
    let their_place = asked(&stage, &theirs, other.as_str()).await;
    let list = browser.get(&stage, "/me/shifts").await.is(200);
    let page = format!("/assignments/{place}/swap");
    assert!(list.text.contains(&page), "my shifts lead there");

    // Says what they would take for it. The shift is beyond the month that is offered, so by id.
    let shown = browser.get(&stage, &page).await.is(200);
    assert!(!shown.text.contains("/swap/with"), "nobody wants it yet");
    let form = (page.as_str(), page.as_str());
    let empty = browser.press(&stage, form, &[]).await;
    assert_eq!(empty.status, 422, "nothing was chosen");
    let wish = [("wish", theirs.as_str())];
    let sent = browser.press(&stage, form, &wish).await.is(303);
    let shown = browser.get(&stage, sent.header("location")).await.is(200);
    assert!(shown.text.contains("已经在帮您找人换"));
    let list = browser.get(&stage, "/me/shifts").await.is(200);
    assert!(list.text.contains("正在找人换"));

    // The other one names this shift: now it is possible, and one press does it.
    let other_page = format!("/assignments/{their_place}/swap");
    let wish = [("wish", mine.as_str())];
    others
        .press(&stage, (&other_page, &other_page), &wish)
        .await
        .is(303);
    let shown = browser.get(&stage, &page).await.is(200);
    let with = format!("{page}/with");
    let form = html::filled(&shown.text, &with, &[]);
    let sent = browser.fill(&stage, &with, &form).await.is(303);
    let list = browser.get(&stage, sent.header("location")).await.is(200);
    assert!(list.text.contains("换好了"));
    assert!(list.text.contains(&format!("/shifts/{theirs}")));
    let swapped = format!(
        "SELECT COUNT(*) FROM assignment WHERE state = 'confirmed'
         AND ((shift_id = '{theirs}' AND person_id = '{me}')
         OR (shift_id = '{mine}' AND person_id = '{other}'))"
    );
    assert_eq!(stage.test.number(&swapped).await, 2);
    // The same form again, as by a double press, changes nothing.
    let again = browser.fill(&stage, &with, &form).await;
    assert_eq!(again.status, 303);
    assert_eq!(stage.test.number(&swapped).await, 2);
}

async fn somebody_takes_over_by_the_page(test: TestDb) {
    let stage = Stage::new(test).await;
    let (mut browser, me) = volunteer(&stage, RESIDENT).await;
    let (mut others, other) = volunteer(&stage, OTHER).await;
    let shift = shift(&stage, OWN, 1, "sign_up").await;
    let place = asked(&stage, &shift, other.as_str()).await;
    let (one, page) = (
        format!("/shifts/{shift}"),
        format!("/shifts/{shift}/take-over"),
    );
    let shown = browser.get(&stage, &one).await.is(200);
    assert!(!shown.text.contains(&page), "nobody offers their place");
    let shown = browser.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("已经有人接了"));
    let other_page = format!("/assignments/{place}/swap");
    let hand_over = [("hand_over", "1")];
    others
        .press(&stage, (&other_page, &other_page), &hand_over)
        .await
        .is(303);
    let shown = browser.get(&stage, &one).await.is(200);
    assert!(shown.text.contains(&page));
    let shown = browser.get(&stage, &page).await.is(200);
    let form = html::filled(&shown.text, &page, &[("person", me.as_str())]);
    browser.fill(&stage, &page, &form).await.is(303);
    let held = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND state = 'confirmed'
         AND person_id = '{me}'"
    );
    assert_eq!(stage.test.number(&held).await, 1);
    let late = html::filled(
        &shown.text,
        &page,
        &[("person", me.as_str()), ("key", "another")],
    );
    let late = browser.fill(&stage, &page, &late).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("这个换班已经没有了"));
}

store::on_both_databases! {
    c85_somebody_swaps_by_the_page => super::somebody_swaps_by_the_page,
    c85_somebody_takes_over_by_the_page => super::somebody_takes_over_by_the_page,
}
