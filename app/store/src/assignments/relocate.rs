//! Moving somebody from one shift to another: they hold a place in one of them at every moment.

use super::{
    Placing, Unmet,
    lead::AssignLead,
    place::attempt,
    read::{AssignmentView, view_in},
    unmet,
};
use crate::{Act, Batch, Db, Locks, Op, Replay, Result, Tx, centers};
use domain::{
    Refusal,
    access::Action,
    activity::Channel,
    id::{AccountId, AssignmentId, ShiftId, StaffId},
    shift::AssignmentState,
};

/// Moves a volunteer or a lead to another shift, by every rule that giving the place anew has; only
/// what they leave is not in their way. The answer is every rule that is not met.
///
/// # Errors
/// [`Refusal::NotFound`] for an assignment that is not known; database errors.
pub async fn relocate(
    db: &Db,
    act: &Act,
    assignment: AssignmentId,
    to: ShiftId,
) -> Result<Unmet<AssignmentView>> {
    let mut tx = db.read().await?;
    let target: Option<(Option<AccountId>, Option<StaffId>, ShiftId)> = tx
        .sql("SELECT account_id, staff_id, shift_id FROM assignment WHERE id = $1")
        .bind(&assignment)
        .optional()
        .await?;
    drop(tx);
    let (account, staff, from) = target.ok_or(Refusal::NotFound)?;
    let locks = Locks::of(account.iter())
        .and(staff.iter())
        .and([&from, &to]);
    db.write(act, locks, Relocate { assignment, to }).await
}

struct Relocate {
    assignment: AssignmentId,
    to: ShiftId,
}

#[async_trait::async_trait]
impl Op for Relocate {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        unmet(self.run_in(tx, act).await)
    }
}

impl Relocate {
    async fn run_in(&self, tx: &mut Tx, act: &Act) -> Result<Unmet<AssignmentView>> {
        let view = view_in(tx, &self.assignment).await?;
        let view = view.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &view.center_id).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        match view.state {
            AssignmentState::Confirmed => {}
            state if state.is_live() && !state.is_givable() => {
                return Err(Refusal::AlreadyCheckedIn.into());
            }
            _ => return Err(Refusal::NotFound.into()),
        }
        if view.shift_id == self.to {
            return Ok(Ok(view));
        }
        if let Some(staff) = view.staff_id.clone() {
            let lead = AssignLead {
                shift: self.to.clone(),
                staff,
                override_reason: None,
            };
            return lead.assign(tx, act, Some(&view)).await;
        }
        let placing = Placing {
            shift: self.to.clone(),
            account: view.account_id.clone().ok_or(Refusal::NotFound)?,
            person: view.person_id.clone(),
            position: None,
            risks_read: false,
            may_wait: false,
            channel: Channel::Desk,
            override_reason: None,
        };
        let mut batch = Batch::new(tx);
        attempt(tx, act, &placing, Some(&view), &mut batch).await
    }
}
