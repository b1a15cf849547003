//! Moving up from a shift's line, in the transaction that frees the place (rule 3).

use super::{
    facts::{self, LoadedShift},
    recount,
};
use crate::{
    Act, Change, Error, Result, Tx,
    audit::{self, Entry},
    invitations, notices,
};
use domain::{
    audit::Verb,
    commitment::Subject,
    id::{AssignmentId, PersonId, ShiftId},
    notice::Notice,
    shift::{Waiting, promote},
};
use serde_json::json;

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: AssignmentId,
    person_id: PersonId,
    position: Option<String>,
}

/// Gives the shift's free places to those who wait.
pub(crate) async fn promote_in(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<()> {
    let loaded = facts::shift(tx, shift).await?;
    settled(tx, act, loaded).await.map(drop)
}

/// A shift that is loaded, as it stands now: what was kept for too long is free, and whoever waits has
/// got what is free, before anybody else is decided about (C-18).
pub(crate) async fn settled(tx: &mut Tx, act: &Act, loaded: LoadedShift) -> Result<LoadedShift> {
    let loaded = without_expired(tx, act, loaded).await?;
    if !move_up_loaded(tx, act, &loaded).await? {
        return Ok(loaded);
    }
    recount(tx, act, &loaded.facts.id).await?;
    facts::shift(tx, &loaded.facts.id).await
}

/// Gives the free places of a shift to those who wait; whoever calls counts it anew where anybody moved
/// up.
pub(super) async fn move_up(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<bool> {
    let loaded = facts::shift(tx, shift).await?;
    let loaded = without_expired(tx, act, loaded).await?;
    move_up_loaded(tx, act, &loaded).await
}

/// The shift as it stands once what was kept for too long is free.
async fn without_expired(tx: &mut Tx, act: &Act, loaded: LoadedShift) -> Result<LoadedShift> {
    match invitations::expire(tx, act, &loaded.view).await? {
        true => facts::shift(tx, &loaded.facts.id).await,
        false => Ok(loaded),
    }
}

/// Whether anybody moved up, after which what was loaded no longer holds.
async fn move_up_loaded(tx: &mut Tx, act: &Act, loaded: &LoadedShift) -> Result<bool> {
    let shift = &loaded.facts;
    if shift.waiting == 0 || shift.free() == 0 {
        return Ok(false);
    }
    let rows: Vec<WaitingRow> = tx
        .sql(
            "SELECT id, person_id, position FROM assignment
             WHERE shift_id = $1 AND state = 'waitlisted' ORDER BY queue_no, id",
        )
        .bind(&shift.id)
        .all()
        .await?;
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id.clone()).collect();
    let who = facts::volunteers(tx, shift, &people).await?;
    let line: Vec<Waiting> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Waiting {
                who: who.get(&row.person_id)?.facts.clone(),
                assignment: row.id,
                position: row.position,
            })
        })
        .collect();
    let promoted = promote(shift, &line, act.now);
    let found: Option<Vec<_>> = promoted
        .into_iter()
        .map(|(assignment, nth)| {
            let waiting = line.iter().find(|w| w.assignment == assignment)?;
            Some((assignment, nth, who.get(&waiting.who.person)?))
        })
        .collect();
    let promoted = found.ok_or(Error::Corrupt("line"))?;
    // Whether they are free at that time must hold until the commit.
    tx.need(promoted.iter().map(|(_, _, who)| &who.account))?;
    for (assignment, nth, who) in &promoted {
        let position = nth.and_then(|nth| shift.needs.positions.get(nth));
        tx.sql(
            "UPDATE assignment SET state = 'confirmed', position = COALESCE($1, position),
             confirmed_at = $2, queue_no = NULL, sequence = sequence + 1
             WHERE id = $3 AND state = 'waitlisted'",
        )
        .bind(position.map(|position| position.name.as_str()))
        .bind(act.now)
        .bind(assignment)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::AssignmentPromote,
            subject: ("assignment", assignment.as_str()),
            center: Some(&loaded.place.center),
            detail: json!({ "shift": shift.id, "person": who.facts.person }),
        };
        audit::record(tx, act, entry).await?;
        let notice = Notice::Promoted {
            person: who.name.clone(),
            subject: Subject::Assignment(assignment.clone()),
            sitting: loaded.view.sitting(),
            cancel_until: shift.span.start(),
        };
        notices::tell(tx, act, &who.account, &notice, assignment.as_str()).await?;
    }
    if promoted.is_empty() {
        return Ok(false);
    }
    tx.changed(Change::Shift(shift.id.clone()));
    Ok(true)
}

/// Looks at the lines again in which these people wait: something that was in their own way is gone
/// (C-180).
pub(crate) async fn look_again(tx: &mut Tx, act: &Act, people: &[PersonId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let text = format!(
        "SELECT DISTINCT s.id FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.person_id {} AND a.state = 'waitlisted' AND s.status = 'published'
         AND s.starts_at > $2",
        tx.one_of("$1")
    );
    let waited_for: Vec<(ShiftId,)> = tx
        .sql_built(text)
        .bind_list(people.iter().map(PersonId::as_str))
        .bind(act.now)
        .all()
        .await?;
    tx.need(waited_for.iter().map(|(shift,)| shift))?;
    for (shift,) in &waited_for {
        promote_in(tx, act, shift).await?;
    }
    Ok(())
}
