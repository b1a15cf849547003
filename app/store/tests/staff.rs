//! Staff: roles, locks, second factor, sessions, and the audit log, on both databases.
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
    audit::Verb,
    id::StaffId,
    network::Network,
    person::PersonName,
    time::{HOUR, MINUTE, Timestamp},
};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{
    Act, Asker, Db, Ids,
    logins::{self, NewLogin},
    page::{Cursor, Limit, Part},
    staff::{self, NewStaff, TimedGrant},
    testing::TestDb,
    trail::{self, Filter, View},
};

const NEXT_DOOR: &str = "SZ440303001-02";

/// Another seed for each act, so that no two make the same id.
fn ids() -> Ids {
    static SEED: AtomicU64 = AtomicU64::new(1);
    Ids::repeatable(SEED.fetch_add(1, Ordering::Relaxed) * 1_000_003)
}

fn system(now: Timestamp) -> Act {
    Act::new(Caller::system(), now, ids())
}

fn grant(role: Role, scope: &str) -> Grant {
    Grant {
        role,
        scope: Scope::parse(scope).unwrap(),
    }
}

fn for_ever(grant: Grant) -> TimedGrant {
    TimedGrant::for_good(grant)
}

fn new(username: &str, grants: &[Grant]) -> NewStaff {
    NewStaff {
        username: username.into(),
        name: PersonName::parse("李伟").unwrap(),
        password_hash: "$argon2id$…".into(),
        grants: grants.iter().cloned().map(for_ever).collect(),
        demo: false,
    }
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().expect("a refusal").clone()
}

/// The first center and another one in the same subdistrict.
async fn two_centers(test: &TestDb) {
    center(test, &[], "single").await;
    test.arrange(vec![format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) SELECT '{NEXT_DOOR}', name, district_code, district,
         subdistrict_code, subdistrict, '桂木园社区', name_source, status FROM center"
    )])
    .await;
}

async fn added(test: &TestDb, username: &str, role: Role, scope: &str) -> StaffId {
    staff::add(&test.db, &system(NOW), new(username, &[grant(role, scope)]))
        .await
        .unwrap()
}

fn acting(staff: &StaffId, role: Role, scope: &str) -> Act {
    let grants = vec![grant(role, scope)];
    Act::new(
        Caller {
            identity: Identity::Staff(staff.clone()),
            grants,
        },
        NOW,
        ids(),
    )
}

async fn session(db: &Db, who: &StaffId, step: Option<i64>, now: Timestamp) -> store::Result<()> {
    let login = NewLogin::new(&format!("cookie {}", now.0), "a desk");
    staff::finish_sign_in(db, &system(now), who, step, login)
        .await
        .map(drop)
}

async fn caller(db: &Db, since: Timestamp, now: Timestamp) -> Option<Caller> {
    let found = logins::find(db, &format!("cookie {}", since.0), now)
        .await
        .unwrap();
    found.map(|current| current.caller)
}

async fn a_grant_counts_until_it_ends(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "Li.Wei", Role::SocialWorker, CENTER).await;
    let until = TimedGrant {
        ends_at: Some(NOW.plus(HOUR)),
        ..for_ever(grant(Role::SocialWorker, NEXT_DOOR))
    };
    staff::grant(&test.db, &system(NOW), who.clone(), until)
        .await
        .unwrap();
    session(&test.db, &who, None, NOW).await.unwrap();
    let both = caller(&test.db, NOW, NOW.plus(29 * MINUTE)).await.unwrap();
    assert_eq!(
        (both.identity, both.grants.len()),
        (Identity::Staff(who.clone()), 2)
    );
    caller(&test.db, NOW, NOW.plus(50 * MINUTE)).await.unwrap();
    let one = caller(&test.db, NOW, NOW.plus(HOUR)).await.unwrap();
    assert_eq!(one.grants, [grant(Role::SocialWorker, CENTER)]);
    // What is taken away counts no more from the next request on.
    let gone = grant(Role::SocialWorker, CENTER);
    staff::revoke(&test.db, &system(NOW), who.clone(), gone.clone())
        .await
        .unwrap();
    let none = caller(&test.db, NOW, NOW.plus(HOUR)).await.unwrap();
    assert!(none.grants.is_empty());
    assert_eq!(
        refused(staff::revoke(&test.db, &system(NOW), who, gone).await),
        Refusal::NotFound
    );
    let taken = staff::add(
        &test.db,
        &system(NOW),
        new("li.wei", &[grant(Role::Admin, "city")]),
    )
    .await;
    assert_eq!(refused(taken), Refusal::invalid("username", Reason::Taken));
}

