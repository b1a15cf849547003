//! Cancelling a shift: everybody in it is told once.

use super::{
    ShiftView,
    draft::{discard_in, let_go},
    view_in,
};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    aftermath::Aftermath,
    assignments,
    audit::{self, Entry},
    centers,
    occurrences::check_reason,
    outcome,
};
use domain::{
    Refusal,
    access::Action,
    activity::Status,
    audit::Verb,
    id::{AccountId, ShiftId},
};
use serde_json::json;

/// Cancels a shift that is not over: whoever has a place in it, or waits for one, is told once; whoever
/// is checked in stays so. Cancelling again changes nothing. A draft was never public and is not seen as
/// a cancelled shift: it is thrown away, and the answer is none.
///
/// # Errors
/// [`Refusal::AlreadyStarted`] where it is over, [`Refusal::HasBookings`] for a draft where somebody was
/// scanned, [`Refusal::Stale`], [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn cancel(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    reason: &str,
    revision: Option<i64>,
) -> Result<Option<ShiftView>> {
    let accounts = assignments::accounts_of(db, shift).await?;
    let locks = Locks::of([shift]).and(&accounts);
    let op = Cancel {
        shift: shift.clone(),
        reason: check_reason(reason)?,
        revision,
    };
    let (): () = db.write(act, locks, op).await??;
    view_in(&mut db.read().await?, shift).await
}

struct Cancel {
    shift: ShiftId,
    reason: String,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Cancel {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        outcome(self.cancel_in(tx, act).await)
    }
}

impl Cancel {
    async fn cancel_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.need([&self.shift])?;
        let view = view_in(tx, &self.shift).await?.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &view.center_id).await?;
        act.caller.may(Action::ManageActivities, &place)?;
        if view.status == Status::Cancelled {
            return Ok(());
        }
        if self.revision.is_some_and(|seen| seen != view.revision) {
            return Err(Refusal::Stale.into());
        }
        if view.status == Status::Draft {
            return discard_in(tx, act, &view).await;
        }
        if act.now >= view.span.end() {
            let since = view.span.start();
            return Err(Refusal::AlreadyStarted { since }.into());
        }
        cancel_view(tx, act, &view, &self.reason, &mut Aftermath::AtOnce).await
    }
}

/// Cancels a shift that stands, under its lock: whoever is in it is told once. A draft goes without a
/// word.
pub(crate) async fn cancel_view(
    tx: &mut Tx,
    act: &Act,
    view: &ShiftView,
    reason: &str,
    after: &mut Aftermath,
) -> Result<()> {
    if view.status == Status::Draft {
        return let_go(tx, act, view, after).await;
    }
    tx.sql(
        "UPDATE shift SET status = 'cancelled', cancel_reason = $1, sequence = sequence + 1,
         revision = revision + 1 WHERE id = $2",
    )
    .bind(reason)
    .bind(&view.id)
    .run()
    .await?;
    let told: Vec<AccountId> = assignments::end_all(tx, act, view, reason, after).await?;
    let entry = Entry {
        action: Verb::ShiftCancel,
        subject: ("shift", view.id.as_str()),
        center: Some(&view.center_id),
        detail: json!({ "told": told.len() }),
    };
    audit::record(tx, act, entry).await?;
    tx.changed(Change::Shift(view.id.clone()));
    tx.changed(Change::Center(view.center_id.clone()));
    Ok(())
}
