//! A circle of places as the decision needs it: who leaves what, comes into what, and has agreed to it.

use super::{
    super::{
        facts::{self, LoadedShift, LoadedVolunteer},
        read::AssignmentView,
    },
    hands::Comer,
};
use crate::{Result, Tx, bookings::small};
use domain::{
    Refusal,
    id::ShiftId,
    shift::{Coming, Kept, Leaving, decide_swap},
    time::Timestamp,
};

/// One of the circle: what they leave, and what they come into.
struct Turn {
    left: AssignmentView,
    into: LoadedShift,
    who: LoadedVolunteer,
    risks_read: bool,
}

/// A circle, as far as it is read.
pub(super) struct Circle(Vec<Turn>);

/// What somebody has confirmed of a text of risks for this swap.
enum Read {
    Not,
    Now,
    Version(u32),
}

impl Circle {
    /// Reads what the decision needs: each comes into the shift of the next one, the last into the first.
    /// The first agrees now, and confirms the text of risks or not; the others have by their wishes.
    ///
    /// # Errors
    /// [`Refusal::SwapGone`] where somebody has not agreed.
    pub(super) async fn load(
        tx: &mut Tx,
        left: &[AssignmentView],
        risks_read: bool,
    ) -> Result<Self> {
        let mut turns = Vec::with_capacity(left.len());
        let after = left.iter().skip(1).chain(left.first());
        for (nth, (leaves, next)) in left.iter().zip(after).enumerate() {
            let read = match (nth, risks_read) {
                (0, true) => Read::Now,
                (0, false) => Read::Not,
                _ => wished(tx, leaves, &next.shift_id).await?,
            };
            turns.push(turn(tx, leaves, next, read).await?);
        }
        Ok(Self(turns))
    }

    /// The decision: the position of each.
    pub(super) fn decide(&self, now: Timestamp) -> std::result::Result<Vec<Option<usize>>, Kept> {
        let shifts: Vec<_> = self.0.iter().map(|turn| turn.into.facts.clone()).collect();
        let leaving = self.0.iter().map(|turn| Leaving {
            shift: turn.left.shift_id.clone(),
            position: turn.left.position.clone(),
        });
        let coming = self.0.iter().map(|turn| Coming {
            shift: turn.into.facts.id.clone(),
            who: turn.who.facts.clone(),
        });
        let (leaving, coming): (Vec<_>, Vec<_>) = (leaving.collect(), coming.collect());
        decide_swap(&shifts, &leaving, &coming, now)
    }

    /// Those who come, by the positions that were decided.
    pub(super) fn comers(&self, positions: Vec<Option<usize>>) -> Vec<Comer<'_>> {
        let comers = self.0.iter().zip(positions).map(|(turn, nth)| Comer {
            shift: &turn.into,
            who: &turn.who,
            nth,
            risks_read: turn.risks_read,
        });
        comers.collect()
    }
}

/// Whether somebody has agreed to come into that shift, and what of its risks they have confirmed.
async fn wished(tx: &mut Tx, leaves: &AssignmentView, into: &ShiftId) -> Result<Read> {
    let wish: Option<(Option<i64>,)> = tx
        .sql("SELECT risks_version FROM swap_wish WHERE assignment_id = $1 AND shift_id = $2")
        .bind(&leaves.id)
        .bind(into)
        .optional()
        .await?;
    let (version,) = wish.ok_or(Refusal::SwapGone)?;
    Ok(match version.map(small).transpose()? {
        Some(version) => Read::Version(version),
        None => Read::Not,
    })
}

/// What a decision needs of one of the circle, who comes for `next`.
async fn turn(
    tx: &mut Tx,
    leaves: &AssignmentView,
    next: &AssignmentView,
    read: Read,
) -> Result<Turn> {
    let into = facts::shift(tx, &next.shift_id).await?;
    let person = leaves.person_id.clone().ok_or(Refusal::SwapGone)?;
    let mut who = facts::volunteer(tx, &into.facts, &person).await?;
    who.facts.clash = facts::clash_without(tx, &into.facts, &person, &leaves.id).await?;
    who.facts.has_guardian = facts::guarded_without(tx, &into.facts, &person, &next.id).await?;
    let version = into.facts.needs.risks.version;
    let risks_read = match read {
        Read::Now => true,
        Read::Version(of) => of == version,
        Read::Not => false,
    };
    if risks_read {
        who.facts.risks_version = Some(version);
    }
    Ok(Turn {
        left: leaves.clone(),
        into,
        who,
        risks_read,
    })
}
