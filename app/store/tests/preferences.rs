//! Where volunteers like to serve, and what they speak, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    Reason, Refusal,
    id::CenterId,
    preferences::{Language, Preferences},
    shift::{Role, Why},
    time::DAY,
};
use store::{
    Act, Key,
    page::{Limit, Part},
    roster,
    shifts::{self, Search},
    testing::TestDb,
    volunteers::set_preferences,
};

async fn stage(test: &TestDb) {
    center(test, &[], "single").await;
    accounts(test, 1, 4).await;
    formal(test, 1, 3).await;
}

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn said(centers: &[&str], languages: &[Language]) -> Preferences {
    Preferences {
        centers: centers.iter().map(|id| id.parse().unwrap()).collect(),
        languages: languages.iter().copied().collect(),
    }
}

async fn set(test: &TestDb, n: u128, said: Preferences) -> store::Result<Preferences> {
    let view = set_preferences(&test.db, &volunteer(n), &account(n), &person(n), said).await?;
    Ok(view.preferences)
}

async fn why(test: &TestDb, n: u128) -> Vec<Why> {
    let search = Search {
        center: None,
        from: NOW,
        to: NOW.plus(30 * DAY),
        part: Part::first(Limit::MOST),
    };
    let found = shifts::for_me(&test.db, &account(n), None, &search, false, NOW)
        .await
        .unwrap();
    found.items[0].outcome.clone().unwrap().1
}

async fn a_chosen_center_is_a_reason_and_a_language_is_a_skill(test: TestDb) {
    stage(&test).await;
    let mut new = new_shift(5, 3, 0);
    new.needs.skills = ["粤语".to_owned()].into();
    let shift_id = shift(&test, new).await;
    assert_eq!(codes(sign_up(&test, 1, &shift_id).await), ["missing_skill"]);
    let preferences = said(&[CENTER], &[Language::Cantonese]);
    assert_eq!(
        set(&test, 1, preferences.clone()).await.unwrap(),
        preferences
    );
    let why = why(&test, 1).await;
    assert!(
        why.contains(&Why::LikedCenter) && !why.contains(&Why::OwnCenter),
        "{why:?}"
    );
    let skills = vec!["粤语".to_owned()];
    assert!(why.contains(&Why::Skills { skills }), "{why:?}");
    signed_up(&test, 1, &shift_id).await;
    // Taken back, both are gone.
    set(&test, 2, preferences).await.unwrap();
    set(&test, 2, Preferences::default()).await.unwrap();
    assert_eq!(codes(sign_up(&test, 2, &shift_id).await), ["missing_skill"]);
}

async fn the_staff_see_what_a_candidate_speaks(test: TestDb) {
    stage(&test).await;
    let at = format!("UPDATE volunteer SET center_id = '{CENTER}'");
    test.arrange(vec![at]).await;
    let shift = shift(&test, new_shift(5, 3, 0)).await;
    set(&test, 1, said(&[], &[Language::Sign, Language::Hakka]))
        .await
        .unwrap();
    let hole = roster::candidates(&test.db, &social_worker(), &shift, Role::Volunteer)
        .await
        .unwrap();
    let of = |n: u128| {
        let person = person(n);
        let found = hole
            .candidates
            .iter()
            .find(|of| of.who.id() == person.as_str());
        Vec::from_iter(found.unwrap().languages.iter().copied())
    };
    assert_eq!(of(1), [Language::Hakka, Language::Sign]);
    assert_eq!(of(2), []);
}

async fn only_ones_own_and_only_centers_that_there_are(test: TestDb) {
    stage(&test).await;
    let refusal = |result: store::Result<Preferences>| result.unwrap_err().refusal().cloned();
    let unknown = set(&test, 1, said(&["SZ440303009-99"], &[])).await;
    let expected = Refusal::invalid("centers", Reason::UnknownValue);
    assert_eq!(refusal(unknown), Some(expected));
    let stranger = set(&test, 3, said(&[CENTER], &[])).await;
    assert!(matches!(
        refusal(stranger),
        Some(Refusal::NotAVolunteer { .. })
    ));
    let others = set_preferences(
        &test.db,
        &volunteer(2),
        &account(1),
        &person(1),
        Preferences::default(),
    )
    .await;
    assert!(others.is_err());
    assert_eq!(test.number("SELECT COUNT(*) FROM audit").await, 0);
    let applied = format!("UPDATE volunteer SET applied_at = {}", NOW.0);
    test.arrange(vec![applied]).await;
    // The same key again changes nothing and is on record once.
    let key = Key::new("places", &[b"body"]).unwrap();
    let once = || -> Act { volunteer(1).with_key(Some(key.clone())) };
    for _ in 0..2 {
        let said = said(&[here().as_str()], &[Language::English]);
        set_preferences(&test.db, &once(), &account(1), &person(1), said)
            .await
            .unwrap();
    }
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'volunteer.preferences'";
    assert_eq!(test.number(recorded).await, 1);
}

store::on_both_databases! {
    a_chosen_center_is_a_reason_and_a_language_is_a_skill => super::a_chosen_center_is_a_reason_and_a_language_is_a_skill,
    the_staff_see_what_a_candidate_speaks => super::the_staff_see_what_a_candidate_speaks,
    only_ones_own_and_only_centers_that_there_are => super::only_ones_own_and_only_centers_that_there_are,
}
