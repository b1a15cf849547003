//! Taking over a place that somebody else offers.

use super::{
    super::{
        Unmet, facts,
        place::whom,
        promote::settled,
        read::{AssignmentView, view_in},
        unmet,
    },
    hands::{self, Comer},
    offer::{admit_leaving, whose_all},
};
use crate::{Act, Db, Error, Locks, Op, Replay, Result, Tx};
use domain::{
    Refusal,
    access::Identity,
    id::{AccountId, AssignmentId, PersonId},
    shift::{Coming, Leaving, decide_take_over},
};

/// Takes over an offered place for one of the caller's people, the holder unless told: the first who
/// does has it (C-85). The answer is the new place, or every rule that is not met.
///
/// # Errors
/// [`Refusal::Unauthenticated`]; database errors.
pub async fn take_over(
    db: &Db,
    act: &Act,
    offered: AssignmentId,
    person: Option<PersonId>,
    risks_read: bool,
) -> Result<Unmet<AssignmentView>> {
    let Identity::Resident(account) = &act.caller.identity else {
        return Err(Refusal::Unauthenticated.into());
    };
    let account = account.clone();
    let (accounts, shifts) = whose_all(db, std::slice::from_ref(&offered)).await?;
    let locks = Locks::of(&accounts).and([&account]).and(&shifts);
    let op = TakeOver {
        offered,
        account,
        person,
        risks_read,
    };
    db.write(act, locks, op).await
}

struct TakeOver {
    offered: AssignmentId,
    account: AccountId,
    person: Option<PersonId>,
    risks_read: bool,
}

#[async_trait::async_trait]
impl Op for TakeOver {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        unmet(self.run_in(tx, act).await)
    }
}

impl TakeOver {
    async fn run_in(&self, tx: &mut Tx, act: &Act) -> Result<Unmet<AssignmentView>> {
        let left = self.offered(tx, act).await?;
        let shift = facts::shift(tx, &left.shift_id).await?;
        let shift = settled(tx, act, shift).await?;
        let person = whom(tx, &self.account, self.person.as_ref()).await?;
        let mut who = facts::volunteer(tx, &shift.facts, &person).await?;
        who.facts.has_guardian =
            facts::guarded_without(tx, &shift.facts, &person, &left.id).await?;
        if self.risks_read {
            who.facts.risks_version = Some(shift.facts.needs.risks.version);
        }
        let leaving = Leaving {
            shift: left.shift_id.clone(),
            position: left.position.clone(),
        };
        let coming = Coming {
            shift: left.shift_id.clone(),
            who: who.facts.clone(),
        };
        let nth = match decide_take_over(&shift.facts, leaving, coming, act.now) {
            Ok(nth) => nth,
            Err(unmet) => return Ok(Err(unmet)),
        };
        let comer = Comer {
            shift: &shift,
            who: &who,
            nth,
            risks_read: self.risks_read,
        };
        let placed = hands::change(tx, act, std::slice::from_ref(&left), &[comer]).await?;
        hands::tell(tx, act, &left, None).await?;
        let placed = placed.into_iter().next();
        Ok(Ok(placed.ok_or(Error::Corrupt("assignment"))?))
    }

    /// The place, if it is still there to be taken.
    async fn offered(&self, tx: &mut Tx, act: &Act) -> Result<AssignmentView> {
        let view = view_in(tx, &self.offered).await?.ok_or(Refusal::SwapGone)?;
        let stands = tx
            .sql("SELECT COUNT(*) FROM swap_offer WHERE assignment_id = $1 AND hand_over")
            .bind(&self.offered)
            .count()
            .await?;
        match stands > 0 && admit_leaving(&view, act.now).is_ok() {
            true => Ok(view),
            false => Err(Refusal::SwapGone.into()),
        }
    }
}
