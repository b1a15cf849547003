//! Centers, an agency with contracts, and its people.

use super::{CENTER, NOW, center, ids};
use chrono::{Duration, NaiveDate};
use domain::{
    access::{Caller, Grant, Role, Scope},
    agency::{Agency, Term},
    id::{AgencyId, ContractId, StaffId},
    person::PersonName,
    time::Timestamp,
};
use store::{
    Act,
    agencies::{self, NewContract},
    staff::{self, NewStaff, TimedGrant},
    testing::{TestDb, decided},
};

pub const NEXT_DOOR: &str = "SZ440303001-02";
pub const BEYOND: &str = "SZ440305001-01";

pub fn system() -> Act {
    Act::new(Caller::system(), NOW, ids())
}

pub fn grant(role: Role, scope: &str) -> Grant {
    let scope = Scope::parse(scope).unwrap();
    Grant { role, scope }
}

/// So many days from today.
pub fn day(n: i64) -> NaiveDate {
    NOW.day() + Duration::days(n)
}

pub fn after(n: i64) -> Option<Timestamp> {
    Some(Timestamp::after(day(n)))
}

pub fn contract(agency: &AgencyId, center: &str, from: i64, to: i64) -> NewContract {
    NewContract {
        agency: agency.clone(),
        center: center.parse().unwrap(),
        term: Term::new(day(from), day(to)).unwrap(),
        number: "SZ-2026-01".into(),
    }
}

pub async fn added(
    test: &TestDb,
    agency: &AgencyId,
    center: &str,
    from: i64,
    to: i64,
) -> ContractId {
    agencies::add(&test.db, &system(), contract(agency, center, from, to))
        .await
        .unwrap()
}

/// The first center, one next door and one in another district.
pub async fn centers(test: &TestDb) {
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

pub fn named(name: &str) -> Agency {
    Agency::read(name, "", "", "").unwrap()
}

pub async fn agency(test: &TestDb, name: &str) -> AgencyId {
    agencies::create(&test.db, &system(), named(name))
        .await
        .unwrap()
}

pub async fn worker(test: &TestDb, username: &str, grants: Vec<TimedGrant>) -> StaffId {
    let new = NewStaff {
        username: username.into(),
        name: PersonName::parse("李敏").unwrap(),
        password_hash: "$argon2id$…".into(),
        grants,
        demo: false,
    };
    staff::add(&test.db, &system(), new).await.unwrap()
}

pub fn at(center: &str) -> TimedGrant {
    TimedGrant::for_good(grant(Role::SocialWorker, center))
}

/// A role that is not of one center.
pub fn elsewhere() -> TimedGrant {
    TimedGrant::for_good(grant(Role::Evaluator, "440303"))
}

pub async fn joined(test: &TestDb, who: &StaffId, agency: &AgencyId) {
    staff::set_agency(&test.db, &system(), who.clone(), Some(agency.clone()))
        .await
        .unwrap();
}

/// When the role of somebody at a center ends, and whether a contract ends it.
pub async fn end(test: &TestDb, who: &StaffId, center: &str) -> (Option<Timestamp>, bool) {
    let account = staff::account(&test.db, &Caller::system(), who, NOW)
        .await
        .unwrap();
    let wanted = Scope::parse(center).unwrap();
    let held = account
        .held
        .iter()
        .find(|of| of.timed.grant.scope == wanted);
    let held = held.unwrap();
    (held.timed.ends_at, held.ends_with_contract)
}

pub async fn audited(test: &TestDb, action: &str) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{action}'"
    ))
    .await
}

pub fn code<T: std::fmt::Debug>(result: store::Result<T>) -> String {
    decided(result).unwrap_err().code().to_owned()
}
