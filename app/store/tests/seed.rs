//! The demo data, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::ids;
use domain::{
    access::{Caller, Scope},
    activity::Channel,
    id::CenterId,
    report::{Asked, By, Days},
    shift::State,
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;
use store::{
    Act, menu,
    page::{Limit, Part},
    reports,
    seed::{self, Password, Summary},
    shifts,
    testing::TestDb,
    whats_on::{self, Search},
};

fn act(now: Timestamp) -> Act {
    Act::new(Caller::system(), now, ids())
}

async fn sow(test: &TestDb, now: Timestamp) -> Summary {
    let mut password = |name: &str| Password {
        shown: format!("{name}-password"),
        hash: "$argon2id$test".to_owned(),
    };
    seed::seed(&test.db, &act(now), 7, &mut password)
        .await
        .unwrap()
}

async fn seeding_twice_changes_nothing_the_second_time(test: TestDb) {
    let now = Timestamp::parse("2026-11-23T15:00").unwrap();
    let first = sow(&test, now).await;
    assert_eq!(
        (first.centers, first.fields, first.residents, first.staff),
        (668, 20, 20 + 24, 10)
    );
    assert!(first.menu_items > 40 && first.activities > 400, "{first:?}");
    assert!(first.bookings > 17 + 300, "{first:?}");
    assert_eq!(
        first.demo_staff[0].password.as_deref(),
        Some("luohu-social-worker-password")
    );
    let rows = "SELECT (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM occurrence)
        + (SELECT COUNT(*) FROM booking) + (SELECT COUNT(*) FROM room) + (SELECT COUNT(*) FROM person)
        + (SELECT COUNT(*) FROM menu_item)";
    let before = test.number(rows).await;
    let closed = "SELECT COUNT(*) FROM center_exception WHERE reason LIKE '%演示数据%'";
    assert_eq!(test.number(closed).await, 1);
    let second = sow(&test, now).await;
    assert!(!second.changed(), "{second:?}");
    assert_eq!((second.occurrences, second.bookings), (0, 0));
    assert_eq!(test.number(rows).await, before);
    assert_eq!(test.number(closed).await, 1);
    assert_eq!(
        second.demo_staff[0].password, None,
        "a password is made and shown once"
    );
    // Weeks later it fills up again what has passed.
    let later = sow(&test, now.plus(30 * DAY)).await;
    assert!(
        later.activities > 0 && later.residents == 0 && later.centers == 0,
        "{later:?}"
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM activity WHERE NOT demo")
            .await,
        0
    );
}

async fn the_demo_shows_what_a_booking_can_meet(test: TestDb) {
    let now = Timestamp::parse("2027-02-28T23:59").unwrap();
    sow(&test, now).await;
    let center: CenterId = "SZ440303001-03".parse().unwrap();
    let search = Search {
        part: Part::first(Limit::MOST),
        ..Search::at(center.clone(), now, now.plus(21 * DAY), now)
    };
    let page = whats_on::list(&test.db, &search).await.unwrap();
    let at = |title: &str| page.items.iter().find(|o| o.title.contains(title));
    assert!(
        page.items
            .iter()
            .any(|o| o.terms.capacity == 6 && o.free(Channel::Online, now) == 1)
    );
    assert!(
        page.items
            .iter()
            .any(|o| o.confirmed == 6 && o.terms.capacity == 6 && o.waitlisted == 3)
    );
    assert!(page.items.iter().any(|o| o.terms.booking_opens_at > now));
    assert!(
        page.items
            .iter()
            .all(|o| o.demo && o.starts_at > now.plus(-DAY))
    );
    assert!(at("膝盖怎么养").is_none(), "what is called off is not on");
    assert!(at("手机小课").is_some());
    assert_eq!(
        test.number(
            "SELECT COUNT(*) FROM booking WHERE state = 'cancelled' AND cancelled_by = 'staff'"
        )
        .await,
        3
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM message WHERE kind = 'called_off'")
            .await,
        3
    );
    let over =
        "SELECT COUNT(*) FROM occurrence o WHERE o.capacity < (SELECT COUNT(*) FROM booking b
        WHERE b.occurrence_id = o.id AND b.state IN ('confirmed', 'checked_in'))";
    assert_eq!(test.number(over).await, 0);
    let shared =
        "SELECT COUNT(*) FROM occurrence o JOIN occurrence p ON p.room_id = o.room_id AND p.id > o.id
            AND p.starts_at < o.ends_at AND p.ends_at > o.starts_at
        WHERE o.status <> 'cancelled' AND p.status <> 'cancelled'";
    assert_eq!(
        test.number(shared).await,
        0,
        "two things in one room (C-70)"
    );
    let with_activities = "SELECT COUNT(DISTINCT center_id) FROM activity";
    assert_eq!(test.number(with_activities).await, 60);
    let whole_subdistrict = "SELECT COUNT(DISTINCT a.center_id) FROM activity a JOIN center c
        ON c.id = a.center_id WHERE c.subdistrict_code = '440303001'";
    assert_eq!(
        test.number(whole_subdistrict).await,
        test.number("SELECT COUNT(*) FROM center WHERE subdistrict_code = '440303001'")
            .await
    );
    let menu = menu::of_center(&test.db, &center).await.unwrap();
    assert!(menu.len() >= 14 && menu.iter().all(|f| !f.items.is_empty()));
}

