//! A center's settings without JavaScript: its week, the days that are otherwise, its rooms, how it
//! is reached; and where residents read of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, Stage, browser::Browser, html, now};
use domain::{access::Role, time::DAY};
use store::testing::TestDb;

const HOME: &str = "/staff/centers/SZ440303001-01/settings";

fn at(page: &str) -> String {
    format!("{HOME}/{page}")
}

async fn manager(stage: &Stage) -> Browser {
    Browser::staff(stage, "manager", Role::CenterManager, OWN).await
}

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

async fn recorded(stage: &Stage, verb: &str) -> i64 {
    let query = format!("SELECT COUNT(*) FROM audit WHERE action = '{verb}'");
    stage.test.number(&query).await
}

async fn the_week_is_set_and_what_is_wrong_stands_beside_its_day(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    let page = manager.get(&stage, HOME).await.is(200);
    assert!(page.text.contains(&format!("href=\"{HOME}/hours\"")));
    let hours = at("hours");
    let week = [
        ("mo", "9:00-12:00，14:00-18:00"),
        ("tu", "9:00-12:00"),
        ("sa", "８：００至２０：００"),
        ("su", ""),
    ];
    let wrong = [
        ("mo", "9-12"),
        ("tu", "8:00-9:00,9:30-10:00,11:00-12:00,13:00-14:00"),
    ];
    let page = manager
        .press(&stage, (&hours, &hours), &wrong)
        .await
        .is(422);
    assert!(page.text.contains("id=\"mo-error\"") && page.text.contains("id=\"tu-error\""));
    assert!(page.text.contains("value=\"9-12\""), "what was typed stays");
    assert!(page.text.contains("一天最多写三段时间"));
    let nothing = ["mo", "tu", "we", "th", "fr", "sa", "su"].map(|day| (day, ""));
    let page = manager
        .press(&stage, (&hours, &hours), &nothing)
        .await
        .is(422);
    assert!(page.text.contains("至少写一天的开放时间"));

    let before = manager.get(&stage, &hours).await.is(200);
    let with: Vec<_> = week.iter().chain(&nothing[2..5]).copied().collect();
    let saved = manager.press(&stage, (&hours, &hours), &with).await.is(303);
    let page = manager.get(&stage, saved.header("location")).await.is(200);
    assert!(
        page.text.contains("周一 09:00–12:00、14:00–18:00"),
        "{}",
        page.text
    );
    assert!(page.text.contains("周六 08:00–20:00"));
    assert_eq!(recorded(&stage, "center.hours").await, 1);
    // C-69: whoever saves from the page as it was is told what stands, and nothing is lost.
    let late = html::filled(&before.text, &hours, &[("mo", "10:00-11:00")]);
    let page = manager.fill(&stage, &hours, &late).await.is(409);
    assert!(page.text.contains("value=\"10:00-11:00\""));
    assert!(
        page.text.contains("现在：周一 09:00–12:00"),
        "{}",
        page.text
    );
    let again = html::filled(&page.text, &hours, &[]);
    manager.fill(&stage, &hours, &again).await.is(303);
    assert_eq!(recorded(&stage, "center.hours").await, 2);
    let resident = Browser::default()
        .get(&stage, &format!("/centers/{OWN}"))
        .await
        .is(200);
    assert!(resident.text.contains("周一 10:00–11:00"));
}

