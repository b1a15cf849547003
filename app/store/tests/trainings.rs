//! Trainings that people have because they attended what grants one, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{
    door::*,
    plans::{activity, created, sitting},
    volunteers::{codes, formal, new_shift, shift, sign_up, signed_up},
    *,
};
use domain::{
    booking::State,
    check_in::{Direction, Outcome},
    commitment::Subject,
    id::{CenterId, PersonId, ShiftId},
    notice::Notice,
    time::{DAY, HOUR, MINUTE, Timestamp},
    training::Held,
};
use store::{
    Act,
    activities::Dates,
    check_ins::{self, NewCheckIn, Presented},
    messages,
    occurrences::TermsEdit,
    testing::TestDb,
    trainings::{self, Way},
};

/// When the training begins, and when it ends.
const START: Timestamp = NOW.plus(240 * HOUR);
const END: Timestamp = START.plus(2 * HOUR);

/// A training of the tenth day that grants 急救 for a month, and volunteers.
async fn stage(test: &TestDb) {
    center(test, &[Sitting::new(1, 20, 5)], "single").await;
    accounts(test, 1, 10).await;
    formal(test, 1, 10).await;
    grants(test, 1, "急救", Some(1)).await;
}

/// Makes a sitting of the cast grant a training.
async fn grants(test: &TestDb, of: u128, training: &str, months: Option<i64>) {
    let months = months.map_or("NULL".to_owned(), |months| months.to_string());
    test.arrange(vec![
        format!("INSERT INTO training (name) VALUES ('{training}') ON CONFLICT DO NOTHING"),
        format!(
            "UPDATE occurrence SET grants_training = '{training}', training_months = {months}
             WHERE id = '{}'",
            occurrence(of)
        ),
    ])
    .await;
}

/// A shift on that day which asks for 急救.
async fn asking(test: &TestDb, day: i64) -> ShiftId {
    let mut new = new_shift(day, 10, 0);
    new.needs.trainings = ["急救".to_owned()].into();
    shift(test, new).await
}

fn during(act: &Act) -> Act {
    at(act, START.plus(5 * MINUTE))
}

async fn held(test: &TestDb, n: u128, now: Timestamp) -> Vec<Held> {
    let mut all = trainings::of_account(&test.db, &account(n), now)
        .await
        .unwrap();
    all.remove(&person(n)).unwrap_or_default()
}

async fn told(test: &TestDb, n: u128) -> Vec<&'static str> {
    let all = messages::list(&test.db, &account(n), 20).await.unwrap();
    let mut kinds: Vec<_> = all.iter().map(|message| message.notice.kind()).collect();
    kinds.reverse();
    kinds
}

async fn who_attended_has_the_training_by_whatever_road_they_were_checked_in(test: TestDb) {
    stage(&test).await;
    let booking = async |n| booked(&test, n, 1).await.id;
    let staff = during(&social_worker());
    let subject = async |n| Subject::Booking(booking(n).await);
    // A ticket at the kiosk, a name on the roster, a tick on the sheet, somebody who just came.
    admit(&test, &during(&kiosk()), scanned(1, &booking(1).await)).await;
    let roster = Presented::Roster(subject(2).await);
    admit(&test, &staff, NewCheckIn::now(scan_id(2), roster)).await;
    let sheet = Presented::Sheet(subject(3).await);
    admit(&test, &staff, NewCheckIn::now(scan_id(3), sheet)).await;
    admit(&test, &staff, NewCheckIn::now(scan_id(4), walk_in(4, 1))).await;
    // One's own phone, of which the claim was checked before.
    let own = at(&resident(5), START.plus(5 * MINUTE));
    let claim = Presented::Claim(subject(5).await);
    admit(&test, &own, NewCheckIn::now(scan_id(5), claim)).await;
    // A kiosk that was without network sends later what it scanned in time.
    let late = NewCheckIn {
        at: Some(START.plus(MINUTE)),
        sent_at: Some(END.plus(HOUR)),
        ..scanned(6, &booking(6).await)
    };
    let sent = check_ins::admit_all(
        &test.db,
        &keyring(),
        &at(&kiosk(), END.plus(HOUR)),
        vec![late],
    )
    .await;
    assert_eq!(
        sent[0].as_ref().unwrap().verdict.outcome(),
        Outcome::Admitted
    );
    booking(7).await;

    let shift = asking(&test, 15).await;
    for n in 1..=6 {
        sign_up(&test, n, &shift).await.unwrap();
        assert!(told(&test, n).await.ends_with(&["trained"]), "{n}");
    }
    let stayed_away = sign_up(&test, 7, &shift).await;
    assert_eq!(codes(stayed_away), ["missing_training"]);
    assert!(!told(&test, 7).await.contains(&"trained"));
    // Who takes it to heart needs no text message.
    let sms = "SELECT COUNT(*) FROM outbox WHERE kind = 'trained'";
    assert_eq!(test.number(sms).await, 0);
}

