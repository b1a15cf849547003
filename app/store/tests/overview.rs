//! How centers stand, for whoever oversees them, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    overview::Concern,
    report::Figure,
    time::HOUR,
};
use store::{
    Act,
    reports::{Overview, Standing, overview},
    testing::TestDb,
};

/// In the same subdistrict; nothing ever happens there.
const QUIET: &str = "SZ440303001-02";
/// In another district.
const BEYOND: &str = "SZ440304001-01";

fn act_of(role: Role, scope: &str) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id(1)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

/// NOW is a Monday morning.
async fn cast(test: &TestDb) {
    let date = |n, in_hours| Sitting {
        in_hours,
        ..Sitting::new(n, 20, 0)
    };
    // In December; a week ago on Saturday; last Saturday; yesterday noon; in an hour.
    let dates = [
        date(1, -70 * 24),
        date(2, -9 * 24),
        date(3, -2 * 24),
        date(4, -20),
        date(5, 1),
    ];
    center(test, &dates, "single").await;
    accounts(test, 1, 12).await;
    let mut sql: Vec<String> = [
        (QUIET, "440303", "440303001"),
        (BEYOND, "440304", "440304001"),
    ]
    .into_iter()
    .map(|(center, district, subdistrict)| {
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
                 community, name_source, status) VALUES ('{center}', '{center}', '{district}', '区',
                 '{subdistrict}', '街道', '社区', 'nbs2023', 'open')"
        )
    })
    .collect();
    let mut made = 0;
    for (date, people, state) in [
        (2, 8, "checked_in"),
        (3, 6, "checked_in"),
        (4, 1, "no_show"),
        (5, 1, "confirmed"),
    ] {
        for n in 1..=people {
            made += 1;
            sql.push(format!(
                "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel, short_code,
                 promised_cancel_until, booked_at)
                 VALUES ('{}', '{}', '{}', '{}', '{state}', 'online', 'O{made}', 0, 0)",
                uuid::Uuid::from_u128(0xf000_0000 + made),
                occurrence(date),
                person(n),
                account(n),
            ));
        }
    }
    for (n, in_hours, status, leads) in [
        (1, 3, "published", 0),
        (2, 3, "published", 1),
        (3, 3, "draft", 0),
        (4, 25, "published", 0),
        (5, -1, "published", 0),
    ] {
        let start = NOW.plus(in_hours * HOUR).0;
        sql.push(format!(
            "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, guardian_below, status, leads, created_at)
             VALUES ('s{n}', '{CENTER}', '前台接待', {start}, {}, 'sign_up', 1, 1, 3, 14, '{status}',
             {leads}, 0)",
            start + HOUR
        ));
    }
    for (n, seen_at, revoked) in [
        (1, NOW.plus(-HOUR).0, "NULL"),
        (2, NOW.plus(-1000).0, "NULL"),
        (3, NOW.plus(-HOUR).0, "5"),
    ] {
        sql.push(format!(
            "INSERT INTO token (id, secret_hash, label, role, scope, created_at, revoked_at)
             VALUES ('t{n}', 'h{n}', '', 'kiosk', 'center:{CENTER}', 0, {revoked})"
        ));
        sql.push(format!(
            "INSERT INTO kiosk (id, center_id, name, token_id, wall_secret, paired_by, paired_at, seen_at)
             VALUES ('k{n}', '{CENTER}', '屏{n}', 't{n}', '', '', 0, {seen_at})"
        ));
    }
    sql.push(format!(
        "INSERT INTO closed_month (center_id, month, figures, closed_at, closed_by)
         VALUES ('{CENTER}', '2025-12', '{{}}', 0, '')"
    ));
    test.arrange(sql).await;
}

async fn read(test: &TestDb, role: Role, scope: &str) -> Overview {
    let act = act_of(role, scope);
    overview(&test.db, &act, &Scope::parse(scope).unwrap())
        .await
        .unwrap()
}

fn of<'o>(all: &'o Overview, center: &str) -> &'o Standing {
    let mut found = all.centers.iter();
    found.find(|of| of.center.id.as_str() == center).unwrap()
}

fn came(standing: &Standing, week: usize) -> Option<i64> {
    let line = standing.weeks[week].as_ref()?;
    line.value(Figure::Attendances)
}

async fn what_is_out_of_order_stands_first(test: TestDb) {
    cast(&test).await;
    let all = read(&test, Role::DistrictSupervisor, "440303").await;
    let told: Vec<&str> = all.centers.iter().map(|of| of.center.id.as_str()).collect();
    assert_eq!(told, [CENTER, QUIET]);
    let [last, before] = all.weeks.map(|days| days.from().to_string());
    assert_eq!(
        (last.as_str(), before.as_str()),
        ("2026-02-09", "2026-02-02")
    );
    let busy = of(&all, CENTER);
    assert_eq!(
        busy.concerns,
        [
            (Concern::NoLead, 1),
            (Concern::NoCheckIns, 1),
            (Concern::Kiosk, 1),
            // January: December is closed, and before there was nothing.
            (Concern::Months, 1),
        ]
    );
    assert_eq!((came(busy, 0), came(busy, 1)), (Some(6), Some(8)));
    let quiet = of(&all, QUIET);
    assert!(
        quiet.concerns.is_empty() && quiet.weeks == [None, None],
        "{quiet:?}"
    );
    // One who came is enough: the door works.
    test.arrange(vec![format!(
        "UPDATE booking SET state = 'checked_in' WHERE occurrence_id = '{}'",
        occurrence(4)
    )])
    .await;
    let all = read(&test, Role::DistrictSupervisor, "440303").await;
    let told = of(&all, CENTER).concerns.iter().map(|(which, _)| *which);
    assert!(!told.collect::<Vec<_>>().contains(&Concern::NoCheckIns));
}

/// C-172: in an overview as in every report.
async fn c172_few_people_are_not_shown(test: TestDb) {
    cast(&test).await;
    test.arrange(vec![format!(
        "UPDATE booking SET state = 'no_show' WHERE occurrence_id = '{}'
         AND person_id IN ('{}', '{}')",
        occurrence(3),
        person(1),
        person(2)
    )])
    .await;
    let all = read(&test, Role::Evaluator, "440303").await;
    let busy = of(&all, CENTER);
    assert!(busy.weeks[0].is_some());
    // Nor the week before, which the month's figure would tell them by.
    assert_eq!((came(busy, 0), came(busy, 1)), (None, None));
    let manager = read(&test, Role::CenterManager, CENTER).await;
    let busy = of(&manager, CENTER);
    assert_eq!((came(busy, 0), came(busy, 1)), (None, Some(8)));
}

async fn an_overview_is_of_the_callers_scope(test: TestDb) {
    cast(&test).await;
    let supervisor = act_of(Role::DistrictSupervisor, "440303");
    for (scope, expected) in [
        ("440304", Refusal::Forbidden),
        ("city", Refusal::Forbidden),
        (BEYOND, Refusal::Forbidden),
        ("440399", Refusal::NotFound),
    ] {
        let scope = Scope::parse(scope).unwrap();
        let refused = overview(&test.db, &supervisor, &scope).await.unwrap_err();
        assert_eq!(refused.refusal(), Some(&expected), "{scope}");
    }
    let city = read(&test, Role::CitySupervisor, "city").await;
    assert_eq!(city.centers.len(), 3);
}

store::on_both_databases! {
    what_is_out_of_order_stands_first => super::what_is_out_of_order_stands_first,
    c172_few_people_are_not_shown => super::c172_few_people_are_not_shown,
    an_overview_is_of_the_callers_scope => super::an_overview_is_of_the_callers_scope,
}
