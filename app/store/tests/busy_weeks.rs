//! A week of more shifts than a part of a list holds, on both databases: nothing that decides or
//! proposes may miss the last ones.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod common;

use common::{volunteers::*, *};
use domain::time::{DAY, MINUTE, Timestamp};
use std::collections::BTreeSet;
use store::{
    assignments::swap::wishes_for,
    day,
    page::{Limit, Part},
    roster::{self, fillable, monday_of},
    shifts::{self, ShiftView},
    testing::TestDb,
};

/// More than a part of a list holds.
const MANY: i64 = 211;

/// So many shifts of a minute each that begin one minute after another.
async fn many(test: &TestDb, from: Timestamp) {
    let one = shift(test, new_shift(9, 2, 0)).await;
    let copies = (0..MANY).map(|nth| {
        let start = from.plus(nth * MINUTE);
        format!(
            "INSERT INTO shift (id, center_id, title, starts_at, ends_at, place, joining, leads_min,
                 volunteers_min, volunteers_max, waitlist_capacity, positions, skills, trainings,
                 guardian_below, risks, risks_version, status, created_at)
             SELECT '{}', center_id, title, {}, {}, place, joining, leads_min, volunteers_min,
                 volunteers_max, waitlist_capacity, positions, skills, trainings, guardian_below,
                 risks, risks_version, status, created_at FROM shift WHERE id = '{one}'",
            id::<domain::id::ShiftId>(0x7100_0000 + nth as u128),
            start.0,
            start.plus(MINUTE).0,
        )
    });
    test.arrange(copies.collect()).await;
}

fn kinds<'a>(found: impl IntoIterator<Item = &'a ShiftView>) -> usize {
    let ids: BTreeSet<_> = found.into_iter().map(|of| of.id.to_string()).collect();
    ids.len()
}

async fn no_shift_of_a_busy_day_is_missed(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 2).await;
    formal(&test, 1, 2).await;
    let mine = shift(&test, new_shift(2, 2, 0)).await;
    let place = signed_up(&test, 1, &mine).await;
    many(&test, NOW.plus(10 * MINUTE)).await;
    let (db, staff, here) = (&test.db, social_worker(), CENTER.parse().unwrap());
    let all = MANY as usize;

    let monday = monday_of(NOW);
    let week = roster::week(db, &staff, &here, monday).await.unwrap();
    let of_today = |of: &&ShiftView| of.span.start() < NOW.plus(DAY);
    let rows: Vec<&ShiftView> = week.rows.iter().map(|row| &row.shift).collect();
    assert_eq!(kinds(rows.iter().copied().filter(of_today)), all);
    let sorted = rows
        .windows(2)
        .all(|two| two[0].span.start() <= two[1].span.start());
    assert!(sorted);
    let filling = fillable(db, &staff, &here, monday, 5).await.unwrap();
    assert_eq!(filling.week.shifts.len(), rows.len());

    let today = day::today(db, &staff, &here).await.unwrap();
    assert_eq!(kinds(today.shifts.iter().map(|of| &of.shift)), all);
    let risks = shifts::at_risk(db, &staff.caller, &here, NOW)
        .await
        .unwrap();
    assert_eq!(
        kinds(risks.iter().map(|of| &of.shift).filter(of_today)),
        all
    );
    let plans = shifts::all_for_staff(db, &staff.caller, &here, NOW, NOW.plus(DAY)).await;
    assert_eq!(kinds(&plans.unwrap()), all);
    let wishes = wishes_for(db, &volunteer(1), &place).await.unwrap();
    assert_eq!(kinds(wishes.iter().filter(of_today)), all);

    let search = shifts::Search {
        center: Some(here.clone()),
        from: NOW,
        to: NOW.plus(DAY),
        part: Part::first(Limit::MOST),
    };
    let theirs = shifts::all_for_me(db, &account(1), None, &search, false, NOW).await;
    assert_eq!(kinds(theirs.unwrap().items.iter().map(|of| &of.shift)), all);
}

/// Nobody has closed any of them: each stays in the list of what is left to close.
async fn c91_nothing_that_is_left_open_is_missed(test: TestDb) {
    center(&test, &[], "single").await;
    many(&test, NOW.plus(10 * MINUTE)).await;
    test.arrange(vec!["UPDATE shift SET volunteers = 1".into()])
        .await;
    let after = social_worker().at(NOW.plus(DAY / 2));
    let here = CENTER.parse().unwrap();
    let today = day::today(&test.db, &after, &here).await.unwrap();
    assert_eq!(
        kinds(today.left_open.iter().map(|of| &of.shift)),
        MANY as usize
    );
}

store::on_both_databases! {
    no_shift_of_a_busy_day_is_missed => super::no_shift_of_a_busy_day_is_missed,
    c91_nothing_that_is_left_open_is_missed => super::c91_nothing_that_is_left_open_is_missed,
}
