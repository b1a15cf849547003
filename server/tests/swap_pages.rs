//! Swapping and taking over by the pages, without JavaScript (C-85).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Reply, Stage,
    browser::Browser,
    html,
    shifts::{asked, formal, shift},
};
use domain::{
    access::Caller,
    id::{AccountId, PersonId},
};
use store::{
    Act,
    assignments::swap::{NewOffer, Wish, offer},
    testing::TestDb,
};

const OTHER: &str = "13800000077";

/// The holder of an account, who is made a formal volunteer.
async fn volunteer(stage: &Stage, phone: &str) -> (AccountId, PersonId) {
    stage.resident(phone).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let found: (AccountId, PersonId) = tx
        .sql(
            "SELECT a.id, p.id FROM account a JOIN person p ON p.account_id = a.id
             WHERE a.phone = $1 AND p.relation = 'self'",
        )
        .bind(phone)
        .one()
        .await
        .unwrap();
    drop(tx);
    formal(stage, &found.1).await;
    found
}

async fn offers(stage: &Stage, account: &AccountId, place: &str, new: NewOffer) {
    let system = stage.system();
    let act = Act::new(Caller::resident(account.clone()), system.now, system.ids);
    offer(&stage.test.db, &act, place.parse().unwrap(), new)
        .await
        .unwrap();
}

/// The form of a page that leads there, with these fields in place of its own.
fn fields(page: &Reply, action: &str, with: &[(&str, &str)]) -> Vec<(String, String)> {
    let forms = html::forms(&html::elements(&page.text));
    let form = forms.into_iter().find(|form| form.action == action);
    let form = form.unwrap_or_else(|| panic!("no form to {action}: {}", page.text));
    let kept = form
        .fields
        .into_iter()
        .map(|field| (field.name, field.value));
    let kept = kept.filter(|(name, _)| with.iter().all(|(other, _)| other != name));
    let with = with
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(with).collect()
}

async fn send(
    stage: &Stage,
    browser: &mut Browser,
    path: &str,
    fields: &[(String, String)],
) -> Reply {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(stage, path, &fields).await
}

async fn somebody_swaps_by_the_page(test: TestDb) {
    let stage = Stage::new(test).await;
    let (mine, theirs) = (
        shift(&stage, OWN, 1, "sign_up").await,
        shift(&stage, OWN, 2, "sign_up").await,
    );
    let (_, me) = volunteer(&stage, RESIDENT).await;
    let (other_account, other) = volunteer(&stage, OTHER).await;
    let place = asked(&stage, &mine, me.as_str()).await;
    let their_place = asked(&stage, &theirs, other.as_str()).await;
    let mut browser = Browser::resident(&stage).await;
    let list = browser.get(&stage, "/me/shifts").await.is(200);
    let page = format!("/assignments/{place}/swap");
    assert!(list.text.contains(&page), "my shifts lead there");

    // Says what they would take for it. The shift is beyond the month that is offered, so by id.
    let shown = browser.get(&stage, &page).await.is(200);
    assert!(!shown.text.contains("/swap/with"), "nobody wants it yet");
    let empty = send(&stage, &mut browser, &page, &fields(&shown, &page, &[])).await;
    assert_eq!(empty.status, 422, "nothing was chosen");
    let shown = browser.get(&stage, &page).await.is(200);
    let form = fields(&shown, &page, &[("wish", &theirs)]);
    let sent = send(&stage, &mut browser, &page, &form).await.is(303);
    let shown = browser.get(&stage, sent.header("location")).await.is(200);
    assert!(shown.text.contains("已经在帮您找人换"));
    let list = browser.get(&stage, "/me/shifts").await.is(200);
    assert!(list.text.contains("正在找人换"));

    // The other one names this shift: now it is possible, and one press does it.
    let wish = Wish {
        shift: mine.parse().unwrap(),
        risks_read: false,
    };
    let new = NewOffer {
        hand_over: false,
        wishes: vec![wish],
    };
    offers(&stage, &other_account, &their_place, new).await;
    let shown = browser.get(&stage, &page).await.is(200);
    let with = format!("{page}/with");
    let form = fields(&shown, &with, &[]);
    let sent = send(&stage, &mut browser, &with, &form).await.is(303);
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
    let again = send(&stage, &mut browser, &with, &form).await;
    assert_eq!(again.status, 303);
    assert_eq!(stage.test.number(&swapped).await, 2);
}

async fn somebody_takes_over_by_the_page(test: TestDb) {
    let stage = Stage::new(test).await;
    let (_, me) = volunteer(&stage, RESIDENT).await;
    let (other_account, other) = volunteer(&stage, OTHER).await;
    let shift = shift(&stage, OWN, 1, "sign_up").await;
    let place = asked(&stage, &shift, other.as_str()).await;
    let mut browser = Browser::resident(&stage).await;
    let (one, page) = (
        format!("/shifts/{shift}"),
        format!("/shifts/{shift}/take-over"),
    );
    let shown = browser.get(&stage, &one).await.is(200);
    assert!(!shown.text.contains(&page), "nobody offers their place");
    let shown = browser.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("已经有人接了"));
    let hand_over = NewOffer {
        hand_over: true,
        wishes: Vec::new(),
    };
    offers(&stage, &other_account, &place, hand_over).await;
    let shown = browser.get(&stage, &one).await.is(200);
    assert!(shown.text.contains(&page));
    let shown = browser.get(&stage, &page).await.is(200);
    let form = fields(&shown, &page, &[("person", me.as_str())]);
    send(&stage, &mut browser, &page, &form).await.is(303);
    let held = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND state = 'confirmed'
         AND person_id = '{me}'"
    );
    assert_eq!(stage.test.number(&held).await, 1);
    let late = fields(
        &shown,
        &page,
        &[("person", me.as_str()), ("key", "another")],
    );
    let late = send(&stage, &mut browser, &page, &late).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("这个换班已经没有了"));
}

store::on_both_databases! {
    c85_somebody_swaps_by_the_page => super::somebody_swaps_by_the_page,
    c85_somebody_takes_over_by_the_page => super::somebody_takes_over_by_the_page,
}
