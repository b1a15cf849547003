//! Who is known at a center, finding them, and what their page shows, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Channel,
    id::{AccountId, CenterId, PersonId},
    person::{BirthYear, Consent, PersonName, Phone, Relation},
    sought::Sought,
    time::DAY,
};
use store::{
    Act, accounts, bookings, cards, check,
    desk::{self, Newcomer},
    known::{self, Finding, MOST_FOUND},
    people,
    testing::{TestDb, decided},
};

/// Another center, of another district.
const ELSEWHERE: &str = "SZ440305002-01";

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn staff_of(center: &str, role: Role) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id(7)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(center).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

async fn two_centers(test: &TestDb) {
    center(
        test,
        &[Sitting::new(1, 50, 5), Sitting::new(2, 50, 5)],
        "single",
    )
    .await;
    test.arrange(vec![format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('{ELSEWHERE}', '沿山社区党群服务中心', '440305',
         '南山区', '440305002', '招商街道', '沿山社区', 'nbs2023', 'open')"
    )])
    .await;
}

fn newcomer(name: &str, year: i64, relation: Relation) -> Newcomer {
    Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(year, NOW).unwrap(),
        relation,
        community: None,
        consent: Some(Consent::given(NOW)),
    }
}

/// Somebody who is written down at a desk of that center.
async fn resident_of(test: &TestDb, at: &str, phone: &str, name: &str) -> (AccountId, PersonId) {
    let phone = Phone::parse(phone).unwrap();
    let at: CenterId = at.parse().unwrap();
    let act = staff_of(at.as_str(), Role::SocialWorker);
    let who = newcomer(name, 1958, Relation::Myself);
    desk::register(&test.db, &act, &at, phone, who)
        .await
        .unwrap()
}

async fn find(test: &TestDb, typed: &str) -> Finding {
    let sought = Sought::read(typed).unwrap();
    known::search(&test.db, &social_worker(), &here(), sought)
        .await
        .unwrap()
}

async fn names(test: &TestDb, typed: &str) -> Vec<String> {
    let found = find(test, typed).await.people.into_iter();
    found.map(|of| of.name.as_str().to_owned()).collect()
}

async fn c187_somebody_is_found_by_name_sound_number_and_code(test: TestDb) {
    two_centers(&test).await;
    let (_, li) = resident_of(&test, CENTER, "13800001234", "李明").await;
    resident_of(&test, CENTER, "13900005678", "欧阳小明").await;
    resident_of(&test, CENTER, "13700001234", "Ánna Smith").await;
    for (typed, expected) in [
        ("李明", vec!["李明"]),
        (" 李 明 ", vec!["李明"]),
        ("小明", vec!["欧阳小明"]),
        ("歐陽", vec!["欧阳小明"]),
        ("liming", vec!["李明"]),
        ("ＬＩＭＩＮＧ", vec!["李明"]),
        ("lm", vec!["李明"]),
        ("oyxm", vec!["欧阳小明"]),
        ("anna", vec!["Ánna Smith"]),
        ("smith ANNA", vec!["Ánna Smith"]),
        ("1234", vec!["李明", "Ánna Smith"]),
        ("１２３４", vec!["李明", "Ánna Smith"]),
        ("138 0000 1234", vec!["李明"]),
        ("13800001235", vec![]),
        ("4321", vec![]),
        ("王五", vec![]),
        // What the pattern of a search is made of is looked for as it stands.
        ("%%", vec![]),
        ("__", vec![]),
    ] {
        let mut found = names(&test, typed).await;
        let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{typed}");
    }
    let card = cards::issue(&test.db, &social_worker(), &here(), &li)
        .await
        .unwrap();
    assert_eq!(names(&test, &card.short_code).await, ["李明"]);
    let (before, after) = card.short_code.split_at(4);
    assert_eq!(names(&test, &format!("{before}-{after}")).await, ["李明"]);
}

async fn whose_initials_are_just_that_come_first(test: TestDb) {
    two_centers(&test).await;
    // Spoken `dingan`, so found by `an` too, but not called so.
    resident_of(&test, CENTER, "13800000001", "丁岸").await;
    resident_of(&test, CENTER, "13800000002", "安娜").await;
    assert_eq!(names(&test, "an").await, ["安娜", "丁岸"]);
}

