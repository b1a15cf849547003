//! Shifts that are over, and what the ledger has of them.

use super::{CENTER, NOW, account, id, person};
use domain::{
    id::{AssignmentId, HourEntryId, ShiftId},
    time::{DAY, HOUR},
};
use store::testing::TestDb;

pub fn past_shift(nth: u128) -> ShiftId {
    id(0x7100_0000 + nth)
}

/// The place of the holder of account `n` in the past shift `nth`.
pub fn past_place(nth: u128, n: u128) -> AssignmentId {
    id(0x7200_0000 + nth * 1_000 + n)
}

pub fn past_entry(nth: u128, n: u128) -> HourEntryId {
    id(0x7300_0000 + nth * 1_000 + n)
}

/// A shift of two hours that began so many days ago, with the holders of these accounts, who came.
pub async fn past(test: &TestDb, nth: u128, days: i64, who: &[u128]) {
    let start = NOW.plus(-days * DAY);
    let shift = past_shift(nth);
    let mut rows = vec![format!(
        "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, guardian_below, status, created_at)
         VALUES ('{shift}', '{CENTER}', '前台接待', {}, {}, 'sign_up', 1, 1, 9, 14, 'published', 0)",
        start.0,
        start.plus(2 * HOUR).0
    )];
    for n in who {
        rows.push(format!(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, state, channel,
                 short_code, asked_at, confirmed_at, checked_in_at)
             VALUES ('{}', '{shift}', 'volunteer', '{}', '{}', 'checked_out', 'online', 'P{nth}X{n}',
                 0, 0, {})",
            past_place(nth, *n),
            person(*n),
            account(*n),
            start.0
        ));
    }
    test.arrange(rows).await;
}

/// Verified minutes of the holder of account `n` in the past shift `nth`, so many days ago.
pub async fn verified(test: &TestDb, nth: u128, n: u128, days: i64, minutes: i64) {
    past(test, nth, days, &[n]).await;
    let at = NOW.plus(-days * DAY);
    test.arrange(vec![format!(
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
             minutes, approval, served_at, at)
         VALUES ('{}', '{}', '{CENTER}', '{}', '{}', 'verified', 'verified', {minutes}, 'none', {},
             {})",
        past_entry(nth, n),
        person(n),
        past_shift(nth),
        past_place(nth, n),
        at.0,
        at.0
    )])
    .await;
}
