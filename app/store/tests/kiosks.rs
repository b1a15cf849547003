//! Kiosks as devices and the claims off their screens, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::{CenterId, KioskId},
    kiosk::{CLAIM_LIFE, Check, Checked, EXIT_LIFE, Light, PAIRING_LIFE, Part, Sign},
    time::{HOUR, MINUTE},
};
use store::{
    Act, claims,
    kiosks::{self, Report},
    purge,
    sign_in::CodeKey,
    testing::TestDb,
    tokens,
};
use ticket::wall::{STEP, WallKey, begins, step_at};

fn key() -> CodeKey {
    CodeKey::new(&[3; 32])
}

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn nobody() -> Act {
    social_worker().by(Caller::anonymous())
}

fn refused<T>(result: store::Result<T>) -> Refusal {
    let error = result.err().expect("a refusal");
    error.refusal().expect("a refusal").clone()
}

/// A paired kiosk: its id, and how it acts.
async fn paired(test: &TestDb, name: &str, secret: &str) -> (KioskId, Act) {
    let (db, key) = (&test.db, key());
    let code = kiosks::invite(db, &social_worker(), &key, &here(), name)
        .await
        .unwrap()
        .code;
    let paired = kiosks::pair(db, &nobody(), &key, &code, secret)
        .await
        .unwrap();
    let caller = tokens::find(db, secret, NOW).await.unwrap().unwrap();
    let act = social_worker().by(caller);
    (paired.kiosk, act)
}

async fn a_pairing_code_makes_one_kiosk_of_one_center(test: TestDb) {
    center(&test, &[], "single").await;
    let (db, key) = (&test.db, key());
    let made = kiosks::invite(db, &social_worker(), &key, &here(), " 一楼大厅 ")
        .await
        .unwrap();
    let stored = format!(
        "SELECT COUNT(*) FROM pairing WHERE code_hash LIKE '%{}%'",
        made.code.replace('-', "")
    );
    assert_eq!(test.number(&stored).await, 0, "only its hash is kept");
    // As it would be typed on a screen.
    let typed = made.code.to_lowercase().replace('-', " ");
    let paired = kiosks::pair(db, &nobody(), &key, &typed, "lnl_first")
        .await
        .unwrap();
    assert_eq!(paired.center, here());
    let caller = tokens::find(db, "lnl_first", NOW).await.unwrap().unwrap();
    let grant = Grant {
        role: Role::Kiosk,
        scope: Scope::Center(here()),
    };
    assert_eq!(caller.grants, [grant]);
    let own = kiosks::own(db, &caller).await.unwrap();
    assert_eq!((own.id, own.name.as_str()), (paired.kiosk, "一楼大厅"));
    let again = kiosks::pair(db, &nobody(), &key, &made.code, "lnl_second").await;
    assert_eq!(refused(again), Refusal::WrongCode);
    assert!(tokens::find(db, "lnl_second", NOW).await.unwrap().is_none());
}

async fn a_pairing_code_ends_after_ten_minutes_and_a_wrong_one_is_told_alike(test: TestDb) {
    center(&test, &[], "single").await;
    let (db, key) = (&test.db, key());
    let made = kiosks::invite(db, &social_worker(), &key, &here(), "门口")
        .await
        .unwrap();
    let late = at(&nobody(), NOW.plus(PAIRING_LIFE));
    let expired = kiosks::pair(db, &late, &key, &made.code, "lnl_a").await;
    assert_eq!(refused(expired), Refusal::WrongCode);
    for wrong in ["2222-2222", "nonsense", ""] {
        let tried = kiosks::pair(db, &nobody(), &key, wrong, "lnl_a").await;
        assert_eq!(refused(tried), Refusal::WrongCode, "{wrong}");
    }
    let other_key = CodeKey::new(&[4; 32]);
    let tried = kiosks::pair(db, &nobody(), &other_key, &made.code, "lnl_a").await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    assert_eq!(test.number("SELECT COUNT(*) FROM kiosk").await, 0);
}

