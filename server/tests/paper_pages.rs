//! A day's sign-in sheets: printed in one go, and keyed back in one go by the rules of a scan.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, STRANGER, Stage, browser::Browser, html, now, shifts::running,
};
use domain::{
    access::Role,
    id::OccurrenceId,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use serde_json::Value;
use store::{occurrences::TermsEdit, testing::TestDb};

const SHEETS: &str = "/staff/centers/SZ440303001-01/sheets";
const KEY_IN: &str = "/staff/centers/SZ440303001-01/sheets/key-in";

/// The day of the tests, when everything of it is over.
fn evening() -> Timestamp {
    now().plus(12 * HOUR)
}

async fn date(stage: &Stage, starts_at: Timestamp, publish: bool) -> OccurrenceId {
    let terms = TermsEdit {
        capacity: Some(3),
        ..TermsEdit::default()
    };
    stage.activity_at(OWN, terms, publish, starts_at).await.1
}

async fn booked(stage: &Stage, of: &OccurrenceId, phone: &str, name: &str) -> Value {
    let token = stage.resident(phone).await;
    let booking = stage.book(of, &token).await.is(201).json;
    let person = booking["person_id"].as_str().unwrap();
    let named = format!("UPDATE person SET name = '{name}' WHERE id = '{person}'");
    stage.test.arrange(vec![named]).await;
    booking
}

fn id(booking: &Value) -> &str {
    booking["id"].as_str().unwrap()
}

async fn state(stage: &Stage, booking: &Value) -> (String, i64) {
    let mut tx = stage.test.db.read().await.unwrap();
    tx.sql("SELECT state, COALESCE(checked_in_at, 0) FROM booking WHERE id = $1")
        .bind(id(booking))
        .one()
        .await
        .unwrap()
}

async fn a_day_is_printed_with_everybody_and_blank_lines(test: TestDb) {
    let stage = Stage::new(test).await;
    let morning = date(&stage, now().plus(HOUR), true).await;
    let evening = date(&stage, now().plus(8 * HOUR), true).await;
    let tomorrow = date(&stage, now().plus(DAY), true).await;
    let draft = date(&stage, now().plus(5 * HOUR), false).await;
    let booking = booked(&stage, &morning, RESIDENT, "欧阳春").await;
    booked(&stage, &tomorrow, STRANGER, "司马夏").await;
    let shift = running(&stage, OWN, booking["person_id"].as_str().unwrap()).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, SHEETS).await.is(200);
    let sheets = page.text.matches("class=\"paper-sheet ").count();
    assert_eq!(sheets, 3, "two dates and a shift: {}", page.text);
    assert_eq!(
        page.text.matches("欧阳春").count(),
        2,
        "booked, and in the shift"
    );
    assert!(!page.text.contains("司马夏"), "tomorrow's");
    assert!(
        !page.text.contains(RESIDENT) && page.text.contains(">0001<"),
        "the end of the number"
    );
    // Three places in the evening, two left in the morning.
    let elements = html::elements(&page.text);
    let rows = elements
        .iter()
        .enumerate()
        .filter(|(_, of)| of.name == "tr");
    let is_blank = |nth: usize| {
        let cells = elements.iter().skip(nth + 1);
        let cells: Vec<_> = cells
            .take_while(|of| of.depth > elements[nth].depth)
            .collect();
        cells.len() == 4 && cells.iter().all(|of| of.name == "td" && of.text.is_empty())
    };
    assert_eq!(rows.filter(|(nth, _)| is_blank(*nth)).count(), 5);
    for of in [&morning, &evening] {
        let looked = format!(
            "SELECT COUNT(*) FROM audit WHERE action = 'booking.view_roster' AND subject_id = '{of}'"
        );
        assert_eq!(stage.test.number(&looked).await, 1, "rule 6");
    }
    let drafted = format!(
        "SELECT COUNT(*) FROM audit WHERE subject_id = '{draft}' AND action = 'booking.view_roster'"
    );
    assert_eq!(stage.test.number(&drafted).await, 0);
    let printed = "SELECT COUNT(*) FROM audit WHERE action = 'booking.print_sheet'";
    assert_eq!(stage.test.number(printed).await, 1);
    assert!(page.text.contains("前台接待") && !shift.shift.is_empty());

    let day = now().plus(DAY).day();
    let next = worker
        .get(&stage, &format!("{SHEETS}?day={day}"))
        .await
        .is(200);
    assert!(next.text.contains("司马夏") && !next.text.contains("欧阳春"));
    let none = worker
        .get(&stage, &format!("{SHEETS}?day=2026-12-24"))
        .await
        .is(200);
    assert!(none.text.contains("没有要签到的"), "{}", none.text);
    let foreign = SHEETS.replace(OWN, FOREIGN);
    worker.get(&stage, &foreign).await.is(403);
    worker
        .get(&stage, &format!("{foreign}/key-in"))
        .await
        .is(403);
}

