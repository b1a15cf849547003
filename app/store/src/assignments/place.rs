//! Giving a volunteer a place in a shift, or a place in its line.

use super::{
    Unmet,
    end::give_up,
    facts::{self, LoadedShift, LoadedVolunteer},
    promote::promote_loaded,
    read::{AssignmentView, view_in},
    recount, unmet,
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    bookings::short_code,
    cover, notices, watches,
};
use domain::{
    Refusal,
    access::{Action, Identity},
    activity::Channel,
    audit::Verb,
    commitment::Subject,
    id::{AccountId, AssignmentId, PersonId, ShiftId},
    notice::Notice,
    shift::{Ask, AssignmentState, Placement, decide},
    text,
};
use serde_json::json;

/// The longest reason for setting a rule aside, in characters.
const LONGEST_REASON: usize = 200;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Placing {
    /// Which shift.
    pub shift: ShiftId,
    /// Whose people.
    pub account: AccountId,
    /// Who of them; the holder without one.
    pub person: Option<PersonId>,
    /// The position; any will do without one.
    pub position: Option<String>,
    /// Whether the text of risks was confirmed.
    pub risks_read: bool,
    /// Whether a place in line will do.
    pub may_wait: bool,
    /// The way it came in.
    pub channel: Channel,
    /// For the staff: why rules that can be set aside are.
    pub override_reason: Option<String>,
}

/// Gives a place (rules 1 to 4, C-78 to C-81). The answer is every rule that is not met.
///
/// # Errors
/// Database errors.
pub async fn place(db: &Db, act: &Act, placing: Placing) -> Result<Unmet<AssignmentView>> {
    let reason = placing.override_reason.as_deref();
    if let Some(Err(refusal)) = reason.map(|reason| text::name("override", reason, LONGEST_REASON))
    {
        return Ok(Err(vec![refusal]));
    }
    let locks = Locks::of([&placing.account]).and([&placing.shift]);
    db.write(act, locks, Place { placing }).await
}

struct Place {
    placing: Placing,
}

#[async_trait::async_trait]
impl Op for Place {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        place_in(tx, act, &self.placing).await
    }
}

/// Whether the caller gives the place as one of the staff.
fn authorise(act: &Act, placing: &Placing, loaded: &LoadedShift) -> Result<bool> {
    let caller = &act.caller;
    match (&caller.identity, placing.channel) {
        (Identity::System, _) => Ok(true),
        (Identity::Resident(account), Channel::Online) if *account == placing.account => Ok(false),
        (Identity::Anonymous, _) => Err(Refusal::Unauthenticated.into()),
        (Identity::Resident(_), _) | (_, Channel::Online) => Err(Refusal::Forbidden.into()),
        (_, Channel::Kiosk) => {
            caller.may(Action::BookAtKiosk, &loaded.place)?;
            Ok(false)
        }
        (_, Channel::Desk | Channel::Telephone) => {
            caller.may(Action::BookForOthers, &loaded.place)?;
            Ok(true)
        }
    }
}

/// The same within a transaction: what it refuses comes before the first write.
pub(crate) async fn place_in(
    tx: &mut Tx,
    act: &Act,
    placing: &Placing,
) -> Result<Unmet<AssignmentView>> {
    unmet(attempt(tx, act, placing, None).await)
}

/// Gives a place, to somebody who leaves another one for it if there is one: both or neither.
pub(super) async fn attempt(
    tx: &mut Tx,
    act: &Act,
    placing: &Placing,
    leaving: Option<&AssignmentView>,
) -> Result<Unmet<AssignmentView>> {
    let mut loaded = facts::shift(tx, &placing.shift).await?;
    let by_staff = authorise(act, placing, &loaded)?;
    tx.need([&placing.account])?;
    let person = whom(tx, &placing.account, placing.person.as_ref()).await?;
    // Whoever waits comes before whoever asks now (C-18).
    if promote_loaded(tx, act, &loaded).await? {
        loaded = facts::shift(tx, &placing.shift).await?;
    }
    let mut who = facts::volunteer(tx, &loaded.facts, &person).await?;
    if let Some(leaving) = leaving {
        who.facts.clash = facts::clash_without(tx, &loaded.facts, &person, &leaving.id).await?;
    }
    if placing.risks_read {
        who.facts.risks_version = Some(loaded.facts.needs.risks.version);
    }
    let ask = Ask {
        position: placing.position.as_deref(),
        may_wait: placing.may_wait,
        by_staff,
        overrides: by_staff && placing.override_reason.is_some(),
    };
    match decide(&loaded.facts, &who.facts, ask, act.now) {
        Ok(placement) => {
            let placed = write(tx, act, placing, &loaded, &who, placement).await?;
            // Only now: whoever moves up is looked at with what they hold from here on.
            if let Some(leaving) = leaving {
                give_up(tx, act, leaving).await?;
            }
            Ok(Ok(placed))
        }
        Err(unmet) => Ok(Err(unmet)),
    }
}

