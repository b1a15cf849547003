//! One person who is there twice: merged, and taken apart again, on both databases (C-140, C-141).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door, volunteers, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Channel,
    check_in::Outcome,
    id::{CenterId, MergeId, PersonId},
    merging::{Alike, Conflict, UNDO_FOR},
    person::{BirthYear, PersonName, Phone, Relation},
    place::CommunityKey,
    time::HOUR,
};
use store::{
    Act, Db, bookings, cards, check,
    check_ins::{NewCheckIn, Presented},
    desk::{self, Contact, Newcomer},
    hours, known, merging,
    merging::Undone,
    page::Part,
    people,
    testing::{TestDb, decided},
};

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

/// Account 1 has no number and one person, who is known here; so is the holder of account 2, who has a
/// number and a family.
async fn two_entries(test: &TestDb) {
    center(
        test,
        &[
            Sitting::new(1, 5, 5),
            Sitting::new(2, 5, 5),
            Sitting {
                in_hours: 300,
                ..Sitting::new(3, 5, 5)
            },
        ],
        "single",
    )
    .await;
    accounts(test, 1, 4).await;
    let mut sql = vec![
        format!(
            "UPDATE person SET status = 'removed' WHERE account_id = '{}' AND relation <> 'self'",
            account(1)
        ),
        format!(
            "UPDATE account SET phone = '-none' WHERE id = '{}'",
            account(1)
        ),
    ];
    for n in 1..4 {
        sql.push(format!(
            "INSERT INTO known_at (center_id, person_id) VALUES ('{CENTER}', '{}')",
            person(n)
        ));
    }
    test.arrange(sql).await;
}

/// The desk books for somebody.
async fn desk_books(test: &TestDb, n: u128, of: u128) -> bookings::BookingView {
    let mut wanted = request(n, of);
    (wanted.people, wanted.channel) = (vec![person(n)], Channel::Desk);
    let mut booked = bookings::book(&test.db, &social_worker(), wanted)
        .await
        .unwrap();
    booked.people.remove(0).1.unwrap()
}

async fn merge(test: &TestDb, gone: &PersonId, kept: &PersonId) -> merging::Merged {
    merging::merge(&test.db, &social_worker(), &here(), gone, kept)
        .await
        .unwrap()
}

async fn merged(test: &TestDb) -> MergeId {
    merge(test, &person(1), &person(2)).await.unwrap()
}

async fn undo(test: &TestDb, merge: &MergeId) -> Undone {
    merging::undo(&test.db, &social_worker(), &here(), merge)
        .await
        .unwrap()
}

/// Whose a booking is: person and account.
async fn whose(
    test: &TestDb,
    booking: &bookings::BookingView,
) -> (PersonId, domain::id::AccountId) {
    let found = bookings::find(&test.db, &Caller::system(), &booking.id).await;
    let found = found.unwrap();
    (found.person_id, found.account_id)
}

async fn is_consistent(test: &TestDb) {
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    assert_eq!(check::shifts(&test.db).await.unwrap(), []);
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM booking
        WHERE state IN ('waitlisted', 'confirmed', 'checked_in')
        GROUP BY occurrence_id, person_id HAVING COUNT(*) > 1) t";
    assert_eq!(test.number(twice).await, 0);
    assert_eq!(check::people(&test.db).await.unwrap().unknown, 0);
}

