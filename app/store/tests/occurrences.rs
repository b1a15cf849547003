//! Dates that change or are called off while people are booked, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::*, *};
use domain::{
    Reason, Refusal,
    activity::{Enrolment, Status},
    booking::{By, State},
    id::OccurrenceId,
    notice::Notice,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    activities::{self, Dates, NewActivity},
    bookings,
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    testing::TestDb,
};

async fn c59_an_edit_reaches_as_far_as_it_says_and_never_back(test: TestDb) {
    let made = cast(&test, &[1, 8, 15, 22], 5).await;
    let (db, act) = (&test.db, social_worker());
    let later = |o: &OccurrenceId, scope, hours: i64, day: i64, now: Timestamp| {
        let change = OccurrenceEdit {
            starts_at: Some(at_day(day).plus(hours * HOUR)),
            ..OccurrenceEdit::default()
        };
        let (act, o, db) = (at(&act, now), o.clone(), db.clone());
        async move { occurrences::edit(&db, &act, &o, scope, change, None).await }
    };
    let o = &made.occurrences;
    later(&o[1], EditScope::This, 1, 8, NOW).await.unwrap();
    later(&o[2], EditScope::ThisAndFollowing, 2, 15, NOW)
        .await
        .unwrap();
    let hours = |days: &[(i64, i64)]| -> Vec<_> {
        days.iter()
            .zip(o)
            .map(|((day, h), id)| (id.clone(), at_day(*day).plus(h * HOUR)))
            .collect()
    };
    assert_eq!(
        starts(db, &act, &made.id).await,
        hours(&[(1, 0), (8, 1), (15, 2), (22, 2)])
    );
    // A week on: the first is over, "all future" leaves it alone.
    let now = at_day(2);
    let edited = later(&o[3], EditScope::AllFuture, 3, 22, now)
        .await
        .unwrap();
    assert_eq!((edited.occurrences.len(), edited.moved), (3, 3));
    assert_eq!(
        starts(db, &act, &made.id).await,
        hours(&[(1, 0), (8, 2), (15, 3), (22, 3)])
    );
    assert_eq!(
        refused(later(&o[0], EditScope::AllFuture, 1, 1, now).await),
        Refusal::AlreadyStarted { since: at_day(1) }
    );
    assert_eq!(
        refused(later(&o[1], EditScope::This, 3, 15, NOW).await),
        Refusal::invalid("occurrences", Reason::OverlapEachOther)
    );
    assert_eq!(
        refused(later(&o[1], EditScope::This, 0, -3, NOW).await),
        Refusal::invalid("starts_at", Reason::InThePast)
    );
    let view = occurrences::find(db, &o[3]).await.unwrap();
    assert_eq!(view.sequence, 2);
    assert_eq!(
        view.ends_at,
        view.starts_at.plus(2 * HOUR),
        "the length stays"
    );
    assert_eq!(
        view.terms.cancel_until,
        view.starts_at.plus(-2 * HOUR),
        "C-64: the cutoff moves with it"
    );
    assert_eq!(view.terms.booking_opens_at, NOW, "what was open stays open");
    assert_eq!(view.dates.len(), 4);
}

