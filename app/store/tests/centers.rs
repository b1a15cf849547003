//! Lists of centers brought in, and the tree of places, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{Refusal, access::Caller, id::CenterId};
use gazetteer::data::{self, parse_centers};
use store::{
    Act,
    centers::{self, Directory, ImportReport, Origin, RowOutcome},
    testing::TestDb,
};

const HEADER: &str =
    "center_id,name,district,subdistrict_code,subdistrict,community,address,phone,lat,lng,hours";

fn system() -> Act {
    Act::new(Caller::system(), NOW, ids())
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

async fn import(test: &TestDb, text: &str, dry_run: bool) -> ImportReport {
    centers::import(
        &test.db,
        &system(),
        parse_centers(text),
        Origin::City,
        dry_run,
    )
    .await
    .unwrap()
}

fn center_id(text: &str) -> CenterId {
    text.parse().unwrap()
}

const ONE: &str = "SZ1,甲社区党群服务中心,罗湖区,440303001,桂园街道,甲社区,人民路1号,0755-1234567,22.5431,114.0579,Mo-Fr 09:00-18:00";
const TWO: &str = "SZ2,乙社区党群服务中心,罗湖区,440303001,桂园街道,乙社区,,,,,";

async fn c159_a_file_brought_in_twice_changes_nothing_the_second_time(test: TestDb) {
    let text = file(&[ONE, TWO, "SZ3,,罗湖区,440303001,桂园街道,丙社区,,,,,"]);
    let dry = import(&test, &text, true).await;
    assert_eq!((dry.created(), dry.failed(), dry.dry_run), (2, 1, true));
    assert_eq!(test.number("SELECT COUNT(*) FROM center").await, 0);
    let first = import(&test, &text, false).await;
    assert_eq!(first.rows, dry.rows, "the dry run told what would happen");
    let RowOutcome::Failed { error } = &first.rows[2] else {
        panic!("{:?}", first.rows)
    };
    assert!(
        error.contains("line 4") && error.contains("name"),
        "{error}"
    );
    let audited = test.number("SELECT COUNT(*) FROM audit").await;
    assert_eq!(audited, 2);
    let second = import(&test, &text, false).await;
    assert_eq!(
        (second.created(), second.updated(), second.skipped()),
        (0, 0, 2)
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM audit").await, audited);
    assert_eq!(test.number("SELECT MAX(revision) FROM center").await, 1);
}

async fn what_a_row_does_not_say_stays_and_demonstration_goes(test: TestDb) {
    import(&test, &file(&[ONE]), false).await;
    let short = "SZ1,甲社区党群服务中心,罗湖区,440303001,桂园街道,甲社区,,0755-7654321,,,";
    let report = import(&test, &file(&[short]), false).await;
    assert_eq!(
        report.rows,
        [RowOutcome::Updated {
            id: center_id("SZ1"),
            columns: vec!["phone"]
        }]
    );
    let view = centers::find(&test.db, &center_id("SZ1")).await.unwrap();
    assert_eq!(
        (
            view.phone.as_str(),
            view.summary.address.as_str(),
            view.revision
        ),
        ("0755-7654321", "人民路1号", 2)
    );
    assert_eq!(view.summary.lat_e6, Some(22_543_100));

    // The built-in list never replaces the city's own …
    let mut row = parse_centers(&file(&[ONE])).remove(0).unwrap();
    row.phone = Some("0755-0000 0001".to_owned());
    let rows = vec![Ok(row.clone())];
    let built_in = centers::import(&test.db, &system(), rows, Origin::BuiltIn, false).await;
    assert_eq!(built_in.unwrap().skipped(), 1);
    // … and what was made up does not survive as if the city had said it.
    row.id = "SZ9".to_owned();
    centers::import(&test.db, &system(), vec![Ok(row)], Origin::BuiltIn, false)
        .await
        .unwrap();
    assert!(
        centers::find(&test.db, &center_id("SZ9"))
            .await
            .unwrap()
            .summary
            .demo
    );
    let real = "SZ9,真社区党群服务中心,罗湖区,440303001,桂园街道,真社区,,,,,";
    import(&test, &file(&[real]), false).await;
    let view = centers::find(&test.db, &center_id("SZ9")).await.unwrap();
    assert_eq!(
        (
            view.phone.as_str(),
            view.hours.as_str(),
            view.summary.lat_e6,
            view.summary.demo
        ),
        ("", "", None, false)
    );
}

async fn only_who_manages_centers_brings_them_in(test: TestDb) {
    let act = social_worker();
    let rows = parse_centers(&file(&[ONE]));
    let refused = centers::import(&test.db, &act, rows, Origin::City, false).await;
    assert_eq!(refused.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    assert_eq!(test.number("SELECT COUNT(*) FROM center").await, 0);
}

async fn all_built_in_centers_stand_in_the_tree_once(test: TestDb) {
    let rows = data::centers().iter().cloned().map(Ok).collect();
    let report = centers::import(&test.db, &system(), rows, Origin::BuiltIn, false)
        .await
        .unwrap();
    assert_eq!(report.created(), 668);
    let all = centers::all(&test.db).await.unwrap();
    let tree = centers::tree(&test.db).await.unwrap();
    assert_eq!((all.len(), tree.len()), (668, 10));
    let subdistricts: usize = tree.iter().map(|d| d.subdistricts.len()).sum();
    let communities: usize = tree
        .iter()
        .flat_map(|d| &d.subdistricts)
        .map(|s| s.communities.len())
        .sum();
    let leaves: usize = tree
        .iter()
        .flat_map(|d| &d.subdistricts)
        .flat_map(|s| &s.communities)
        .map(|c| c.centers.len())
        .sum();
    assert_eq!((subdistricts, communities, leaves), (74, 642, 668));
    let entry = gazetteer::Entry::from(&all[0]);
    assert_eq!(entry, gazetteer::Entry::from(&data::centers()[0]));

    let directory = Directory::read(&test.db).await.unwrap();
    assert_eq!(directory.all(), all);
    let next_door: Vec<_> = directory.near(&center_id(CENTER), 10).collect();
    assert_eq!(next_door.len(), 10);
    assert!(
        next_door[..7]
            .iter()
            .all(|near| near.center.subdistrict_code == "440303001")
    );
    assert!(
        next_door
            .iter()
            .all(|near| near.center.id != center_id(CENTER))
    );
    let unknown = centers::find(&test.db, &center_id("SZ0")).await;
    assert_eq!(unknown.unwrap_err().refusal(), Some(&Refusal::NotFound));
}

store::on_both_databases! {
    c159_a_file_brought_in_twice_changes_nothing_the_second_time => super::c159_a_file_brought_in_twice_changes_nothing_the_second_time,
    what_a_row_does_not_say_stays_and_demonstration_goes => super::what_a_row_does_not_say_stays_and_demonstration_goes,
    only_who_manages_centers_brings_them_in => super::only_who_manages_centers_brings_them_in,
    all_built_in_centers_stand_in_the_tree_once => super::all_built_in_centers_stand_in_the_tree_once,
}
