//! The roles of an agency's people at its centers, cut where its contracts end. Whatever changes
//! contracts, gives such a role or makes somebody one of the agency's people locks the center first,
//! so that none of them overlooks the other.

use super::term;
use crate::{
    Act, Error, Lock, Result, Tx,
    staff::{self, TimedGrant},
};
use domain::{
    Refusal,
    access::{Grant, Scope},
    agency::{
        Term,
        bound::{self, Bound, Contracts, Cut},
    },
    audit::Verb,
    id::{AgencyId, CenterId, ContractId, StaffId},
    time::Timestamp,
};
use serde_json::json;

/// A grant of somebody, as its row has it.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) staff_id: StaffId,
    role: String,
    scope: String,
    begins_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    cut: bool,
    wanted_ends_at: Option<Timestamp>,
}

pub(super) const ROW: &str =
    "SELECT g.staff_id, g.role, g.scope, g.begins_at, g.ends_at, g.cut, g.wanted_ends_at
     FROM role_grant g JOIN staff s ON s.id = g.staff_id";

impl Row {
    pub(super) fn bound(&self) -> Result<Bound> {
        let grant = Grant {
            role: self.role.parse()?,
            scope: Scope::parse(&self.scope)?,
        };
        Ok(Bound {
            timed: TimedGrant {
                grant,
                begins_at: self.begins_at,
                ends_at: self.ends_at,
            },
            cut: self.cut.then_some(Cut {
                wanted: self.wanted_ends_at,
            }),
        })
    }
}

/// An agency, and what it is called for short.
pub(crate) type Named = (AgencyId, String);

/// Which agency somebody is of.
pub(crate) async fn agency_of(tx: &mut Tx, staff: &StaffId) -> Result<Option<Named>> {
    tx.sql(
        "SELECT a.id, a.short_name FROM staff s JOIN agency a ON a.id = s.agency_id
         WHERE s.id = $1",
    )
    .bind(staff)
    .optional()
    .await
}

/// The days of an agency's contracts for a center.
pub(super) async fn terms(tx: &mut Tx, agency: &AgencyId, center: &CenterId) -> Result<Vec<Term>> {
    let rows: Vec<(String, String)> = tx
        .sql(
            "SELECT from_day, to_day FROM contract WHERE agency_id = $1 AND center_id = $2
             ORDER BY from_day",
        )
        .bind(agency)
        .bind(center)
        .all()
        .await?;
    rows.iter().map(|(from, to)| term(from, to)).collect()
}

/// A grant that is to be given, with the end that a contract sets to it. Of somebody of no agency,
/// and anywhere but at one center, it is as it was asked for. The account is locked; there is none yet
/// where it is being made.
pub(crate) async fn given(
    tx: &mut Tx,
    act: &Act,
    (agency, staff): (Option<&Named>, Option<&StaffId>),
    asked: &TimedGrant,
) -> Result<Bound> {
    let (Scope::Center(center), Some((agency, name))) = (&asked.grant.scope, agency) else {
        return Ok(Bound::free(asked.clone()));
    };
    tx.need([Lock::from(center)])?;
    let terms = terms(tx, agency, center).await?;
    let before = match staff {
        Some(staff) => there(tx, staff, &asked.grant).await?,
        None => None,
    };
    let contracts = Contracts {
        agency: name,
        terms: &terms,
    };
    Ok(bound::give(
        asked.clone(),
        before.as_ref(),
        contracts,
        act.now,
    )?)
}

/// What somebody has of that already.
async fn there(tx: &mut Tx, staff: &StaffId, grant: &Grant) -> Result<Option<Bound>> {
    let row: Option<Row> = tx
        .sql_built(format!(
            "{ROW} WHERE g.staff_id = $1 AND g.role = $2 AND g.scope = $3"
        ))
        .bind(staff)
        .bind(grant.role)
        .bind(grant.scope.to_string())
        .optional()
        .await?;
    row.map(|row| row.bound()).transpose()
}

/// Cuts and carries on what the people of an agency may do at a center, after its contracts for it
/// have changed. The center is locked.
pub(super) async fn settle_in(
    tx: &mut Tx,
    act: &Act,
    agency: &AgencyId,
    center: &CenterId,
    contract: &ContractId,
) -> Result<()> {
    let terms = terms(tx, agency, center).await?;
    for (row, held, after) in settled(tx, agency, center, &terms, act.now).await? {
        if held != after {
            save(tx, act, &row.staff_id, (&held, &after), Some(contract)).await?;
        }
    }
    Ok(())
}

