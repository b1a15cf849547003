//! What those say who were asked.

use crate::{
    Act, Change, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Refusal,
    audit::Verb,
    id::{AccountId, CenterId, CoverCallId, PersonId, ShiftId},
};
use serde_json::json;

/// Says no for somebody of the caller's account: nobody asks them again for this shift (C-94). Saying it
/// twice changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for a call to somebody else; database errors.
pub async fn decline(db: &Db, act: &Act, call: &CoverCallId) -> Result<ShiftId> {
    let op = Decline {
        account: act.caller.account()?.clone(),
        call: call.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Decline {
    account: AccountId,
    call: CoverCallId,
}

#[async_trait::async_trait]
impl Op for Decline {
    type Out = ShiftId;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<ShiftId> {
        let found: Option<(ShiftId, PersonId, CenterId)> = tx
            .sql(
                "SELECT c.shift_id, c.person_id, s.center_id
                 FROM cover_call c JOIN shift s ON s.id = c.shift_id
                 WHERE c.id = $1 AND c.account_id = $2",
            )
            .bind(&self.call)
            .bind(&self.account)
            .optional()
            .await?;
        let (shift, person, center) = found.ok_or(Refusal::NotFound)?;
        let changed = tx
            .sql(
                "UPDATE cover_call SET answer = 'no', answered_at = $1
                 WHERE id = $2 AND answer IS NULL",
            )
            .bind(act.now)
            .bind(&self.call)
            .run()
            .await?;
        if changed > 0 {
            let entry = Entry {
                action: Verb::CoverDecline,
                subject: ("shift", shift.as_str()),
                center: Some(&center),
                detail: json!({ "person": person }),
            };
            audit::record(tx, act, entry).await?;
            tx.changed(Change::Shift(shift.clone()));
        }
        Ok(shift)
    }
}

/// Somebody signed up who may have been asked to: that is a yes, also after a no.
pub(crate) async fn said_yes(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    person: &PersonId,
) -> Result<()> {
    tx.sql(
        "UPDATE cover_call SET answer = 'yes', answered_at = $1
         WHERE shift_id = $2 AND person_id = $3 AND (answer IS NULL OR answer = 'no')",
    )
    .bind(act.now)
    .bind(shift)
    .bind(person)
    .run()
    .await
    .map(drop)
}
