//! Residents and leads thank volunteers, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{past::*, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::{AssignmentId, BookingId, StaffId},
    thanks::{Sentence, THANK_FOR},
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act, Error, bookings, purge, shifts,
    testing::TestDb,
    thanks::{self, OfShift},
};
use tokio::task::JoinSet;

/// Two hours that ended yesterday.
const END: Timestamp = NOW.plus(-DAY + 2 * HOUR);

fn booking(n: u128) -> BookingId {
    id(0x9100_0000 + n)
}

/// Something that was on yesterday, with a shift of it: accounts 1 and 2 volunteered, accounts 3 to 5
/// attended, account 6 did not come. Account 2 attended too, as a volunteer's family may.
async fn stage(test: &TestDb) -> StaffId {
    center(test, &[Sitting::new(1, 20, 0)], "single").await;
    accounts(test, 1, 8).await;
    formal(test, 1, 3).await;
    past(test, 1, 1, &[1, 2]).await;
    let mut rows = vec![
        format!(
            "UPDATE occurrence SET starts_at = {}, ends_at = {} WHERE id = '{}'",
            END.plus(-2 * HOUR).0,
            END.0,
            occurrence(1)
        ),
        format!(
            "UPDATE shift SET occurrence_id = '{}' WHERE id = '{}'",
            occurrence(1),
            past_shift(1)
        ),
    ];
    for n in 2..=6 {
        let state = if n == 6 { "no_show" } else { "checked_in" };
        rows.push(format!(
            "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel, short_code,
                 promised_cancel_until, booked_at)
             VALUES ('{}', '{}', '{}', '{}', '{state}', 'online', 'B{n}', 0, 0)",
            booking(n),
            occurrence(1),
            person(n),
            account(n)
        ));
    }
    test.arrange(rows).await;
    let staff = lead(test, 1).await;
    test.arrange(vec![format!(
        "INSERT INTO assignment (id, shift_id, role, staff_id, state, channel, short_code, asked_at)
         VALUES ('{}', '{}', 'lead', '{staff}', 'checked_out', 'desk', 'L1', 0)",
        led_place(),
        past_shift(1)
    )])
    .await;
    staff
}

fn led_place() -> AssignmentId {
    id(0x7900_0001)
}

