//! Whom a change of contracts would hit, before it is made.

use super::{
    bind::{self, Row},
    contracts::{Decided, Planned, decide},
};
use crate::{Act, Db, Result, Tx};
use domain::{
    access::{Role, Scope, StaffStatus},
    agency::Term,
    id::{AgencyId, CenterId, StaffId},
    person::PersonName,
    time::Timestamp,
};
use std::collections::HashMap;

/// Somebody's role at the center, and when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: PersonName,
    /// In which role.
    pub role: Role,
    /// When it ends as things are; not at all where there is none.
    pub before: Option<Timestamp>,
    /// When it would end.
    pub after: Option<Timestamp>,
}

/// Whom it hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// For which center the contract is.
    pub center: CenterId,
    /// The contract's days as it would be; none where it is taken back.
    pub term: Option<Term>,
    /// The agency's own people whose roles would end at another time.
    pub moved: Vec<Hit>,
    /// The people of other agencies who have a role there, which their own contracts end.
    pub others: Vec<Hit>,
}

/// What the change would do, for whoever may make it; refused as the change would be.
///
/// # Errors
/// As of [`super::carry_out`].
pub async fn look(db: &Db, act: &Act, planned: &Planned) -> Result<Look> {
    let mut tx = db.read().await?;
    let decided = decide(&mut tx, &act.caller, planned, act.now).await?;
    let terms = terms_then(&mut tx, &decided).await?;
    let (agency, center) = (&decided.agency, &decided.center);
    let names = names(&mut tx).await?;
    let hit = |row: &Row, role, before, after| {
        let name = names.get(&row.staff_id)?.clone();
        Some(Hit {
            staff: row.staff_id.clone(),
            name,
            role,
            before,
            after,
        })
    };
    let settled = bind::settled(&mut tx, agency, center, &terms, act.now).await?;
    let moved = settled.iter().filter_map(|(row, held, after)| {
        let (from, to) = (held.timed.ends_at, after.timed.ends_at);
        let hit = hit(row, held.timed.grant.role, from, to);
        hit.filter(|_| from != to)
    });
    let moved = moved.collect();
    let mut others = Vec::new();
    for row in of_others(&mut tx, agency, center).await? {
        let timed = row.bound()?.timed;
        if !timed.has_ended(act.now) {
            others.extend(hit(&row, timed.grant.role, timed.ends_at, timed.ends_at));
        }
    }
    Ok(Look {
        center: decided.center,
        term: decided.after,
        moved,
        others,
    })
}

/// The agency's contracts for the center as they would be.
async fn terms_then(tx: &mut Tx, decided: &Decided) -> Result<Vec<Term>> {
    let mut terms = bind::terms(tx, &decided.agency, &decided.center).await?;
    terms.retain(|term| Some(*term) != decided.before);
    terms.extend(decided.after);
    Ok(terms)
}

/// What people of other agencies hold there.
async fn of_others(tx: &mut Tx, agency: &AgencyId, center: &CenterId) -> Result<Vec<Row>> {
    tx.sql_built(format!(
        "{} WHERE s.agency_id <> $1 AND g.scope = $2 ORDER BY g.staff_id, g.role",
        bind::ROW
    ))
    .bind(agency)
    .bind(Scope::Center(center.clone()).to_string())
    .all()
    .await
}

/// The names of those who are of an agency and have an account.
async fn names(tx: &mut Tx) -> Result<HashMap<StaffId, PersonName>> {
    let rows: Vec<(StaffId, PersonName)> = tx
        .sql("SELECT id, name FROM staff WHERE agency_id IS NOT NULL AND status <> $1")
        .bind(StaffStatus::Closed)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}