async fn c65_who_is_booked_is_told_once_of_each_move(test: TestDb) {
    let made = cast(&test, &[2, 3], 2).await;
    let (db, o) = (&test.db, &made.occurrences);
    for n in 1..=3 {
        book(db, n, &o[0]).await.unwrap();
    }
    let gone = book(db, 4, &o[0]).await.unwrap();
    bookings::cancel(db, &resident(4), gone.id, String::new())
        .await
        .unwrap();
    // Somebody of the first has something else at the time it moves to.
    book(db, 1, &o[1]).await.unwrap();
    let room = |text: &str| OccurrenceEdit {
        room: Some(text.into()),
        ..OccurrenceEdit::default()
    };
    let edited = edit(&test, &o[0], EditScope::This, room(" 舞蹈室 "))
        .await
        .unwrap();
    assert_eq!((edited.moved, edited.told, edited.overlapping), (1, 3, 0));
    let told = messages(&test, "moved").await;
    assert_eq!(told.len(), 3);
    let Notice::Moved { before, after, .. } = &told[0] else {
        panic!("{told:?}")
    };
    assert_eq!(
        (before.room.as_str(), after.room.as_str()),
        ("多功能室", "舞蹈室")
    );
    // The same again is no change, and terms alone are no move.
    let edited = edit(&test, &o[0], EditScope::This, room("舞蹈室"))
        .await
        .unwrap();
    assert!(edited.occurrences.is_empty());
    edit(&test, &o[0], EditScope::This, capacity(2))
        .await
        .unwrap();
    assert_eq!(messages(&test, "moved").await.len(), 3);
    let other = created(&test, activity(Dates::List(vec![sitting(5, 5)]))).await;
    book(db, 1, &other.occurrences[0]).await.unwrap();
    let change = OccurrenceEdit {
        starts_at: Some(at_day(5).plus(HOUR)),
        ..OccurrenceEdit::default()
    };
    let edited = edit(&test, &o[0], EditScope::This, change).await.unwrap();
    assert_eq!((edited.told, edited.overlapping), (3, 1));
    assert_eq!(messages(&test, "moved").await.len(), 6, "each move is told");
    assert_eq!(
        test.number("SELECT COUNT(*) FROM outbox WHERE kind = 'moved'")
            .await,
        6
    );
    assert_eq!(occurrences::find(db, &o[0]).await.unwrap().sequence, 2);
}

async fn c10_a_capacity_never_falls_below_who_is_confirmed(test: TestDb) {
    let made = cast(&test, &[2, 9], 3).await;
    let (db, o) = (&test.db, &made.occurrences);
    for n in 1..=3 {
        book(db, n, &o[1]).await.unwrap();
    }
    assert_eq!(
        refused(edit(&test, &o[0], EditScope::AllFuture, capacity(2)).await),
        Refusal::BelowConfirmed { confirmed: 3 }
    );
    let first = occurrences::find(db, &o[0]).await.unwrap();
    assert_eq!(
        (first.terms.capacity, first.revision),
        (3, 1),
        "all or nothing"
    );
    edit(&test, &o[0], EditScope::This, capacity(2))
        .await
        .unwrap();
    let households = OccurrenceEdit {
        terms: TermsEdit {
            unit: Some(domain::activity::Unit::Households),
            ..TermsEdit::default()
        },
        ..OccurrenceEdit::default()
    };
    assert_eq!(
        refused(edit(&test, &o[1], EditScope::This, households.clone()).await),
        Refusal::HasBookings { live: 3 }
    );
    edit(&test, &o[0], EditScope::This, households)
        .await
        .unwrap();
}

async fn more_places_go_to_who_waits_at_once(test: TestDb) {
    let made = cast(&test, &[2], 1).await;
    let (db, o) = (&test.db, &made.occurrences[0]);
    let mut views = Vec::new();
    for n in 1..=6 {
        views.push(book(db, n, o).await.unwrap());
    }
    let act = social_worker();
    occurrences::edit(db, &act, o, EditScope::This, capacity(4), Some(1))
        .await
        .unwrap();
    let view = occurrences::find(db, o).await.unwrap();
    assert_eq!(
        (view.confirmed, view.waitlisted, view.terms.capacity),
        (4, 2, 4)
    );
    for n in 2..=4_u128 {
        let now = booking(db, n, &views[usize::try_from(n).unwrap() - 1]).await;
        assert_eq!(now.state, State::Confirmed, "account {n}");
    }
    assert_eq!(booking(db, 5, &views[4]).await.position, Some(1));
    assert_eq!(messages(&test, "promoted").await.len(), 3);
    assert_eq!(
        refused(occurrences::edit(db, &act, o, EditScope::This, capacity(9), Some(1)).await),
        Refusal::Stale
    );
}

