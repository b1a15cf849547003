//! Whether the shift that somebody has just come to has its lead.

use super::scan::Admission;
use crate::{Result, Tx, bookings::small};
use domain::{
    check_in::{Direction, Verdict},
    commitment::Subject,
    shift::{Halves, MissingLead, Role, without_lead},
    time::{Span, Timestamp},
};

#[derive(sqlx::FromRow)]
struct Row {
    role: Role,
    leads_in: i64,
    leads_min: i64,
    starts_at: Timestamp,
    ends_at: Timestamp,
    missing_lead: MissingLead,
}

/// What a volunteer who came in is told of their shift's lead; nothing where that is there.
pub(super) async fn look(tx: &mut Tx, answer: &mut Admission, now: Timestamp) -> Result<()> {
    let came_in = match &answer.verdict {
        Verdict::Admitted { direction, .. } => *direction != Direction::Out,
        Verdict::Already { .. } => true,
        _ => false,
    };
    let Some(Subject::Assignment(assignment)) = &answer.subject else {
        return Ok(());
    };
    if !came_in {
        return Ok(());
    }
    let row: Option<Row> = tx
        .sql(
            "SELECT a.role, s.leads_in, s.leads_min, s.starts_at, s.ends_at, c.missing_lead
             FROM assignment a JOIN shift s ON s.id = a.shift_id JOIN center c ON c.id = s.center_id
             WHERE a.id = $1",
        )
        .bind(assignment)
        .optional()
        .await?;
    if let Some(row) = row.filter(|row| row.role == Role::Volunteer) {
        let halves = Halves {
            leads: 0,
            leads_min: small(row.leads_min)?,
            volunteers: 0,
            volunteers_min: 0,
            leads_in: small(row.leads_in)?,
            volunteers_in: 0,
        };
        let span = Span::kept(row.starts_at, row.ends_at);
        answer.without_lead = without_lead(row.missing_lead, &halves, span, now);
    }
    Ok(())
}
