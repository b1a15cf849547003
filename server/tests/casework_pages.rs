//! Appointments on their way through the pages: offered as an afternoon that is cut, found as one card, had
//! by tapping a time, seen by the staff as taken.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Reply, Stage,
    browser::{Browser, between},
    html,
};
use domain::access::Role;
use store::testing::TestDb;

fn page() -> String {
    format!("/staff/centers/{OWN}/casework")
}

fn new() -> String {
    format!("/staff/centers/{OWN}/activities/new")
}

/// What the form of the page's main link is filled in with, besides what the link says.
const AFTERNOONS: &[(&str, &str)] = &[
    ("field", "elder"),
    ("starts_on", "2026-12-01"),
    ("weekdays", "1"),
    ("end", "count"),
    ("count", "3"),
];

/// The form that the page's main link leads to.
async fn begun(stage: &Stage, worker: &mut Browser) -> Reply {
    let shown = worker.get(stage, &page()).await.is(200);
    let elements = html::elements(&shown.text);
    let links = elements.iter().filter_map(|e| e.attribute("href"));
    let link = links
        .filter(|href| href.starts_with(&new()))
        .map(|href| href.replace("&amp;", "&"))
        .next();
    worker.get(stage, &link.expect("a link")).await.is(200)
}

async fn sent(stage: &Stage, worker: &mut Browser, page: &Reply, with: &[(&str, &str)]) -> Reply {
    let form = html::filled(&page.text, &new(), with);
    worker.fill(stage, &new(), &form).await
}

/// The id in the first link to an occurrence.
fn occurrence(text: &str) -> String {
    between(text, "href=\"/occurrences/", "\"").to_owned()
}

/// Offers three afternoons of three appointments each.
async fn offer(stage: &Stage, worker: &mut Browser) {
    let form = begun(stage, worker).await;
    let with = [AFTERNOONS, &[("do", "publish")]].concat();
    sent(stage, worker, &form, &with).await.is(303);
}

async fn an_afternoon_is_offered_and_a_time_is_had(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let none = worker.get(&stage, &page()).await.is(200);
    assert!(none.text.contains("这两周没有个案时段"), "{}", none.text);

    // The look says how many each day has.
    let form = begun(&stage, &mut worker).await;
    let with = [AFTERNOONS, &[("do", "preview")]].concat();
    let look = sent(&stage, &mut worker, &form, &with).await.is(200);
    assert_eq!(
        look.text.matches("14:00–16:45，3 个时段").count(),
        3,
        "{}",
        look.text
    );
    sent(&stage, &mut worker, &look, &[("do", "publish")])
        .await
        .is(303);
    let all = "SELECT COUNT(*) FROM occurrence WHERE kind = 'casework' AND capacity = 1 \
               AND waitlist_capacity = 0 AND ends_at - starts_at = 2700000";
    assert_eq!(stage.test.number(all).await, 9);

    // One card a day, and on its page the other times as keys.
    stage.resident(RESIDENT).await;
    let mut resident = Browser::resident(&stage).await;
    let on = format!("/centers/{OWN}/whats-on?day=2026-12-01");
    let list = resident.get(&stage, &on).await.is(200);
    assert_eq!(list.text.matches("个案面谈").count(), 1, "{}", list.text);
    assert!(list.text.contains("可以预约"), "{}", list.text);
    let first = occurrence(&list.text);
    let card = resident
        .get(&stage, &format!("/occurrences/{first}"))
        .await
        .is(200);
    assert!(card.text.contains("还有 8 个空着的时间"), "{}", card.text);
    let keys = between(&card.text, "class=\"slot-keys\"", "</ul>");
    assert!(
        keys.contains(">15:00<") && keys.contains(">16:00<"),
        "{keys}"
    );
    let second = occurrence(keys);

    // A time is had as any other place.
    let book = format!("/occurrences/{second}/book");
    resident.press(&stage, (&book, &book), &[]).await.is(303);
    let card = resident
        .get(&stage, &format!("/occurrences/{first}"))
        .await
        .is(200);
    assert!(card.text.contains("还有 7 个空着的时间"), "{}", card.text);
    assert!(
        !card
            .text
            .contains(&format!("href=\"/occurrences/{second}\""))
    );

    // The staff see numbers; who it is, only on the roster.
    let seen = worker.get(&stage, &page()).await.is(200);
    assert!(
        seen.text.contains("3 个时段，已约 1 个，还空 2 个"),
        "{}",
        seen.text
    );
    assert!(seen.text.contains(&format!("/staff/occurrences/{second}")));
    assert!(
        !seen.text.contains(RESIDENT) && !seen.text.contains("陈"),
        "{}",
        seen.text
    );
    let later = worker
        .get(&stage, &format!("{}?from=2026-12-08", page()))
        .await
        .is(200);
    let free = "3 个时段，已约 0 个，还空 3 个";
    assert_eq!(later.text.matches(free).count(), 2, "{}", later.text);
}

async fn only_casework_is_cut_and_more_days_begin_like_the_last(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let form = begun(&stage, &mut worker).await;
    for (wrong, told) in [
        (("kind", "group"), "只有“个案预约”可以分成时段"),
        (("series", "1"), "请不要勾选“一次报名，参加全部场次”"),
        (("slot_minutes", "5"), "每段多少分钟"),
        (("slot_minutes", "200"), "每段多少分钟"),
        (("slot_pause", "121"), "每段之后休息多少分钟"),
    ] {
        let with = [AFTERNOONS, &[wrong, ("do", "publish")]].concat();
        let refused = sent(&stage, &mut worker, &form, &with).await.is(422);
        assert!(refused.text.contains(told), "{wrong:?}: {}", refused.text);
    }
    let none = "SELECT COUNT(*) FROM occurrence WHERE kind = 'casework'";
    assert_eq!(stage.test.number(none).await, 0);

    offer(&stage, &mut worker).await;
    let seen = worker.get(&stage, &page()).await.is(200);
    let id = between(&seen.text, "href=\"/staff/activities/", "/dates\"").to_owned();
    let dates = format!("/staff/activities/{id}/dates");
    let more = worker.get(&stage, &dates).await.is(200);
    let fields = html::filled(&more.text, &dates, &[]);
    for (name, value) in [
        ("starts_at", "14:00"),
        ("ends_at", "16:45"),
        ("slot_minutes", "45"),
        ("slot_pause", "15"),
        ("capacity", "1"),
    ] {
        let found = fields.iter().find(|(of, _)| of == name);
        assert_eq!(
            found.map(|(_, value)| value.as_str()),
            Some(value),
            "{name}"
        );
    }
    let with = [("starts_on", "2026-12-22"), ("do", "add")];
    let form = html::filled(&more.text, &dates, &with);
    worker.fill(&stage, &dates, &form).await.is(303);
    assert_eq!(stage.test.number(none).await, 12);
    // And planned again as it was: by the same days of the week.
    let again = format!("{}?like={id}", new());
    let again = worker.get(&stage, &again).await.is(200);
    let fields = html::filled(&again.text, &new(), &[]);
    for (name, value) in [("freq", "weekly"), ("count", "4"), ("slot_pause", "15")] {
        let found = fields.iter().find(|(of, _)| of == name);
        assert_eq!(
            found.map(|(_, value)| value.as_str()),
            Some(value),
            "{name}"
        );
    }
}

store::on_both_databases! {
    an_afternoon_is_offered_and_a_time_is_had => super::an_afternoon_is_offered_and_a_time_is_had,
    only_casework_is_cut_and_more_days_begin_like_the_last => super::only_casework_is_cut_and_more_days_begin_like_the_last,
}