async fn c41_who_is_called_off_is_cancelled_by_the_staff_and_told_once(test: TestDb) {
    let made = cast(&test, &[2, 9], 1).await;
    let (db, act, o) = (&test.db, social_worker(), &made.occurrences);
    let first = book(db, 1, &o[0]).await.unwrap();
    let waits = book(db, 2, &o[0]).await.unwrap();
    let stays = book(db, 1, &o[1]).await.unwrap();
    let done = occurrences::cancel(db, &act, &o[0], " 台风 ", None)
        .await
        .unwrap();
    assert_eq!((done.bookings, done.told), (2, 2));
    for (n, view) in [(1, &first), (2, &waits)] {
        let now = booking(db, n, view).await;
        assert_eq!(
            (now.state, now.cancelled_by, now.cancel_reason.as_str()),
            (State::Cancelled, Some(By::Staff), "台风")
        );
        assert!(now.sequence > view.sequence, "calendars learn of it");
    }
    assert_eq!(booking(db, 1, &stays).await.state, State::Confirmed);
    let Notice::CalledOff {
        reason,
        sitting: off,
        ..
    } = &messages(&test, "called_off").await[0]
    else {
        panic!()
    };
    assert_eq!((reason.as_str(), off.starts_at), ("台风", at_day(2)));
    let again = occurrences::cancel(db, &act, &o[0], "台风", Some(99))
        .await
        .unwrap();
    assert_eq!(again.told, 0);
    assert_eq!(messages(&test, "called_off").await.len(), 2);
    let view = occurrences::find(db, &o[0]).await.unwrap();
    assert_eq!(
        (view.status, view.cancel_reason.as_str()),
        (Status::Cancelled, "台风")
    );
    assert_eq!(book(db, 3, &o[0]).await, Err(Refusal::OccurrenceCancelled));
    // C-62: what was called off no longer stands in the way.
    let other = created(&test, activity(Dates::List(vec![sitting(2, 5)]))).await;
    book(db, 1, &other.occurrences[0]).await.unwrap();
    // The whole activity.
    let done = activities::cancel(db, &act, &made.id, "", None)
        .await
        .unwrap();
    assert_eq!((done.occurrences.as_slice(), done.told), (&o[1..], 1));
    let detail = activities::find(db, &act.caller, &made.id, NOW)
        .await
        .unwrap();
    assert_eq!(
        (detail.activity.status, detail.activity.upcoming),
        (Status::Cancelled, 0)
    );
    assert_eq!(
        refused(edit(&test, &o[1], EditScope::This, capacity(9)).await),
        Refusal::OccurrenceCancelled
    );
    assert_eq!(
        refused(occurrences::delete(db, &act, &o[1], None).await),
        Refusal::HasBookings { live: 0 }
    );
}

async fn an_enrolment_in_a_series_is_told_once_and_its_dates_stay(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 5).await;
    let (db, act) = (&test.db, social_worker());
    let list = (1..=25).map(|week| sitting(week * 7, 2)).collect();
    let new = NewActivity {
        enrolment: Enrolment::Series,
        ..activity(Dates::List(list))
    };
    let made = created(&test, new).await;
    for n in 1..=4 {
        book(db, n, &made.occurrences[0]).await.unwrap();
    }
    let more = Dates::List(vec![sitting(200, 2)]);
    assert_eq!(
        refused(activities::add_occurrences(db, &act, &made.id, more, None).await),
        Refusal::HasBookings { live: 4 }
    );
    let room = OccurrenceEdit {
        room: Some("二楼".into()),
        ..capacity(3)
    };
    let edited = edit(&test, &made.occurrences[0], EditScope::AllFuture, room)
        .await
        .unwrap();
    assert_eq!((edited.moved, edited.told), (25, 4));
    let view = occurrences::find(db, &made.occurrences[24]).await.unwrap();
    assert_eq!(
        (view.confirmed, view.waitlisted),
        (3, 1),
        "the raised capacity moved the line up"
    );
    let done = activities::cancel(db, &act, &made.id, "停办", None)
        .await
        .unwrap();
    assert_eq!((done.bookings, done.told), (100, 4));
    assert_eq!(messages(&test, "called_off").await.len(), 4);
}

