//! What contracts do to the roles of an agency's people, on both databases: none goes beyond them.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{CENTER, NOW, agencies::*, ids};
use domain::{
    Refusal,
    access::{Caller, Identity, Role},
    id::{AgencyId, StaffId},
    person::PersonName,
    time::Timestamp,
};
use store::{
    Act,
    agencies::{self, Planned},
    logins::{self, NewLogin},
    page::Part,
    staff::{self, NewStaff, TimedGrant},
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

/// How many roles somebody has who signs in then.
async fn granted(test: &TestDb, who: &StaffId, now: Timestamp) -> usize {
    let cookie = format!("cookie {}", now.0);
    let act = Act::new(Caller::system(), now, ids());
    let login = NewLogin::new(&cookie, "a desk");
    staff::finish_sign_in(&test.db, &act, who, None, login)
        .await
        .unwrap();
    let found = logins::find(&test.db, &cookie, now).await.unwrap();
    found.expect("signed in").caller.grants.len()
}

async fn a_role_lasts_as_long_as_the_contract(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let first = agency(&test, "甲社工").await;
    let id = added(&test, &first, CENTER, -30, 30).await;
    let who = worker(&test, "worker", vec![at(CENTER)]).await;
    let own = worker(&test, "own", vec![at(CENTER)]).await;
    joined(&test, &who, &first).await;
    assert_eq!(end(&test, &who, CENTER).await, (after(30), true));
    agencies::move_end(db, &system(), id.clone(), day(10))
        .await
        .unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(10), true));
    // The subdistrict's own people are none of the agency's.
    assert_eq!(end(&test, &own, CENTER).await, (None, false));
    let last = Timestamp::after(day(10));
    assert_eq!(granted(&test, &who, last.plus(-1)).await, 1);
    assert_eq!(granted(&test, &who, last).await, 0);
    // It is on the account's own record.
    let (reader, part) = (Caller::system(), Part::default());
    let record = staff::history(db, &reader, &who, &part, NOW).await;
    let record = record.unwrap().items;
    let cut = record
        .iter()
        .find(|entry| entry.detail["contract"] == id.as_str());
    let cut = &cut.expect("the cut is on record").detail;
    assert_eq!(cut["before"]["ends_at"], serde_json::json!(after(30)));
    assert_eq!(cut["after"]["ends_at"], serde_json::json!(after(10)));
    // Later again, it goes on; a contract that follows at once carries it further.
    agencies::move_end(db, &system(), id.clone(), day(60))
        .await
        .unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(60), true));
    let next = added(&test, &first, CENTER, 61, 400).await;
    assert_eq!(end(&test, &who, CENTER).await, (after(400), true));
    agencies::take_back(db, &system(), next).await.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(60), true));
}

async fn a_role_is_given_within_the_contract(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let first = agency(&test, "甲社工").await;
    let id = added(&test, &first, CENTER, -30, 30).await;
    let who = worker(&test, "worker", vec![elsewhere()]).await;
    joined(&test, &who, &first).await;
    let give = async |timed| staff::grant(db, &system(), who.clone(), timed).await;
    let until = |n| TimedGrant {
        ends_at: after(n),
        ..at(CENTER)
    };
    let beyond = Refusal::ContractEnds {
        agency: "甲社工".into(),
        on: day(30),
    };
    assert_eq!(decided(give(until(31)).await), Err(beyond));
    assert_eq!(code(give(at(NEXT_DOOR)).await), "no_contract");
    give(until(20)).await.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(20), false));
    agencies::move_end(db, &system(), id.clone(), day(10))
        .await
        .unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(10), true));
    // What it was given for is not forgotten, and not gone beyond.
    agencies::move_end(db, &system(), id, day(30))
        .await
        .unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(20), false));
    give(at(CENTER)).await.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(30), true));
    // A role over a wider scope is not of a contract.
    let wide = TimedGrant::for_good(grant(Role::SubdistrictSupervisor, "440303001"));
    give(wide).await.unwrap();
    assert_eq!(end(&test, &who, "440303001").await, (None, false));
}

async fn who_is_of_an_agency_frees_nobody_of_its_contract(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let first = agency(&test, "甲社工").await;
    added(&test, &first, CENTER, -30, 30).await;
    let boss = TimedGrant::for_good(grant(Role::CenterManager, CENTER));
    let boss = worker(&test, "boss", vec![boss]).await;
    let who = worker(&test, "worker", vec![at(CENTER)]).await;
    for one in [&boss, &who] {
        joined(&test, one, &first).await;
    }
    let caller = Caller {
        identity: Identity::Staff(boss),
        grants: vec![grant(Role::CenterManager, CENTER)],
    };
    let act = Act::new(caller, NOW, ids());
    let freed = staff::set_agency(db, &act, who.clone(), None).await;
    assert_eq!(code(freed), "forbidden");
    let longer = staff::grant(db, &act, who.clone(), at(CENTER)).await;
    longer.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(30), true));
    // Nor does an account that they make outlast it.
    let new = NewStaff {
        username: "new".into(),
        name: PersonName::parse("周小满").unwrap(),
        password_hash: "$argon2id$…".into(),
        grants: vec![at(CENTER)],
        demo: false,
    };
    let made = staff::create(db, &act, new).await.unwrap();
    assert_eq!(end(&test, &made, CENTER).await, (after(30), true));
    let account = staff::account(db, &Caller::system(), &made, NOW).await;
    assert_eq!(account.unwrap().agency.unwrap().0, first);
}