async fn the_demo_has_a_week_of_shifts_with_holes(test: TestDb) {
    let now = Timestamp::parse("2026-11-23T15:00").unwrap();
    let sown = sow(&test, now).await;
    let search = shifts::Search {
        center: Some("SZ440303001-03".parse().unwrap()),
        from: now,
        to: now.plus(10 * DAY),
        part: Part::first(Limit::MOST),
    };
    let week = shifts::list(&test.db, &search).await.unwrap().items;
    // Beside those that come and the one that goes on: sixteen of eight weeks, yesterday's two, and later
    // one that asks for a training.
    assert_eq!((week.len(), sown.shifts), (27, 27 + 18 + 1));
    let granted = "SELECT COUNT(*) FROM occurrence WHERE grants_training = '急救'";
    assert_eq!(test.number(granted).await, 1);
    let hours = test
        .number("SELECT COUNT(*) FROM hour_entry WHERE demo AND kind = 'verified'")
        .await;
    assert!(hours > 30, "{hours}");
    let waiting = test
        .number("SELECT COUNT(*) FROM hour_entry WHERE demo AND kind = 'entered'")
        .await;
    assert!(waiting > 0);
    let open = test
        .number("SELECT COUNT(*) FROM shift WHERE ends_at < 1795417200000 AND closed_at IS NULL")
        .await;
    assert_eq!(open, 2, "yesterday's are for the lead to close");
    assert!(week.iter().all(|shift| shift.demo));
    let states: BTreeSet<State> = week.iter().map(|shift| shift.state(now)).collect();
    assert_eq!(
        states,
        BTreeSet::from([State::Open, State::Half, State::Ready, State::Live])
    );
    let told = test
        .number("SELECT COUNT(*) FROM outbox WHERE data LIKE '%assignment%'")
        .await;
    assert_eq!(told, 0, "nobody is written to about demo shifts");
    // The next day there is one day more, and another one that goes on.
    let next = sow(&test, now.plus(DAY)).await;
    assert_eq!(next.shifts, 4);
}

/// Whenever it is seeded, today's pages have something to show, and thanks were said.
async fn the_demo_has_a_day_and_thanks(test: TestDb) {
    let now = Timestamp::parse("2026-11-23T23:59").unwrap();
    sow(&test, now).await;
    let center: CenterId = "SZ440303001-03".parse().unwrap();
    let today = store::day::today(&test.db, &act(now), &center)
        .await
        .unwrap();
    let live = |of: &&store::day::Led| of.shift.state(now) == State::Live && of.shift.demo;
    assert_eq!(today.shifts.iter().filter(live).count(), 1);
    assert_eq!(today.missing.len(), 1, "one is late");
    let here = store::day::roll_call(&test.db, &act(now), &center).await;
    assert_eq!(here.unwrap().len(), 3);
    let thanks = test.number("SELECT COUNT(*) FROM thanks").await;
    assert!((8..=16).contains(&thanks), "{thanks}");
    let demo = "SELECT COUNT(*) FROM thanks t JOIN assignment a ON a.id = t.assignment_id
        JOIN shift s ON s.id = a.shift_id WHERE s.demo";
    assert_eq!(test.number(demo).await, thanks);
    let texts = "SELECT COUNT(*) FROM outbox WHERE kind = 'thanked'";
    assert_eq!(test.number(texts).await, 0, "nobody is texted of the past");
    let again = sow(&test, now.plus(DAY / 24)).await;
    assert_eq!(
        again.shifts, 3,
        "the next day's, and no second one of today"
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM thanks").await, thanks);
}

async fn the_demo_has_half_a_year_behind_it(test: TestDb) {
    let now = Timestamp::parse("2026-11-23T15:00").unwrap();
    sow(&test, now).await;
    let asked = Asked {
        scope: Scope::parse("SZ440303001-03").unwrap(),
        days: Days::new(now.plus(-183 * DAY).day(), now.day()).unwrap(),
        by: By::parse("month").unwrap(),
    };
    let report = reports::attendance(&test.db, &act(now), &asked)
        .await
        .unwrap();
    assert!(report.is_demo);
    let came = report.total.came.unwrap();
    assert_eq!(came.persons, 24);
    assert!(
        came.attendances > 300 && came.walk_ins > 10 && came.no_shows > 10,
        "{came:?}"
    );
    assert!(report.total.groups == 1 && report.total.sessions >= 25 && report.total.cases == 1);
    assert!(report.rows.len() >= 6, "{:?}", report.rows);
    let texts = "SELECT COUNT(*) FROM outbox WHERE created_at < ";
    let then = now.plus(-DAY).0;
    assert_eq!(
        test.number(&format!("{texts}{then}")).await,
        0,
        "nobody is texted of the past"
    );
    assert_eq!(store::check::counts(&test.db).await.unwrap(), []);
}

store::on_both_databases! {
    the_demo_has_half_a_year_behind_it => super::the_demo_has_half_a_year_behind_it,
    the_demo_has_a_day_and_thanks => super::the_demo_has_a_day_and_thanks,
    the_demo_has_a_week_of_shifts_with_holes => super::the_demo_has_a_week_of_shifts_with_holes,
    seeding_twice_changes_nothing_the_second_time => super::seeding_twice_changes_nothing_the_second_time,
    the_demo_shows_what_a_booking_can_meet => super::the_demo_shows_what_a_booking_can_meet,
}
