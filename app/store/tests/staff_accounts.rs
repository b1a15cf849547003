//! Staff accounts as they are managed at the desk, on both databases: grants that begin and end,
//! accounts that are switched off, first passwords, and the administrator who stays.
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
    access::{Caller, Grant, Identity, Role, Scope, StaffStatus, granting::FIRST_PASSWORD_LIFE},
    id::{CenterId, StaffId},
    person::PersonName,
    supervision::Grade,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{
    Act, Ids, Key, assignments,
    logins::{self, NewLogin},
    page::{Limit, Part},
    staff::{self, Asked, NewStaff, TimedGrant},
    testing::{TestDb, decided},
    tokens::{self, NewToken},
};

const NEXT_DOOR: &str = "SZ440303001-02";

fn ids() -> Ids {
    static SEED: AtomicU64 = AtomicU64::new(1);
    Ids::repeatable(SEED.fetch_add(1, Ordering::Relaxed) * 1_000_003)
}

fn system(now: Timestamp) -> Act {
    Act::new(Caller::system(), now, ids())
}

fn grant(role: Role, scope: &str) -> Grant {
    let scope = Scope::parse(scope).unwrap();
    Grant { role, scope }
}

fn new(username: &str, grants: Vec<TimedGrant>) -> NewStaff {
    NewStaff {
        username: username.into(),
        name: PersonName::parse(&format!("李{}", username.len())).unwrap(),
        password_hash: "$argon2id$…".into(),
        grants,
        demo: false,
    }
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
    let grants = vec![TimedGrant::for_good(grant(role, scope))];
    staff::add(&test.db, &system(NOW), new(username, grants))
        .await
        .unwrap()
}

fn acting(staff: &StaffId, role: Role, scope: &str) -> Act {
    let caller = Caller {
        identity: Identity::Staff(staff.clone()),
        grants: vec![grant(role, scope)],
    };
    Act::new(caller, NOW, ids())
}

async fn signed_in(test: &TestDb, who: &StaffId, cookie: &str, now: Timestamp) {
    let login = NewLogin::new(cookie, "a desk");
    staff::finish_sign_in(&test.db, &system(now), who, None, login)
        .await
        .unwrap();
}

async fn grants_of(test: &TestDb, cookie: &str, now: Timestamp) -> Option<Vec<Grant>> {
    let found = logins::find(&test.db, cookie, now).await.unwrap();
    found.map(|current| current.caller.grants)
}

async fn may_sign_in(test: &TestDb, username: &str, now: Timestamp) -> bool {
    let begun = staff::begin_sign_in(&test.db, &system(now), username).await;
    begun.unwrap().is_some()
}

async fn audited(test: &TestDb, action: &str) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{action}'"
    ))
    .await
}

