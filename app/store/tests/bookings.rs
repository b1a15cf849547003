//! Booking, cancelling and moving up, one step after the other, on both databases.
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
    activity::Channel,
    booking::{By, Fit, State},
    id::OccurrenceId,
    terms::TermsEdit,
    time::{DAY, HOUR},
};
use store::{
    Act, Db, Key,
    activities::{Dates, NewOccurrence},
    bookings::{self, BookRequest, BookingView},
    testing::{TestDb, decided},
};

async fn book(db: &Db, act: &Act, request: BookRequest) -> Result<BookingView, Refusal> {
    let booked = decided(bookings::book(db, act, request).await)?;
    booked.people.into_iter().next().expect("one person").1
}

async fn cancel(db: &Db, act: &Act, view: &BookingView) -> Result<BookingView, Refusal> {
    decided(bookings::cancel(db, act, view.id.clone(), String::new()).await)
}

async fn state(db: &Db, view: &BookingView, act: &Act) -> (State, Option<i64>) {
    let view = bookings::find(db, &act.caller, &view.id).await.unwrap();
    (view.state, view.position)
}

async fn places_then_the_line_then_full(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 2)], "single").await;
    accounts(&test, 1, 6).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    assert_eq!((first.state, first.position), (State::Confirmed, None));
    assert_eq!(first.short_code.len(), 8);
    let second = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    assert_eq!(
        (second.state, second.position),
        (State::Waitlisted, Some(1))
    );
    let third = book(&test.db, &resident(3), request(3, 1)).await.unwrap();
    assert_eq!(third.position, Some(2));
    assert_eq!(
        book(&test.db, &resident(4), request(4, 1)).await,
        Err(Refusal::Full)
    );
    assert_eq!(
        book(&test.db, &resident(1), request(1, 1)).await,
        Err(Refusal::AlreadyBooked {
            booking_id: first.id
        })
    );
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'booking.book'")
        .await;
    assert_eq!(
        audited, 3,
        "each booking that was made is in the audit log, refusals are not"
    );
}

async fn c18_freed_place_goes_to_the_first_in_line_and_they_are_told_once(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 5)], "single").await;
    accounts(&test, 1, 5).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let second = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    let third = book(&test.db, &resident(3), request(3, 1)).await.unwrap();
    let gone = cancel(&test.db, &resident(1), &first).await.unwrap();
    assert_eq!(gone.state, State::Cancelled);
    assert_eq!(
        state(&test.db, &second, &resident(2)).await,
        (State::Confirmed, None)
    );
    assert_eq!(
        state(&test.db, &third, &resident(3)).await,
        (State::Waitlisted, Some(1))
    );
    // C-08: cancelling again returns no second place.
    assert_eq!(
        cancel(&test.db, &resident(1), &first).await.unwrap().state,
        State::Cancelled
    );
    assert_eq!(
        state(&test.db, &third, &resident(3)).await.0,
        State::Waitlisted
    );
    assert_eq!(confirmed(&test, 1).await, 1);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM message WHERE kind = 'promoted'")
            .await,
        1
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM outbox WHERE kind = 'promoted'")
            .await,
        1
    );
    // C-25: who left and comes back goes to the end.
    assert_eq!(
        book(&test.db, &resident(1), request(1, 1))
            .await
            .unwrap()
            .position,
        Some(2)
    );
}

async fn c21_who_leaves_the_line_is_not_promoted(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 5)], "single").await;
    accounts(&test, 1, 5).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let second = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    let third = book(&test.db, &resident(3), request(3, 1)).await.unwrap();
    cancel(&test.db, &resident(2), &second).await.unwrap();
    cancel(&test.db, &resident(1), &first).await.unwrap();
    assert_eq!(
        state(&test.db, &second, &resident(2)).await.0,
        State::Cancelled
    );
    assert_eq!(
        state(&test.db, &third, &resident(3)).await.0,
        State::Confirmed
    );
}

async fn rule_2_nobody_is_in_two_places_at_once(test: TestDb) {
    let later = Sitting {
        in_hours: 241,
        ..Sitting::new(2, 5, 5)
    };
    let after = Sitting {
        in_hours: 242,
        ..Sitting::new(3, 5, 5)
    };
    center(&test, &[Sitting::new(1, 5, 5), later, after], "single").await;
    accounts(&test, 1, 3).await;
    book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let refusal = book(&test.db, &resident(1), request(1, 2))
        .await
        .unwrap_err();
    assert!(
        matches!(&refusal, Refusal::Overlaps { title, .. } if title == "活动1"),
        "{refusal:?}"
    );
    // C-51: back to back is fine.
    book(&test.db, &resident(1), request(1, 3)).await.unwrap();
    // C-139: another of the family may.
    let daughter = BookRequest {
        people: vec![relative(1, 1)],
        ..request(1, 2)
    };
    book(&test.db, &resident(1), daughter).await.unwrap();
}

