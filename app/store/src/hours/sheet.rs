//! Who was in a shift and for how long: what a lead looks at before validating.

use super::{
    insert::counted,
    read::{EntryView, of_shift_in},
};
use crate::{Db, Result, Tx, centers, shifts, shifts::ShiftView};
use domain::{
    Refusal,
    access::{Action, Caller},
    check_in::{Attendance, Direction, Evidence, Kind, attendance},
    hours::{Credit, Done, Validator, check_validator, credit},
    id::{AccountId, AssignmentId, CheckInId, PersonId, ShiftId, StaffId},
    shift::{AssignmentState, DOOR, Role},
    time::Timestamp,
};

/// Somebody who held a place in the shift.
#[derive(Clone, Debug)]
pub struct SheetRow {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Lead or volunteer.
    pub role: Role,
    /// Where it stands.
    pub state: AssignmentState,
    /// Who, of a volunteer.
    pub person: Option<PersonId>,
    /// Whose people they are.
    pub account: Option<AccountId>,
    /// Who, of a lead.
    pub staff: Option<StaffId>,
    /// Their name.
    pub name: String,
    /// When they came and went.
    pub attendance: Attendance,
    /// What counts of it; nothing of a lead.
    pub credit: Option<Credit>,
    /// What the ledger has of this place.
    pub entries: Vec<EntryView>,
}

/// A shift with everybody who held a place in it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Leads first.
    pub rows: Vec<SheetRow>,
    /// Why the caller may not validate it now, if so.
    pub refusal: Option<Refusal>,
}

impl Sheet {
    /// The leads who were there: those who may validate.
    pub fn led(&self) -> impl Iterator<Item = &SheetRow> {
        led(&self.rows)
    }
}

fn led(rows: &[SheetRow]) -> impl Iterator<Item = &SheetRow> {
    let there = rows.iter().filter(|row| row.attendance.is_present());
    there.filter(|row| row.role == Role::Lead)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AssignmentId,
    role: Role,
    state: AssignmentState,
    person_id: Option<PersonId>,
    account_id: Option<AccountId>,
    staff_id: Option<StaffId>,
    name: String,
    evidence_id: Option<CheckInId>,
    kind: Option<Kind>,
    direction: Option<Direction>,
    at: Option<Timestamp>,
    door: Option<String>,
    received_at: Option<Timestamp>,
}

/// A piece of evidence, and when it reached the server.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) evidence: Evidence,
    pub(super) received_at: Timestamp,
}

/// A place in a shift with what the scans say of it.
pub(super) struct Held {
    pub(super) id: AssignmentId,
    pub(super) role: Role,
    state: AssignmentState,
    pub(super) person: Option<PersonId>,
    account: Option<AccountId>,
    staff: Option<StaffId>,
    name: String,
    pub(super) seen: Vec<Seen>,
}

impl Row {
    fn seen(&self) -> Option<Seen> {
        Some(Seen {
            evidence: Evidence {
                id: self.evidence_id.clone()?,
                kind: self.kind?,
                direction: self.direction?,
                at: self.at?,
                door: self.door.clone()?,
            },
            received_at: self.received_at?,
        })
    }

    fn held(self) -> Held {
        Held {
            seen: self.seen().into_iter().collect(),
            id: self.id,
            role: self.role,
            state: self.state,
            person: self.person_id,
            account: self.account_id,
            staff: self.staff_id,
            name: self.name,
        }
    }
}

