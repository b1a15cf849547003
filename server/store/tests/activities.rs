//! What the staff do with activities and their dates, on both databases.
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
    access::Caller,
    activity::{Enrolment, Kind, Status},
    booking::State,
    id::{ActivityId, CenterId, OccurrenceId},
    notice::Notice,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act, Db,
    activities::{self, ActivityEdit, Created, Dates, NewActivity, NewOccurrence},
    bookings::{self, BookingView},
    idempotency::Key,
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    testing::TestDb,
};

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn at_day(day: i64) -> Timestamp {
    NOW.plus(day * DAY + 10 * HOUR)
}

fn sitting(day: i64, capacity: u32) -> NewOccurrence {
    NewOccurrence {
        starts_at: at_day(day),
        ends_at: at_day(day).plus(2 * HOUR),
        room: "多功能室".into(),
        terms: TermsEdit {
            capacity: Some(capacity),
            ..TermsEdit::default()
        },
    }
}

fn activity(dates: Dates) -> NewActivity {
    NewActivity {
        center: here(),
        title: " 太极拳  入门 ".into(),
        summary: "每周一次".into(),
        kind: Kind::Group,
        field: "elder".into(),
        menu_item: None,
        enrolment: Enrolment::Single,
        dates,
        publish: true,
        key: None,
    }
}

async fn created(test: &TestDb, new: NewActivity) -> Created {
    let answer = activities::create(&test.db, &social_worker(), new)
        .await
        .unwrap();
    answer.outcome.unwrap()
}

/// A published activity on these days, and accounts 1 to 9.
async fn cast(test: &TestDb, days: &[i64], capacity: u32) -> Created {
    center(test, &[], "single").await;
    accounts(test, 1, 10).await;
    let list = days.iter().map(|d| sitting(*d, capacity)).collect();
    created(test, activity(Dates::List(list))).await
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().expect("a refusal").clone()
}

async fn book(db: &Db, n: u128, occurrence: &OccurrenceId) -> Result<BookingView, Refusal> {
    let mut request = request(n, 0);
    request.occurrence = occurrence.clone();
    let answer = bookings::book(db, &resident(n), request).await.unwrap();
    answer.outcome?.people.remove(0).1
}

async fn booking(db: &Db, n: u128, view: &BookingView) -> BookingView {
    bookings::find(db, &resident(n).caller, &view.id)
        .await
        .unwrap()
}

async fn edit(
    test: &TestDb,
    id: &OccurrenceId,
    scope: EditScope,
    change: OccurrenceEdit,
) -> store::Result<occurrences::Edited> {
    occurrences::edit(&test.db, &social_worker(), id, scope, change, None).await
}

fn capacity(n: u32) -> OccurrenceEdit {
    OccurrenceEdit {
        terms: TermsEdit {
            capacity: Some(n),
            ..TermsEdit::default()
        },
        ..OccurrenceEdit::default()
    }
}

async fn messages(test: &TestDb, kind: &str) -> Vec<Notice> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> = tx
        .sql("SELECT data FROM message WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .all()
        .await
        .unwrap();
    rows.iter()
        .map(|(data,)| serde_json::from_str(data).unwrap())
        .collect()
}

async fn starts(db: &Db, act: &Act, id: &ActivityId) -> Vec<(OccurrenceId, Timestamp)> {
    let detail = activities::find(db, &act.caller, id, NOW).await.unwrap();
    detail
        .occurrences
        .into_iter()
        .map(|o| (o.id, o.starts_at))
        .collect()
}

async fn c63_what_is_created_is_what_was_previewed(test: TestDb) {
    center(&test, &[], "single").await;
    let dates = Dates::Rule {
        rule: "FREQ=WEEKLY;COUNT=5".into(),
        first: NewOccurrence {
            terms: TermsEdit {
                booking_opens_at: Some(at_day(-1)),
                capacity: Some(12),
                held_back: Some(3),
                held_until: Some(Some(at_day(2))),
                ..TermsEdit::default()
            },
            ..sitting(3, 12)
        },
        excluded: vec![at_day(10).day()],
    };
    let preview = dates.plan(NOW).unwrap();
    assert_eq!(preview.len(), 4);
    let made = created(&test, activity(dates)).await;
    let act = social_worker();
    let detail = activities::find(&test.db, &act.caller, &made.id, NOW)
        .await
        .unwrap();
    assert_eq!(detail.activity.title, "太极拳 入门");
    assert_eq!(
        (detail.activity.upcoming, detail.activity.next_at),
        (4, Some(at_day(3)))
    );
    let list: Vec<_> = detail
        .occurrences
        .iter()
        .map(|o| (o.starts_at, o.ends_at, o.room.as_str()))
        .collect();
    let previewed: Vec<_> = preview
        .iter()
        .map(|p| (p.span.start(), p.span.end(), p.room.as_str()))
        .collect();
    assert_eq!(list, previewed);
    let last = &detail.occurrences[3];
    assert_eq!(
        (
            last.starts_at,
            last.booking_opens_at,
            last.held_until,
            last.capacity,
            last.waitlist_capacity
        ),
        (at_day(31), at_day(27), Some(at_day(30)), 12, 10),
        "instants keep their distance to the start, the rest is the default"
    );
    assert_eq!(made.occurrences.len(), 4);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE action = 'activity.create'")
            .await,
        1
    );
}

