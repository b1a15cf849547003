//! What a volunteer was thanked for. Residents are counted and never named; leads say who they are.

use super::THERE;
use crate::{Db, Result, people};
use domain::{
    id::{AccountId, PersonId, ShiftId},
    thanks::{Sentence, counted},
    time::{Span, Timestamp},
};
use std::collections::HashSet;

/// The thanks for one shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfShift {
    /// The shift.
    pub shift: ShiftId,
    /// Its title.
    pub title: String,
    /// The center's name.
    pub center: String,
    /// When it was.
    pub span: Span,
    /// Whether it is demo data.
    pub demo: bool,
    /// What residents said, and how many of them.
    pub residents: Vec<(Sentence, u32)>,
    /// What leads said, with their names.
    pub leads: Vec<(String, Sentence)>,
}

impl OfShift {
    /// How many residents gave thanks.
    pub fn many(&self) -> u32 {
        self.residents.iter().map(|(_, count)| count).sum()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    thanks_id: String,
    shift_id: ShiftId,
    title: String,
    center: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    demo: bool,
    sentence: Sentence,
    lead: Option<String>,
}

/// What one of an account's people was thanked for, shift by shift, the newest first.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for a person of another account; database errors.
pub async fn of_person(db: &Db, account: &AccountId, person: &PersonId) -> Result<Vec<OfShift>> {
    let mut tx = db.read().await?;
    people::find_in(&mut tx, account, person).await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT t.id AS thanks_id, s.id AS shift_id, s.title, c.name AS center, s.starts_at,
                s.ends_at, s.demo, t.sentence, NULL AS lead
             FROM assignment a JOIN shift s ON s.id = a.shift_id JOIN center c ON c.id = s.center_id
             JOIN thanks t ON t.occurrence_id = s.occurrence_id
             JOIN booking b ON b.id = t.booking_id
             WHERE a.person_id = $1 AND a.role = 'volunteer' AND a.state IN {THERE}
             AND b.state = 'checked_in' AND b.account_id <> a.account_id
             UNION ALL
             SELECT t.id, s.id, s.title, c.name, s.starts_at, s.ends_at, s.demo, t.sentence, f.name
             FROM assignment a JOIN shift s ON s.id = a.shift_id JOIN center c ON c.id = s.center_id
             JOIN thanks t ON t.assignment_id = a.id JOIN staff f ON f.id = t.staff_id
             WHERE a.person_id = $1 AND a.role = 'volunteer' AND a.state IN {THERE}
             ORDER BY 5 DESC, 2, 1 LIMIT 500"
        ))
        .bind(person)
        .all()
        .await?;
    Ok(grouped(rows))
}

/// Shift by shift. Whoever was in two shifts of an occurrence is thanked once.
fn grouped(mut rows: Vec<Row>) -> Vec<OfShift> {
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.thanks_id.clone()));
    let shifts = rows.chunk_by(|a, b| a.shift_id == b.shift_id);
    let told = shifts.filter_map(|of| {
        let first = of.first()?;
        let leads = of
            .iter()
            .filter_map(|row| Some((row.lead.clone()?, row.sentence)));
        let residents = of.iter().filter(|row| row.lead.is_none());
        Some(OfShift {
            shift: first.shift_id.clone(),
            title: first.title.clone(),
            center: first.center.clone(),
            span: Span::kept(first.starts_at, first.ends_at),
            demo: first.demo,
            residents: counted(residents.map(|row| row.sentence)),
            leads: leads.collect(),
        })
    });
    told.collect()
}
