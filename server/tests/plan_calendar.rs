//! The staff's calendar through the router, without JavaScript: what it shows by day, week and month,
//! what is in each other's way, the next free times, and moving a date and undoing it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::{Browser, between},
    html, now,
};
use domain::{
    access::Role,
    id::OccurrenceId,
    shift::Needs,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    assignments::{assign_lead, can_lead},
    occurrences::{self, TermsEdit},
    shifts::{self, NewShift},
    testing::TestDb,
};

const PAGE: &str = "/staff/centers/SZ440303001-01/calendar";

fn terms() -> TermsEdit {
    TermsEdit {
        capacity: Some(25),
        ..TermsEdit::default()
    }
}

/// A date in a room of its own, this many hours from now: 10:00 on Monday, 23 November.
async fn date(stage: &Stage, hours: i64) -> OccurrenceId {
    let at = now().plus(hours * HOUR);
    stage.activity_at(OWN, terms(), true, at).await.1
}

/// A shift of that date, with a lead.
async fn led(stage: &Stage, date: &OccurrenceId, hours: i64) -> String {
    let at = now().plus(hours * HOUR);
    let new = NewShift {
        center: OWN.parse().unwrap(),
        title: "签到接待".into(),
        starts_at: at,
        ends_at: at.plus(2 * HOUR),
        rule: None,
        excluded: vec![],
        moved: Vec::new(),
        occurrence: Some(date.clone()),
        duty: None,
        place: String::new(),
        joining: "sign_up".parse().unwrap(),
        needs: Needs {
            volunteers_max: 2,
            ..Needs::default()
        },
        publish: true,
    };
    let made = shifts::create(&stage.test.db, &stage.system(), new).await;
    let shift = made.unwrap().remove(0);
    stage.lead("lead", Role::SocialWorker, OWN).await;
    let (db, system) = (&stage.test.db, stage.system());
    let leads = can_lead(db, &system.caller, &OWN.parse().unwrap(), now()).await;
    let lead = leads.unwrap().remove(0).id;
    assign_lead(db, &system, shift.clone(), lead)
        .await
        .unwrap()
        .unwrap();
    shift.to_string()
}

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

/// What stands in the table, without the list for narrow screens.
fn table(page: &str) -> &str {
    between(page, "<div class=\"plan-table\"", "<div class=\"plan-list")
}

