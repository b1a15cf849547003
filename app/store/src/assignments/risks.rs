//! A text of risks that has changed since somebody confirmed it: whoever has a place reads it again
//! where they are, without leaving the shift (C-96).

use super::read::{own_in, whose};
use crate::{Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, outcome, shifts};
use domain::{
    Refusal,
    id::{AccountId, AssignmentId, ShiftId},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// Whether the volunteer of the place `a` has confirmed the text of risks of its shift `s` as it is now,
/// for this shift or for another one with the same text.
pub(crate) const KNOWS_RISKS: &str = "(s.risks = '' OR EXISTS (SELECT 1 FROM assignment k
    JOIN shift t ON t.id = k.shift_id WHERE k.person_id = a.person_id AND t.risks = s.risks
    AND k.risks_version = t.risks_version))";

/// The places in shifts that stand whose volunteers have not.
fn unread() -> String {
    format!(
        "SELECT a.id FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.role = 'volunteer' AND s.status <> 'cancelled'
         AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')
         AND NOT {KNOWS_RISKS}"
    )
}

/// The places of an account whose text of risks waits to be read, of shifts that are not over.
///
/// # Errors
/// Database errors.
pub async fn unread_of(
    db: &Db,
    account: &AccountId,
    now: Timestamp,
) -> Result<BTreeSet<AssignmentId>> {
    let mut tx = db.read().await?;
    let rows: Vec<(AssignmentId,)> = tx
        .sql_built(format!(
            "{} AND a.account_id = $1 AND s.ends_at > $2",
            unread()
        ))
        .bind(account)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The places in a shift whose volunteers have not read its text of risks as it is now.
///
/// # Errors
/// Database errors.
pub async fn unread_in(db: &Db, shift: &ShiftId) -> Result<BTreeSet<AssignmentId>> {
    let mut tx = db.read().await?;
    let rows: Vec<(AssignmentId,)> = tx
        .sql_built(format!("{} AND a.shift_id = $1", unread()))
        .bind(shift)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Confirms the text of risks in the version that was read; the version and the time are kept.
///
/// # Errors
/// [`Refusal::RisksUnread`] with the newest version where the text has changed meanwhile;
/// [`Refusal::NotFound`] for a place of somebody else, or one that has ended; database errors.
pub async fn confirm(db: &Db, act: &Act, assignment: AssignmentId, version: u32) -> Result<()> {
    let (account, shift) = whose(db, &assignment).await?;
    let locks = Locks::of(account.iter()).and([&shift]);
    let op = Confirm {
        assignment,
        version,
    };
    Ok(db.write(act, locks, op).await??)
}

struct Confirm {
    assignment: AssignmentId,
    version: u32,
}

#[async_trait::async_trait]
impl Op for Confirm {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.confirm_in(tx, act).await)
    }
}

impl Confirm {
    async fn confirm_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let view = own_in(tx, act, &self.assignment).await?;
        if !view.state.is_live() {
            return Err(Refusal::NotFound.into());
        }
        let shift = shifts::view_in(tx, &view.shift_id).await?;
        let shift = shift.ok_or(Error::Corrupt("shift"))?;
        let risks = shift.needs.risks;
        if risks.version != self.version {
            let version = risks.version;
            return Err(Refusal::RisksUnread { version }.into());
        }
        tx.sql("UPDATE assignment SET risks_version = $1, risks_at = $2 WHERE id = $3")
            .bind(i64::from(risks.version))
            .bind(act.now)
            .bind(&view.id)
            .run()
            .await
            .map(drop)
    }
}
