//! Activities and their dates as the staff plan them, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::*, *};
use domain::{Reason, Refusal, access::Caller, activity::Status, booking::State, texts::Texts};
use store::{
    Key,
    activities::{self, Dates, NewActivity, NewOccurrence, TextsEdit},
    bookings,
    occurrences::{self, TermsEdit},
    testing::TestDb,
};

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
        moved: Vec::new(),
    };
    let preview = dates.plan(NOW).unwrap();
    assert_eq!(preview.len(), 4);
    let made = created(&test, activity(dates)).await;
    let act = social_worker();
    let detail = activities::find(&test.db, &act.caller, &made.id, NOW)
        .await
        .unwrap();
    assert_eq!(detail.activity.texts.title, "太极拳 入门");
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
            last.terms.booking_opens_at,
            last.terms.held_until,
            last.terms.capacity,
            last.terms.waitlist_capacity
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
        let answer = activities::create(&test.db, &social_worker(), new).await;
        refused(answer)
    };
    let list = |l: Vec<NewOccurrence>| activity(Dates::List(l));
    assert_eq!(
        try_it(list(vec![])).await,
        Refusal::invalid("occurrences", Reason::Missing)
    );
    assert_eq!(
        try_it(list(vec![sitting(2, 5), sitting(2, 5)])).await,
        Refusal::invalid("occurrences", Reason::OverlapEachOther)
    );
    assert_eq!(
        try_it(list(vec![sitting(-2, 5)])).await,
        Refusal::invalid("occurrences", Reason::InThePast)
    );
    let plain = list(vec![sitting(2, 5)]);
    let untitled = NewActivity {
        texts: Texts {
            title: " ".into(),
            ..plain.texts.clone()
        },
        ..plain.clone()
    };
    assert_eq!(
        try_it(untitled).await,
        Refusal::invalid("title", Reason::Missing)
    );
    let field = NewActivity {
        texts: Texts {
            field: "x".into(),
            ..plain.texts.clone()
        },
        ..plain.clone()
    };
    assert_eq!(
        try_it(field).await,
        Refusal::invalid("field", Reason::UnknownValue)
    );
    let item = NewActivity {
        texts: Texts {
            menu_item_id: Some(id(5)),
            ..plain.texts.clone()
        },
        ..plain.clone()
    };
    assert_eq!(
        try_it(item).await,
        Refusal::invalid("menu_item", Reason::UnknownValue)
    );
    let nowhere = NewActivity {
        center: "SZ0".parse().unwrap(),
        ..list(vec![sitting(2, 5)])
    };
    assert_eq!(try_it(nowhere).await, Refusal::NotFound);
    let stranger = activities::create(&test.db, &resident(1), list(vec![sitting(2, 5)])).await;
    assert_eq!(refused(stranger), Refusal::Forbidden);
    assert_eq!(test.number("SELECT COUNT(*) FROM activity").await, 0);
}

async fn c31_creating_twice_with_one_key_creates_once(test: TestDb) {
    center(&test, &[], "single").await;
    let once = || social_worker().with_key(Some(Key::new("k1", &[b"body"]).unwrap()));
    let new = || activity(Dates::List(vec![sitting(2, 5)]));
    let (one, other) = (once(), once());
    let first = activities::create(&test.db, &one, new()).await.unwrap();
    let again = activities::create(&test.db, &other, new()).await.unwrap();
    assert_eq!((one.was_replayed(), other.was_replayed()), (false, true));
    assert_eq!(first, again);
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
    bookings::cancel(db, &resident(1), booked.id, String::new())
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
    let texts = TextsEdit {
        title: Some("太极拳提高".into()),
        summary: Some("一行\n两行".into()),
        ..TextsEdit::default()
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

async fn dates_are_added_and_unbooked_ones_removed(test: TestDb) {
    let made = cast(&test, &[2], 3).await;
    let (db, act) = (&test.db, social_worker());
    assert_eq!(
        refused(
            activities::add_occurrences(db, &act, &made.id, Dates::List(vec![sitting(2, 3)]), None)
                .await
        ),
        Refusal::invalid("occurrences", Reason::OverlapEachOther)
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
    bookings::cancel(db, &resident(4), left.id, String::new())
        .await
        .unwrap();
    for n in 1..=3 {
        book(db, n, o).await.unwrap();
    }
    let roster = occurrences::roster(db, &act, o).await.unwrap();
    let lines: Vec<_> = roster
        .bookings
        .iter()
        .map(|b| {
            (
                b.phone.as_ref().unwrap().digits().to_owned(),
                b.state,
                b.position,
            )
        })
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
    let nobody = act.by(Caller::anonymous());
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

store::on_both_databases! {
    c63_what_is_created_is_what_was_previewed => super::c63_what_is_created_is_what_was_previewed,
    what_does_not_fit_is_refused_whole => super::what_does_not_fit_is_refused_whole,
    c31_creating_twice_with_one_key_creates_once => super::c31_creating_twice_with_one_key_creates_once,
    c66_drafts_are_for_the_staff_and_unpublishing_needs_an_empty_house => super::c66_drafts_are_for_the_staff_and_unpublishing_needs_an_empty_house,
    c58_c65_another_text_keeps_everything_and_tells_nobody => super::c58_c65_another_text_keeps_everything_and_tells_nobody,
    dates_are_added_and_unbooked_ones_removed => super::dates_are_added_and_unbooked_ones_removed,
    rule_6_the_roster_is_for_its_center_and_each_look_is_on_record => super::rule_6_the_roster_is_for_its_center_and_each_look_is_on_record,
}
