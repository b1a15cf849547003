//! What is planned for a day on which the center is closed is said before it is saved, wherever it is
//! planned; sending the same again means it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Reply, Stage, browser::Browser, html, now, shifts};
use domain::{access::Role, time::DAY};
use store::{occurrences::TermsEdit, testing::TestDb};

fn at(page: &str) -> String {
    format!("/staff/centers/{OWN}/{page}")
}

/// A day so many days ahead.
fn day(ahead: i64) -> String {
    now().plus(ahead * DAY).day().to_string()
}

/// The center is closed from the tenth to the eleventh day.
async fn closed(test: TestDb) -> (Stage, Browser) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let days = at("settings/days");
    let look = format!(
        "{days}?look=1&from={}&to={}&kind=closed&reason=%E7%9B%98%E7%82%B9",
        day(10),
        day(11)
    );
    let seen = worker.get(&stage, &look).await.is(200);
    let form = html::filled(&seen.text, &days, &[]);
    worker.fill(&stage, &days, &form).await.is(303);
    (stage, worker)
}

#[track_caller]
fn asks(reply: &Reply) {
    assert!(reply.text.contains("id=\"closed\""), "{}", reply.text);
    assert!(
        reply.text.contains("盘点"),
        "with the reason: {}",
        reply.text
    );
}

/// Sends a form of a page, answers the question if there is one, and says whether there was.
async fn sent(
    stage: &Stage,
    worker: &mut Browser,
    (page, action): (&str, &str),
    with: &[(&str, &str)],
) -> bool {
    let reply = worker.press(stage, (page, action), with).await;
    if reply.status.as_u16() == 303 {
        return false;
    }
    asks(&reply.is(422));
    let reply = worker.press(stage, (page, action), with).await.is(422);
    // As the page stands now, with its button pressed again.
    let pressed: Vec<(&str, &str)> = with
        .iter()
        .copied()
        .filter(|(name, _)| *name == "do")
        .collect();
    let again = html::filled(&reply.text, action, &pressed);
    worker.fill(stage, action, &again).await.is(303);
    true
}

async fn a_date_is_moved_onto_a_closed_day_knowingly(test: TestDb) {
    let (stage, mut worker) = closed(test).await;
    let begins = now().plus(5 * DAY);
    let (_, date) = stage
        .activity_at(OWN, TermsEdit::default(), true, begins)
        .await;
    let edit = format!("/staff/occurrences/{date}/edit");
    let to = |ahead: i64| format!("{}T10:00", day(ahead));
    let starts = format!("SELECT starts_at FROM occurrence WHERE id = '{date}'");
    // Another open day, and what is no move, ask nothing.
    assert!(
        !sent(
            &stage,
            &mut worker,
            (&edit, &edit),
            &[
                ("starts_at", &to(6)),
                ("ends_at", &format!("{}T12:00", day(6)))
            ]
        )
        .await
    );
    assert!(!sent(&stage, &mut worker, (&edit, &edit), &[("capacity", "33")]).await);
    let wanted = [
        ("starts_at", to(10)),
        ("ends_at", format!("{}T12:00", day(10))),
    ];
    let wanted: Vec<(&str, &str)> = wanted
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let asked = worker.press(&stage, (&edit, &edit), &wanted).await.is(422);
    asks(&asked);
    assert_eq!(
        stage.test.number(&starts).await,
        now().plus(6 * DAY).0,
        "nothing is saved unasked"
    );
    // Another closed day is another question.
    let other = [
        ("starts_at", to(11)),
        ("ends_at", format!("{}T12:00", day(11))),
    ];
    let other: Vec<(&str, &str)> = other
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let other = html::filled(&asked.text, &edit, &other);
    asks(&worker.fill(&stage, &edit, &other).await.is(422));
    let again = html::filled(&asked.text, &edit, &[]);
    worker.fill(&stage, &edit, &again).await.is(303);
    assert_eq!(stage.test.number(&starts).await, now().plus(10 * DAY).0);
    // What lies there already may be changed without the question.
    assert!(!sent(&stage, &mut worker, (&edit, &edit), &[("capacity", "34")]).await);
}

async fn an_activity_and_a_shift_are_planned_on_a_closed_day_knowingly(test: TestDb) {
    let (stage, mut worker) = closed(test).await;
    let (new, shift) = (at("activities/new"), at("shifts/new"));
    let on = day(10);
    let activity = [
        ("title", "清点书架"),
        ("starts_on", on.as_str()),
        ("starts_at", "09:00"),
        ("ends_at", "11:00"),
        ("capacity", "5"),
        ("do", "publish"),
    ];
    assert!(sent(&stage, &mut worker, (&new, &new), &activity).await);
    let made = "SELECT COUNT(*) FROM activity WHERE title = '清点书架'";
    assert_eq!(stage.test.number(made).await, 1);
    let planned = [
        ("title", "清点帮手"),
        ("starts_on", on.as_str()),
        ("starts_at", "09:00"),
        ("ends_at", "11:00"),
        ("volunteers_max", "2"),
        ("do", "create"),
    ];
    assert!(sent(&stage, &mut worker, (&shift, &shift), &planned).await);
    let made = "SELECT COUNT(*) FROM shift WHERE title = '清点帮手'";
    assert_eq!(stage.test.number(made).await, 1);
    let open = day(12);
    let planned = planned.map(|(name, value)| match name {
        "starts_on" => (name, open.as_str()),
        _ => (name, value),
    });
    assert!(!sent(&stage, &mut worker, (&shift, &shift), &planned).await);

    let other = shifts::shift(&stage, OWN, 1, "sign_up").await;
    let edit = format!("/staff/shifts/{other}/edit");
    assert!(!sent(&stage, &mut worker, (&edit, &edit), &[("title", "前台")]).await);
    assert!(
        sent(
            &stage,
            &mut worker,
            (&edit, &edit),
            &[("starts_on", on.as_str())]
        )
        .await
    );
}

async fn the_calendar_says_which_days_are_closed_while_a_date_is_picked_up(test: TestDb) {
    let (stage, mut worker) = closed(test).await;
    let begins = now().plus(9 * DAY);
    let (_, date) = stage
        .activity_at(OWN, TermsEdit::default(), true, begins)
        .await;
    let calendar = format!("{}?view=week&on={}&take={date}", at("calendar"), day(10));
    let page = worker.get(&stage, &calendar).await.is(200);
    let target = page
        .text
        .split(&format!("value=\"{}T", day(10)))
        .nth(1)
        .unwrap();
    let target = target.split("</button>").next().unwrap();
    assert!(target.contains("盘点"), "{target}");
    let open = page
        .text
        .split(&format!("value=\"{}T", day(12)))
        .nth(1)
        .unwrap();
    assert!(!open.split("</button>").next().unwrap().contains("盘点"));
}

store::on_both_databases! {
    a_date_is_moved_onto_a_closed_day_knowingly => super::a_date_is_moved_onto_a_closed_day_knowingly,
    an_activity_and_a_shift_are_planned_on_a_closed_day_knowingly => super::an_activity_and_a_shift_are_planned_on_a_closed_day_knowingly,
    the_calendar_says_which_days_are_closed_while_a_date_is_picked_up => super::the_calendar_says_which_days_are_closed_while_a_date_is_picked_up,
}
