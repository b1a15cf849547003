//! Agencies and their contracts on both databases: no day of a center in two of them.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{CENTER, NOW, agencies::*, ids};
use domain::{
    Reason, Refusal,
    access::{Caller, Identity, Role, Scope},
    agency::Agency,
    id::CenterId,
    overview::Concern,
    time::{DAY, Timestamp},
};
use store::{
    Act, Db, Key, agencies, reports, staff,
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

fn acting(role: Role, scope: &str) -> Act {
    let caller = Caller {
        identity: Identity::Staff(common::id(77)),
        grants: vec![grant(role, scope)],
    };
    Act::new(caller, NOW, ids())
}

async fn an_agency_is_written_down_once_and_changed_on_record(test: TestDb) {
    let db = &test.db;
    let key = |of: &str| Key::new("k1", &[of.as_bytes()]).unwrap();
    let act = system().with_key(Some(key("甲")));
    let id = agencies::create(db, &act, named("甲社工")).await.unwrap();
    let again = agencies::create(db, &act, named("甲社工")).await.unwrap();
    assert_eq!(again, id);
    let taken = agencies::create(db, &system(), named("甲社工")).await;
    let name_taken = Refusal::invalid("agency_name", Reason::Taken);
    assert_eq!(decided(taken), Err(name_taken.clone()));
    let other = agency(&test, "乙社工").await;
    let taken = agencies::change(db, &system(), other, named("甲社工")).await;
    assert_eq!(decided(taken), Err(name_taken));
    let new = Agency::read("甲社工", "甲", "91350100M000100Y43", "0755-0000 0001").unwrap();
    for _ in 0..2 {
        agencies::change(db, &system(), id.clone(), new.clone())
            .await
            .unwrap();
    }
    let found = agencies::find(db, &Caller::system(), &id, NOW).await;
    assert_eq!(found.unwrap().agency, new);
    assert_eq!(audited(&test, "agency.add").await, 2);
    assert_eq!(audited(&test, "agency.change").await, 1);
    let gone = agencies::change(db, &system(), common::id(9), new).await;
    assert_eq!(code(gone), "not_found");
}

async fn a_center_has_one_contract_a_day(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let (first, second) = (agency(&test, "甲社工").await, agency(&test, "乙社工").await);
    let id = added(&test, &first, CENTER, -30, 30).await;
    let refused = agencies::add(db, &system(), contract(&second, CENTER, 30, 90)).await;
    let overlap = Refusal::ContractOverlaps {
        agency: "甲社工".into(),
        from: day(-30),
        to: day(30),
    };
    assert_eq!(decided(refused), Err(overlap));
    let next = added(&test, &second, CENTER, 31, 90).await;
    added(&test, &second, NEXT_DOOR, 0, 90).await;
    let moved = agencies::move_end(db, &system(), id.clone(), day(31)).await;
    assert_eq!(code(moved), "contract_overlaps");
    let moved = agencies::move_end(db, &system(), id.clone(), day(-1)).await;
    assert_eq!(code(moved), "invalid");
    // The same end again is no change.
    agencies::move_end(db, &system(), id.clone(), day(30))
        .await
        .unwrap();
    assert_eq!(audited(&test, "contract.move_end").await, 0);
    let back = agencies::take_back(db, &system(), id.clone()).await;
    assert_eq!(code(back), "contract_begun");
    agencies::take_back(db, &system(), next.clone())
        .await
        .unwrap();
    assert_eq!(
        code(agencies::take_back(db, &system(), next).await),
        "not_found"
    );
    agencies::move_end(db, &system(), id.clone(), day(31))
        .await
        .unwrap();
    let later = Act::new(Caller::system(), NOW.plus(40 * DAY), ids());
    let over = agencies::move_end(db, &later, id, day(60)).await;
    assert_eq!(code(over), "contract_over");
    assert_eq!(audited(&test, "contract.add").await, 3);
    assert_eq!(audited(&test, "contract.take_back").await, 1);
    let unknown = contract(&common::id(9), CENTER, 200, 300);
    assert_eq!(code(agencies::add(db, &system(), unknown).await), "invalid");
}

async fn contracts_are_for_whoever_opens_centers_there(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let first = agency(&test, "甲社工").await;
    let id = added(&test, &first, BEYOND, -30, 30).await;
    let admin = acting(Role::Admin, "440303");
    agencies::create(db, &admin, named("乙社工")).await.unwrap();
    let here = contract(&first, CENTER, 0, 30);
    agencies::add(db, &admin, here.clone()).await.unwrap();
    for (act, refusal) in [
        (acting(Role::CenterManager, CENTER), "forbidden"),
        (acting(Role::DistrictSupervisor, "440303"), "forbidden"),
        (acting(Role::Admin, "440305"), "forbidden"),
        (Act::new(Caller::anonymous(), NOW, ids()), "unauthenticated"),
    ] {
        let refused = agencies::add(db, &act, here.clone()).await;
        assert_eq!(code(refused), refusal, "{}", act.caller.key());
    }
    // Of the other district, neither the contract nor the agency that has it.
    let moved = agencies::move_end(db, &admin, id.clone(), day(10)).await;
    assert_eq!(code(moved), "forbidden");
    let renamed = agencies::change(db, &admin, first.clone(), named("丙社工")).await;
    assert_eq!(code(renamed), "forbidden");
    let seen = agencies::contracts(db, &admin.caller, &first)
        .await
        .unwrap();
    assert_eq!(seen.len(), 1);
    let found = agencies::contract(db, &admin.caller, &id).await;
    assert_eq!(code(found), "not_found");
    let social_worker = acting(Role::SocialWorker, CENTER).caller;
    let refused = agencies::agencies(db, &social_worker, NOW).await;
    assert_eq!(code(refused), "forbidden");
    // A manager of the center doesn't know the people beyond it.
    let who = worker(&test, "worker", vec![at(BEYOND)]).await;
    joined(&test, &who, &first).await;
    let manager = acting(Role::CenterManager, CENTER);
    let members = staff::members(db, &manager.caller, &first, NOW).await;
    assert!(members.unwrap().is_empty());
    let set = staff::set_agency(db, &manager, who, None).await;
    assert_eq!(code(set), "forbidden");
}

async fn who_runs_a_center_is_told_and_that_nobody_will(test: TestDb) {
    centers(&test).await;
    let db = &test.db;
    let (first, second) = (agency(&test, "甲社工").await, agency(&test, "乙社工").await);
    let here: CenterId = CENTER.parse().unwrap();
    assert_eq!(agencies::operator(db, &here, NOW).await.unwrap(), None);
    added(&test, &first, CENTER, -30, 30).await;
    let runs = agencies::operator(db, &here, NOW).await.unwrap().unwrap();
    assert_eq!((runs.name.as_str(), runs.until), ("甲社工", day(30)));
    let warned = async || {
        let act = acting(Role::DistrictSupervisor, "440303");
        let scope = Scope::parse("440303").unwrap();
        let found = reports::overview(db, &act, &scope).await.unwrap();
        let of = found.centers.into_iter().find(|of| of.center.id == here);
        let mut concerns = of.unwrap().concerns.into_iter();
        concerns.any(|(concern, _)| concern == Concern::Contract)
    };
    assert!(warned().await);
    added(&test, &second, CENTER, 31, 400).await;
    assert!(!warned().await);
    let listed = agencies::agencies(db, &Caller::system(), NOW)
        .await
        .unwrap();
    let now: Vec<_> = listed
        .iter()
        .map(|of| (of.centers.len(), of.next_end))
        .collect();
    assert!(
        now.contains(&(1, Some(day(30)))) && now.contains(&(0, None)),
        "{now:?}"
    );
    let later = Timestamp::start_of(day(31));
    let runs = agencies::operator(db, &here, later).await.unwrap().unwrap();
    assert_eq!(runs.id, second);
}

async fn two_agencies_want_the_same_days_at_once(test: TestDb) {
    centers(&test).await;
    let wanting = [agency(&test, "甲社工").await, agency(&test, "乙社工").await];
    let servers = [test.db.clone(), Db::open(&test.url, 8).await.unwrap()];
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let (db, of) = (servers[n % 2].clone(), wanting[n % 2].clone());
        let from = i64::try_from(n).unwrap();
        let new = contract(&of, CENTER, from, from + 30);
        tasks.spawn(async move { agencies::add(&db, &system(), new).await });
    }
    let won = tasks.join_all().await.into_iter().filter(Result::is_ok);
    assert_eq!(won.count(), 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM contract").await, 1);
}

store::on_both_databases! {
    an_agency_is_written_down_once_and_changed_on_record => super::an_agency_is_written_down_once_and_changed_on_record,
    a_center_has_one_contract_a_day => super::a_center_has_one_contract_a_day,
    contracts_are_for_whoever_opens_centers_there => super::contracts_are_for_whoever_opens_centers_there,
    who_runs_a_center_is_told_and_that_nobody_will => super::who_runs_a_center_is_told_and_that_nobody_will,
    two_agencies_want_the_same_days_at_once => super::two_agencies_want_the_same_days_at_once,
}