async fn detail(test: &TestDb, action: &str) -> serde_json::Value {
    let mut tx = test.db.read().await.unwrap();
    let (text,): (String,) = tx
        .sql("SELECT detail FROM audit WHERE action = $1 ORDER BY at DESC, id DESC LIMIT 1")
        .bind(action)
        .one()
        .await
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whoever asks for the rights of somebody finds the same, at every instant.
async fn a_grant_holds_between_its_two_instants_wherever_it_is_asked_for(test: TestDb) {
    two_centers(&test).await;
    let (from, to) = (NOW.plus(HOUR), NOW.plus(2 * HOUR));
    let timed = TimedGrant {
        begins_at: Some(from),
        ends_at: Some(to),
        ..TimedGrant::for_good(grant(Role::SocialWorker, CENTER))
    };
    let who = new("worker", vec![timed.clone()]);
    let who = staff::add(&test.db, &system(NOW), who).await.unwrap();
    let program = NewToken {
        label: "of the worker".into(),
        role: Role::SocialWorker,
        scope: Scope::parse(CENTER).unwrap(),
        account: None,
        volunteers: false,
        staff: Some("worker".into()),
    };
    tokens::create(&test.db, &system(NOW), program, "lnl_secret")
        .await
        .unwrap();
    let here: CenterId = CENTER.parse().unwrap();
    let system = Caller::system();
    for (now, holds) in [
        (from.plus(-1), false),
        (from, true),
        (to.plus(-1), true),
        (to, false),
    ] {
        let cookie = format!("cookie {}", now.0);
        signed_in(&test, &who, &cookie, now).await;
        let granted = grants_of(&test, &cookie, now).await.unwrap();
        assert_eq!(granted.len(), usize::from(holds), "{now:?}");
        let token = tokens::find(&test.db, "lnl_secret", now).await.unwrap();
        assert_eq!(token.unwrap().grants, granted);
        let leads = assignments::can_lead(&test.db, &worker_at_the_desk(), &here, now).await;
        assert_eq!(leads.unwrap().len(), granted.len());
        let areas = staff::supervision(&test.db, &system, now).await.unwrap();
        assert_eq!(!areas.is_empty(), holds);
        let listed = staff::list(&test.db, &system, &Scope::City, now).await;
        assert_eq!(listed.unwrap().len(), granted.len());
        let found = staff::find(&test.db, &system, "worker", now).await.unwrap();
        assert_eq!(found.grants.len(), granted.len());
        // Those who manage staff see it before and after, too.
        let account = staff::account(&test.db, &system, &who, now).await.unwrap();
        assert_eq!(account.held[0].timed, timed);
    }
}

/// Somebody of the center who has no account of their own here.
fn worker_at_the_desk() -> Caller {
    acting(&id(99), Role::SocialWorker, CENTER).caller
}

async fn a_token_ends_with_the_role_of_whom_it_speaks_for(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "boss", Role::CenterManager, "440303001").await;
    let program = NewToken {
        label: "of the boss".into(),
        role: Role::SocialWorker,
        scope: Scope::parse(CENTER).unwrap(),
        account: None,
        volunteers: false,
        staff: Some("boss".into()),
    };
    tokens::create(&test.db, &system(NOW), program, "lnl_secret")
        .await
        .unwrap();
    let grants = async || {
        let found = tokens::find(&test.db, "lnl_secret", NOW).await.unwrap();
        found.map(|caller| caller.grants)
    };
    let own = vec![grant(Role::SocialWorker, CENTER)];
    assert_eq!(grants().await, Some(own), "less than the boss holds");
    let all = grant(Role::CenterManager, "440303001");
    staff::revoke(&test.db, &system(NOW), who.clone(), all.clone())
        .await
        .unwrap();
    assert_eq!(grants().await, Some(Vec::new()));
    let elsewhere = TimedGrant::for_good(grant(Role::CenterManager, NEXT_DOOR));
    staff::grant(&test.db, &system(NOW), who.clone(), elsewhere)
        .await
        .unwrap();
    assert_eq!(grants().await, Some(Vec::new()));
    staff::grant(
        &test.db,
        &system(NOW),
        who.clone(),
        TimedGrant::for_good(all),
    )
    .await
    .unwrap();
    assert_eq!(grants().await.unwrap().len(), 1);
    staff::suspend(&test.db, &system(NOW), who).await.unwrap();
    assert_eq!(grants().await, None);
}

