//! Accounts, families, access tokens and what is read of them, on both databases.
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
    access::{Action, Caller, Grant, Identity, Role, Scope},
    person::{BirthYear, Consent, NewPerson, PersonName, Phone, Relation},
    place::CommunityKey,
    time::{HOUR, MINUTE},
};
use store::{
    Act, Ids,
    accounts::{self, Profile},
    bookings,
    people::{self, MAX_FAMILY},
    seen,
    testing::TestDb,
    tokens::{self, NewToken},
};

fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

fn born(year: i64) -> BirthYear {
    BirthYear::new(year, NOW).unwrap()
}

fn relative_of(relation: Relation, year: i64) -> NewPerson {
    NewPerson {
        name: name("王小明"),
        birth_year: born(year),
        relation,
        community: None,
        consent: None,
    }
}

fn profile(year: i64) -> Profile {
    Profile {
        name: name("王芳"),
        birth_year: born(year),
        community: Some(CommunityKey::new("440303001", "大塘龙社区")),
        center: None,
    }
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().expect("a refusal").clone()
}

/// Account `n` without a holder.
async fn incomplete(test: &TestDb, n: u128) {
    let sql = format!(
        "INSERT INTO account (id, phone, created_at) VALUES ('{}', '138{n:08}', 0)",
        account(n)
    );
    test.arrange(vec![sql]).await;
}

async fn an_account_is_incomplete_until_name_and_birth_year_are_there(test: TestDb) {
    center(&test, &[], "single").await;
    incomplete(&test, 1).await;
    let before = accounts::find(&test.db, &account(1)).await.unwrap();
    assert!(!before.is_complete());
    let act = resident(1);
    let mut told = profile(1958);
    told.center = Some(CENTER.parse().unwrap());
    let after = accounts::save_profile(&test.db, &act, told.clone())
        .await
        .unwrap();
    let holder = after.holder.clone().unwrap();
    assert_eq!(
        (holder.relation, holder.birth_year.year()),
        (Relation::Myself, 1958)
    );
    assert_eq!(holder.community.unwrap().name(), "大塘龙社区");
    assert_eq!(after.center, told.center);
    // Saving again changes the same person.
    told.name = name("王芳芳");
    let again = accounts::save_profile(&test.db, &act, told).await.unwrap();
    assert_eq!(again.holder.unwrap().id, holder.id);
    let people = people::list(&test.db, &account(1)).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].name.as_str(), "王芳芳");
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'account.profile'")
        .await;
    assert_eq!(audited, 2);
    let leaks = test
        .number("SELECT COUNT(*) FROM audit WHERE detail LIKE '%王芳%'")
        .await;
    assert_eq!(leaks, 0, "the audit log names no person");
}

async fn a_center_that_does_not_exist_is_nobodys_home(test: TestDb) {
    accounts(&test, 1, 2).await;
    let unknown = Some("SZ000000000-01".parse().unwrap());
    let refusal = refused(accounts::set_center(&test.db, &resident(1), unknown).await);
    assert_eq!(refusal, Refusal::invalid("center", Reason::UnknownValue));
    accounts::set_locale(&test.db, &resident(1), "en")
        .await
        .unwrap();
    assert_eq!(
        accounts::find(&test.db, &account(1)).await.unwrap().locale,
        "en"
    );
    assert!(
        accounts::set_locale(&test.db, &resident(1), "'; --")
            .await
            .is_err()
    );
}

async fn c144_a_child_under_14_is_kept_only_with_consent(test: TestDb) {
    accounts(&test, 1, 2).await;
    let act = resident(1);
    let year = i64::from(chrono_year());
    let child = relative_of(Relation::Child, year - 8);
    assert_eq!(
        refused(people::add(&test.db, &act, child.clone(), false).await),
        Refusal::ConsentRequired
    );
    let consent = Consent {
        text_version: "2026-1".into(),
        given_at: NOW,
    };
    let with = NewPerson {
        consent: Some(consent.clone()),
        ..child
    };
    let added = people::add(&test.db, &act, with.clone(), false)
        .await
        .unwrap();
    assert_eq!(
        added.consent(),
        Some(consent.clone()),
        "text version and time are stored"
    );
    // An edit keeps the consent that was given.
    let edit = NewPerson {
        consent: None,
        name: name("王小红"),
        ..with
    };
    let edited = people::edit(&test.db, &act, added.id, edit).await.unwrap();
    assert_eq!(
        (edited.name.as_str(), edited.consent()),
        ("王小红", Some(consent))
    );
    // Somebody grown up cannot be made a child in passing.
    let grown = people::add(&test.db, &act, relative_of(Relation::Other, 1960), false)
        .await
        .unwrap();
    let edit = relative_of(Relation::Other, year - 5);
    let refusal = refused(people::edit(&test.db, &act, grown.id, edit).await);
    assert_eq!(refusal, Refusal::ConsentRequired);
    // Nor does a child hold an account.
    let refusal = refused(accounts::save_profile(&test.db, &act, profile(year - 8)).await);
    assert_eq!(refusal, Refusal::ConsentRequired);
}