async fn c140_what_is_the_ones_moves_and_goes_back(test: TestDb) {
    two_entries(&test).await;
    let db = &test.db;
    let coming = desk_books(&test, 1, 1).await;
    let given_back = desk_books(&test, 1, 3).await;
    bookings::cancel(db, &social_worker(), given_back.id.clone(), String::new())
        .await
        .unwrap();
    let own = desk_books(&test, 2, 3).await;
    let card = cards::issue(db, &social_worker(), &here(), &person(1))
        .await
        .unwrap();
    let newer = cards::issue(db, &social_worker(), &here(), &person(2))
        .await
        .unwrap();
    let family = people::list(db, &account(2)).await.unwrap();

    let preview = merging::preview(db, &social_worker(), &here(), &person(1), &person(2))
        .await
        .unwrap();
    assert_eq!(preview.decision.unwrap().moves.len(), 2);
    let id = merged(&test).await;
    assert_eq!(merged(&test).await, id, "twice is once");
    for booking in [&coming, &given_back, &own] {
        assert_eq!(whose(&test, booking).await, (person(2), account(2)));
    }
    assert_eq!(people::list(db, &account(2)).await.unwrap(), family);
    assert!(people::list(db, &account(1)).await.unwrap().is_empty());
    is_consistent(&test).await;
    // Both cards lead to who stays, and the old ticket admits them.
    for card in [&card, &newer] {
        let found = cards::find(db, &social_worker(), &card.id).await.unwrap();
        assert_eq!(found.person_id, person(2));
    }
    let at_door = door::kiosk().at(coming.starts_at);
    let shown = NewCheckIn::now(door::scan_id(1), Presented::Code(card.short_code.clone()));
    let answer = door::admit(&test, &at_door, shown).await;
    assert_eq!(answer.verdict.outcome(), Outcome::Admitted);
    let again = door::result_at(&test, 2, &coming.id, coming.starts_at.plus(HOUR)).await;
    assert_eq!(again, Outcome::Already);
    // They are one on every page: the old one is gone.
    let gone = known::show(db, &social_worker(), &here(), &person(1)).await;
    assert_eq!(decided(gone), Err(Refusal::NotFound));
    let kept = merging::kept_of(db, &person(1)).await.unwrap();
    assert_eq!(kept, Some(person(2)));

    // What was attended since stays; the rest goes back.
    let Undone::Apart { gone, left } = undo(&test, &id).await else {
        panic!("it is undone");
    };
    assert_eq!(gone, person(1));
    let left: Vec<_> = left.into_iter().map(|of| of.title).collect();
    assert_eq!(left, ["活动1"]);
    assert_eq!(whose(&test, &coming).await, (person(2), account(2)));
    assert_eq!(whose(&test, &given_back).await, (person(1), account(1)));
    assert_eq!(whose(&test, &own).await, (person(2), account(2)));
    let found = cards::find(db, &social_worker(), &card.id).await.unwrap();
    assert_eq!(found.person_id, person(1));
    assert_eq!(people::list(db, &account(1)).await.unwrap().len(), 1);
    is_consistent(&test).await;
    assert!(matches!(undo(&test, &id).await, Undone::Apart { .. }));
    for (verb, many) in [("person.merge", 1), ("person.unmerge", 1)] {
        let told = format!("SELECT COUNT(*) FROM audit WHERE action = '{verb}'");
        assert_eq!(test.number(&told).await, many, "{verb}");
    }
}

async fn a_new_card_voids_both_old_ones(test: TestDb) {
    two_entries(&test).await;
    let db = &test.db;
    for n in [1, 2] {
        cards::issue(db, &social_worker(), &here(), &person(n))
            .await
            .unwrap();
    }
    merged(&test).await;
    let new = cards::issue(db, &social_worker(), &here(), &person(2))
        .await
        .unwrap();
    let live = format!(
        "SELECT COUNT(*) FROM card WHERE revoked_at IS NULL AND id <> '{}'",
        new.id
    );
    assert_eq!(test.number(&live).await, 0);
}

