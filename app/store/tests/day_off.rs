//! A whole day of a center cancelled in one act, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use chrono::NaiveDate;
use common::{volunteers::*, *};
use domain::{
    Refusal,
    activity::Status,
    commitment::Event,
    id::ShiftId,
    notice::Notice,
    time::{DAY, HOUR},
};
use store::{
    Key, bookings,
    day_off::{self, DayOff, Planned},
    messages, shifts,
    testing::TestDb,
};

/// The day that falls away: the tenth from now on.
fn day() -> NaiveDate {
    NOW.plus(10 * DAY).day()
}

/// Two dates and three shifts of that day, one of them a draft and one of a date; a date and a shift of
/// the next day.
async fn stage(test: &TestDb) -> Vec<ShiftId> {
    let sitting = |n, in_hours, places, line| Sitting {
        in_hours,
        ..Sitting::new(n, places, line)
    };
    let dates = [
        sitting(1, 240, 5, 0),
        sitting(2, 243, 1, 2),
        sitting(3, 264, 5, 0),
    ];
    center(test, &dates, "single").await;
    accounts(test, 1, 4).await;
    formal(test, 1, 4).await;
    let mut made = Vec::new();
    for (hours, of, publish) in [
        (246, None, true),
        (240, Some(1), true),
        (249, None, false),
        (270, None, true),
    ] {
        let mut new = new_shift(10, 2, 0);
        new.starts_at = NOW.plus(hours * HOUR);
        new.ends_at = NOW.plus((hours + 1) * HOUR);
        new.occurrence = of.map(occurrence);
        new.publish = publish;
        made.push(shift(test, new).await);
    }
    made
}

async fn preview(test: &TestDb) -> Planned {
    let (caller, center) = (social_worker().caller, CENTER.parse().unwrap());
    day_off::preview(&test.db, &caller, &center, day(), NOW)
        .await
        .unwrap()
}

fn events(planned: &Planned) -> Vec<Event> {
    planned
        .items
        .iter()
        .map(|item| item.event.clone())
        .collect()
}

async fn cancel(test: &TestDb, seen: Vec<Event>) -> DayOff {
    let center = CENTER.parse().unwrap();
    day_off::cancel(&test.db, &social_worker(), &center, day(), "台风", seen)
        .await
        .unwrap()
}

