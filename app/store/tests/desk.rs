//! The desk: registering somebody by the telephone number that they say, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Channel,
    id::PersonId,
    person::{BirthYear, Consent, PersonName, Phone, Relation},
    place::CommunityKey,
};
use store::{
    Act, Ids, accounts, bookings, cards,
    desk::{self, Contact, Newcomer},
    occurrences, people,
    testing::TestDb,
};

fn newcomer(name: &str, year: i64, relation: Relation) -> Newcomer {
    Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(year, NOW).unwrap(),
        relation,
        community: None,
        consent: None,
    }
}

/// Somebody without a telephone number, of that community.
fn alone(name: &str, year: i64, community: &str) -> Newcomer {
    Newcomer {
        community: Some(CommunityKey::new("440303001", community)),
        ..newcomer(name, year, Relation::Myself)
    }
}

const NO_PHONE: Contact = Contact::None { is_another: false };

async fn who_has_no_telephone_is_known_by_name_birth_year_and_community(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let here = CENTER.parse().unwrap();
    let write = |seed: u64, contact: Contact, who: Newcomer| {
        let act = Act::new(social_worker().caller, NOW, Ids::repeatable(seed));
        let at = at.clone();
        async move { desk::register(db, &act, &at, contact, who).await }
    };
    let first = write(1, NO_PHONE, alone("陈阿婆", 1944, "黄贝"))
        .await
        .unwrap();
    let found = accounts::find(db, &first.0).await.unwrap();
    assert_eq!((found.phone.clone(), found.is_complete()), (None, true));
    // Written in another way, it is the same person; anything else is somebody else.
    let again = write(2, NO_PHONE, alone(" 陈 阿婆", 1944, "黄贝"))
        .await
        .unwrap();
    assert_eq!(again, first);
    for (seed, other) in [
        (3, alone("陈阿婆", 1945, "黄贝")),
        (4, alone("陈阿公", 1944, "黄贝")),
        (5, alone("陈阿婆", 1944, "水库")),
    ] {
        assert_ne!(write(seed, NO_PHONE, other).await.unwrap(), first);
    }
    let another = Contact::None { is_another: true };
    let twin = write(6, another, alone("陈阿婆", 1944, "黄贝"))
        .await
        .unwrap();
    assert_ne!(twin, first);
    // They book, get a card, and are on the roster and in the day's search, without a number.
    let mut wanted = request(1, 1);
    (wanted.account, wanted.people) = (first.0.clone(), vec![first.1.clone()]);
    wanted.channel = Channel::Desk;
    bookings::book(db, &social_worker(), wanted).await.unwrap();
    let card = cards::issue(db, &social_worker(), &here, &first.1)
        .await
        .unwrap();
    assert!(!card.has_phone);
    let roster = occurrences::roster(db, &social_worker(), &at)
        .await
        .unwrap();
    assert_eq!(roster.bookings[0].phone, None);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM outbox").await,
        0,
        "nobody to text"
    );
    // Without a community, or for a child, there is nobody to know.
    let nowhere = write(7, NO_PHONE, newcomer("陈阿婆", 1944, Relation::Myself)).await;
    assert_eq!(
        refused(nowhere),
        Refusal::invalid("community", Reason::Missing)
    );
    let year = i64::from(chrono::Datelike::year(&NOW.day())) - 8;
    let child = write(8, NO_PHONE, alone("小宝", year, "黄贝")).await;
    assert_eq!(refused(child), Refusal::ConsentRequired);
}

async fn two_desks_make_one_person_at_the_same_moment(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let desks = (1..9).map(|seed| {
        let act = Act::new(social_worker().caller, NOW, Ids::repeatable(seed));
        let at = at.clone();
        let who = alone("陈阿婆", 1944, "黄贝");
        async move { desk::register(db, &act, &at, NO_PHONE, who).await.unwrap() }
    });
    let made = futures_util::future::join_all(desks).await;
    assert!(made.iter().all(|of| *of == made[0]), "{made:?}");
    assert_eq!(test.number("SELECT COUNT(*) FROM person").await, 1);
}