async fn what_does_not_fit_is_refused_whole(test: TestDb) {
    center(&test, &[], "single").await;
    let try_it = async |new: NewActivity| {
        let answer = activities::create(&test.db, &social_worker(), new)
            .await
            .unwrap();
        answer.outcome.unwrap_err()
    };
    let list = |l: Vec<NewOccurrence>| activity(Dates::List(l));
    assert_eq!(
        try_it(list(vec![])).await,
        Refusal::invalid("occurrences", "missing")
    );
    assert_eq!(
        try_it(list(vec![sitting(2, 5), sitting(2, 5)])).await,
        Refusal::invalid("occurrences", "overlap_each_other")
    );
    assert_eq!(
        try_it(list(vec![sitting(-2, 5)])).await,
        Refusal::invalid("occurrences", "in_the_past")
    );
    let untitled = NewActivity {
        title: " ".into(),
        ..list(vec![sitting(2, 5)])
    };
    assert_eq!(try_it(untitled).await, Refusal::invalid("title", "missing"));
    let field = NewActivity {
        field: "x".into(),
        ..list(vec![sitting(2, 5)])
    };
    assert_eq!(
        try_it(field).await,
        Refusal::invalid("field", "unknown_value")
    );
    let item = NewActivity {
        menu_item: Some(id(5)),
        ..list(vec![sitting(2, 5)])
    };
    assert_eq!(
        try_it(item).await,
        Refusal::invalid("menu_item", "unknown_value")
    );
    let nowhere = NewActivity {
        center: "SZ0".parse().unwrap(),
        ..list(vec![sitting(2, 5)])
    };
    assert_eq!(try_it(nowhere).await, Refusal::NotFound);
    let stranger = activities::create(&test.db, &resident(1), list(vec![sitting(2, 5)])).await;
    assert_eq!(stranger.unwrap().outcome.unwrap_err(), Refusal::Forbidden);
    assert_eq!(test.number("SELECT COUNT(*) FROM activity").await, 0);
}

async fn c31_creating_twice_with_one_key_creates_once(test: TestDb) {
    center(&test, &[], "single").await;
    let new = || NewActivity {
        key: Some(Key::new("k1", &[b"body"]).unwrap()),
        ..activity(Dates::List(vec![sitting(2, 5)]))
    };
    let first = activities::create(&test.db, &social_worker(), new())
        .await
        .unwrap();
    let again = activities::create(&test.db, &social_worker(), new())
        .await
        .unwrap();
    assert_eq!((first.replayed, again.replayed), (false, true));
    assert_eq!(first.outcome.unwrap(), again.outcome.unwrap());
    assert_eq!(test.number("SELECT COUNT(*) FROM activity").await, 1);
}

async fn c66_drafts_are_for_the_staff_and_unpublishing_needs_an_empty_house(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 3).await;
    let (db, act) = (&test.db, social_worker());
    let draft = NewActivity {
        publish: false,
        ..activity(Dates::List(vec![sitting(2, 1)]))
    };
    let made = created(&test, draft).await;
    let id = &made.occurrences[0];
    assert_eq!(refused(occurrences::find(db, id).await), Refusal::NotFound);
    assert_eq!(
        refused(occurrences::find_for_staff(db, &resident(1).caller, id).await),
        Refusal::Forbidden
    );
    let seen = occurrences::find_for_staff(db, &act.caller, id)
        .await
        .unwrap();
    assert_eq!(seen.status, Status::Draft);
    assert_eq!(book(db, 1, id).await, Err(Refusal::NotFound));

    let open = activities::publish(db, &act, &made.id, Some(1))
        .await
        .unwrap();
    assert_eq!((open.status, open.revision), (Status::Published, 2));
    assert_eq!(
        occurrences::find(db, id).await.unwrap().status,
        Status::Published
    );
    let booked = book(db, 1, id).await.unwrap();
    assert_eq!(
        refused(activities::unpublish(db, &act, &made.id, None).await),
        Refusal::HasBookings { live: 1 }
    );
    bookings::cancel(db, &resident(1), booked.id, String::new(), None)
        .await
        .unwrap();
    let shut = activities::unpublish(db, &act, &made.id, Some(2))
        .await
        .unwrap();
    assert_eq!(shut.status, Status::Draft);
    assert_eq!(refused(occurrences::find(db, id).await), Refusal::NotFound);
    // Somebody has booked once: it can be called off, never removed.
    assert_eq!(
        refused(activities::delete(db, &act, &made.id, None).await),
        Refusal::HasBookings { live: 0 }
    );
    assert_eq!(
        refused(activities::publish(db, &act, &made.id, Some(2)).await),
        Refusal::Stale
    );
}

