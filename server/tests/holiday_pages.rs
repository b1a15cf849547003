//! Public holidays on the staff's pages, without JavaScript: bringing in a year with a look before it,
//! and planning a series around its days.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, browser::Browser, html, now};
use domain::{access::Role, time::Timestamp};
use store::testing::TestDb;

const PAGE: &str = "/staff/holidays";
const ROWS: &str =
    "日期\t节日\t休/班\n2026-12-31\t元旦\t休\n2027-01-01\t元旦\t休\n2027-01-09\t元旦\t班";

async fn days(stage: &Stage) -> i64 {
    stage.test.number("SELECT COUNT(*) FROM holiday").await
}

async fn on_record(stage: &Stage, verb: &str) -> i64 {
    let query = format!("SELECT COUNT(*) FROM audit WHERE action = '{verb}'");
    stage.test.number(&query).await
}

async fn admin(stage: &Stage) -> Browser {
    Browser::staff(stage, "admin", Role::Admin, "city").await
}

/// Brings the rows in as somebody would: looks, then presses.
async fn bring_in(stage: &Stage, admin: &mut Browser, rows: &str) {
    let look = [("notice", rows), ("do", "look")];
    let looked = admin.post(stage, PAGE, &look).await.is(200);
    let form = html::filled(&looked.text, PAGE, &[("do", "import")]);
    admin.fill(stage, PAGE, &form).await.is(303);
}

async fn a_year_is_looked_at_before_it_is_brought_in_and_a_second_time_changes_nothing(
    test: TestDb,
) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let before = admin.get(&stage, PAGE).await.is(200);
    assert!(
        before
            .text
            .contains("2027 年的放假安排还没有公布，或者还没有导入")
    );
    let look = [("notice", ROWS), ("do", "look")];
    let looked = admin.post(&stage, PAGE, &look).await.is(200);
    assert!(
        looked
            .text
            .contains("新增 3 天，改动 0 天，不变 0 天，用不了 0 行")
    );
    assert_eq!(days(&stage).await, 0, "nothing yet");
    bring_in(&stage, &mut admin, ROWS).await;
    assert_eq!(days(&stage).await, 3);
    let page = admin.get(&stage, "/staff/holidays?done=2027").await.is(200);
    assert!(page.text.contains("2027 年的放假安排已导入"));
    assert!(page.text.contains("2027年1月9日 周六") && page.text.contains("调休上班"));
    // The same again, even without looking, is no change and nothing for the record.
    let again = admin.post(&stage, PAGE, &look).await.is(200);
    assert!(again.text.contains("都已经导入过"));
    let press = [("notice", ROWS), ("do", "import")];
    admin.post(&stage, PAGE, &press).await.is(303);
    assert_eq!(on_record(&stage, "holidays.import").await, 1);
    // A correction says what was there.
    let other = ROWS.replace("2027-01-09\t元旦\t班", "2027-01-09\t元旦\t休");
    let look = [("notice", other.as_str()), ("do", "look")];
    let looked = admin.post(&stage, PAGE, &look).await.is(200);
    assert!(looked.text.contains("新增 0 天，改动 1 天，不变 2 天"));
    assert!(looked.text.contains("原来是元旦，调休上班"));
    // Taken back, the year is not announced any more.
    let remove = "/staff/holidays/remove";
    admin.press(&stage, (PAGE, remove), &[]).await.is(303);
    assert_eq!(days(&stage).await, 0);
    assert_eq!(on_record(&stage, "holidays.remove").await, 1);
    let gone = [("year", "2027")];
    admin.post(&stage, remove, &gone).await.is(404);
}

async fn nothing_is_brought_in_while_a_row_cannot_be_used(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    let rows = "2027-01-01 元旦 休\n2027-01-02 元旦 也许\n2027-01-01 元旦 休";
    for what in ["look", "import"] {
        let form = [("notice", rows), ("do", what)];
        let page = admin.post(&stage, PAGE, &form).await.is(422);
        assert!(page.text.contains("第三项要写“休”或“班”"));
        assert!(page.text.contains("这一天出现了两次"));
        assert!(!page.text.contains("value=\"import\""));
    }
    let form = [("notice", "{\"year\": 2027}"), ("do", "import")];
    admin.post(&stage, PAGE, &form).await.is(422);
    assert_eq!(days(&stage).await, 0);
    // A center's manager reads it, and changes nothing.
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let page = manager.get(&stage, PAGE).await.is(200);
    assert!(!page.text.contains("id=\"notice\""));
    let form = [("notice", ROWS), ("do", "import")];
    manager.post(&stage, PAGE, &form).await.is(403);
    assert_eq!(days(&stage).await, 0);
}

/// A series on Thursdays and Fridays over the turn of the year: 24, 25, 31 December, 1 January.
const SERIES: [(&str, &str); 12] = [
    ("title", "六点半作业灯"),
    ("kind", "group"),
    ("field", "elder"),
    ("mode", "rule"),
    ("starts_on", "2026-12-24"),
    ("starts_at", "18:30"),
    ("ends_at", "20:00"),
    ("freq", "weekly"),
    ("weekdays", "3"),
    ("weekdays", "4"),
    ("end", "count"),
    ("count", "4"),
];

fn with<'a>(form: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.iter().chain(more).copied().collect()
}

fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\"").unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn starts(stage: &Stage, table: &str) -> Vec<String> {
    let mut tx = stage.test.db.read().await.unwrap();
    let rows: Vec<(Timestamp,)> = tx
        .sql_built(format!("SELECT starts_at FROM {table} ORDER BY starts_at"))
        .all()
        .await
        .unwrap();
    rows.into_iter().map(|(at,)| at.form_value()).collect()
}