async fn a_number_that_comes_later_makes_no_second_person(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 2).await;
    let (at, db) = (occurrence(1), &test.db);
    let here = CENTER.parse().unwrap();
    let who = alone("陈阿婆", 1944, "黄贝");
    let (account, person) = desk::register(db, &social_worker(), &at, NO_PHONE, who.clone())
        .await
        .unwrap();
    let give = |person: PersonId, phone: Phone| {
        let here = &here;
        async move { desk::give_phone(db, &social_worker(), here, &person, phone).await }
    };
    // Not somebody else's number.
    let known = Phone::parse("13800000001").unwrap();
    let taken = Refusal::invalid("phone", Reason::Taken);
    assert_eq!(refused(give(person.clone(), known).await), taken);
    give(person.clone(), phone()).await.unwrap();
    let found = accounts::find(db, &account).await.unwrap();
    assert_eq!(found.phone, Some(phone()));
    assert_eq!(found.holder.unwrap().id, person);
    let by_phone = newcomer("陈阿婆", 1944, Relation::Myself);
    let same = desk::register(db, &social_worker(), &at, phone(), by_phone).await;
    assert_eq!(same.unwrap(), (account, person.clone()));
    // A number is changed by its holder, not by the desk.
    let other = Phone::parse("13912345679").unwrap();
    assert_eq!(refused(give(person.clone(), other.clone()).await), taken);
    let elsewhere = acting(Role::SocialWorker, "SZ440303001-02");
    let tried = desk::give_phone(db, &elsewhere, &here, &person, other).await;
    assert_eq!(refused(tried), Refusal::Forbidden);
}

fn phone() -> Phone {
    Phone::parse("13912345678").unwrap()
}

fn acting(role: Role, scope: &str) -> Act {
    let scope = Scope::parse(scope).unwrap();
    Act::new(
        Caller {
            identity: Identity::Staff(id(2)),
            grants: vec![Grant { role, scope }],
        },
        NOW,
        ids(),
    )
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().expect("a refusal").clone()
}

async fn somebody_new_becomes_the_holder_and_the_second_is_family(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let first = newcomer("周小满", 1960, Relation::Myself);
    let (account, holder) = desk::register(db, &social_worker(), &at, phone(), first)
        .await
        .unwrap();
    let found = accounts::find(db, &account).await.unwrap();
    assert_eq!(found.holder.unwrap().id, holder);

    let second = newcomer("周大山", 1935, Relation::Parent);
    let (same, parent) = desk::register(db, &social_worker(), &at, phone(), second)
        .await
        .unwrap();
    assert_eq!(same, account);
    assert_ne!(parent, holder);
    assert_eq!(people::list(db, &account).await.unwrap().len(), 2);

    let third = newcomer("别人", 1970, Relation::Myself);
    let twice = desk::register(db, &social_worker(), &at, phone(), third).await;
    assert!(
        matches!(refused(twice), Refusal::Invalid { .. }),
        "a second holder"
    );
}

async fn the_desk_books_for_who_has_no_account(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let desk = |seed| Act::new(social_worker().caller, NOW, Ids::repeatable(seed));
    let who = newcomer("周小满", 1950, Relation::Myself);
    let first = desk::register(db, &desk(1), &at, phone(), who.clone())
        .await
        .unwrap();
    let again = desk::register(db, &desk(2), &at, phone(), who.clone())
        .await
        .unwrap();
    assert_eq!(again, first);
    // C-139: somebody else with the same number is another person of the same account.
    let husband = newcomer("王大明", 1950, Relation::Other);
    let husband = desk::register(db, &desk(3), &at, phone(), husband)
        .await
        .unwrap();
    assert_eq!(husband.0, first.0);
    assert_ne!(husband.1, first.1);
    let people = people::list(db, &first.0).await.unwrap();
    let relations: Vec<_> = people.iter().map(|p| p.relation).collect();
    assert_eq!(relations, [Relation::Myself, Relation::Other]);
    let mut wanted = request(1, 1);
    wanted.account = first.0;
    wanted.people = vec![first.1];
    wanted.channel = Channel::Desk;
    assert!(bookings::book(db, &desk(4), wanted).await.is_ok());
    let audited =
        "SELECT COUNT(*) FROM audit WHERE action = 'account.register' AND center_id IS NOT NULL";
    assert_eq!(test.number(audited).await, 3);
    let elsewhere = desk::register(db, &resident(1), &at, phone(), who).await;
    assert_eq!(refused(elsewhere), Refusal::Forbidden);
}

async fn the_same_person_is_not_made_twice(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let who = newcomer("周小满", 1960, Relation::Myself);
    let once = desk::register(db, &social_worker(), &at, phone(), who.clone())
        .await
        .unwrap();
    let again = desk::register(db, &social_worker(), &at, phone(), who)
        .await
        .unwrap();
    assert_eq!(once, again);
    let registered = "SELECT COUNT(*) FROM audit WHERE action = 'account.register'";
    assert_eq!(test.number(registered).await, 2, "each look is on record");
}

