//! The end of invitations: taken, declined, taken back, or its time is over.

use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    assignments::{promote_in, recount},
    audit::{self, Entry},
    notices, outcome, shifts,
};
use domain::{
    Refusal,
    audit::Verb,
    id::{AccountId, AssignmentId, InvitationId, ShiftId},
    notice::Notice,
    shift::Ended,
    time::Timestamp,
};
use serde_json::json;

/// An invitation that has not ended.
#[derive(sqlx::FromRow)]
pub(crate) struct Open {
    pub(super) id: InvitationId,
    pub(super) shift_id: ShiftId,
    pub(super) phone: String,
    pub(super) until: Timestamp,
    /// Whose place the inviter's own is.
    pub(super) account_id: AccountId,
}

async fn open_where(tx: &mut Tx, which: &'static str, id: &str) -> Result<Vec<Open>> {
    tx.sql_built(format!(
        "SELECT i.id, i.shift_id, i.phone, i.until, a.account_id
         FROM invitation i JOIN assignment a ON a.id = i.assignment_id
         WHERE i.ended IS NULL AND {which} = $1 ORDER BY i.id"
    ))
    .bind(id)
    .all()
    .await
}

/// The open invitations into a shift.
pub(super) async fn open_of_shift(tx: &mut Tx, shift: &ShiftId) -> Result<Vec<Open>> {
    open_where(tx, "i.shift_id", shift.as_str()).await
}

/// The open invitations that hang on somebody's own place.
pub(crate) async fn of_assignment(tx: &mut Tx, assignment: &AssignmentId) -> Result<Vec<Open>> {
    open_where(tx, "i.assignment_id", assignment.as_str()).await
}

/// Ends these invitations, of one shift and under its lock, and tells whoever invited, unless they did it
/// themselves. The shift is not counted anew yet: the caller does so once everything is written.
pub(crate) async fn end(tx: &mut Tx, act: &Act, these: &[Open], how: Ended) -> Result<()> {
    let Some(first) = these.first() else {
        return Ok(());
    };
    tx.need([&first.shift_id])?;
    let view = shifts::view_in(tx, &first.shift_id).await?;
    let view = view.ok_or(Error::Corrupt("shift"))?;
    for open in these {
        let changed = tx
            .sql(
                "UPDATE invitation SET ended = $1, ended_at = $2, phone = ''
                 WHERE id = $3 AND ended IS NULL",
            )
            .bind(how)
            .bind(act.now)
            .bind(&open.id)
            .run()
            .await?;
        if changed != 1 {
            return Err(Error::another_try());
        }
        let entry = Entry {
            action: Verb::InvitationEnd,
            subject: ("invitation", open.id.as_str()),
            center: Some(&view.center_id),
            detail: json!({ "shift": open.shift_id, "how": how }),
        };
        audit::record(tx, act, entry).await?;
        if how != Ended::TakenBack {
            let notice = Notice::FriendPlace {
                sitting: view.sitting(),
                ended: how,
            };
            notices::inbox(tx, act, &open.account_id, &notice, open.id.as_str()).await?;
        }
    }
    tx.changed(Change::Shift(view.id));
    Ok(())
}

/// The inviter takes an invitation back, and the place is free at once. What has ended stays as it is.
///
/// # Errors
/// [`Refusal::NotFound`] for an invitation of somebody else's.
pub async fn take_back(db: &Db, act: &Act, invitation: InvitationId) -> Result<()> {
    run(db, act, invitation, Ended::TakenBack).await
}

/// The friend says no, and the place is free at once.
///
/// # Errors
/// [`Refusal::NotFound`] for an invitation that is not for the caller, or has ended.
pub async fn decline(db: &Db, act: &Act, invitation: InvitationId) -> Result<()> {
    run(db, act, invitation, Ended::Declined).await
}

async fn run(db: &Db, act: &Act, invitation: InvitationId, how: Ended) -> Result<()> {
    let mut tx = db.read().await?;
    let found: Option<(ShiftId,)> = tx
        .sql("SELECT shift_id FROM invitation WHERE id = $1")
        .bind(&invitation)
        .optional()
        .await?;
    drop(tx);
    let (shift,) = found.ok_or(Refusal::NotFound)?;
    let locks = Locks::of([&shift]);
    let op = End {
        invitation,
        shift,
        how,
    };
    Ok(db.write(act, locks, op).await??)
}

struct End {
    invitation: InvitationId,
    shift: ShiftId,
    how: Ended,
}

#[async_trait::async_trait]
impl Op for End {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.end_in(tx, act).await)
    }
}

impl End {
    async fn end_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let account = act.caller.account()?;
        let open = open_where(tx, "i.id", self.invitation.as_str()).await?;
        match self.how {
            Ended::TakenBack => {
                let inviter = inviter(tx, &self.invitation).await?;
                if inviter != *account {
                    return Err(Refusal::NotFound.into());
                }
            }
            _ => {
                let phone: Option<(String,)> = tx
                    .sql("SELECT phone FROM account WHERE id = $1")
                    .bind(account)
                    .optional()
                    .await?;
                let (phone,) = phone.ok_or(Refusal::NotFound)?;
                if open.iter().all(|open| open.phone != phone) {
                    return Err(Refusal::NotFound.into());
                }
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        end(tx, act, &open, self.how).await?;
        recount(tx, act, &self.shift).await?;
        promote_in(tx, act, &self.shift).await
    }
}

/// Whose invitation it is.
async fn inviter(tx: &mut Tx, invitation: &InvitationId) -> Result<AccountId> {
    let found: Option<(AccountId,)> = tx
        .sql(
            "SELECT a.account_id FROM invitation i JOIN assignment a ON a.id = i.assignment_id
             WHERE i.id = $1",
        )
        .bind(invitation)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}
