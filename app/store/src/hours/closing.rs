//! What a center has left to close, and what was closed today: the last look at a day.

use super::sheet::{Sheet, sheet_in};
use crate::{
    Act, Db, Result, Tx,
    audit::{self, CenterLook},
    shifts::{self, ShiftView},
};
use domain::{
    audit::Verb,
    check_in::{Direction, Evidence, Kind, attendance},
    day::LEFT_OPEN,
    id::{AssignmentId, CenterId, CheckInId, ShiftId},
    shift::DOOR,
    time::{DAY, Span, Timestamp},
};
use serde_json::json;
use std::collections::HashMap;

/// A shift that is over and that nobody has closed, with who was there.
#[derive(Clone, Debug)]
pub struct Unclosed {
    /// The shift.
    pub shift: ShiftView,
    /// Who was there and what counts of it, and whether the caller may close it.
    pub sheet: Sheet,
}

/// A shift that was closed, in figures.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Closed {
    /// Which.
    pub id: ShiftId,
    /// Its title.
    pub title: String,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended.
    pub ends_at: Timestamp,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// How many people's hours were validated.
    pub people: i64,
    /// Their minutes together.
    pub minutes: i64,
}

impl Closed {
    /// When it was.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// What there is to close at a center.
#[derive(Clone, Debug)]
pub struct Closing {
    /// What nobody has closed, by start.
    pub open: Vec<Unclosed>,
    /// What was closed today, by start.
    pub closed: Vec<Closed>,
}

/// What a center has left to close, and what was closed today. The look is put on record (rule 6).
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn closing(db: &Db, act: &Act, center: &CenterId) -> Result<Closing> {
    let look = CenterLook {
        center,
        action: Verb::HoursView,
        page: "closing",
        detail: json!({}),
    };
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    let mut open = Vec::new();
    for shift in shifts::unclosed_in(&mut tx, center, act.now).await? {
        let sheet = sheet_in(&mut tx, &act.caller, &shift, act.now).await?;
        open.push(Unclosed { shift, sheet });
    }
    let today = Timestamp::start_of(act.now.day());
    let closed = tx
        .sql(
            "SELECT s.id, s.title, s.starts_at, s.ends_at, t.name AS closed_by,
                COUNT(h.id) AS people, CAST(COALESCE(SUM(h.minutes), 0) AS BIGINT) AS minutes
             FROM shift s
             LEFT JOIN staff t ON t.id = s.closed_by
             LEFT JOIN hour_entry h ON h.shift_id = s.id AND h.kind = 'verified'
             WHERE s.center_id = $1 AND s.starts_at > $2 AND s.starts_at < $3
             AND s.closed_at >= $4
             GROUP BY s.id, s.title, s.starts_at, s.ends_at, t.name
             ORDER BY s.starts_at, s.id",
        )
        .bind(center)
        .bind(today.plus(-LEFT_OPEN))
        .bind(today.plus(DAY))
        .bind(today)
        .all()
        .await?;
    Ok(Closing { open, closed })
}

#[derive(sqlx::FromRow)]
struct Row {
    shift_id: ShiftId,
    assignment_id: AssignmentId,
    id: CheckInId,
    kind: Kind,
    direction: Direction,
    at: Timestamp,
    door: String,
}

/// Of how many volunteers of each of these shifts nobody saw that they went (C-91); shifts without any
/// are not in it.
pub(crate) async fn forgotten_in(
    tx: &mut Tx,
    shifts: &[ShiftView],
) -> Result<HashMap<ShiftId, u32>> {
    let mut found = HashMap::new();
    if shifts.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT a.shift_id, a.id AS assignment_id, e.id, e.kind, e.direction, e.at, e.door
         FROM assignment a JOIN check_in e ON e.subject_id = a.id AND e.is_evidence
         WHERE a.shift_id {} AND a.role = 'volunteer' AND a.state IN ('checked_in', 'checked_out')
         ORDER BY a.shift_id, a.id",
        tx.one_of("$1")
    );
    let rows: Vec<Row> = tx
        .sql_built(text)
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .all()
        .await?;
    for of in rows.chunk_by(|a, b| a.assignment_id == b.assignment_id) {
        let shift = shifts.iter().find(|shift| shift.id == of[0].shift_id);
        let Some(shift) = shift else { continue };
        let evidence: Vec<Evidence> = of.iter().map(Row::evidence).collect();
        if attendance(DOOR, shift.span, &evidence).lacks_exit() {
            *found.entry(shift.id.clone()).or_default() += 1;
        }
    }
    Ok(found)
}

impl Row {
    fn evidence(&self) -> Evidence {
        Evidence {
            id: self.id.clone(),
            kind: self.kind,
            direction: self.direction,
            at: self.at,
            door: self.door.clone(),
        }
    }
}
