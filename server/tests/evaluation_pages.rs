//! The evaluation of a center by a third party: written by whoever is assigned, seen by others once it was
//! handed in, with the figures beside it, and replied to by the center.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, Stage, browser::Browser, html};
use domain::{
    access::Role,
    evaluation::{Indicator, Mark},
};
use store::testing::TestDb;

const LIST: &str = "/staff/evaluations?year=2026";

fn page(center: &str) -> String {
    format!("/staff/centers/{center}/evaluations/2026/mid_term")
}

/// Everything marked as good, sent with that button.
fn whole(what: &'static str) -> Vec<(String, String)> {
    let marks = Indicator::ALL
        .iter()
        .map(|indicator| (indicator.to_string(), Mark::Good.to_string()));
    let rest = [("overall", "good"), ("summary", "总体良好"), ("do", what)];
    let rest = rest.map(|(name, value)| (name.to_owned(), value.to_owned()));
    marks.chain(rest).collect()
}

async fn send(browser: &mut Browser, stage: &Stage, with: &[(String, String)]) -> common::Reply {
    let with: Vec<(&str, &str)> = with.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let there = page(OWN);
    browser.press(stage, (&there, &there), &with).await
}

async fn an_evaluation_is_written_handed_in_and_replied_to(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut evaluator = Browser::staff(&stage, "evaluator", Role::Evaluator, OWN).await;
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;

    // The evaluator is led to the center that is assigned, and to no other.
    let list = evaluator.get(&stage, LIST).await.is(200);
    assert!(
        list.text.contains(&format!("href=\"{}\"", page(OWN))),
        "{}",
        list.text
    );
    assert!(!list.text.contains(FOREIGN));
    let empty = manager.get(&stage, LIST).await.is(200);
    assert!(empty.text.contains("这一年还没有评估"));
    let form = evaluator.get(&stage, &page(OWN)).await.is(200);
    for words in ["指标完成", "双工联动", "2026 年到现在", "已结 0 个月"] {
        assert!(form.text.contains(words), "{words}");
    }

    // A draft is the evaluator's alone.
    let draft = [
        ("output".to_owned(), "poor".to_owned()),
        ("do".to_owned(), "save".to_owned()),
    ];
    send(&mut evaluator, &stage, &draft).await.is(303);
    let kept = evaluator.get(&stage, &page(OWN)).await.is(200);
    let fields = html::filled(&kept.text, &page(OWN), &[]);
    assert!(
        fields.contains(&("output".into(), "poor".into())),
        "{fields:?}"
    );
    manager.get(&stage, &page(OWN)).await.is(404);
    let list = manager.get(&stage, LIST).await.is(200);
    assert!(
        list.text.contains("这一年还没有评估"),
        "a draft is nobody else's"
    );

    // Handed in it is only whole: everything that is missing is said at once.
    let unfinished = [("do".to_owned(), "hand_in".to_owned())];
    let told = send(&mut evaluator, &stage, &unfinished).await.is(422);
    for name in ["staffing-error", "overall-error", "output_note-error"] {
        assert!(
            told.text.contains(&format!("id=\"{name}\"")),
            "{name}: {}",
            told.text
        );
    }
    assert!(
        !told.text.contains("id=\"output-error\""),
        "that has its mark"
    );
    send(&mut evaluator, &stage, &whole("hand_in"))
        .await
        .is(303);

    // Now those who see the center's plans read it, and nobody changes it.
    for browser in [&mut evaluator, &mut manager, &mut worker] {
        let read = browser.get(&stage, &page(OWN)).await.is(200);
        assert!(read.text.contains("总体良好") && !read.text.contains("name=\"overall\""));
    }
    let late: Vec<(&str, &str)> = vec![("revision", "2"), ("overall", "poor"), ("do", "save")];
    evaluator.post(&stage, &page(OWN), &late).await.is(409);
    let read = worker.get(&stage, &page(OWN)).await.is(200);
    assert!(
        !read.text.contains("/reply"),
        "a worker doesn't reply for the center"
    );

    // The center replies, once.
    let reply = format!("{}/reply", page(OWN));
    let here = page(OWN);
    let empty = manager
        .press(&stage, (&here, &reply), &[("reply", "  ")])
        .await;
    assert!(empty.is(422).text.contains("id=\"reply-error\""));
    let said = [("reply", "已按意见整改")];
    manager.press(&stage, (&here, &reply), &said).await.is(303);
    let read = evaluator.get(&stage, &page(OWN)).await.is(200);
    assert!(read.text.contains("已按意见整改"));
    manager.post(&stage, &reply, &said).await.is(409);
    let list = worker.get(&stage, LIST).await.is(200);
    assert!(list.text.contains("已提交") && list.text.contains("中心已回应"));
    for (verb, times) in [("save", 1), ("hand_in", 1), ("reply", 1)] {
        let count = format!("SELECT COUNT(*) FROM audit WHERE action = 'evaluation.{verb}'");
        assert_eq!(stage.test.number(&count).await, times, "{verb}");
    }
    let leak = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%整改%' OR detail LIKE '%总体%'";
    assert_eq!(stage.test.number(leak).await, 0);
}

async fn c69_of_two_evaluators_the_second_is_told(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut one = Browser::staff(&stage, "one", Role::Evaluator, OWN).await;
    let mut two = Browser::staff(&stage, "two", Role::Evaluator, "440303").await;
    let here = page(OWN);
    let opened = two.get(&stage, &here).await.is(200);
    let note = [("staffing_note", "社工 4 人"), ("do", "save")];
    one.press(&stage, (&here, &here), &note).await.is(303);
    let other = [("staffing_note", "社工 3 人"), ("do", "save")];
    let fields = html::filled(&opened.text, &here, &other);
    let told = two.fill(&stage, &here, &fields).await.is(409);
    assert!(told.text.contains("社工 3 人"), "what was entered stays");
    let kept = one.get(&stage, &here).await.is(200);
    assert!(kept.text.contains("社工 4 人"));
}

async fn nobody_evaluates_a_center_that_is_not_assigned(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut evaluator = Browser::staff(&stage, "evaluator", Role::Evaluator, OWN).await;
    evaluator.get(&stage, &page(FOREIGN)).await.is(403);
    let form = [("do", "save"), ("revision", "0")];
    evaluator.post(&stage, &page(FOREIGN), &form).await.is(403);
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    manager.post(&stage, &page(OWN), &form).await.is(403);
    for wrong in ["1999/mid_term", "2026/weekly", "x/final"] {
        let path = format!("/staff/centers/{OWN}/evaluations/{wrong}");
        let status = evaluator.get(&stage, &path).await.status.as_u16();
        assert!(matches!(status, 404 | 422 | 400), "{wrong}: {status}");
    }
    let none = "SELECT COUNT(*) FROM evaluation";
    assert_eq!(stage.test.number(none).await, 0);
}

store::on_both_databases! {
    an_evaluation_is_written_handed_in_and_replied_to => super::an_evaluation_is_written_handed_in_and_replied_to,
    c69_of_two_evaluators_the_second_is_told => super::c69_of_two_evaluators_the_second_is_told,
    nobody_evaluates_a_center_that_is_not_assigned => super::nobody_evaluates_a_center_that_is_not_assigned,
}