/// C-83: the date of the shift decides.
async fn c83_it_counts_from_the_end_on_and_for_so_long(test: TestDb) {
    stage(&test).await;
    let booking = booked(&test, 1, 1).await.id;
    admit(&test, &during(&kiosk()), scanned(1, &booking)).await;
    let until = END
        .day()
        .checked_add_months(chrono::Months::new(1))
        .unwrap();
    let until = Timestamp::start_of(until).plus(DAY);
    let expected = Held {
        training: "急救".into(),
        includes: vec![],
        since: END,
        until: Some(until),
    };
    assert_eq!(held(&test, 1, START).await, [expected]);
    assert_eq!(held(&test, 1, until).await, [], "it has run out");
    let (before, last, after) = (
        9,
        until.plus(-NOW.0).0 / DAY - 1,
        until.plus(-NOW.0).0 / DAY + 1,
    );
    for (day, unmet) in [(before, true), (11, false), (last, false), (after, true)] {
        let shift = asking(&test, day).await;
        let answer = sign_up(&test, 1, &shift).await;
        assert_eq!(answer.is_err(), unmet, "day {day}: {answer:?}");
    }
    let Some(Notice::Trained {
        until: told,
        training,
        ..
    }) = messages::list(&test.db, &account(1), 9)
        .await
        .unwrap()
        .into_iter()
        .map(|message| message.notice)
        .find(|notice| notice.kind() == "trained")
    else {
        panic!("nothing was told")
    };
    assert_eq!((training.as_str(), told), ("急救", Some(until)));
}

async fn a_check_in_that_is_taken_back_takes_the_training_back(test: TestDb) {
    stage(&test).await;
    let booking = booked(&test, 1, 1).await.id;
    let scan = admit(&test, &during(&kiosk()), scanned(1, &booking)).await;
    let again = admit(&test, &during(&kiosk()), scanned(2, &booking)).await;
    assert_eq!(again.verdict.outcome(), Outcome::Already);
    let staff = at(&social_worker(), START.plus(8 * MINUTE));
    check_ins::undo(&test.db, &staff, &scan.id).await.unwrap();
    assert_eq!(state(&test, &booking).await, State::Confirmed);
    assert_eq!(held(&test, 1, START).await, []);
    let shift = asking(&test, 15).await;
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["missing_training"]);
    // They come after all. Going out later changes nothing.
    let came = at(&kiosk(), START.plus(20 * MINUTE));
    admit(&test, &came, scanned(3, &booking)).await;
    let out = NewCheckIn {
        direction: Direction::Out,
        ..scanned(4, &booking)
    };
    admit(&test, &at(&kiosk(), END.plus(-MINUTE)), out).await;
    signed_up(&test, 1, &shift).await;
    let kinds = told(&test, 1).await;
    let about: Vec<_> = kinds
        .iter()
        .filter(|kind| kind.starts_with("train"))
        .collect();
    assert_eq!(about, [&"trained", &"training_taken_back", &"trained"]);
}

async fn attending_again_prolongs(test: TestDb) {
    stage(&test).await;
    let mut second = Sitting::new(2, 20, 5);
    second.in_hours = 240 + 24 * 20;
    sittings(&test, &[second], "single").await;
    grants(&test, 2, "急救", Some(1)).await;
    for (of, days) in [(1, 0), (2, 20)] {
        let booking = booked(&test, 1, of).await.id;
        let when = at(&kiosk(), START.plus(days * DAY));
        admit(&test, &when, scanned(of, &booking)).await;
    }
    let held = held(&test, 1, START).await;
    let [one] = held.as_slice() else {
        panic!("{held:?}")
    };
    let last = domain::training::counts_until(END.plus(20 * DAY), Some(1));
    assert_eq!((one.since, one.until), (END, last));
    let shift = asking(&test, 10 + 45).await;
    signed_up(&test, 1, &shift).await;
    // What was noted by hand is kept beside it: for ever is longer than a month.
    test.arrange(vec![format!(
        "INSERT INTO trained (person_id, training, since) VALUES ('{}', '急救', 0)",
        person(2)
    )])
    .await;
    let booking = booked(&test, 2, 1).await.id;
    admit(&test, &during(&kiosk()), scanned(9, &booking)).await;
    let noted = self::held(&test, 2, START).await;
    assert_eq!((noted.len(), noted[0].until), (1, None));
}

