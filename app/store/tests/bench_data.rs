//! The city for load tests, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use domain::{
    Reason, Refusal,
    access::Caller,
    id::CenterId,
    time::{DAY, Timestamp},
};
use store::{
    Act, Ids,
    bench_data::{self, Size, Work},
    check,
    testing::TestDb,
};

const SIZE: Size = Size {
    centers: 700,
    accounts: 400,
    activities: 60,
    bookings: 2_500,
    past_days: 0,
    seed: 11,
};

fn act() -> Act {
    Act::new(
        Caller::system(),
        Timestamp::parse("2026-11-23T15:00").unwrap(),
        Ids::repeatable(5),
    )
}

/// How many indexes and triggers there are that do their work.
async fn helpers(test: &TestDb) -> i64 {
    test.number(match test.db.is_postgres() {
        false => "SELECT COUNT(*) FROM sqlite_master WHERE type IN ('index', 'trigger')",
        true => {
            "SELECT (SELECT COUNT(*) FROM pg_indexes WHERE schemaname = CURRENT_SCHEMA)
                + (SELECT COUNT(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O')"
        }
    })
    .await
}

async fn a_city_keeps_the_rules(test: TestDb) {
    let helpers_before = helpers(&test).await;
    let made = bench_data::fill(&test.db, &act(), SIZE).await.unwrap();
    assert_eq!(
        (made.centers, made.accounts, made.activities),
        (700, 400, 60)
    );
    assert_eq!(made.confirmed + made.waitlisted, 2_500, "{made:?}");
    assert!(made.waitlisted > 20 && made.people > 600, "{made:?}");
    for (table, count) in [
        ("center", made.centers),
        ("account", made.accounts),
        ("person", made.people),
        ("activity", made.activities),
        ("occurrence", made.occurrences),
        ("booking", 2_500),
    ] {
        let rows = test.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(usize::try_from(rows).unwrap(), count, "{table}");
    }
    let none = [
        // Over capacity, or over the waitlist.
        "SELECT COUNT(*) FROM occurrence o WHERE o.capacity < (SELECT COUNT(*) FROM booking b
            WHERE b.occurrence_id = o.id AND b.state = 'confirmed')
         OR o.waitlist_capacity < (SELECT COUNT(*) FROM booking b
            WHERE b.occurrence_id = o.id AND b.state = 'waitlisted')",
        // Two things in one room.
        "SELECT COUNT(*) FROM occurrence o JOIN occurrence p ON p.room_id = o.room_id AND p.id > o.id
         AND p.starts_at < o.ends_at AND p.ends_at > o.starts_at",
        // A line before free places.
        "SELECT COUNT(*) FROM occurrence o WHERE o.capacity > (SELECT COUNT(*) FROM booking b
            WHERE b.occurrence_id = o.id AND b.state = 'confirmed')
         AND EXISTS (SELECT 1 FROM booking b WHERE b.occurrence_id = o.id AND b.state = 'waitlisted')",
        // A person in two places at once.
        "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
         JOIN booking x ON x.person_id = b.person_id AND x.id <> b.id
         JOIN occurrence y ON y.id = x.occurrence_id
         WHERE o.starts_at < y.ends_at AND y.starts_at < o.ends_at",
        // A booking of somebody else's family.
        "SELECT COUNT(*) FROM booking b JOIN person p ON p.id = b.person_id
         WHERE p.account_id <> b.account_id",
        // A line that does not count from one.
        "SELECT COUNT(*) FROM (SELECT MAX(queue_no) AS last, COUNT(*) AS length FROM booking
            WHERE state = 'waitlisted' GROUP BY occurrence_id) AS line WHERE last <> length",
    ];
    for query in none {
        assert_eq!(test.number(query).await, 0, "{query}");
    }
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    assert_eq!(helpers(&test).await, helpers_before);
    let first = test
        .number("SELECT COUNT(*) FROM account WHERE phone = '13900000000'")
        .await;
    assert_eq!(first, 1);
    let again = bench_data::fill(&test.db, &act(), SIZE).await.unwrap_err();
    assert_eq!(
        again.refusal(),
        Some(&Refusal::invalid("database", Reason::NotEmpty))
    );
}

/// Half of it is over: who came is in the booking, in the log and in the counts alike.
async fn a_city_has_a_past(test: TestDb) {
    let size = Size {
        past_days: 60,
        ..SIZE
    };
    let made = bench_data::fill(&test.db, &act(), size).await.unwrap();
    let over = made.came + made.no_shows;
    assert_eq!(
        (over, made.confirmed + made.waitlisted),
        (1_250, 1_250),
        "{made:?}"
    );
    assert!((100..200).contains(&made.no_shows), "{made:?}");
    let now = act().now.0;
    let came = i64::try_from(made.came).unwrap();
    for (what, count) in [
        (
            format!(
                "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE b.state = 'checked_in' AND o.ends_at < {now}
                 AND b.checked_in_at BETWEEN o.starts_at - 900000 AND o.starts_at + 300000
                 AND b.booked_at <= b.checked_in_at"
            ),
            came,
        ),
        (
            "SELECT COUNT(*) FROM check_in c JOIN booking b ON b.id = c.subject_id
             WHERE c.result = 'admitted' AND c.is_evidence AND c.at = b.checked_in_at
             AND c.person_id = b.person_id AND c.occurrence_id = b.occurrence_id
             AND (c.method = 'walk_in') = b.is_walk_in"
                .to_owned(),
            came,
        ),
        ("SELECT COUNT(*) FROM check_in".to_owned(), came),
        (
            "SELECT CAST(SUM(came) AS BIGINT) FROM occurrence".to_owned(),
            came,
        ),
        // Nothing waits, and nobody holds a place, of what is over.
        (
            format!(
                "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE o.starts_at < {now} AND b.state NOT IN ('checked_in', 'no_show')"
            ),
            0,
        ),
        (
            "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
             JOIN booking x ON x.person_id = b.person_id AND x.id <> b.id
             JOIN occurrence y ON y.id = x.occurrence_id
             WHERE o.starts_at < y.ends_at AND y.starts_at < o.ends_at"
                .to_owned(),
            0,
        ),
        (
            "SELECT COUNT(*) FROM occurrence WHERE came + no_shows > capacity".to_owned(),
            0,
        ),
    ] {
        assert_eq!(test.number(&what).await, count, "{what}");
    }
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    let bad = Size {
        past_days: 34,
        ..SIZE
    };
    let refused = bench_data::fill(&test.db, &act(), bad).await.unwrap_err();
    assert_eq!(
        refused.refusal(),
        Some(&Refusal::invalid("past", Reason::OutOfRange))
    );
}

