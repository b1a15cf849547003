//! The line moves on whatever stood in its way: parties that can never fit, and people whose own
//! obstacle is gone, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::capacity, *};
use domain::{
    Refusal,
    activity::Channel,
    booking::State,
    notice::Notice,
    person::{BirthYear, NewPerson, PersonName, Relation},
    place::CommunityKey,
    time::{DAY, HOUR},
};
use store::{
    Act, Db,
    accounts::{self, Profile},
    activities,
    bookings::{self, BookRequest, BookingView},
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    people,
    testing::{TestDb, decided},
};

async fn book_all(db: &Db, act: &Act, request: BookRequest) -> Result<Vec<BookingView>, Refusal> {
    let booked = decided(bookings::book(db, act, request).await)?;
    booked.people.into_iter().map(|(_, one)| one).collect()
}

async fn book(test: &TestDb, n: u128, of: u128) -> BookingView {
    let booked = book_all(&test.db, &resident(n), request(n, of)).await;
    booked.unwrap().remove(0)
}

async fn cancel(test: &TestDb, act: &Act, booking: &BookingView) {
    bookings::cancel(&test.db, act, booking.id.clone(), String::new())
        .await
        .unwrap();
}

async fn edit(test: &TestDb, of: u128, change: OccurrenceEdit) {
    let act = social_worker();
    occurrences::edit(
        &test.db,
        &act,
        &occurrence(of),
        EditScope::This,
        change,
        None,
    )
    .await
    .unwrap();
}

async fn state(test: &TestDb, n: u128, booking: &BookingView) -> State {
    let caller = resident(n).caller;
    let now = bookings::find(&test.db, &caller, &booking.id).await;
    now.unwrap().state
}

fn family_of_three(n: u128, of: u128) -> BookRequest {
    BookRequest {
        people: vec![relative(n, 1), relative(n, 2), relative(n, 3)],
        ..request(n, of)
    }
}

async fn c179_a_party_that_can_never_fit_is_not_taken_into_the_line(test: TestDb) {
    center(&test, &[Sitting::new(1, 2, 10)], "single").await;
    accounts(&test, 1, 4).await;
    for (act, channel) in [
        (resident(1), Channel::Online),
        (social_worker(), Channel::Desk),
    ] {
        let family = BookRequest {
            channel,
            ..family_of_three(1, 1)
        };
        assert_eq!(
            book_all(&test.db, &act, family).await,
            Err(Refusal::PartyTooLarge { most: 2 })
        );
    }
    assert_eq!(waitlisted(&test, 1).await, 0);
    assert_eq!(book(&test, 2, 1).await.state, State::Confirmed);
}

async fn c179_one_small_date_of_a_series_is_enough(test: TestDb) {
    let small = Sitting {
        activity: 1,
        in_hours: 300,
        ..Sitting::new(2, 2, 10)
    };
    center(&test, &[Sitting::new(1, 9, 10), small], "series").await;
    accounts(&test, 1, 3).await;
    assert_eq!(
        book_all(&test.db, &resident(1), family_of_three(1, 1)).await,
        Err(Refusal::PartyTooLarge { most: 2 })
    );
    assert_eq!(book(&test, 2, 1).await.state, State::Confirmed);
}

async fn c179_a_capacity_lowered_under_a_waiting_party_frees_the_line_and_tells_them(test: TestDb) {
    center(&test, &[Sitting::new(1, 3, 10)], "single").await;
    accounts(&test, 1, 6).await;
    book(&test, 1, 1).await;
    let second = resident(2);
    let family = book_all(&test.db, &second, family_of_three(2, 1)).await;
    let family = family.unwrap();
    let next = book(&test, 3, 1).await;
    assert_eq!(next.state, State::Waitlisted, "three could come");
    edit(&test, 1, capacity(2)).await;
    assert_eq!(state(&test, 3, &next).await, State::Confirmed);
    let told = plans::messages(&test, "cannot_fit").await;
    let [Notice::CannotFit { most: 2, .. }] = told.as_slice() else {
        panic!("one message for the three: {told:?}");
    };
    let own = test
        .number(&format!(
            "SELECT COUNT(*) FROM message WHERE kind = 'cannot_fit' AND account_id = '{}'",
            account(2)
        ))
        .await;
    assert_eq!(own, 1);
    // Three fit again, and then no more: that is not said twice.
    edit(&test, 1, capacity(3)).await;
    assert_eq!(
        book(&test, 4, 1).await.state,
        State::Waitlisted,
        "behind the party"
    );
    edit(&test, 1, capacity(2)).await;
    assert_eq!(plans::messages(&test, "cannot_fit").await.len(), 1);
    // Two of them fit, once the third has left the line and two places are free.
    cancel(&test, &resident(2), &family[0]).await;
    cancel(&test, &resident(3), &next).await;
    assert_eq!(confirmed(&test, 1).await, 1, "they need two");
    assert_eq!(state(&test, 2, &family[1]).await, State::Waitlisted);
}

