//! Answering a request for a place: accepting it takes the road of every place.

use super::{
    Unmet, facts,
    promote::settled,
    read::{AssignmentView, view_in, whose},
    recount, unmet,
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    notices,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    commitment::Subject,
    id::AssignmentId,
    notice::Notice,
    shift::{Ask, AssignmentState, Placement, decide},
};
use serde_json::json;

/// What a lead says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes; with a reason where rules that can be set aside are (C-81).
    Accept {
        /// Why.
        override_reason: Option<String>,
    },
    /// No.
    Decline,
}

/// Accepts a request, or declines it by [`super::withdraw`]. Accepting what is accepted changes
/// nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn answer(
    db: &Db,
    act: &Act,
    assignment: AssignmentId,
    said: Answer,
) -> Result<Unmet<AssignmentView>> {
    let override_reason = match said {
        Answer::Decline => return super::withdraw(db, act, assignment, "").await.map(Ok),
        Answer::Accept { override_reason } => override_reason,
    };
    let (account, shift) = whose(db, &assignment).await?;
    let locks = Locks::of(account.iter()).and([&shift]);
    let op = Accept {
        assignment,
        override_reason,
    };
    db.write(act, locks, op).await
}

struct Accept {
    assignment: AssignmentId,
    override_reason: Option<String>,
}

#[async_trait::async_trait]
impl Op for Accept {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        unmet(self.accept(tx, act).await)
    }
}

impl Accept {
    async fn accept(&self, tx: &mut Tx, act: &Act) -> Result<Unmet<AssignmentView>> {
        let view = view_in(tx, &self.assignment)
            .await?
            .ok_or(Refusal::NotFound)?;
        let loaded = facts::shift(tx, &view.shift_id).await?;
        act.caller.may(Action::BookForOthers, &loaded.place)?;
        let (Some(person), Some(account)) = (&view.person_id, &view.account_id) else {
            return Err(Refusal::NotFound.into());
        };
        if view.state != AssignmentState::Requested {
            return match view.state.is_live() {
                true => Ok(Ok(view)),
                false => Err(Refusal::NotFound.into()),
            };
        }
        tx.need([account])?;
        let loaded = settled(tx, act, loaded).await?;
        let mut who = facts::volunteer(tx, &loaded.facts, person).await?;
        // The request itself is not in its own way.
        who.facts.live = None;
        let ask = Ask {
            position: view.position.as_deref(),
            may_wait: true,
            by_staff: true,
            overrides: self.override_reason.is_some(),
        };
        let placement = match decide(&loaded.facts, &who.facts, ask, act.now) {
            Ok(placement) => placement,
            Err(unmet) => return Ok(Err(unmet)),
        };
        let (state, position) = match placement {
            Placement::Confirm(nth) => {
                let position = nth.and_then(|nth| loaded.facts.needs.positions.get(nth));
                (AssignmentState::Confirmed, position)
            }
            Placement::Wait | Placement::Request => (AssignmentState::Waitlisted, None),
        };
        let holds = state == AssignmentState::Confirmed;
        let changed = tx
            .sql(
                "UPDATE assignment SET state = $1, position = COALESCE($2, position),
                 confirmed_at = $3, override_reason = $4, sequence = sequence + 1,
                 queue_no = CASE WHEN $5 THEN (SELECT COALESCE(MAX(w.queue_no), 0) + 1
                     FROM assignment w WHERE w.shift_id = $6 AND w.state = 'waitlisted') END
                 WHERE id = $7 AND state = 'requested'",
            )
            .bind(state)
            .bind(position.map(|position| position.name.as_str()))
            .bind(holds.then_some(act.now))
            .bind(self.override_reason.as_deref())
            .bind(!holds)
            .bind(&view.shift_id)
            .bind(&view.id)
            .run()
            .await?;
        if changed != 1 {
            return Err(Error::another_try());
        }
        recount(tx, act, &view.shift_id).await?;
        let entry = Entry {
            action: Verb::AssignmentAccept,
            subject: ("assignment", view.id.as_str()),
            center: Some(&loaded.place.center),
            detail: json!({ "shift": view.shift_id, "state": state,
                "override": self.override_reason.is_some() }),
        };
        audit::record(tx, act, entry).await?;
        if holds {
            let notice = Notice::BookedByStaff {
                person: who.name.clone(),
                subject: Subject::Assignment(view.id.clone()),
                sitting: loaded.view.sitting(),
            };
            notices::tell(tx, act, &who.account, &notice, view.id.as_str()).await?;
        }
        tx.changed(Change::Shift(view.shift_id.clone()));
        let now = view_in(tx, &view.id).await?;
        Ok(Ok(now.ok_or(Error::Corrupt("assignment"))?))
    }
}
