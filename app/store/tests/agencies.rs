//! Agencies and their contracts on both databases: no day of a center in two of them, and no role of
//! their people beyond them.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use chrono::{Duration, NaiveDate};
use common::{CENTER, NOW, center};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    agency::{Agency, Term},
    id::{AgencyId, CenterId, ContractId, StaffId},
    overview::Concern,
    person::PersonName,
    time::{DAY, Timestamp},
};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{
    Act, Db, Ids, Key,
    agencies::{self, NewContract, Planned},
    logins::{self, NewLogin},
    page::Part,
    reports,
    staff::{self, NewStaff, TimedGrant},
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

const NEXT_DOOR: &str = "SZ440303001-02";
const BEYOND: &str = "SZ440305001-01";

fn ids() -> Ids {
    static SEED: AtomicU64 = AtomicU64::new(1);
    Ids::repeatable(SEED.fetch_add(1, Ordering::Relaxed) * 1_000_003)
}

fn system() -> Act {
    Act::new(Caller::system(), NOW, ids())
}

fn acting(role: Role, scope: &str) -> Act {
    let caller = Caller {
        identity: Identity::Staff(common::id(77)),
        grants: vec![grant(role, scope)],
    };
    Act::new(caller, NOW, ids())
}

fn grant(role: Role, scope: &str) -> Grant {
    let scope = Scope::parse(scope).unwrap();
    Grant { role, scope }
}

/// So many days from today.
fn day(n: i64) -> NaiveDate {
    NOW.day() + Duration::days(n)
}

fn after(n: i64) -> Option<Timestamp> {
    Some(Timestamp::after(day(n)))
}

fn contract(agency: &AgencyId, center: &str, from: i64, to: i64) -> NewContract {
    NewContract {
        agency: agency.clone(),
        center: center.parse().unwrap(),
        term: Term::new(day(from), day(to)).unwrap(),
        number: "SZ-2026-01".into(),
    }
}

async fn added(test: &TestDb, agency: &AgencyId, center: &str, from: i64, to: i64) -> ContractId {
    agencies::add(&test.db, &system(), contract(agency, center, from, to))
        .await
        .unwrap()
}

/// The first center, one next door and one in another district.
async fn centers(test: &TestDb) {
    center(test, &[], "single").await;
    for (code, district, subdistrict) in [
        (NEXT_DOOR, "440303", "440303001"),
        (BEYOND, "440305", "440305001"),
    ] {
        test.arrange(vec![format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) SELECT '{code}', name, '{district}', district,
             '{subdistrict}', subdistrict, '桂木园社区', name_source, status FROM center
             WHERE id = '{CENTER}'"
        )])
        .await;
    }
}

fn named(name: &str) -> Agency {
    Agency::read(name, "", "", "").unwrap()
}

async fn agency(test: &TestDb, name: &str) -> AgencyId {
    agencies::create(&test.db, &system(), named(name))
        .await
        .unwrap()
}

async fn worker(test: &TestDb, username: &str, grants: Vec<TimedGrant>) -> StaffId {
    let new = NewStaff {
        username: username.into(),
        name: PersonName::parse("李敏").unwrap(),
        password_hash: "$argon2id$…".into(),
        grants,
        demo: false,
    };
    staff::add(&test.db, &system(), new).await.unwrap()
}

fn at(center: &str) -> TimedGrant {
    TimedGrant::for_good(grant(Role::SocialWorker, center))
}

/// A role that is not of one center.
fn elsewhere() -> TimedGrant {
    TimedGrant::for_good(grant(Role::Evaluator, "440303"))
}

async fn joined(test: &TestDb, who: &StaffId, agency: &AgencyId) {
    staff::set_agency(&test.db, &system(), who.clone(), Some(agency.clone()))
        .await
        .unwrap();
}

/// When the role of somebody at a center ends, and whether a contract ends it.
async fn end(test: &TestDb, who: &StaffId, center: &str) -> (Option<Timestamp>, bool) {
    let account = staff::account(&test.db, &Caller::system(), who, NOW)
        .await
        .unwrap();
    let wanted = Scope::parse(center).unwrap();
    let held = account
        .held
        .iter()
        .find(|of| of.timed.grant.scope == wanted);
    let held = held.expect("a role there");
    (held.timed.ends_at, held.ends_with_contract)
}

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

async fn audited(test: &TestDb, action: &str) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{action}'"
    ))
    .await
}

fn code<T: std::fmt::Debug>(result: store::Result<T>) -> String {
    decided(result).unwrap_err().code().to_owned()
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
    an_agency_is_written_down_once_and_changed_on_record => super::an_agency_is_written_down_once_and_changed_on_record,
    a_center_has_one_contract_a_day => super::a_center_has_one_contract_a_day,
    a_role_lasts_as_long_as_the_contract => super::a_role_lasts_as_long_as_the_contract,
    a_role_is_given_within_the_contract => super::a_role_is_given_within_the_contract,
    coming_to_an_agency_and_leaving_it => super::coming_to_an_agency_and_leaving_it,
    a_look_tells_what_is_then_done_and_does_nothing => super::a_look_tells_what_is_then_done_and_does_nothing,
    contracts_are_for_whoever_opens_centers_there => super::contracts_are_for_whoever_opens_centers_there,
    who_runs_a_center_is_told_and_that_nobody_will => super::who_runs_a_center_is_told_and_that_nobody_will,
    two_agencies_want_the_same_days_at_once => super::two_agencies_want_the_same_days_at_once,
    no_role_slips_past_the_end_of_a_contract => super::no_role_slips_past_the_end_of_a_contract,
}
