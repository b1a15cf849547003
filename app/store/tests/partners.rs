//! Partners: asked for by number, agreed by both, ended by either, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    availability::{Availability, Slot},
    id::PersonId,
    person::Phone,
    shift::{ASKED_FOR, Role, Why},
    time::{DAY, MINUTE, Timestamp},
};
use store::{
    Error, Result,
    page::{Limit, Part},
    partners::{self, Partners, answer, ask, end, take_back},
    purge,
    roster::{self, monday_of},
    shifts::{self, Search},
    testing::TestDb,
    volunteers::set_availability,
};
use tokio::task::JoinSet;

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

fn number(n: u128) -> Phone {
    Phone::parse(&format!("138{n:08}")).unwrap()
}

async fn asked(test: &TestDb, n: u128, other: u128) -> Result<()> {
    ask(&test.db, &volunteer(n), person(n), number(other)).await
}

async fn said(test: &TestDb, n: u128, asker: u128, agrees: bool) -> Result<()> {
    answer(&test.db, &volunteer(n), person(asker), agrees).await
}

async fn of(test: &TestDb, n: u128, now: Timestamp) -> Partners {
    partners::of_account(&test.db, &account(n), now)
        .await
        .unwrap()
}

/// Who the partners of account `n`'s holder are.
async fn agreed(test: &TestDb, n: u128) -> Vec<PersonId> {
    let all = of(test, n, NOW).await.agreed;
    all.into_iter().map(|of| of.other).collect()
}

fn code(result: Result<()>) -> &'static str {
    match result.unwrap_err() {
        Error::Refused(refusal) => refusal.code(),
        other => panic!("{other}"),
    }
}

async fn both_agree_and_either_ends_it(test: TestDb) {
    stage(&test, 3).await;
    asked(&test, 1, 2).await.unwrap();
    // The asker sees nothing of it, the other one who asks.
    assert_eq!(of(&test, 1, NOW).await, Partners::default());
    let seen = of(&test, 2, NOW).await;
    assert_eq!((seen.agreed.len(), seen.asking.len()), (0, 1));
    assert_eq!(seen.asking[0].person, person(1));
    // Nobody else answers for them, and who asks does not.
    assert_eq!(code(said(&test, 3, 1, true).await), "not_found");
    assert_eq!(code(said(&test, 1, 2, true).await), "not_found");
    said(&test, 2, 1, true).await.unwrap();
    said(&test, 2, 1, true).await.unwrap();
    assert_eq!(agreed(&test, 1).await, [person(2)]);
    assert_eq!(agreed(&test, 2).await, [person(1)]);
    let told = "SELECT COUNT(*) FROM message WHERE kind IN ('partner_asks', 'partner_agreed')";
    assert_eq!(test.number(told).await, 2);
    assert_eq!(test.number("SELECT COUNT(*) FROM outbox").await, 0);
    // A stranger ends nothing.
    let not_theirs = end(&test.db, &volunteer(3), person(1), person(2)).await;
    assert_eq!(code(not_theirs), "not_found");
    end(&test.db, &volunteer(3), person(3), person(1))
        .await
        .unwrap();
    assert_eq!(agreed(&test, 1).await, [person(2)]);
    end(&test.db, &volunteer(2), person(2), person(1))
        .await
        .unwrap();
    end(&test.db, &volunteer(2), person(2), person(1))
        .await
        .unwrap();
    assert!(agreed(&test, 1).await.is_empty());
    let ended = "SELECT COUNT(*) FROM audit WHERE action = 'partner.end'";
    assert_eq!(test.number(ended).await, 1);
}

