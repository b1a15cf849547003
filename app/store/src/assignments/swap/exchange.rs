//! Exchanging places in a circle of two or three.

use super::{
    super::{
        Unmet,
        read::{AssignmentView, own_in, view_in},
        unmet,
    },
    circle::Circle,
    hands,
    offer::{admit_leaving, whose_all},
};
use crate::{Act, Db, Error, Locks, Op, Replay, Result, Tx};
use domain::{Reason, Refusal, id::AssignmentId, shift::LONGEST_CIRCLE};
use std::collections::BTreeSet;

/// Exchanges places: the first is the caller's own, each comes into the shift of the next one, the last
/// into the first. Everybody else has offered theirs for just that shift. All or nothing, and whoever is
/// first has it (C-85). The answer is the caller's new place, or every rule that is not met.
///
/// # Errors
/// Database errors.
pub async fn exchange(
    db: &Db,
    act: &Act,
    circle: Vec<AssignmentId>,
    risks_read: bool,
) -> Result<Unmet<AssignmentView>> {
    let apart: BTreeSet<&AssignmentId> = circle.iter().collect();
    if !(2..=LONGEST_CIRCLE).contains(&circle.len()) || apart.len() != circle.len() {
        return Ok(Err(vec![Refusal::invalid("circle", Reason::OutOfRange)]));
    }
    let (accounts, shifts) = match whose_all(db, &circle).await {
        Err(Error::Refused(_)) => return Ok(Err(vec![Refusal::SwapGone])),
        found => found?,
    };
    let locks = Locks::of(&accounts).and(&shifts);
    db.write(act, locks, Exchange { circle, risks_read }).await
}

struct Exchange {
    circle: Vec<AssignmentId>,
    risks_read: bool,
}

#[async_trait::async_trait]
impl Op for Exchange {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        unmet(self.run_in(tx, act).await)
    }
}

impl Exchange {
    async fn run_in(&self, tx: &mut Tx, act: &Act) -> Result<Unmet<AssignmentView>> {
        let left = self.left(tx, act).await?;
        let circle = Circle::load(tx, &left, self.risks_read).await?;
        let mine = left.first().and_then(|view| view.person_id.as_ref());
        let positions = match circle.decide(act.now) {
            Ok(positions) => positions,
            Err(kept) if Some(&kept.person) == mine => return Ok(Err(kept.unmet)),
            // Why somebody else may not come is theirs to know.
            Err(_) => return Err(Refusal::SwapGone.into()),
        };
        let comers = circle.comers(positions);
        let placed = hands::change(tx, act, &left, &comers).await?;
        for (left, got) in left.iter().zip(&placed).skip(1) {
            hands::tell(tx, act, left, Some(got)).await?;
        }
        let mine = placed.into_iter().next();
        Ok(Ok(mine.ok_or(Error::Corrupt("assignment"))?))
    }

    /// The places of the circle, each of somebody else and in a shift of its own.
    async fn left(&self, tx: &mut Tx, act: &Act) -> Result<Vec<AssignmentView>> {
        let mut left = Vec::with_capacity(self.circle.len());
        for (nth, id) in self.circle.iter().enumerate() {
            let view = match nth {
                0 => own_in(tx, act, id).await?,
                _ => view_in(tx, id).await?.ok_or(Refusal::SwapGone)?,
            };
            match admit_leaving(&view, act.now) {
                Err(error) if nth == 0 => return Err(error),
                Err(_) => return Err(Refusal::SwapGone.into()),
                Ok(()) => left.push(view),
            }
        }
        let people: BTreeSet<_> = left.iter().map(|view| &view.person_id).collect();
        let shifts: BTreeSet<_> = left.iter().map(|view| &view.shift_id).collect();
        match people.len() == left.len() && shifts.len() == left.len() {
            true => Ok(left),
            false => Err(Refusal::SwapGone.into()),
        }
    }
}
