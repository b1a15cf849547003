//! Plans of activities brought in at a center: looked at, made as looked at, and never twice.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Status,
    plan_import::{Asked, FieldNames, News, Read, Wrong, read},
    time::HOUR,
};
use store::{
    Act,
    activities::{self, Dates},
    plan_import::{self, Imported, Look},
    testing::TestDb,
};

fn plan(rows: &str) -> Read {
    let asked = Asked {
        year: 2026,
        a_year_later: false,
        field: "elder".into(),
        fields: vec![FieldNames {
            code: "elder".into(),
            names: vec!["长者".into()],
        }],
    };
    read(rows, &asked).unwrap()
}

/// A row so many days from now, for two hours.
fn row(title: &str, day: i64, room: &str) -> String {
    let on = at_day(day).day();
    let from = at_day(day).local().format("%H:%M").to_string();
    let to = at_day(day).plus(2 * HOUR);
    let to = to.local().format("%H:%M").to_string();
    format!("{title}\t{on}\t{from}\t{to}\t{room}\t12\n")
}

async fn looked(test: &TestDb, plan: &Read) -> Look {
    let caller = social_worker().caller;
    plan_import::look(&test.db, &caller, &here(), plan, NOW)
        .await
        .unwrap()
}

async fn brought_in(test: &TestDb, act: &Act, plan: &Read) -> store::Result<Imported> {
    let seen = looked(test, plan).await.seen;
    plan_import::bring_in(&test.db, act, &here(), plan.clone(), seen).await
}

fn imported(activities: usize, extended: usize, dates: usize) -> Imported {
    Imported {
        activities,
        extended,
        dates,
    }
}