/// What the asker is told does not depend on whether anybody has the number.
async fn an_unknown_number_is_answered_the_same(test: TestDb) {
    stage(&test, 3).await;
    asked(&test, 1, 777).await.unwrap();
    asked(&test, 1, 2).await.unwrap();
    assert_eq!(of(&test, 1, NOW).await, Partners::default());
    assert_eq!(code(asked(&test, 1, 1).await), "own_number");
    // A number so often a day, an account so many.
    for other in [777, 2] {
        asked(&test, 1, other).await.unwrap();
        assert_eq!(code(asked(&test, 1, other).await), "rate_limited");
    }
    for other in [3, 778] {
        asked(&test, 1, other).await.unwrap();
    }
    assert_eq!(code(asked(&test, 1, 779).await), "rate_limited");
    // Asked twice is told once.
    let told = format!(
        "SELECT COUNT(*) FROM message WHERE account_id = '{}'",
        account(2)
    );
    assert_eq!(test.number(&told).await, 1);
    take_back(&test.db, &volunteer(1)).await.unwrap();
    assert!(of(&test, 2, NOW).await.asking.is_empty());
    assert_eq!(code(said(&test, 2, 1, true).await), "not_found");
}

async fn who_does_not_want_to_is_asked_no_more_and_time_ends_it(test: TestDb) {
    stage(&test, 3).await;
    asked(&test, 1, 2).await.unwrap();
    said(&test, 2, 1, false).await.unwrap();
    assert!(of(&test, 2, NOW).await.asking.is_empty());
    let told = format!(
        "SELECT COUNT(*) FROM message WHERE account_id = '{}'",
        account(1)
    );
    assert_eq!(test.number(&told).await, 0, "a no is not told");
    asked(&test, 1, 3).await.unwrap();
    let late = NOW.plus(ASKED_FOR);
    assert!(of(&test, 3, late).await.asking.is_empty());
    let too_late = answer(&test.db, &volunteer(3).at(late), person(1), true).await;
    assert_eq!(code(too_late), "not_found");
    purge::run(&test.db, &social_worker().at(late))
        .await
        .unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM partner").await, 0);
}

async fn partners_serve_and_are_few(test: TestDb) {
    stage(&test, 6).await;
    accounts(&test, 20, 21).await;
    assert_eq!(code(asked(&test, 20, 1).await), "not_a_volunteer");
    asked(&test, 1, 20).await.unwrap();
    assert_eq!(code(said(&test, 20, 1, true).await), "not_a_volunteer");
    let relative = ask(&test.db, &volunteer(1), relative(1, 1), number(2)).await;
    assert_eq!(code(relative), "not_a_volunteer");
    let others = ask(&test.db, &volunteer(1), person(2), number(3)).await;
    assert_eq!(code(others), "not_found");
    for other in [2, 3, 4] {
        asked(&test, other, 1).await.unwrap();
        said(&test, 1, other, true).await.unwrap();
    }
    asked(&test, 5, 1).await.unwrap();
    assert_eq!(code(said(&test, 1, 5, true).await), "too_many_partners");
    assert_eq!(code(asked(&test, 1, 6).await), "too_many_partners");
    assert_eq!(agreed(&test, 1).await.len(), 3);
    let looks = of(&test, 1, NOW).await.asking;
    assert_eq!(looks.len(), 1);
}