async fn who_is_busy_meanwhile_is_skipped_in_the_line(test: TestDb) {
    let same_time = Sitting::new(2, 5, 5);
    center(&test, &[Sitting::new(1, 1, 5), same_time], "single").await;
    accounts(&test, 1, 5).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let busy = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    let next = book(&test.db, &resident(3), request(3, 1)).await.unwrap();
    book(&test.db, &resident(2), request(2, 2)).await.unwrap();
    cancel(&test.db, &resident(1), &first).await.unwrap();
    assert_eq!(
        state(&test.db, &busy, &resident(2)).await,
        (State::Waitlisted, Some(1))
    );
    assert_eq!(
        state(&test.db, &next, &resident(3)).await.0,
        State::Confirmed
    );
}

async fn what_lasts_over_a_day_is_in_nobodys_way_unless_its_terms_say_so(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 4).await;
    let start = NOW.plus(240 * HOUR - DAY);
    let lasting = |days: i64, terms: TermsEdit| NewOccurrence {
        starts_at: start,
        ends_at: start.plus(days * DAY),
        room: String::new(),
        terms,
    };
    let made = async |new: NewOccurrence| {
        let new = plans::activity(Dates::List(vec![new]));
        plans::created(&test, new).await.occurrences[0].clone()
    };
    let of = |n: u128, occurrence: &OccurrenceId| BookRequest {
        occurrence: occurrence.clone(),
        ..request(n, 0)
    };
    let exhibition = made(lasting(20, TermsEdit::default())).await;
    book(&test.db, &resident(1), of(1, &exhibition))
        .await
        .unwrap();
    book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    book(&test.db, &resident(2), of(2, &exhibition))
        .await
        .unwrap();
    let camp = TermsEdit {
        is_transparent: Some(false),
        ..TermsEdit::default()
    };
    let camp = made(lasting(3, camp)).await;
    assert!(matches!(
        book(&test.db, &resident(2), of(2, &camp)).await,
        Err(Refusal::Overlaps { title, .. }) if title == "活动1"
    ));
    book(&test.db, &resident(3), of(3, &camp)).await.unwrap();
    assert!(matches!(
        book(&test.db, &resident(3), request(3, 1)).await,
        Err(Refusal::Overlaps { .. })
    ));
    // A day that is open to all meanwhile, though it is short.
    let open_day = TermsEdit {
        is_transparent: Some(true),
        ..TermsEdit::default()
    };
    let open_day = made(NewOccurrence {
        ends_at: start.plus(DAY - HOUR),
        ..lasting(1, open_day)
    });
    book(&test.db, &resident(3), of(3, &open_day.await))
        .await
        .unwrap();
}

/// The answer to a booking is put together from what was loaded for it; it must say what a later
/// look at the booking says.
async fn the_answer_is_what_is_stored(test: TestDb) {
    center(
        &test,
        &[Sitting::new(1, 1, 1), Sitting::new(2, 5, 0)],
        "single",
    )
    .await;
    accounts(&test, 1, 4).await;
    let room = uuid::Uuid::from_u128(1);
    test.arrange(vec![
        format!("INSERT INTO room (id, center_id, name) VALUES ('{room}', '{CENTER}', '活动室')"),
        // The second one has it next.
        format!(
            "UPDATE occurrence SET room_id = '{room}', sequence = 3,
             starts_at = starts_at + CASE WHEN id = '{0}' THEN {HOUR} * 2 ELSE 0 END,
             ends_at = ends_at + CASE WHEN id = '{0}' THEN {HOUR} * 2 ELSE 0 END",
            occurrence(2)
        ),
    ])
    .await;
    let desk = |n, of| BookRequest {
        channel: Channel::Desk,
        ..request(n, of)
    };
    for (act, request) in [
        (resident(1), request(1, 1)),
        (resident(2), request(2, 1)),
        (social_worker(), desk(3, 2)),
    ] {
        let answered = book(&test.db, &act, request).await.unwrap();
        let caller = domain::access::Caller::system();
        let stored = bookings::find(&test.db, &caller, &answered.id)
            .await
            .unwrap();
        assert_eq!(answered, stored);
        assert_eq!((answered.room.as_str(), answered.sequence), ("活动室", 3));
    }
}