async fn a_closure_shows_what_it_hits_before_it_is_saved_and_residents_read_it(test: TestDb) {
    let stage = Stage::new(test).await;
    // On 3 December, with one booking.
    let date = stage.occurrence(5, 5).await;
    let resident = stage.resident(RESIDENT).await;
    stage.book(&date, &resident).await.is(201);
    let mut worker = worker(&stage).await;
    let days = at("days");
    let page = worker.get(&stage, &days).await.is(200);
    assert!(!page.text.contains("residents"), "nothing is shown yet");
    let day = now().plus(10 * DAY).day();
    let before = now().plus(9 * DAY).day();
    let wrong = format!("{days}?look=1&from={day}&to={before}&kind=other&hours=x&reason=");
    let page = worker.get(&stage, &wrong).await.is(422);
    assert!(page.text.contains("id=\"hours-error\"") && page.text.contains("value=\"x\""));
    let look =
        format!("{days}?look=1&from={before}&to={day}&kind=closed&reason=%E7%9B%98%E7%82%B9");
    let seen = worker.get(&stage, &look).await.is(200);
    assert!(seen.text.contains("居民会看到"), "{}", seen.text);
    assert!(
        seen.text
            .contains(&format!("/staff/occurrences/{date}/edit"))
    );
    assert!(
        seen.text
            .contains(&format!("/staff/centers/{OWN}/day-off?on={day}"))
    );
    assert!(seen.text.contains("保存，这些安排先不动"));
    assert_eq!(
        stage
            .test
            .number("SELECT COUNT(*) FROM center_exception")
            .await,
        0,
        "looking changes nothing"
    );
    let form = html::filled(&seen.text, &days, &[]);
    let saved = worker.fill(&stage, &days, &form).await.is(303);
    let page = worker.get(&stage, saved.header("location")).await.is(200);
    assert!(
        page.text.contains(&format!("/staff/occurrences/{date}")),
        "it stands"
    );
    // Sent again it is the same press; entered again it is refused with what stands.
    let again = worker.fill(&stage, &days, &form).await.is(303);
    assert_eq!(again.header("location"), saved.header("location"));
    let page = worker.get(&stage, &look).await.is(409);
    assert!(page.text.contains("已经写了不同平常的开放时间"));
    assert_eq!(recorded(&stage, "center.exception").await, 1);

    let closed = "不开放：盘点";
    let mut anyone = Browser::default();
    let here = format!("/centers/{OWN}");
    let whats_on = format!("{here}/whats-on?day={day}");
    for page in [&here, &whats_on] {
        let seen = anyone.get(&stage, page).await.is(200);
        assert!(seen.text.contains(closed), "{page}: {}", seen.text);
    }
    let other_day = format!("{here}/whats-on?day={}", now().day());
    let seen = anyone.get(&stage, &other_day).await.is(200);
    assert!(!seen.text.contains(closed));
    let rest = stage
        .get(&format!("/api/v1{here}"), None)
        .await
        .is(200)
        .json;
    let exceptions = rest["exceptions"].as_array().unwrap();
    assert_eq!(exceptions.len(), 2);
    assert_eq!(
        exceptions[1],
        serde_json::json!({ "on": day.to_string(), "closed": true, "hours": "", "reason": "盘点" })
    );

    // The day itself: the kiosk says so, and the door is closed.
    stage.at(now().plus(10 * DAY));
    let (kiosk, _) = stage.kiosk(OWN, "大厅").await;
    let mut screen = Browser::kiosk(&kiosk);
    for page in ["/kiosk", "/kiosk/today"] {
        let seen = screen.get(&stage, page).await.is(200);
        assert!(
            seen.text.contains("今天不开放：盘点"),
            "{page}: {}",
            seen.text
        );
    }
    stage.at(now());
    // Back to usual.
    let remove = at("days/remove");
    let (from, to) = (before.to_string(), day.to_string());
    let gone = [("from", from.as_str()), ("to", to.as_str())];
    let done = worker.press(&stage, (HOME, &remove), &gone).await.is(303);
    let page = worker.get(&stage, done.header("location")).await.is(200);
    assert!(page.text.contains("往后都和平常一样"));
}

async fn a_date_on_a_closed_day_is_warned_of_and_not_forbidden(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let days = at("days");
    let (from, to) = ("2026-12-24", "2026-12-26");
    let closed = [
        ("from", from),
        ("to", to),
        ("kind", "closed"),
        ("reason", "盘点"),
    ];
    let look = format!("{days}?look=1&from={from}&to={to}&kind=closed&reason=x");
    let page = worker.get(&stage, &look).await.is(200);
    let form = html::filled(&page.text, &days, &closed);
    worker.fill(&stage, &days, &form).await.is(303);
    let new = format!("/staff/centers/{OWN}/activities/new");
    let entered = [
        ("title", "书法"),
        ("kind", "group"),
        ("field", "elder"),
        ("mode", "one"),
        ("starts_on", "2026-12-24"),
        ("starts_at", "10:00"),
        ("ends_at", "11:00"),
        ("capacity", "5"),
    ];
    let preview: Vec<_> = entered.iter().copied().chain([("do", "preview")]).collect();
    let page = worker.press(&stage, (&new, &new), &preview).await.is(200);
    assert!(
        page.text.contains("12月24日 周四不开放：盘点"),
        "{}",
        page.text
    );
    let publish: Vec<_> = entered.iter().copied().chain([("do", "publish")]).collect();
    // Said before it is saved as well, and pressed again it is meant.
    let asked = worker.press(&stage, (&new, &new), &publish).await.is(422);
    assert!(asked.text.contains("id=\"closed\""), "{}", asked.text);
    let again = html::filled(&asked.text, &new, &[("do", "publish")]);
    worker.fill(&stage, &new, &again).await.is(303);
}

