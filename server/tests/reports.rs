//! Reports over REST, as outside programs and spreadsheets read them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, now};
use domain::{access::Role, time::HOUR};
use serde_json::{Value, json};
use store::{occurrences::TermsEdit, testing::TestDb};

/// An occurrence so many hours from now, which these many came to without a booking.
async fn came(stage: &Stage, worker: &str, hours: i64, many: u128) {
    let now = now().plus(hours * HOUR);
    stage.at(now);
    let terms = TermsEdit {
        capacity: Some(30),
        waitlist_capacity: Some(0),
        ..TermsEdit::default()
    };
    let start = now.plus(HOUR / 2);
    let date = stage.activity_at(OWN, terms, true, start).await.1;
    for n in 0..many {
        let body = json!({ "id": uuid::Uuid::from_u128(0x7_0000 + now.0.unsigned_abs() as u128 * 100 + n).to_string(), "name": format!("邻居{n}"),
            "birth_year": 1950, "account_phone": format!("1390000{n:04}") });
        let path = format!("/api/v1/occurrences/{date}/walk-ins");
        let told = stage.post(&path, worker, body).await.is(200).json;
        assert_eq!(told["result"], "admitted", "{told}");
    }
}

fn over(scope: &str, by: &str) -> String {
    format!("?scope={scope}&from=2026-11-01&to=2026-11-30&by={by}")
}

async fn a_report_is_what_came_of_the_door(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    let read = async |query: String| {
        let path = format!("/api/v1/reports/attendance{query}");
        stage.get(&path, Some(&worker)).await.is(200).json
    };
    let scope = format!("center:{OWN}");
    let before = read(over(&scope, "field,month,center")).await;
    assert_eq!(before["rows"], json!([]));
    assert_eq!(before["total"]["persons"], 0);
    came(&stage, &worker, 0, 4).await;
    let few = read(over(&scope, "")).await;
    let hidden = ["attendances", "persons", "walk_ins", "no_shows"];
    for figure in hidden {
        assert_eq!(few["total"][figure], Value::Null, "{figure} of four people");
    }
    assert_eq!(few["total"]["suppressed"], true);
    came(&stage, &worker, 5, 6).await;
    let report = read(over(&scope, "field,month,center")).await;
    assert!(report["definition"].as_str().unwrap().contains("人次"));
    assert_eq!(report["as_of"], now().plus(5 * HOUR).rfc3339());
    let row = &report["rows"][0];
    assert_eq!(row["center_id"], OWN);
    assert_eq!(row["month"], "2026-11");
    for of in [row, &report["total"]] {
        // Four people came twice.
        assert_eq!(of["attendances"], 10, "{of}");
        assert_eq!(of["persons"], 6);
        assert_eq!(of["walk_ins"], 10);
        assert_eq!(of["no_shows"], 0);
        assert_eq!(of["volunteers"], 0);
        assert_eq!(of["suppressed"], false);
    }
    let rows = row["rows_url"].as_str().unwrap();
    let rows = stage.get(rows, Some(&worker)).await.is(200).json;
    let dates = rows["dates"].as_array().unwrap();
    let sum: i64 = dates
        .iter()
        .map(|date| date["attendances"].as_i64().unwrap())
        .sum();
    assert_eq!((dates.len(), sum), (2, 10), "what the figure counts");
}

/// The same figures in every form; texts stay texts, also where they begin like a formula (C-156).
async fn c156_files_say_the_same_and_run_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    came(&stage, &worker, 0, 6).await;
    let planted = format!("UPDATE center SET name = '=HYPERLINK(\"http://x\")' WHERE id = '{OWN}'");
    stage.test.arrange(vec![planted]).await;
    let query = over(&format!("center:{OWN}"), "center");
    let csv = stage
        .get(
            &format!("/api/v1/reports/attendance.csv{query}"),
            Some(&worker),
        )
        .await
        .is(200);
    assert!(csv.header("content-disposition").contains(".csv"));
    let text = csv.text.strip_prefix('\u{feff}').expect("C-157");
    let mut lines = text.lines();
    let head = lines.next().unwrap();
    assert!(head.starts_with("地方,个案,"), "{head}");
    let row = lines.next().unwrap();
    assert!(
        row.starts_with("\"'=HYPERLINK(\"\"http://x\"\")\","),
        "{row}"
    );
    assert!(row.contains(",6,6,6,0,"), "{row}");
    assert!(text.contains("Asia/Shanghai"), "C-158");
    for line in text.lines() {
        assert!(
            !line.trim_start_matches('"').starts_with(['=', '+', '@']),
            "{line}"
        );
    }
    let path = format!("/api/v1/reports/attendance.xlsx{query}");
    let book = stage.get(&path, Some(&worker)).await.is(200);
    assert!(book.header("content-type").contains("spreadsheetml"));
    assert!(book.text.starts_with("PK"));
}

async fn what_cannot_be_asked_says_which_part(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    for (query, field) in [
        ("?from=2026-11-01&to=2026-11-30".to_owned(), "scope"),
        (format!("?scope=center:{OWN}&to=2026-11-30"), "from"),
        (
            format!("?scope=center:{OWN}&from=2026-11-30&to=2026-11-01"),
            "to",
        ),
        (
            format!("?scope=center:{OWN}&from=2020-01-01&to=2026-11-01"),
            "to",
        ),
        (
            format!("?scope=center:{OWN}&from=2026-13-01&to=2026-11-01"),
            "from",
        ),
        (
            "?scope=everywhere&from=2026-11-01&to=2026-11-30".to_owned(),
            "scope",
        ),
        (over(&format!("center:{OWN}"), "week"), "by"),
    ] {
        let path = format!("/api/v1/reports/attendance{query}");
        let told = stage.get(&path, Some(&worker)).await.is(422);
        assert_eq!(told.json["code"], "invalid", "{query}");
        assert!(
            told.text.contains(&format!("\"{field}\"")),
            "{query}: {}",
            told.text
        );
    }
    for (scope, status) in [
        ("city", 403),
        ("district:440303", 403),
        ("district:449999", 404),
    ] {
        let path = format!("/api/v1/reports/attendance{}", over(scope, ""));
        stage.get(&path, Some(&worker)).await.is(status);
    }
}

store::on_both_databases! {
    a_report_is_what_came_of_the_door => super::a_report_is_what_came_of_the_door,
    c156_files_say_the_same_and_run_nothing => super::c156_files_say_the_same_and_run_nothing,
    what_cannot_be_asked_says_which_part => super::what_cannot_be_asked_says_which_part,
}
