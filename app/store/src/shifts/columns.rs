//! How what a shift needs becomes its columns.

use super::list_column;
use crate::{Query, Result};
use domain::shift::Needs;

/// Binds what a shift needs, in the order `leads_min, volunteers_min, volunteers_max,
/// waitlist_capacity, positions, skills, trainings, min_age, guardian_below, risks, risks_version`.
pub(super) fn bind_needs<'t>(query: Query<'t>, needs: &Needs) -> Result<Query<'t>> {
    Ok(query
        .bind(i64::from(needs.leads_min))
        .bind(i64::from(needs.volunteers_min))
        .bind(i64::from(needs.volunteers_max))
        .bind(i64::from(needs.waitlist_capacity))
        .bind(list_column(&needs.positions)?)
        .bind(list_column(&needs.skills)?)
        .bind(list_column(&needs.trainings)?)
        .bind(needs.min_age.map(i64::from))
        .bind(i64::from(needs.guardian_below))
        .bind(&needs.risks.text)
        .bind(i64::from(needs.risks.version)))
}