async fn a_second_place_and_an_overlap_are_settled_first(test: TestDb) {
    two_entries(&test).await;
    // Dates 1 and 2 are at the same time.
    let (one, other) = (desk_books(&test, 1, 1).await, desk_books(&test, 2, 2).await);
    let told = merge(&test, &person(1), &person(2)).await.unwrap_err();
    let [Conflict::Overlap(first, second)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(
        (first.title.as_str(), second.title.as_str()),
        ("活动1", "活动2")
    );
    assert_eq!(whose(&test, &one).await.0, person(1), "nothing has moved");
    let moved = "SELECT COUNT(*) FROM merged_row";
    assert_eq!(test.number(moved).await, 0);
    bookings::cancel(&test.db, &social_worker(), other.id, String::new())
        .await
        .unwrap();
    let same = desk_books(&test, 2, 1).await;
    let told = merge(&test, &person(1), &person(2)).await.unwrap_err();
    assert!(matches!(told.as_slice(), [Conflict::Same(..)]), "{told:?}");
    bookings::cancel(&test.db, &social_worker(), same.id, String::new())
        .await
        .unwrap();
    merged(&test).await;
    is_consistent(&test).await;
}

async fn what_both_were_at_stays_on_record(test: TestDb) {
    two_entries(&test).await;
    let (one, _) = (desk_books(&test, 1, 1).await, desk_books(&test, 2, 1).await);
    test.arrange(vec![
        "UPDATE booking SET state = 'checked_in', checked_in_at = 1".into(),
    ])
    .await;
    let later = social_worker().at(one.ends_at.plus(1));
    let done = merging::merge(&test.db, &later, &here(), &person(1), &person(2)).await;
    assert!(done.unwrap().is_ok());
    assert_eq!(whose(&test, &one).await.0, person(1));
    is_consistent(&test).await;
}

async fn who_signs_in_with_a_number_stays(test: TestDb) {
    two_entries(&test).await;
    let told = merge(&test, &person(2), &person(1)).await;
    assert_eq!(told, Err(vec![Conflict::SignsIn]));
    // Somebody of a family goes into an account of their own; the family stays.
    test.arrange(vec![format!(
        "INSERT INTO known_at (center_id, person_id) VALUES ('{CENTER}', '{}')",
        relative(3, 1)
    )])
    .await;
    merge(&test, &relative(3, 1), &person(2)).await.unwrap();
    let left = people::list(&test.db, &account(3)).await.unwrap();
    assert_eq!(left.len(), 3, "{left:?}");
}

async fn only_where_both_are_known_and_by_who_may(test: TestDb) {
    two_entries(&test).await;
    let db = &test.db;
    let by = |role, scope: &str| {
        let caller = Caller {
            identity: Identity::Staff(id(7)),
            grants: vec![Grant {
                role,
                scope: Scope::parse(scope).unwrap(),
            }],
        };
        Act::new(caller, NOW, ids())
    };
    for act in [
        by(Role::SocialWorker, "SZ440305002-01"),
        by(Role::Admin, "city"),
        by(Role::CitySupervisor, "city"),
    ] {
        let told = merging::merge(db, &act, &here(), &person(1), &person(2)).await;
        assert_eq!(decided(told), Err(Refusal::Forbidden));
        let told = merging::preview(db, &act, &here(), &person(1), &person(2)).await;
        assert_eq!(decided(told).map(drop), Err(Refusal::Forbidden));
        let told = merging::suggestions(db, &act, &here()).await;
        assert_eq!(decided(told), Err(Refusal::Forbidden));
    }
    for (gone, kept) in [
        (person(1), relative(2, 1)),
        (relative(2, 1), person(2)),
        (person(1), person(1)),
    ] {
        let told = merging::merge(db, &social_worker(), &here(), &gone, &kept).await;
        assert_eq!(decided(told), Err(Refusal::NotFound));
    }
    let done = merged(&test).await;
    test.arrange(vec![
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('SZ440305002-01', '沿山', '440305', '南山区',
         '440305002', '招商街道', '沿山社区', 'nbs2023', 'open')"
            .into(),
    ])
    .await;
    let elsewhere: CenterId = "SZ440305002-01".parse().unwrap();
    let act = by(Role::SocialWorker, "SZ440305002-01");
    let told = merging::undo(db, &act, &elsewhere, &done).await;
    assert_eq!(decided(told), Err(Refusal::NotFound));
    let told = merging::undo(db, &act, &here(), &done).await;
    assert_eq!(decided(told), Err(Refusal::Forbidden));
}

async fn a_merge_can_be_undone_for_thirty_days_and_the_last_one_first(test: TestDb) {
    two_entries(&test).await;
    let booking = desk_books(&test, 1, 1).await;
    let first = merged(&test).await;
    let late = social_worker().at(NOW.plus(UNDO_FOR));
    let told = merging::undo(&test.db, &late, &here(), &first).await;
    assert!(matches!(told.unwrap(), Undone::TooLate { .. }));
    let open = async |act: &Act| {
        let all = merging::merges_of(&test.db, &person(2), act.now).await;
        all.unwrap().len()
    };
    assert_eq!(open(&late).await, 0);
    assert_eq!(open(&social_worker()).await, 1);
    // Without a number of their own any more, the second goes into a third.
    test.arrange(vec![format!(
        "UPDATE account SET phone = '-gone' WHERE id = '{}'",
        account(2)
    )])
    .await;
    let second = merge(&test, &person(2), &person(3)).await.unwrap();
    assert_eq!(whose(&test, &booking).await.0, person(3));
    let kept = merging::kept_of(&test.db, &person(1)).await.unwrap();
    assert_eq!(kept, Some(person(3)), "the first leads on");
    assert_eq!(undo(&test, &first).await, Undone::MergedOn);
    assert!(matches!(undo(&test, &second).await, Undone::Apart { .. }));
    assert_eq!(whose(&test, &booking).await.0, person(2));
    assert!(matches!(undo(&test, &first).await, Undone::Apart { .. }));
    assert_eq!(whose(&test, &booking).await, (person(1), account(1)));
    is_consistent(&test).await;
}

async fn a_volunteers_record_and_hours_follow(test: TestDb) {
    two_entries(&test).await;
    let db = &test.db;
    let shift = volunteers::shift(&test, volunteers::new_shift(5, 3, 3)).await;
    volunteers::formal(&test, 1, 2).await;
    let mut placing = volunteers::placing(1, &shift);
    (placing.person, placing.channel) = (Some(person(1)), Channel::Desk);
    let placed = store::assignments::place(db, &social_worker(), placing)
        .await
        .unwrap()
        .unwrap();
    test.arrange(vec![
        format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
                 minutes, approval, served_at, at)
             VALUES ('{}', '{}', '{CENTER}', '{shift}', '{}', 'verified', 'verified', 90, 'none', 5, 6)",
            id::<domain::id::HourEntryId>(0x77),
            person(1),
            placed.id
        ),
    ])
    .await;
    let verified = async |of: u128| {
        let mine = hours::of_account(db, &account(of), Some(&person(of)), &Part::default()).await;
        let mine = mine.unwrap();
        (mine.totals.verified, mine.entries.items.len())
    };
    assert_eq!((verified(1).await, verified(2).await), ((90, 1), (0, 0)));
    let done = merged(&test).await;
    assert_eq!(verified(2).await, (90, 1));
    let serves = async |n: u128| {
        test.number(&format!(
            "SELECT COUNT(*) FROM volunteer v JOIN assignment a ON a.person_id = v.person_id
             WHERE v.person_id = '{}'",
            person(n)
        ))
        .await
    };
    assert_eq!((serves(1).await, serves(2).await), (0, 1));
    is_consistent(&test).await;
    assert!(matches!(undo(&test, &done).await, Undone::Apart { left, .. } if left.is_empty()));
    assert_eq!((verified(1).await, verified(2).await), ((90, 1), (0, 0)));
    assert_eq!((serves(1).await, serves(2).await), (1, 0));
    // Two records with a number each are settled by people.
    volunteers::formal(&test, 2, 3).await;
    let told = merge(&test, &person(1), &person(2)).await;
    assert_eq!(told, Err(vec![Conflict::BothServe]));
}