/// Each asks the other, at once: they have both agreed, and are partners once.
async fn two_who_ask_each_other_have_agreed(test: TestDb) {
    stage(&test, 2).await;
    let mut tasks: JoinSet<()> = JoinSet::new();
    for (n, other) in [(1, 2), (2, 1)] {
        let db = test.db.clone();
        tasks.spawn(async move {
            ask(&db, &volunteer(n), person(n), number(other))
                .await
                .unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!(agreed(&test, 1).await, [person(2)]);
    assert_eq!(agreed(&test, 2).await, [person(1)]);
    assert_eq!(test.number("SELECT COUNT(*) FROM partner").await, 1);
}

/// Many agree at once: nobody has more partners than can be.
async fn nobody_has_more_than_can_be_at_once(test: TestDb) {
    stage(&test, 7).await;
    for n in 2..=7 {
        asked(&test, 1, n).await.unwrap();
    }
    let mut tasks: JoinSet<bool> = JoinSet::new();
    for n in 2..=7 {
        let db = test.db.clone();
        tasks.spawn(async move { answer(&db, &volunteer(n), person(1), true).await.is_ok() });
    }
    let won = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert_eq!((won, agreed(&test, 1).await.len()), (3, 3));
}

/// A shift suits somebody better in which their partner is: once both have agreed, and while the partner
/// holds a place.
async fn a_shift_says_that_the_partner_is_in_it(test: TestDb) {
    stage(&test, 3).await;
    let home = format!("UPDATE volunteer SET center_id = '{CENTER}'");
    test.arrange(vec![home]).await;
    let shift = shift(&test, new_shift(5, 3, 5)).await;
    signed_up(&test, 2, &shift).await;
    asked(&test, 1, 2).await.unwrap();
    let why = async || {
        let search = Search {
            center: None,
            from: NOW,
            to: NOW.plus(30 * DAY),
            part: Part::first(Limit::MOST),
        };
        let found = shifts::for_me(&test.db, &account(1), None, &search, true, NOW).await;
        let mut found = found.unwrap().items;
        found.remove(0).outcome.unwrap().1
    };
    let is_partner = |why: &Why| matches!(why, Why::Partner { .. });
    assert!(!why().await.iter().any(is_partner));
    said(&test, 2, 1, true).await.unwrap();
    let names = vec!["居民2".to_owned()];
    assert_eq!(why().await[0], Why::Partner { names });

    // So the roster says of a candidate.
    let hole = roster::candidates(&test.db, &social_worker(), &shift, Role::Volunteer)
        .await
        .unwrap();
    let speaks = |n: u128| {
        let mut all = hole.candidates.iter();
        let of = all.find(|of| of.who.id() == person(n).as_str()).unwrap();
        of.outcome
            .as_ref()
            .is_ok_and(|why| why.iter().any(is_partner))
    };
    assert!(speaks(1) && !speaks(3));
}

/// Where the week is as full and as fair, it gives a shift to whoever has their partner in it.
async fn the_week_likes_partners_together(test: TestDb) {
    stage(&test, 3).await;
    let home = format!("UPDATE volunteer SET center_id = '{CENTER}'");
    test.arrange(vec![home]).await;
    for n in 1..=3 {
        let said = Availability {
            slots: Slot::all().collect(),
            ..Availability::default()
        };
        set_availability(&test.db, &volunteer(n), &account(n), &person(n), said)
            .await
            .unwrap();
    }
    let shift = shift(&test, new_shift(5, 3, 5)).await;
    signed_up(&test, 3, &shift).await;
    asked(&test, 2, 3).await.unwrap();
    said(&test, 3, 2, true).await.unwrap();
    let start = NOW.plus(5 * DAY);
    let center = CENTER.parse().unwrap();
    let filling = roster::fillable(&test.db, &social_worker(), &center, monday_of(start), 3)
        .await
        .unwrap();
    let likes = |n: u128| {
        let mut people = filling.people.iter();
        let nth = people.position(|(who, _)| who.id() == person(n).as_str());
        let offers = &filling.week.people[nth.unwrap()].offers;
        assert_eq!(offers.len(), 1);
        offers[0].liked
    };
    assert!(likes(2) && !likes(1));
}

async fn what_is_agreed_stays(test: TestDb) {
    stage(&test, 2).await;
    asked(&test, 1, 2).await.unwrap();
    said(&test, 2, 1, true).await.unwrap();
    let late = social_worker().at(NOW.plus(ASKED_FOR + MINUTE));
    purge::run(&test.db, &late).await.unwrap();
    assert_eq!(agreed(&test, 1).await, [person(2)]);
}

store::on_both_databases! {
    both_agree_and_either_ends_it => super::both_agree_and_either_ends_it,
    an_unknown_number_is_answered_the_same => super::an_unknown_number_is_answered_the_same,
    who_does_not_want_to_is_asked_no_more_and_time_ends_it => super::who_does_not_want_to_is_asked_no_more_and_time_ends_it,
    partners_serve_and_are_few => super::partners_serve_and_are_few,
    two_who_ask_each_other_have_agreed => super::two_who_ask_each_other_have_agreed,
    nobody_has_more_than_can_be_at_once => super::nobody_has_more_than_can_be_at_once,
    a_shift_says_that_the_partner_is_in_it => super::a_shift_says_that_the_partner_is_in_it,
    the_week_likes_partners_together => super::the_week_likes_partners_together,
    what_is_agreed_stays => super::what_is_agreed_stays,
}
