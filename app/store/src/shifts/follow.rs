//! Shifts follow what they belong to: moved with their occurrence, cancelled with it, left behind when
//! it is removed (C-64).

use super::{ShiftView, cancel::cancel_view, read::view_in};
use crate::{
    Act, Change, Result, Tx,
    aftermath::Aftermath,
    assignments::{self, look_again},
    audit::{self, Entry},
    moved::{Moving, Telling},
};
use domain::{
    Refusal,
    activity::Status,
    audit::Verb,
    commitment::Subject,
    id::{AccountId, AssignmentId, OccurrenceId, PersonId, ShiftId},
    shift::AssignmentState,
    time::{Span, Timestamp},
};
use serde_json::json;

/// The shifts of an occurrence that stand and have not begun, under their locks.
async fn following(tx: &mut Tx, act: &Act, of: &OccurrenceId) -> Result<Vec<ShiftView>> {
    let ids: Vec<(ShiftId,)> = tx
        .sql(
            "SELECT id FROM shift WHERE occurrence_id = $1 AND status <> 'cancelled'
             AND ends_at > $2 ORDER BY starts_at, id",
        )
        .bind(of)
        .bind(act.now)
        .all()
        .await?;
    tx.need(ids.iter().map(|(id,)| id))?;
    let mut found = Vec::with_capacity(ids.len());
    for (id,) in ids {
        found.extend(view_in(tx, &id).await?);
    }
    Ok(found)
}

/// Where a shift goes when its occurrence moves: as far as that, at both ends.
fn moved(shift: Span, before: Span, after: Span) -> std::result::Result<Span, Refusal> {
    let by = |from: Timestamp, to: Timestamp| to.0 - from.0;
    let start = shift.start().plus(by(before.start(), after.start()));
    let end = shift.end().plus(by(before.end(), after.end()));
    // Of a part of the occurrence that would vanish the length stays.
    let length = by(shift.start(), shift.end());
    Span::new(start, end).or_else(|_| Span::new(start, start.plus(length)))
}

/// Somebody who is in a shift or waits for it.
#[derive(sqlx::FromRow)]
pub(super) struct Concerned {
    pub(super) id: AssignmentId,
    pub(super) person_id: Option<PersonId>,
    pub(super) account_id: Option<AccountId>,
    pub(super) name: String,
    pub(super) state: AssignmentState,
}

/// Who is in a shift or waits for it, their accounts under their locks.
pub(super) async fn concerned(tx: &mut Tx, shift: &ShiftId) -> Result<Vec<Concerned>> {
    let all: Vec<Concerned> = tx
        .sql(
            "SELECT a.id, a.person_id, a.account_id, COALESCE(p.name, t.name) AS name, a.state
         FROM assignment a LEFT JOIN person p ON p.id = a.person_id
         LEFT JOIN staff t ON t.id = a.staff_id
         WHERE a.shift_id = $1 AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')
         ORDER BY a.id",
        )
        .bind(shift)
        .all()
        .await?;
    tx.need(all.iter().filter_map(|of| of.account_id.as_ref()))?;
    Ok(all)
}

/// Tells everybody in a shift once that it was moved; how many, who are volunteers. A lead sees it at
/// the desk.
pub(super) async fn tell_moved(
    tx: &mut Tx,
    act: &Act,
    (before, after): (&ShiftView, &ShiftView),
    all: &[Concerned],
    telling: &mut Telling,
) -> Result<u32> {
    let mut told = 0;
    for who in all {
        let (Some(account), Status::Published) = (&who.account_id, before.status) else {
            continue;
        };
        let moving = Moving {
            account: account.clone(),
            person: who.name.clone(),
            subject: Subject::Assignment(who.id.clone()),
            before: before.sitting(),
            after: after.sitting(),
            // Each move is told, once.
            about: format!("{}:{}", who.id, before.sequence + 1),
        };
        telling.moved(tx, act, moving).await?;
        told += 1;
    }
    Ok(told)
}

/// Moves the shifts of an occurrence with it; everybody in them is told once. That somebody has
/// something else at the new time is for the staff to talk about with them, as with bookings.
pub(crate) async fn move_with(
    tx: &mut Tx,
    act: &Act,
    of: &OccurrenceId,
    (before, after): (Span, Span),
    telling: &mut Telling,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let mut people = Vec::new();
    for shift in following(tx, act, of).await? {
        let span = moved(shift.span, before, after)?;
        let all = concerned(tx, &shift.id).await?;
        tx.sql(
            "UPDATE shift SET starts_at = $1, ends_at = $2, sequence = sequence + 1,
             revision = revision + 1 WHERE id = $3",
        )
        .bind(span.start())
        .bind(span.end())
        .bind(&shift.id)
        .run()
        .await?;
        people.extend(all.iter().filter_map(|of| of.person_id.clone()));
        let after = ShiftView {
            span,
            ..shift.clone()
        };
        tell_moved(tx, act, (&shift, &after), &all, telling).await?;
        let entry = Entry {
            action: Verb::ShiftMove,
            subject: ("shift", shift.id.as_str()),
            center: Some(&shift.center_id),
            detail: json!({ "occurrence": of, "starts_at": span.start(), "ends_at": span.end() }),
        };
        audit::record(tx, act, entry).await?;
        tx.changed(Change::Shift(shift.id.clone()));
        assignments::promote_in(tx, act, &shift.id).await?;
    }
    look_again(tx, act, &people).await
}

/// Cancels the shifts of an occurrence with it; drafts are thrown away.
pub(crate) async fn cancel_with(
    tx: &mut Tx,
    act: &Act,
    of: &OccurrenceId,
    reason: &str,
    after: &mut Aftermath,
) -> Result<()> {
    for shift in following(tx, act, of).await? {
        cancel_view(tx, act, &shift, reason, after).await?;
    }
    Ok(())
}

/// Leaves the shifts of an occurrence behind that is removed: cancelled, and belonging to nothing.
///
/// # Errors
/// [`Refusal::HasBookings`] while somebody is in one of them that is no draft: the occurrence is called
/// off instead.
pub(crate) async fn leave_behind(tx: &mut Tx, act: &Act, of: &OccurrenceId) -> Result<()> {
    let live = tx
        .sql(
            "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE s.occurrence_id = $1 AND s.status <> 'draft'
             AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in', 'checked_out',
                 'validated')",
        )
        .bind(of)
        .count()
        .await?;
    if live > 0 {
        return Err(Refusal::HasBookings { live }.into());
    }
    cancel_with(tx, act, of, "", &mut Aftermath::AtOnce).await?;
    tx.sql("UPDATE shift SET occurrence_id = NULL WHERE occurrence_id = $1")
        .bind(of)
        .run()
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, to: i64) -> Span {
        Span::kept(Timestamp(from), Timestamp(to))
    }

    #[test]
    fn c64_a_shift_moves_as_far_as_its_occurrence_at_both_ends() {
        let to = |shift, before, after| moved(shift, before, after).unwrap();
        assert_eq!(
            to(span(9, 21), span(10, 20), span(110, 120)),
            span(109, 121)
        );
        assert_eq!(to(span(9, 21), span(10, 20), span(10, 25)), span(9, 26));
        // Setting up before it: the occurrence became shorter than the rest is long.
        assert_eq!(to(span(8, 12), span(10, 20), span(10, 14)), span(8, 12));
    }
}