/// Everybody who held a place in a shift, leads first, with what the scans say.
pub(super) async fn held_in(tx: &mut Tx, shift: &ShiftView) -> Result<Vec<Held>> {
    let rows: Vec<Row> = tx
        .sql(
            "SELECT a.id, a.role, a.state, a.person_id, a.account_id, a.staff_id,
                COALESCE(p.name, t.name) AS name, e.id AS evidence_id, e.kind, e.direction, e.at,
                e.door, e.received_at
             FROM assignment a
             LEFT JOIN person p ON p.id = a.person_id
             LEFT JOIN staff t ON t.id = a.staff_id
             LEFT JOIN check_in e ON e.subject_id = a.id AND e.is_evidence
             WHERE a.shift_id = $1
             AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated', 'no_show')
             ORDER BY a.role, a.asked_at, a.id",
        )
        .bind(&shift.id)
        .all()
        .await?;
    let mut found: Vec<Held> = Vec::new();
    for row in rows {
        match found.last_mut() {
            Some(last) if last.id == row.id => last.seen.extend(row.seen()),
            _ => found.push(row.held()),
        }
    }
    Ok(found)
}

/// Everybody who held a place in a shift, with what counts of their presence now.
pub(crate) async fn rows_in(tx: &mut Tx, shift: &ShiftView) -> Result<Vec<SheetRow>> {
    let told: Vec<(Held, Attendance)> = held_in(tx, shift)
        .await?
        .into_iter()
        .map(|held| {
            let seen = held.seen.iter().map(|seen| seen.evidence.clone());
            let evidence: Vec<Evidence> = seen.collect();
            let told = attendance(DOOR, shift.span, &evidence);
            (held, told)
        })
        .collect();
    let leads: Vec<Attendance> = told
        .iter()
        .filter(|(row, _)| row.role == Role::Lead)
        .map(|(_, attendance)| attendance.clone())
        .collect();
    let people: Vec<&PersonId> = told
        .iter()
        .filter_map(|(row, _)| row.person.as_ref())
        .collect();
    let counted = counted(tx, &people, shift.span).await?;
    let entries = of_shift_in(tx, &shift.id).await?;
    let sheet = told.iter().map(|(row, attendance)| {
        let person = row.person.as_ref();
        let before = person.and_then(|person| counted.get(person));
        let spans = before.map(|counted| counted.spans.as_slice());
        let is_volunteer = row.role == Role::Volunteer;
        let of = entries.iter().filter(|entry| entry.assignment_id == row.id);
        SheetRow {
            credit: is_volunteer
                .then(|| credit(shift.span, attendance, &leads, spans.unwrap_or_default())),
            attendance: attendance.clone(),
            entries: of.cloned().collect(),
            assignment: row.id.clone(),
            role: row.role,
            state: row.state,
            person: row.person.clone(),
            account: row.account.clone(),
            staff: row.staff.clone(),
            name: row.name.clone(),
        }
    });
    Ok(sheet.collect())
}

/// Whether the caller may validate the shift's hours now.
pub(super) fn check(
    caller: &Caller,
    shift: &ShiftView,
    rows: &[SheetRow],
    now: Timestamp,
) -> std::result::Result<(), Refusal> {
    let volunteers = || rows.iter().filter(|row| row.role == Role::Volunteer);
    let done = Done {
        span: shift.span,
        leads: led(rows).filter_map(|row| row.staff.clone()).collect(),
        accounts: volunteers().filter_map(|row| row.account.clone()).collect(),
        is_anybody_inside: volunteers().any(|row| row.attendance.is_inside()),
    };
    let who = Validator {
        staff: caller.staff().ok(),
        account: caller.account().ok(),
    };
    check_validator(&done, &who, now)
}

/// The sheet of a shift, for whoever has looked at who is in it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn sheet(db: &Db, caller: &Caller, shift: &ShiftId, now: Timestamp) -> Result<Sheet> {
    let mut tx = db.read().await?;
    let view = shifts::view_in(&mut tx, shift).await?;
    let view = view.ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &view.center_id).await?;
    caller.may(Action::ViewBookings, &place)?;
    sheet_in(&mut tx, caller, &view, now).await
}

pub(super) async fn sheet_in(
    tx: &mut Tx,
    caller: &Caller,
    shift: &ShiftView,
    now: Timestamp,
) -> Result<Sheet> {
    let rows = rows_in(tx, shift).await?;
    Ok(Sheet {
        refusal: check(caller, shift, &rows, now).err(),
        rows,
    })
}
