//! Activities out of a spreadsheet on the staff's pages, without JavaScript: pasted or as a file, looked at,
//! made as drafts, and never twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{FOREIGN, OWN, Reply, Stage, browser::Browser, html, now, program::program};
use domain::{
    access::Role,
    time::{DAY, Timestamp},
};
use rust_xlsxwriter::{Format, Workbook};
use std::io::Write as _;
use store::{occurrences::TermsEdit, testing::TestDb};

const ROWS: &str = "名称\t日期\t时间\t地点\t名额\t类别\t备注\n\
    合唱队排练\t2026-12-05\t14:00-15:30\t音乐室\t20\t长者\t找刘老师\n\
    合唱队排练\t12月12日\t14:00-15:30\t音乐室\t20\t长者\t\n\
    书法班\t2026-12-05\t14:30-16:00\t音乐室\t15\t长者\t\n\
    =1+1\t2026-12-06\t9:00-10:00\t\t\t长者\t";

fn page(center: &str) -> String {
    format!("/staff/centers/{center}/activities/import")
}

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

async fn number(stage: &Stage, query: &str) -> i64 {
    stage.test.number(query).await
}

async fn activities(stage: &Stage) -> i64 {
    number(stage, "SELECT COUNT(*) FROM activity").await
}

async fn press(stage: &Stage, worker: &mut Browser, looked: &Reply) -> Reply {
    let form = html::filled(&looked.text, &page(OWN), &[("do", "import")]);
    worker.fill(stage, &page(OWN), &form).await
}

async fn c159_a_plan_is_looked_at_made_as_drafts_and_made_once(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let list = format!("/staff/centers/{OWN}/activities");
    let shown = worker.get(&stage, &list).await.is(200);
    assert!(shown.text.contains(&page(OWN)), "a way leads there");
    worker.get(&stage, &page(OWN)).await.is(200);
    let look = [("rows", ROWS), ("of_year", "2026"), ("do", "look")];
    let looked = worker.post(&stage, &page(OWN), &look).await.is(200);
    let said = "新的 3 行，已经有的 0 行，跳过 0 行，用不了 1 行";
    assert!(looked.text.contains(said), "{}", looked.text);
    assert!(looked.text.contains("这个地点已安排“合唱队排练”"));
    assert!(looked.text.contains("地点“音乐室”是新的"));
    assert!(looked.text.contains("这些列没有用到：备注"));
    assert_eq!(activities(&stage).await, 0, "nothing yet");
    let made = press(&stage, &mut worker, &looked).await.is(303);
    let done = worker.get(&stage, made.header("location")).await.is(200);
    assert!(done.text.contains("新活动 2 个"), "{}", done.text);
    assert!(done.text.contains("一共 3 场"));
    let drafts = "SELECT COUNT(*) FROM occurrence WHERE status = 'draft'";
    assert_eq!(
        (activities(&stage).await, number(&stage, drafts).await),
        (2, 3)
    );
    let kept = "SELECT COUNT(*) FROM activity WHERE title = '=1+1' AND status = 'draft'";
    assert_eq!(number(&stage, kept).await, 1, "stored as it was written");
    // Pressed again it is done once, and looked at again there is nothing to do.
    press(&stage, &mut worker, &looked).await.is(303);
    let again = worker.post(&stage, &page(OWN), &look).await.is(200);
    assert!(
        again.text.contains("新的 0 行，已经有的 3 行"),
        "{}",
        again.text
    );
    assert!(again.text.contains("没有新的活动要生成"));
    assert_eq!(activities(&stage).await, 2);
}

