//! Signing in by phone and code, login sessions, counted tries, on both databases.
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
    access::Caller,
    network::Network,
    notice::Notice,
    person::Phone,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, Asker, Db, Ids,
    attempts::{self, Limit},
    logins::{self, NewLogin},
    outbox, purge, seen,
    sign_in::{self, CodeKey, SignedIn},
    testing::TestDb,
};

fn key() -> CodeKey {
    CodeKey::new(b"a secret of the server, 32 bytes.")
}

fn phone() -> Phone {
    Phone::parse("13800000001").unwrap()
}

fn anybody(now: Timestamp, seed: u64) -> Act {
    Act::new(Caller::anonymous(), now, Ids::repeatable(seed))
}

async fn ask(db: &Db, now: Timestamp) -> Result<Timestamp, Refusal> {
    let act = anybody(now, now.0.unsigned_abs());
    let asked = sign_in::request_code(db, &act, &key(), &phone(), "zh-CN").await;
    asked.map_err(|e| e.refusal().expect("a refusal").clone())
}

/// The code that the newest message to the phone tells.
async fn sent_code(db: &Db) -> String {
    match outbox::recent(db, 1).await.unwrap().remove(0).notice {
        Some(Notice::SignInCode { code, minutes: 5 }) => code,
        _ => panic!("no code was sent"),
    }
}