fn chrono_year() -> i32 {
    NOW.rfc3339()[..4].parse().unwrap()
}

async fn c181_the_same_relative_is_not_added_twice_in_silence(test: TestDb) {
    accounts(&test, 1, 2).await;
    let act = resident(1);
    let new = relative_of(Relation::Other, 1960);
    let add = async |new: &NewPerson, is_another| {
        let added = people::add(&test.db, &act, new.clone(), is_another).await;
        added
            .map(drop)
            .map_err(|error| error.refusal().unwrap().clone())
    };
    assert_eq!(add(&new, false).await, Ok(()));
    for _ in 0..4 {
        assert_eq!(add(&new, false).await, Err(Refusal::Namesake));
    }
    let younger = NewPerson {
        birth_year: born(1961),
        ..new.clone()
    };
    assert_eq!(add(&younger, false).await, Ok(()));
    // Two of one name and year there are; they say so.
    assert_eq!(add(&new, true).await, Ok(()));
    let parallel = (0..5).map(|_| {
        let (db, act) = (test.db.clone(), act.clone());
        let new = NewPerson {
            birth_year: born(1970),
            ..new.clone()
        };
        tokio::spawn(async move { people::add(&db, &act, new, false).await.is_ok() })
    });
    let parallel: Vec<_> = parallel.collect();
    let mut added = 0;
    for one in parallel {
        added += u32::from(one.await.unwrap());
    }
    assert_eq!(added, 1);
}

async fn c139_people_are_reached_by_their_own_account_only(test: TestDb) {
    accounts(&test, 1, 3).await;
    let (mine, foreign) = (relative(1, 1), relative(2, 1));
    assert!(people::find(&test.db, &account(1), &mine).await.is_ok());
    let found = people::find(&test.db, &account(1), &foreign).await;
    assert_eq!(refused(found), Refusal::NotFound);
    let edit = relative_of(Relation::Spouse, 1960);
    let edited = people::edit(&test.db, &resident(1), foreign.clone(), edit.clone()).await;
    assert_eq!(refused(edited), Refusal::NotFound);
    let removed = people::remove(&test.db, &resident(1), foreign).await;
    assert_eq!(refused(removed), Refusal::NotFound);
    let nobody = resident(1).by(Caller::anonymous());
    assert_eq!(
        refused(people::add(&test.db, &nobody, edit, false).await),
        Refusal::Unauthenticated
    );
}

async fn the_holder_is_no_family_member(test: TestDb) {
    accounts(&test, 1, 2).await;
    let act = resident(1);
    assert_eq!(
        refused(people::remove(&test.db, &act, person(1)).await),
        Refusal::Forbidden
    );
    let edit = relative_of(Relation::Other, 1960);
    let edited = people::edit(&test.db, &act, person(1), edit).await;
    assert_eq!(refused(edited), Refusal::Forbidden);
    let second = people::add(&test.db, &act, relative_of(Relation::Myself, 1960), false).await;
    assert_eq!(
        refused(second),
        Refusal::invalid("relation", Reason::NotFamily)
    );
}