async fn c144_a_child_needs_the_guardians_consent(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    let year = i64::from(chrono::Datelike::year(&NOW.day())) - 8;
    let child = newcomer("小宝", year, Relation::Child);
    let without = desk::register(db, &social_worker(), &at, phone(), child.clone()).await;
    assert_eq!(refused(without), Refusal::ConsentRequired);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM account").await,
        0,
        "nothing of it is kept"
    );
    let consent = Some(Consent::given(NOW));
    let with = Newcomer { consent, ..child };
    assert!(
        desk::register(db, &social_worker(), &at, phone(), with)
            .await
            .is_ok()
    );
}

async fn only_who_books_for_others_at_that_center_registers(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let (at, db) = (occurrence(1), &test.db);
    for act in [
        acting(Role::SocialWorker, "SZ440303001-02"),
        acting(Role::DistrictSupervisor, "440303"),
        acting(Role::Evaluator, "440303"),
        acting(Role::Admin, "city"),
    ] {
        let who = newcomer("周小满", 1960, Relation::Myself);
        let tried = desk::register(db, &act, &at, phone(), who).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
    }
    assert_eq!(test.number("SELECT COUNT(*) FROM account").await, 0);
}

async fn a_number_shows_its_people_to_the_desk_of_that_center_and_the_look_is_on_record(
    test: TestDb,
) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 2).await;
    let (db, here) = (&test.db, CENTER.parse().unwrap());
    let known = Phone::parse("13800000001").unwrap();
    let found = desk::family(db, &social_worker(), &here, known.clone()).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.account, account(1));
    let ids: Vec<_> = found.people.iter().map(|p| p.id.clone()).collect();
    assert_eq!(
        ids,
        [person(1), relative(1, 1), relative(1, 2), relative(1, 3)]
    );
    let nobody = desk::family(db, &social_worker(), &here, phone()).await;
    assert_eq!(nobody.unwrap(), None);
    let looks = "SELECT COUNT(*) FROM audit WHERE action = 'account.look_up'";
    assert_eq!(test.number(looks).await, 2, "also where nobody was found");
    for act in [
        acting(Role::SocialWorker, "SZ440303001-02"),
        acting(Role::DistrictSupervisor, "440303"),
        acting(Role::Kiosk, CENTER),
        resident(1),
    ] {
        let tried = desk::family(db, &act, &here, known.clone()).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        let tried = cards::of_phone(db, &act, &here, known.clone()).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
    }
    assert_eq!(test.number(looks).await, 2);
}

async fn a_number_shows_who_has_a_card_and_a_new_one_replaces_it(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 2).await;
    let (db, here) = (&test.db, CENTER.parse().unwrap());
    let known = Phone::parse("13800000001").unwrap();
    let of = async || {
        let holders = cards::of_phone(db, &social_worker(), &here, known.clone()).await;
        let cards = holders
            .unwrap()
            .into_iter()
            .map(|holder| holder.card.map(|card| card.id));
        cards.collect::<Vec<_>>()
    };
    assert_eq!(of().await, [None, None, None, None]);
    let first = cards::issue(db, &social_worker(), &here, &relative(1, 1))
        .await
        .unwrap();
    assert_eq!(of().await, [None, Some(first.id), None, None]);
    let second = cards::issue(db, &social_worker(), &here, &relative(1, 1))
        .await
        .unwrap();
    assert_eq!(of().await, [None, Some(second.id.clone()), None, None]);
    cards::revoke(db, &social_worker(), &second.id)
        .await
        .unwrap();
    assert_eq!(of().await, [None, None, None, None]);
}

store::on_both_databases! {
    who_has_no_telephone_is_known_by_name_birth_year_and_community => super::who_has_no_telephone_is_known_by_name_birth_year_and_community,
    two_desks_make_one_person_at_the_same_moment => super::two_desks_make_one_person_at_the_same_moment,
    a_number_that_comes_later_makes_no_second_person => super::a_number_that_comes_later_makes_no_second_person,
    a_number_shows_its_people_to_the_desk_of_that_center_and_the_look_is_on_record => super::a_number_shows_its_people_to_the_desk_of_that_center_and_the_look_is_on_record,
    a_number_shows_who_has_a_card_and_a_new_one_replaces_it => super::a_number_shows_who_has_a_card_and_a_new_one_replaces_it,
    somebody_new_becomes_the_holder_and_the_second_is_family => super::somebody_new_becomes_the_holder_and_the_second_is_family,
    the_desk_books_for_who_has_no_account => super::the_desk_books_for_who_has_no_account,
    the_same_person_is_not_made_twice => super::the_same_person_is_not_made_twice,
    c144_a_child_needs_the_guardians_consent => super::c144_a_child_needs_the_guardians_consent,
    only_who_books_for_others_at_that_center_registers => super::only_who_books_for_others_at_that_center_registers,
}