async fn twenty_devices_with_one_code_make_one_kiosk(test: TestDb) {
    center(&test, &[], "single").await;
    let key = key();
    let made = kiosks::invite(&test.db, &social_worker(), &key, &here(), "门口")
        .await
        .unwrap();
    let tries = (0..20).map(|n| {
        let (db, key, code) = (test.db.clone(), key.clone(), made.code.clone());
        tokio::spawn(async move {
            let secret = format!("lnl_device{n}");
            kiosks::pair(&db, &nobody(), &key, &code, &secret).await
        })
    });
    let mut good = 0;
    for one in tries.collect::<Vec<_>>() {
        good += u32::from(one.await.unwrap().is_ok());
    }
    assert_eq!(good, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM kiosk").await, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM token").await, 1);
}

async fn guessing_pairing_codes_is_slow(test: TestDb) {
    center(&test, &[], "single").await;
    let key = key();
    let limit = kiosks::PAIRING[0].tries;
    for _ in 0..limit {
        let tried = kiosks::pair(&test.db, &nobody(), &key, "2222-2222", "lnl_a").await;
        assert_eq!(refused(tried), Refusal::WrongCode);
    }
    let tried = kiosks::pair(&test.db, &nobody(), &key, "2222-2222", "lnl_a").await;
    assert!(matches!(refused(tried), Refusal::RateLimited { .. }));
}

async fn only_who_manages_kiosks_there_makes_sees_and_ends_them(test: TestDb) {
    center(&test, &[], "single").await;
    let (kiosk, _) = paired(&test, "门口", "lnl_kiosk").await;
    let db = &test.db;
    let acting = |role, scope: &str| {
        social_worker().by(Caller {
            identity: Identity::Staff(id(2)),
            grants: vec![Grant {
                role,
                scope: Scope::parse(scope).unwrap(),
            }],
        })
    };
    for act in [
        acting(Role::SocialWorker, "SZ440303001-02"),
        acting(Role::DistrictSupervisor, "440303"),
        acting(Role::Evaluator, CENTER),
        acting(Role::Kiosk, CENTER),
        resident(1),
    ] {
        let tried = kiosks::invite(db, &act, &key(), &here(), "门口").await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        assert_eq!(
            refused(kiosks::revoke(db, &act, &kiosk).await),
            Refusal::NotFound
        );
        let listed = kiosks::list(db, &act.caller, &here(), NOW).await;
        assert_eq!(refused(listed), Refusal::Forbidden);
        let tried = kiosks::set_poster(db, &act, &here(), true).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        let tried = claims::signs(db, &act.caller, &here(), NOW).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        let tried = kiosks::let_out(db, &act, &here(), "000000").await;
        assert_eq!(refused(tried), Refusal::Forbidden);
    }
    let manager = acting(Role::CenterManager, CENTER);
    let listed = kiosks::list(db, &manager.caller, &here(), NOW)
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].revoked_at, None);
}

async fn c128_a_revoked_kiosk_opens_nothing_from_the_next_request_on(test: TestDb) {
    center(&test, &[], "single").await;
    let (kiosk, act) = paired(&test, "门口", "lnl_kiosk").await;
    let db = &test.db;
    kiosks::revoke(db, &social_worker(), &kiosk).await.unwrap();
    kiosks::revoke(db, &social_worker(), &kiosk).await.unwrap();
    assert!(tokens::find(db, "lnl_kiosk", NOW).await.unwrap().is_none());
    let told = kiosks::report(db, &act, report(0)).await;
    assert_eq!(refused(told), Refusal::Forbidden);
    let ended = "SELECT COUNT(*) FROM audit WHERE action = 'kiosk.revoke'";
    assert_eq!(test.number(ended).await, 1);
}

fn report(clock_off_ms: i64) -> Report {
    Report {
        version: "0.1.0".into(),
        clock_off_ms: Some(clock_off_ms),
        camera: None,
        scanner: None,
        checks: None,
    }
}

