//! Handing over to a colleague, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{agencies::audited, volunteers::*, *};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::{ShiftId, StaffId},
    time::{DAY, HOUR},
};
use store::{
    Act, Error,
    assignments::{HandedOver, Handing, assign_lead, hand_over, leading, look_at_handing},
    testing::TestDb,
};

/// Shifts of the coming days, led by the first of two social workers; the second leads another one at the
/// time of the third.
async fn stage(test: &TestDb) -> (StaffId, StaffId, Vec<ShiftId>) {
    center(test, &[], "single").await;
    let (leaver, colleague) = (lead(test, 1).await, lead(test, 2).await);
    let mut shifts = Vec::new();
    for days in [1, 2, 3, 9] {
        let made = shift(test, new_shift(days, 3, 0)).await;
        leads(test, &made, &leaver).await;
        shifts.push(made);
    }
    let mut own = new_shift(3, 3, 0);
    own.title = "外展".into();
    own.starts_at = own.starts_at.plus(HOUR);
    let own = shift(test, own).await;
    leads(test, &own, &colleague).await;
    (leaver, colleague, shifts)
}

async fn leads(test: &TestDb, shift: &ShiftId, who: &StaffId) {
    let given = assign_lead(&test.db, &social_worker(), shift.clone(), who.clone()).await;
    given.unwrap().unwrap();
}

fn handing(from: &StaffId, to: &StaffId) -> Handing {
    Handing {
        center: CENTER.parse().unwrap(),
        from: from.clone(),
        to: to.clone(),
        first: NOW.day(),
        last: None,
    }
}

async fn led_by(test: &TestDb, who: &StaffId) -> i64 {
    let text =
        format!("SELECT COUNT(*) FROM assignment WHERE staff_id = '{who}' AND state = 'confirmed'");
    test.number(&text).await
}

async fn what_can_be_is_handed_over_and_the_rest_stays(test: TestDb) {
    let (leaver, colleague, shifts) = stage(&test).await;
    let act = social_worker();
    let led = leading(&test.db, &act, &CENTER.parse().unwrap())
        .await
        .unwrap();
    let told: Vec<_> = led
        .iter()
        .map(|one| (&one.id, one.shifts, one.may_lead))
        .collect();
    assert_eq!(told, [(&leaver, 4, true), (&colleague, 1, true)]);

    let lines = look_at_handing(&test.db, &act, &handing(&leaver, &colleague))
        .await
        .unwrap();
    let of: Vec<_> = lines.iter().map(|line| line.shift.clone()).collect();
    assert_eq!(of, shifts);
    let can: Vec<bool> = lines.iter().map(|line| line.unmet.is_empty()).collect();
    assert_eq!(can, [true, true, false, true]);
    assert!(
        matches!(&lines[2].unmet[0], Refusal::Overlaps { .. }),
        "{lines:?}"
    );
    assert_eq!(led_by(&test, &leaver).await, 4, "a look changes nothing");

    // All but the first, which was not ticked: one can't be.
    let asked = shifts[1..].to_vec();
    let done = hand_over(&test.db, &act, handing(&leaver, &colleague), asked)
        .await
        .unwrap();
    let moved = vec![shifts[1].clone(), shifts[3].clone()];
    assert_eq!(done, HandedOver { moved, left: 1 });
    assert_eq!(
        (
            led_by(&test, &leaver).await,
            led_by(&test, &colleague).await
        ),
        (2, 3)
    );
    for shift in &shifts {
        let text = format!("SELECT leads FROM shift WHERE id = '{shift}'");
        assert_eq!(
            test.number(&text).await,
            1,
            "each has a lead at every moment"
        );
    }
    assert_eq!(audited(&test, "lead.hand_over").await, 1);

    // Again: what is handed over is no longer whose it was.
    let again = hand_over(&test.db, &act, handing(&leaver, &colleague), shifts.clone())
        .await
        .unwrap();
    assert_eq!((again.moved, again.left), (vec![shifts[0].clone()], 1));
    // And back, by the same road.
    let back = hand_over(&test.db, &act, handing(&colleague, &leaver), shifts.clone())
        .await
        .unwrap();
    assert_eq!((back.moved.len(), back.left), (3, 0));
    assert_eq!(led_by(&test, &leaver).await, 4);
}