async fn count(test: &TestDb, table: &str) -> i64 {
    test.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

async fn c159_the_same_plan_twice_makes_nothing_the_second_time(test: TestDb) {
    center(&test, &[], "single").await;
    let plan = plan(
        &[
            row("合唱", 3, "舞蹈室"),
            row("合 唱", 10, "舞蹈室"),
            row("书法", 3, "书画室"),
        ]
        .concat(),
    );
    let first = brought_in(&test, &social_worker(), &plan).await.unwrap();
    assert_eq!(first, imported(2, 0, 3));
    let act = social_worker();
    let made = activities::of_center(&test.db, &act.caller, &here(), NOW)
        .await
        .unwrap();
    let told: Vec<_> = made
        .iter()
        .map(|of| (of.texts.title.as_str(), of.status, of.upcoming))
        .collect();
    assert!(told.contains(&("合唱", Status::Draft, 2)), "{told:?}");
    assert!(told.contains(&("书法", Status::Draft, 1)), "{told:?}");
    let of = made.iter().find(|of| of.texts.title == "合唱").unwrap();
    let detail = activities::find(&test.db, &act.caller, &of.id, NOW)
        .await
        .unwrap();
    let dates: Vec<_> = detail
        .occurrences
        .iter()
        .map(|o| (o.starts_at, o.room.as_str(), o.terms.capacity))
        .collect();
    assert_eq!(
        dates,
        [(at_day(3), "舞蹈室", 12), (at_day(10), "舞蹈室", 12)]
    );
    let audit = count(&test, "audit").await;
    let again = looked(&test, &plan).await;
    assert!(
        again
            .news
            .iter()
            .all(|news| matches!(news, News::Same { .. }))
    );
    let again = brought_in(&test, &social_worker(), &plan).await.unwrap();
    assert_eq!(again, Imported::default());
    assert_eq!(count(&test, "activity").await, 2);
    assert_eq!(count(&test, "occurrence").await, 3);
    assert_eq!(count(&test, "room").await, 2);
    assert_eq!(count(&test, "audit").await, audit);
}

async fn c63_what_is_made_is_what_was_looked_at(test: TestDb) {
    center(&test, &[], "single").await;
    let plan = plan(&[row("合唱", 3, "舞蹈室"), row("书法", 4, "")].concat());
    let seen = looked(&test, &plan).await.seen;
    // Meanwhile somebody plans something in that room.
    let mut other = activity(Dates::List(vec![sitting(3, 5)]));
    if let Dates::List(list) = &mut other.dates {
        list[0].room = "舞蹈室".into();
    }
    created(&test, other).await;
    let act = social_worker();
    let pressed = plan_import::bring_in(&test.db, &act, &here(), plan.clone(), seen).await;
    assert_eq!(refused(pressed), Refusal::Stale);
    let nothing = plan_import::bring_in(&test.db, &act, &here(), plan.clone(), String::new()).await;
    assert_eq!(refused(nothing), Refusal::Stale, "nothing was looked at");
    assert_eq!(count(&test, "activity").await, 1);
    // What is in the way keeps its row out, and no other.
    let look = looked(&test, &plan).await;
    let News::Wrong(Wrong::RoomTaken { title, .. }) = &look.news[0] else {
        panic!("{:?}", look.news)
    };
    assert_eq!(title, "太极拳 入门");
    let done = brought_in(&test, &act, &plan).await.unwrap();
    assert_eq!(done, imported(1, 0, 1));
}

async fn what_is_wrong_keeps_no_good_row_out_and_comes_later_to_the_same_draft(test: TestDb) {
    center(&test, &[], "single").await;
    let half = plan(&format!(
        "{}合唱\t改天\t9:00\t10:00\n",
        row("合唱", 3, "舞蹈室")
    ));
    let first = brought_in(&test, &social_worker(), &half).await.unwrap();
    assert_eq!(first, imported(1, 0, 1));
    let whole = plan(&[row("合唱", 3, "舞蹈室"), row("合唱", 10, "舞蹈室")].concat());
    let second = brought_in(&test, &social_worker(), &whole).await.unwrap();
    assert_eq!(second, imported(0, 1, 1));
    assert_eq!(count(&test, "activity").await, 1);
    assert_eq!(count(&test, "occurrence").await, 2);
    // What is published gets no dates from a plan: residents would see them at once.
    let (db, act) = (&test.db, social_worker());
    let made = activities::of_center(db, &act.caller, &here(), NOW)
        .await
        .unwrap();
    activities::publish(db, &act, &made[0].id, None)
        .await
        .unwrap();
    let third = brought_in(&test, &act, &plan(&row("合唱", 17, "舞蹈室"))).await;
    assert_eq!(third.unwrap(), imported(1, 0, 1));
    let drafts = "SELECT COUNT(*) FROM occurrence WHERE status = 'draft'";
    assert_eq!(test.number(drafts).await, 1);
}

async fn c159_what_was_called_off_is_not_made_again(test: TestDb) {
    cast(&test, &[3], 12).await;
    let (db, act) = (&test.db, social_worker());
    let made = activities::of_center(db, &act.caller, &here(), NOW)
        .await
        .unwrap();
    activities::cancel(db, &act, &made[0].id, "", None)
        .await
        .unwrap();
    let plan = plan(&row("太极拳入门", 3, "多功能室"));
    let look = looked(&test, &plan).await;
    assert!(
        matches!(look.news[0], News::CalledOff { .. }),
        "{:?}",
        look.news
    );
    assert_eq!(
        brought_in(&test, &act, &plan).await.unwrap(),
        Imported::default()
    );
}

async fn another_centers_staff_import_nothing_here(test: TestDb) {
    center(&test, &[], "single").await;
    let plan = plan(&row("合唱", 3, ""));
    let seen = looked(&test, &plan).await.seen;
    let elsewhere = Caller {
        identity: Identity::Staff(id(2)),
        grants: vec![Grant {
            role: Role::SocialWorker,
            scope: Scope::parse("SZ440303002-01").unwrap(),
        }],
    };
    for (caller, refusal) in [
        (elsewhere, Refusal::Forbidden),
        (resident(1).caller, Refusal::Forbidden),
        (Caller::anonymous(), Refusal::Unauthenticated),
    ] {
        let look = plan_import::look(&test.db, &caller, &here(), &plan, NOW).await;
        assert_eq!(refused(look), refusal);
        let act = social_worker().by(caller);
        let pressed =
            plan_import::bring_in(&test.db, &act, &here(), plan.clone(), seen.clone()).await;
        assert_eq!(refused(pressed), refusal);
    }
    let nowhere = "SZ0".parse().unwrap();
    let act = social_worker();
    let pressed = plan_import::bring_in(&test.db, &act, &nowhere, plan, seen).await;
    assert_eq!(refused(pressed), Refusal::NotFound);
    assert_eq!(count(&test, "activity").await, 0);
}

async fn two_who_press_at_once_make_it_once(test: TestDb) {
    center(&test, &[], "single").await;
    let rows: Vec<String> = (3..23)
        .map(|day| row(&format!("合唱{}", day % 4), day, "舞蹈室"))
        .collect();
    let plan = plan(&rows.concat());
    let seen = looked(&test, &plan).await.seen;
    let mut pressed = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (db, plan, seen) = (test.db.clone(), plan.clone(), seen.clone());
        pressed.spawn(async move {
            plan_import::bring_in(&db, &social_worker(), &here(), plan, seen).await
        });
    }
    let mut made = 0;
    while let Some(done) = pressed.join_next().await {
        match done.unwrap() {
            Ok(done) => {
                assert_eq!(done, imported(4, 0, 20));
                made += 1;
            }
            Err(error) => assert_eq!(error.refusal(), Some(&Refusal::Stale)),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(count(&test, "occurrence").await, 20);
}

store::on_both_databases! {
    c159_the_same_plan_twice_makes_nothing_the_second_time => super::c159_the_same_plan_twice_makes_nothing_the_second_time,
    c63_what_is_made_is_what_was_looked_at => super::c63_what_is_made_is_what_was_looked_at,
    what_is_wrong_keeps_no_good_row_out_and_comes_later_to_the_same_draft => super::what_is_wrong_keeps_no_good_row_out_and_comes_later_to_the_same_draft,
    c159_what_was_called_off_is_not_made_again => super::c159_what_was_called_off_is_not_made_again,
    another_centers_staff_import_nothing_here => super::another_centers_staff_import_nothing_here,
    two_who_press_at_once_make_it_once => super::two_who_press_at_once_make_it_once,
}