async fn who_is_suspended_is_out_at_once_and_comes_back_with_all_their_roles(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let boss = acting(&boss, Role::CenterManager, CENTER);
    signed_in(&test, &who, "first", NOW).await;
    signed_in(&test, &who, "second", NOW).await;
    for _ in 0..2 {
        staff::suspend(&test.db, &boss, who.clone()).await.unwrap();
    }
    assert_eq!(audited(&test, "staff.suspend").await, 1, "twice is once");
    assert_eq!(
        detail(&test, "staff.suspend").await,
        serde_json::json!({ "before": "active", "after": "suspended", "logins_ended": 2 })
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM login").await, 0);
    assert_eq!(grants_of(&test, "first", NOW).await, None);
    assert!(!may_sign_in(&test, "worker", NOW).await);
    let late = NewLogin::new("third", "a desk");
    let late = staff::finish_sign_in(&test.db, &system(NOW), &who, None, late).await;
    assert_eq!(decided(late), Err(Refusal::WrongCredentials));
    let here = CENTER.parse().unwrap();
    let leads = async || {
        let leads = assignments::can_lead(&test.db, &worker_at_the_desk(), &here, NOW).await;
        leads.unwrap().iter().any(|lead| lead.id == who)
    };
    assert!(!leads().await);
    // What they hold can be changed meanwhile.
    let more = TimedGrant::for_good(grant(Role::CenterManager, CENTER));
    staff::grant(&test.db, &boss, who.clone(), more)
        .await
        .unwrap();
    staff::resume(&test.db, &boss, who.clone()).await.unwrap();
    assert!(leads().await && may_sign_in(&test, "worker", NOW).await);
    signed_in(&test, &who, "fourth", NOW).await;
    assert_eq!(grants_of(&test, "fourth", NOW).await.unwrap().len(), 2);
    assert_eq!(grants_of(&test, "first", NOW).await, None);
    // Closed is for good.
    staff::close(&test.db, &boss, who.clone()).await.unwrap();
    let again = staff::resume(&test.db, &boss, who).await;
    assert_eq!(decided(again), Err(Refusal::NotFound));
}

async fn a_first_password_opens_nothing_but_the_choice_of_ones_own(test: TestDb) {
    two_centers(&test).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let boss = acting(&boss, Role::CenterManager, CENTER);
    let grants = vec![TimedGrant::for_good(grant(Role::SocialWorker, CENTER))];
    let who = staff::create(&test.db, &boss, new("worker", grants))
        .await
        .unwrap();
    let until = NOW.plus(FIRST_PASSWORD_LIFE);
    assert!(may_sign_in(&test, "worker", until.plus(-1)).await);
    assert!(!may_sign_in(&test, "worker", until).await, "too old");
    signed_in(&test, &who, "first", NOW).await;
    signed_in(&test, &who, "other", NOW).await;
    let found = logins::find(&test.db, "first", NOW).await.unwrap().unwrap();
    assert!(found.wants_password && found.caller.grants.is_empty());
    let own = Act::new(found.caller, NOW, ids());
    let hash = "$argon2id$own".to_owned();
    staff::set_password(&test.db, &own, who.clone(), hash, Some(found.login))
        .await
        .unwrap();
    let found = logins::find(&test.db, "first", NOW).await.unwrap().unwrap();
    assert!(!found.wants_password);
    assert_eq!(found.caller.grants, [grant(Role::SocialWorker, CENTER)]);
    assert_eq!(grants_of(&test, "other", NOW).await, None);
    assert!(may_sign_in(&test, "worker", until).await);
    let seen = staff::account(&test.db, &boss.caller, &who, NOW).await;
    assert_eq!(seen.unwrap().view.signed_in_at, Some(NOW));
}

async fn a_reset_lets_somebody_in_who_forgot_everything(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let boss = acting(&boss, Role::CenterManager, CENTER);
    let own = acting(&who, Role::SocialWorker, CENTER);
    signed_in(&test, &who, "first", NOW).await;
    staff::set_totp(&test.db, &own, &who, Some("ABC234".into()), Some(1))
        .await
        .unwrap();
    for _ in 0..staff::LOCK_AFTER {
        assert!(may_sign_in(&test, "worker", NOW).await);
    }
    let tried = staff::begin_sign_in(&test.db, &system(NOW), "worker").await;
    assert!(tried.is_err(), "locked");
    let reset = async |hash: &str, without_factor| {
        let act = at(&boss, NOW.plus(i64::from(without_factor)));
        staff::reset_password(&test.db, &act, who.clone(), hash.into(), without_factor).await
    };
    reset("$argon2id$reset", false).await.unwrap();
    assert_eq!(grants_of(&test, "first", NOW).await, None);
    let begun = staff::begin_sign_in(&test.db, &system(NOW), "worker").await;
    let begun = begun.unwrap().unwrap();
    assert_eq!(begun.password_hash, "$argon2id$reset");
    assert!(begun.totp_secret.is_some(), "the second factor stays");
    reset("$argon2id$reset", true).await.unwrap();
    let begun = staff::begin_sign_in(&test.db, &system(NOW), "worker").await;
    assert!(begun.unwrap().unwrap().totp_secret.is_none());
    let detail = detail(&test, "staff.reset_password").await;
    assert_eq!(detail["without_factor"], true);
    // A manager never chooses the password of somebody else, and a worker resets nobody's.
    let set = staff::set_password(&test.db, &boss, who.clone(), "x".into(), None).await;
    assert_eq!(decided(set), Err(Refusal::Forbidden));
    let colleague = acting(&id(50), Role::SocialWorker, CENTER);
    let tried = staff::reset_password(&test.db, &colleague, who, "x".into(), true).await;
    assert_eq!(decided(tried), Err(Refusal::Forbidden));
}

async fn each_sees_and_changes_the_accounts_of_their_own_scope(test: TestDb) {
    two_centers(&test).await;
    let worker = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let other = added(&test, "next.door", Role::SocialWorker, NEXT_DOOR).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let above = added(&test, "above", Role::SubdistrictSupervisor, "440303001").await;
    let act = acting(&boss, Role::CenterManager, CENTER);
    let names = async |caller: &Caller, asked: Asked| -> Vec<String> {
        let listed = staff::accounts(&test.db, caller, &asked, NOW).await;
        let listed = listed.unwrap().items;
        listed.into_iter().map(|of| of.username).collect()
    };
    assert_eq!(
        names(&act.caller, Asked::default()).await,
        ["boss", "worker"]
    );
    let overseer = acting(&above, Role::SubdistrictSupervisor, "440303001").caller;
    let all = ["boss", "above", "worker", "next.door"];
    assert_eq!(names(&overseer, Asked::default()).await, all);
    let words = |words: &str| Asked {
        words: words.into(),
        ..Asked::default()
    };
    assert_eq!(names(&overseer, words(" DOOR")).await, ["next.door"]);
    assert_eq!(names(&overseer, words("李9")).await, ["next.door"]);
    let part = Asked {
        part: Part::first(Limit::of(3)),
        ..Asked::default()
    };
    let first = staff::accounts(&test.db, &overseer, &part, NOW)
        .await
        .unwrap();
    assert_eq!(first.items.len(), 3);
    let rest = Asked {
        part: Part {
            after: first.next,
            limit: Limit::of(3),
        },
        ..Asked::default()
    };
    assert_eq!(names(&overseer, rest).await, ["next.door"]);
    // Beyond one's scope there is nothing, and a social worker manages nobody.
    let see = async |caller: &Caller, who: &StaffId| {
        decided(staff::account(&test.db, caller, who, NOW).await).map(|of| of.is_theirs)
    };
    assert_eq!(see(&act.caller, &worker).await, Ok(true));
    assert_eq!(see(&act.caller, &boss).await, Ok(false), "their own");
    assert_eq!(see(&act.caller, &other).await, Err(Refusal::NotFound));
    assert_eq!(see(&act.caller, &above).await, Err(Refusal::NotFound));
    let as_worker = acting(&worker, Role::SocialWorker, CENTER).caller;
    assert_eq!(see(&as_worker, &boss).await, Err(Refusal::Forbidden));
    for tried in [
        staff::suspend(&test.db, &act, other.clone()).await,
        staff::rename(
            &test.db,
            &act,
            above.clone(),
            PersonName::parse("王").unwrap(),
        )
        .await,
        staff::suspend(&test.db, &act, boss.clone()).await,
    ] {
        assert_eq!(decided(tried), Err(Refusal::Forbidden));
    }
    // Whoever lost every role is found by those of the whole city.
    let gone = grant(Role::SocialWorker, CENTER);
    staff::revoke(&test.db, &act, worker.clone(), gone)
        .await
        .unwrap();
    assert_eq!(see(&overseer, &worker).await, Err(Refusal::NotFound));
    let city = acting(&id(51), Role::CitySupervisor, "city").caller;
    assert_eq!(see(&city, &worker).await, Ok(true));
    let suspended = Asked {
        status: Some(StaffStatus::Suspended),
        ..Asked::default()
    };
    assert_eq!(names(&city, suspended.clone()).await, Vec::<String>::new());
    staff::suspend(&test.db, &system(NOW), worker)
        .await
        .unwrap();
    assert_eq!(names(&city, suspended).await, ["worker"]);
}

async fn a_grade_is_noted_by_who_oversees_the_center(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let boss = acting(&id(50), Role::CenterManager, CENTER);
    let tried = staff::grade(&test.db, &boss, who.clone(), Some(Grade::Junior)).await;
    assert_eq!(decided(tried), Err(Refusal::Forbidden));
    let above = acting(&id(51), Role::DistrictSupervisor, "440303");
    for (n, grade) in [Some(Grade::Assistant), Some(Grade::Junior), None]
        .into_iter()
        .enumerate()
    {
        let act = at(&above, NOW.plus(i64::try_from(n).unwrap()));
        staff::grade(&test.db, &act, who.clone(), grade)
            .await
            .unwrap();
        let seen = staff::account(&test.db, &above.caller, &who, NOW).await;
        assert_eq!(seen.unwrap().view.grade, grade);
    }
    assert_eq!(
        detail(&test, "staff.grade").await,
        serde_json::json!({ "before": "junior", "after": null })
    );
}

async fn what_is_done_to_an_account_is_on_record_with_before_and_after(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let act = at(&acting(&boss, Role::CenterManager, CENTER), NOW.plus(1));
    let of = grant(Role::SocialWorker, CENTER);
    let shorter = TimedGrant {
        ends_at: Some(NOW.plus(DAY)),
        ..TimedGrant::for_good(of.clone())
    };
    let give = async |timed: TimedGrant| staff::grant(&test.db, &act, who.clone(), timed).await;
    give(shorter.clone()).await.unwrap();
    let until = NOW.plus(DAY).rfc3339();
    assert_eq!(
        detail(&test, "staff.grant").await,
        serde_json::json!({
            "role": "social_worker", "scope": format!("center:{CENTER}"),
            "before": { "begins_at": null, "ends_at": null },
            "after": { "begins_at": null, "ends_at": until },
        })
    );
    let over = TimedGrant {
        ends_at: Some(NOW),
        ..shorter
    };
    let past = Refusal::invalid("to", Reason::InThePast);
    assert_eq!(decided(give(over).await), Err(past));
    let later = at(&act, NOW.plus(2));
    staff::revoke(&test.db, &later, who.clone(), of)
        .await
        .unwrap();
    let ended = detail(&test, "staff.revoke").await;
    assert_eq!(ended["before"]["ends_at"], until);
    let part = Part::default();
    let city = acting(&id(51), Role::CitySupervisor, "city").caller;
    let history = staff::history(&test.db, &city, &who, &part, NOW).await;
    let actions: Vec<String> = history
        .unwrap()
        .items
        .into_iter()
        .map(|e| e.action)
        .collect();
    assert_eq!(actions.len(), 4, "{actions:?}");
    assert!(actions.iter().all(|action| action.starts_with("staff.")));
    let unseen = staff::history(&test.db, &act.caller, &who, &part, NOW).await;
    assert_eq!(decided(unseen.map(drop)), Err(Refusal::NotFound));
}

async fn c31_a_form_that_is_sent_twice_makes_one_account(test: TestDb) {
    two_centers(&test).await;
    let boss = added(&test, "boss", Role::CenterManager, CENTER).await;
    let key = Key::new("once", &[b"new"]).unwrap();
    let act = acting(&boss, Role::CenterManager, CENTER).with_key(Some(key));
    let grants = || vec![TimedGrant::for_good(grant(Role::SocialWorker, CENTER))];
    let make = async || staff::create(&test.db, &act, new("worker", grants())).await;
    let first = make().await.unwrap();
    assert!(!act.was_replayed());
    assert_eq!(make().await.unwrap(), first);
    assert!(act.was_replayed(), "its new password was never set");
    assert_eq!(audited(&test, "staff.add").await, 2);
}

async fn the_last_administrator_cannot_be_taken_away(test: TestDb) {
    two_centers(&test).await;
    let only = added(&test, "admin", Role::Admin, "city").await;
    let whole = grant(Role::Admin, "city");
    let until = |ends_at| TimedGrant {
        ends_at,
        ..TimedGrant::for_good(whole.clone())
    };
    let tries = async || {
        let (db, act) = (&test.db, &system(NOW));
        let soon = until(Some(NOW.plus(DAY)));
        [
            staff::suspend(db, act, only.clone()).await,
            staff::close(db, act, only.clone()).await,
            staff::revoke(db, act, only.clone(), whole.clone()).await,
            staff::grant(db, act, only.clone(), soon).await,
        ]
    };
    for tried in tries().await {
        assert_eq!(decided(tried), Err(Refusal::LastAdministrator));
    }
    // Neither one who is suspended, nor one of a district, nor one for a while takes their place.
    let second = added(&test, "second", Role::Admin, "city").await;
    staff::suspend(&test.db, &system(NOW), second.clone())
        .await
        .unwrap();
    added(&test, "district", Role::Admin, "440303").await;
    let soon = new("soon", vec![until(Some(NOW.plus(30 * DAY)))]);
    staff::add(&test.db, &system(NOW), soon).await.unwrap();
    for tried in tries().await {
        assert_eq!(decided(tried), Err(Refusal::LastAdministrator));
    }
    staff::resume(&test.db, &system(NOW), second).await.unwrap();
    staff::suspend(&test.db, &system(NOW), only).await.unwrap();
}

/// What one of two administrators tries to do to the other.
async fn against(test: &TestDb, act: Act, whom: StaffId, how: usize) -> bool {
    let db = test.db.clone();
    let whole = grant(Role::Admin, "city");
    let done = match how % 3 {
        0 => staff::suspend(&db, &act, whom).await,
        1 => staff::close(&db, &act, whom).await,
        _ => staff::revoke(&db, &act, whom, whole).await,
    };
    decided(done).is_ok()
}

async fn of_two_administrators_who_end_each_other_at_once_one_stays(test: TestDb) {
    two_centers(&test).await;
    for round in 0..18 {
        let first = added(&test, &format!("first{round}"), Role::Admin, "city").await;
        let second = added(&test, &format!("second{round}"), Role::Admin, "city").await;
        let by_first = acting(&first, Role::Admin, "city");
        let by_second = acting(&second, Role::Admin, "city");
        let (one, other) = tokio::join!(
            against(&test, by_first, second.clone(), round),
            against(&test, by_second, first.clone(), round / 3),
        );
        assert!(one != other, "round {round}: {one} {other}");
        let left = test
            .number(
                "SELECT COUNT(*) FROM staff s JOIN role_grant g ON g.staff_id = s.id
                 WHERE s.status = 'active' AND g.role = 'admin' AND g.scope = 'city'",
            )
            .await;
        assert_eq!(left, 1, "round {round}");
        // The next round begins without them.
        test.arrange(vec!["DELETE FROM role_grant".into()]).await;
    }
}

async fn grants_that_two_give_at_once_are_both_kept(test: TestDb) {
    two_centers(&test).await;
    let who = added(&test, "worker", Role::SocialWorker, CENTER).await;
    let give = |scope: &'static str| {
        let (db, who) = (test.db.clone(), who.clone());
        let timed = TimedGrant::for_good(grant(Role::CenterManager, scope));
        tokio::spawn(async move { staff::grant(&db, &system(NOW.plus(MINUTE)), who, timed).await })
    };
    let (here, there) = (give(CENTER), give(NEXT_DOOR));
    here.await.unwrap().unwrap();
    there.await.unwrap().unwrap();
    let held = test.number("SELECT COUNT(*) FROM role_grant").await;
    assert_eq!(held, 3);
}