async fn parallel_additions_stop_at_the_most(test: TestDb) {
    accounts(&test, 1, 2).await; // with three relatives
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let (db, mut act) = (test.db.clone(), resident(1));
            act.ids = Ids::repeatable(500 + n);
            tokio::spawn(async move {
                people::add(&db, &act, relative_of(Relation::Other, 1960), true)
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut added = 0;
    for task in tasks {
        added += u32::from(task.await.unwrap());
    }
    assert_eq!(added, MAX_FAMILY - 3);
    let people = people::list(&test.db, &account(1)).await.unwrap();
    assert_eq!(people.len(), MAX_FAMILY as usize + 1);
    assert_eq!(
        people[0].relation,
        Relation::Myself,
        "the holder comes first"
    );
}

async fn who_has_bookings_to_come_cannot_be_removed(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    accounts(&test, 1, 2).await;
    let act = resident(1);
    let mut wanted = request(1, 1);
    wanted.people = vec![relative(1, 1)];
    let booked = bookings::book(&test.db, &act, wanted).await.unwrap();
    let booking = booked.bookings().next().unwrap().id.clone();
    let refusal = refused(people::remove(&test.db, &act, relative(1, 1)).await);
    assert_eq!(refusal, Refusal::HasBookings { live: 1 });
    bookings::cancel(&test.db, &act, booking, String::new())
        .await
        .unwrap();
    people::remove(&test.db, &act, relative(1, 1))
        .await
        .unwrap();
    let again = people::remove(&test.db, &act, relative(1, 1)).await;
    assert_eq!(refused(again), Refusal::NotFound);
    assert_eq!(people::list(&test.db, &account(1)).await.unwrap().len(), 3);
    let kept = format!(
        "SELECT COUNT(*) FROM person WHERE id = '{}'",
        relative(1, 1)
    );
    assert_eq!(test.number(&kept).await, 1, "past bookings still name them");
}

fn system() -> Act {
    Act::new(Caller::system(), NOW, Ids::repeatable(4242))
}

fn token(role: Role, scope: &str, phone: Option<&str>) -> NewToken {
    NewToken {
        label: "a load program".into(),
        role,
        scope: Scope::parse(scope).unwrap(),
        account: phone.map(|p| Phone::parse(p).unwrap()),
        volunteers: false,
        staff: None,
    }
}

async fn a_residents_token_makes_an_account_that_can_book_at_once(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let new = token(Role::Resident, "city", Some("13800000001"));
    tokens::create(&test.db, &system(), new.clone(), "lnl_first")
        .await
        .unwrap();
    tokens::create(&test.db, &system(), new, "lnl_second")
        .await
        .unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM account").await, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM person").await, 1);
    let caller = tokens::find(&test.db, "lnl_second", NOW)
        .await
        .unwrap()
        .unwrap();
    let account = caller.account().unwrap().clone();
    let holder = accounts::find(&test.db, &account)
        .await
        .unwrap()
        .holder
        .unwrap();
    assert_eq!(
        (holder.name.as_str(), holder.birth_year.year()),
        ("138****0001", 1990)
    );
    let act = resident(1).by(caller);
    let mut wanted = request(1, 1);
    wanted.account = account;
    assert!(bookings::book(&test.db, &act, wanted).await.is_ok());
}

async fn a_token_is_stored_as_a_hash_and_opens_until_it_is_revoked(test: TestDb) {
    center(&test, &[], "single").await;
    let new = token(Role::Kiosk, CENTER, None);
    let id = tokens::create(&test.db, &system(), new, "lnl_secret")
        .await
        .unwrap();
    let stored = test
        .number("SELECT COUNT(*) FROM token WHERE secret_hash LIKE '%secret%'")
        .await;
    assert_eq!(stored, 0);
    let caller = tokens::find(&test.db, "lnl_secret", NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen::write_down(&test.db).await.unwrap(), 1);
    assert_eq!(caller.identity, Identity::Program(id.clone()));
    assert!(caller.may_somewhere(Action::BookAtKiosk));
    assert!(
        tokens::find(&test.db, "lnl_other", NOW)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        tokens::find(&test.db, "secret", NOW)
            .await
            .unwrap()
            .is_none()
    );
    // Its use is written at most every five minutes.
    let used = "SELECT last_used_at FROM token";
    tokens::find(&test.db, "lnl_secret", NOW.plus(4 * MINUTE))
        .await
        .unwrap();
    assert_eq!(seen::write_down(&test.db).await.unwrap(), 0);
    assert_eq!(test.number(used).await, NOW.0);
    tokens::find(&test.db, "lnl_secret", NOW.plus(5 * MINUTE))
        .await
        .unwrap();
    assert_eq!(
        test.number(used).await,
        NOW.0,
        "a request does not wait for it"
    );
    seen::write_down(&test.db).await.unwrap();
    assert_eq!(test.number(used).await, NOW.plus(5 * MINUTE).0);
    tokens::revoke(&test.db, &system(), id.clone())
        .await
        .unwrap();
    tokens::revoke(&test.db, &system(), id).await.unwrap();
    assert!(
        tokens::find(&test.db, "lnl_secret", NOW)
            .await
            .unwrap()
            .is_none()
    );
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'token.revoke'")
        .await;
    assert_eq!(audited, 1);
    let listed = tokens::list(&test.db, &Caller::system()).await.unwrap();
    assert!(listed[0].revoked_at.is_some());
}

