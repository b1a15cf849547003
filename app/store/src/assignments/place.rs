//! Giving a volunteer a place in a shift, or a place in its line.

use super::{
    Unmet,
    count::count_one,
    end::give_up,
    facts::{self, LoadedShift, LoadedVolunteer},
    promote::{promote_in, settled},
    read::AssignmentView,
    recount, unmet,
};
use crate::{
    Act, Batch, Change, Db, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    bookings::short_code,
    cover, invitations, notices, watches,
};
use domain::{
    Refusal,
    access::{Action, Identity},
    activity::Channel,
    audit::Verb,
    commitment::Subject,
    id::{AccountId, AssignmentId, PersonId, ShiftId},
    notice::Notice,
    shift::{Ask, AssignmentState, Ended, Placement, Role, decide},
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
    if let Some(refusal) = check_reason(placing.override_reason.as_deref()) {
        return Ok(Err(vec![refusal]));
    }
    let locks = Locks::of([&placing.account]).and([&placing.shift]);
    db.write(act, locks, Place { placing }).await
}

/// What is wrong with the reason for setting rules aside.
pub(super) fn check_reason(reason: Option<&str>) -> Option<Refusal> {
    let read = reason.map(|reason| text::name("override", reason, LONGEST_REASON));
    read.and_then(std::result::Result::err)
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
        let mut batch = Batch::new(tx);
        let placed = unmet(attempt(tx, act, &self.placing, None, &mut batch).await)?;
        tx.write_last(batch);
        Ok(placed)
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
    let mut batch = Batch::new(tx);
    let placed = unmet(attempt(tx, act, placing, None, &mut batch).await)?;
    batch.run(tx).await?;
    Ok(placed)
}

