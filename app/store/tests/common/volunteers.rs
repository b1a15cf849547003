//! The cast of the tests of shifts.

use super::{CENTER, NOW, account, id, ids, person, social_worker};
use domain::{
    access::Caller,
    activity::Channel,
    id::{AssignmentId, ShiftId, StaffId},
    shift::{Joining, Needs},
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act,
    assignments::{AssignmentView, Placing, Unmet, place},
    shifts::{NewShift, create},
    testing::TestDb,
};

/// A shift of three hours, `days` days from now, for this many volunteers.
pub fn new_shift(days: i64, most: u32, waitlist: u32) -> NewShift {
    NewShift {
        center: CENTER.parse().unwrap(),
        title: "前台接待".into(),
        starts_at: NOW.plus(days * DAY),
        ends_at: NOW.plus(days * DAY + 3 * HOUR),
        rule: None,
        excluded: vec![],
        moved: Vec::new(),
        occurrence: None,
        duty: None,
        place: String::new(),
        joining: Joining::SignUp,
        needs: Needs {
            volunteers_max: most,
            waitlist_capacity: waitlist,
            ..Needs::default()
        },
        publish: true,
    }
}

pub async fn shift(test: &TestDb, new: NewShift) -> ShiftId {
    let made = create(&test.db, &social_worker(), new).await.unwrap();
    assert_eq!(made.len(), 1);
    made.into_iter().next().unwrap()
}

/// Makes the holders of these accounts formal volunteers.
pub async fn formal(test: &TestDb, from: u128, to: u128) {
    let rows = (from..to).map(|n| {
        format!(
            "INSERT INTO volunteer (id, person_id, standing, formal_no, applied_at, formal_at)
             VALUES ('{}', '{}', 'formal', '{n:010}', 0, 0)",
            id::<domain::id::VolunteerId>(0xf000_0000 + n),
            person(n)
        )
    });
    test.arrange(rows.collect()).await;
}

pub fn placing(n: u128, shift: &ShiftId) -> Placing {
    Placing {
        shift: shift.clone(),
        account: account(n),
        person: None,
        position: None,
        risks_read: false,
        may_wait: true,
        channel: Channel::Online,
        override_reason: None,
    }
}

pub fn volunteer(n: u128) -> Act {
    Act::new(Caller::resident(account(n)), NOW, ids())
}

/// The holder of account `n` signs up.
pub async fn sign_up(test: &TestDb, n: u128, shift: &ShiftId) -> Unmet<AssignmentView> {
    place(&test.db, &volunteer(n), placing(n, shift))
        .await
        .unwrap()
}

pub async fn signed_up(test: &TestDb, n: u128, shift: &ShiftId) -> AssignmentId {
    sign_up(test, n, shift).await.unwrap().id
}

/// The code of each rule that is not met.
pub fn codes<T: std::fmt::Debug>(unmet: Unmet<T>) -> Vec<&'static str> {
    unmet
        .unwrap_err()
        .iter()
        .map(|refusal| refusal.code())
        .collect()
}

/// A social worker of the cast's center.
pub async fn lead(test: &TestDb, n: u128) -> StaffId {
    let staff: StaffId = id(0x5000_0000 + n);
    test.arrange(vec![
        format!(
            "INSERT INTO staff (id, username, name, password_hash, created_at)
             VALUES ('{staff}', 'lead{n}', '社工{n}', 'none', 0)"
        ),
        format!(
            "INSERT INTO role_grant (staff_id, role, scope, granted_at)
             VALUES ('{staff}', 'social_worker', 'center:{CENTER}', 0)"
        ),
    ])
    .await;
    staff
}

/// How many hold a place in a shift by its rows, and by its own count.
pub async fn held(test: &TestDb, shift: &ShiftId) -> (i64, i64) {
    let rows = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND role = 'volunteer'
         AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')"
    );
    let kept = format!("SELECT volunteers FROM shift WHERE id = '{shift}'");
    (test.number(&rows).await, test.number(&kept).await)
}

/// The same moment at another time.
pub fn later(act: &Act, now: Timestamp) -> Act {
    act.at(now)
}
