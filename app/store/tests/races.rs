//! Many at once: the rules hold under any concurrency, through every way in, with two servers on
//! one database.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{Refusal, activity::Channel, booking::State, time::DAY};
use std::{collections::BTreeMap, sync::Arc};
use store::{
    Act, Db, Key, Locks, Op, Result as Stored, Tx,
    bookings::{self, BookRequest},
    occurrences,
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

type Outcome = Result<State, Refusal>;

async fn book(db: Db, act: Act, request: BookRequest) -> Outcome {
    decided(bookings::book(&db, &act, request).await)?
        .people
        .into_iter()
        .next()
        .expect("one")
        .1
        .map(|view| view.state)
}

fn tally(outcomes: &[Outcome]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for outcome in outcomes {
        let name = match outcome {
            Ok(state) => state.to_string(),
            Err(refusal) => refusal.code().to_owned(),
        };
        *tally.entry(name).or_default() += 1;
    }
    tally
}

/// A second pool on the same database, as another server process has.
async fn second_server(test: &TestDb) -> Db {
    Db::open(&test.url, 8).await.unwrap()
}

async fn c01_twenty_times_as_many_as_there_are_places(test: TestDb) {
    const PLACES: i64 = 5;
    center(&test, &[Sitting::new(1, PLACES, 3)], "single").await;
    accounts(&test, 0, 100).await;
    let servers = [test.db.clone(), second_server(&test).await];
    let mut tasks = JoinSet::new();
    for n in 0..100 {
        let db = servers[n as usize % 2].clone();
        tasks.spawn(book(db, resident(n), request(n, 1)));
    }
    let tally = tally(&tasks.join_all().await);
    assert_eq!(
        tally,
        [
            ("confirmed".into(), 5),
            ("full".into(), 92),
            ("waitlisted".into(), 3)
        ]
        .into()
    );
    assert_eq!(
        (confirmed(&test, 1).await, waitlisted(&test, 1).await),
        (5, 3)
    );
    let numbers = test
        .number("SELECT COUNT(DISTINCT queue_no) FROM booking WHERE state = 'waitlisted'")
        .await;
    assert_eq!(numbers, 3, "each has a place in line of their own");
}

async fn c32_five_taps_are_one_booking(test: TestDb) {
    center(&test, &[Sitting::new(1, 50, 0)], "single").await;
    accounts(&test, 1, 2).await;
    let other = second_server(&test).await;
    let mut tasks = JoinSet::new();
    for tap in 0..10 {
        let key = Some(Key::new("the-same-tap", &[b"body"]).unwrap());
        let db = if tap % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        tasks.spawn(async move {
            let act = resident(1).with_key(key);
            let booked = decided(bookings::book(&db, &act, request(1, 1)).await);
            (booked, act.was_replayed())
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
    assert!(answers.windows(2).all(|pair| pair[0].0 == pair[1].0));
    assert_eq!(confirmed(&test, 1).await, 1);
}

async fn c31_two_servers_remove_once_and_answer_alike(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 0)], "single").await;
    let servers = [test.db.clone(), second_server(&test).await];
    let mut tasks = JoinSet::new();
    for tap in 0..10 {
        let key = Some(Key::new("remove", &[b"body"]).unwrap());
        let db = servers[tap % 2].clone();
        tasks.spawn(async move {
            let act = social_worker().with_key(key);
            let removed = occurrences::delete(&db, &act, &occurrence(1), None).await;
            (decided(removed), act.was_replayed())
        });
    }
    let answers = tasks.join_all().await;
    // Whoever came second found nothing there, and is answered as the first one was.
    assert!(answers.iter().all(|(removed, _)| removed.is_ok()));
    assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
    let gone = occurrences::delete(&test.db, &social_worker(), &occurrence(1), None).await;
    assert_eq!(decided(gone), Err(Refusal::NotFound));
}

/// Changes three occurrences, beginning with any of them.
struct Three(usize);

#[async_trait::async_trait]
impl Op for Three {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _act: &Act) -> Stored<()> {
        for n in 0..3 {
            let of = occurrence((n + self.0) as u128 % 3 + 1);
            tx.sql("UPDATE occurrence SET sequence = sequence + 1 WHERE id = $1")
                .bind(&of)
                .run()
                .await?;
        }
        Ok(())
    }
}