/// What the people of an agency hold at a center, and what they would under these contracts.
pub(super) async fn settled(
    tx: &mut Tx,
    agency: &AgencyId,
    center: &CenterId,
    terms: &[Term],
    now: Timestamp,
) -> Result<Vec<(Row, Bound, Bound)>> {
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{ROW} WHERE s.agency_id = $1 AND g.scope = $2 ORDER BY g.staff_id, g.role"
        ))
        .bind(agency)
        .bind(Scope::Center(center.clone()).to_string())
        .all()
        .await?;
    // Only giving a role names the agency.
    let contracts = Contracts { agency: "", terms };
    let settle = |row: Row| {
        let held = row.bound()?;
        let after = bound::settle(&held, contracts, now);
        Ok((row, held, after))
    };
    rows.into_iter().map(settle).collect()
}

/// Makes somebody one of an agency's people, or of none. The account is locked.
///
/// # Errors
/// [`Refusal::NotFound`] for an agency that is not there; [`Refusal::NoContract`] where they hold a
/// role at a center that it does not run.
pub(crate) async fn join_in(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    agency: Option<&AgencyId>,
) -> Result<()> {
    let before = agency_of(tx, staff).await?.map(|(id, _)| id);
    if before.as_ref() == agency {
        return Ok(());
    }
    let rows: Vec<Row> = tx
        .sql_built(format!("{ROW} WHERE g.staff_id = $1"))
        .bind(staff)
        .all()
        .await?;
    let mut at_centers: Vec<(CenterId, Bound)> = Vec::new();
    for row in &rows {
        let held = row.bound()?;
        if let Scope::Center(center) = held.timed.grant.scope.clone() {
            at_centers.push((center, held));
        }
    }
    tx.need(at_centers.iter().map(|(center, _)| center))?;
    let name: Option<(String,)> = match agency {
        None => None,
        Some(agency) => {
            tx.sql("SELECT short_name FROM agency WHERE id = $1")
                .bind(agency)
                .optional()
                .await?
        }
    };
    for (center, held) in &at_centers {
        // What the former agency's contract has set stays until somebody says otherwise.
        let own = Bound::free(held.timed.clone());
        let after = match (agency, &name) {
            (None, _) => own,
            (Some(_), None) => return Err(Refusal::NotFound.into()),
            (Some(agency), Some((name,))) => {
                let contracts = Contracts {
                    agency: name,
                    terms: &terms(tx, agency, center).await?,
                };
                bound::join(&own, contracts, act.now)?
            }
        };
        if *held != after {
            save(tx, act, staff, (held, &after), None).await?;
        }
    }
    if agency.is_some() && name.is_none() {
        return Err(Error::Refused(Refusal::NotFound));
    }
    tx.sql("UPDATE staff SET agency_id = $1 WHERE id = $2")
        .bind(agency)
        .bind(staff)
        .run()
        .await?;
    let detail = json!({ "before": before, "after": agency });
    staff::record(tx, act, staff, Verb::StaffAgency, detail).await
}

/// Writes a grant's end; on record is what it grants, not for what it was meant.
async fn save(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    (before, after): (&Bound, &Bound),
    contract: Option<&ContractId>,
) -> Result<()> {
    let grant = &after.timed.grant;
    tx.sql(
        "UPDATE role_grant SET ends_at = $4, cut = $5, wanted_ends_at = $6
         WHERE staff_id = $1 AND role = $2 AND scope = $3",
    )
    .bind(staff)
    .bind(grant.role)
    .bind(grant.scope.to_string())
    .bind(after.timed.ends_at)
    .bind(after.cut.is_some())
    .bind(after.cut.and_then(|cut| cut.wanted))
    .run()
    .await?;
    if before.timed == after.timed {
        return Ok(());
    }
    let times =
        |timed: &TimedGrant| json!({ "begins_at": timed.begins_at, "ends_at": timed.ends_at });
    let detail = json!({
        "role": grant.role, "scope": grant.scope, "contract": contract,
        "before": times(&before.timed), "after": times(&after.timed),
    });
    staff::record(tx, act, staff, Verb::StaffGrant, detail).await
}