async fn the_ways_to_a_training_are_those_that_end_in_time(test: TestDb) {
    stage(&test).await;
    let dates = [2, 3, 4, 5].map(|n| {
        let mut sitting = Sitting::new(n, 5, 0);
        sitting.in_hours = 24 * n as i64;
        sitting
    });
    sittings(&test, &dates, "single").await;
    grants(&test, 2, "高级急救", None).await;
    grants(&test, 3, "消防", None).await;
    grants(&test, 4, "急救", None).await;
    grants(&test, 5, "急救", None).await;
    test.arrange(vec![
        "UPDATE training SET includes = '[\"急救\"]' WHERE name = '高级急救'".into(),
        format!(
            "UPDATE occurrence SET status = 'cancelled' WHERE id = '{}'",
            occurrence(4)
        ),
    ])
    .await;
    let center: CenterId = CENTER.parse().unwrap();
    let ways = async |days: i64| -> Vec<Way> {
        let wanted = ["急救".to_owned()];
        trainings::ways(&test.db, &wanted, &center, NOW, NOW.plus(days * DAY))
            .await
            .unwrap()
    };
    let ids = |ways: &[Way]| Vec::from_iter(ways.iter().map(|way| way.occurrence_id.clone()));
    let all = ways(30).await;
    assert_eq!(ids(&all), [2, 5, 1].map(occurrence));
    assert_eq!(all[0].training, "高级急救", "the higher one covers it");
    assert_eq!(
        ids(&ways(5).await),
        [occurrence(2)],
        "before the shift begins"
    );
    let nothing = trainings::ways(&test.db, &[], &center, NOW, NOW.plus(DAY)).await;
    assert_eq!(nothing.unwrap(), []);
}

async fn a_training_that_is_named_for_the_first_time_is_known_from_then_on(test: TestDb) {
    center(&test, &[], "single").await;
    let mut date = sitting(3, 12);
    date.terms = TermsEdit {
        grants_training: Some(Some("  心肺复苏 ".into())),
        training_months: Some(Some(24)),
        ..TermsEdit::default()
    };
    let made = created(&test, activity(Dates::List(vec![date]))).await;
    assert_eq!(trainings::known(&test.db).await.unwrap(), ["心肺复苏"]);
    let edit = |training: Option<&str>| store::occurrences::OccurrenceEdit {
        terms: TermsEdit {
            grants_training: Some(training.map(ToOwned::to_owned)),
            ..TermsEdit::default()
        },
        ..store::occurrences::OccurrenceEdit::default()
    };
    for (training, granted) in [(Some("急救"), 1), (None, 0)] {
        let scope = store::occurrences::EditScope::This;
        let (id, change) = (&made.occurrences[0], edit(training));
        store::occurrences::edit(&test.db, &social_worker(), id, scope, change, None)
            .await
            .unwrap();
        let count = "SELECT COUNT(*) FROM occurrence WHERE grants_training = '急救'";
        assert_eq!(test.number(count).await, granted);
    }
    assert_eq!(trainings::known(&test.db).await.unwrap().len(), 2);
}

/// Nobody else has it.
async fn a_training_is_the_persons_who_came_and_not_their_households(test: TestDb) {
    stage(&test).await;
    let booking = booked(&test, 1, 1).await.id;
    admit(&test, &during(&kiosk()), scanned(1, &booking)).await;
    let all = trainings::of_account(&test.db, &account(1), START).await;
    let people: Vec<PersonId> = all.unwrap().into_keys().collect();
    assert_eq!(people, [person(1)]);
}

store::on_both_databases! {
    who_attended_has_the_training_by_whatever_road_they_were_checked_in => super::who_attended_has_the_training_by_whatever_road_they_were_checked_in,
    c83_it_counts_from_the_end_on_and_for_so_long => super::c83_it_counts_from_the_end_on_and_for_so_long,
    a_check_in_that_is_taken_back_takes_the_training_back => super::a_check_in_that_is_taken_back_takes_the_training_back,
    attending_again_prolongs => super::attending_again_prolongs,
    the_ways_to_a_training_are_those_that_end_in_time => super::the_ways_to_a_training_are_those_that_end_in_time,
    a_training_that_is_named_for_the_first_time_is_known_from_then_on => super::a_training_that_is_named_for_the_first_time_is_known_from_then_on,
    a_training_is_the_persons_who_came_and_not_their_households => super::a_training_is_the_persons_who_came_and_not_their_households,
}