fn newcomer(name: &str, born: i64, community: &str) -> Newcomer {
    Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(born, NOW).unwrap(),
        relation: Relation::Myself,
        community: Some(CommunityKey::new("440303001", community)),
        consent: None,
    }
}

async fn c141_two_are_proposed_where_a_second_fact_agrees(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let db = &test.db;
    let write = async |contact: Contact, who: Newcomer| {
        let act = Act::new(social_worker().caller, NOW, ids());
        let made = desk::register(db, &act, &here(), contact, who).await;
        made.unwrap().1
    };
    let phone = |digits: &str| Contact::Phone(Phone::parse(digits).unwrap());
    let alone = || Contact::None { is_another: false };
    let first = write(alone(), newcomer("陈阿婆", 1944, "黄贝")).await;
    let second = write(phone("13900000001"), newcomer("陈 阿婆", 1944, "黄贝")).await;
    // The same name and year of another community, and another year.
    write(alone(), newcomer("陈阿婆", 1944, "水库")).await;
    write(alone(), newcomer("陈阿婆", 1950, "黄贝")).await;
    let pairs = async || {
        let found = merging::suggestions(db, &social_worker(), &here()).await;
        let found = found.unwrap().into_iter();
        found
            .map(|pair| {
                let mut both = [pair.one.id, pair.other.id];
                both.sort();
                (both, pair.alike)
            })
            .collect::<Vec<_>>()
    };
    let mut both = [first.clone(), second.clone()];
    both.sort();
    assert_eq!(pairs().await, [(both, Alike::Community)]);
    let people = "SELECT COUNT(*) FROM person WHERE status = 'active'";
    assert_eq!(test.number(people).await, 4, "nobody was merged");
    merging::apart(db, &social_worker(), &here(), &second, &first)
        .await
        .unwrap();
    assert_eq!(pairs().await, []);
    // Whoever is merged after all is found again as one, by what they were written down as.
    let act = social_worker();
    let done = merging::merge(db, &act, &here(), &first, &second).await;
    assert!(done.unwrap().is_ok());
    let again = write(alone(), newcomer("陈阿婆", 1944, "黄贝")).await;
    assert_eq!(again, second);
    assert_eq!(test.number(people).await, 3);
}