async fn c31_c37_the_same_key_gets_the_first_answer(test: TestDb) {
    center(
        &test,
        &[Sitting::new(1, 1, 0), Sitting::new(2, 1, 0)],
        "single",
    )
    .await;
    accounts(&test, 1, 4).await;
    let keyed = async |n, of, body: &str| {
        let key = Key::new("tap-1", &[body.as_bytes()]).unwrap();
        let act = resident(n).with_key(Some(key));
        let booked = bookings::book(&test.db, &act, request(n, of)).await;
        (decided(booked), act.was_replayed())
    };
    let (first, first_replayed) = keyed(1, 1, "a").await;
    let (again, again_replayed) = keyed(1, 1, "a").await;
    assert!(!first_replayed && again_replayed);
    assert_eq!(first, again);
    assert_eq!(confirmed(&test, 1).await, 1);
    let (other, _) = keyed(1, 2, "b").await;
    assert_eq!(other, Err(Refusal::IdempotencyMismatch));
    assert_eq!(confirmed(&test, 2).await, 0);
    // The key belongs to its caller; and a refusal is replayed too.
    let (theirs, _) = keyed(2, 1, "a").await;
    assert_eq!(theirs, Err(Refusal::Full));
    let booking = first.unwrap().bookings().next().unwrap().clone();
    cancel(&test.db, &resident(1), &booking).await.unwrap();
    let (replay, replayed) = keyed(2, 1, "a").await;
    assert!(replayed);
    assert_eq!(replay, Err(Refusal::Full));
    // C-34: a new key books the same place again.
    assert!(book(&test.db, &resident(1), request(1, 1)).await.is_ok());
}

async fn c26_a_family_moves_up_together(test: TestDb) {
    center(&test, &[Sitting::new(1, 3, 9)], "single").await;
    accounts(&test, 1, 9).await;
    let mut singles = Vec::new();
    for n in 1..=3 {
        singles.push(book(&test.db, &resident(n), request(n, 1)).await.unwrap());
    }
    let family = BookRequest {
        people: vec![relative(4, 1), relative(4, 2)],
        ..request(4, 1)
    };
    let answer = bookings::book(&test.db, &resident(4), family)
        .await
        .unwrap();
    let family: Vec<_> = answer.bookings().cloned().collect();
    assert_eq!(
        family.iter().map(|b| b.position).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    cancel(&test.db, &resident(1), &singles[0]).await.unwrap();
    assert_eq!(
        state(&test.db, &family[0], &resident(4)).await.0,
        State::Waitlisted
    );
    // C-18: a newcomer does not take the place that the family cannot use alone.
    assert_eq!(
        book(&test.db, &resident(5), request(5, 1))
            .await
            .unwrap()
            .state,
        State::Waitlisted
    );
    cancel(&test.db, &resident(2), &singles[1]).await.unwrap();
    for member in &family {
        assert_eq!(
            state(&test.db, member, &resident(4)).await.0,
            State::Confirmed
        );
    }
    assert_eq!(
        (confirmed(&test, 1).await, waitlisted(&test, 1).await),
        (3, 1)
    );
}

async fn as_many_as_fit_says_who_and_why_not(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 1)], "single").await;
    accounts(&test, 1, 3).await;
    let people = vec![relative(1, 1), relative(1, 2), relative(1, 3)];
    let family = BookRequest {
        people: people.clone(),
        fit: Fit::AsManyAsFit,
        ..request(1, 1)
    };
    let answer = bookings::book(&test.db, &resident(1), family)
        .await
        .unwrap();
    let got: Vec<_> = answer
        .people
        .iter()
        .map(|(who, b)| (who.clone(), b.as_ref().map(|b| b.state)))
        .collect();
    let full = Refusal::Full;
    assert_eq!(got[0], (people[0].clone(), Ok(State::Confirmed)));
    assert_eq!(got[1], (people[1].clone(), Ok(State::Waitlisted)));
    assert_eq!(got[2], (people[2].clone(), Err(&full)));
}

async fn a_series_is_one_enrolment(test: TestDb) {
    let sitting = |n, in_hours, capacity| Sitting {
        activity: 1,
        in_hours,
        ..Sitting::new(n, capacity, 5)
    };
    let past = sitting(9, -48, 5);
    center(
        &test,
        &[
            past,
            sitting(1, 24, 1),
            sitting(2, 48, 1),
            sitting(3, 72, 1),
        ],
        "series",
    )
    .await;
    accounts(&test, 1, 4).await;
    let first = book(&test.db, &resident(1), request(1, 2)).await.unwrap();
    assert_eq!(first.occurrence_id, occurrence(2));
    for n in 1..=3 {
        assert_eq!(confirmed(&test, n).await, 1);
    }
    assert_eq!(confirmed(&test, 9).await, 0);
    let second = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    assert_eq!(second.state, State::Waitlisted);
    cancel(&test.db, &resident(1), &first).await.unwrap();
    for n in 1..=3 {
        assert_eq!(
            (confirmed(&test, n).await, waitlisted(&test, n).await),
            (1, 0)
        );
    }
    assert_eq!(
        state(&test.db, &second, &resident(2)).await.0,
        State::Confirmed
    );
}

