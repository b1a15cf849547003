//! A center beside those like it, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{attended::act_of, *};
use domain::{
    Refusal,
    access::Role,
    report::{Figure, Middle},
    time::{DAY, HOUR},
};
use store::{
    Error,
    reports::{Alike, alike},
    testing::TestDb,
};

/// Centers of one district, in the order of how many came to each; the first is the one that is looked at.
fn center_of(n: u128) -> String {
    format!("SZ440303{:03}-01", n)
}

/// In another district.
const BEYOND: &str = "SZ440304001-01";

/// So many people came to a lecture at a center.
async fn lecture(test: &TestDb, center: &str, n: u128, people: u128) {
    let start = NOW.plus(-30 * DAY);
    let activity = uuid::Uuid::from_u128(0xe100_0000 + n);
    let mut rows = vec![
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) VALUES ('{center}', '中心{n}', '{}', '区', '{}', '街道',
             '社区', 'nbs2023', 'open')",
            &center[2..8], &center[2..11]
        ),
        format!(
            "INSERT INTO activity (id, center_id, title, kind, field, enrolment, status, created_at)
             VALUES ('{activity}', '{center}', '讲座', 'community_activity', 'elder', 'single',
                 'published', 0)"
        ),
        format!(
            "INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
             capacity, waitlist_capacity, booking_opens_at, booking_closes_at, cancel_until, status)
             VALUES ('{}', '{activity}', '{center}', {}, {}, 'first_come', 'people', 90, 9, 0, {}, 0,
                 'published')",
            occurrence(n), start.0, start.plus(HOUR).0, start.0
        ),
    ];
    for who in 1..=people {
        rows.push(format!(
            "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel, short_code,
             promised_cancel_until, booked_at)
             VALUES ('{}', '{}', '{}', '{}', 'checked_in', 'desk', 'A{n}X{who}', 0, 0)",
            uuid::Uuid::from_u128(0xf100_0000 + n * 1_000 + who), occurrence(n), person(who), account(who)
        ));
    }
    test.arrange(rows).await;
}

/// A district of so many centers, to which 10, 12, 14 … people came, and one beyond it.
async fn district(test: &TestDb, centers: u128) {
    test.arrange(vec![
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('elder', '长者', 'Elders', 1)"
            .into(),
    ])
    .await;
    accounts(test, 1, 60).await;
    for n in 1..=centers {
        lecture(test, &center_of(n), n, 8 + 2 * n).await;
    }
    lecture(test, BEYOND, 90, 50).await;
}

async fn seen(test: &TestDb, role: Role) -> Alike {
    let act = act_of(role, &format!("center:{}", center_of(1)));
    alike(&test.db, &act, &center_of(1).parse().unwrap(), 2026)
        .await
        .unwrap()
}

async fn the_middle_of_the_others_is_told(test: TestDb) {
    district(&test, 6).await;
    let found = seen(&test, Role::SocialWorker).await;
    assert_eq!(found.others, 5, "of the same district, and not itself");
    assert_eq!(found.days.to(), NOW.day(), "up to today");
    let of = |figure: Figure| found.rows.iter().find(|row| row.figure == figure).unwrap();
    let came = of(Figure::Attendances);
    assert_eq!(came.own, Some(10));
    // 12, 14, 16, 18 and 20 people.
    let middle = Middle {
        of: 5,
        low: 14,
        middle: 16,
        high: 18,
    };
    assert_eq!(came.middle, Some(middle));
    assert_eq!(of(Figure::Persons).middle, Some(middle));
    assert_eq!(of(Figure::Activities).middle.unwrap().middle, 1);
    assert_eq!(seen(&test, Role::Evaluator).await.rows, found.rows);
    // What another center may not see, it may not compare either.
    let other = act_of(Role::SocialWorker, &format!("center:{}", center_of(2)));
    let refused = alike(&test.db, &other, &center_of(1).parse().unwrap(), 2026).await;
    assert!(matches!(
        refused.unwrap_err(),
        Error::Refused(Refusal::Forbidden)
    ));
    let future = act_of(Role::SocialWorker, &format!("center:{}", center_of(1)));
    let none = alike(&test.db, &future, &center_of(1).parse().unwrap(), 2027)
        .await
        .unwrap();
    assert_eq!(none.others, 0);
}

/// C-172: of four others, or where too few came to some of them, nothing is told.
async fn too_few_are_not_told(test: TestDb) {
    district(&test, 5).await;
    let four = seen(&test, Role::CenterManager).await;
    assert_eq!(four.others, 4);
    assert!(four.rows.iter().all(|row| row.middle.is_none()), "{four:?}");
    // A fifth that three people came to: its figures are hidden, and those of nobody are told.
    lecture(&test, &center_of(6), 6, 3).await;
    let five = seen(&test, Role::CenterManager).await;
    assert_eq!(five.others, 5);
    let came = five
        .rows
        .iter()
        .find(|row| row.figure == Figure::Attendances)
        .unwrap();
    assert_eq!(came.middle, None, "{five:?}");
}

store::on_both_databases! {
    the_middle_of_the_others_is_told => super::the_middle_of_the_others_is_told,
    too_few_are_not_told => super::too_few_are_not_told,
}
