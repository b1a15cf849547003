//! A new activity like one that there was: the form is filled in with everything but the days.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html};
use domain::{access::Role, time::Timestamp};
use store::testing::TestDb;

/// A course on Wednesdays and Fridays, one of whose dates was left out.
const COURSE: &[(&str, &str)] = &[
    ("title", "六点半作业灯"),
    ("summary", "小学生放学后写作业"),
    ("kind", "group"),
    ("mode", "rule"),
    ("starts_on", "2026-11-25"),
    ("starts_at", "18:30"),
    ("ends_at", "20:00"),
    ("freq", "weekly"),
    ("weekdays", "2"),
    ("weekdays", "4"),
    ("end", "count"),
    ("count", "5"),
    ("excluded", "2026-12-02"),
    ("room", "活动室"),
    ("capacity", "25"),
    ("waitlist_capacity", "7"),
    ("min_age", "6"),
    ("cancel_until", "180"),
    ("bring", "作业本"),
    ("series", "1"),
    ("do", "publish"),
];

const EVENING: (&str, &str) = ("18:30", "20:00");

fn new(center: &str) -> String {
    format!("/staff/centers/{center}/activities/new")
}

/// Publishes the course; its page.
async fn course(stage: &Stage, worker: &mut Browser, hours: (&str, &str)) -> String {
    let form = worker.get(stage, &new(OWN)).await.is(200);
    // Each in the room at another hour.
    let fields: Vec<_> = COURSE
        .iter()
        .map(|field| match field.0 {
            "starts_at" => ("starts_at", hours.0),
            "ends_at" => ("ends_at", hours.1),
            _ => *field,
        })
        .collect();
    let fields = html::filled(&form.text, &new(OWN), &fields);
    let fields: Vec<_> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let made = worker.send(stage, "POST", &new(OWN), &fields).await.is(303);
    made.header("location")
        .split('?')
        .next()
        .unwrap()
        .to_owned()
}

fn value<'a>(fields: &'a html::Fields, name: &str) -> Vec<&'a str> {
    let of = fields.iter().filter(|(n, _)| n == name);
    of.map(|(_, value)| value.as_str()).collect()
}

async fn a_course_is_planned_again_as_it_was(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let page = course(&stage, &mut worker, EVENING).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    let again = format!("{}?like={id}", new(OWN));
    let shown = worker.get(&stage, &page).await.is(200);
    assert!(shown.text.contains(&format!("href=\"{again}\"")), "a link");

    let form = worker.get(&stage, &again).await.is(200);
    assert!(form.text.contains("已照“六点半作业灯”填好"));
    assert!(
        form.text.contains("其中 4 项改过"),
        "the terms: {}",
        form.text
    );
    let fields = html::filled(&form.text, &new(OWN), &[]);
    for (name, values) in [
        ("title", vec!["六点半作业灯"]),
        ("summary", vec!["小学生放学后写作业"]),
        ("kind", vec!["group"]),
        ("mode", vec!["rule"]),
        ("freq", vec!["weekly"]),
        ("weekdays", vec!["2", "4"]),
        ("count", vec!["4"]),
        ("starts_on", vec![""]),
        ("starts_at", vec!["18:30"]),
        ("ends_at", vec!["20:00"]),
        ("room", vec!["活动室"]),
        ("capacity", vec!["25"]),
        ("waitlist_capacity", vec!["7"]),
        ("min_age", vec!["6"]),
        ("cancel_until", vec!["180"]),
        ("bring", vec!["作业本"]),
        ("series", vec!["1"]),
    ] {
        assert_eq!(value(&fields, name), values, "{name}");
    }

    let next = [("starts_on", "2027-03-03"), ("do", "draft")];
    let fields = html::filled(&form.text, &new(OWN), &next);
    let fields: Vec<_> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let made = worker
        .send(&stage, "POST", &new(OWN), &fields)
        .await
        .is(303);
    let made = worker.get(&stage, made.header("location")).await.is(200);
    assert!(
        made.text.contains("3月12日 周五 18:30–20:00"),
        "{}",
        made.text
    );
    let from = Timestamp::parse("2027-03-03T00:00").unwrap().0;
    let same = format!(
        "SELECT COUNT(*) FROM occurrence WHERE starts_at >= {from} \
         AND capacity = 25 AND waitlist_capacity = 7 AND min_age = 6"
    );
    assert_eq!(stage.test.number(&same).await, 4);
}

async fn the_form_offers_each_title_once_and_keeps_a_time_that_was_suggested(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let none = worker.get(&stage, &new(OWN)).await.is(200);
    assert!(
        !none.text.contains("name=\"like\""),
        "nothing to begin from"
    );
    let page = course(&stage, &mut worker, EVENING).await;
    course(&stage, &mut worker, ("08:00", "09:00")).await;
    let id = page.rsplit('/').next().unwrap().to_owned();

    let suggested = "mode=one&starts_on=2026-12-08&starts_at=09%3A00&ends_at=10%3A00";
    let form = worker
        .get(&stage, &format!("{}?{suggested}", new(OWN)))
        .await
        .is(200);
    assert_eq!(form.text.matches(">六点半作业灯<").count(), 1);
    let fields = html::filled(&form.text, &new(OWN), &[]);
    assert_eq!(value(&fields, "capacity"), ["30"], "with the defaults");
    assert!(form.text.contains("项设置，都已有默认值"), "{}", form.text);

    let filled = worker
        .get(&stage, &format!("{}?{suggested}&like={id}", new(OWN)))
        .await
        .is(200);
    let fields = html::filled(&filled.text, &new(OWN), &[]);
    for (name, expected) in [
        ("title", "六点半作业灯"),
        ("mode", "one"),
        ("starts_on", "2026-12-08"),
        ("starts_at", "09:00"),
        ("capacity", "25"),
    ] {
        assert_eq!(value(&fields, name), [expected], "{name}");
    }
}

async fn what_another_center_plans_is_not_copied_out_of_it(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let page = course(&stage, &mut worker, EVENING).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    let theirs = format!("{}?like={id}", new(FOREIGN));
    let refused = other.get(&stage, &theirs).await;
    assert!(matches!(refused.status.as_u16(), 403 | 404));
    let unknown = format!("{}?like=nothing", new(OWN));
    let unknown = worker.get(&stage, &unknown).await;
    assert_eq!(unknown.status.as_u16(), 404);

    // Whoever plans for both takes the texts and the terms along, not the room.
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let form = admin.get(&stage, &theirs).await.is(200);
    let fields = html::filled(&form.text, &new(FOREIGN), &[]);
    assert_eq!(value(&fields, "title"), ["六点半作业灯"]);
    assert_eq!(value(&fields, "room"), [""]);
}

store::on_both_databases! {
    a_course_is_planned_again_as_it_was => super::a_course_is_planned_again_as_it_was,
    the_form_offers_each_title_once_and_keeps_a_time_that_was_suggested => super::the_form_offers_each_title_once_and_keeps_a_time_that_was_suggested,
    what_another_center_plans_is_not_copied_out_of_it => super::what_another_center_plans_is_not_copied_out_of_it,
}