async fn work_keeps_the_rules(test: TestDb) {
    bench_data::fill(&test.db, &act(), SIZE).await.unwrap();
    let work = Work {
        center: None,
        from: act().now.plus(DAY).day(),
        days: 20,
        shifts: 100,
        volunteers: 150,
        leads: 0,
        held: 60,
        seed: 3,
    };
    let of_city = bench_data::work(&test.db, &act(), work.clone())
        .await
        .unwrap();
    assert_eq!((of_city.volunteers, of_city.shifts), (150, 100));
    assert!(of_city.held > 150 && of_city.led == 0, "{of_city:?}");
    let mut tx = test.db.read().await.unwrap();
    let first = tx.sql("SELECT MIN(id) FROM center");
    let (center,): (CenterId,) = first.one().await.unwrap();
    drop(tx);
    let week = Work {
        center: Some(center),
        days: 7,
        shifts: 60,
        volunteers: 100,
        leads: 8,
        seed: 4,
        ..work
    };
    let week = bench_data::work(&test.db, &act(), week).await.unwrap();
    assert_eq!((week.volunteers, week.shifts), (100, 60));
    assert!(week.led > 30, "{week:?}");
    let none = [
        "SELECT COUNT(*) FROM shift WHERE volunteers > volunteers_max",
        // Without what the shift asks for.
        "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE s.trainings <> '[]' AND a.role = 'volunteer'
         AND NOT EXISTS (SELECT 1 FROM trained t WHERE t.person_id = a.person_id)",
        "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
         JOIN volunteer v ON v.person_id = a.person_id
         WHERE s.skills <> '[]' AND s.skills <> v.skills",
        // In two places at once.
        "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
         JOIN assignment b ON (b.person_id = a.person_id OR b.staff_id = a.staff_id) AND b.id > a.id
         JOIN shift t ON t.id = b.shift_id
         WHERE s.starts_at < t.ends_at AND t.starts_at < s.ends_at",
    ];
    for query in none {
        assert_eq!(test.number(query).await, 0, "{query}");
    }
    assert_eq!(check::shifts(&test.db).await.unwrap(), []);
}

async fn the_same_number_makes_the_same_city(test: TestDb) {
    let other = store::testing::sqlite().await;
    let first = bench_data::fill(&test.db, &act(), SIZE).await.unwrap();
    let second = bench_data::fill(&other.db, &act(), SIZE).await.unwrap();
    assert_eq!(first, second);
    async fn print(test: &TestDb) -> Vec<(String, String, i64)> {
        let mut tx = test.db.read().await.unwrap();
        tx.sql(
            "SELECT b.short_code, p.name, b.booked_at FROM booking b
             JOIN person p ON p.id = b.person_id ORDER BY b.booked_at, b.id",
        )
        .all()
        .await
        .unwrap()
    }
    let (a, b) = (print(&test).await, print(&other).await);
    assert_eq!(a.len(), 2_500);
    assert!(a == b);
}

async fn a_city_that_is_full_stops(test: TestDb) {
    let small = Size {
        centers: 1,
        accounts: 5,
        activities: 2,
        bookings: 10_000,
        past_days: 0,
        seed: 1,
    };
    let made = bench_data::fill(&test.db, &act(), small).await.unwrap();
    assert!((1..200).contains(&made.confirmed), "{made:?}");
    let rows = test.number("SELECT COUNT(*) FROM booking").await;
    assert_eq!(
        usize::try_from(rows).unwrap(),
        made.confirmed + made.waitlisted
    );
}

store::on_both_databases! {
    a_city_keeps_the_rules => super::a_city_keeps_the_rules,
    a_city_has_a_past => super::a_city_has_a_past,
    the_same_number_makes_the_same_city => super::the_same_number_makes_the_same_city,
    work_keeps_the_rules => super::work_keeps_the_rules,
    a_city_that_is_full_stops => super::a_city_that_is_full_stops,
}

/// `cargo test -p store --release --test bench_data -- --ignored --nocapture`: how long it takes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
#[allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]
async fn a_hundred_thousand_bookings() {
    let test = store::testing::sqlite().await;
    let size = Size {
        centers: 668,
        accounts: 50_000,
        activities: 6_000,
        bookings: 100_000,
        past_days: 182,
        seed: 1,
    };
    let start = std::time::Instant::now();
    let made = bench_data::fill(&test.db, &act(), size).await.unwrap();
    println!("{made:?} in {:?}", start.elapsed());
    let over = made.came + made.no_shows;
    assert_eq!(made.confirmed + made.waitlisted + over, 100_000);
}
