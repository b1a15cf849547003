//! Giving a place in a shift back, and what ends with the shift itself.

use super::{
    count::recount_and_promote,
    facts,
    read::{AssignmentView, view_in, whose},
    recount,
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    aftermath::{Aftermath, Gone},
    audit::{self, Entry},
    centers, invitations, lines, notices,
    occurrences::check_reason,
    outcome,
    shifts::ShiftView,
};
use domain::{
    Refusal,
    access::{Action, Identity},
    audit::Verb,
    booking::By,
    commitment::{Event, Subject},
    id::{AccountId, AssignmentId, PersonId},
    notice::{Details, Notice},
    shift::{AssignmentState, Ended, Role, lacks_guardian},
};
use serde_json::json;

/// Gives a place back, takes back a request, or leaves the line; the first who waits moves up in the
/// same transaction. A child whose guardian leaves leaves too (C-96). Whoever gives back what is given
/// back already is answered the same (C-08).
///
/// # Errors
/// [`Refusal::NotFound`] for an assignment of somebody else, [`Refusal::AlreadyStarted`] once the shift
/// has begun, [`Refusal::AlreadyCheckedIn`].
pub async fn withdraw(
    db: &Db,
    act: &Act,
    assignment: AssignmentId,
    reason: &str,
) -> Result<AssignmentView> {
    let reason = check_reason(reason)?;
    let (account, shift) = whose(db, &assignment).await?;
    let locks = Locks::of(account.iter()).and([&shift]);
    let op = Withdraw { assignment, reason };
    Ok(db.write(act, locks, op).await??)
}

struct Withdraw {
    assignment: AssignmentId,
    reason: String,
}

#[async_trait::async_trait]
impl Op for Withdraw {
    type Out = Outcome<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(withdraw_in(tx, act, &self.assignment, &self.reason).await)
    }
}

async fn authorise(tx: &mut Tx, act: &Act, view: &AssignmentView) -> Result<By> {
    match &act.caller.identity {
        Identity::Resident(account) if Some(account) == view.account_id.as_ref() => {
            Ok(By::Resident)
        }
        Identity::Resident(_) => Err(Refusal::NotFound.into()),
        Identity::System => Ok(By::Staff),
        _ => {
            let place = centers::place(tx, &view.center_id).await?;
            act.caller.may(Action::BookForOthers, &place)?;
            Ok(By::Staff)
        }
    }
}

async fn withdraw_in(
    tx: &mut Tx,
    act: &Act,
    assignment: &AssignmentId,
    reason: &str,
) -> Result<AssignmentView> {
    let view = view_in(tx, assignment).await?.ok_or(Refusal::NotFound)?;
    let by = authorise(tx, act, &view).await?;
    match view.state {
        AssignmentState::Withdrawn | AssignmentState::Declined => return Ok(view),
        state if !state.is_givable() => return Err(Refusal::AlreadyCheckedIn.into()),
        _ => {}
    }
    let since = view.span.start();
    if by == By::Resident && act.now >= since {
        return Err(Refusal::AlreadyStarted { since }.into());
    }
    give_back(tx, act, &view, by, reason).await?;
    let now = view_in(tx, assignment).await?;
    now.ok_or(Error::Corrupt("assignment"))
}

/// Ends an assignment that somebody leaves for another one, with all that follows for those who stay.
pub(super) async fn give_up(tx: &mut Tx, act: &Act, view: &AssignmentView) -> Result<()> {
    give_back(tx, act, view, By::Staff, "").await
}

/// Ends it and tells who was put there by the staff; whoever waits moves up.
async fn give_back(
    tx: &mut Tx,
    act: &Act,
    view: &AssignmentView,
    by: By,
    reason: &str,
) -> Result<()> {
    tx.need([&view.shift_id])?;
    end(tx, act, view, by, reason).await?;
    if by == By::Staff {
        tell(tx, act, view, reason).await?;
    }
    let mut people: Vec<PersonId> = view.person_id.iter().cloned().collect();
    people.extend(leave_alone(tx, act, view).await?);
    tx.changed(Change::Shift(view.shift_id.clone()));
    // Also when somebody merely leaves the line: somebody behind them may fit.
    recount_and_promote(tx, act, &view.shift_id).await?;
    lines::look_again(tx, act, &people).await
}

