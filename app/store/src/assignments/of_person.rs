//! Somebody's places in the shifts of a center.

use super::read::{ASSIGNMENT, AssignmentView, Row};
use crate::{Result, Tx, known::Here};
use domain::shift::AssignmentState;

/// Those that still stand, the next one first.
pub(crate) async fn coming_of(tx: &mut Tx, of: Here<'_>, most: i64) -> Result<Vec<AssignmentView>> {
    let text = format!(
        "{ASSIGNMENT} WHERE a.person_id = $1 AND s.center_id = $2 AND s.ends_at > $3
         AND a.state {} ORDER BY s.starts_at, a.id LIMIT {most}",
        tx.one_of("$4")
    );
    of_text(tx, of, text, &AssignmentState::LIVE).await
}

/// Those that are over, the last one first.
pub(crate) async fn past_of(tx: &mut Tx, of: Here<'_>, most: i64) -> Result<Vec<AssignmentView>> {
    let text = format!(
        "{ASSIGNMENT} WHERE a.person_id = $1 AND s.center_id = $2 AND s.ends_at <= $3
         AND a.state {} ORDER BY s.starts_at DESC, a.id LIMIT {most}",
        tx.one_of("$4")
    );
    of_text(tx, of, text, &PAST).await
}

/// What a place can be once its shift is over.
const PAST: [AssignmentState; 5] = [
    AssignmentState::Confirmed,
    AssignmentState::CheckedIn,
    AssignmentState::CheckedOut,
    AssignmentState::Validated,
    AssignmentState::NoShow,
];

/// In how many shifts they served.
pub(crate) async fn served(tx: &mut Tx, of: Here<'_>) -> Result<u32> {
    tx.sql(
        "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.person_id = $1 AND s.center_id = $2
         AND a.state IN ('checked_in', 'checked_out', 'validated')",
    )
    .bind(of.person)
    .bind(of.center)
    .count()
    .await
}

async fn of_text(
    tx: &mut Tx,
    of: Here<'_>,
    text: String,
    states: &[AssignmentState],
) -> Result<Vec<AssignmentView>> {
    let query = tx.sql_built(text).bind(of.person).bind(of.center);
    let query = query.bind(of.now);
    let states = states.iter().map(|state| state.as_str());
    let rows: Vec<Row> = query.bind_list(states).all().await?;
    rows.into_iter().map(Row::read).collect()
}
