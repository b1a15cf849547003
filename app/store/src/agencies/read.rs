//! Agencies and contracts for those who manage staff, and who runs a center for everybody.

use super::term;
use crate::{Db, Result, Tx, centers};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::{Action, Caller, Identity},
    agency::{Agency, CreditCode, Standing, Term, unbroken},
    id::{AgencyId, CenterId, ContractId},
    time::Timestamp,
};
use std::collections::HashSet;

/// An agency, and what it has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyView {
    /// Its id.
    pub id: AgencyId,
    /// What is written down of it.
    pub agency: Agency,
    /// Whether it is invented.
    pub demo: bool,
    /// The centers that it runs now, by code, as far as the caller manages staff there.
    pub centers: Vec<CenterId>,
    /// The day of the next end among those, where no contract of its own follows at once.
    pub next_end: Option<NaiveDate>,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractView {
    /// Its id.
    pub id: ContractId,
    /// Whose it is.
    pub agency: AgencyId,
    /// For which center.
    pub center: CenterId,
    /// Its days.
    pub term: Term,
    /// Its number; empty for unknown.
    pub number: String,
}

/// Who runs a center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The agency's id.
    pub id: AgencyId,
    /// Its whole name.
    pub name: String,
    /// What people call it.
    pub short_name: String,
    /// The last day of its contract, or of those of its own that follow at once.
    pub until: NaiveDate,
}

#[derive(sqlx::FromRow)]
pub(super) struct Written {
    name: String,
    short_name: String,
    credit_code: Option<String>,
    phone: String,
}

impl Written {
    pub(super) fn read(self) -> Result<Agency> {
        Ok(Agency {
            credit_code: CreditCode::read(self.credit_code.as_deref().unwrap_or_default())?,
            name: self.name,
            short_name: self.short_name,
            phone: self.phone,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AgencyRow {
    id: AgencyId,
    demo: bool,
    #[sqlx(flatten)]
    written: Written,
}

const AGENCY: &str = "SELECT id, demo, name, short_name, credit_code, phone FROM agency";

#[derive(sqlx::FromRow)]
struct ContractRow {
    id: ContractId,
    agency_id: AgencyId,
    center_id: CenterId,
    from_day: String,
    to_day: String,
    number: String,
}

const CONTRACT: &str = "SELECT id, agency_id, center_id, from_day, to_day, number FROM contract";

impl ContractRow {
    fn view(self) -> Result<ContractView> {
        Ok(ContractView {
            term: term(&self.from_day, &self.to_day)?,
            id: self.id,
            agency: self.agency_id,
            center: self.center_id,
            number: self.number,
        })
    }
}

/// The centers where the caller manages staff.
async fn managed(tx: &mut Tx, caller: &Caller) -> Result<HashSet<CenterId>> {
    match caller.identity {
        Identity::System => {}
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ if caller.may_somewhere(Action::ManageStaff) => {}
        _ => return Err(Refusal::Forbidden.into()),
    }
    let all = centers::all_in(tx).await?.into_iter();
    let own = all.filter(|center| caller.may(Action::ManageStaff, &center.place()).is_ok());
    Ok(own.map(|center| center.id).collect())
}

/// All agencies by name. Their contracts count where the caller manages staff.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn agencies(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<AgencyView>> {
    let mut tx = db.read().await?;
    let own = managed(&mut tx, caller).await?;
    let rows: Vec<AgencyRow> = tx
        .sql_built(format!("{AGENCY} ORDER BY name"))
        .all()
        .await?;
    let text = format!("{CONTRACT} ORDER BY center_id, from_day");
    let contracts = read(tx.sql_built(text).all().await?, &own)?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let theirs = contracts.iter().filter(|of| of.agency == row.id);
        views.push(view(
            row.id.clone(),
            row.demo,
            row.written.read()?,
            theirs,
            now,
        ));
    }
    Ok(views)
}

fn read(rows: Vec<ContractRow>, own: &HashSet<CenterId>) -> Result<Vec<ContractView>> {
    let seen = rows.into_iter().filter(|row| own.contains(&row.center_id));
    seen.map(ContractRow::view).collect()
}

fn view<'a>(
    id: AgencyId,
    demo: bool,
    agency: Agency,
    contracts: impl Iterator<Item = &'a ContractView> + Clone,
    now: Timestamp,
) -> AgencyView {
    let today = now.day();
    let holding = contracts
        .clone()
        .filter(|of| of.term.standing(today) == Standing::Now);
    let ends = holding.clone().filter_map(|of| {
        let there = contracts.clone().filter(|other| other.center == of.center);
        let terms: Vec<Term> = there.map(|other| other.term).collect();
        unbroken(&terms, today)
    });
    AgencyView {
        next_end: ends.min(),
        centers: holding.map(|of| of.center.clone()).collect(),
        id,
        agency,
        demo,
    }
}

/// One agency.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn find(db: &Db, caller: &Caller, id: &AgencyId, now: Timestamp) -> Result<AgencyView> {
    let found = agencies(db, caller, now).await?.into_iter();
    let mut found = found.filter(|of| of.id == *id);
    Ok(found.next().ok_or(Refusal::NotFound)?)
}