async fn staff_grant_no_more_than_they_hold(test: TestDb) {
    two_centers(&test).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let act = acting(&boss, Role::CenterManager, CENTER);
    let worker = new("worker", &[grant(Role::SocialWorker, CENTER)]);
    let worker = staff::add(&test.db, &act, worker).await.unwrap();
    for beyond in [
        grant(Role::SocialWorker, NEXT_DOOR),
        grant(Role::SocialWorker, "440303001"),
        grant(Role::CitySupervisor, "city"),
        grant(Role::Admin, CENTER),
    ] {
        let given = staff::grant(&test.db, &act, worker.clone(), for_ever(beyond.clone())).await;
        assert_eq!(refused(given), Refusal::Forbidden, "{beyond:?}");
        let added = staff::add(
            &test.db,
            &act,
            new("another", std::slice::from_ref(&beyond)),
        )
        .await;
        assert_eq!(refused(added), Refusal::Forbidden, "{beyond:?}");
    }
    assert_eq!(
        test.number("SELECT COUNT(*) FROM staff").await,
        2,
        "nothing is left of a refusal"
    );
    let to_oneself = grant(Role::SocialWorker, CENTER);
    let given = staff::grant(&test.db, &act, boss.clone(), for_ever(to_oneself)).await;
    assert_eq!(refused(given), Refusal::Forbidden);
    for role in [Role::Resident, Role::Kiosk] {
        let given = staff::grant(
            &test.db,
            &system(NOW),
            worker.clone(),
            for_ever(grant(role, CENTER)),
        )
        .await;
        assert_eq!(
            refused(given),
            Refusal::invalid("role", Reason::NotGrantable)
        );
    }
    // Nor do they manage somebody who holds more.
    let admin = added(&test, "admin", Role::Admin, "city").await;
    let password = staff::set_password(&test.db, &act, admin.clone(), "x".into(), None).await;
    assert_eq!(refused(password), Refusal::Forbidden);
    assert_eq!(
        refused(staff::close(&test.db, &act, admin).await),
        Refusal::Forbidden
    );
    assert_eq!(
        refused(staff::close(&test.db, &act, boss).await),
        Refusal::Forbidden
    );
    let as_worker = acting(&worker, Role::SocialWorker, CENTER);
    let tried = staff::add(
        &test.db,
        &as_worker,
        new("friend", &[grant(Role::SocialWorker, CENTER)]),
    );
    assert_eq!(refused(tried.await), Refusal::Forbidden);
}

async fn five_failures_in_a_row_lock_for_a_quarter_of_an_hour(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let begin =
        async |name: &'static str, now| staff::begin_sign_in(&test.db, &system(now), name).await;
    // A success in between begins the count anew.
    for _ in 0..4 {
        assert_eq!(begin("worker", NOW).await.unwrap().unwrap().staff, who);
    }
    session(&test.db, &who, None, NOW).await.unwrap();
    for _ in 0..5 {
        assert!(begin(" Worker", NOW).await.unwrap().is_some());
    }
    let until = NOW.plus(15 * MINUTE);
    let locked = Refusal::RateLimited { until };
    assert_eq!(
        begin("worker", NOW.plus(MINUTE))
            .await
            .err()
            .unwrap()
            .refusal(),
        Some(&locked)
    );
    let seen = staff::find(&test.db, &Caller::system(), "worker", NOW)
        .await
        .unwrap();
    assert_eq!(seen.locked_until, Some(until));
    assert!(begin("worker", until).await.unwrap().is_some());
    // Who does not exist is treated alike.
    for _ in 0..5 {
        assert!(begin("nobody", NOW).await.unwrap().is_none());
    }
    assert_eq!(
        begin("nobody", NOW).await.err().unwrap().refusal(),
        Some(&locked)
    );
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'staff.lock'")
        .await;
    assert_eq!(audited, 2);
}