/// Account 2 waits for the one place of occurrence 1 and is booked for occurrence 2 at that hour;
/// the place has come free, and they were passed.
async fn passed_because_busy(test: &TestDb) -> (BookingView, BookingView) {
    center(
        test,
        &[Sitting::new(1, 1, 9), Sitting::new(2, 9, 9)],
        "single",
    )
    .await;
    accounts(test, 1, 5).await;
    let first = book(test, 1, 1).await;
    let waits = book(test, 2, 1).await;
    let busy = book(test, 2, 2).await;
    cancel(test, &resident(1), &first).await;
    assert_eq!(state(test, 2, &waits).await, State::Waitlisted);
    assert_eq!(confirmed(test, 1).await, 0);
    (waits, busy)
}

async fn c180_who_gives_the_other_booking_back_moves_up(test: TestDb) {
    let (waits, busy) = passed_because_busy(&test).await;
    cancel(&test, &resident(2), &busy).await;
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
    assert_eq!(plans::messages(&test, "promoted").await.len(), 1);
}

async fn c180_who_is_cancelled_elsewhere_by_the_staff_moves_up(test: TestDb) {
    let (waits, busy) = passed_because_busy(&test).await;
    cancel(&test, &social_worker(), &busy).await;
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_when_the_other_is_called_off_they_move_up(test: TestDb) {
    let (waits, busy) = passed_because_busy(&test).await;
    let act = social_worker();
    occurrences::cancel(&test.db, &act, &busy.occurrence_id, "台风", None)
        .await
        .unwrap();
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_when_the_whole_other_activity_is_called_off_they_move_up(test: TestDb) {
    let (waits, busy) = passed_because_busy(&test).await;
    let act = social_worker();
    activities::cancel(&test.db, &act, &busy.activity_id, "台风", None)
        .await
        .unwrap();
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_when_the_other_is_moved_away_they_move_up(test: TestDb) {
    let (waits, busy) = passed_because_busy(&test).await;
    let tomorrow = OccurrenceEdit {
        starts_at: Some(NOW.plus(240 * HOUR + DAY)),
        ..OccurrenceEdit::default()
    };
    edit(&test, 2, tomorrow).await;
    assert_eq!(busy.occurrence_id, occurrence(2));
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_in_a_series_the_line_is_looked_at_once(test: TestDb) {
    let second = Sitting {
        activity: 1,
        in_hours: 300,
        ..Sitting::new(2, 1, 9)
    };
    center(&test, &[Sitting::new(1, 1, 9), second], "series").await;
    let busy_then = Sitting {
        in_hours: 300,
        ..Sitting::new(3, 9, 9)
    };
    sittings(&test, &[busy_then], "single").await;
    accounts(&test, 1, 3).await;
    let first = book(&test, 1, 1).await;
    let waits = book(&test, 2, 1).await;
    let busy = book(&test, 2, 3).await;
    cancel(&test, &resident(1), &first).await;
    assert_eq!(state(&test, 2, &waits).await, State::Waitlisted);
    cancel(&test, &resident(2), &busy).await;
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
    assert_eq!(
        (confirmed(&test, 1).await, confirmed(&test, 2).await),
        (1, 1)
    );
    assert_eq!(plans::messages(&test, "promoted").await.len(), 1);
}

fn terms(change: TermsEdit) -> OccurrenceEdit {
    OccurrenceEdit {
        terms: change,
        ..OccurrenceEdit::default()
    }
}

/// Account 2 waits for occurrence 1, where the terms do not let them in any more.
async fn passed_because_of(test: &TestDb, rule: TermsEdit) -> BookingView {
    center(test, &[Sitting::new(1, 1, 9)], "single").await;
    accounts(test, 1, 3).await;
    let first = book(test, 1, 1).await;
    let waits = book(test, 2, 1).await;
    edit(test, 1, terms(rule)).await;
    cancel(test, &resident(1), &first).await;
    assert_eq!(state(test, 2, &waits).await, State::Waitlisted);
    waits
}

fn profile(year: i64, community: Option<CommunityKey>) -> Profile {
    Profile {
        name: PersonName::parse("王芳").unwrap(),
        birth_year: BirthYear::new(year, NOW).unwrap(),
        community,
        center: None,
    }
}

async fn c180_a_birth_year_that_is_corrected_lets_them_move_up(test: TestDb) {
    let rule = TermsEdit {
        min_age: Some(Some(80)),
        ..TermsEdit::default()
    };
    let waits = passed_because_of(&test, rule).await;
    accounts::save_profile(&test.db, &resident(2), profile(1938, None))
        .await
        .unwrap();
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_a_community_that_is_named_lets_them_move_up(test: TestDb) {
    let rule = TermsEdit {
        residents_first_until: Some(Some(NOW.plus(5 * DAY))),
        ..TermsEdit::default()
    };
    let waits = passed_because_of(&test, rule).await;
    let here = CommunityKey::new("440303001", "大塘龙社区");
    accounts::save_profile(&test.db, &resident(2), profile(1958, Some(here)))
        .await
        .unwrap();
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

async fn c180_a_relative_who_is_corrected_moves_up_too(test: TestDb) {
    center(&test, &[Sitting::new(1, 1, 9)], "single").await;
    accounts(&test, 1, 3).await;
    let first = book(&test, 1, 1).await;
    let request = BookRequest {
        people: vec![relative(2, 1)],
        ..request(2, 1)
    };
    let waits = book_all(&test.db, &resident(2), request).await;
    let waits = waits.unwrap().remove(0);
    let rule = TermsEdit {
        min_age: Some(Some(80)),
        ..TermsEdit::default()
    };
    edit(&test, 1, terms(rule)).await;
    cancel(&test, &resident(1), &first).await;
    assert_eq!(state(&test, 2, &waits).await, State::Waitlisted);
    let older = NewPerson {
        name: PersonName::parse("王奶奶").unwrap(),
        birth_year: BirthYear::new(1938, NOW).unwrap(),
        relation: Relation::Other,
        community: None,
        consent: None,
    };
    people::edit(&test.db, &resident(2), relative(2, 1), older)
        .await
        .unwrap();
    assert_eq!(state(&test, 2, &waits).await, State::Confirmed);
}

/// Whoever looks again takes the locks of what they look at: two people who wait for each other's
/// place and give theirs back at the same moment both move up.
async fn c180_two_who_give_back_at_once_both_move_up(test: TestDb) {
    center(
        &test,
        &[1, 2, 3, 4].map(|n| Sitting::new(n, 1, 9)),
        "single",
    )
    .await;
    accounts(&test, 1, 5).await;
    let mut held = Vec::new();
    for n in [1, 2] {
        let other = book(&test, n + 2, n).await;
        let waits = book(&test, n, n).await;
        let busy = book(&test, n, n + 2).await;
        cancel(&test, &resident(n + 2), &other).await;
        held.push((n, waits, busy));
    }
    let back = |n: usize| cancel(&test, &ACTS[n], &held[n].2);
    tokio::join!(back(0), back(1));
    for (n, waits, _) in &held {
        assert_eq!(state(&test, *n, waits).await, State::Confirmed);
    }
}

static ACTS: std::sync::LazyLock<[Act; 2]> =
    std::sync::LazyLock::new(|| [resident(1), resident(2)]);

store::on_both_databases! {
    c179_a_party_that_can_never_fit_is_not_taken_into_the_line => super::c179_a_party_that_can_never_fit_is_not_taken_into_the_line,
    c179_one_small_date_of_a_series_is_enough => super::c179_one_small_date_of_a_series_is_enough,
    c179_a_capacity_lowered_under_a_waiting_party_frees_the_line_and_tells_them => super::c179_a_capacity_lowered_under_a_waiting_party_frees_the_line_and_tells_them,
    c180_who_gives_the_other_booking_back_moves_up => super::c180_who_gives_the_other_booking_back_moves_up,
    c180_who_is_cancelled_elsewhere_by_the_staff_moves_up => super::c180_who_is_cancelled_elsewhere_by_the_staff_moves_up,
    c180_when_the_other_is_called_off_they_move_up => super::c180_when_the_other_is_called_off_they_move_up,
    c180_when_the_whole_other_activity_is_called_off_they_move_up => super::c180_when_the_whole_other_activity_is_called_off_they_move_up,
    c180_when_the_other_is_moved_away_they_move_up => super::c180_when_the_other_is_moved_away_they_move_up,
    c180_in_a_series_the_line_is_looked_at_once => super::c180_in_a_series_the_line_is_looked_at_once,
    c180_a_birth_year_that_is_corrected_lets_them_move_up => super::c180_a_birth_year_that_is_corrected_lets_them_move_up,
    c180_a_community_that_is_named_lets_them_move_up => super::c180_a_community_that_is_named_lets_them_move_up,
    c180_a_relative_who_is_corrected_moves_up_too => super::c180_a_relative_who_is_corrected_moves_up_too,
    c180_two_who_give_back_at_once_both_move_up => super::c180_two_who_give_back_at_once_both_move_up,
}
