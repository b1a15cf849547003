//! What a center asks of a shift whose lead is not there (C-82), on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    check_in::{Direction, Outcome},
    id::{AssignmentId, CenterId, ShiftId},
    shift::{MissingLead, State},
    time::{DAY, MINUTE, Timestamp},
};
use store::{
    Act, assignments,
    centers::{missing_lead, set_missing_lead},
    check_ins::{self, Admission, NewCheckIn, Presented},
    shifts::{self, ShiftView},
    testing::TestDb,
};

/// When the shift begins.
const START: Timestamp = NOW.plus(DAY);

struct Stage {
    shift: ShiftId,
    volunteer: AssignmentId,
    lead: AssignmentId,
}

/// A shift of tomorrow with one volunteer and a lead.
async fn stage(test: &TestDb) -> Stage {
    center(test, &[], "single").await;
    accounts(test, 1, 2).await;
    formal(test, 1, 2).await;
    let shift = shift(test, new_shift(1, 3, 0)).await;
    let volunteer = signed_up(test, 1, &shift).await;
    let lead = lead(test, 1).await;
    let place = assignments::assign_lead(&test.db, &social_worker(), shift.clone(), lead).await;
    Stage {
        shift,
        volunteer,
        lead: place.unwrap().unwrap().id,
    }
}

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn with(role: Role) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id(7)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

async fn scan(
    test: &TestDb,
    n: u128,
    place: &AssignmentId,
    direction: Direction,
    minute: i64,
) -> Admission {
    let token = ticket::issue(&signer(), ticket::Kind::Assignment, place.uuid());
    let new = NewCheckIn {
        direction,
        ..NewCheckIn::now(scan_id(n), Presented::Code(token.into_string()))
    };
    admit(test, &at(&kiosk(), START.plus(minute * MINUTE)), new).await
}

async fn view(test: &TestDb, stage: &Stage) -> ShiftView {
    shifts::find(&test.db, &stage.shift).await.unwrap()
}

/// Whoever comes before the lead is let in and told to wait; a scan's result never depends on who came
/// first, and the shift is live with both halves only.
async fn c82_a_volunteer_who_comes_before_the_lead_is_there_and_waits(test: TestDb) {
    let stage = stage(&test).await;
    let first = scan(&test, 1, &stage.volunteer, Direction::In, -10).await;
    assert_eq!(first.verdict.outcome(), Outcome::Admitted);
    assert_eq!(first.without_lead, Some(MissingLead::Blocks));
    let now = START.plus(MINUTE);
    let waits = view(&test, &stage).await;
    assert_eq!(waits.without_lead(now), Some(MissingLead::Blocks));
    assert_ne!(waits.state(now), State::Live);
    let told = async |minute| {
        let act = at(&kiosk(), START.plus(minute * MINUTE));
        let found = check_ins::told(&test.db, &act, &scan_id(1)).await.unwrap();
        found.unwrap().without_lead
    };
    assert_eq!(told(1).await, Some(MissingLead::Blocks));

    let lead = scan(&test, 2, &stage.lead, Direction::In, 5).await;
    assert_eq!(
        (lead.verdict.outcome(), lead.without_lead),
        (Outcome::Admitted, None)
    );
    assert_eq!(told(6).await, None);
    let led = view(&test, &stage).await;
    assert_eq!(led.without_lead(START.plus(6 * MINUTE)), None);
    assert_eq!(led.state(START.plus(6 * MINUTE)), State::Live);
    // The lead goes: those who are still there stop. Whoever leaves is not told to wait.
    scan(&test, 3, &stage.lead, Direction::Out, 60).await;
    assert_eq!(told(61).await, Some(MissingLead::Blocks));
    let out = scan(&test, 4, &stage.volunteer, Direction::Out, 62).await;
    assert_eq!(out.without_lead, None);
}

async fn the_manager_decides_on_record_and_nobody_else(test: TestDb) {
    let stage = stage(&test).await;
    let read = async || {
        let caller = &social_worker().caller;
        missing_lead(&test.db, caller, &here()).await.unwrap()
    };
    assert_eq!(
        read().await,
        MissingLead::Blocks,
        "until somebody says otherwise"
    );
    for role in [
        Role::SocialWorker,
        Role::SubdistrictSupervisor,
        Role::Evaluator,
    ] {
        let tried = set_missing_lead(&test.db, &with(role), &here(), MissingLead::Warns).await;
        assert_eq!(
            tried.unwrap_err().refusal(),
            Some(&Refusal::Forbidden),
            "{role}"
        );
    }
    for _ in 0..2 {
        set_missing_lead(
            &test.db,
            &with(Role::CenterManager),
            &here(),
            MissingLead::Warns,
        )
        .await
        .unwrap();
    }
    assert_eq!(read().await, MissingLead::Warns);
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'center.policy'
        AND detail LIKE '%\"after\":\"warns\"%'";
    assert_eq!(test.number(recorded).await, 1);
    let came = scan(&test, 1, &stage.volunteer, Direction::In, -10).await;
    assert_eq!(came.without_lead, Some(MissingLead::Warns));
    // A warning makes no shift of it.
    assert_ne!(view(&test, &stage).await.state(START), State::Live);
    let nowhere = set_missing_lead(
        &test.db,
        &with(Role::CenterManager),
        &"SZ440303009-99".parse().unwrap(),
        MissingLead::Blocks,
    )
    .await;
    assert_eq!(nowhere.unwrap_err().refusal(), Some(&Refusal::NotFound));
}

store::on_both_databases! {
    c82_a_volunteer_who_comes_before_the_lead_is_there_and_waits => super::c82_a_volunteer_who_comes_before_the_lead_is_there_and_waits,
    the_manager_decides_on_record_and_nobody_else => super::the_manager_decides_on_record_and_nobody_else,
}