async fn c182_a_strangers_wrong_passwords_keep_nobody_out(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let network = Network::parse("192.0.2.1");
    let from = |mark: &str, now| system(now).asked_by(Asker::new(Some(mark), network));
    let begin = async |act: Act| {
        let begun = staff::begin_sign_in(&test.db, &act, "worker").await;
        begun
            .map(|found| found.is_some())
            .map_err(|e| e.refusal().unwrap().clone())
    };
    let locked = |minutes: i64| {
        Err(Refusal::RateLimited {
            until: NOW.plus(minutes * MINUTE),
        })
    };
    for _ in 0..5 {
        assert_eq!(begin(from("stranger", NOW)).await, Ok(true));
    }
    assert_eq!(begin(from("stranger", NOW)).await, locked(15));
    // The owner, at a new browser of the same network, is let in.
    let owner = from("owner", NOW.plus(1));
    assert_eq!(begin(owner.clone()).await, Ok(true));
    let login = NewLogin::new("secret", "test");
    staff::finish_sign_in(&test.db, &owner, &who, None, login)
        .await
        .unwrap();
    // Who drops cookies is braked by the network; the owner's browser is known and passes.
    let mut tried = 5;
    for n in 0..60 {
        tried += u32::from(begin(from(&format!("{n}"), NOW)).await.is_ok());
    }
    assert_eq!(tried, 40);
    assert_eq!(begin(from("new", NOW)).await, locked(60));
    assert_eq!(begin(owner.clone()).await, Ok(true));
    // Over all networks there is a slower brake, and a command that lets everybody try again.
    let mut tried = 0;
    for n in 0..300 {
        let network = Network::parse(&format!("198.51.{}.{}", n / 200, n % 200));
        let act = system(NOW).asked_by(Asker::new(Some(&format!("x{n}")), network));
        tried += u32::from(begin(act).await.is_ok());
    }
    assert!((150..200).contains(&tried), "{tried}");
    assert_eq!(begin(owner).await, Ok(true));
    staff::unlock(&test.db, &system(NOW), "worker")
        .await
        .unwrap();
    assert_eq!(begin(from("new", NOW)).await, Ok(true));
    assert_eq!(begin(from("stranger", NOW)).await, Ok(true));
    assert_eq!(
        refused(staff::unlock(&test.db, &system(NOW), "nobody").await),
        Refusal::NotFound
    );
}