async fn thirty_move_up_in_one_go(test: TestDb) {
    let kept = Sitting {
        held_back: 30,
        ..Sitting::new(1, 30, 30)
    };
    center(&test, &[kept], "single").await;
    accounts(&test, 1, 31).await;
    for n in 1..=30 {
        let view = book(&test.db, n, &occurrence(1)).await.unwrap();
        assert_eq!(view.position, i64::try_from(n).ok());
    }
    let job = at(&social_worker(), NOW.plus(DAY));
    assert_eq!(bookings::settle(&test.db, &job).await.unwrap(), 1);
    assert_eq!(
        (confirmed(&test, 1).await, waitlisted(&test, 1).await),
        (30, 0)
    );
    assert_eq!(messages(&test, "promoted").await.len(), 30);
}

/// Staff edit the capacity up and down while residents book and cancel: nobody is lost, nobody is
/// over (rule 1, rule 3).
async fn editing_while_people_book_never_breaks_the_capacity(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 41).await;
    let made = created(
        &test,
        activity(Dates::List(vec![sitting(2, 4), sitting(3, 4)])),
    )
    .await;
    let o = made.occurrences[0].clone();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 1..=40_u128 {
        let (db, o) = (test.db.clone(), o.clone());
        tasks.spawn(async move {
            let booked = book(&db, n, &o).await;
            if let (Ok(view), true) = (booked, n % 3 == 0) {
                bookings::cancel(&db, &resident(n), view.id, String::new())
                    .await
                    .unwrap();
            }
        });
    }
    for n in [6, 3, 8, 5, 9, 4, 7, 2] {
        let (db, o) = (test.db.clone(), o.clone());
        tasks.spawn(async move {
            let act = social_worker();
            match occurrences::edit(&db, &act, &o, EditScope::AllFuture, capacity(n), None).await {
                Ok(_) => {}
                Err(error) => assert!(
                    matches!(error.refusal(), Some(Refusal::BelowConfirmed { .. })),
                    "{error}"
                ),
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let view = occurrences::find(&test.db, &o).await.unwrap();
    assert!(view.confirmed <= i64::from(view.terms.capacity), "{view:?}");
    assert!(
        view.waitlisted == 0 || view.confirmed == i64::from(view.terms.capacity),
        "a free place and a line: {view:?}"
    );
}

store::on_both_databases! {
    c59_an_edit_reaches_as_far_as_it_says_and_never_back => super::c59_an_edit_reaches_as_far_as_it_says_and_never_back,
    c65_who_is_booked_is_told_once_of_each_move => super::c65_who_is_booked_is_told_once_of_each_move,
    c10_a_capacity_never_falls_below_who_is_confirmed => super::c10_a_capacity_never_falls_below_who_is_confirmed,
    more_places_go_to_who_waits_at_once => super::more_places_go_to_who_waits_at_once,
    c41_who_is_called_off_is_cancelled_by_the_staff_and_told_once => super::c41_who_is_called_off_is_cancelled_by_the_staff_and_told_once,
    an_enrolment_in_a_series_is_told_once_and_its_dates_stay => super::an_enrolment_in_a_series_is_told_once_and_its_dates_stay,
    thirty_move_up_in_one_go => super::thirty_move_up_in_one_go,
    editing_while_people_book_never_breaks_the_capacity => super::editing_while_people_book_never_breaks_the_capacity,
}