async fn c63_nothing_else_is_made_than_was_shown(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let unseen = [("rows", ROWS), ("of_year", "2026"), ("do", "import")];
    worker.post(&stage, &page(OWN), &unseen).await.is(200);
    assert_eq!(activities(&stage).await, 0, "nobody has looked");
    let look = [("rows", ROWS), ("of_year", "2026"), ("do", "look")];
    let looked = worker.post(&stage, &page(OWN), &look).await.is(200);
    // Other rows than those that were looked at.
    let other = ROWS.replace("12月12日", "12月13日");
    let with = [("rows", other.as_str()), ("do", "import")];
    let form = html::filled(&looked.text, &page(OWN), &with);
    let told = worker.fill(&stage, &page(OWN), &form).await.is(422);
    assert!(told.text.contains("情况和上次看到的不一样"));
    assert_eq!(activities(&stage).await, 0);
    press(&stage, &mut worker, &told).await.is(303);
    assert_eq!(activities(&stage).await, 2);
}

async fn last_years_plan_moves_by_whole_weeks_and_says_what_its_days_are(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let holidays = "2027-01-01 元旦 休";
    let look = [("notice", holidays), ("do", "import")];
    admin.post(&stage, "/staff/holidays", &look).await.is(303);
    let mut worker = worker(&stage).await;
    let rows = "名称\t日期\t时间\n晨练\t1月2日 周五\t8:00-9:00\n晨练\t2026-01-03\t8:00-9:00";
    let with = |later| {
        let form = [
            ("rows", rows),
            ("of_year", "2026"),
            ("field", "elder"),
            ("do", "look"),
        ];
        let later = [("later", "1")].into_iter().filter(move |_| later);
        form.into_iter().chain(later).collect::<Vec<_>>()
    };
    let over = worker.post(&stage, &page(OWN), &with(false)).await.is(200);
    assert!(over.text.contains("跳过 2 行"), "{}", over.text);
    let looked = worker.post(&stage, &page(OWN), &with(true)).await.is(200);
    assert!(looked.text.contains("新的 2 行"), "{}", looked.text);
    assert!(
        looked.text.contains("2027年1月1日 周五 08:00–09:00"),
        "{}",
        looked.text
    );
    assert!(looked.text.contains("元旦，放假"));
    press(&stage, &mut worker, &looked).await.is(303);
    let starts = "SELECT COUNT(*) FROM occurrence WHERE starts_at >= 1798761600000";
    assert_eq!(number(&stage, starts).await, 2);
}

async fn what_is_there_stays_and_other_centers_are_no_concern(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = now().plus(7 * DAY);
    stage.activity_at(OWN, TermsEdit::default(), true, at).await;
    let mut worker = worker(&stage).await;
    let rows =
        "名称\t日期\t时间\t名额\n八段锦\t2026-11-30\t10:00-12:00\t99\n\t2026-11-30\t10:00-12:00\t1";
    let look = [
        ("rows", rows),
        ("of_year", "2026"),
        ("field", "elder"),
        ("do", "look"),
    ];
    let looked = worker.post(&stage, &page(OWN), &look).await.is(200);
    assert!(looked.text.contains("已经有了，不一样"), "{}", looked.text);
    assert!(looked.text.contains("没有名称"));
    assert!(!looked.text.contains("value=\"import\""));
    for form in [&look[..], &[]] {
        worker.post(&stage, &page(FOREIGN), form).await.is(403);
    }
    worker.get(&stage, &page(FOREIGN)).await.is(403);
    let empty = worker
        .post(&stage, &page(OWN), &[("do", "look")])
        .await
        .is(422);
    assert!(empty.text.contains("id=\"rows-error\""));
    assert_eq!(activities(&stage).await, 1);
}

/// Sends a file as a browser does.
async fn send(stage: &Stage, worker: &Browser, name: &str, file: &[u8], site: &str) -> Reply {
    const MARK: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
    let mut body = Vec::new();
    for (field, value) in [
        ("rows", ""),
        ("of_year", "2026"),
        ("field", "elder"),
        ("do", "look"),
    ] {
        let head = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
        body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
    }
    let head = format!(
        "--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(
        [
            head.as_bytes(),
            file,
            format!("\r\n--{MARK}--\r\n").as_bytes(),
        ]
        .concat(),
    );
    let (cookie, value) = &worker.cookies[0];
    let request = Request::post(page(OWN))
        .header("cookie", format!("{cookie}={value}"))
        .header("sec-fetch-site", site)
        .header(
            "content-type",
            format!("multipart/form-data; boundary={MARK}"),
        );
    stage.send(request.body(Body::from(body)).unwrap()).await
}