/// Whoever is booked and merged at the same moment never has two places of one date.
async fn booking_and_merging_at_once_leave_one_place(test: TestDb) {
    two_entries(&test).await;
    desk_books(&test, 1, 1).await;
    let second: Db = Db::open(&test.url, 8).await.unwrap();
    for round in 0..20 {
        let (one, two) = (test.db.clone(), second.clone());
        let merging = tokio::spawn(async move {
            merging::merge(&one, &social_worker(), &here(), &person(1), &person(2))
                .await
                .unwrap()
        });
        let booking = tokio::spawn(async move {
            let mut wanted = request(2, 1);
            (wanted.people, wanted.channel) = (vec![person(2)], Channel::Desk);
            decided(bookings::book(&two, &social_worker(), wanted).await)
        });
        let (merged, booked) = (merging.await.unwrap(), booking.await.unwrap());
        let booked = booked
            .ok()
            .and_then(|mut answer| answer.people.remove(0).1.ok());
        assert!(
            merged.is_ok() != booked.is_some(),
            "round {round}: {merged:?}, {booked:?}"
        );
        is_consistent(&test).await;
        if let Ok(id) = merged {
            assert!(
                matches!(undo(&test, &id).await, Undone::Apart { left, .. } if left.is_empty())
            );
        }
        if let Some(booked) = booked {
            bookings::cancel(&test.db, &social_worker(), booked.id, String::new())
                .await
                .unwrap();
        }
    }
}

store::on_both_databases! {
    c140_what_is_the_ones_moves_and_goes_back => super::c140_what_is_the_ones_moves_and_goes_back,
    a_new_card_voids_both_old_ones => super::a_new_card_voids_both_old_ones,
    a_second_place_and_an_overlap_are_settled_first => super::a_second_place_and_an_overlap_are_settled_first,
    what_both_were_at_stays_on_record => super::what_both_were_at_stays_on_record,
    who_signs_in_with_a_number_stays => super::who_signs_in_with_a_number_stays,
    only_where_both_are_known_and_by_who_may => super::only_where_both_are_known_and_by_who_may,
    a_merge_can_be_undone_for_thirty_days_and_the_last_one_first => super::a_merge_can_be_undone_for_thirty_days_and_the_last_one_first,
    a_volunteers_record_and_hours_follow => super::a_volunteers_record_and_hours_follow,
    c141_two_are_proposed_where_a_second_fact_agrees => super::c141_two_are_proposed_where_a_second_fact_agrees,
    booking_and_merging_at_once_leave_one_place => super::booking_and_merging_at_once_leave_one_place,
}