async fn health_is_what_the_kiosk_told_last(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, act) = paired(&test, "门口", "lnl_kiosk").await;
    let db = &test.db;
    let checks = vec![Checked {
        check: Check::Scanner,
        light: Light::Green,
    }];
    let morning = Report {
        camera: Some(Part::Failed),
        scanner: Some(Part::Works),
        checks: Some(checks.clone()),
        ..report(900)
    };
    kiosks::report(db, &act, morning).await.unwrap();
    let later = NOW.plus(5 * MINUTE);
    kiosks::report(db, &at(&act, later), report(-70_000))
        .await
        .unwrap();
    let view = kiosks::list(db, &social_worker().caller, &here(), later)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(view.told.seen_at, Some(later));
    assert_eq!(view.told.clock_off_ms, Some(-70_000));
    assert_eq!(
        (view.told.camera, view.told.scanner),
        (Part::Failed, Part::Works)
    );
    assert_eq!(
        (view.told.checks, view.told.checked_at),
        (checks, Some(NOW))
    );
    let mut long = report(0);
    long.version = "v".repeat(41);
    let told = kiosks::report(db, &act, long).await;
    assert!(matches!(refused(told), Refusal::Invalid { .. }));
    let told = kiosks::report(db, &social_worker(), report(0)).await;
    assert_eq!(refused(told), Refusal::Forbidden);
}

async fn c134_a_kiosk_leaves_only_with_the_number_that_it_shows(test: TestDb) {
    center(&test, &[], "single").await;
    let (kiosk, act) = paired(&test, "门口", "lnl_kiosk").await;
    let db = &test.db;
    let worker = social_worker();
    let shown = kiosks::ask_out(db, &act).await.unwrap();
    assert_eq!(kiosks::ask_out(db, &act).await.unwrap(), shown, "a reload");
    let views = kiosks::list(db, &worker.caller, &here(), NOW)
        .await
        .unwrap();
    assert!(views[0].wants_out);
    let wrong = if shown.number == "000000" {
        "000001"
    } else {
        "000000"
    };
    let tried = kiosks::let_out(db, &worker, &here(), wrong).await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    let late = at(&worker, NOW.plus(EXIT_LIFE));
    let tried = kiosks::let_out(db, &late, &here(), &shown.number).await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    assert!(tokens::find(db, "lnl_kiosk", NOW).await.unwrap().is_some());
    let let_out = kiosks::let_out(db, &worker, &here(), &shown.number).await;
    assert_eq!(let_out.unwrap(), kiosk);
    assert!(tokens::find(db, "lnl_kiosk", NOW).await.unwrap().is_none());
    assert_eq!(refused(kiosks::ask_out(db, &act).await), Refusal::Forbidden);
}

async fn c134_numbers_cannot_be_guessed(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, act) = paired(&test, "门口", "lnl_kiosk").await;
    let shown = kiosks::ask_out(&test.db, &act).await.unwrap();
    let wrong = if shown.number == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..10 {
        let tried = kiosks::let_out(&test.db, &social_worker(), &here(), wrong).await;
        assert_eq!(refused(tried), Refusal::WrongCode);
    }
    let tried = kiosks::let_out(&test.db, &social_worker(), &here(), &shown.number).await;
    assert!(matches!(refused(tried), Refusal::RateLimited { .. }));
}

/// The wall key of the kiosk that acts.
async fn wall(test: &TestDb, act: &Act) -> WallKey {
    let own = kiosks::own(&test.db, &act.caller).await.unwrap();
    WallKey::from_hex(own.id.uuid(), &own.wall_secret).unwrap()
}

async fn c107_c108_a_code_is_exchanged_at_once_for_five_minutes(test: TestDb) {
    center(&test, &[], "single").await;
    let (kiosk, act) = paired(&test, "门口", "lnl_kiosk").await;
    let (db, wall) = (&test.db, wall(&test, &act).await);
    let step = step_at(NOW.0);
    for near in [step - 1, step, step + 1] {
        let secret = format!("claim{near}");
        let claim = claims::redeem(db, &nobody(), &wall.code(near), "phone", &secret)
            .await
            .unwrap();
        assert_eq!((claim.center_id, claim.scanned_at), (here(), NOW));
        assert_eq!(claim.expires_at, NOW.plus(CLAIM_LIFE));
        let found = claims::find(db, &secret).await.unwrap().unwrap();
        assert_eq!(found.id, claim.id);
        assert!(found.is_good(NOW.plus(CLAIM_LIFE - 1)));
        assert!(!found.is_good(NOW.plus(CLAIM_LIFE)));
    }
    for far in [step - 2, step + 2] {
        let tried = claims::redeem(db, &nobody(), &wall.code(far), "phone", "late").await;
        assert_eq!(refused(tried), Refusal::WrongCode);
    }
    assert_eq!(claims::find(db, "late").await.unwrap(), None);
    let late = format!("SELECT late_ms FROM claim WHERE step = {}", step - 1);
    assert_eq!(test.number(&late).await, NOW.0 - begins(step));
    // A revoked kiosk's screen says nothing any more.
    kiosks::revoke(db, &social_worker(), &kiosk).await.unwrap();
    let tried = claims::redeem(db, &nobody(), &wall.code(step), "phone", "over").await;
    assert_eq!(refused(tried), Refusal::WrongCode);
}

