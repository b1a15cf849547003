//! `server check` compares the counts that occurrences keep with their bookings, and says by its exit
//! code what it found (C-193).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::program::program;
use store::testing::TestDb;

/// Whether it was content, and what it said.
fn run(test: &TestDb, arguments: &[&str]) -> (bool, String) {
    let done = program(&test.url).args(arguments).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(said).unwrap())
}

async fn c193_a_wrong_count_fails_the_check_until_it_is_mended(test: TestDb) {
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
    let (migrated, said) = run(&test, &["migrate"]);
    assert!(migrated, "{said}");
    let (filled, said) = run(&test, &[&["bench-data"], &city[..]].concat());
    assert!(filled, "{said}");
    let (content, said) = run(&test, &["check"]);
    assert!(content, "{said}");
    let one = "(SELECT MIN(id) FROM occurrence)";
    test.arrange(vec![format!(
        "UPDATE occurrence SET waiting = waiting + 3 WHERE id = {one}"
    )])
    .await;
    let (content, said) = run(&test, &["check"]);
    assert!(!content && said.contains("\twaiting 3/0"), "{said}");
    assert!(said.contains("server check --mend"), "{said}");
    let (mended, said) = run(&test, &["check", "--mend"]);
    assert!(mended && said.contains("1 occurrences"), "{said}");
    // A shift's too.
    test.arrange(vec![
        "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, guardian_below, status, volunteers, created_at)
         SELECT '00000000-0000-7000-8000-000000000009', MIN(id), '前台', 0, 1, 'sign_up', 1, 1, 1, 14,
             'published', 2, 0 FROM center"
            .into(),
    ])
    .await;
    let (content, said) = run(&test, &["check"]);
    assert!(!content && said.contains("\tvolunteers 2/0"), "{said}");
    let (mended, said) = run(&test, &["check", "--mend"]);
    assert!(mended && said.contains("1 shifts"), "{said}");
    let (content, said) = run(&test, &["check"]);
    assert!(content, "{said}");
    // And whoever cannot be found at a center.
    test.arrange(vec![
        "UPDATE person SET search = 'x' WHERE id = (SELECT MIN(person_id) FROM booking)".into(),
        "DELETE FROM known_at WHERE person_id = (SELECT MAX(person_id) FROM booking)".into(),
    ])
    .await;
    let (content, said) = run(&test, &["check"]);
    assert!(
        !content && said.contains("people\tmisspelt 1\tunknown "),
        "{said}"
    );
    let (mended, said) = run(&test, &["check", "--mend"]);
    assert!(mended && said.contains("people are found again"), "{said}");
    let (content, said) = run(&test, &["check"]);
    assert!(content, "{said}");
    // And a month that reports would add up wrongly.
    test.arrange(vec![
        "INSERT INTO month_tally (month, center_id, lines, made_at)
         SELECT '2026-01', MIN(id), '[7]', 0 FROM center"
            .into(),
    ])
    .await;
    let (content, said) = run(&test, &["check"]);
    assert!(
        !content && said.contains("month 2026-01\tcenter SZ"),
        "{said}"
    );
    let (mended, said) = run(&test, &["check", "--mend"]);
    assert!(mended && said.contains("1 months"), "{said}");
    let (content, said) = run(&test, &["check"]);
    assert!(content, "{said}");
}

store::on_both_databases! {
    c193_a_wrong_count_fails_the_check_until_it_is_mended => super::c193_a_wrong_count_fails_the_check_until_it_is_mended,
}
