//! Signing up for a shift at the screen, after somebody has shown who they are.

use super::visit::{Answered, keep, visit_in};
use crate::{
    Act, Db, Locks, Op, Replay, Result, Tx,
    assignments::{self, AssignmentView, Placing, place_in},
    logins::secret_hash,
};
use domain::{
    Refusal,
    activity::Channel,
    commitment::{Event, Subject},
    id::ShiftId,
};

/// Signs the chosen person up by the path of every assignment, and keeps the outcome for the screen that
/// shows it. `risks_read`: whether they have confirmed the text of risks on the screen.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the visit has ended, [`Refusal::NotFound`] where nobody was
/// chosen; what is not met is an answer.
pub async fn help(
    db: &Db,
    act: &Act,
    secret: &str,
    shift: &ShiftId,
    risks_read: bool,
) -> Result<()> {
    let secret_hash = secret_hash(secret);
    let mut tx = db.read().await?;
    let (_, visit) = visit_in(&mut tx, act, &secret_hash).await?;
    drop(tx);
    let locks = Locks::of([&visit.account]).and([shift]);
    let op = Help {
        secret_hash,
        shift: shift.clone(),
        risks_read,
    };
    db.write(act, locks, op).await
}

struct Help {
    secret_hash: String,
    shift: ShiftId,
    risks_read: bool,
}

#[async_trait::async_trait]
impl Op for Help {
    type Out = ();
    fn replay() -> Replay<()> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (own, visit) = visit_in(tx, act, &self.secret_hash).await?;
        let placing = Placing {
            shift: self.shift.clone(),
            account: visit.account,
            person: Some(visit.person.ok_or(Refusal::NotFound)?),
            position: None,
            risks_read: self.risks_read,
            may_wait: true,
            channel: Channel::Kiosk,
            override_reason: None,
        };
        let placed = place_in(tx, act, &placing).await?;
        let answer = Answered {
            event: Event::Shift(self.shift.clone()),
            outcome: placed.map(|view| Subject::Assignment(view.id)),
        };
        keep(tx, &own, &answer).await
    }
}

/// The place that this visit has made, as it stands now; none where it made none.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the visit has ended.
pub async fn helping(db: &Db, act: &Act, secret: &str) -> Result<Option<AssignmentView>> {
    let mut tx = db.read().await?;
    let (_, visit) = visit_in(&mut tx, act, &secret_hash(secret)).await?;
    let made = visit.answer.and_then(|answer| answer.outcome.ok());
    match made {
        Some(Subject::Assignment(id)) => {
            let view = assignments::view_in(&mut tx, &id).await?;
            Ok(view.filter(|view| view.account_id.as_ref() == Some(&visit.account)))
        }
        _ => Ok(None),
    }
}