/// A swap between three is three rows that everybody names in an order of their own.
async fn c06_crossed_changes_of_three_rows_end_without_a_deadlock(test: TestDb) {
    let sittings: Vec<_> = (1..=3).map(|n| Sitting::new(n, 5, 0)).collect();
    center(&test, &sittings, "single").await;
    accounts(&test, 1, 4).await;
    let servers = [test.db.clone(), second_server(&test).await];
    let mut tasks = JoinSet::new();
    for n in 0..60usize {
        let db = servers[n % 2].clone();
        tasks.spawn(async move {
            let rows = (0..3).map(|m| occurrence((n + m) as u128 % 3 + 1));
            let people = (0..3).map(|m| account((n + 2 * m) as u128 % 3 + 1));
            let locks = Locks::of(rows).and(people);
            db.write(&social_worker(), locks, Three(n)).await.unwrap();
        });
    }
    tasks.join_all().await;
    let changed = "SELECT CAST(SUM(sequence) AS BIGINT) FROM occurrence";
    assert_eq!(test.number(changed).await, 3 * 60);
}

async fn c79_one_person_and_two_overlapping_sittings(test: TestDb) {
    let sittings: Vec<_> = (1..=4).map(|n| Sitting::new(n, 50, 5)).collect();
    center(&test, &sittings, "single").await;
    accounts(&test, 0, 10).await;
    let servers = [test.db.clone(), second_server(&test).await];
    let mut tasks = JoinSet::new();
    for n in 0..10 {
        for of in 1..=4 {
            tasks.spawn(book(
                servers[of as usize % 2].clone(),
                resident(n),
                request(n, of),
            ));
        }
    }
    let tally = tally(&tasks.join_all().await);
    assert_eq!(
        tally,
        [("confirmed".into(), 10), ("overlaps".into(), 30)].into()
    );
}

/// Everybody waits everywhere while places become free everywhere: a promotion must not put
/// somebody in two places at once either, and the crossed locks end without a deadlock (C-06).
async fn c06_crossed_promotions(test: TestDb) {
    let sittings: Vec<_> = (1..=3).map(|n| Sitting::new(n, 4, 50)).collect();
    center(&test, &sittings, "single").await;
    accounts(&test, 0, 24).await;
    let mut held = Vec::new();
    for of in 1..=3u128 {
        for n in 0..4 {
            let holder = (of - 1) * 4 + n;
            let answer = bookings::book(&test.db, &resident(holder), request(holder, of))
                .await
                .unwrap();
            held.push((holder, answer.bookings().next().unwrap().id.clone()));
        }
        for n in 12..24 {
            assert_eq!(
                book(test.db.clone(), resident(n), request(n, of)).await,
                Ok(State::Waitlisted)
            );
        }
    }
    let servers = [test.db.clone(), second_server(&test).await];
    let mut tasks = JoinSet::new();
    for (nth, (holder, booking)) in held.into_iter().enumerate() {
        let db = servers[nth % 2].clone();
        tasks.spawn(async move {
            bookings::cancel(&db, &resident(holder), booking, String::new())
                .await
                .expect("cancelled");
        });
    }
    tasks.join_all().await;
    let twice = test
        .number(
            "SELECT COUNT(*) FROM (SELECT person_id FROM booking WHERE state = 'confirmed'
             GROUP BY person_id HAVING COUNT(*) > 1) AS doubled",
        )
        .await;
    assert_eq!(twice, 0, "nobody is in two places at once");
    for of in 1..=3 {
        assert_eq!(
            confirmed(&test, of).await,
            4,
            "every freed place was given on"
        );
    }
}

