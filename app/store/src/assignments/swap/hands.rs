//! Places that change hands: what both ways of swapping write, after the decision.

use super::{
    super::{
        count::recount_and_promote,
        end::{end, leave_alone, sitting},
        facts::{LoadedShift, LoadedVolunteer},
        place::{Placing, put},
        read::AssignmentView,
    },
    offer::forget,
};
use crate::{Act, Batch, Result, Tx, lines, notices};
use domain::{
    activity::Channel,
    booking::By,
    commitment::Subject,
    id::{AssignmentId, PersonId},
    notice::Notice,
    shift::Placement,
};

/// Somebody who comes into a shift, by the place that the decision gave them.
pub(super) struct Comer<'a> {
    /// The shift.
    pub(super) shift: &'a LoadedShift,
    /// Who.
    pub(super) who: &'a LoadedVolunteer,
    /// The position.
    pub(super) nth: Option<usize>,
    /// Whether they have confirmed its text of risks for this.
    pub(super) risks_read: bool,
}

/// Ends the places that are left, then gives the new ones: nobody reads what lies between. As many come
/// into each shift as leave it, so no half is lost on the way.
pub(super) async fn change(
    tx: &mut Tx,
    act: &Act,
    left: &[AssignmentView],
    comers: &[Comer<'_>],
) -> Result<Vec<AssignmentView>> {
    for view in left {
        end(tx, act, view, By::Resident, "").await?;
        forget(tx, &view.id).await?;
    }
    let mut batch = Batch::new(tx);
    let mut placed = Vec::with_capacity(comers.len());
    for comer in comers {
        let placing = Placing {
            shift: comer.shift.facts.id.clone(),
            account: comer.who.account.clone(),
            person: Some(comer.who.facts.person.clone()),
            position: None,
            risks_read: comer.risks_read,
            may_wait: false,
            channel: Channel::Online,
            override_reason: None,
        };
        let placement = Placement::Confirm(comer.nth);
        let (of, who) = ((&placing, comer.shift), comer.who);
        placed.push(put(tx, act, &mut batch, of, who, placement).await?);
    }
    batch.run(tx).await?;
    let mut free: Vec<PersonId> = left
        .iter()
        .filter_map(|view| view.person_id.clone())
        .collect();
    for view in left {
        let alone = leave_alone(tx, act, view).await?;
        if !alone.is_empty() {
            recount_and_promote(tx, act, &view.shift_id).await?;
        }
        free.extend(alone);
    }
    lines::look_again(tx, act, &free).await?;
    Ok(placed)
}

/// Tells somebody that their offer came to something: what they left, and what they have for it.
pub(super) async fn tell(
    tx: &mut Tx,
    act: &Act,
    left: &AssignmentView,
    got: Option<&AssignmentView>,
) -> Result<()> {
    let Some(account) = &left.account_id else {
        return Ok(());
    };
    let id: &AssignmentId = got.map_or(&left.id, |got| &got.id);
    let notice = Notice::Swapped {
        person: left.name.clone(),
        subject: Subject::Assignment(id.clone()),
        left: sitting(left),
        got: got.map(sitting),
    };
    notices::tell(tx, act, account, &notice, left.id.as_str()).await
}