/// The plan as a workbook, with days and times as spreadsheets keep them.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "十二月计划").unwrap();
    for (column, name) in (0u16..).zip(["名称", "日期", "开始", "结束", "地点", "名额"])
    {
        sheet.write_string(2, column, name).unwrap();
    }
    let (day, clock) = (
        Format::new().set_num_format("yyyy/m/d"),
        Format::new().set_num_format("h:mm"),
    );
    sheet.write_string(3, 0, "合唱队排练").unwrap();
    // The fifth of December 2026, from two to half past three.
    sheet
        .write_number_with_format(3, 1, 46_361.0, &day)
        .unwrap();
    sheet
        .write_number_with_format(3, 2, 14.0 / 24.0, &clock)
        .unwrap();
    sheet
        .write_number_with_format(3, 3, 15.5 / 24.0, &clock)
        .unwrap();
    sheet.write_string(3, 4, "音乐室").unwrap();
    sheet.write_number(3, 5, 20.0).unwrap();
    book.save_to_buffer().unwrap()
}

/// A plan as spreadsheets in China save it.
const IN_GB18030: &[u8] =
    b"\xc3\xfb\xb3\xc6,\xc8\xd5\xc6\xda,\xca\xb1\xbc\xe4,\xb5\xd8\xb5\xe3,\xc3\xfb\xb6\xee\r\n\
    \xba\xcf\xb3\xaa\xb6\xd3\xc5\xc5\xc1\xb7,2026/12/5,14:00-15:30,\xd2\xf4\xc0\xd6\xca\xd2,20\r\n";

async fn a_file_is_read_as_if_it_had_been_pasted(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker_ = worker(&stage).await;
    let text = "名称,日期,时间,地点,名额\r\n合唱队排练,2026/12/5,14:00-15:30,音乐室,20\r\n";
    let utf8 = format!("\u{feff}{text}");
    let utf8 = utf8.as_bytes();
    for (name, file) in [
        ("a.csv", utf8),
        ("b.csv", IN_GB18030),
        ("c.xlsx", &workbook()),
    ] {
        let looked = send(&stage, &worker_, name, file, "same-origin")
            .await
            .is(200);
        assert!(
            looked.text.contains("新的 1 行，已经有的 0 行"),
            "{name}: {}",
            looked.text
        );
        let at = "2026年12月5日 周六 14:00–15:30";
        assert!(looked.text.contains(at), "{name}: {}", looked.text);
    }
    let looked = send(&stage, &worker_, "c.xlsx", &workbook(), "same-origin").await;
    let mut worker = worker_.clone();
    press(&stage, &mut worker, &looked).await.is(303);
    assert_eq!(activities(&stage).await, 1);
    // What came as another format is the same plan.
    let again = send(&stage, &worker, "a.csv", utf8, "same-origin")
        .await
        .is(200);
    assert!(
        again.text.contains("新的 0 行，已经有的 1 行"),
        "{}",
        again.text
    );
    // No other site sends it, whatever the form's kind.
    send(&stage, &worker, "a.csv", utf8, "cross-site")
        .await
        .is(403);
}

/// A workbook that unpacks to far more than it is.
fn bomb() -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    packed.start_file("xl/sharedStrings.xml", options).unwrap();
    for _ in 0..200 {
        packed.write_all(&[b' '; 100_000]).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

async fn a_file_that_is_none_or_too_large_says_so(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = worker(&stage).await;
    let pdf = [b"%PDF-1.7\n".as_slice(), &[0xff, 0xfe, 0x00, 0x81, 0xff]].concat();
    let cut = &workbook()[..500];
    for (name, file) in [("a.pdf", pdf.as_slice()), ("b.xlsx", cut)] {
        let told = send(&stage, &worker, name, file, "same-origin")
            .await
            .is(422);
        assert!(
            told.text.contains("这个文件读不了"),
            "{name}: {}",
            told.text
        );
    }
    let bomb = bomb();
    assert!(bomb.len() < 100_000);
    let told = send(&stage, &worker, "c.xlsx", &bomb, "same-origin")
        .await
        .is(422);
    assert!(told.text.contains("表格太大了"), "{}", told.text);
    let told = send(
        &stage,
        &worker,
        "d.csv",
        &vec![b'a'; 1024 * 1024],
        "same-origin",
    )
    .await;
    assert!(told.is(422).text.contains("内容太多了"));
    assert_eq!(activities(&stage).await, 0);
}

#[test]
fn a_damaged_workbook_is_read_or_refused() {
    let whole = workbook();
    assert!(app::web::sheet::text(&whole).is_ok());
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        drop(app::web::sheet::text(&damaged));
        drop(app::web::sheet::text(&whole[..at]));
    }
}

