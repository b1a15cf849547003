//! Public holidays: notices by year, brought in and taken back for the whole city.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{NOW, ids, social_worker};
use domain::{
    Refusal,
    access::Caller,
    holiday::{self, DayKind, Notice},
};
use store::{
    Act, Error,
    holidays::{self, Imported},
    testing::TestDb,
};

const ROWS: &str = "2026-12-31 元旦 休\n2027-01-01 元旦 休\n2027-01-09 元旦 班";

fn notice(rows: &str) -> Notice {
    holiday::read(rows).unwrap().notice().unwrap()
}

fn system() -> Act {
    Act::new(Caller::system(), NOW, ids())
}

fn imported(new: usize, changed: usize, same: usize) -> Imported {
    Imported { new, changed, same }
}

async fn the_same_again_changes_nothing_and_a_correction_only_its_day(test: TestDb) {
    let db = &test.db;
    let on_record = "SELECT COUNT(*) FROM audit WHERE action LIKE 'holidays.%'";
    let first = holidays::import(db, &system(), notice(ROWS)).await.unwrap();
    assert_eq!(first, imported(3, 0, 0));
    let again = holidays::import(db, &system(), notice(ROWS)).await.unwrap();
    assert_eq!(again, imported(0, 0, 3));
    assert_eq!(test.number(on_record).await, 1);
    let other = ROWS.replace("2027-01-09 元旦 班", "2027-01-09 元旦 休");
    let corrected = holidays::import(db, &system(), notice(&other))
        .await
        .unwrap();
    assert_eq!(corrected, imported(0, 1, 2));
    let known = holidays::known(db).await.unwrap();
    let kind = |day: &str| known.kind(day.parse().unwrap());
    assert_eq!(kind("2027-01-09"), DayKind::Off("元旦"));
    assert_eq!(kind("2027-01-10"), DayKind::Ordinary);
    assert_eq!(kind("2026-12-30"), DayKind::NotAnnounced);
    holidays::remove(db, &system(), 2027).await.unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM holiday").await, 0);
    assert_eq!(test.number(on_record).await, 3);
    let gone = holidays::remove(db, &system(), 2027).await;
    assert!(matches!(gone, Err(Error::Refused(Refusal::NotFound))));
}

async fn who_works_at_a_center_changes_nothing_of_the_city(test: TestDb) {
    let db = &test.db;
    let refused = holidays::import(db, &social_worker(), notice(ROWS)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Forbidden))));
    holidays::import(db, &system(), notice(ROWS)).await.unwrap();
    let refused = holidays::remove(db, &social_worker(), 2027).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Forbidden))));
    assert_eq!(test.number("SELECT COUNT(*) FROM holiday").await, 3);
}

async fn two_imports_at_once_leave_one_year(test: TestDb) {
    let tasks = (0..12).map(|_| {
        let db = test.db.clone();
        tokio::spawn(async move { holidays::import(&db, &system(), notice(ROWS)).await })
    });
    let mut new = 0;
    for task in tasks.collect::<Vec<_>>() {
        new += task.await.unwrap().unwrap().new;
    }
    assert_eq!(new, 3);
    assert_eq!(test.number("SELECT COUNT(*) FROM holiday").await, 3);
    let on_record = "SELECT COUNT(*) FROM audit WHERE action = 'holidays.import'";
    assert_eq!(test.number(on_record).await, 1);
}

store::on_both_databases! {
    the_same_again_changes_nothing_and_a_correction_only_its_day => super::the_same_again_changes_nothing_and_a_correction_only_its_day,
    who_works_at_a_center_changes_nothing_of_the_city => super::who_works_at_a_center_changes_nothing_of_the_city,
    two_imports_at_once_leave_one_year => super::two_imports_at_once_leave_one_year,
}