/// What a part of a page says, without its tags.
fn words(part: &str) -> String {
    let text = part.split('<').map(|piece| {
        let (_, text) = piece.split_once('>').unwrap_or_default();
        text
    });
    let all: String = text.collect();
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names of the links of a part that lead there.
fn names(part: &str, href: &str) -> Vec<String> {
    let mark = format!("href=\"{href}\"");
    let links = part.split(mark.as_str()).skip(1);
    links
        .map(|link| words(&format!("<a{}", link.split("</a>").next().unwrap())))
        .collect()
}

async fn what_is_planned_is_seen_by_day_week_and_month(test: TestDb) {
    let stage = Stage::new(test).await;
    let one = date(&stage, 24).await;
    let night = date(&stage, 37).await;
    let off = date(&stage, 48).await;
    let draft = stage
        .activity_at(OWN, terms(), false, now().plus(25 * HOUR))
        .await
        .1;
    occurrences::cancel(&stage.test.db, &stage.system(), &off, "", None)
        .await
        .unwrap();
    let shift = led(&stage, &one, 24).await;
    let mut worker = worker(&stage).await;
    let week = worker.get(&stage, PAGE).await.is(200);
    assert_eq!(week.header("cache-control"), "no-store");
    let grid = table(&week.text);
    let of = |id: &OccurrenceId| names(grid, &format!("/staff/occurrences/{id}"));
    // Day, date, hours, what, where and how the halves stand: all in the name of the link.
    let whole = "11月24日 周二 10:00–12:00 八段锦 活动室 · 王芳 · 0/25 缺义工";
    assert_eq!(of(&one), [whole]);
    // C-52: on both days, and on the second with the first's name.
    let night = of(&night);
    assert_eq!(night.len(), 2, "{night:?}");
    assert!(
        night[0].starts_with("11月24日 周二 23:00–次日 01:00"),
        "{night:?}"
    );
    assert!(
        night[1].starts_with("11月24日 周二 23:00–次日 01:00"),
        "{night:?}"
    );
    assert!(of(&draft)[0].contains("草稿") && of(&off)[0].contains("已取消"));
    let shifts = names(grid, &format!("/staff/shifts/{shift}"));
    assert_eq!(shifts.len(), 1);
    assert!(grid.contains("<th scope=\"row\">上午</th>") && grid.contains("<th scope=\"col\""));
    assert!(
        !week.text.contains("有冲突"),
        "C-62: nor is what was called off"
    );

    for (query, names) in [
        ("by=room", ["活动室", "活动室1"].as_slice()),
        ("by=person", &["还没有社工", "王芳"]),
        ("by=field", &["长者"]),
        ("view=day&on=2026-11-24", &["08:00", "活动和班次"]),
        ("view=day&on=2026-11-24&by=room", &["活动室1", "活动室3"]),
        ("view=month", &["周日", "另有"]),
    ] {
        let page = worker.get(&stage, &format!("{PAGE}?{query}")).await.is(200);
        let grid = table(&page.text);
        let missing: Vec<_> = names.iter().filter(|name| !grid.contains(**name)).collect();
        assert!(missing.is_empty(), "{query}: {missing:?} in {grid}");
    }
    let empty = worker
        .get(&stage, &format!("{PAGE}?view=week&on=2027-03-01"))
        .await
        .is(200);
    assert!(empty.text.contains("这段日子还没有安排"));
    assert!(empty.text.contains("on=2027-02-22") && empty.text.contains("on=2027-03-08"));
}

async fn who_sees_figures_alone_is_told_of_nobody(test: TestDb) {
    let stage = Stage::new(test).await;
    let one = date(&stage, 24).await;
    led(&stage, &one, 24).await;
    let mut evaluator = Browser::staff(&stage, "evaluator", Role::Evaluator, OWN).await;
    let page = evaluator
        .get(&stage, &format!("{PAGE}?by=person&take={one}"))
        .await
        .is(200);
    let main = between(&page.text, "<main", "</main>");
    assert!(main.contains("八段锦") && main.contains("缺义工"));
    for hidden in [
        "王芳",
        "by=person",
        "name=\"lead\"",
        "plan-take",
        "/calendar/put",
    ] {
        assert!(!main.contains(hidden), "{hidden}");
    }
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    other.get(&stage, PAGE).await.is(403);
    let mut worker = worker(&stage).await;
    let today = worker.get(&stage, &format!("/staff/centers/{OWN}")).await;
    let list = worker
        .get(&stage, &format!("/staff/centers/{OWN}/activities"))
        .await;
    for page in [today, list] {
        assert!(page.is(200).text.contains(&format!("href=\"{PAGE}\"")));
    }
}

async fn c75_what_is_in_each_others_way_is_said_in_words_and_listed(test: TestDb) {
    let stage = Stage::new(test).await;
    let (one, other) = (date(&stage, 24).await, date(&stage, 25).await);
    stage
        .test
        .arrange(vec![format!(
            "UPDATE occurrence SET room_id = (SELECT room_id FROM occurrence WHERE id = '{one}')
             WHERE id = '{other}'"
        )])
        .await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, PAGE).await.is(200);
    let list = between(&page.text, "<h2 id=\"clashes\">", "</section>");
    assert!(list.contains("有冲突：1 处") && list.contains("同一时间都用活动室"));
    for id in [&one, &other] {
        let there = format!("/staff/occurrences/{id}");
        assert_eq!(names(list, &there).len(), 1);
        assert!(names(table(&page.text), &there)[0].contains("有冲突"));
    }
}