async fn c159_the_command_line_goes_the_same_road(test: TestDb) {
    let run = |arguments: &[&str]| {
        let done = program(&test.url).args(arguments).output().unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        (done.status.success(), said)
    };
    let (migrated, said) = run(&["migrate"]);
    assert!(migrated, "{said}");
    let city = [
        "--centers",
        "3",
        "--accounts",
        "20",
        "--activities",
        "4",
        "--bookings",
        "40",
    ];
    let (filled, said) = run(&[&["bench-data"], &city[..]].concat());
    assert!(filled, "{said}");
    let before = test.number("SELECT COUNT(*) FROM activity").await;
    let center = text(&test, "SELECT MIN(id) FROM center").await;
    let field = text(&test, "SELECT MIN(code) FROM service_field").await;
    // The program goes by the clock of the machine, and so does what it filled in.
    let last = test.number("SELECT MAX(starts_at) FROM occurrence").await;
    let on = Timestamp(last).plus(7 * DAY).day();
    let file = std::env::temp_dir().join(format!("linli-plan-{}.csv", uuid::Uuid::now_v7()));
    let rows = format!("名称,日期,时间\n晨练,{on},8:00-9:00\n晨练,改天,8:00-9:00\n");
    std::fs::write(&file, rows).unwrap();
    let path = file.display().to_string();
    let import = [
        "import",
        "activities",
        &path,
        "--center",
        &center,
        "--field",
        &field,
    ];
    let (content, said) = run(&[&import[..], &["--dry-run"]].concat());
    assert!(!content && said.contains("create row 2, 晨练"), "{said}");
    assert!(said.contains("error row 3, 晨练 改天"), "{said}");
    assert_eq!(test.number("SELECT COUNT(*) FROM activity").await, before);
    let (_, said) = run(&import);
    assert!(
        said.contains("1 drafts made, 0 got more dates, 1 dates in all"),
        "{said}"
    );
    let (_, said) = run(&import);
    assert!(
        said.contains("0 drafts made, 0 got more dates, 0 dates in all"),
        "{said}"
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM activity").await,
        before + 1
    );
    std::fs::remove_file(&file).unwrap();
}

async fn text(test: &TestDb, query: &str) -> String {
    let mut tx = test.db.read().await.unwrap();
    let (text,): (String,) = tx.sql_built(query.to_owned()).one().await.unwrap();
    text
}

store::on_both_databases! {
    c159_a_plan_is_looked_at_made_as_drafts_and_made_once => super::c159_a_plan_is_looked_at_made_as_drafts_and_made_once,
    c63_nothing_else_is_made_than_was_shown => super::c63_nothing_else_is_made_than_was_shown,
    last_years_plan_moves_by_whole_weeks_and_says_what_its_days_are => super::last_years_plan_moves_by_whole_weeks_and_says_what_its_days_are,
    what_is_there_stays_and_other_centers_are_no_concern => super::what_is_there_stays_and_other_centers_are_no_concern,
    a_file_is_read_as_if_it_had_been_pasted => super::a_file_is_read_as_if_it_had_been_pasted,
    a_file_that_is_none_or_too_large_says_so => super::a_file_that_is_none_or_too_large_says_so,
    c159_the_command_line_goes_the_same_road => super::c159_the_command_line_goes_the_same_road,
}