async fn only_the_people_of_the_own_center_are_found(test: TestDb) {
    two_centers(&test).await;
    let (_, other) = resident_of(&test, ELSEWHERE, "13800001234", "李明").await;
    for typed in ["李明", "lm", "1234", "13800001234"] {
        assert!(names(&test, typed).await.is_empty(), "{typed}");
    }
    let shown = known::show(&test.db, &social_worker(), &here(), &other).await;
    assert_eq!(decided(shown), Err(Refusal::NotFound));
    let worker = staff_of(ELSEWHERE, Role::SocialWorker);
    let sought = || Sought::read("李明").unwrap();
    let there: CenterId = ELSEWHERE.parse().unwrap();
    let found = known::search(&test.db, &worker, &there, sought()).await;
    assert_eq!(found.unwrap().people.len(), 1);
    // Neither at a center of somebody else, nor for who sees figures only.
    let refused = known::search(&test.db, &worker, &here(), sought()).await;
    assert_eq!(decided(refused), Err(Refusal::Forbidden));
    for role in [
        Role::Admin,
        Role::Evaluator,
        Role::CitySupervisor,
        Role::DistrictSupervisor,
    ] {
        let act = staff_of("city", role);
        let refused = known::search(&test.db, &act, &there, sought()).await;
        assert_eq!(decided(refused), Err(Refusal::Forbidden), "{role}");
        let refused = known::show(&test.db, &act, &there, &other).await;
        assert_eq!(decided(refused), Err(Refusal::Forbidden), "{role}");
    }
    let nowhere: CenterId = "SZ440305002-09".parse().unwrap();
    let city = staff_of("city", Role::CenterManager);
    let refused = known::search(&test.db, &city, &nowhere, sought()).await;
    assert_eq!(decided(refused), Err(Refusal::NotFound));
}

async fn whatever_somebody_has_at_a_center_makes_them_known_there(test: TestDb) {
    two_centers(&test).await;
    accounts(&test, 1, 6).await;
    store::migrate(&test.db).await.unwrap();
    let known = async |who: &PersonId| {
        test.number(&format!(
            "SELECT COUNT(*) FROM known_at WHERE center_id = '{CENTER}' AND person_id = '{who}'"
        ))
        .await
    };
    for n in 1..6 {
        assert_eq!(known(&person(n)).await, 0);
    }
    // A booking, also when it is given back.
    let booked = bookings::book(&test.db, &resident(1), request(1, 1))
        .await
        .unwrap();
    let booking = booked.bookings().next().unwrap().id.clone();
    assert_eq!(known(&person(1)).await, 1);
    bookings::cancel(&test.db, &resident(1), booking, String::new())
        .await
        .unwrap();
    assert_eq!(known(&person(1)).await, 1);
    assert_eq!(known(&relative(1, 1)).await, 0, "not the family");
    // A place in a shift.
    let shift = volunteers::shift(&test, volunteers::new_shift(5, 3, 3)).await;
    volunteers::formal(&test, 2, 3).await;
    volunteers::signed_up(&test, 2, &shift).await;
    assert_eq!(known(&person(2)).await, 1);
    // A card.
    cards::issue(&test.db, &social_worker(), &here(), &person(3))
        .await
        .unwrap();
    assert_eq!(known(&person(3)).await, 1);
    // Where somebody asked to be a volunteer, or is one.
    test.arrange(vec![format!(
        "INSERT INTO volunteer (id, person_id, standing, applied_at) VALUES ('v4', '{}', 'applied', 0)",
        person(4)
    )])
    .await;
    assert_eq!(known(&person(4)).await, 0);
    test.arrange(vec![format!(
        "UPDATE volunteer SET center_id = '{CENTER}' WHERE id = 'v4'"
    )])
    .await;
    assert_eq!(known(&person(4)).await, 1);
    // Hours.
    test.arrange(vec![format!(
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
             minutes, approval, served_at, at)
         SELECT 'h5', '{}', '{CENTER}', '{shift}', MIN(id), 'entered', 'entered', 60, 'none', 0, 0
         FROM assignment",
        person(5)
    )])
    .await;
    assert_eq!(known(&person(5)).await, 1);
    assert_eq!(check::people(&test.db).await.unwrap().unknown, 0);
}