async fn random_codes_are_none(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, act) = paired(&test, "门口", "lnl_kiosk").await;
    let genuine = wall(&test, &act).await.code(step_at(NOW.0));
    let alphabet = b"abcdefghijklmnopqrstuvwxyz234567";
    let ids = ids();
    for _ in 0..300 {
        let tail: [u8; 16] = ids.random();
        let mut code = genuine[..26].to_owned();
        code.extend(tail.map(|b| char::from(alphabet[usize::from(b % 32)])));
        let tried = claims::redeem(&test.db, &nobody(), &code, "phone", "guess").await;
        assert_eq!(refused(tried), Refusal::WrongCode, "{code}");
    }
    for code in ["", "poster-", "poster-00", "../../etc", &"z".repeat(5000)] {
        let tried = claims::redeem(&test.db, &nobody(), code, "phone", "guess").await;
        assert_eq!(refused(tried), Refusal::WrongCode);
    }
    assert_eq!(test.number("SELECT COUNT(*) FROM claim").await, 0);
}

async fn a_poster_is_off_unless_told_and_a_new_one_ends_the_old(test: TestDb) {
    center(&test, &[], "single").await;
    let (db, worker) = (&test.db, social_worker());
    let place = here();
    let code = || kiosks::poster(db, &worker.caller, &place);
    assert_eq!(code().await.unwrap(), None);
    kiosks::set_poster(db, &worker, &here(), true)
        .await
        .unwrap();
    let first = code().await.unwrap().unwrap();
    let claim = claims::redeem(db, &nobody(), &first, "phone", "a")
        .await
        .unwrap();
    assert_eq!(claim.center_id, here());
    kiosks::set_poster(db, &worker, &here(), true)
        .await
        .unwrap();
    let second = code().await.unwrap().unwrap();
    assert_ne!(first, second);
    let tried = claims::redeem(db, &nobody(), &first, "phone", "b").await;
    assert_eq!(refused(tried), Refusal::WrongCode);
    kiosks::set_poster(db, &worker, &here(), false)
        .await
        .unwrap();
    let tried = claims::redeem(db, &nobody(), &second, "phone", "c").await;
    assert_eq!(refused(tried), Refusal::WrongCode);
}

async fn a_relay_shows_and_an_arrival_does_not(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, door) = paired(&test, "门口", "lnl_door").await;
    let (_, hall) = paired(&test, "大厅", "lnl_hall").await;
    let (db, worker) = (&test.db, social_worker());
    let (door, hall) = (wall(&test, &door).await, wall(&test, &hall).await);
    // Forty people in two minutes at the door.
    for n in 0..40 {
        let now = NOW.plus(n * 3_000);
        let code = door.code(step_at(now.0));
        let (act, secret) = (at(&nobody(), now), format!("door{n}"));
        claims::redeem(db, &act, &code, &secret, &secret)
            .await
            .unwrap();
    }
    // Twenty friends with one picture of the hall's screen.
    let picture = hall.code(step_at(NOW.0));
    let shown_until = begins(step_at(NOW.0)) + STEP;
    for n in 0..20 {
        let act = at(&nobody(), domain::time::Timestamp(shown_until + 6_000 + n));
        let secret = format!("hall{n}");
        claims::redeem(db, &act, &picture, &secret, &secret)
            .await
            .unwrap();
    }
    let all = claims::signs(db, &worker.caller, &here(), NOW.plus(-HOUR))
        .await
        .unwrap();
    let of = |name: &str| {
        let found = all.iter().find(|s| s.kiosk.as_deref() == Some(name));
        found.unwrap().clone()
    };
    assert_eq!((of("门口").redeemed, of("门口").signs), (40, vec![]));
    let hall = of("大厅").signs;
    assert!(matches!(
        hall[..],
        [Sign::Crowd { count: 20, .. }, Sign::Late { count: 20, .. }]
    ));
}