/// Online, desk, telephone, cancelling and the settling job, all at once.
async fn c04_every_way_in_at_once(test: TestDb) {
    const PLACES: i64 = 6;
    center(
        &test,
        &[Sitting {
            held_back: 2,
            ..Sitting::new(1, PLACES, 8)
        }],
        "single",
    )
    .await;
    accounts(&test, 0, 120).await;
    let servers = Arc::new([test.db.clone(), second_server(&test).await]);
    let later = NOW.plus(DAY);
    let mut tasks = JoinSet::new();
    for n in 0..120u128 {
        let servers = servers.clone();
        tasks.spawn(async move {
            let db = servers[n as usize % 2].clone();
            let (act, channel) = match n % 4 {
                0 => (social_worker(), Channel::Desk),
                1 => (social_worker(), Channel::Telephone),
                _ => (resident(n), Channel::Online),
            };
            // Half come before the held-back places are released, half after.
            let act = if n % 2 == 0 { at(&act, later) } else { act };
            let request = BookRequest {
                channel,
                ..request(n, 1)
            };
            let answer = decided(bookings::book(&db, &act, request).await);
            let booked = answer.ok().and_then(|b| b.bookings().next().cloned());
            if let Some(view) = booked.filter(|_| n % 3 == 0) {
                let again = bookings::cancel(&db, &act, view.id, String::new()).await;
                again.expect("cancelled");
            }
            if n % 5 == 0 {
                let job = at(&act, later).by(domain::access::Caller::system());
                bookings::settle(&db, &job)
                    .await
                    .expect("no database error");
            }
        });
    }
    tasks.join_all().await;
    let job = at(&social_worker(), later).by(domain::access::Caller::system());
    bookings::settle(&test.db, &job).await.unwrap();
    let (holds, waits) = (confirmed(&test, 1).await, waitlisted(&test, 1).await);
    assert!(holds <= PLACES, "{holds} places held of {PLACES}");
    assert!(
        holds == PLACES || waits == 0,
        "{holds} places held while {waits} wait"
    );
    let doubled = test
        .number(
            "SELECT COUNT(*) FROM (SELECT person_id FROM booking
             WHERE state IN ('waitlisted', 'confirmed') GROUP BY person_id HAVING COUNT(*) > 1) AS d",
        )
        .await;
    assert_eq!(doubled, 0);
}

async fn c05_of_two_for_the_last_place_one_gets_it(test: TestDb) {
    let sittings: Vec<_> = (1..=20)
        .map(|n| Sitting {
            in_hours: 24 * n as i64,
            ..Sitting::new(n, 1, 0)
        })
        .collect();
    center(&test, &sittings, "single").await;
    accounts(&test, 0, 2).await;
    let other = second_server(&test).await;
    for of in 1..=20 {
        let (one, two) = tokio::join!(
            book(test.db.clone(), resident(0), request(0, of)),
            book(other.clone(), resident(1), request(1, of))
        );
        assert_eq!([one, two].iter().filter(|o| o.is_ok()).count(), 1);
    }
}

store::on_both_databases! {
    c01_twenty_times_as_many_as_there_are_places => super::c01_twenty_times_as_many_as_there_are_places,
    c04_every_way_in_at_once => super::c04_every_way_in_at_once,
    c05_of_two_for_the_last_place_one_gets_it => super::c05_of_two_for_the_last_place_one_gets_it,
    c06_crossed_promotions => super::c06_crossed_promotions,
    c06_crossed_changes_of_three_rows_end_without_a_deadlock => super::c06_crossed_changes_of_three_rows_end_without_a_deadlock,
    c31_two_servers_remove_once_and_answer_alike => super::c31_two_servers_remove_once_and_answer_alike,
    c32_five_taps_are_one_booking => super::c32_five_taps_are_one_booking,
    c79_one_person_and_two_overlapping_sittings => super::c79_one_person_and_two_overlapping_sittings,
}