async fn enter(db: &Db, code: &str, now: Timestamp, seed: u64) -> Result<SignedIn, Refusal> {
    let login = NewLogin::new(&format!("cookie {seed}"), "a phone");
    let act = anybody(now, seed);
    let entered = sign_in::verify(db, &act, &key(), &phone(), code, "zh-CN", login).await;
    entered.map_err(|e| e.refusal().expect("a refusal").clone())
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn the_right_code_signs_in_once_and_makes_the_account(test: TestDb) {
    let db = &test.db;
    assert_eq!(ask(db, NOW).await, Ok(NOW.plus(5 * MINUTE)));
    assert_eq!(
        test.number("SELECT COUNT(*) FROM account").await,
        0,
        "asking makes no account"
    );
    assert_eq!(
        test.number("SELECT COUNT(*) FROM message").await,
        0,
        "a code is never in the inbox"
    );
    let code = sent_code(db).await;
    assert_eq!(code.len(), 6);
    let stored = format!("SELECT COUNT(*) FROM sign_in_code WHERE code_hash LIKE '%{code}%'");
    assert_eq!(test.number(&stored).await, 0);
    let later = NOW.plus(MINUTE);
    let first = enter(db, &code, later, 1).await.unwrap();
    assert!(first.is_new && !first.is_complete);
    assert_eq!(
        enter(db, &code, later, 2).await,
        Err(Refusal::WrongCode),
        "a code is used up"
    );
    let current = logins::find(db, "cookie 1", later).await.unwrap().unwrap();
    assert_eq!(current.caller, Caller::resident(first.account.clone()));
    assert_eq!(current.name, "138****0001");
    assert!(logins::find(db, "cookie 2", later).await.unwrap().is_none());
    // The next time it is the same account.
    ask(db, NOW.plus(HOUR)).await.unwrap();
    let spaced = sent_code(db).await;
    let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
    let again = enter(db, &spaced, NOW.plus(HOUR), 3).await.unwrap();
    assert_eq!((again.account, again.is_new), (first.account, false));
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in'")
        .await;
    assert_eq!(audited, 2);
}

async fn a_code_expires_and_a_new_one_replaces_it(test: TestDb) {
    let db = &test.db;
    ask(db, NOW).await.unwrap();
    let old = sent_code(db).await;
    assert_eq!(
        enter(db, &old, NOW.plus(5 * MINUTE), 1).await,
        Err(Refusal::WrongCode)
    );
    let now = NOW.plus(10 * MINUTE);
    ask(db, now).await.unwrap();
    let replaced = sent_code(db).await;
    for n in 1..=2 {
        ask(db, now.plus(n * MINUTE)).await.unwrap();
    }
    let now = now.plus(MINUTE);
    let code = sent_code(db).await;
    assert_ne!(replaced, code, "another seed draws another code");
    assert_eq!(
        enter(db, &replaced, now.plus(MINUTE), 2).await,
        Err(Refusal::WrongCode)
    );
    assert!(enter(db, &code, now.plus(MINUTE), 3).await.is_ok());
}

async fn fifty_parallel_guesses_are_five_tries(test: TestDb) {
    let db = &test.db;
    ask(db, NOW).await.unwrap();
    let code = sent_code(db).await;
    let miss = wrong(&code);
    let guesses: Vec<_> = (0..50)
        .map(|n| {
            let (db, miss) = (db.clone(), miss.clone());
            tokio::spawn(async move { enter(&db, &miss, NOW, 100 + n).await })
        })
        .collect();
    for guess in guesses {
        assert_eq!(guess.await.unwrap(), Err(Refusal::WrongCode));
    }
    let counted = "SELECT COUNT(*) FROM attempt WHERE subject LIKE 'code-failed:%'";
    assert_eq!(test.number(counted).await, 5, "only five could have hit");
    assert_eq!(
        enter(db, &code, NOW, 1).await,
        Err(Refusal::WrongCode),
        "the code is spent"
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM login").await, 0);
}

async fn fifty_parallel_right_entries_sign_in_once(test: TestDb) {
    let db = &test.db;
    ask(db, NOW).await.unwrap();
    let code = sent_code(db).await;
    let entries: Vec<_> = (0..50)
        .map(|n| {
            let (db, code) = (db.clone(), code.clone());
            tokio::spawn(async move { enter(&db, &code, NOW, 100 + n).await.is_ok() })
        })
        .collect();
    let mut signed_in = 0;
    for entry in entries {
        signed_in += u32::from(entry.await.unwrap());
    }
    assert_eq!(signed_in, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM account").await, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM login").await, 1);
}

async fn codes_are_sent_once_a_minute_five_an_hour_ten_a_day(test: TestDb) {
    let db = &test.db;
    let limited = |until| Err(Refusal::RateLimited { until });
    ask(db, NOW).await.unwrap();
    assert_eq!(ask(db, NOW.plus(1)).await, limited(NOW.plus(MINUTE)));
    for n in 1..5 {
        ask(db, NOW.plus(n * MINUTE)).await.unwrap();
    }
    assert_eq!(ask(db, NOW.plus(5 * MINUTE)).await, limited(NOW.plus(HOUR)));
    let later = NOW.plus(2 * HOUR);
    for n in 0..5 {
        ask(db, later.plus(n * MINUTE)).await.unwrap();
    }
    assert_eq!(ask(db, NOW.plus(5 * HOUR)).await, limited(NOW.plus(DAY)));
    // Another number is another matter.
    let other = Phone::parse("13800000002").unwrap();
    let act = anybody(NOW.plus(5 * HOUR), 5);
    assert!(
        sign_in::request_code(db, &act, &key(), &other, "en")
            .await
            .is_ok()
    );
    assert_eq!(test.number("SELECT COUNT(*) FROM outbox").await, 11);
}

async fn parallel_requests_send_one_code(test: TestDb) {
    let requests: Vec<_> = (0..20)
        .map(|n| {
            let db = test.db.clone();
            tokio::spawn(async move {
                let act = anybody(NOW, 900 + n);
                sign_in::request_code(&db, &act, &key(), &phone(), "zh-CN")
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut sent = 0;
    for request in requests {
        sent += u32::from(request.await.unwrap());
    }
    assert_eq!(sent, 1);
    assert_eq!(test.number("SELECT COUNT(*) FROM outbox").await, 1);
}

async fn twenty_failures_a_day_close_the_phone_over_all_codes(test: TestDb) {
    let db = &test.db;
    for n in 0..4 {
        let now = NOW.plus(n * 2 * MINUTE);
        ask(db, now).await.unwrap();
        let miss = wrong(&sent_code(db).await);
        for m in 0..5 {
            let seed = (n * 10 + m).unsigned_abs();
            assert_eq!(enter(db, &miss, now, seed).await, Err(Refusal::WrongCode));
        }
    }
    let now = NOW.plus(10 * MINUTE);
    ask(db, now).await.unwrap();
    let code = sent_code(db).await;
    let limited = Err(Refusal::RateLimited {
        until: NOW.plus(DAY),
    });
    assert_eq!(
        enter(db, &code, now, 99).await,
        limited,
        "also for the right code"
    );
    let tomorrow = NOW.plus(DAY);
    ask(db, tomorrow).await.unwrap();
    assert!(enter(db, &sent_code(db).await, tomorrow, 98).await.is_ok());
}

async fn the_answer_does_not_tell_whether_a_number_is_known(test: TestDb) {
    accounts(&test, 1, 2).await; // 13800000001
    let stranger = Phone::parse("13900000009").unwrap();
    let known = ask(&test.db, NOW).await;
    let act = anybody(NOW, 2);
    let unknown = sign_in::request_code(&test.db, &act, &key(), &stranger, "zh-CN").await;
    assert_eq!(known.unwrap(), unknown.unwrap());
    let locales = test
        .number("SELECT COUNT(DISTINCT locale) FROM outbox")
        .await;
    assert_eq!(locales, 1);
    for (n, phone) in [(3, phone()), (4, stranger)] {
        let login = NewLogin::new("s", "");
        let act = anybody(NOW, n);
        let entered = sign_in::verify(&test.db, &act, &key(), &phone, "x", "zh-CN", login).await;
        assert_eq!(entered.unwrap_err().refusal(), Some(&Refusal::WrongCode));
    }
}

async fn sign_in(db: &Db, seed: u64, now: Timestamp) -> SignedIn {
    ask(db, now).await.unwrap();
    enter(db, &sent_code(db).await, now, seed).await.unwrap()
}

async fn a_residents_session_slides_for_ninety_days(test: TestDb) {
    let db = &test.db;
    sign_in(db, 1, NOW).await;
    let seen = "SELECT last_seen_at FROM login";
    let live = async |now| {
        let found = logins::find(db, "cookie 1", now).await.unwrap().is_some();
        seen::write_down(db).await.unwrap();
        found
    };
    assert!(live(NOW.plus(4 * MINUTE)).await);
    assert_eq!(
        test.number(seen).await,
        NOW.0,
        "written at most every five minutes"
    );
    assert!(live(NOW.plus(5 * MINUTE)).await);
    assert_eq!(test.number(seen).await, NOW.plus(5 * MINUTE).0);
    let later = NOW.plus(89 * DAY);
    assert!(live(later).await);
    assert!(live(later.plus(89 * DAY)).await, "each visit extends it");
    assert!(!live(later.plus(89 * DAY + 90 * DAY)).await);
}

async fn sessions_can_be_listed_and_ended_by_their_owner_only(test: TestDb) {
    let db = &test.db;
    let mine = sign_in(db, 1, NOW).await;
    let second = sign_in(db, 2, NOW.plus(HOUR)).await;
    let now = NOW.plus(HOUR);
    let me = Act::new(
        Caller::resident(mine.account.clone()),
        now,
        Ids::repeatable(8),
    );
    accounts(&test, 5, 6).await;
    let list = logins::list(db, &me.caller, now).await.unwrap();
    assert_eq!(
        list.iter().map(|l| &l.id).collect::<Vec<_>>(),
        [&second.login.login, &mine.login.login]
    );
    assert_eq!(list[0].device, "a phone");
    let other = resident(5).at(now);
    let ended = logins::end(db, &other, mine.login.login.clone()).await;
    assert_eq!(ended.unwrap_err().refusal(), Some(&Refusal::NotFound));
    logins::end(db, &me, mine.login.login.clone())
        .await
        .unwrap();
    assert!(logins::find(db, "cookie 1", now).await.unwrap().is_none());
    sign_in(db, 3, NOW.plus(2 * HOUR)).await;
    assert_eq!(
        logins::end_all(db, &me, Some(second.login.login))
            .await
            .unwrap(),
        1
    );
    assert!(logins::find(db, "cookie 2", now).await.unwrap().is_some());
    assert_eq!(logins::end_all(db, &me, None).await.unwrap(), 1);
    assert_eq!(logins::end_all(db, &me, None).await.unwrap(), 0);
    assert!(logins::list(db, &Caller::anonymous(), now).await.is_err());
}

async fn tries_are_counted_across_processes(test: TestDb) {
    let limits = [Limit {
        tries: 10,
        window: HOUR,
    }];
    let second = Db::open(&test.url, 4).await.unwrap();
    let tries: Vec<_> = (0..40)
        .map(|n| {
            let db = if n % 2 == 0 {
                test.db.clone()
            } else {
                second.clone()
            };
            tokio::spawn(async move {
                attempts::take(&db, &anybody(NOW, n), "ip:192.0.2.1", &limits)
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut passed = 0;
    for one in tries {
        passed += u32::from(one.await.unwrap());
    }
    assert_eq!(passed, 10);
    let elsewhere = attempts::take(&test.db, &anybody(NOW, 1), "ip:192.0.2.2", &limits).await;
    assert!(elsewhere.is_ok());
    let refused = attempts::take(&test.db, &anybody(NOW, 1), "ip:192.0.2.1", &limits).await;
    let until = NOW.plus(HOUR);
    assert_eq!(
        refused.unwrap_err().refusal(),
        Some(&Refusal::RateLimited { until })
    );
    assert!(
        attempts::take(&test.db, &anybody(until, 1), "ip:192.0.2.1", &limits)
            .await
            .is_ok()
    );
}

async fn what_has_ended_is_purged_and_nothing_else(test: TestDb) {
    let db = &test.db;
    sign_in(db, 1, NOW).await;
    ask(db, NOW.plus(HOUR)).await.unwrap();
    test.arrange(vec![format!(
        "INSERT INTO idempotency (caller, idempotency_key, fingerprint, answer, created_at)
         VALUES ('a', 'old', '', '', {}), ('a', 'young', '', '', {})",
        NOW.0,
        NOW.plus(DAY).0
    )])
    .await;
    let nothing = purge::run(db, &anybody(NOW.plus(HOUR), 1)).await.unwrap();
    assert_eq!(
        (nothing.logins, nothing.attempts, nothing.answers),
        (0, 0, 0)
    );
    assert_eq!(nothing.codes, 0, "the new code replaced the used one");
    let some = purge::run(db, &anybody(NOW.plus(3 * DAY), 1))
        .await
        .unwrap();
    assert_eq!((some.logins, some.codes, some.answers), (0, 1, 1));
    assert_eq!(
        some.attempts,
        2 * 3 + 1,
        "two codes sent, each counted for its asker, its phone and all; one guarded phone"
    );
    let all = purge::run(db, &anybody(NOW.plus(90 * DAY), 1))
        .await
        .unwrap();
    assert_eq!((all.logins, all.answers), (1, 1));
    let again = purge::run(db, &anybody(NOW.plus(90 * DAY), 1))
        .await
        .unwrap();
    assert_eq!(again, purge::Purged::default());
}

/// Somebody at a browser of their own; `n` tells browsers apart. All share one network.
fn at_browser(now: Timestamp, n: u64) -> Act {
    let network = Network::parse("192.0.2.1");
    let mark = format!("browser {n}");
    anybody(now, now.0.unsigned_abs() + n).asked_by(Asker::new(Some(&mark), network))
}

async fn ask_by(db: &Db, act: &Act) -> Result<String, Refusal> {
    let asked = sign_in::request_code(db, act, &key(), &phone(), "zh-CN").await;
    asked.map_err(|e| e.refusal().expect("a refusal").clone())?;
    Ok(sent_code(db).await)
}

async fn enter_by(db: &Db, act: &Act, code: &str) -> Result<SignedIn, Refusal> {
    let login = NewLogin::new(&format!("cookie {code} {}", act.now.0), "a phone");
    let entered = sign_in::verify(db, act, &key(), &phone(), code, "zh-CN", login).await;
    entered.map_err(|e| e.refusal().expect("a refusal").clone())
}

async fn c182_a_stranger_who_knows_the_number_keeps_nobody_out(test: TestDb) {
    let db = &test.db;
    // Somebody else asks for four codes and tries twenty times, from the same network.
    for n in 0..4 {
        let stranger = at_browser(NOW.plus(n * MINUTE), 1);
        let miss = wrong(&ask_by(db, &stranger).await.unwrap());
        for _ in 0..5 {
            assert_eq!(
                enter_by(db, &stranger, &miss).await,
                Err(Refusal::WrongCode)
            );
        }
    }
    let now = NOW.plus(4 * MINUTE);
    let stranger = at_browser(now, 1);
    let code = ask_by(db, &stranger).await.unwrap();
    assert!(
        matches!(
            enter_by(db, &stranger, &code).await,
            Err(Refusal::RateLimited { .. })
        ),
        "the stranger has tried enough"
    );
    // The owner's right code is good at once, and a stranger's request does not void it.
    let owner = at_browser(now, 2);
    let code = ask_by(db, &owner).await.unwrap();
    let other = at_browser(now.plus(1), 3);
    let theirs = ask_by(db, &other).await.unwrap();
    assert_eq!(
        enter_by(db, &other, &code).await,
        Err(Refusal::WrongCode),
        "a code is good where it was asked for"
    );
    assert!(enter_by(db, &owner, &code).await.is_ok());
    assert!(enter_by(db, &other, &theirs).await.is_ok());
}

async fn c182_the_last_two_codes_are_good_and_one_of_them_once(test: TestDb) {
    let db = &test.db;
    let mut codes = Vec::new();
    for n in 0..3 {
        let own = at_browser(NOW.plus(n * MINUTE), 1);
        codes.push(ask_by(db, &own).await.unwrap());
    }
    let own = at_browser(NOW.plus(2 * MINUTE), 1);
    assert_eq!(enter_by(db, &own, &codes[0]).await, Err(Refusal::WrongCode));
    assert!(enter_by(db, &own, &codes[1]).await.is_ok());
    assert_eq!(
        enter_by(db, &own, &codes[2]).await,
        Err(Refusal::WrongCode),
        "who is in needs no other"
    );
}

async fn c182_who_drops_cookies_is_braked_by_network_and_a_known_browser_passes(test: TestDb) {
    let db = &test.db;
    let owner = at_browser(NOW, 1);
    let code = ask_by(db, &owner).await.unwrap();
    enter_by(db, &owner, &code).await.unwrap();
    let mut sent = 0;
    for n in 0..40 {
        sent += u32::from(ask_by(db, &at_browser(NOW.plus(1), 100 + n)).await.is_ok());
    }
    assert_eq!(sent, 11, "twelve an hour from one network to one number");
    let later = at_browser(NOW.plus(2 * MINUTE), 1);
    let code = ask_by(db, &later).await.unwrap();
    assert!(enter_by(db, &later, &code).await.is_ok());
    // Another number is not concerned, and one network cannot have messages sent for ever.
    let other = Phone::parse("13900000001").unwrap();
    let now = NOW.plus(3 * MINUTE);
    let more = async |n: u64| {
        let act = at_browser(now, 1000 + n);
        let asked = sign_in::request_code(db, &act, &key(), &other, "zh-CN").await;
        asked.is_ok()
    };
    assert!(more(1).await);
    let sent = (0..990).map(|_| format!("('messages:192.0.2.1', {})", now.0));
    let sent = sent.collect::<Vec<_>>().join(", ");
    test.arrange(vec![format!(
        "INSERT INTO attempt (subject, at) VALUES {sent}"
    )])
    .await;
    assert!(!more(2).await);
    let elsewhere = at_browser(now, 2000).asked_by(Asker::new(None, Network::parse("192.0.2.2")));
    let asked = sign_in::request_code(db, &elsewhere, &key(), &other, "zh-CN").await;
    assert!(asked.is_ok());
}

store::on_both_databases! {
    c182_a_stranger_who_knows_the_number_keeps_nobody_out => super::c182_a_stranger_who_knows_the_number_keeps_nobody_out,
    c182_the_last_two_codes_are_good_and_one_of_them_once => super::c182_the_last_two_codes_are_good_and_one_of_them_once,
    c182_who_drops_cookies_is_braked_by_network_and_a_known_browser_passes => super::c182_who_drops_cookies_is_braked_by_network_and_a_known_browser_passes,
    the_right_code_signs_in_once_and_makes_the_account => super::the_right_code_signs_in_once_and_makes_the_account,
    a_code_expires_and_a_new_one_replaces_it => super::a_code_expires_and_a_new_one_replaces_it,
    fifty_parallel_guesses_are_five_tries => super::fifty_parallel_guesses_are_five_tries,
    fifty_parallel_right_entries_sign_in_once => super::fifty_parallel_right_entries_sign_in_once,
    codes_are_sent_once_a_minute_five_an_hour_ten_a_day => super::codes_are_sent_once_a_minute_five_an_hour_ten_a_day,
    parallel_requests_send_one_code => super::parallel_requests_send_one_code,
    twenty_failures_a_day_close_the_phone_over_all_codes => super::twenty_failures_a_day_close_the_phone_over_all_codes,
    the_answer_does_not_tell_whether_a_number_is_known => super::the_answer_does_not_tell_whether_a_number_is_known,
    a_residents_session_slides_for_ninety_days => super::a_residents_session_slides_for_ninety_days,
    sessions_can_be_listed_and_ended_by_their_owner_only => super::sessions_can_be_listed_and_ended_by_their_owner_only,
    tries_are_counted_across_processes => super::tries_are_counted_across_processes,
    what_has_ended_is_purged_and_nothing_else => super::what_has_ended_is_purged_and_nothing_else,
}
