//! What a center decides for itself: whether a shift may begin without its lead.

use super::place;
use crate::{
    Act, Change, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    id::CenterId,
    shift::MissingLead,
};
use serde_json::json;

/// Whether shifts of the center may begin without their lead.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] unless the caller sees the center's plans.
pub async fn missing_lead(db: &Db, caller: &Caller, center: &CenterId) -> Result<MissingLead> {
    let mut tx = db.read().await?;
    caller.may(Action::ViewPlans, &place(&mut tx, center).await?)?;
    stored(&mut tx, center).await
}

async fn stored(tx: &mut Tx, center: &CenterId) -> Result<MissingLead> {
    let found: Option<(MissingLead,)> = tx
        .sql("SELECT missing_lead FROM center WHERE id = $1")
        .bind(center)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

/// Sets it. The same again changes nothing and is not put on record.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn set_missing_lead(
    db: &Db,
    act: &Act,
    center: &CenterId,
    policy: MissingLead,
) -> Result<()> {
    let op = SetMissingLead {
        center: center.clone(),
        policy,
    };
    db.write(act, Locks::none(), op).await
}

struct SetMissingLead {
    center: CenterId,
    policy: MissingLead,
}

#[async_trait::async_trait]
impl Op for SetMissingLead {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::SetPolicy, &at)?;
        let before = stored(tx, &self.center).await?;
        if before == self.policy {
            return Ok(());
        }
        tx.sql("UPDATE center SET missing_lead = $1 WHERE id = $2")
            .bind(self.policy)
            .bind(&self.center)
            .run()
            .await?;
        tx.changed(Change::Center(self.center.clone()));
        let entry = Entry {
            action: Verb::CenterPolicy,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "missing_lead": { "before": before, "after": self.policy } }),
        };
        audit::record(tx, act, entry).await
    }
}