/// Who of an account: one of its people, the holder unless told.
pub(crate) async fn whom(
    tx: &mut Tx,
    account: &AccountId,
    person: Option<&PersonId>,
) -> Result<PersonId> {
    let found: Option<(PersonId,)> = match person {
        Some(person) => {
            tx.sql("SELECT id FROM person WHERE account_id = $1 AND id = $2 AND status = 'active'")
                .bind(account)
                .bind(person)
                .optional()
                .await?
        }
        None => {
            tx.sql("SELECT id FROM person WHERE account_id = $1 AND relation = 'self'")
                .bind(account)
                .optional()
                .await?
        }
    };
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

async fn write(
    tx: &mut Tx,
    act: &Act,
    placing: &Placing,
    loaded: &LoadedShift,
    who: &LoadedVolunteer,
    placement: Placement,
) -> Result<AssignmentView> {
    let id: AssignmentId = act.ids.make(act.now);
    let (state, position) = match placement {
        Placement::Confirm(nth) => {
            let position = nth.and_then(|nth| loaded.facts.needs.positions.get(nth));
            let position = position.map(|position| position.name.clone());
            (AssignmentState::Confirmed, position)
        }
        Placement::Wait => (AssignmentState::Waitlisted, placing.position.clone()),
        Placement::Request => (AssignmentState::Requested, placing.position.clone()),
    };
    let risks = &loaded.facts.needs.risks;
    let confirmed = placing.risks_read && !risks.text.is_empty();
    let holds = state == AssignmentState::Confirmed;
    tx.sql(
        "INSERT INTO assignment (id, shift_id, role, person_id, account_id, position, state,
             channel, short_code, queue_no, risks_version, risks_at, override_reason, asked_at,
             confirmed_at)
         VALUES ($1, $2, 'volunteer', $3, $4, $5, $6, $7, $8,
             CASE WHEN $9 THEN (SELECT COALESCE(MAX(queue_no), 0) + 1 FROM assignment
                 WHERE shift_id = $2 AND state = 'waitlisted') END,
             $10, $11, $12, $13, $14)",
    )
    .bind(&id)
    .bind(&placing.shift)
    .bind(&who.facts.person)
    .bind(&who.account)
    .bind(position)
    .bind(state)
    .bind(placing.channel)
    .bind(short_code(act)?)
    .bind(placement == Placement::Wait)
    .bind(confirmed.then_some(i64::from(risks.version)))
    .bind(confirmed.then_some(act.now))
    .bind(placing.override_reason.as_deref())
    .bind(act.now)
    .bind(holds.then_some(act.now))
    .run()
    .await?;
    cover::said_yes(tx, act, &placing.shift, &who.facts.person).await?;
    if holds {
        watches::came(tx, &who.account, &loaded.view).await?;
    }
    recount(tx, act, &placing.shift).await?;
    let entry = Entry {
        action: Verb::AssignmentPlace,
        subject: ("assignment", id.as_str()),
        center: Some(&loaded.place.center),
        detail: json!({
            "shift": placing.shift,
            "person": who.facts.person,
            "state": state,
            "channel": placing.channel,
            "override": placing.override_reason.is_some(),
        }),
    };
    audit::record(tx, act, entry).await?;
    if matches!(placing.channel, Channel::Desk | Channel::Telephone) && holds {
        let notice = Notice::BookedByStaff {
            person: who.name.clone(),
            subject: Subject::Assignment(id.clone()),
            sitting: loaded.view.sitting(),
        };
        notices::tell(tx, act, &who.account, &notice, id.as_str()).await?;
    }
    tx.changed(Change::Shift(placing.shift.clone()));
    view_in(tx, &id).await?.ok_or(Error::Corrupt("assignment"))
}
