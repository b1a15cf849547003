//! A lead thanks the volunteers of their shift, each once.

use super::{By, Said, THERE, Thanked, keep};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx, centers, outcome,
    shifts::{self, ShiftView},
};
use domain::{
    Refusal,
    access::{Action, Caller},
    id::{AccountId, AssignmentId, PersonId, ShiftId, StaffId},
    shift::{AssignmentState, Role},
    thanks::{Sentence, may_thank_as_lead, thank_by_lead},
    time::Timestamp,
};
use serde_json::json;

/// Somebody whom the lead can thank, or has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToThank {
    /// Their place in the shift.
    pub assignment: AssignmentId,
    /// Their name.
    pub name: String,
    /// What the lead said.
    pub said: Option<Sentence>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AssignmentId,
    role: Role,
    state: AssignmentState,
    name: String,
    said: Option<Sentence>,
}

/// Whom the caller can thank for a shift, or has thanked: nobody where they did not lead it. For whoever
/// has looked at who is in it.
///
/// # Errors
/// Database errors.
pub async fn for_lead(
    db: &Db,
    caller: &Caller,
    shift: &ShiftView,
    now: Timestamp,
) -> Result<Vec<ToThank>> {
    let Ok(staff) = caller.staff() else {
        return Ok(Vec::new());
    };
    let mut tx = db.read().await?;
    let led = led(&mut tx, &shift.id, staff).await?;
    let rows: Vec<Row> = tx
        .sql(
            "SELECT a.id, a.role, a.state, p.name, t.sentence AS said
             FROM assignment a JOIN person p ON p.id = a.person_id
             LEFT JOIN thanks t ON t.assignment_id = a.id AND t.staff_id = $2
             WHERE a.shift_id = $1 ORDER BY a.asked_at, a.id",
        )
        .bind(&shift.id)
        .bind(staff)
        .all()
        .await?;
    let may = |row: &Row| may_thank_as_lead(led, (row.role, row.state), shift.span, now).is_ok();
    let shown = rows
        .into_iter()
        .filter(|row| row.said.is_some() || may(row));
    Ok(shown
        .map(|row| ToThank {
            assignment: row.id,
            name: row.name,
            said: row.said,
        })
        .collect())
}

/// Whether a member of staff was there as a lead.
async fn led(tx: &mut Tx, shift: &ShiftId, staff: &StaffId) -> Result<bool> {
    let count = tx
        .sql_built(format!(
            "SELECT COUNT(*) FROM assignment WHERE shift_id = $1 AND staff_id = $2
             AND role = 'lead' AND state IN {THERE}"
        ))
        .bind(shift)
        .bind(staff)
        .count()
        .await?;
    Ok(count > 0)
}

/// The caller, a lead who was there, thanks the holder of a place in the shift. Again changes nothing:
/// what was said first.
///
/// # Errors
/// As [`thank_by_lead`]; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn by_lead(
    db: &Db,
    act: &Act,
    assignment: &AssignmentId,
    sentence: Sentence,
) -> Result<Sentence> {
    let staff = act.caller.staff()?.clone();
    let op = Give {
        staff: staff.clone(),
        assignment: assignment.clone(),
        sentence,
    };
    Ok(db.write(act, Locks::of([&staff]), op).await??)
}

struct Give {
    staff: StaffId,
    assignment: AssignmentId,
    sentence: Sentence,
}

#[derive(sqlx::FromRow)]
struct Place {
    shift_id: ShiftId,
    role: Role,
    state: AssignmentState,
    person_id: Option<PersonId>,
    account_id: Option<AccountId>,
    name: Option<String>,
}

#[async_trait::async_trait]
impl Op for Give {
    type Out = Outcome<Sentence>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.give(tx, act).await)
    }
}

impl Give {
    async fn give(&self, tx: &mut Tx, act: &Act) -> Result<Sentence> {
        tx.need([&self.staff])?;
        let place: Option<Place> = tx
            .sql(
                "SELECT a.shift_id, a.role, a.state, a.person_id, a.account_id, p.name
                 FROM assignment a LEFT JOIN person p ON p.id = a.person_id WHERE a.id = $1",
            )
            .bind(&self.assignment)
            .optional()
            .await?;
        let place = place.ok_or(Refusal::NotFound)?;
        let shift = shifts::view_in(tx, &place.shift_id).await?;
        let shift = shift.ok_or(Refusal::NotFound)?;
        let center = centers::place(tx, &shift.center_id).await?;
        act.caller.may(Action::BookForOthers, &center)?;
        let said: Option<(Sentence,)> = tx
            .sql("SELECT sentence FROM thanks WHERE assignment_id = $1 AND staff_id = $2")
            .bind(&self.assignment)
            .bind(&self.staff)
            .optional()
            .await?;
        if let Some((said,)) = said {
            return Ok(said);
        }
        let led = led(tx, &shift.id, &self.staff).await?;
        let held = (place.role, place.state);
        thank_by_lead(led, held, shift.span, self.sentence, act.now)?;
        let (Some(person_id), Some(account_id)) = (place.person_id, place.account_id) else {
            return Err(Refusal::NobodyToThank.into());
        };
        let to = Thanked {
            person_id,
            account_id,
            name: place.name.unwrap_or_default(),
        };
        let said = Said {
            sentence: self.sentence,
            by: By::Lead(&self.staff, &self.assignment),
            center: &shift.center_id,
            to: &[to],
            detail: json!({ "shift": shift.id }),
        };
        keep(tx, act, said).await?;
        Ok(self.sentence)
    }
}