async fn everything_of_a_day_falls_away_and_everybody_is_told_once(test: TestDb) {
    let made = stage(&test).await;
    // The first has three things of that day, the second one, and waits for another.
    for of in [1, 2] {
        bookings::book(&test.db, &resident(1), request(1, of))
            .await
            .unwrap();
    }
    signed_up(&test, 1, &made[0]).await;
    bookings::book(&test.db, &resident(2), request(2, 2))
        .await
        .unwrap();
    signed_up(&test, 2, &made[1]).await;
    bookings::book(&test.db, &resident(3), request(3, 3))
        .await
        .unwrap();

    let planned = preview(&test).await;
    let expected = [
        Event::Occurrence(occurrence(1)),
        Event::Occurrence(occurrence(2)),
        Event::Shift(made[0].clone()),
        Event::Shift(made[1].clone()),
    ];
    let listed = events(&planned);
    assert_eq!(listed.len(), 4);
    assert!(expected.iter().all(|event| listed.contains(event)));
    let people: u32 = planned.items.iter().map(|item| item.people).sum();
    assert_eq!((people, planned.accounts), (5, 2));

    let done = cancel(&test, listed).await;
    let all = DayOff {
        occurrences: 2,
        shifts: 2,
        told: 2,
    };
    assert_eq!(done, all);
    for (n, many) in [(1, 3), (2, 2)] {
        let told = messages::list(&test.db, &account(n), 10).await.unwrap();
        // Nobody moved up on the way, into what falls away next.
        let [one] = told.as_slice() else {
            panic!("{n} is told {} times", told.len());
        };
        let Notice::DayOff { items, reason, .. } = &one.notice else {
            panic!("{:?}", one.notice);
        };
        assert_eq!((items.len(), reason.as_str()), (many, "台风"));
        assert!(items.is_sorted_by_key(|item| item.sitting.starts_at));
    }
    assert!(
        messages::list(&test.db, &account(3), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let texts = test
        .number("SELECT COUNT(*) FROM outbox WHERE kind = 'day_off'")
        .await;
    assert_eq!(texts, 2);
    let status = async |shift: &ShiftId| shifts::find(&test.db, shift).await.unwrap().status;
    assert_eq!(status(&made[0]).await, Status::Cancelled);
    assert_eq!(status(&made[1]).await, Status::Cancelled);
    assert_eq!(status(&made[3]).await, Status::Published);
    assert_eq!(confirmed(&test, 3).await, 1, "the next day stands");
    let live = "SELECT COUNT(*) FROM booking WHERE state IN ('waitlisted', 'confirmed')";
    assert_eq!(test.number(live).await, 1);
    let record = "SELECT COUNT(*) FROM audit WHERE action IN
        ('occurrence.cancel', 'shift.cancel', 'center.day_off')";
    assert_eq!(test.number(record).await, 5, "each thing, and the day");
    assert!(preview(&test).await.items.is_empty());
}

/// Only what was seen falls away; sent again it is the same answer, and a second time nothing is left.
async fn what_was_not_seen_stays(test: TestDb) {
    let made = stage(&test).await;
    let seen = vec![Event::Shift(made[0].clone()), Event::Shift(made[3].clone())];
    let key = Key::new("day", &[b"{}"]).unwrap();
    let act = social_worker().with_key(Some(key));
    let center = CENTER.parse().unwrap();
    for _ in 0..2 {
        let done = day_off::cancel(&test.db, &act, &center, day(), "", seen.clone()).await;
        let one = DayOff {
            shifts: 1,
            ..DayOff::default()
        };
        assert_eq!(done.unwrap(), one, "the other one is of another day");
    }
    assert!(act.was_replayed());
    assert_eq!(preview(&test).await.items.len(), 3);
    assert_eq!(cancel(&test, seen).await, DayOff::default());
}

/// C-180: whoever is free again moves up elsewhere.
async fn who_is_free_again_moves_up_on_another_day(test: TestDb) {
    let made = stage(&test).await;
    // Across midnight into the next day, where the second waits for a place at that time.
    test.arrange(vec![
        format!(
            "UPDATE shift SET starts_at = {}, ends_at = {} WHERE id = '{}'",
            NOW.plus(250 * HOUR).0,
            NOW.plus(272 * HOUR).0,
            made[0]
        ),
        "UPDATE occurrence SET capacity = 1, waitlist_capacity = 2".into(),
    ])
    .await;
    bookings::book(&test.db, &resident(1), request(1, 3))
        .await
        .unwrap();
    let second = bookings::book(&test.db, &resident(2), request(2, 3)).await;
    second.unwrap();
    signed_up(&test, 2, &made[0]).await;
    let first = test
        .number(&format!(
            "SELECT COUNT(*) FROM booking WHERE account_id = '{}' AND state = 'confirmed'",
            account(1)
        ))
        .await;
    assert_eq!(first, 1);
    let mut tx = test.db.read().await.unwrap();
    let (booking,): (domain::id::BookingId,) = tx
        .sql("SELECT id FROM booking WHERE state = 'confirmed'")
        .one()
        .await
        .unwrap();
    drop(tx);
    bookings::cancel(&test.db, &resident(1), booking, String::new())
        .await
        .unwrap();
    assert_eq!(
        confirmed(&test, 3).await,
        0,
        "passed: they are in the shift"
    );
    let seen = events(&preview(&test).await);
    cancel(&test, seen).await;
    assert_eq!(confirmed(&test, 3).await, 1);
}

async fn only_who_plans_there_cancels_a_day(test: TestDb) {
    let made = stage(&test).await;
    let center = CENTER.parse().unwrap();
    let caller = resident(1).caller;
    let looked = day_off::preview(&test.db, &caller, &center, day(), NOW).await;
    assert_eq!(looked.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    let seen = vec![Event::Shift(made[0].clone())];
    let done = day_off::cancel(&test.db, &resident(1), &center, day(), "", seen).await;
    assert_eq!(done.unwrap_err().refusal(), Some(&Refusal::Forbidden));
    let long = "长".repeat(201);
    let done = day_off::cancel(&test.db, &social_worker(), &center, day(), &long, vec![]).await;
    assert_eq!(done.unwrap_err().refusal().unwrap().code(), "invalid");
}

store::on_both_databases! {
    everything_of_a_day_falls_away_and_everybody_is_told_once => super::everything_of_a_day_falls_away_and_everybody_is_told_once,
    what_was_not_seen_stays => super::what_was_not_seen_stays,
    who_is_free_again_moves_up_on_another_day => super::who_is_free_again_moves_up_on_another_day,
    only_who_plans_there_cancels_a_day => super::only_who_plans_there_cancels_a_day,
}