async fn a_name_that_changes_is_found_by_the_new_one(test: TestDb) {
    two_centers(&test).await;
    let (account, _) = resident_of(&test, CENTER, "13800001234", "李明").await;
    let profile = accounts::Profile {
        name: PersonName::parse("林小红").unwrap(),
        birth_year: BirthYear::new(1958, NOW).unwrap(),
        community: None,
        center: None,
    };
    let act = Act::new(Caller::resident(account.clone()), NOW, ids());
    accounts::save_profile(&test.db, &act, profile)
        .await
        .unwrap();
    assert_eq!(names(&test, "lxh").await, ["林小红"]);
    assert!(names(&test, "李明").await.is_empty());
    // Whoever was taken out of a family is found no more.
    let child = newcomer("林小宝", 2015, Relation::Child);
    let phone = Phone::parse("13800001234").unwrap();
    let (_, child) = desk::register(&test.db, &social_worker(), &here(), phone, child)
        .await
        .unwrap();
    assert_eq!(names(&test, "小宝").await, ["林小宝"]);
    people::remove(&test.db, &act, child.clone()).await.unwrap();
    assert!(names(&test, "小宝").await.is_empty());
    let gone = known::show(&test.db, &social_worker(), &here(), &child).await;
    assert_eq!(decided(gone), Err(Refusal::NotFound));
}

async fn no_more_than_twenty_are_shown(test: TestDb) {
    two_centers(&test).await;
    for n in 0..=MOST_FOUND {
        resident_of(&test, CENTER, &format!("138{n:08}"), "李明").await;
    }
    let found = find(&test, "李明").await;
    assert_eq!((found.people.len(), found.more), (MOST_FOUND, true));
    let found = find(&test, "0003").await;
    assert_eq!((found.people.len(), found.more), (1, false));
}

async fn every_search_is_on_record_without_what_was_typed(test: TestDb) {
    two_centers(&test).await;
    let (_, li) = resident_of(&test, CENTER, "13800001234", "李明").await;
    for typed in ["李明", "1234", "13800001234", "王五"] {
        find(&test, typed).await;
    }
    let entries = "SELECT COUNT(*) FROM audit WHERE action = 'person.search'";
    assert_eq!(test.number(entries).await, 4);
    for typed in ["李明", "1234", "王五"] {
        let told = format!("{entries} AND detail LIKE '%{typed}%'");
        assert_eq!(test.number(&told).await, 0, "{typed}");
    }
    let nobody = format!("{entries} AND detail LIKE '%\"found\":0%'");
    assert_eq!(test.number(&nobody).await, 1);
    known::show(&test.db, &social_worker(), &here(), &li)
        .await
        .unwrap();
    let look = format!(
        "SELECT COUNT(*) FROM audit WHERE action = 'person.view' AND subject_id = '{li}'
         AND center_id = '{CENTER}' AND detail LIKE '%\"child\":false%'"
    );
    assert_eq!(test.number(&look).await, 1);
}

