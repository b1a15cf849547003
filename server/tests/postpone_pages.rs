//! Postponing a series on the staff's pages, without JavaScript, and undoing it (C-68).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::Browser,
    html, now,
    shifts::{asked, formal},
};
use domain::{
    access::Role,
    holiday,
    id::{ActivityId, OccurrenceId, PersonId},
    shift::Needs,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    holidays,
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    shifts::{self, NewShift},
    testing::TestDb,
};

/// A series of four Mondays from 30 November on, which a resident has booked as a whole.
async fn series(stage: &Stage) -> (ActivityId, OccurrenceId) {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let first = now().plus(7 * DAY);
    let (activity, occurrence) = stage.activity_at(OWN, terms, true, first).await;
    let mut sql = vec![format!(
        "UPDATE activity SET enrolment = 'series' WHERE id = '{activity}'"
    )];
    for week in 1..4 {
        let later = week * 7 * DAY;
        sql.push(format!(
            "INSERT INTO occurrence (id, activity_id, center_id, room_id, starts_at, ends_at, allocation,
             unit, capacity, waitlist_capacity, held_back, held_until, booking_opens_at,
             booking_closes_at, cancel_until, status)
             SELECT '0190f000-0000-7000-8000-0000000000b{week}', activity_id, center_id, room_id,
             starts_at + {later}, ends_at + {later}, allocation, unit, capacity, waitlist_capacity,
             held_back, held_until, booking_opens_at, booking_closes_at + {later},
             cancel_until + {later}, status FROM occurrence WHERE id = '{occurrence}'"
        ));
    }
    stage.test.arrange(sql).await;
    let token = stage.resident(RESIDENT).await;
    stage.book(&occurrence, &token).await.is(201);
    (activity, occurrence)
}

async fn starts(stage: &Stage, of: &str) -> Vec<String> {
    let mut tx = stage.test.db.read().await.unwrap();
    let rows: Vec<(Timestamp,)> = tx
        .sql_built(format!("SELECT starts_at FROM {of} ORDER BY starts_at, id"))
        .all()
        .await
        .unwrap();
    let day = |at: Timestamp| at.local().format("%m-%d").to_string();
    rows.into_iter().map(|(at,)| day(at)).collect()
}

async fn dates(stage: &Stage, activity: &ActivityId) -> Vec<String> {
    starts(
        stage,
        &format!("occurrence WHERE activity_id = '{activity}'"),
    )
    .await
}

async fn told(stage: &Stage) -> i64 {
    let query = "SELECT COUNT(*) FROM message WHERE kind IN ('postponed', 'moved')";
    stage.test.number(query).await
}

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

fn look_at(activity: &ActivityId, from: &OccurrenceId, steps: u32) -> String {
    format!("/staff/activities/{activity}/postpone?look=1&from={from}&steps={steps}")
}