async fn nobody_makes_a_token_beyond_their_own_rights(test: TestDb) {
    center(&test, &[], "single").await;
    let manager = Act::new(
        Caller {
            identity: Identity::Staff(id(9)),
            grants: vec![Grant {
                role: Role::CenterManager,
                scope: Scope::parse(CENTER).unwrap(),
            }],
        },
        NOW.plus(HOUR),
        Ids::repeatable(77),
    );
    let kiosk = token(Role::Kiosk, CENTER, None);
    let own = tokens::create(&test.db, &manager, kiosk, "lnl_1")
        .await
        .unwrap();
    let admin = token(Role::Admin, "city", None);
    let refusal = refused(tokens::create(&test.db, &manager, admin.clone(), "lnl_2").await);
    assert_eq!(refusal, Refusal::Forbidden);
    let resident_token = token(Role::Resident, "city", Some("13800000001"));
    let refusal = refused(tokens::create(&test.db, &manager, resident_token, "lnl_3").await);
    assert_eq!(
        refusal,
        Refusal::Forbidden,
        "nobody becomes a resident by way of the staff"
    );
    let citywide = tokens::create(&test.db, &system(), admin, "lnl_4")
        .await
        .unwrap();
    let listed = tokens::list(&test.db, &manager.caller).await.unwrap();
    assert_eq!(listed.iter().map(|t| &t.id).collect::<Vec<_>>(), [&own]);
    assert_eq!(
        refused(tokens::revoke(&test.db, &manager, citywide).await),
        Refusal::NotFound
    );
    let worker = social_worker().caller;
    assert_eq!(
        refused(tokens::list(&test.db, &worker).await),
        Refusal::Forbidden
    );
    let nowhere = token(Role::SocialWorker, "SZ999999999-99", None);
    let refusal = refused(tokens::create(&test.db, &system(), nowhere, "lnl_5").await);
    assert_eq!(refusal, Refusal::invalid("scope", Reason::UnknownValue));
    let misfit = token(Role::Kiosk, CENTER, Some("13800000001"));
    assert!(
        tokens::create(&test.db, &system(), misfit, "lnl_6")
            .await
            .is_err()
    );
}

store::on_both_databases! {
    c181_the_same_relative_is_not_added_twice_in_silence => super::c181_the_same_relative_is_not_added_twice_in_silence,
    an_account_is_incomplete_until_name_and_birth_year_are_there => super::an_account_is_incomplete_until_name_and_birth_year_are_there,
    a_center_that_does_not_exist_is_nobodys_home => super::a_center_that_does_not_exist_is_nobodys_home,
    c144_a_child_under_14_is_kept_only_with_consent => super::c144_a_child_under_14_is_kept_only_with_consent,
    c139_people_are_reached_by_their_own_account_only => super::c139_people_are_reached_by_their_own_account_only,
    the_holder_is_no_family_member => super::the_holder_is_no_family_member,
    parallel_additions_stop_at_the_most => super::parallel_additions_stop_at_the_most,
    who_has_bookings_to_come_cannot_be_removed => super::who_has_bookings_to_come_cannot_be_removed,
    a_residents_token_makes_an_account_that_can_book_at_once => super::a_residents_token_makes_an_account_that_can_book_at_once,
    a_token_is_stored_as_a_hash_and_opens_until_it_is_revoked => super::a_token_is_stored_as_a_hash_and_opens_until_it_is_revoked,
    nobody_makes_a_token_beyond_their_own_rights => super::nobody_makes_a_token_beyond_their_own_rights,
}
