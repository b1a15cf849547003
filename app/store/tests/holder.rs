//! A number that belongs to somebody else now shows nothing of who had it before, on both databases.
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
    access::{Caller, Identity},
    notice::Notice,
    person::{BirthYear, KEPT_BACK, PersonName, Phone},
    time::{DAY, MINUTE, Timestamp},
};
use store::{
    Act, Db, Ids,
    accounts::{self, Profile},
    bookings, holder,
    logins::{self, Current, NewLogin},
    outbox, people,
    sign_in::{self, CodeKey, SignedIn},
    testing::TestDb,
};

fn key() -> CodeKey {
    CodeKey::new(b"a secret of the server, 32 bytes.")
}

fn phone() -> Phone {
    Phone::parse("13900000001").unwrap()
}

fn anybody(now: Timestamp) -> Act {
    Act::new(
        Caller::anonymous(),
        now,
        Ids::repeatable(now.0.unsigned_abs()),
    )
}

fn secret(now: Timestamp) -> String {
    format!("cookie {}", now.0)
}

async fn sign_in(db: &Db, now: Timestamp) -> SignedIn {
    let act = anybody(now);
    sign_in::request_code(db, &act, &key(), &phone(), "zh-CN")
        .await
        .unwrap();
    let sent = outbox::recent(db, 1).await.unwrap().remove(0).notice;
    let Some(Notice::SignInCode { code, .. }) = sent else {
        panic!("no code was sent");
    };
    let act = anybody(now.plus(1000));
    let login = NewLogin::new(&secret(now), "a phone");
    sign_in::verify(db, &act, &key(), &phone(), &code, "zh-CN", login)
        .await
        .unwrap()
}