async fn fifty_parallel_guesses_get_five_passwords(test: TestDb) {
    two_centers(&test).await;
    added(&test, "worker", Role::SocialWorker, CENTER).await;
    let guesses: Vec<_> = (0..50)
        .map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move {
                staff::begin_sign_in(&db, &system(NOW), "worker")
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut passed = 0;
    for guess in guesses {
        passed += i64::from(guess.await.unwrap());
    }
    assert_eq!(passed, staff::LOCK_AFTER);
}

async fn a_second_factors_code_is_good_once(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let own = acting(&who, Role::SocialWorker, CENTER);
    let secret = Some("ABC234".to_owned());
    staff::set_totp(&test.db, &own, &who, secret.clone(), Some(100))
        .await
        .unwrap();
    let found = staff::begin_sign_in(&test.db, &system(NOW), "worker")
        .await
        .unwrap();
    assert_eq!(found.unwrap().totp_secret, secret);
    for spent in [None, Some(99), Some(100)] {
        let refusal = refused(session(&test.db, &who, spent, NOW).await);
        assert_eq!(refusal, Refusal::WrongCredentials, "{spent:?}");
    }
    let tries: Vec<_> = (0..20)
        .map(|n| {
            let (db, who) = (test.db.clone(), who.clone());
            let now = NOW.plus(n);
            tokio::spawn(async move { session(&db, &who, Some(101), now).await.is_ok() })
        })
        .collect();
    let mut passed = 0;
    for one in tries {
        passed += u32::from(one.await.unwrap());
    }
    assert_eq!(passed, 1);
    let boss = acting(&id(77), Role::CenterManager, CENTER);
    let taken = staff::set_totp(&test.db, &boss, &who, None, None).await;
    assert_eq!(refused(taken), Refusal::Forbidden);
    staff::set_totp(&test.db, &system(NOW), &who, None, None)
        .await
        .unwrap();
    session(&test.db, &who, None, NOW.plus(HOUR)).await.unwrap();
}

async fn a_staff_session_ends_idle_and_after_twelve_hours(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    session(&test.db, &who, None, NOW).await.unwrap();
    assert!(
        caller(&test.db, NOW, NOW.plus(30 * MINUTE)).await.is_none(),
        "idle"
    );
    let mut now = NOW;
    while now < NOW.plus(12 * HOUR) {
        assert!(caller(&test.db, NOW, now).await.is_some(), "in use");
        now = now.plus(20 * MINUTE);
    }
    assert!(
        caller(&test.db, NOW, now).await.is_none(),
        "twelve hours are over"
    );
}

async fn closing_an_account_or_changing_its_password_ends_its_sessions(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let boss = acting(&boss, Role::CenterManager, CENTER);
    session(&test.db, &who, None, NOW).await.unwrap();
    session(&test.db, &who, None, NOW.plus(1)).await.unwrap();
    let keep = logins::find(&test.db, &format!("cookie {}", NOW.0), NOW)
        .await
        .unwrap()
        .unwrap();
    let own = acting(&who, Role::SocialWorker, CENTER);
    let hash = "$argon2id$new".to_owned();
    staff::set_password(&test.db, &own, who.clone(), hash, Some(keep.login))
        .await
        .unwrap();
    assert!(
        caller(&test.db, NOW, NOW).await.is_some(),
        "the session that changed it goes on"
    );
    assert!(caller(&test.db, NOW.plus(1), NOW).await.is_none());
    staff::close(&test.db, &boss, who.clone()).await.unwrap();
    assert!(caller(&test.db, NOW, NOW).await.is_none());
    let found = staff::begin_sign_in(&test.db, &system(NOW), "worker")
        .await
        .unwrap();
    assert!(found.is_none());
    let late = session(&test.db, &who, None, NOW.plus(2)).await;
    assert_eq!(refused(late), Refusal::WrongCredentials);
    assert_eq!(
        refused(staff::close(&test.db, &boss, who).await),
        Refusal::NotFound
    );
}

async fn the_staff_of_a_scope_are_listed_for_those_who_manage_them(test: TestDb) {
    two_centers(&test).await;
    added(&test, "here", Role::SocialWorker, CENTER).await;
    added(&test, "next.door", Role::SocialWorker, NEXT_DOOR).await;
    added(&test, "above", Role::SubdistrictSupervisor, "440303001").await;
    let boss = acting(&id(1), Role::CenterManager, CENTER);
    let supervisor = acting(&id(2), Role::SubdistrictSupervisor, "440303001");
    let worker = acting(&id(3), Role::SocialWorker, CENTER);
    let names = async |act: &Act, scope: &str| {
        let scope = Scope::parse(scope).unwrap();
        let listed = staff::list(&test.db, &act.caller, &scope, NOW).await;
        listed.map(|all| all.into_iter().map(|s| s.username).collect::<Vec<_>>())
    };
    assert_eq!(names(&boss, CENTER).await.unwrap(), ["here"]);
    assert_eq!(refused(names(&boss, NEXT_DOOR).await), Refusal::Forbidden);
    assert_eq!(refused(names(&boss, "440303001").await), Refusal::Forbidden);
    assert_eq!(
        names(&supervisor, "440303001").await.unwrap(),
        ["above", "here", "next.door"]
    );
    assert_eq!(names(&supervisor, NEXT_DOOR).await.unwrap(), ["next.door"]);
    assert_eq!(refused(names(&worker, CENTER).await), Refusal::Forbidden);
    assert_eq!(names(&system(NOW), "city").await.unwrap().len(), 3);
}

async fn look(test: &TestDb, center: &str, n: i64) {
    let act = social_worker();
    let view = View {
        action: Verb::BookingView,
        subject: ("occurrence", format!("{n}")),
        center: Some(center.parse().unwrap()),
        detail: json!({ "rows": n }),
    };
    trail::record_view(&test.db, &at(&act, NOW.plus(n / 2)), view)
        .await
        .unwrap();
}

async fn the_audit_log_is_read_within_ones_scope(test: TestDb) {
    two_centers(&test).await;
    look(&test, CENTER, 1).await;
    look(&test, NEXT_DOOR, 2).await;
    added(&test, "worker", Role::SocialWorker, CENTER).await; // two entries of no center
    let boss = acting(&id(1), Role::CenterManager, CENTER).caller;
    let supervisor = acting(&id(2), Role::DistrictSupervisor, "440303").caller;
    let city = acting(&id(3), Role::CitySupervisor, "city").caller;
    let all = Filter::default();
    let read = async |caller: &Caller, filter: &Filter| {
        trail::entries(&test.db, caller, filter)
            .await
            .map(|page| page.items)
    };
    let own = read(&boss, &all).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(
        (own[0].action.as_str(), &own[0].detail),
        ("booking.view", &json!({ "rows": 1 }))
    );
    assert_eq!(own[0].actor, social_worker().caller.key());
    assert_eq!(read(&supervisor, &all).await.unwrap().len(), 2);
    assert_eq!(read(&city, &all).await.unwrap().len(), 4);
    let next_door = Filter {
        center: Some(NEXT_DOOR.parse().unwrap()),
        ..all.clone()
    };
    assert_eq!(read(&supervisor, &next_door).await.unwrap().len(), 1);
    assert_eq!(refused(read(&boss, &next_door).await), Refusal::Forbidden);
    assert!(!social_worker().caller.may_somewhere(Action::ReadAudit));
    assert_eq!(
        refused(read(&social_worker().caller, &all).await),
        Refusal::Forbidden
    );
    assert_eq!(
        refused(read(&Caller::anonymous(), &all).await),
        Refusal::Unauthenticated
    );
    let worker = social_worker().caller.key();
    for (filter, count) in [
        (
            Filter {
                subject: Some(("occurrence".into(), "2".into())),
                ..all.clone()
            },
            1,
        ),
        (
            Filter {
                kind: Some("occurrence".into()),
                ..all.clone()
            },
            2,
        ),
        (
            Filter {
                actor: Some(worker.clone()),
                ..all.clone()
            },
            2,
        ),
        // Half-open: the first look was at NOW, the second a millisecond later.
        (
            Filter {
                actor: Some(worker.clone()),
                from: Some(NOW.plus(1)),
                ..all.clone()
            },
            1,
        ),
        (
            Filter {
                actor: Some(worker.clone()),
                until: Some(NOW.plus(1)),
                ..all.clone()
            },
            1,
        ),
        (
            Filter {
                until: Some(NOW),
                ..all.clone()
            },
            0,
        ),
    ] {
        assert_eq!(
            read(&city, &filter).await.unwrap().len(),
            count,
            "{filter:?}"
        );
    }
    // A filter opens nothing that the caller may not read.
    let of_worker = Filter {
        actor: Some(worker),
        ..all
    };
    assert_eq!(read(&boss, &of_worker).await.unwrap().len(), 1);
}

/// C-166: what is on record can't be changed or taken out, by whatever statement.
async fn c166_the_audit_log_is_only_added_to(test: TestDb) {
    two_centers(&test).await;
    look(&test, CENTER, 1).await;
    for statement in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let refused = test.refusal_of(statement).await;
        assert!(refused.contains("only added to"), "{refused}");
    }
    assert_eq!(test.number("SELECT COUNT(*) FROM audit").await, 1);
}