async fn rooms_are_added_changed_and_taken_out_of_use(test: TestDb) {
    let stage = Stage::new(test).await;
    stage.occurrence(5, 0).await;
    let mut worker = worker(&stage).await;
    let new = at("rooms/new");
    let add = [("room", "礼堂"), ("seats", "many")];
    let page = worker.press(&stage, (&new, &new), &add).await.is(422);
    assert!(page.text.contains("id=\"seats-error\"") && page.text.contains("value=\"礼堂\""));
    let add = [("room", "礼堂"), ("seats", "120"), ("kind", "space")];
    let saved = worker.press(&stage, (&new, &new), &add).await.is(303);
    let page = worker.get(&stage, saved.header("location")).await.is(200);
    assert!(page.text.contains("礼堂") && page.text.contains("120"));
    let page = worker.press(&stage, (&new, &new), &add).await.is(422);
    assert!(page.text.contains("已经有这个名字的房间"));

    let id = async |name: &str| {
        let mut tx = stage.test.db.read().await.unwrap();
        let found: (String,) = tx
            .sql("SELECT id FROM room WHERE name = $1")
            .bind(name)
            .one()
            .await
            .unwrap();
        found.0
    };
    let hall = id("礼堂").await;
    let used = at(&format!("rooms/{}", id("活动室").await));
    let change = [("room", "大活动室"), ("part_of", hall.as_str())];
    worker.press(&stage, (&used, &used), &change).await.is(303);
    let page = worker.get(&stage, &used).await.is(200);
    assert!(page.text.contains("八段锦"), "what is planned in it");
    let turn = format!("{used}/use");
    let page = worker
        .press(&stage, (&used, &turn), &[("do", "retire")])
        .await
        .is(409);
    assert!(page.text.contains("还有 1 项安排"), "{}", page.text);
    assert!(page.text.contains("value=\"大活动室\""));
    let hall = at(&format!("rooms/{hall}"));
    let turn = format!("{hall}/use");
    let page = worker
        .press(&stage, (&hall, &turn), &[("do", "retire")])
        .await
        .is(422);
    assert!(page.text.contains("它里面还有在用的房间"));
    worker
        .press(&stage, (&used, &used), &[("part_of", "")])
        .await
        .is(303);
    worker
        .press(&stage, (&hall, &turn), &[("do", "retire")])
        .await
        .is(303);
    let page = worker.get(&stage, HOME).await.is(200);
    assert!(page.text.contains("停用的房间"));
    let public = stage
        .get(&format!("/api/v1/centers/{OWN}"), None)
        .await
        .is(200)
        .json;
    let names: Vec<_> = public["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["name"])
        .collect();
    assert_eq!(names, ["大活动室"]);
    worker
        .press(&stage, (&hall, &turn), &[("do", "bring_back")])
        .await
        .is(303);
    assert_eq!(recorded(&stage, "room.bring_back").await, 1);
}

async fn a_manager_says_how_the_center_is_reached_and_closes_it_until_further_notice(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = manager(&stage).await;
    let contact = at("contact");
    let wrong = [("telephone", "问前台"), ("address", "人民路1号")];
    let page = manager
        .press(&stage, (&contact, &contact), &wrong)
        .await
        .is(422);
    assert!(page.text.contains("id=\"telephone-error\"") && page.text.contains("问前台"));
    let right = [("telephone", "0755-123 4567"), ("address", "人民路1号")];
    manager
        .press(&stage, (&contact, &contact), &right)
        .await
        .is(303);
    let here = format!("/centers/{OWN}");
    let mut anyone = Browser::default();
    let page = anyone.get(&stage, &here).await.is(200);
    assert!(page.text.contains("0755-123 4567") && page.text.contains("人民路1号"));

    let status = at("status");
    let before = manager.get(&stage, &status).await.is(200);
    let why = [("closed_note", "装修到三月底，请到 <b>人民桥</b>")];
    manager
        .press(&stage, (&status, &status), &why)
        .await
        .is(303);
    let page = anyone.get(&stage, &here).await.is(200);
    assert!(page.text.contains("暂停开放，恢复时间另行通知"));
    assert!(
        page.text.contains("装修到三月底，请到 &lt;b&gt;人民桥"),
        "{}",
        page.text
    );
    // What residents read can be said anew while it is closed.
    let now = manager.get(&stage, &status).await.is(200);
    let form = html::filled(&now.text, &status, &[]);
    let key = |name: &str| form.iter().find(|(of, _)| of == name).unwrap().1.clone();
    let again = [
        ("key", key("key")),
        ("revision", key("revision")),
        ("status", "closed".into()),
        ("closed_note", "装修到四月".into()),
    ];
    let again: Vec<_> = again
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    manager.post(&stage, &status, &again).await.is(303);
    let page = anyone.get(&stage, &here).await.is(200);
    assert!(page.text.contains("装修到四月"), "{}", page.text);
    let late = html::filled(&before.text, &status, &[]);
    // The same press is the same answer; from another page it is too late.
    manager.fill(&stage, &status, &late).await.is(409);
    manager.press(&stage, (&status, &status), &[]).await.is(303);
    let page = anyone.get(&stage, &here).await.is(200);
    assert!(!page.text.contains("暂停开放") && !page.text.contains("装修"));
    assert_eq!(recorded(&stage, "center.status").await, 3);
}

async fn who_may_not_is_shown_no_way_and_has_none(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, HOME).await.is(200);
    assert!(page.text.contains(&format!("href=\"{HOME}/days\"")));
    for closed in ["hours", "contact", "status"] {
        assert!(
            !page.text.contains(&format!("href=\"{HOME}/{closed}\"")),
            "{closed}"
        );
        worker.get(&stage, &at(closed)).await.is(403);
        let form = [
            ("mo", "9:00-10:00"),
            ("telephone", "1"),
            ("status", "closed"),
            ("revision", "1"),
        ];
        worker.post(&stage, &at(closed), &form).await.is(403);
    }
    let mut other = Browser::staff(&stage, "other", Role::SocialWorker, FOREIGN).await;
    other.get(&stage, HOME).await.is(403);
    let mut evaluator = Browser::staff(&stage, "evaluator", Role::Evaluator, OWN).await;
    let page = evaluator.get(&stage, HOME).await.is(200);
    assert!(!page.text.contains(&format!("href=\"{HOME}/days\"")));
    for browser in [&mut other, &mut evaluator] {
        let form = [
            ("from", "2026-12-24"),
            ("reason", "盘点"),
            ("kind", "closed"),
        ];
        browser.post(&stage, &at("days"), &form).await.is(403);
        browser
            .post(&stage, &at("rooms/new"), &[("room", "礼堂")])
            .await
            .is(403);
    }
    assert_eq!(
        stage
            .test
            .number("SELECT COUNT(*) FROM center_exception")
            .await,
        0
    );
    assert_eq!(
        stage
            .test
            .number("SELECT COUNT(*) FROM center WHERE own_hours")
            .await,
        0
    );
    // In the other language too.
    worker.cookies.push(("lang".into(), "en".into()));
    let page = worker.get(&stage, HOME).await.is(200);
    assert!(page.text.contains("Center settings"));
    let page = worker.get(&stage, &at("days")).await.is(200);
    assert!(page.text.contains("Close for some days"));
}

store::on_both_databases! {
    the_week_is_set_and_what_is_wrong_stands_beside_its_day => super::the_week_is_set_and_what_is_wrong_stands_beside_its_day,
    a_closure_shows_what_it_hits_before_it_is_saved_and_residents_read_it => super::a_closure_shows_what_it_hits_before_it_is_saved_and_residents_read_it,
    a_date_on_a_closed_day_is_warned_of_and_not_forbidden => super::a_date_on_a_closed_day_is_warned_of_and_not_forbidden,
    rooms_are_added_changed_and_taken_out_of_use => super::rooms_are_added_changed_and_taken_out_of_use,
    a_manager_says_how_the_center_is_reached_and_closes_it_until_further_notice => super::a_manager_says_how_the_center_is_reached_and_closes_it_until_further_notice,
    who_may_not_is_shown_no_way_and_has_none => super::who_may_not_is_shown_no_way_and_has_none,
}
