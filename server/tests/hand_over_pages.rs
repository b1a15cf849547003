//! A social worker's shifts are handed over to a colleague through the page: a look, one press, and told what
//! became of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html, shifts};
use domain::access::Role;
use store::{
    assignments::{self, Candidate},
    testing::TestDb,
};

fn page() -> String {
    format!("/staff/centers/{OWN}/hand-over")
}

/// Two social workers, the first of whom leads three shifts, the last at a time when the second leads one.
async fn stage(test: TestDb) -> (Stage, Candidate, Candidate) {
    let stage = Stage::new(test).await;
    for name in ["leaver", "colleague"] {
        stage.staff(name, Role::SocialWorker, OWN).await;
    }
    let (db, act) = (&stage.test.db, stage.system());
    let all = assignments::can_lead(db, &act.caller, &OWN.parse().unwrap(), act.now).await;
    let [leaver, colleague] = &all.unwrap()[..] else {
        panic!("two can lead")
    };
    for (nth, who) in [(0, leaver), (1, leaver), (2, leaver), (2, colleague)] {
        let shift = shifts::shift(&stage, OWN, nth, "sign_up").await;
        let led = assignments::assign_lead(db, &act, shift.parse().unwrap(), who.id.clone());
        led.await.unwrap().unwrap();
    }
    let (leaver, colleague) = (leaver.clone(), colleague.clone());
    (stage, leaver, colleague)
}

async fn shifts_are_handed_over_in_one_press(test: TestDb) {
    let (stage, leaver, colleague) = stage(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::CenterManager, OWN).await;
    let roster = worker
        .get(&stage, &format!("/staff/centers/{OWN}/roster"))
        .await;
    assert!(roster.is(200).text.contains(&page()), "a way to it");
    let first = worker.get(&stage, &page()).await.is(200);
    assert!(first.text.contains("3 个班次）"), "{}", first.text);
    let look = format!("{}?from={}&colleague={}", page(), leaver.id, colleague.id);
    let seen = worker.get(&stage, &look).await.is(200);
    assert_eq!(
        seen.text.matches("name=\"shift\"").count(),
        2,
        "{}",
        seen.text
    );
    assert!(seen.text.contains("交接不了"), "{}", seen.text);

    let form = html::filled(&seen.text, &page(), &[]);
    let done = worker.fill(&stage, &page(), &form).await.is(303);
    let done = worker.get(&stage, done.header("location")).await.is(200);
    assert!(done.text.contains("已把 2 个班次交给王芳"), "{}", done.text);
    assert_eq!(
        done.text.matches("name=\"shift\"").count(),
        0,
        "one is left, which can't be"
    );
    let led = format!(
        "SELECT COUNT(*) FROM assignment WHERE staff_id = '{}' AND state = 'confirmed'",
        colleague.id
    );
    assert_eq!(stage.test.number(&led).await, 3);

    // The same once more hands nothing over, and says so.
    let again = worker.fill(&stage, &page(), &form).await;
    assert_eq!(again.status.as_u16(), 303, "the same key, the same answer");
    assert_eq!(stage.test.number(&led).await, 3);
}

async fn what_makes_no_sense_is_told_at_its_field(test: TestDb) {
    let (stage, leaver, colleague) = stage(test).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    for (query, told) in [
        (
            format!("from={0}&colleague={0}", leaver.id),
            "请选另一位同事，不能交给本人。",
        ),
        (
            format!(
                "from={}&colleague={}&first=2028-12-02&last=2028-12-01",
                leaver.id, colleague.id
            ),
            "结束的日期不能早于开始的日期。",
        ),
        (format!("from={}&colleague=nobody", leaver.id), "交给谁"),
    ] {
        let refused = worker
            .get(&stage, &format!("{}?{query}", page()))
            .await
            .is(422);
        assert!(refused.text.contains(told), "{query}: {}", refused.text);
    }
    // Nothing was ticked.
    let look = format!("{}?from={}&colleague={}", page(), leaver.id, colleague.id);
    let seen = worker.get(&stage, &look).await.is(200);
    let mut form = html::filled(&seen.text, &page(), &[]);
    form.retain(|(name, _)| name != "shift");
    let refused = worker.fill(&stage, &page(), &form).await.is(422);
    assert!(
        refused.text.contains("请至少选一个班次"),
        "{}",
        refused.text
    );
    // Nor at another center.
    let theirs = format!("/staff/centers/{FOREIGN}/hand-over");
    worker.get(&stage, &theirs).await.is(403);
}

store::on_both_databases! {
    shifts_are_handed_over_in_one_press => super::shifts_are_handed_over_in_one_press,
    what_makes_no_sense_is_told_at_its_field => super::what_makes_no_sense_is_told_at_its_field,
}