async fn session(db: &Db, begun: Timestamp, now: Timestamp) -> Current {
    logins::find(db, &secret(begun), now)
        .await
        .unwrap()
        .expect("a session")
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

fn born(year: i64) -> BirthYear {
    BirthYear::new(year, NOW).unwrap()
}

/// An account with a name, whose holder signed in at `NOW`.
async fn settled(db: &Db) -> SignedIn {
    let signed_in = sign_in(db, NOW).await;
    let act = Act::new(Caller::resident(signed_in.account.clone()), NOW, ids());
    let profile = Profile {
        name: name("陈阿婆"),
        birth_year: born(1944),
        community: None,
        center: None,
    };
    accounts::save_profile(db, &act, profile).await.unwrap();
    signed_in
}

async fn after_a_long_silence_nobody_sees_the_family_before_saying_who_they_are(test: TestDb) {
    let db = &test.db;
    let first = settled(db).await;
    assert!(!first.is_unproven);
    let soon = NOW.plus(KEPT_BACK - DAY);
    assert!(!sign_in(db, soon).await.is_unproven, "not silent for long");
    let late = soon.plus(KEPT_BACK + MINUTE);
    let signed_in = sign_in(db, late).await;
    assert!(signed_in.is_unproven);
    let current = session(db, late, late.plus(MINUTE)).await;
    assert_eq!(current.caller.identity, Identity::Anonymous);
    assert_eq!((current.is_unproven, current.name.as_str()), (true, ""));
    // Name or year alone is not enough, and it can't be guessed for long.
    let login = &current.login;
    let prove = |nth: i64, who: &str, year: i64| {
        let act = anybody(late.plus(nth * 1000));
        let (who, year) = (name(who), born(year));
        async move { holder::prove(db, &act, login, who, year).await }
    };
    let refused = |result: store::Result<()>| result.unwrap_err().refusal().cloned();
    for (nth, who, year) in [(1, "陈阿婆", 1945), (2, "王大明", 1944), (3, "陈", 1944)] {
        let answer = refused(prove(nth, who, year).await);
        assert_eq!(answer, Some(Refusal::NotTheHolder));
    }
    prove(4, "陈 阿婆", 1944).await.unwrap();
    let current = session(db, late, late.plus(MINUTE)).await;
    assert_eq!(current.caller.account(), Ok(&first.account));
    assert!(!current.is_unproven);
    // Whoever has said it is not asked again by the same session, nor soon after.
    let again = refused(prove(5, "陈阿婆", 1944).await);
    assert_eq!(again, Some(Refusal::Unauthenticated));
    assert!(!sign_in(db, late.plus(DAY)).await.is_unproven);
}

async fn a_holder_is_guessed_five_times_a_day(test: TestDb) {
    let db = &test.db;
    settled(db).await;
    let late = NOW.plus(KEPT_BACK + DAY);
    sign_in(db, late).await;
    let login = session(db, late, late.plus(MINUTE)).await.login;
    for nth in 0..5 {
        let act = anybody(late.plus(nth * 1000));
        let wrong = holder::prove(db, &act, &login, name("陈阿婆"), born(1950 + nth)).await;
        assert_eq!(wrong.unwrap_err().refusal(), Some(&Refusal::NotTheHolder));
    }
    let act = anybody(late.plus(6000));
    let right = holder::prove(db, &act, &login, name("陈阿婆"), born(1944)).await;
    let refusal = right.unwrap_err().refusal().cloned();
    assert!(
        matches!(refusal, Some(Refusal::RateLimited { .. })),
        "{refusal:?}"
    );
}

async fn a_question_that_was_left_open_opens_nothing_later(test: TestDb) {
    let db = &test.db;
    settled(db).await;
    let late = NOW.plus(KEPT_BACK + DAY);
    sign_in(db, late).await;
    let login = session(db, late, late.plus(MINUTE)).await.login;
    let act = anybody(late.plus(16 * MINUTE));
    let proven = holder::prove(db, &act, &login, name("陈阿婆"), born(1944)).await;
    assert_eq!(
        proven.unwrap_err().refusal(),
        Some(&Refusal::Unauthenticated)
    );
    let anew = holder::begin_anew(db, &act, &login, "zh-CN").await;
    assert_eq!(anew.unwrap_err().refusal(), Some(&Refusal::Unauthenticated));
}

async fn who_is_somebody_else_begins_anew_and_the_former_keep_theirs(test: TestDb) {
    center(&test, &[Sitting::new(1, 5, 5)], "single").await;
    let db = &test.db;
    let former = settled(db).await;
    let people_of = people::list(db, &former.account).await.unwrap();
    let mut wanted = request(1, 1);
    wanted.account = former.account.clone();
    wanted.people = vec![people_of[0].id.clone()];
    wanted.channel = domain::activity::Channel::Desk;
    bookings::book(db, &social_worker(), wanted).await.unwrap();
    let late = NOW.plus(KEPT_BACK + DAY);
    sign_in(db, late).await;
    let login = session(db, late, late.plus(MINUTE)).await.login;
    let act = anybody(late.plus(2000));
    let account = holder::begin_anew(db, &act, &login, "zh-CN").await.unwrap();
    assert_ne!(account, former.account);
    let current = session(db, late, late.plus(MINUTE)).await;
    assert_eq!(current.caller.account(), Ok(&account));
    assert_eq!(people::list(db, &account).await.unwrap(), []);
    let found = accounts::find(db, &account).await.unwrap();
    assert_eq!((found.phone, found.holder), (Some(phone()), None));
    let before = accounts::find(db, &former.account).await.unwrap();
    assert_eq!(before.phone, None);
    assert_eq!(people::list(db, &former.account).await.unwrap(), people_of);
    assert_eq!(confirmed(&test, 1).await, 1);
    // Signing in with the number leads to the new account from now on.
    assert_eq!(sign_in(db, late.plus(DAY)).await.account, account);
}

async fn whoever_was_there_all_the_time_is_not_asked(test: TestDb) {
    let db = &test.db;
    let first = settled(db).await;
    // Signs out after half a year of use.
    let mut now = NOW;
    for _ in 0..4 {
        now = now.plus(45 * DAY);
        session(db, NOW, now).await;
        store::seen::write_down(db).await.unwrap();
    }
    let login = session(db, NOW, now).await.login;
    let act = Act::new(Caller::resident(first.account.clone()), now, ids());
    logins::end(db, &act, login).await.unwrap();
    assert!(!sign_in(db, now.plus(DAY)).await.is_unproven);
}

store::on_both_databases! {
    a_question_that_was_left_open_opens_nothing_later => super::a_question_that_was_left_open_opens_nothing_later,
    after_a_long_silence_nobody_sees_the_family_before_saying_who_they_are => super::after_a_long_silence_nobody_sees_the_family_before_saying_who_they_are,
    a_holder_is_guessed_five_times_a_day => super::a_holder_is_guessed_five_times_a_day,
    who_is_somebody_else_begins_anew_and_the_former_keep_theirs => super::who_is_somebody_else_begins_anew_and_the_former_keep_theirs,
    whoever_was_there_all_the_time_is_not_asked => super::whoever_was_there_all_the_time_is_not_asked,
}