async fn c115_a_day_is_keyed_back_in_one_press(test: TestDb) {
    let stage = Stage::new(test).await;
    let (first, second) = (now().plus(2 * HOUR), now().plus(5 * HOUR));
    let morning = date(&stage, first, true).await;
    let later = date(&stage, second, true).await;
    let came = booked(&stage, &morning, RESIDENT, "欧阳春").await;
    let absent = booked(&stage, &morning, STRANGER, "司马夏").await;
    let too_early = booked(&stage, &later, "13800000003", "诸葛秋").await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, KEY_IN).await.is(200);
    assert!(
        !page.text.contains("欧阳春"),
        "no door has opened: {}",
        page.text
    );

    stage.at(evening());
    let mut worker = Browser::staff(&stage, "evening", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, KEY_IN).await.is(200);
    let who = |of: &OccurrenceId| format!("who-{of}");
    let (of_morning, of_later) = (who(&morning), who(&later));
    let (at_morning, at_later) = (format!("at-{morning}"), format!("at-{later}"));
    let with = |more: &[(&str, &str)]| html::filled(&page.text, KEY_IN, more);
    let nobody = with(&[(&of_morning, "ticked"), (&of_later, "ticked")]);
    let nobody = worker.fill(&stage, KEY_IN, &nobody).await.is(422);
    assert!(nobody.text.contains("欧阳春"));
    let wrong = with(&[
        (&of_morning, "all_but"),
        (&of_later, "ticked"),
        (&at_morning, "25:99"),
        ("who", id(&absent)),
    ]);
    let wrong = worker.fill(&stage, KEY_IN, &wrong).await.is(422);
    assert!(wrong.text.contains("25:99"), "what was typed stays");
    assert_eq!(
        state(&stage, &came).await.0,
        "confirmed",
        "nothing is half saved"
    );

    // All but one came to the first; the second is said to have begun before its door opened.
    let sheet = with(&[
        (&of_morning, "all_but"),
        (&of_later, "ticked"),
        (&at_morning, "12:05"),
        (&at_later, "12:00"),
        ("who", id(&absent)),
        ("who", id(&too_early)),
    ]);
    let told = worker.fill(&stage, KEY_IN, &sheet).await.is(200);
    assert!(told.text.contains("已登记 1 人"), "{}", told.text);
    assert!(
        told.text.contains("<strong>诸葛秋 · 八段锦"),
        "{}",
        told.text
    );
    let at = first.plus(5 * MINUTE);
    assert_eq!(state(&stage, &came).await, ("checked_in".into(), at.0));
    assert_eq!(state(&stage, &absent).await.0, "confirmed");
    assert_eq!(state(&stage, &too_early).await.0, "confirmed");
    let kept = "SELECT COUNT(*) FROM check_in WHERE method = 'sheet'";
    assert_eq!(
        stage.test.number(kept).await,
        2,
        "the refused one is kept too"
    );
    // The same form again changes nothing.
    worker.fill(&stage, KEY_IN, &sheet).await;
    assert_eq!(stage.test.number(kept).await, 2);
    assert_eq!(state(&stage, &came).await, ("checked_in".into(), at.0));

    // What was typed in the same press as everybody else's is whole when it is mended.
    let page = worker.get(&stage, KEY_IN).await.is(200);
    let mended = html::filled(
        &page.text,
        KEY_IN,
        &[(&of_later, "all_but"), (&of_morning, "ticked")],
    );
    let done = worker.fill(&stage, KEY_IN, &mended).await;
    assert!(done.header("location").contains("done=1"), "{}", done.text);
    assert_eq!(
        state(&stage, &too_early).await,
        ("checked_in".into(), second.0)
    );
}