async fn c68_a_series_moves_on_by_one_and_back_and_everybody_is_told_once(test: TestDb) {
    let stage = Stage::new(test).await;
    let (activity, first) = series(&stage).await;
    let page = format!("/staff/activities/{activity}");
    let action = format!("{page}/postpone");
    let before = ["11-30", "12-07", "12-14", "12-21"];
    assert_eq!(dates(&stage, &activity).await, before);
    let mut worker = worker(&stage).await;
    let shown = worker.get(&stage, &page).await.is(200);
    assert!(shown.text.contains(&format!("href=\"{action}\"")));
    let look = look_at(&activity, &first, 1);
    let looked = worker.get(&stage, &look).await.is(200);
    for day in ["11月30日", "12月7日", "12月28日"] {
        assert!(looked.text.contains(day), "{day}");
    }
    assert_eq!(dates(&stage, &activity).await, before, "nothing yet");
    let form = html::filled(&looked.text, &action, &[]);
    let done = worker.fill(&stage, &action, &form).await.is(303);
    let after = ["12-07", "12-14", "12-21", "12-28"];
    assert_eq!(dates(&stage, &activity).await, after);
    // One message for four dates; the enrolment stands.
    assert_eq!(told(&stage).await, 1);
    let live = "SELECT COUNT(*) FROM booking WHERE state = 'confirmed'";
    assert_eq!(stage.test.number(live).await, 4);
    let audited = "SELECT COUNT(*) FROM audit WHERE action = 'activity.postpone'";
    assert_eq!(stage.test.number(audited).await, 1);
    let shown = worker.get(&stage, done.header("location")).await.is(200);
    assert!(shown.text.contains("已顺延 4 场，通知了 1 个账号"));
    let mut phone = Browser::resident(&stage).await;
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("12月21日 周一") && inbox.text.contains("改到"));
    // The same look again is of other dates by now.
    worker.fill(&stage, &action, &changed(form)).await.is(409);
    // Back, told once more; and only once.
    let undo = format!("{action}/undo");
    let form = html::filled(&shown.text, &undo, &[]);
    let done = worker.fill(&stage, &undo, &form).await.is(303);
    assert_eq!(dates(&stage, &activity).await, before);
    assert_eq!(told(&stage).await, 2);
    let shown = worker.get(&stage, done.header("location")).await.is(200);
    assert!(shown.text.contains("已改回 4 场") && !shown.text.contains(&undo));
    worker.fill(&stage, &undo, &changed(form)).await.is(409);
    assert_eq!(told(&stage).await, 2);
}

/// The same form with a key of its own, as if it was opened again.
fn changed(form: html::Fields) -> html::Fields {
    form.into_iter().filter(|(name, _)| name != "key").collect()
}

async fn c68_closed_days_and_holidays_are_skipped(test: TestDb) {
    let stage = Stage::new(test).await;
    let (activity, first) = series(&stage).await;
    let rows = "2026-12-07 校准节 休\n2026-12-12 校准节 班";
    let notice = holiday::read(rows).unwrap().notice().unwrap();
    let system = stage.system();
    holidays::import(&stage.test.db, &system, notice)
        .await
        .unwrap();
    let closed = format!(
        "INSERT INTO center_exception (center_id, on_day, hours, reason, said_by, at)
         VALUES ('{OWN}', '2026-12-21', '', '消防检修', 'system', 0)"
    );
    stage.test.arrange(vec![closed]).await;
    let mut worker = worker(&stage).await;
    let action = format!("/staff/activities/{activity}/postpone");
    let looked = worker
        .get(&stage, &look_at(&activity, &first, 1))
        .await
        .is(200);
    let form = html::filled(&looked.text, &action, &[]);
    worker.fill(&stage, &action, &form).await.is(303);
    let expected = ["12-14", "12-28", "01-04", "01-11"];
    assert_eq!(dates(&stage, &activity).await, expected);
}

async fn c68_what_was_changed_since_is_not_undone(test: TestDb) {
    let stage = Stage::new(test).await;
    let (activity, first) = series(&stage).await;
    let mut worker = worker(&stage).await;
    let action = format!("/staff/activities/{activity}/postpone");
    let looked = worker
        .get(&stage, &look_at(&activity, &first, 2))
        .await
        .is(200);
    let form = html::filled(&looked.text, &action, &[]);
    let done = worker.fill(&stage, &action, &form).await.is(303);
    let shown = worker.get(&stage, done.header("location")).await.is(200);
    let undo = format!("{action}/undo");
    let form = html::filled(&shown.text, &undo, &[]);
    let change = OccurrenceEdit {
        room: Some("二楼".into()),
        ..OccurrenceEdit::default()
    };
    let (db, system) = (&stage.test.db, stage.system());
    occurrences::edit(db, &system, &first, EditScope::This, change, None)
        .await
        .unwrap();
    let after = dates(&stage, &activity).await;
    let refused = worker.fill(&stage, &undo, &form).await;
    assert_eq!(refused.status, 409);
    assert_eq!(dates(&stage, &activity).await, after);
    let page = format!("/staff/activities/{activity}");
    let shown = worker.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("不能撤销了") && !shown.text.contains(&undo));
    // Nor by somebody of another center, who sees what is published and may not plan it.
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    other.fill(&stage, &undo, &changed(form)).await.is(403);
}