/// Compare and swap: only what can be given back is, once.
pub(super) async fn end(
    tx: &mut Tx,
    act: &Act,
    view: &AssignmentView,
    by: By,
    reason: &str,
) -> Result<()> {
    let state = match by {
        By::Resident => AssignmentState::Withdrawn,
        By::Staff => AssignmentState::Declined,
    };
    let changed = tx
        .sql(
            "UPDATE assignment SET state = $1, ended_at = $2, ended_by = $3, end_reason = $4,
             queue_no = NULL, sequence = sequence + 1
             WHERE id = $5 AND state IN ('waitlisted', 'requested', 'confirmed')",
        )
        .bind(state)
        .bind(act.now)
        .bind(by)
        .bind(reason)
        .bind(&view.id)
        .run()
        .await?;
    if changed != 1 {
        return Err(Error::another_try());
    }
    let entry = Entry {
        action: Verb::AssignmentWithdraw,
        subject: ("assignment", view.id.as_str()),
        center: Some(&view.center_id),
        detail: json!({ "shift": view.shift_id, "was": view.state }),
    };
    audit::record(tx, act, entry).await?;
    // A friend comes with somebody, not instead of them.
    let brings = invitations::of_assignment(tx, &view.id).await?;
    invitations::end(tx, act, &brings, Ended::TakenBack).await
}

/// Children of the account who are left in the shift without a guardian leave it too, and their family
/// is told. Whoever is there already is the lead's to look after.
pub(super) async fn leave_alone(
    tx: &mut Tx,
    act: &Act,
    gone: &AssignmentView,
) -> Result<Vec<PersonId>> {
    let (Some(account), Role::Volunteer) = (&gone.account_id, gone.role) else {
        return Ok(Vec::new());
    };
    let loaded = facts::shift(tx, &gone.shift_id).await?;
    let rows: Vec<(AssignmentId, PersonId)> = tx
        .sql(
            "SELECT id, person_id FROM assignment WHERE shift_id = $1 AND account_id = $2
             AND role = 'volunteer' AND state IN ('waitlisted', 'requested', 'confirmed')
             ORDER BY id",
        )
        .bind(&gone.shift_id)
        .bind(account)
        .all()
        .await?;
    let mut left = Vec::new();
    for (assignment, person) in rows {
        let who = facts::volunteer(tx, &loaded.facts, &person).await?.facts;
        if !lacks_guardian(&loaded.facts, &who) {
            continue;
        }
        let view = view_in(tx, &assignment).await?.ok_or(Refusal::NotFound)?;
        end(tx, act, &view, By::Staff, "").await?;
        tell(tx, act, &view, "").await?;
        left.push(person);
    }
    Ok(left)
}

/// The shift of an assignment as a notice names it.
pub(super) fn sitting(view: &AssignmentView) -> Details {
    Details {
        event: Event::Shift(view.shift_id.clone()),
        title: view.title.clone(),
        center: view.center_name.clone(),
        room: view.place.clone(),
        starts_at: view.span.start(),
        ends_at: view.span.end(),
    }
}

async fn tell(tx: &mut Tx, act: &Act, view: &AssignmentView, reason: &str) -> Result<()> {
    let Some(account) = &view.account_id else {
        return Ok(());
    };
    let notice = Notice::CancelledByStaff {
        person: view.name.clone(),
        subject: Subject::Assignment(view.id.clone()),
        sitting: sitting(view),
        reason: reason.to_owned(),
    };
    notices::tell(tx, act, account, &notice, view.id.as_str()).await
}

/// Ends everything in a shift that is cancelled but for who is there already; the accounts that were
/// told.
pub(crate) async fn end_all(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftView,
    reason: &str,
    after: &mut Aftermath,
) -> Result<Vec<AccountId>> {
    let rows: Vec<(AssignmentId,)> = tx
        .sql(
            "SELECT id FROM assignment WHERE shift_id = $1
             AND state IN ('waitlisted', 'requested', 'confirmed') ORDER BY id",
        )
        .bind(&shift.id)
        .all()
        .await?;
    let mut told = Vec::new();
    let mut people = Vec::new();
    for (assignment,) in rows {
        let view = view_in(tx, &assignment).await?.ok_or(Refusal::NotFound)?;
        tx.need(view.account_id.iter())?;
        end(tx, act, &view, By::Staff, reason).await?;
        people.extend(view.person_id.clone());
        if let Some(account) = &view.account_id {
            let gone = Gone {
                account: account.clone(),
                person: view.name.clone(),
                subject: Subject::Assignment(view.id.clone()),
                sitting: sitting(&view),
            };
            after.gone(tx, act, gone, reason).await?;
            told.push(account.clone());
        }
    }
    recount(tx, act, &shift.id).await?;
    after.free(tx, act, people).await?;
    Ok(told)
}
