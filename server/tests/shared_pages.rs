//! Pages that are kept for a moment: never another person's, never older than a change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{RESIDENT, Reply, STRANGER, Stage, browser::without_keys};
use store::testing::TestDb;

/// The number that the policy lets scripts run with.
fn nonce(page: &Reply) -> String {
    let policy = page.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").expect("a number");
    rest.split_once('\'').unwrap().0.to_owned()
}

async fn every_response_has_a_number_of_its_own(test: TestDb) {
    let stage = Stage::new(test).await;
    let path = format!("/occurrences/{}", stage.occurrence(2, 1).await);
    let first = stage.get(&path, None).await.is(200);
    let second = stage.get(&path, None).await.is(200);
    assert_ne!(nonce(&first), nonce(&second));
    for page in [&first, &second] {
        let marked = page.text.matches("nonce=").count();
        assert!(marked > 0);
        let own = format!("nonce=\"{}\"", nonce(page));
        assert_eq!(page.text.matches(&own).count(), marked);
    }
    let plain = |page: &Reply| without_keys(&page.text.replace(&nonce(page), ""));
    assert_eq!(plain(&first), plain(&second));
    assert_eq!(
        first.header("cache-control"),
        second.header("cache-control")
    );
}

async fn the_next_page_shows_what_was_just_booked(test: TestDb) {
    let stage = Stage::new(test).await;
    let (one, other) = (
        stage.resident(RESIDENT).await,
        stage.resident(STRANGER).await,
    );
    let occurrence = stage.occurrence(2, 0).await;
    let path = format!("/occurrences/{occurrence}");
    let mut seen = Vec::new();
    for token in [None, Some(&one), Some(&other)] {
        if let Some(token) = token {
            stage.book(&occurrence, token).await.is(201);
        }
        let page = stage.get(&path, None).await.is(200);
        let text = without_keys(&page.text.replace(&nonce(&page), ""));
        assert!(!seen.contains(&text), "the page is older than the booking");
        seen.push(text);
    }
}

async fn a_page_of_somebody_who_is_signed_in_is_nobody_elses(test: TestDb) {
    let stage = Stage::new(test).await;
    let occurrence = stage.occurrence(2, 0).await;
    let path = format!("/occurrences/{occurrence}");
    let resident = stage.resident(RESIDENT).await;
    stage.book(&occurrence, &resident).await.is(201);
    let mine = stage.get(&path, Some(&resident)).await.is(200);
    let open = stage.get(&path, None).await.is(200);
    assert!(mine.text.contains("/ticket"), "a way to the own ticket");
    assert!(!open.text.contains("/ticket"));
    let again = stage.get(&path, Some(&resident)).await.is(200);
    assert!(again.text.contains("/ticket"));
}

async fn languages_and_modes_are_pages_of_their_own(test: TestDb) {
    let stage = Stage::new(test).await;
    let path = format!("/occurrences/{}", stage.occurrence(2, 0).await);
    let page = async |headers: &[(&str, &str)]| {
        stage
            .call("GET", &path, None, None, headers)
            .await
            .is(200)
            .text
    };
    assert!(page(&[]).await.contains("lang=\"zh-CN\""));
    assert!(
        page(&[("accept-language", "en")])
            .await
            .contains("lang=\"en\"")
    );
    assert!(
        page(&[("cookie", "lang=en; mode=elder")])
            .await
            .contains("data-mode=\"elder\"")
    );
    assert!(page(&[("cookie", "lang=zh-CN")]).await.contains("standard"));
}

store::on_both_databases! {
    every_response_has_a_number_of_its_own => super::every_response_has_a_number_of_its_own,
    the_next_page_shows_what_was_just_booked => super::the_next_page_shows_what_was_just_booked,
    a_page_of_somebody_who_is_signed_in_is_nobody_elses => super::a_page_of_somebody_who_is_signed_in_is_nobody_elses,
    languages_and_modes_are_pages_of_their_own => super::languages_and_modes_are_pages_of_their_own,
}