async fn c63_a_date_on_a_holiday_is_kept_left_out_or_moved_as_previewed(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    bring_in(&stage, &mut admin, ROWS).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/centers/{OWN}/activities/new");
    let form = with(&SERIES, &[("capacity", "25"), ("do", "preview")]);
    let page = worker.post(&stage, &path, &form).await.is(200);
    // Only the holidays ask for something.
    for (day, asks) in [
        ("2026-12-25", false),
        ("2026-12-31", true),
        ("2027-01-01", true),
    ] {
        let field = format!("name=\"on-{day}\"");
        assert_eq!(page.text.contains(&field), asks, "{day}");
    }
    assert!(page.text.contains("元旦，放假") && page.text.contains("会生成 4 场"));
    // A move needs a day, and says so beside the date.
    let choice = [("on-2027-01-01", "move"), ("on-2026-12-31", "skip")];
    let form = with(&SERIES, &choice);
    let form = with(&form, &[("capacity", "25"), ("do", "preview")]);
    let page = worker.post(&stage, &path, &form).await.is(422);
    assert!(page.text.contains("id=\"to-2027-01-01-error\""));
    // With one the list is what it would be.
    let form = with(&form, &[("to-2027-01-01", "2027-01-09")]);
    let page = worker.post(&stage, &path, &form).await.is(200);
    assert!(page.text.contains("会生成 3 场") && page.text.contains("12月31日 周四：不开"));
    assert!(page.text.contains("1月9日 周六 18:30–20:00"));
    assert!(page.text.contains("元旦调休，上班"));
    // Another choice than the one that was shown creates nothing yet.
    let seen = seen(&page.text);
    let (capacity, shown) = (("capacity", "25"), ("seen", seen.as_str()));
    let other = with(&SERIES, &[capacity, shown, ("do", "draft")]);
    let page = worker.post(&stage, &path, &other).await.is(422);
    assert!(page.text.contains("日期和上次预览的不一样"));
    assert!(starts(&stage, "occurrence").await.is_empty());
    let form = with(&SERIES, &choice);
    let moved = ("to-2027-01-01", "2027-01-09");
    let form = with(&form, &[capacity, shown, moved, ("do", "draft")]);
    worker.post(&stage, &path, &form).await.is(303);
    assert_eq!(
        starts(&stage, "occurrence").await,
        ["2026-12-24T18:30", "2026-12-25T18:30", "2027-01-09T18:30"]
    );
}

async fn c63_a_series_of_shifts_goes_around_holidays_too(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    bring_in(&stage, &mut admin, ROWS).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/centers/{OWN}/shifts/new");
    let form = [
        ("title", "前台接待"),
        ("duty", "reception"),
        ("starts_on", "2026-12-24"),
        ("starts_at", "09:00"),
        ("ends_at", "11:00"),
        ("weeks", "3"),
        ("volunteers_min", "1"),
        ("volunteers_max", "2"),
        ("joining", "sign_up"),
        ("leads_min", "1"),
    ];
    let preview = with(&form, &[("do", "preview")]);
    let page = worker.post(&stage, &path, &preview).await.is(200);
    assert!(page.text.contains("name=\"on-2026-12-31\"") && page.text.contains("元旦，放假"));
    let choice = [("on-2026-12-31", "move"), ("to-2026-12-31", "2026-12-30")];
    let form = with(&form, &choice);
    let page = worker
        .post(&stage, &path, &with(&form, &[("do", "preview")]))
        .await;
    let seen = seen(&page.is(200).text);
    let form = with(&form, &[("seen", seen.as_str()), ("do", "draft")]);
    worker.post(&stage, &path, &form).await.is(303);
    assert_eq!(
        starts(&stage, "shift").await,
        ["2026-12-24T09:00", "2026-12-30T09:00", "2027-01-07T09:00"]
    );
}

async fn the_calendar_names_the_day_in_its_heading(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = admin(&stage).await;
    bring_in(&stage, &mut admin, ROWS).await;
    let at = now().plus(38 * domain::time::DAY);
    let date = stage.activity_at(OWN, store::occurrences::TermsEdit::default(), true, at);
    let date = date.await.1;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    for view in ["day", "week", "month"] {
        let path = format!("/staff/centers/{OWN}/calendar?view={view}&on=2026-12-31");
        let page = worker.get(&stage, &path).await.is(200);
        assert!(page.text.contains("元旦，放假"), "{view}");
        // The twenty-third of the eleventh lunar month.
        assert!(page.text.contains("廿三"), "{view}");
    }
    let path = format!("/staff/centers/{OWN}/calendar?view=day&on=2028-01-04");
    let page = worker.get(&stage, &path).await.is(200);
    assert!(page.text.contains("放假安排未公布"));
    // A single date says it as well, and can be changed all the same.
    let edit = format!("/staff/occurrences/{date}/edit");
    let page = worker.get(&stage, &edit).await.is(200);
    assert!(page.text.contains("元旦，放假"));
}

store::on_both_databases! {
    a_year_is_looked_at_before_it_is_brought_in_and_a_second_time_changes_nothing => super::a_year_is_looked_at_before_it_is_brought_in_and_a_second_time_changes_nothing,
    nothing_is_brought_in_while_a_row_cannot_be_used => super::nothing_is_brought_in_while_a_row_cannot_be_used,
    c63_a_date_on_a_holiday_is_kept_left_out_or_moved_as_previewed => super::c63_a_date_on_a_holiday_is_kept_left_out_or_moved_as_previewed,
    c63_a_series_of_shifts_goes_around_holidays_too => super::c63_a_series_of_shifts_goes_around_holidays_too,
    the_calendar_names_the_day_in_its_heading => super::the_calendar_names_the_day_in_its_heading,
}