async fn what_is_over_is_removed(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, act) = paired(&test, "门口", "lnl_kiosk").await;
    let code = wall(&test, &act).await.code(step_at(NOW.0));
    claims::redeem(&test.db, &nobody(), &code, "phone", "a")
        .await
        .unwrap();
    kiosks::ask_out(&test.db, &act).await.unwrap();
    let none = purge::run(&test.db, &at(&nobody(), NOW)).await.unwrap();
    assert_eq!(none.kiosks, 0);
    let all = purge::run(
        &test.db,
        &at(&nobody(), NOW.plus(domain::kiosk::KEEP_CLAIMS)),
    )
    .await;
    assert_eq!(all.unwrap().kiosks, 3);
    assert_eq!(test.number("SELECT COUNT(*) FROM kiosk").await, 1);
}

/// A row that a stranger can make goes soon; what somebody came in by stays for a month.
async fn c190_a_scan_that_led_to_nothing_is_kept_for_an_hour(test: TestDb) {
    center(&test, &[], "single").await;
    let (_, act) = paired(&test, "门口", "lnl_kiosk").await;
    let code = wall(&test, &act).await.code(step_at(NOW.0));
    for phone in ["a", "b"] {
        claims::redeem(&test.db, &nobody(), &code, phone, phone)
            .await
            .unwrap();
    }
    let hash = "SELECT MIN(secret_hash) FROM claim";
    test.arrange(vec![format!(
        "UPDATE claim SET used_at = {} WHERE secret_hash = ({hash})",
        NOW.0
    )])
    .await;
    let hour = NOW.plus(domain::kiosk::KEEP_UNUSED);
    purge::run(&test.db, &at(&nobody(), hour)).await.unwrap();
    let left = "SELECT COUNT(*) FROM claim WHERE used_at IS NOT NULL";
    assert_eq!(test.number(left).await, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM claim").await, 1);
}

store::on_both_databases! {
    c190_a_scan_that_led_to_nothing_is_kept_for_an_hour => super::c190_a_scan_that_led_to_nothing_is_kept_for_an_hour,
    a_pairing_code_makes_one_kiosk_of_one_center => super::a_pairing_code_makes_one_kiosk_of_one_center,
    a_pairing_code_ends_after_ten_minutes_and_a_wrong_one_is_told_alike => super::a_pairing_code_ends_after_ten_minutes_and_a_wrong_one_is_told_alike,
    twenty_devices_with_one_code_make_one_kiosk => super::twenty_devices_with_one_code_make_one_kiosk,
    guessing_pairing_codes_is_slow => super::guessing_pairing_codes_is_slow,
    only_who_manages_kiosks_there_makes_sees_and_ends_them => super::only_who_manages_kiosks_there_makes_sees_and_ends_them,
    c128_a_revoked_kiosk_opens_nothing_from_the_next_request_on => super::c128_a_revoked_kiosk_opens_nothing_from_the_next_request_on,
    health_is_what_the_kiosk_told_last => super::health_is_what_the_kiosk_told_last,
    c134_a_kiosk_leaves_only_with_the_number_that_it_shows => super::c134_a_kiosk_leaves_only_with_the_number_that_it_shows,
    c134_numbers_cannot_be_guessed => super::c134_numbers_cannot_be_guessed,
    c107_c108_a_code_is_exchanged_at_once_for_five_minutes => super::c107_c108_a_code_is_exchanged_at_once_for_five_minutes,
    random_codes_are_none => super::random_codes_are_none,
    a_poster_is_off_unless_told_and_a_new_one_ends_the_old => super::a_poster_is_off_unless_told_and_a_new_one_ends_the_old,
    a_relay_shows_and_an_arrival_does_not => super::a_relay_shows_and_an_arrival_does_not,
    what_is_over_is_removed => super::what_is_over_is_removed,
}
