//! What was asked, and what it brought.

use crate::{Db, Result, Tx, bookings::small, shifts::ShiftView};
use domain::{
    id::{AccountId, CoverCallId, ShiftId},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What asking for help in a shift has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// How many were asked.
    pub asked: u32,
    /// How many of them said no.
    pub said_no: u32,
    /// How many of them hold a place.
    pub came: u32,
}

/// What asking has brought for each of these shifts for which anybody was asked.
pub(crate) async fn effects(tx: &mut Tx, shifts: &[ShiftView]) -> Result<HashMap<ShiftId, Effect>> {
    of_shifts(tx, shifts.iter().map(|shift| &shift.id)).await
}

/// The same for one.
pub(super) async fn effect_in(tx: &mut Tx, shift: &ShiftId) -> Result<Effect> {
    let mut found = of_shifts(tx, [shift]).await?;
    Ok(found.remove(shift).unwrap_or_default())
}

async fn of_shifts<'a>(
    tx: &mut Tx,
    shifts: impl IntoIterator<Item = &'a ShiftId>,
) -> Result<HashMap<ShiftId, Effect>> {
    let text = format!(
        "SELECT c.shift_id, COUNT(*), COUNT(CASE WHEN c.answer = 'no' THEN 1 END),
            COUNT(CASE WHEN EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = c.shift_id
                AND a.person_id = c.person_id
                AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
                THEN 1 END)
         FROM cover_call c WHERE c.shift_id {} GROUP BY c.shift_id",
        tx.one_of("$1")
    );
    let rows: Vec<(ShiftId, i64, i64, i64)> = tx
        .sql_built(text)
        .bind_list(shifts.into_iter().map(ShiftId::as_str))
        .all()
        .await?;
    let read = rows.into_iter().map(|(shift, asked, said_no, came)| {
        let effect = Effect {
            asked: small(asked)?,
            said_no: small(said_no)?,
            came: small(came)?,
        };
        Ok((shift, effect))
    });
    read.collect()
}

/// Somebody of an account who was asked to help out and has not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which call.
    pub id: CoverCallId,
    /// Their name.
    pub person: String,
    /// For which shift.
    pub shift: ShiftId,
    /// What it is called.
    pub title: String,
    /// At which center.
    pub center_name: String,
    /// When.
    pub span: Span,
    /// Whether enough others have come meanwhile.
    pub is_filled: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: CoverCallId,
    person: String,
    shift_id: ShiftId,
    title: String,
    center_name: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    is_filled: bool,
}

/// Whom of an account the staff ask to help out in shifts that have not begun, the next first: those
/// who have not said, and are not in the shift.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<Call>> {
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql(
            "SELECT c.id, p.name AS person, c.shift_id, s.title, n.name AS center_name, s.starts_at,
                s.ends_at, s.volunteers + s.kept >= s.volunteers_max AS is_filled
             FROM cover_call c JOIN shift s ON s.id = c.shift_id
             JOIN person p ON p.id = c.person_id JOIN center n ON n.id = s.center_id
             WHERE c.account_id = $1 AND c.answer IS NULL AND s.status = 'published'
             AND s.starts_at > $2
             AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = c.shift_id
                 AND a.person_id = c.person_id
                 AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                     'checked_out', 'validated'))
             ORDER BY s.starts_at, c.id LIMIT 20",
        )
        .bind(account)
        .bind(now)
        .all()
        .await?;
    let read = rows.into_iter().map(|row| Call {
        id: row.id,
        person: row.person,
        shift: row.shift_id,
        title: row.title,
        center_name: row.center_name,
        span: Span::kept(row.starts_at, row.ends_at),
        is_filled: row.is_filled,
    });
    Ok(read.collect())
}
