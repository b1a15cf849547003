//! The week as it is.

use super::team::Who;
use crate::{
    Act, Db, Error, Result, Tx,
    audit::{self, CenterLook},
    shifts::{ShiftView, all_in},
};
use chrono::NaiveDate;
use domain::{
    audit::Verb,
    id::{AccountId, AssignmentId, CenterId, PersonId, ShiftId, StaffId},
    place::CenterPlace,
    shift::{AssignmentState, Role},
    time::{DAY, Span, Timestamp},
};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// Somebody in a shift, or asking to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The assignment.
    pub id: AssignmentId,
    /// In which shift.
    pub shift: ShiftId,
    /// Who.
    pub who: Who,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Where it stands.
    pub state: AssignmentState,
}

/// A shift with everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekRow {
    /// The shift.
    pub shift: ShiftView,
    /// Leads first, then volunteers by name; those who ask or wait last.
    pub seats: Vec<Seat>,
}

/// A center's week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekView {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The shifts that begin in it, by start; those cancelled left out.
    pub rows: Vec<WeekRow>,
}

/// The week that begins at midnight in Shenzhen.
pub(super) fn span_of(monday: NaiveDate) -> Span {
    let start = Timestamp::start_of(monday);
    Span::kept(start, start.plus(7 * DAY))
}

/// A center's week with the names of all in it; the look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound),
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden); database errors.
pub async fn week(db: &Db, act: &Act, center: &CenterId, monday: NaiveDate) -> Result<WeekView> {
    look(db, act, center, "roster").await?;
    week_in(&mut db.read().await?, center, monday).await
}

/// Whether the caller may see the people of a center, and the record that they look.
pub(super) async fn look(
    db: &Db,
    act: &Act,
    center: &CenterId,
    page: &'static str,
) -> Result<CenterPlace> {
    let look = CenterLook {
        center,
        action: Verb::AssignmentView,
        page,
        detail: json!({}),
    };
    audit::look_at(db, act, look).await
}

pub(super) async fn week_in(tx: &mut Tx, center: &CenterId, monday: NaiveDate) -> Result<WeekView> {
    let span = span_of(monday);
    let mut shifts = all_in(tx, center, span.start(), span.end()).await?;
    shifts.retain(|shift| shift.span.start() >= span.start());
    let mut seats = seats(tx, &shifts).await?;
    let rows = shifts.into_iter().map(|shift| WeekRow {
        seats: seats.remove(&shift.id).unwrap_or_default(),
        shift,
    });
    Ok(WeekView {
        monday,
        rows: rows.collect(),
    })
}

/// A seat as it is stored, in the order of what is selected.
#[derive(Deserialize)]
struct Row {
    id: AssignmentId,
    shift_id: ShiftId,
    role: Role,
    person_id: Option<PersonId>,
    account_id: Option<AccountId>,
    staff_id: Option<StaffId>,
    name: String,
    state: AssignmentState,
}

impl Row {
    fn read(self) -> Result<Seat> {
        let who = match (self.person_id, self.account_id, self.staff_id) {
            (Some(person), Some(account), _) => Who::Volunteer { person, account },
            (_, _, Some(staff)) => Who::Lead { staff },
            _ => return Err(Error::Corrupt("assignment")),
        };
        Ok(Seat {
            id: self.id,
            shift: self.shift_id,
            who,
            name: self.name,
            role: self.role,
            state: self.state,
        })
    }
}

/// Everybody who is in these shifts, asks to be, or waits.
async fn seats(tx: &mut Tx, shifts: &[ShiftView]) -> Result<HashMap<ShiftId, Vec<Seat>>> {
    let mut found: HashMap<ShiftId, Vec<Seat>> = HashMap::new();
    if shifts.is_empty() {
        return Ok(found);
    }
    let all = tx.pack(
        "a.id, a.shift_id, a.role, a.person_id, a.account_id, a.staff_id, COALESCE(p.name, t.name),
         a.state",
    );
    let text = format!(
        "SELECT {all}
         FROM assignment a
         LEFT JOIN person p ON p.id = a.person_id
         LEFT JOIN staff t ON t.id = a.staff_id
         WHERE a.shift_id {} AND a.state NOT IN ('withdrawn', 'declined', 'no_show')",
        tx.one_of("$1")
    );
    let rows: Vec<Row> = tx
        .sql_built(text)
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .packed()
        .await?;
    for row in rows {
        let seat = row.read()?;
        found.entry(seat.shift.clone()).or_default().push(seat);
    }
    for seats in found.values_mut() {
        seats.sort_by(|one, other| {
            let rank = |seat: &Seat| (seat.role, !seat.state.holds_place());
            rank(one)
                .cmp(&rank(other))
                .then_with(|| one.name.cmp(&other.name))
                .then_with(|| one.id.cmp(&other.id))
        });
    }
    Ok(found)
}