store::on_both_databases! {
    a_grant_holds_between_its_two_instants_wherever_it_is_asked_for => super::a_grant_holds_between_its_two_instants_wherever_it_is_asked_for,
    a_token_ends_with_the_role_of_whom_it_speaks_for => super::a_token_ends_with_the_role_of_whom_it_speaks_for,
    who_is_suspended_is_out_at_once_and_comes_back_with_all_their_roles => super::who_is_suspended_is_out_at_once_and_comes_back_with_all_their_roles,
    a_first_password_opens_nothing_but_the_choice_of_ones_own => super::a_first_password_opens_nothing_but_the_choice_of_ones_own,
    a_reset_lets_somebody_in_who_forgot_everything => super::a_reset_lets_somebody_in_who_forgot_everything,
    each_sees_and_changes_the_accounts_of_their_own_scope => super::each_sees_and_changes_the_accounts_of_their_own_scope,
    a_grade_is_noted_by_who_oversees_the_center => super::a_grade_is_noted_by_who_oversees_the_center,
    what_is_done_to_an_account_is_on_record_with_before_and_after => super::what_is_done_to_an_account_is_on_record_with_before_and_after,
    c31_a_form_that_is_sent_twice_makes_one_account => super::c31_a_form_that_is_sent_twice_makes_one_account,
    the_last_administrator_cannot_be_taken_away => super::the_last_administrator_cannot_be_taken_away,
    of_two_administrators_who_end_each_other_at_once_one_stays => super::of_two_administrators_who_end_each_other_at_once_one_stays,
    grants_that_two_give_at_once_are_both_kept => super::grants_that_two_give_at_once_are_both_kept,
}
