//! What those see who oversee: the audit log with its filters, and how centers stand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html::elements, now};
use domain::{
    access::Role,
    time::{DAY, HOUR, MINUTE},
};
use store::testing::TestDb;

/// Entries of three days, by two members of staff and about two things.
async fn recorded(stage: &Stage) {
    let entry = |n: u32, actor: &str, action: &str, kind: &str, subject: &str, days: i64| {
        format!(
            "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, center_id, detail)
             VALUES ('00000000-0000-4000-8000-{n:012}', {}, '{actor}', '{action}', '{kind}', '{subject}',
             '{OWN}', '{{\"reason\": \"<b>{n}</b>\", \"before\": {{\"places\": {n}}}, \"none\": null}}')",
            now().plus(-days * DAY - MINUTE).0
        )
    };
    stage
        .test
        .arrange(vec![
            entry(71, "staff:aa", "shift.edit", "shift", "s-1", 0),
            entry(72, "staff:bb", "shift.edit", "shift", "s-2", 1),
            entry(73, "staff:aa", "booking.cancel", "booking", "b-1", 2),
        ])
        .await;
}

/// Which of those entries a page shows.
fn shown(page: &str) -> Vec<u32> {
    let is_shown = |n: &u32| page.contains(&format!("&lt;b&gt;{n}&lt;/b&gt;"));
    [71, 72, 73].into_iter().filter(is_shown).collect()
}

async fn the_log_is_narrowed_by_who_what_and_when(test: TestDb) {
    let stage = Stage::new(test).await;
    recorded(&stage).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let day = |back: i64| now().plus(-back * DAY).day();
    for (query, expected) in [
        (String::new(), vec![71, 72, 73]),
        ("kind=shift".into(), vec![71, 72]),
        ("actor=staff%3Aaa".into(), vec![71, 73]),
        ("actor=staff%3Aaa&kind=shift".into(), vec![71]),
        ("about=shift%3As-2".into(), vec![72]),
        (format!("from={}", day(1)), vec![71, 72]),
        (format!("from={0}&to={0}", day(1)), vec![72]),
        (format!("to={}", day(2)), vec![73]),
        (format!("center={OWN}&to={}", day(9)), vec![]),
    ] {
        let page = manager.get(&stage, &format!("/staff/audit?{query}")).await;
        assert_eq!(shown(&page.is(200).text), expected, "{query}");
    }
    // Each entry leads to all else by them and about it, and a narrowed page back.
    let page = manager.get(&stage, "/staff/audit?kind=shift").await.is(200);
    assert!(!page.text.contains("<b>71</b>"), "{}", page.text);
    assert!(page.text.contains("before.places") && !page.text.contains(">none<"));
    let all = elements(&page.text);
    let links: Vec<&str> = all.iter().filter_map(|of| of.attribute("href")).collect();
    let by = links.iter().find(|href| href.contains("actor=staff%3Abb"));
    let by = by.unwrap().replace("&amp;", "&");
    let page = manager.get(&stage, &by).await.is(200);
    assert_eq!(shown(&page.text), [72]);
    let all = elements(&page.text);
    let links: Vec<&str> = all.iter().filter_map(|of| of.attribute("href")).collect();
    assert!(links.contains(&"/staff/audit?kind=shift"), "{links:?}");
}

async fn a_wrong_day_stays_with_what_was_typed(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    for query in [
        "from=2026-02-31",
        "from=2026-03-02&to=2026-03-01",
        "kind=king",
    ] {
        let page = manager
            .get(&stage, &format!("/staff/audit?{query}"))
            .await
            .is(422);
        let typed = query.rsplit('=').next().unwrap();
        assert!(typed == "king" || page.text.contains(typed), "{query}");
        assert!(
            page.text.contains("error-summary"),
            "{query}: {}",
            page.text
        );
    }
}

async fn centers_at_a_glance_begin_with_what_needs_a_look(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut supervisor = Browser::staff(&stage, "supervisor", Role::CitySupervisor, "city").await;
    let calm = supervisor.get(&stage, "/staff/overview").await.is(200);
    let shifts = format!("href=\"/staff/centers/{FOREIGN}/shifts\"");
    assert!(!calm.text.contains(&shifts), "{}", calm.text);
    let start = now().plus(HOUR).0;
    stage
        .test
        .arrange(vec![format!(
            "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, guardian_below, status, created_at)
             VALUES ('s1', '{FOREIGN}', '前台接待', {start}, {}, 'sign_up', 1, 1, 3, 14, 'published', 0)",
            start + HOUR
        )])
        .await;
    let page = supervisor.get(&stage, "/staff/overview").await.is(200);
    assert!(page.text.contains(&shifts), "{}", page.text);
    for sort in ["concerns", "attendances", "change", "place", "king"] {
        let path = format!("/staff/overview?scope=city&sort={sort}");
        let sorted = supervisor.get(&stage, &path).await.is(200);
        let first = |center: &str| sorted.text.rfind(&format!("/staff/centers/{center}\""));
        let (own, foreign) = (first(OWN).unwrap(), first(FOREIGN).unwrap());
        let by_concerns = matches!(sort, "concerns" | "king");
        assert_eq!(foreign < own, by_concerns, "{sort}");
    }
    // The list of centers leads here; the scope is the caller's.
    let start = supervisor.get(&stage, "/staff").await.is(200);
    assert!(start.text.contains("href=\"/staff/overview\""));
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    manager
        .get(&stage, "/staff/overview?scope=city")
        .await
        .is(403);
    manager
        .get(&stage, "/staff/overview?scope=king")
        .await
        .is(422);
    let own = manager.get(&stage, "/staff/overview").await.is(200);
    assert!(!own.text.contains(&format!("/staff/centers/{FOREIGN}\"")));
}

store::on_both_databases! {
    the_log_is_narrowed_by_who_what_and_when => super::the_log_is_narrowed_by_who_what_and_when,
    a_wrong_day_stays_with_what_was_typed => super::a_wrong_day_stays_with_what_was_typed,
    centers_at_a_glance_begin_with_what_needs_a_look => super::centers_at_a_glance_begin_with_what_needs_a_look,
}