/// Makes every change of this occurrence's bookings come to nothing, as if somebody else had
/// been first.
fn lost_updates(test: &TestDb, id: &str) -> Vec<String> {
    if test.db.is_postgres() {
        vec![
            "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
                .to_owned(),
            format!(
                "CREATE TRIGGER lose BEFORE UPDATE ON booking FOR EACH ROW
                 WHEN (OLD.occurrence_id = '{id}') EXECUTE FUNCTION lose()"
            ),
        ]
    } else {
        vec![format!(
            "CREATE TRIGGER lose BEFORE UPDATE ON booking WHEN OLD.occurrence_id = '{id}'
             BEGIN SELECT RAISE(IGNORE); END"
        )]
    }
}

async fn c36_a_series_is_never_half_cancelled(test: TestDb) {
    let sitting = |n, in_hours| Sitting {
        activity: 1,
        in_hours,
        ..Sitting::new(n, 1, 5)
    };
    center(&test, &[sitting(1, 24), sitting(2, 48)], "series").await;
    accounts(&test, 1, 2).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    test.arrange(lost_updates(&test, occurrence(2).as_str()))
        .await;
    let key = Key::new("once", &[b"cancel"]).unwrap();
    let answer = bookings::cancel(
        &test.db,
        &resident(1).with_key(Some(key)),
        first.id.clone(),
        String::new(),
    )
    .await;
    assert!(
        answer.is_err(),
        "nothing was cancelled, so nothing is said to be"
    );
    for n in 1..=2 {
        assert_eq!(confirmed(&test, n).await, 1, "occurrence {n}");
    }
    assert_eq!(test.number("SELECT COUNT(*) FROM idempotency").await, 0);
}

async fn held_back_places_go_to_the_line_when_their_time_comes(test: TestDb) {
    center(
        &test,
        &[Sitting {
            held_back: 1,
            ..Sitting::new(1, 2, 5)
        }],
        "single",
    )
    .await;
    accounts(&test, 1, 5).await;
    book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let waits = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted);
    assert_eq!(bookings::settle(&test.db, &resident(9)).await.unwrap(), 0);
    let released = NOW.plus(DAY);
    // A newcomer in that very moment still comes after who waits, job or no job.
    let newcomer = book(&test.db, &at(&resident(3), released), request(3, 1))
        .await
        .unwrap();
    assert_eq!(newcomer.state, State::Waitlisted);
    assert_eq!(
        state(&test.db, &waits, &resident(2)).await.0,
        State::Confirmed
    );
    assert_eq!(
        bookings::settle(&test.db, &at(&resident(9), released))
            .await
            .unwrap(),
        0
    );
}

async fn the_settling_job_releases_without_anybody_asking(test: TestDb) {
    center(
        &test,
        &[Sitting {
            held_back: 1,
            ..Sitting::new(1, 1, 5)
        }],
        "single",
    )
    .await;
    accounts(&test, 1, 3).await;
    let waits = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted);
    let job = at(&resident(9), NOW.plus(DAY)).by(domain::access::Caller::system());
    assert_eq!(bookings::settle(&test.db, &job).await.unwrap(), 1);
    assert_eq!(
        state(&test.db, &waits, &resident(1)).await.0,
        State::Confirmed
    );
}

async fn c39_the_cutoff_holds_for_residents_and_not_for_staff(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 3).await;
    let booked = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let late = NOW.plus(239 * HOUR);
    let refusal = cancel(&test.db, &at(&resident(1), late), &booked)
        .await
        .unwrap_err();
    assert_eq!(
        refusal,
        Refusal::CutoffPassed {
            since: NOW.plus(238 * HOUR)
        }
    );
    let by_staff = cancel(&test.db, &at(&social_worker(), late), &booked)
        .await
        .unwrap();
    assert_eq!(by_staff.cancelled_by, Some(By::Staff));
    assert_eq!(
        test.number("SELECT COUNT(*) FROM message WHERE kind = 'cancelled_by_staff'")
            .await,
        1
    );
}