/// Somebody of the resident's family.
async fn family(stage: &Stage) -> PersonId {
    let person: PersonId = stage.site.ids().make(now());
    let row = format!(
        "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
         SELECT '{person}', id, 'other', '陈建国', 1970, 0 FROM account WHERE phone = '{RESIDENT}'"
    );
    stage.test.arrange(vec![row]).await;
    person
}

async fn c64_shifts_go_along_and_a_room_that_is_taken_is_told_before(test: TestDb) {
    let stage = Stage::new(test).await;
    let (activity, first) = series(&stage).await;
    let at = now().plus(7 * DAY);
    let new = NewShift {
        center: OWN.parse().unwrap(),
        title: "签到接待".into(),
        starts_at: at.plus(-HOUR),
        ends_at: at.plus(2 * HOUR),
        rule: None,
        excluded: Vec::new(),
        moved: Vec::new(),
        occurrence: Some(first.clone()),
        duty: None,
        place: String::new(),
        joining: "sign_up".parse().unwrap(),
        needs: Needs {
            volunteers_max: 2,
            ..Needs::default()
        },
        publish: true,
    };
    let (db, system) = (&stage.test.db, stage.system());
    let shift = shifts::create(db, &system, new).await.unwrap().remove(0);
    let member = family(&stage).await;
    formal(&stage, &member).await;
    asked(&stage, shift.as_str(), member.as_str()).await;
    let terms = TermsEdit::default();
    let other = stage
        .activity_at(OWN, terms, true, now().plus(35 * DAY))
        .await
        .1;
    let room = format!(
        "UPDATE occurrence SET room_id = (SELECT room_id FROM occurrence WHERE id = '{first}')
         WHERE id = '{other}'"
    );
    stage.test.arrange(vec![room]).await;
    let mut worker = worker(&stage).await;
    let action = format!("/staff/activities/{activity}/postpone");
    let looked = worker
        .get(&stage, &look_at(&activity, &first, 1))
        .await
        .is(200);
    assert!(looked.text.contains("放不下") && looked.text.contains("有场次的活动室被占了"));
    assert!(!looked.text.contains("name=\"seen\""));
    // By two they fit, and the shift is an hour before its date still.
    let page = format!("DELETE FROM occurrence WHERE id = '{other}'");
    stage.test.arrange(vec![page]).await;
    let looked = worker
        .get(&stage, &look_at(&activity, &first, 2))
        .await
        .is(200);
    let form = html::filled(&looked.text, &action, &[]);
    worker.fill(&stage, &action, &form).await.is(303);
    let expected = ["12-14", "12-21", "12-28", "01-04"];
    assert_eq!(dates(&stage, &activity).await, expected);
    assert_eq!(starts(&stage, "shift").await, ["12-14"]);
    // The account is told once of four dates and a shift.
    assert_eq!(told(&stage).await, 1);
    let mut phone = Browser::resident(&stage).await;
    let inbox = phone.get(&stage, "/me/messages").await.is(200);
    assert!(inbox.text.contains("陈建国 11月30日 周一 09:00"));
    let begins = stage.test.number("SELECT starts_at FROM shift").await;
    assert_eq!(begins, at.plus(14 * DAY - HOUR).0);
}

store::on_both_databases! {
    c68_a_series_moves_on_by_one_and_back_and_everybody_is_told_once => super::c68_a_series_moves_on_by_one_and_back_and_everybody_is_told_once,
    c68_closed_days_and_holidays_are_skipped => super::c68_closed_days_and_holidays_are_skipped,
    c68_what_was_changed_since_is_not_undone => super::c68_what_was_changed_since_is_not_undone,
    c64_shifts_go_along_and_a_room_that_is_taken_is_told_before => super::c64_shifts_go_along_and_a_room_that_is_taken_is_told_before,
}