/// The contracts of an agency for centers where the caller manages staff, by center and days.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn contracts(db: &Db, caller: &Caller, agency: &AgencyId) -> Result<Vec<ContractView>> {
    let mut tx = db.read().await?;
    let own = managed(&mut tx, caller).await?;
    let rows = tx
        .sql_built(format!(
            "{CONTRACT} WHERE agency_id = $1 ORDER BY center_id, from_day"
        ))
        .bind(agency)
        .all()
        .await?;
    read(rows, &own)
}

/// One contract, where the caller manages staff.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn contract(db: &Db, caller: &Caller, id: &ContractId) -> Result<ContractView> {
    let mut tx = db.read().await?;
    let own = managed(&mut tx, caller).await?;
    let found: Option<ContractRow> = tx
        .sql_built(format!("{CONTRACT} WHERE id = $1"))
        .bind(id)
        .optional()
        .await?;
    let row = found.filter(|row| own.contains(&row.center_id));
    row.ok_or(Refusal::NotFound)?.view()
}

/// A contract of a center with its agency's names.
#[derive(sqlx::FromRow)]
struct NamedRow {
    agency_id: AgencyId,
    name: String,
    short_name: String,
    from_day: String,
    to_day: String,
}

/// Who runs a center now, for everybody; none where no contract holds.
///
/// # Errors
/// Database errors.
pub async fn operator(db: &Db, center: &CenterId, now: Timestamp) -> Result<Option<Operator>> {
    let today = now.day();
    let mut tx = db.read().await?;
    let rows: Vec<NamedRow> = tx
        .sql(
            "SELECT c.agency_id, a.name, a.short_name, c.from_day, c.to_day
             FROM contract c JOIN agency a ON a.id = c.agency_id
             WHERE c.center_id = $1 AND c.to_day >= $2 ORDER BY c.from_day",
        )
        .bind(center)
        .bind(today.to_string())
        .all()
        .await?;
    let mut own: Vec<(Term, NamedRow)> = Vec::with_capacity(rows.len());
    for row in rows {
        own.push((term(&row.from_day, &row.to_day)?, row));
    }
    let Some((_, now)) = own.iter().find(|(term, _)| term.contains(today)) else {
        return Ok(None);
    };
    let same = own.iter().filter(|(_, row)| row.agency_id == now.agency_id);
    let terms: Vec<Term> = same.map(|(term, _)| *term).collect();
    Ok(unbroken(&terms, today).map(|until| Operator {
        id: now.agency_id.clone(),
        name: now.name.clone(),
        short_name: now.short_name.clone(),
        until,
    }))
}

/// The days of all contracts of a center, whoever's they are.
pub(crate) type CenterTerms = Vec<(CenterId, Term)>;

/// The contracts that end today or later, of all centers.
///
/// # Errors
/// Database errors.
pub(crate) async fn lasting(tx: &mut Tx, now: Timestamp) -> Result<CenterTerms> {
    let rows: Vec<(CenterId, String, String)> = tx
        .sql("SELECT center_id, from_day, to_day FROM contract WHERE to_day >= $1")
        .bind(now.day().to_string())
        .all()
        .await?;
    let read = |(center, from, to): (CenterId, String, String)| Ok((center, term(&from, &to)?));
    rows.into_iter().map(read).collect()
}
