//! Appointments of casework, on both databases: each is a date like any other, and what is listed is one
//! card of each day.
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
    activity::{Enrolment, Kind},
    id::{CenterId, OccurrenceId},
    report::Days,
    slots::{Cutting, State, Tally},
    texts::Texts,
    time::{DAY, HOUR, Span, Timestamp},
};
use store::{
    Error,
    activities::{self, NewActivity, NewOccurrence},
    bookings,
    casework::{Slot, slots},
    occurrences::TermsEdit,
    testing::TestDb,
    whats_on::{self, Dates, Search},
};

/// The afternoon of a day so many days ahead: three slots.
fn afternoon(day: i64) -> Vec<Span> {
    let start = Timestamp::start_of(NOW.day()).plus(day * DAY + 14 * HOUR);
    let stretch = Span::new(start, start.plus(3 * HOUR)).unwrap();
    Cutting::new(45, 15).unwrap().cut(stretch).unwrap()
}

/// Two afternoons of appointments, and a lecture twice a day.
async fn offer(test: &TestDb) -> Vec<OccurrenceId> {
    center(test, &[], "single").await;
    accounts(test, 1, 6).await;
    let mut made = Vec::new();
    for (title, kind, capacity) in [
        ("个案面谈", Kind::Casework, 1),
        ("讲座", Kind::CommunityActivity, 30),
    ] {
        let spans = [afternoon(1), afternoon(3)].concat();
        let list = spans.into_iter().map(|span| NewOccurrence {
            starts_at: span.start(),
            ends_at: span.end(),
            room: String::new(),
            terms: TermsEdit {
                capacity: Some(capacity),
                waitlist_capacity: Some(0),
                ..TermsEdit::default()
            },
        });
        let new = NewActivity {
            center: CENTER.parse().unwrap(),
            texts: Texts {
                title: title.into(),
                summary: String::new(),
                kind,
                field: "elder".into(),
                menu_item_id: None,
            },
            enrolment: Enrolment::Single,
            dates: activities::Dates::List(list.collect()),
            publish: true,
        };
        let created = activities::create(&test.db, &social_worker(), new).await;
        made.extend(created.unwrap().occurrences);
    }
    made
}

async fn book(test: &TestDb, n: u128, slot: &OccurrenceId) -> Result<(), Error> {
    let request = bookings::BookRequest {
        occurrence: slot.clone(),
        ..request(n, 1)
    };
    bookings::book(&test.db, &resident(n), request)
        .await
        .map(drop)
}

/// The appointments that are listed, and how many dates of the lecture.
async fn listed(test: &TestDb, dates: Dates) -> (Vec<OccurrenceId>, usize) {
    let search = Search {
        dates,
        ..Search::at(CENTER.parse().unwrap(), NOW, NOW.plus(7 * DAY), NOW)
    };
    let found = whats_on::list(&test.db, &search).await.unwrap().items;
    let (casework, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|view| view.kind == Kind::Casework);
    let ids = casework.into_iter().map(|view| view.id).collect();
    (ids, others.len())
}

async fn an_afternoon_of_appointments_is_one_card(test: TestDb) {
    let made = offer(&test).await;
    let (all, lectures) = listed(&test, Dates::All).await;
    assert_eq!(
        (all.len(), lectures),
        (6, 6),
        "programs are told everything"
    );
    let slot = |n: usize| made[n].clone();
    assert_eq!(
        listed(&test, Dates::OneSlotADay).await,
        (vec![slot(0), slot(3)], 6)
    );
    assert_eq!(listed(&test, Dates::Next).await, (vec![slot(0)], 1));
    // What is taken is not the card's time, as long as another is free.
    book(&test, 1, &made[0]).await.unwrap();
    assert_eq!(
        listed(&test, Dates::OneSlotADay).await,
        (vec![slot(1), slot(3)], 6)
    );
    assert_eq!(listed(&test, Dates::Next).await, (vec![slot(1)], 1));
    book(&test, 2, &made[1]).await.unwrap();
    book(&test, 3, &made[2]).await.unwrap();
    assert_eq!(
        listed(&test, Dates::OneSlotADay).await,
        (vec![slot(0), slot(3)], 6),
        "a full afternoon is there, as full"
    );
    assert_eq!(listed(&test, Dates::Next).await, (vec![slot(3)], 1));
    // One has one place, whoever asks.
    let full = book(&test, 4, &made[0]).await.unwrap_err();
    assert!(matches!(full, Error::Refused(Refusal::Full)), "{full:?}");
}

fn caller(role: Role) -> Caller {
    Caller {
        identity: Identity::Staff(id(1)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    }
}

async fn seen_by(test: &TestDb, caller: &Caller, now: Timestamp) -> Vec<Slot> {
    let center: CenterId = CENTER.parse().unwrap();
    let from = NOW.day();
    let days = Days::new(from, from + chrono::Duration::days(13)).unwrap();
    slots(&test.db, caller, &center, days, now).await.unwrap()
}

fn states(slots: &[Slot]) -> Vec<State> {
    slots.iter().map(|slot| slot.state).collect()
}

async fn staff_see_what_became_of_each(test: TestDb) {
    use State as S;
    let made = offer(&test).await;
    for (n, slot) in [(1, 0), (2, 1), (3, 3)] {
        book(&test, n, &made[slot]).await.unwrap();
    }
    let worker = caller(Role::SocialWorker);
    let before = seen_by(&test, &worker, NOW).await;
    assert_eq!(
        states(&before),
        [S::Taken, S::Taken, S::Free, S::Taken, S::Free, S::Free]
    );
    assert!(
        before.iter().all(|slot| slot.title == "个案面谈"),
        "nothing else"
    );
    let end = |state: &str, n: usize| {
        format!(
            "UPDATE booking SET state = '{state}' WHERE occurrence_id = '{}'",
            made[n]
        )
    };
    test.arrange(vec![end("checked_in", 0), end("no_show", 1)])
        .await;
    activities_called_off(&test, &made[5]).await;
    let after = afternoon(1)[2].end();
    let seen = seen_by(&test, &worker, after).await;
    assert_eq!(
        states(&seen),
        [
            S::Came,
            S::Missed,
            S::Unused,
            S::Taken,
            S::Free,
            S::CalledOff
        ]
    );
    let tally = Tally::of(states(&seen));
    assert_eq!(
        (tally.offered, tally.taken, tally.came, tally.missed),
        (5, 3, 1, 1)
    );
    // Whoever may not read who it was is not told whether they came.
    let evaluator = seen_by(&test, &caller(Role::Evaluator), after).await;
    assert_eq!(
        states(&evaluator),
        [
            S::Taken,
            S::Taken,
            S::Unused,
            S::Taken,
            S::Free,
            S::CalledOff
        ]
    );
    let center: CenterId = CENTER.parse().unwrap();
    let days = Days::new(NOW.day(), NOW.day()).unwrap();
    let stranger = slots(&test.db, &resident(1).caller, &center, days, NOW).await;
    assert!(matches!(
        stranger.unwrap_err(),
        Error::Refused(Refusal::Forbidden)
    ));
}

async fn activities_called_off(test: &TestDb, slot: &OccurrenceId) {
    test.arrange(vec![format!(
        "UPDATE occurrence SET status = 'cancelled' WHERE id = '{slot}'"
    )])
    .await;
}

store::on_both_databases! {
    an_afternoon_of_appointments_is_one_card => super::an_afternoon_of_appointments_is_one_card,
    staff_see_what_became_of_each => super::staff_see_what_became_of_each,
}