async fn c58_c65_another_text_keeps_everything_and_tells_nobody(test: TestDb) {
    let made = cast(&test, &[2], 1).await;
    let (db, act) = (&test.db, social_worker());
    let first = book(db, 1, &made.occurrences[0]).await.unwrap();
    let second = book(db, 2, &made.occurrences[0]).await.unwrap();
    let texts = ActivityEdit {
        title: Some("太极拳提高".into()),
        summary: Some("一行\n两行".into()),
        ..ActivityEdit::default()
    };
    activities::edit(db, &act, &made.id, texts.clone(), Some(1))
        .await
        .unwrap();
    assert_eq!(
        refused(activities::edit(db, &act, &made.id, texts, Some(1)).await),
        Refusal::Stale
    );
    let view = booking(db, 1, &first).await;
    assert_eq!(
        (view.title.as_str(), view.state),
        ("太极拳提高", State::Confirmed)
    );
    let waits = booking(db, 2, &second).await;
    assert_eq!((waits.state, waits.position), (State::Waitlisted, Some(1)));
    assert_eq!(test.number("SELECT COUNT(*) FROM message").await, 0);
    assert_eq!(view.sequence, first.sequence);
}

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
        Refusal::invalid("occurrences", "overlap_each_other")
    );
    assert_eq!(
        refused(later(&o[1], EditScope::This, 0, -3, NOW).await),
        Refusal::invalid("starts_at", "in_the_past")
    );
    let view = occurrences::find(db, &o[3]).await.unwrap();
    assert_eq!(view.sequence, 2);
    assert_eq!(
        view.ends_at,
        view.starts_at.plus(2 * HOUR),
        "the length stays"
    );
    assert_eq!(
        view.cancel_until,
        view.starts_at.plus(-2 * HOUR),
        "C-64: the cutoff moves with it"
    );
    assert_eq!(view.booking_opens_at, NOW, "what was open stays open");
    assert_eq!(view.dates.len(), 4);
}