async fn a_leave_is_covered_for_its_days(test: TestDb) {
    let (leaver, colleague, shifts) = stage(&test).await;
    let act = social_worker();
    let of_days = |first: i64, last: i64| Handing {
        first: NOW.plus(first * DAY).day(),
        last: Some(NOW.plus(last * DAY).day()),
        ..handing(&leaver, &colleague)
    };
    let shown = async |of: Handing| {
        let lines = look_at_handing(&test.db, &act, &of).await.unwrap();
        lines.into_iter().map(|line| line.shift).collect::<Vec<_>>()
    };
    assert_eq!(shown(of_days(2, 3)).await, shifts[1..3]);
    assert_eq!(shown(of_days(4, 8)).await, []);
    // What is asked for beside these days is left alone.
    let done = hand_over(&test.db, &act, of_days(1, 1), shifts.clone())
        .await
        .unwrap();
    assert_eq!(done.moved, shifts[..1]);
    // What has begun is no longer anybody's to hand over.
    let later = at(&act, NOW.plus(2 * DAY + HOUR));
    let lines = look_at_handing(&test.db, &later, &handing(&leaver, &colleague))
        .await
        .unwrap();
    assert_eq!(lines.len(), 2);
}

async fn only_to_whom_and_by_whom_it_may_be(test: TestDb) {
    let (leaver, colleague, shifts) = stage(&test).await;
    let act = social_worker();
    let refused = async |act: &Act, of: Handing| {
        let look = look_at_handing(&test.db, act, &of).await.unwrap_err();
        let done = hand_over(&test.db, act, of, shifts.clone())
            .await
            .unwrap_err();
        let told = |error: Error| match error {
            Error::Refused(refusal) => refusal,
            other => panic!("{other}"),
        };
        let (look, done) = (told(look), told(done));
        assert_eq!(look, done);
        look
    };
    let same = refused(&act, handing(&leaver, &leaver)).await;
    assert_eq!(
        same,
        Refusal::invalid("colleague", Reason::RepeatedOrTooMany)
    );
    let backwards = Handing {
        first: NOW.plus(2 * DAY).day(),
        last: Some(NOW.plus(DAY).day()),
        ..handing(&leaver, &colleague)
    };
    let backwards = refused(&act, backwards).await;
    assert_eq!(backwards, Refusal::invalid("last", Reason::BeforeFrom));
    let other = Caller {
        identity: Identity::Staff(id(9)),
        grants: vec![Grant {
            role: Role::SocialWorker,
            scope: Scope::parse("SZ440305001-01").unwrap(),
        }],
    };
    let other = Act::new(other, NOW, ids());
    assert_eq!(
        refused(&other, handing(&leaver, &colleague)).await,
        Refusal::Forbidden
    );
    assert_eq!(
        refused(&resident(1), handing(&leaver, &colleague)).await,
        Refusal::Forbidden
    );
    // Whose role has ended is nobody to hand over to, and still somebody to take over from.
    let ended = format!(
        "UPDATE role_grant SET ends_at = {} WHERE staff_id = '{leaver}'",
        NOW.0
    );
    test.arrange(vec![ended]).await;
    let unknown = refused(&act, handing(&colleague, &leaver)).await;
    assert_eq!(unknown, Refusal::invalid("colleague", Reason::UnknownValue));
    let led = leading(&test.db, &act, &CENTER.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (led[0].id.clone(), led[0].may_lead),
        (leaver.clone(), false)
    );
    let done = hand_over(&test.db, &act, handing(&leaver, &colleague), shifts.clone())
        .await
        .unwrap();
    assert_eq!((done.moved.len(), done.left), (3, 1));
}

store::on_both_databases! {
    what_can_be_is_handed_over_and_the_rest_stays => super::what_can_be_is_handed_over_and_the_rest_stays,
    a_leave_is_covered_for_its_days => super::a_leave_is_covered_for_its_days,
    only_to_whom_and_by_whom_it_may_be => super::only_to_whom_and_by_whom_it_may_be,
}
