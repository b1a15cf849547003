//! Contracts side by side, and what becomes of the roles under them.

use super::{bound::*, *};
use crate::{
    access::{Grant, Role, Scope, TimedGrant},
    time::HOUR,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn term(from: &str, to: &str) -> Term {
    Term::new(day(from), day(to)).unwrap()
}

pub(super) fn taken(agency: &str, term: Term) -> Taken {
    Taken {
        agency: agency.to_owned(),
        term,
    }
}

/// Noon of that day.
pub(super) fn noon(text: &str) -> Timestamp {
    Timestamp::start_of(day(text)).plus(12 * HOUR)
}

pub(super) fn grant() -> TimedGrant {
    TimedGrant::for_good(Grant {
        role: Role::SocialWorker,
        scope: Scope::parse("SZ440303001-01").unwrap(),
    })
}

fn until(text: &str) -> TimedGrant {
    TimedGrant {
        ends_at: Some(Timestamp::after(day(text))),
        ..grant()
    }
}

pub(super) fn of(terms: &[Term]) -> Contracts<'_> {
    Contracts {
        agency: "甲社工",
        terms,
    }
}

fn end_of(bound: &Bound) -> Option<String> {
    let last = |at: Timestamp| at.plus(-1).day().to_string();
    bound.timed.ends_at.map(last)
}

#[test]
fn an_agency_is_read_as_it_is_written() {
    let read = Agency::read(" 演示甲社会工作服务中心 ", "", "", "0755-0000 0001").unwrap();
    assert_eq!(read.name, "演示甲社会工作服务中心");
    assert_eq!(read.short_name, "演示甲社会工作服务中心");
    assert_eq!(read.credit_code, None);
    let refused = |name: &str, code: &str, phone: &str| {
        Agency::read(name, "甲", code, phone).map_err(|refusal| refusal.code())
    };
    assert!(refused("", "", "").is_err());
    assert!(refused("甲", "123", "").is_err());
    assert!(refused("甲", "", "打前台").is_err());
    assert!(refused("甲", "", "").is_ok());
}

#[test]
fn two_contracts_of_a_center_have_no_day_in_common() {
    let today = day("2026-12-01");
    let there = [
        taken("甲社工", term("2026-01-01", "2026-12-31")),
        taken("乙社工", term("2027-02-01", "2027-12-31")),
    ];
    let overlaps = |agency: &str, of: Term| {
        Err(Refusal::ContractOverlaps {
            agency: agency.into(),
            from: of.from(),
            to: of.to(),
        })
    };
    let tried = |from: &str, to: &str| add(term(from, to), &there, today);
    assert_eq!(tried("2027-01-01", "2027-01-31"), Ok(()));
    assert_eq!(tried("2028-01-01", "2028-12-31"), Ok(()));
    assert_eq!(
        tried("2026-12-31", "2027-01-31"),
        overlaps("甲社工", there[0].term)
    );
    assert_eq!(
        tried("2027-01-01", "2027-02-01"),
        overlaps("乙社工", there[1].term)
    );
    // Of two in the way the earlier is named.
    assert_eq!(
        tried("2026-06-01", "2029-01-01"),
        overlaps("甲社工", there[0].term)
    );
    assert_eq!(
        tried("2020-01-01", "2020-12-31"),
        Err(Refusal::invalid("to", Reason::InThePast))
    );
    assert_eq!(
        Term::new(day("2027-01-02"), day("2027-01-01")),
        Err(Refusal::invalid("to", Reason::BeforeFrom))
    );
}

#[test]
fn an_end_moves_as_long_as_it_lies_ahead() {
    let today = day("2026-12-01");
    let own = term("2026-01-01", "2026-12-31");
    let next = [taken("乙社工", term("2027-02-01", "2027-12-31"))];
    let moved = |to: &str| move_end(own, day(to), &next, today);
    assert_eq!(moved("2026-12-01"), Ok(term("2026-01-01", "2026-12-01")));
    assert_eq!(moved("2027-01-31"), Ok(term("2026-01-01", "2027-01-31")));
    assert_eq!(
        moved("2026-11-30"),
        Err(Refusal::invalid("to", Reason::InThePast))
    );
    assert_eq!(moved("2027-02-01").unwrap_err().code(), "contract_overlaps");
    let later = day("2027-01-01");
    assert_eq!(
        move_end(own, day("2027-01-31"), &next, later),
        Err(Refusal::ContractOver { to: own.to() })
    );
    assert_eq!(take_back(next[0].term, today), Ok(()));
    assert_eq!(
        take_back(own, today),
        Err(Refusal::ContractBegun { from: own.from() })
    );
}