async fn c130_pages_of_the_audit_log_miss_nothing_at_equal_times(test: TestDb) {
    two_centers(&test).await;
    for n in 0..7 {
        look(&test, CENTER, n).await; // two of them at each instant
    }
    let boss = acting(&id(1), Role::CenterManager, CENTER).caller;
    let mut filter = Filter {
        part: Part::first(Limit::of(3)),
        ..Filter::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = trail::entries(&test.db, &boss, &filter).await.unwrap();
        seen.extend(page.items.iter().map(|e| e.subject_id.clone()));
        let Some(next) = page.next else { break };
        assert_eq!(page.items.len(), 3);
        filter.part.after = Some(next.to_string().parse().unwrap());
    }
    seen.sort();
    assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);
    assert!("yesterday".parse::<Cursor>().is_err());
}

#[test]
fn a_user_name_is_plain() {
    assert_eq!(staff::username(" Li.Wei@Luohu "), Ok("li.wei@luohu".into()));
    for bad in ["", "a", "李伟", "a b", "a'b"] {
        assert!(staff::username(bad).is_err(), "{bad}");
    }
    assert!(staff::username(&"x".repeat(65)).is_err());
}

store::on_both_databases! {
    c182_a_strangers_wrong_passwords_keep_nobody_out => super::c182_a_strangers_wrong_passwords_keep_nobody_out,
    a_grant_counts_until_it_ends => super::a_grant_counts_until_it_ends,
    staff_grant_no_more_than_they_hold => super::staff_grant_no_more_than_they_hold,
    five_failures_in_a_row_lock_for_a_quarter_of_an_hour => super::five_failures_in_a_row_lock_for_a_quarter_of_an_hour,
    fifty_parallel_guesses_get_five_passwords => super::fifty_parallel_guesses_get_five_passwords,
    a_second_factors_code_is_good_once => super::a_second_factors_code_is_good_once,
    a_staff_session_ends_idle_and_after_twelve_hours => super::a_staff_session_ends_idle_and_after_twelve_hours,
    closing_an_account_or_changing_its_password_ends_its_sessions => super::closing_an_account_or_changing_its_password_ends_its_sessions,
    the_staff_of_a_scope_are_listed_for_those_who_manage_them => super::the_staff_of_a_scope_are_listed_for_those_who_manage_them,
    c166_the_audit_log_is_only_added_to => super::c166_the_audit_log_is_only_added_to,
    the_audit_log_is_read_within_ones_scope => super::the_audit_log_is_read_within_ones_scope,
    c130_pages_of_the_audit_log_miss_nothing_at_equal_times => super::c130_pages_of_the_audit_log_miss_nothing_at_equal_times,
}