async fn a_free_time_opens_the_form_of_an_activity_with_it(test: TestDb) {
    let stage = Stage::new(test).await;
    date(&stage, 1).await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, PAGE).await.is(200);
    assert!(
        !page.text.contains("activities/new?"),
        "nobody has asked yet"
    );
    let room = between(&page.text, "<select id=\"room\"", "</select>");
    let room = room.split("value=\"").nth(2).unwrap();
    let room = room.split('"').next().unwrap().to_owned();
    let ask = |query: &str| format!("{PAGE}?view=week&on=2026-11-23&by=time&{query}");
    let found = worker
        .get(&stage, &ask(&format!("room={room}&lead=&minutes=90")))
        .await
        .is(200);
    let times = between(&found.text, "<ol class=\"row-list\">", "</ol>");
    let spans: Vec<String> = times
        .split("<strong>")
        .skip(1)
        .map(|row| row.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        spans,
        [
            "今天 13:00–14:30",
            "明天 08:00–09:30",
            "11月25日 周三 08:00–09:30"
        ]
    );
    let link = times.split("href=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let form = worker.get(&stage, &link).await.is(200);
    let action = format!("/staff/centers/{OWN}/activities/new");
    let fields = html::filled(&form.text, &action, &[]);
    for (name, value) in [
        ("starts_on", "2026-11-23"),
        ("starts_at", "13:00"),
        ("ends_at", "14:30"),
        ("room", "活动室"),
    ] {
        let has = fields.iter().any(|(n, v)| n == name && v == value);
        assert!(has, "{name}: {fields:?}");
    }
    let nothing = worker.get(&stage, &ask("room=&lead=&minutes=60")).await;
    assert!(
        nothing
            .is(200)
            .text
            .contains("请先选一间活动室或者一位社工")
    );
    let long = worker
        .get(&stage, &ask(&format!("room={room}&minutes=9999")))
        .await;
    assert!(long.is(200).text.contains("field-error"));
    let elsewhere = "room=0190f000-0000-7000-8000-000000000001&minutes=60";
    worker.get(&stage, &ask(elsewhere)).await.is(404);
}

async fn starts(stage: &Stage, id: &OccurrenceId) -> Timestamp {
    let query = format!("SELECT starts_at FROM occurrence WHERE id = '{id}'");
    Timestamp(stage.test.number(&query).await)
}

/// The fields of the form that puts something down, with that place.
fn put_down(page: &str, at: Timestamp) -> html::Fields {
    let at = at.rfc3339();
    let places: Vec<_> = page.split("name=\"at\"").skip(1).collect();
    let said = |place: &&str| {
        let tag = place.split('>').next().unwrap();
        tag.contains(&at) || tag.contains(&at.replace('+', "&#x2B;"))
    };
    assert!(places.iter().any(said), "{at} is no place");
    let mut fields = html::filled(page, &format!("{PAGE}/put"), &[]);
    fields.retain(|(name, _)| name != "at");
    fields.push(("at".into(), at));
    fields
}