async fn c39_who_moves_up_late_can_still_give_the_place_back(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 5)], "single").await;
    accounts(&test, 1, 3).await;
    let first = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    let second = book(&test.db, &resident(2), request(2, 1)).await.unwrap();
    let late = NOW.plus(239 * HOUR);
    cancel(&test.db, &at(&social_worker(), late), &first)
        .await
        .unwrap();
    let moved = bookings::find(&test.db, &resident(2).caller, &second.id)
        .await
        .unwrap();
    assert_eq!(
        (moved.state, moved.cancel_until),
        (State::Confirmed, NOW.plus(240 * HOUR))
    );
    let told = test
        .number("SELECT COUNT(*) FROM message WHERE kind = 'promoted'")
        .await;
    assert_eq!(told, 1);
    let given_back = cancel(&test.db, &at(&resident(2), late.plus(1)), &moved).await;
    assert_eq!(given_back.unwrap().state, State::Cancelled);
}

async fn rule_6_nobody_touches_what_is_not_theirs(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 4).await;
    let booked = book(&test.db, &resident(1), request(1, 1)).await.unwrap();
    assert_eq!(
        cancel(&test.db, &resident(2), &booked).await,
        Err(Refusal::NotFound)
    );
    let theirs = bookings::find(&test.db, &resident(2).caller, &booked.id)
        .await
        .unwrap_err();
    assert_eq!(theirs.refusal(), Some(&Refusal::NotFound));
    assert_eq!(
        book(&test.db, &resident(2), request(3, 1)).await,
        Err(Refusal::Forbidden)
    );
    let foreign = BookRequest {
        people: vec![person(3)],
        ..request(2, 1)
    };
    assert_eq!(
        book(&test.db, &resident(2), foreign).await,
        Err(Refusal::NotFound)
    );
    let sly = BookRequest {
        channel: Channel::Desk,
        ..request(2, 1)
    };
    assert_eq!(
        book(&test.db, &resident(2), sly).await,
        Err(Refusal::Forbidden)
    );
    let desk = BookRequest {
        channel: Channel::Desk,
        ..request(2, 1)
    };
    assert!(book(&test.db, &social_worker(), desk).await.is_ok());
    let elsewhere = domain::access::Scope::parse("SZ440303001-02").unwrap();
    let mut stranger = social_worker();
    stranger.caller.grants[0].scope = elsewhere;
    assert_eq!(
        cancel(&test.db, &stranger, &booked).await,
        Err(Refusal::Forbidden)
    );
    let desk = BookRequest {
        channel: Channel::Desk,
        ..request(3, 1)
    };
    assert_eq!(
        book(&test.db, &stranger, desk).await,
        Err(Refusal::Forbidden)
    );
}

store::on_both_databases! {
    places_then_the_line_then_full => super::places_then_the_line_then_full,
    c18_freed_place_goes_to_the_first_in_line_and_they_are_told_once => super::c18_freed_place_goes_to_the_first_in_line_and_they_are_told_once,
    c21_who_leaves_the_line_is_not_promoted => super::c21_who_leaves_the_line_is_not_promoted,
    what_lasts_over_a_day_is_in_nobodys_way_unless_its_terms_say_so => super::what_lasts_over_a_day_is_in_nobodys_way_unless_its_terms_say_so,
    rule_2_nobody_is_in_two_places_at_once => super::rule_2_nobody_is_in_two_places_at_once,
    who_is_busy_meanwhile_is_skipped_in_the_line => super::who_is_busy_meanwhile_is_skipped_in_the_line,
    the_answer_is_what_is_stored => super::the_answer_is_what_is_stored,
    c31_c37_the_same_key_gets_the_first_answer => super::c31_c37_the_same_key_gets_the_first_answer,
    c26_a_family_moves_up_together => super::c26_a_family_moves_up_together,
    as_many_as_fit_says_who_and_why_not => super::as_many_as_fit_says_who_and_why_not,
    a_series_is_one_enrolment => super::a_series_is_one_enrolment,
    c36_a_series_is_never_half_cancelled => super::c36_a_series_is_never_half_cancelled,
    held_back_places_go_to_the_line_when_their_time_comes => super::held_back_places_go_to_the_line_when_their_time_comes,
    the_settling_job_releases_without_anybody_asking => super::the_settling_job_releases_without_anybody_asking,
    c39_the_cutoff_holds_for_residents_and_not_for_staff => super::c39_the_cutoff_holds_for_residents_and_not_for_staff,
    c39_who_moves_up_late_can_still_give_the_place_back => super::c39_who_moves_up_late_can_still_give_the_place_back,
    rule_6_nobody_touches_what_is_not_theirs => super::rule_6_nobody_touches_what_is_not_theirs,
}