/// Gives a place, to somebody who leaves another one for it if there is one: both or neither. What is
/// written of the new place alone is left to the batch.
pub(super) async fn attempt(
    tx: &mut Tx,
    act: &Act,
    placing: &Placing,
    leaving: Option<&AssignmentView>,
    batch: &mut Batch,
) -> Result<Unmet<AssignmentView>> {
    let loaded = facts::shift(tx, &placing.shift).await?;
    let by_staff = authorise(act, placing, &loaded)?;
    tx.need([&placing.account])?;
    // Whoever waits comes before whoever asks now (C-18).
    let mut loaded = settled(tx, act, loaded).await?;
    let named = placing.person.as_ref();
    let mut who = facts::volunteer_of(tx, &loaded.facts, &placing.account, named).await?;
    let theirs = invitations::for_person(tx, &loaded.view, &who.facts.person).await?;
    loaded.facts = loaded
        .facts
        .for_invited(u32::try_from(theirs.len()).unwrap_or(u32::MAX));
    if let Some(leaving) = leaving {
        let person = &who.facts.person;
        who.facts.clash = facts::clash_without(tx, &loaded.facts, person, &leaving.id).await?;
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
            let taken = !theirs.is_empty() && matches!(placement, Placement::Confirm(_));
            if taken {
                invitations::end(tx, act, &theirs, Ended::Taken).await?;
            }
            let placed = write(tx, act, batch, (placing, &loaded), &who, placement).await?;
            if taken {
                batch.run(tx).await?;
                recount(tx, act, &placing.shift).await?;
                // Two may have kept a place for the same friend.
                promote_in(tx, act, &placing.shift).await?;
            }
            // Only now: whoever moves up is looked at with what they hold from here on.
            if let Some(leaving) = leaving {
                batch.run(tx).await?;
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

/// Writes what was decided and counts it.
async fn write(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    (placing, loaded): (&Placing, &LoadedShift),
    who: &LoadedVolunteer,
    placement: Placement,
) -> Result<AssignmentView> {
    let placed = put(tx, act, batch, (placing, loaded), who, placement).await?;
    let counts = (&placing.shift, &loaded.counts());
    let change = (None, placed.state);
    count_one(tx, act, batch, counts, Role::Volunteer, change).await?;
    Ok(placed)
}

/// Writes what was decided but for the shift's counts, and says what [`view_in`](super::view_in) would
/// read of it.
pub(super) async fn put(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    (placing, loaded): (&Placing, &LoadedShift),
    who: &LoadedVolunteer,
    placement: Placement,
) -> Result<AssignmentView> {
    let (state, position) = match placement {
        Placement::Confirm(nth) => {
            let position = nth.and_then(|nth| loaded.facts.needs.positions.get(nth));
            let position = position.map(|position| position.name.clone());
            (AssignmentState::Confirmed, position)
        }
        Placement::Wait => (AssignmentState::Waitlisted, placing.position.clone()),
        Placement::Request => (AssignmentState::Requested, placing.position.clone()),
    };
    let made = Made {
        id: act.ids.make(act.now),
        short_code: short_code(act)?,
        state,
        position,
    };
    insert(batch, act, (placing, loaded), who, &made);
    cover::said_yes(tx, act, &placing.shift, &who.facts.person).await?;
    if state == AssignmentState::Confirmed {
        watches::came(tx, &who.account, &loaded.view).await?;
    }
    let entry = Entry {
        action: Verb::AssignmentPlace,
        subject: ("assignment", made.id.as_str()),
        center: Some(&loaded.place.center),
        detail: json!({
            "shift": placing.shift,
            "person": who.facts.person,
            "state": state,
            "channel": placing.channel,
            "override": placing.override_reason.is_some(),
        }),
    };
    audit::add(batch, act, entry);
    let by_staff = matches!(placing.channel, Channel::Desk | Channel::Telephone);
    if by_staff && state == AssignmentState::Confirmed {
        let notice = Notice::BookedByStaff {
            person: who.name.clone(),
            subject: Subject::Assignment(made.id.clone()),
            sitting: loaded.view.sitting(),
        };
        notices::tell(tx, act, &who.account, &notice, made.id.as_str()).await?;
    }
    tx.changed(Change::Shift(placing.shift.clone()));
    Ok(view(act, (placing, loaded), who, made))
}

/// A place that is given.
struct Made {
    id: AssignmentId,
    short_code: String,
    state: AssignmentState,
    position: Option<String>,
}

/// Its row. A short code that exists already, one of three billion, makes the operation run again,
/// with another one.
fn insert(
    batch: &mut Batch,
    act: &Act,
    (placing, loaded): (&Placing, &LoadedShift),
    who: &LoadedVolunteer,
    made: &Made,
) {
    let risks = &loaded.facts.needs.risks;
    let confirmed = placing.risks_read && !risks.text.is_empty();
    let holds = made.state == AssignmentState::Confirmed;
    batch
        .add(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, position, state,
                 channel, short_code, queue_no, risks_version, risks_at, override_reason, asked_at,
                 confirmed_at)
             VALUES ($1, $2, 'volunteer', $3, $4, $5, $6, $7, $8,
                 CASE WHEN $9 THEN (SELECT COALESCE(MAX(queue_no), 0) + 1 FROM assignment
                     WHERE shift_id = $2 AND state = 'waitlisted') END,
                 $10, $11, $12, $13, $14)
             ON CONFLICT (short_code) DO NOTHING",
        )
        .bind(&made.id)
        .bind(&placing.shift)
        .bind(&who.facts.person)
        .bind(&who.account)
        .bind(made.position.as_deref())
        .bind(made.state)
        .bind(placing.channel)
        .bind(&made.short_code)
        .bind(made.state == AssignmentState::Waitlisted)
        .bind(confirmed.then_some(i64::from(risks.version)))
        .bind(confirmed.then_some(act.now))
        .bind(placing.override_reason.as_deref())
        .bind(act.now)
        .bind(holds.then_some(act.now));
}

fn view(
    act: &Act,
    (placing, loaded): (&Placing, &LoadedShift),
    who: &LoadedVolunteer,
    made: Made,
) -> AssignmentView {
    let shift = &loaded.view;
    AssignmentView {
        shift_id: shift.id.clone(),
        center_id: shift.center_id.clone(),
        center_name: shift.center_name.clone(),
        center_phone: shift.center_phone.clone(),
        title: shift.title.clone(),
        place: shift.place.clone(),
        span: shift.span,
        shift_status: shift.status,
        role: Role::Volunteer,
        person_id: Some(who.facts.person.clone()),
        account_id: Some(who.account.clone()),
        staff_id: None,
        name: who.name.clone(),
        // Whoever comes now is the last in line.
        in_line: (made.state == AssignmentState::Waitlisted).then_some(shift.waiting + 1),
        channel: placing.channel,
        asked_at: act.now,
        checked_in_at: None,
        checked_out_at: None,
        end_reason: String::new(),
        sequence: shift.sequence,
        id: made.id,
        position: made.position,
        state: made.state,
        short_code: made.short_code,
    }
}