async fn c65_who_is_booked_is_told_once_of_each_move(test: TestDb) {
    let made = cast(&test, &[2, 3], 2).await;
    let (db, o) = (&test.db, &made.occurrences);
    for n in 1..=3 {
        book(db, n, &o[0]).await.unwrap();
    }
    let gone = book(db, 4, &o[0]).await.unwrap();
    bookings::cancel(db, &resident(4), gone.id, String::new(), None)
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
    assert_eq!((first.capacity, first.revision), (3, 1), "all or nothing");
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
    assert_eq!((view.confirmed, view.waitlisted, view.capacity), (4, 2, 4));
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
            (
                now.state,
                now.cancelled_by.as_deref(),
                now.cancel_reason.as_str()
            ),
            (State::Cancelled, Some("staff"), "台风")
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

async fn dates_are_added_and_unbooked_ones_removed(test: TestDb) {
    let made = cast(&test, &[2], 3).await;
    let (db, act) = (&test.db, social_worker());
    assert_eq!(
        refused(
            activities::add_occurrences(db, &act, &made.id, Dates::List(vec![sitting(2, 3)]), None)
                .await
        ),
        Refusal::invalid("occurrences", "overlap_each_other")
    );
    let more = Dates::List(vec![sitting(4, 3), sitting(3, 3)]);
    let added = activities::add_occurrences(db, &act, &made.id, more.clone(), Some(1))
        .await
        .unwrap();
    assert_eq!(
        refused(activities::add_occurrences(db, &act, &made.id, more, Some(1)).await),
        Refusal::Stale
    );
    let days: Vec<_> = starts(db, &act, &made.id)
        .await
        .into_iter()
        .map(|(_, t)| t)
        .collect();
    assert_eq!(days, [at_day(2), at_day(3), at_day(4)]);
    book(db, 1, &added.occurrences[0]).await.unwrap();
    occurrences::delete(db, &act, &added.occurrences[1], Some(1))
        .await
        .unwrap();
    assert_eq!(
        refused(occurrences::delete(db, &act, &added.occurrences[0], None).await),
        Refusal::HasBookings { live: 1 }
    );
    assert_eq!(starts(db, &act, &made.id).await.len(), 2);
    let spare = created(&test, activity(Dates::List(vec![sitting(6, 3)]))).await;
    activities::delete(db, &act, &spare.id, None).await.unwrap();
    assert_eq!(
        refused(activities::find(db, &act.caller, &spare.id, NOW).await),
        Refusal::NotFound
    );
}

async fn rule_6_the_roster_is_for_its_center_and_each_look_is_on_record(test: TestDb) {
    let made = cast(&test, &[2], 1).await;
    let (db, act, o) = (&test.db, social_worker(), &made.occurrences[0]);
    let left = book(db, 4, o).await.unwrap();
    bookings::cancel(db, &resident(4), left.id, String::new(), None)
        .await
        .unwrap();
    for n in 1..=3 {
        book(db, n, o).await.unwrap();
    }
    let roster = occurrences::roster(db, &act, o).await.unwrap();
    let lines: Vec<_> = roster
        .bookings
        .iter()
        .map(|b| (b.phone.digits().to_owned(), b.state, b.position))
        .collect();
    assert_eq!(
        lines,
        [
            ("13800000001".to_owned(), State::Confirmed, None),
            ("13800000002".to_owned(), State::Waitlisted, Some(1)),
            ("13800000003".to_owned(), State::Waitlisted, Some(2)),
        ]
    );
    assert_eq!(roster.bookings[0].birth_year.year(), 1958);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE action = 'booking.view_roster'")
            .await,
        1
    );
    assert_eq!(
        refused(occurrences::roster(db, &resident(1), o).await),
        Refusal::Forbidden
    );
    let nobody = Act {
        caller: Caller::anonymous(),
        ..act.clone()
    };
    assert_eq!(
        refused(occurrences::roster(db, &nobody, o).await),
        Refusal::Unauthenticated
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE action = 'booking.view_roster'")
            .await,
        1
    );
    let rows = activities::of_center(db, &act.caller, &here(), NOW)
        .await
        .unwrap();
    assert_eq!(
        (rows[0].confirmed, rows[0].waitlisted, rows[0].upcoming),
        (1, 2, 1)
    );
    assert_eq!(
        refused(activities::of_center(db, &resident(1).caller, &here(), NOW).await),
        Refusal::Forbidden
    );
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
                bookings::cancel(&db, &resident(n), view.id, String::new(), None)
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
    assert!(view.confirmed <= view.capacity, "{view:?}");
    assert!(
        view.waitlisted == 0 || view.confirmed == view.capacity,
        "a free place and a line: {view:?}"
    );
}

store::on_both_databases! {
    c63_what_is_created_is_what_was_previewed => super::c63_what_is_created_is_what_was_previewed,
    what_does_not_fit_is_refused_whole => super::what_does_not_fit_is_refused_whole,
    c31_creating_twice_with_one_key_creates_once => super::c31_creating_twice_with_one_key_creates_once,
    c66_drafts_are_for_the_staff_and_unpublishing_needs_an_empty_house => super::c66_drafts_are_for_the_staff_and_unpublishing_needs_an_empty_house,
    c58_c65_another_text_keeps_everything_and_tells_nobody => super::c58_c65_another_text_keeps_everything_and_tells_nobody,
    c59_an_edit_reaches_as_far_as_it_says_and_never_back => super::c59_an_edit_reaches_as_far_as_it_says_and_never_back,
    c65_who_is_booked_is_told_once_of_each_move => super::c65_who_is_booked_is_told_once_of_each_move,
    c10_a_capacity_never_falls_below_who_is_confirmed => super::c10_a_capacity_never_falls_below_who_is_confirmed,
    more_places_go_to_who_waits_at_once => super::more_places_go_to_who_waits_at_once,
    c41_who_is_called_off_is_cancelled_by_the_staff_and_told_once => super::c41_who_is_called_off_is_cancelled_by_the_staff_and_told_once,
    an_enrolment_in_a_series_is_told_once_and_its_dates_stay => super::an_enrolment_in_a_series_is_told_once_and_its_dates_stay,
    dates_are_added_and_unbooked_ones_removed => super::dates_are_added_and_unbooked_ones_removed,
    rule_6_the_roster_is_for_its_center_and_each_look_is_on_record => super::rule_6_the_roster_is_for_its_center_and_each_look_is_on_record,
    thirty_move_up_in_one_go => super::thirty_move_up_in_one_go,
    editing_while_people_book_never_breaks_the_capacity => super::editing_while_people_book_never_breaks_the_capacity,
}