fn worker(staff: &StaffId) -> Act {
    let caller = Caller {
        identity: Identity::Staff(staff.clone()),
        grants: vec![Grant {
            role: Role::SocialWorker,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

async fn thank(test: &TestDb, act: &Act, n: u128, sentence: Sentence) -> store::Result<Sentence> {
    thanks::by_resident(&test.db, act, &booking(n), sentence).await
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    match result.unwrap_err() {
        Error::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

async fn received(test: &TestDb, n: u128) -> Vec<OfShift> {
    thanks::of_person(&test.db, &account(n), &person(n))
        .await
        .unwrap()
}

async fn who_attended_thanks_once_and_is_not_named(test: TestDb) {
    stage(&test).await;
    let said = thank(&test, &resident(3), 3, Sentence::Patient)
        .await
        .unwrap();
    assert_eq!(said, Sentence::Patient);
    // Again changes nothing.
    let again = thank(&test, &resident(3), 3, Sentence::Joy).await.unwrap();
    assert_eq!(again, Sentence::Patient);
    thank(&test, &resident(4), 4, Sentence::Patient)
        .await
        .unwrap();
    thank(&test, &resident(5), 5, Sentence::Joy).await.unwrap();
    let of = received(&test, 1).await;
    assert_eq!(of.len(), 1);
    assert_eq!(of[0].many(), 3);
    assert_eq!(
        of[0].residents,
        [(Sentence::Patient, 2), (Sentence::Joy, 1)]
    );
    assert_eq!(of[0].span.end(), END);
    assert_eq!(
        received(&test, 2).await,
        of,
        "everybody of the shift has it"
    );
    let view = bookings::find(&test.db, &resident(3).caller, &booking(3))
        .await
        .unwrap();
    let stands = thanks::of_booking(&test.db, &view, NOW).await.unwrap();
    assert_eq!(stands.said, Some(Sentence::Patient));

    // Whose family both attended and volunteered thanks the others, and not themselves.
    thank(&test, &resident(2), 2, Sentence::Kind).await.unwrap();
    assert_eq!(received(&test, 1).await[0].many(), 4);
    assert_eq!(received(&test, 2).await[0].many(), 3);
    // A check-in that was taken back takes the thanks along.
    let undone = format!(
        "UPDATE booking SET state = 'confirmed' WHERE id = '{}'",
        booking(3)
    );
    test.arrange(vec![undone]).await;
    assert_eq!(received(&test, 1).await[0].many(), 3);
    let foreign = thanks::of_person(&test.db, &account(3), &person(1)).await;
    assert_eq!(refused(foreign), Refusal::NotFound);
}

async fn only_who_was_there_thanks_and_not_for_ever(test: TestDb) {
    stage(&test).await;
    let say = async |act: &Act, n| refused(thank(&test, act, n, Sentence::Kind).await);
    assert_eq!(say(&resident(6), 6).await, Refusal::NotAttended);
    assert_eq!(say(&resident(4), 3).await, Refusal::NotFound);
    let wrong = thank(&test, &resident(3), 3, Sentence::Reliable).await;
    assert!(matches!(refused(wrong), Refusal::Invalid { .. }));
    let until = END.plus(THANK_FOR);
    let late = resident(3).at(until.plus(1));
    assert_eq!(say(&late, 3).await, Refusal::ThanksOver { until });
    let gone = |n| {
        format!(
            "UPDATE assignment SET state = 'no_show' WHERE shift_id = '{}' AND person_id = '{}'",
            past_shift(1),
            person(n)
        )
    };
    test.arrange(vec![gone(1)]).await;
    // Of the volunteers only their own family was there.
    assert_eq!(say(&resident(2), 2).await, Refusal::NobodyToThank);
    test.arrange(vec![gone(2)]).await;
    assert_eq!(say(&resident(3), 3).await, Refusal::NobodyToThank);
    assert_eq!(test.number("SELECT COUNT(*) FROM thanks").await, 0);
}

async fn a_lead_thanks_each_volunteer_once_and_nobody_else(test: TestDb) {
    let staff = stage(&test).await;
    let act = worker(&staff);
    let say = async |act: &Act, place: &AssignmentId, sentence| {
        thanks::by_lead(&test.db, act, place, sentence).await
    };
    let place = past_place(1, 1);
    let said = say(&act, &place, Sentence::Careful).await.unwrap();
    assert_eq!(said, Sentence::Careful);
    let again = say(&act, &place, Sentence::Helped).await.unwrap();
    assert_eq!(again, Sentence::Careful);
    let of = received(&test, 1).await;
    assert_eq!(of[0].leads, [("社工1".to_owned(), Sentence::Careful)]);
    assert_eq!((of[0].many(), received(&test, 2).await.len()), (0, 0));

    let shift = shifts::find(&test.db, &past_shift(1)).await.unwrap();
    let list = async |act: &Act| {
        thanks::for_lead(&test.db, &act.caller, &shift, act.now)
            .await
            .unwrap()
    };
    let all = list(&act).await;
    let of_one = all.iter().map(|of| (of.assignment.clone(), of.said));
    let expected = [
        (place.clone(), Some(Sentence::Careful)),
        (past_place(1, 2), None),
    ];
    assert_eq!(of_one.collect::<Vec<_>>(), expected);
    // Once it is over, what was said stays to be seen.
    assert_eq!(list(&act.at(END.plus(THANK_FOR + 1))).await.len(), 1);

    let own = say(&act, &led_place(), Sentence::Careful).await;
    assert_eq!(refused(own), Refusal::NobodyToThank);
    let colleague = worker(&lead(&test, 2).await);
    assert!(list(&colleague).await.is_empty());
    let not_there = say(&colleague, &place, Sentence::Careful).await;
    assert_eq!(refused(not_there), Refusal::NotAttended);
    let residents = say(&resident(3), &place, Sentence::Careful).await;
    assert_eq!(refused(residents), Refusal::Forbidden);
    let theirs = say(&act, &past_place(1, 2), Sentence::Joy).await;
    assert!(matches!(refused(theirs), Refusal::Invalid { .. }));
}

/// However many thank somebody: they are told once a day, and by text message not at night.
async fn a_volunteer_is_told_once_a_day_and_never_at_night(test: TestDb) {
    let staff = stage(&test).await;
    let night = Timestamp::start_of(NOW.day()).plus(22 * HOUR);
    let morning = Timestamp::start_of(NOW.day()).plus(DAY + 8 * HOUR);
    let told = async || {
        let of = |table: &str| format!("SELECT COUNT(*) FROM {table} WHERE kind = 'thanked'");
        (
            test.number(&of("message")).await,
            test.number(&of("outbox")).await,
        )
    };
    thank(&test, &resident(3).at(night), 3, Sentence::Kind)
        .await
        .unwrap();
    assert_eq!(told().await, (2, 2), "both volunteers");
    let due = "SELECT MIN(due_at) FROM outbox WHERE kind = 'thanked'";
    assert_eq!(test.number(due).await, morning.0);
    thank(&test, &resident(4).at(morning.plus(HOUR)), 4, Sentence::Joy)
        .await
        .unwrap();
    let act = worker(&staff).at(morning.plus(2 * HOUR));
    thanks::by_lead(&test.db, &act, &past_place(1, 1), Sentence::Helped)
        .await
        .unwrap();
    assert_eq!(told().await, (2, 2), "the same day");
    thank(&test, &resident(5).at(morning.plus(DAY)), 5, Sentence::Joy)
        .await
        .unwrap();
    assert_eq!(told().await, (4, 4));
    let records = "SELECT COUNT(*) FROM audit WHERE action = 'thanks.give'";
    assert_eq!(test.number(records).await, 4);
}

async fn two_presses_at_once_are_one(test: TestDb) {
    let staff = stage(&test).await;
    let mut tasks = JoinSet::new();
    for n in 0..8 {
        let (db, act) = (test.db.clone(), worker(&staff));
        tasks.spawn(async move {
            let sentence = [Sentence::Kind, Sentence::Joy][n % 2];
            thanks::by_resident(&db, &resident(3), &booking(3), sentence)
                .await
                .unwrap();
            thanks::by_lead(&db, &act, &past_place(1, 1), Sentence::Helped)
                .await
                .unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!(test.number("SELECT COUNT(*) FROM thanks").await, 2);
    // They end with time.
    for (days, left) in [(729, 2), (731, 0)] {
        purge::run(&test.db, &social_worker().at(NOW.plus(days * DAY)))
            .await
            .unwrap();
        assert_eq!(test.number("SELECT COUNT(*) FROM thanks").await, left);
    }
}

store::on_both_databases! {
    who_attended_thanks_once_and_is_not_named => super::who_attended_thanks_once_and_is_not_named,
    only_who_was_there_thanks_and_not_for_ever => super::only_who_was_there_thanks_and_not_for_ever,
    a_lead_thanks_each_volunteer_once_and_nobody_else => super::a_lead_thanks_each_volunteer_once_and_nobody_else,
    a_volunteer_is_told_once_a_day_and_never_at_night => super::a_volunteer_is_told_once_a_day_and_never_at_night,
    two_presses_at_once_are_one => super::two_presses_at_once_are_one,
}