async fn a_date_is_picked_up_put_down_and_the_move_undone(test: TestDb) {
    let stage = Stage::new(test).await;
    let one = date(&stage, 24).await;
    let other = date(&stage, 48).await;
    let resident = stage.resident(RESIDENT).await;
    stage.book(&one, &resident).await.is(201);
    let mut worker = worker(&stage).await;
    let week = worker.get(&stage, PAGE).await.is(200);
    let up = format!("{PAGE}?view=week&on=2026-11-23&by=time&take={one}");
    assert!(
        week.text
            .replace("&amp;", "&")
            .contains(&format!("{up}#move"))
    );

    // The places of the week: the past days and the day that it is on are none.
    let page = worker.get(&stage, &up).await.is(200);
    assert!(
        page.text
            .contains("拿起了“八段锦”（11月24日 周二 10:00–12:00）")
    );
    assert!(page.text.contains("已经报名或候补的有 1 位"));
    let free = page.text.matches("class=\"button button-target\"").count();
    assert_eq!(free, 5, "Wednesday to Sunday");
    let not = words(between(&page.text, "放不下的时间", "</details>"));
    assert!(not.contains("11月23日 周一"), "{not}");

    let thursday = now().plus(3 * DAY);
    let fields = put_down(&page.text, thursday);
    let done = worker
        .fill(&stage, &format!("{PAGE}/put"), &fields)
        .await
        .is(303);
    assert_eq!(starts(&stage, &one).await, thursday);
    // The same form sent again moves nothing again (C-181).
    let again = worker
        .fill(&stage, &format!("{PAGE}/put"), &fields)
        .await
        .is(303);
    assert_eq!(done.header("location"), again.header("location"));

    let there = done
        .header("location")
        .split('#')
        .next()
        .unwrap()
        .to_owned();
    let page = worker.get(&stage, &there).await.is(200);
    assert!(
        page.text
            .contains("“八段锦”改到了11月26日 周四 10:00–12:00")
    );
    assert!(page.text.contains("原来是明天 10:00") && page.text.contains("已通知 1 人"));
    let undo = html::filled(&page.text, &format!("{PAGE}/put"), &[]);
    let undone = worker
        .fill(&stage, &format!("{PAGE}/put"), &undo)
        .await
        .is(303);
    assert_eq!(starts(&stage, &one).await, now().plus(DAY));
    assert!(undone.header("location").contains("moved="));

    // Taken by now, the reason is said, and it stays where it is.
    let day = format!("{PAGE}?view=day&on=2026-11-25&by=room&take={one}");
    let page = worker.get(&stage, &day).await.is(200);
    stage
        .test
        .arrange(vec![format!(
            "UPDATE occurrence SET room_id = (SELECT room_id FROM occurrence WHERE id = '{one}')
             WHERE id = '{other}'"
        )])
        .await;
    let wednesday = now().plus(2 * DAY);
    let fields = put_down(&page.text, wednesday.plus(HOUR));
    let refused = worker
        .fill(&stage, &format!("{PAGE}/put"), &fields)
        .await
        .is(409);
    assert!(refused.text.contains("没有移动") && refused.text.contains("role=\"alert\""));
    assert_eq!(starts(&stage, &one).await, now().plus(DAY));
    let page = worker.get(&stage, &day).await.is(200);
    let not = words(between(&page.text, "放不下的时间", "</details>"));
    assert!(
        not.contains("08:30 – 11:30") && not.contains("八段锦"),
        "{not}"
    );

    // C-69: on what somebody else has changed meanwhile nothing is put.
    let fields = put_down(&page.text, wednesday.plus(2 * HOUR));
    stage
        .test
        .arrange(vec![format!(
            "UPDATE occurrence SET revision = revision + 1 WHERE id = '{one}'"
        )])
        .await;
    worker
        .fill(&stage, &format!("{PAGE}/put"), &fields)
        .await
        .is(409);
    assert_eq!(starts(&stage, &one).await, now().plus(DAY));

    // Nor is anything of another center.
    let foreign = stage
        .activity_at(FOREIGN, terms(), true, now().plus(DAY))
        .await
        .1;
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let at = wednesday.rfc3339();
    let form = [
        ("take", foreign.as_str()),
        ("at", &at),
        ("from", &at),
        ("revision", "1"),
    ];
    admin
        .post(&stage, &format!("{PAGE}/put"), &form)
        .await
        .is(404);
    assert_eq!(starts(&stage, &foreign).await, now().plus(DAY));
}

store::on_both_databases! {
    what_is_planned_is_seen_by_day_week_and_month => super::what_is_planned_is_seen_by_day_week_and_month,
    who_sees_figures_alone_is_told_of_nobody => super::who_sees_figures_alone_is_told_of_nobody,
    c75_what_is_in_each_others_way_is_said_in_words_and_listed => super::c75_what_is_in_each_others_way_is_said_in_words_and_listed,
    a_free_time_opens_the_form_of_an_activity_with_it => super::a_free_time_opens_the_form_of_an_activity_with_it,
    a_date_is_picked_up_put_down_and_the_move_undone => super::a_date_is_picked_up_put_down_and_the_move_undone,
}