async fn c91_a_shift_is_keyed_back_with_when_they_came_and_went(test: TestDb) {
    let stage = Stage::new(test).await;
    let of = date(&stage, now().plus(5 * HOUR), true).await;
    let booking = booked(&stage, &of, RESIDENT, "欧阳春").await;
    let shift = running(&stage, OWN, booking["person_id"].as_str().unwrap()).await;
    stage.at(evening());
    let mut worker = Browser::staff(&stage, "evening", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, KEY_IN).await.is(200);
    let (came, went) = (
        format!("in-{}", shift.assignment),
        format!("out-{}", shift.assignment),
    );
    let who = format!("who-{of}");
    let times = html::filled(
        &page.text,
        KEY_IN,
        &[(&came, "09:50"), (&went, "11:40"), (&who, "ticked")],
    );
    let done = worker.fill(&stage, KEY_IN, &times).await;
    assert!(done.header("location").contains("done=1"), "{}", done.text);
    let mut tx = stage.test.db.read().await.unwrap();
    let seen: Vec<(String, String, i64)> = tx
        .sql("SELECT method, direction, at FROM check_in WHERE subject_id = $1 AND is_evidence ORDER BY at")
        .bind(&*shift.assignment)
        .all()
        .await
        .unwrap();
    drop(tx);
    let at = |minutes: i64| now().plus(minutes * MINUTE).0;
    assert_eq!(
        seen,
        [
            ("sheet".to_owned(), "in".to_owned(), at(-10)),
            ("sheet".to_owned(), "out".to_owned(), at(100)),
        ]
    );
    let page = worker.get(&stage, KEY_IN).await.is(200);
    assert!(
        !page.text.contains(&came) && !page.text.contains(&went),
        "nothing is left to key in"
    );
}

async fn somebody_who_just_came_is_keyed_back_as_of_then(test: TestDb) {
    let stage = Stage::new(test).await;
    let begins = now().plus(HOUR);
    let of = date(&stage, begins, true).await;
    stage.at(evening());
    let mut worker = Browser::staff(&stage, "evening", Role::SocialWorker, OWN).await;
    let page = worker.get(&stage, KEY_IN).await.is(200);
    let link = format!("/staff/occurrences/{of}/walk-in?at={}", begins.form_value());
    assert!(page.text.contains(&link), "{}", page.text);
    let path = format!("/staff/occurrences/{of}/walk-in");
    let who = [
        ("phone", "13900000001"),
        ("name", "周小满"),
        ("birth_year", "1960"),
        ("relation", "self"),
    ];
    let told = worker.press(&stage, (&link, &path), &who).await;
    assert!(
        told.text.contains("data-result=\"admitted\""),
        "{}",
        told.text
    );
    let came = format!("SELECT checked_in_at FROM booking WHERE occurrence_id = '{of}'");
    assert_eq!(stage.test.number(&came).await, begins.0);
    // Without a time it is now, long after.
    let late = worker
        .post(
            &stage,
            &path,
            &[
                ("phone", "13900000002"),
                ("name", "吴大山"),
                ("birth_year", "1960"),
                ("relation", "self"),
            ],
        )
        .await;
    assert_eq!(late.status.as_u16(), 409, "{}", late.text);
}

store::on_both_databases! {
    a_day_is_printed_with_everybody_and_blank_lines => super::a_day_is_printed_with_everybody_and_blank_lines,
    c115_a_day_is_keyed_back_in_one_press => super::c115_a_day_is_keyed_back_in_one_press,
    c91_a_shift_is_keyed_back_with_when_they_came_and_went => super::c91_a_shift_is_keyed_back_with_when_they_came_and_went,
    somebody_who_just_came_is_keyed_back_as_of_then => super::somebody_who_just_came_is_keyed_back_as_of_then,
}