async fn coming_to_an_agency_and_leaving_it(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let (first, second) = (agency(&test, "甲社工").await, agency(&test, "乙社工").await);
    let id = added(&test, &first, CENTER, -30, 30).await;
    let who = worker(&test, "worker", vec![at(CENTER), at(NEXT_DOOR)]).await;
    let set = async |agency: Option<&AgencyId>| {
        staff::set_agency(db, &system(), who.clone(), agency.cloned()).await
    };
    assert_eq!(code(set(Some(&first)).await), "no_contract");
    assert_eq!(code(set(Some(&common::id(9))).await), "not_found");
    assert_eq!(end(&test, &who, CENTER).await, (None, false));
    added(&test, &second, NEXT_DOOR, -30, 60).await;
    staff::revoke(
        db,
        &system(),
        who.clone(),
        grant(Role::SocialWorker, NEXT_DOOR),
    )
    .await
    .unwrap();
    for _ in 0..2 {
        set(Some(&first)).await.unwrap();
    }
    assert_eq!(audited(&test, "staff.agency").await, 1);
    assert_eq!(end(&test, &who, CENTER).await, (after(30), true));
    let members = staff::members(db, &Caller::system(), &first, NOW).await;
    assert_eq!(members.unwrap().len(), 1);
    assert_eq!(code(set(Some(&second)).await), "no_contract");
    // Whoever leaves keeps the day; the contract moves it no more.
    set(None).await.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(30), false));
    agencies::move_end(db, &system(), id, day(60))
        .await
        .unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(30), false));
}

async fn a_look_tells_what_is_then_done_and_does_nothing(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let (first, second) = (agency(&test, "甲社工").await, agency(&test, "乙社工").await);
    let id = added(&test, &first, CENTER, -30, 30).await;
    let who = worker(&test, "worker", vec![at(CENTER)]).await;
    joined(&test, &who, &first).await;
    let rows = "SELECT COUNT(*) FROM audit";
    let before = test.number(rows).await;
    let earlier = Planned::MoveEnd(id.clone(), day(10));
    let look = agencies::look(db, &system(), &earlier).await.unwrap();
    let ends: Vec<_> = look
        .moved
        .iter()
        .map(|hit| (hit.before, hit.after))
        .collect();
    assert_eq!(ends, [(after(30), after(10))]);
    assert_eq!((test.number(rows).await, look.others.len()), (before, 0));
    let follows = Planned::Add(contract(&second, CENTER, 31, 90));
    let look = agencies::look(db, &system(), &follows).await.unwrap();
    assert!(look.moved.is_empty());
    let others: Vec<_> = look
        .others
        .iter()
        .map(|hit| (&hit.staff, hit.after))
        .collect();
    assert_eq!(others, [(&who, after(30))]);
    let overlaps = Planned::Add(contract(&second, CENTER, 30, 90));
    let refused = agencies::look(db, &system(), &overlaps).await;
    assert_eq!(code(refused), "contract_overlaps");
    agencies::carry_out(db, &system(), earlier).await.unwrap();
    assert_eq!(end(&test, &who, CENTER).await, (after(10), true));
}

/// Giving the role, coming to the agency and ending its contract, all at once, in any order.
async fn no_role_slips_past_the_end_of_a_contract(test: TestDb) {
    centers(&test).await;
    let first = agency(&test, "甲社工").await;
    let id = added(&test, &first, CENTER, -30, 300).await;
    let mut people = Vec::new();
    for n in 0..12 {
        let held = if n % 2 == 0 { elsewhere() } else { at(CENTER) };
        let who = worker(&test, &format!("worker{n}"), vec![held]).await;
        if n % 2 == 0 {
            joined(&test, &who, &first).await;
        }
        people.push(who);
    }
    let mut tasks = JoinSet::new();
    for (n, who) in people.iter().enumerate() {
        let (db, who, first) = (test.db.clone(), who.clone(), first.clone());
        tasks.spawn(async move {
            match n % 2 {
                0 => staff::grant(&db, &system(), who, at(CENTER)).await,
                _ => staff::set_agency(&db, &system(), who, Some(first)).await,
            }
            .unwrap();
        });
        if n == 5 {
            let (db, id) = (test.db.clone(), id.clone());
            tasks.spawn(async move {
                agencies::move_end(&db, &system(), id, day(10))
                    .await
                    .unwrap();
            });
        }
    }
    tasks.join_all().await;
    for who in &people {
        assert_eq!(end(&test, who, CENTER).await, (after(10), true));
    }
}

store::on_both_databases! {
    a_role_lasts_as_long_as_the_contract => super::a_role_lasts_as_long_as_the_contract,
    a_role_is_given_within_the_contract => super::a_role_is_given_within_the_contract,
    who_is_of_an_agency_frees_nobody_of_its_contract => super::who_is_of_an_agency_frees_nobody_of_its_contract,
    coming_to_an_agency_and_leaving_it => super::coming_to_an_agency_and_leaving_it,
    a_look_tells_what_is_then_done_and_does_nothing => super::a_look_tells_what_is_then_done_and_does_nothing,
    no_role_slips_past_the_end_of_a_contract => super::no_role_slips_past_the_end_of_a_contract,
}