async fn a_page_shows_what_there_is_at_the_center_only(test: TestDb) {
    two_centers(&test).await;
    let (account, who) = resident_of(&test, CENTER, "13800001234", "李明").await;
    let phone = || Phone::parse("13800001234").unwrap();
    let child = newcomer("李小宝", 2018, Relation::Child);
    let (_, child) = desk::register(&test.db, &social_worker(), &here(), phone(), child)
        .await
        .unwrap();
    // The grandmother was only ever elsewhere.
    let there: CenterId = ELSEWHERE.parse().unwrap();
    let worker = staff_of(ELSEWHERE, Role::SocialWorker);
    let old = newcomer("陈阿婆", 1938, Relation::Parent);
    desk::register(&test.db, &worker, &there, phone(), old)
        .await
        .unwrap();
    let mut wanted = request(1, 1);
    (wanted.account, wanted.people) = (account.clone(), vec![who.clone()]);
    wanted.channel = Channel::Desk;
    let booked = bookings::book(&test.db, &social_worker(), wanted.clone())
        .await
        .unwrap();
    let booking = booked.bookings().next().unwrap().id.clone();
    // The second date of theirs is of another center.
    test.arrange(vec![
        format!(
            "UPDATE occurrence SET center_id = '{ELSEWHERE}' WHERE id = '{}'",
            occurrence(2)
        ),
        format!(
            "UPDATE activity SET center_id = '{ELSEWHERE}'
             WHERE id = (SELECT activity_id FROM occurrence WHERE id = '{}')",
            occurrence(2)
        ),
        // So that both can be had.
        format!(
            "UPDATE occurrence SET starts_at = starts_at + {DAY}, ends_at = ends_at + {DAY} WHERE id = '{}'",
            occurrence(2)
        ),
    ])
    .await;
    wanted.occurrence = occurrence(2);
    bookings::book(&test.db, &worker, wanted).await.unwrap();

    let shown = known::show(&test.db, &social_worker(), &here(), &who)
        .await
        .unwrap();
    assert_eq!(shown.phone, Some(phone()));
    let coming: Vec<_> = shown.bookings.iter().map(|of| of.id.clone()).collect();
    assert_eq!(coming, [booking]);
    assert_eq!((shown.past.came, shown.past.bookings.len()), (0, 0));
    let mut family: Vec<_> = shown
        .household
        .iter()
        .map(|of| (of.person.name.as_str(), of.is_known))
        .collect();
    family.sort_unstable();
    assert_eq!(family, [("李小宝", true), ("陈阿婆", false)]);
    // A child's page says so in the log.
    known::show(&test.db, &social_worker(), &here(), &child)
        .await
        .unwrap();
    let look = format!(
        "SELECT COUNT(*) FROM audit WHERE action = 'person.view' AND subject_id = '{child}'
         AND detail LIKE '%\"child\":true%'"
    );
    assert_eq!(test.number(&look).await, 1);
    // Afterwards it is in the past, and counted once somebody came.
    let later = social_worker().at(NOW.plus(12 * DAY));
    test.arrange(vec![format!(
        "UPDATE booking SET state = 'checked_in', checked_in_at = 1 WHERE person_id = '{who}'"
    )])
    .await;
    let shown = known::show(&test.db, &later, &here(), &who).await.unwrap();
    assert!(shown.bookings.is_empty());
    assert_eq!((shown.past.came, shown.past.missed), (1, 0));
    assert_eq!(shown.past.bookings.len(), 1);
}

async fn who_cannot_be_found_is_told_by_the_check_and_mended(test: TestDb) {
    two_centers(&test).await;
    let (account, li) = resident_of(&test, CENTER, "13800001234", "李明").await;
    let mut wanted = request(1, 1);
    (wanted.account, wanted.people) = (account, vec![li.clone()]);
    wanted.channel = Channel::Desk;
    bookings::book(&test.db, &social_worker(), wanted)
        .await
        .unwrap();
    let fine = check::Unfound::default();
    assert_eq!(check::people(&test.db).await.unwrap(), fine);
    test.arrange(vec![
        format!("UPDATE person SET search = 'x' WHERE id = '{li}'"),
        format!("DELETE FROM known_at WHERE person_id = '{li}'"),
    ])
    .await;
    let wrong = check::people(&test.db).await.unwrap();
    assert_eq!((wrong.misspelt, wrong.unknown), (1, 1));
    assert!(names(&test, "李明").await.is_empty());
    check::find_people_anew(&test.db, &social_worker())
        .await
        .unwrap();
    assert_eq!(check::people(&test.db).await.unwrap(), fine);
    assert_eq!(names(&test, "李明").await, ["李明"]);
    // What an older program left empty is filled by the next `migrate`.
    test.arrange(vec![format!(
        "UPDATE person SET search = '' WHERE id = '{li}'"
    )])
    .await;
    assert!(names(&test, "lm").await.is_empty());
    store::migrate(&test.db).await.unwrap();
    assert_eq!(names(&test, "lm").await, ["李明"]);
}

store::on_both_databases! {
    c187_somebody_is_found_by_name_sound_number_and_code => super::c187_somebody_is_found_by_name_sound_number_and_code,
    whose_initials_are_just_that_come_first => super::whose_initials_are_just_that_come_first,
    only_the_people_of_the_own_center_are_found => super::only_the_people_of_the_own_center_are_found,
    whatever_somebody_has_at_a_center_makes_them_known_there => super::whatever_somebody_has_at_a_center_makes_them_known_there,
    a_name_that_changes_is_found_by_the_new_one => super::a_name_that_changes_is_found_by_the_new_one,
    no_more_than_twenty_are_shown => super::no_more_than_twenty_are_shown,
    every_search_is_on_record_without_what_was_typed => super::every_search_is_on_record_without_what_was_typed,
    a_page_shows_what_there_is_at_the_center_only => super::a_page_shows_what_there_is_at_the_center_only,
    who_cannot_be_found_is_told_by_the_check_and_mended => super::who_cannot_be_found_is_told_by_the_check_and_mended,
}