#[test]
fn a_role_ends_with_the_contract() {
    let now = noon("2026-12-01");
    let terms = [term("2026-01-01", "2026-12-31")];
    let given = |asked| give(asked, None, of(&terms), now);
    let open = given(grant()).unwrap();
    assert_eq!(end_of(&open).as_deref(), Some("2026-12-31"));
    assert_eq!(open.cut, Some(Cut { wanted: None }));
    let short = given(until("2026-12-24")).unwrap();
    assert_eq!(short, Bound::free(until("2026-12-24")));
    assert_eq!(
        given(until("2027-01-01")),
        Err(Refusal::ContractEnds {
            agency: "甲社工".into(),
            on: day("2026-12-31")
        })
    );
    // It would begin after the contract.
    let late = TimedGrant {
        begins_at: Some(noon("2027-01-01")),
        ..grant()
    };
    let none = Err(Refusal::NoContract {
        agency: "甲社工".into(),
    });
    assert_eq!(given(late), none);
    assert_eq!(give(grant(), None, of(&[]), now), none);
    // The day that the form shows, said again, is no end of its own.
    let again = give(until("2026-12-31"), Some(&open), of(&terms), now).unwrap();
    assert_eq!(again.cut, Some(Cut { wanted: None }));
}

#[test]
fn a_contract_that_follows_at_once_carries_the_role_on() {
    let now = noon("2026-12-01");
    let terms = [
        term("2027-01-01", "2028-12-31"),
        term("2026-01-01", "2026-12-31"),
    ];
    assert_eq!(unbroken(&terms, now.day()), Some(day("2028-12-31")));
    let given = give(grant(), None, of(&terms), now).unwrap();
    assert_eq!(end_of(&given).as_deref(), Some("2028-12-31"));
    let gap = [
        term("2027-01-02", "2028-12-31"),
        term("2026-01-01", "2026-12-31"),
    ];
    let given = give(grant(), None, of(&gap), now).unwrap();
    assert_eq!(end_of(&given).as_deref(), Some("2026-12-31"));
}

#[test]
fn what_a_contract_has_cut_goes_on_with_it_and_what_is_over_stays_over() {
    let now = noon("2026-12-01");
    let whole = [term("2026-01-01", "2026-12-31")];
    let short = [term("2026-01-01", "2026-12-15")];
    let open = give(grant(), None, of(&whole), now).unwrap();
    let dated = give(until("2026-12-24"), None, of(&whole), now).unwrap();
    let early = give(until("2026-12-10"), None, of(&whole), now).unwrap();
    let after = |held: &Bound, terms: &[Term]| settle(held, of(terms), now);
    let cut = after(&dated, &short);
    assert_eq!(end_of(&cut).as_deref(), Some("2026-12-15"));
    assert_eq!(after(&early, &short), early);
    for held in [&open, &dated, &early] {
        assert_eq!(after(&after(held, &short), &whole), *held);
    }
    // Two days after the contract's end, another one brings nothing back by itself.
    let over = settle(&cut, of(&whole), noon("2026-12-17"));
    assert_eq!(over, cut);
    // Taken away altogether, it ends now.
    let gone = after(&open, &[]);
    assert!(gone.timed.has_ended(now) && gone.cut.is_none());
}

#[test]
fn whoever_comes_to_an_agency_keeps_what_it_can_answer_for() {
    let now = noon("2026-12-01");
    let whole = [term("2026-01-01", "2026-12-31")];
    let held = Bound::free(grant());
    let joined = join(&held, of(&whole), now).unwrap();
    assert_eq!(end_of(&joined).as_deref(), Some("2026-12-31"));
    assert!(join(&held, of(&[]), now).is_err());
    let over = Bound::free(until("2026-11-30"));
    assert_eq!(join(&over, of(&[]), now), Ok(over.clone()));
}

#[test]
fn an_end_that_nothing_follows_is_told_in_time() {
    let terms = [term("2026-01-01", "2026-12-31")];
    let told = |today: &str| runs_out(&terms, noon(today));
    assert_eq!(told("2026-11-01"), Some(day("2026-12-31")));
    assert_eq!(told("2026-10-31"), None);
    assert_eq!(told("2026-12-31"), Some(day("2026-12-31")));
    assert_eq!(told("2027-01-01"), None);
    let followed = [terms[0], term("2027-01-01", "2027-12-31")];
    assert_eq!(runs_out(&followed, noon("2026-12-31")), None);
}

#[test]
fn agencies_are_changed_by_whoever_opens_centers_there() {
    let place = |center: &str, district: &str| {
        let center = center.parse().unwrap();
        CenterPlace::new(
            center,
            district.into(),
            format!("{district}001"),
            "桂园社区",
        )
    };
    let here = place("SZ440303001-01", "440303");
    let beyond = place("SZ440305001-01", "440305");
    let caller = |role, scope: &str| Caller {
        identity: Identity::Staff(uuid::Uuid::from_u128(1).into()),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    };
    let district = caller(Role::Admin, "440303");
    assert_eq!(may_change(&district, &[]), Ok(()));
    assert_eq!(may_change(&district, std::slice::from_ref(&here)), Ok(()));
    let both = [here.clone(), beyond];
    assert_eq!(may_change(&district, &both), Err(Refusal::Forbidden));
    assert_eq!(
        may_change(&caller(Role::CitySupervisor, "city"), &both),
        Ok(())
    );
    for role in [Role::SocialWorker, Role::CenterManager] {
        let own = caller(role, "SZ440303001-01");
        assert_eq!(may_change(&own, &[]), Err(Refusal::Forbidden));
    }
    assert_eq!(
        may_change(&Caller::anonymous(), &[]),
        Err(Refusal::Unauthenticated)
    );
    assert_eq!(may_change(&Caller::system(), &both), Ok(()));
}
