//! Two agencies of the demo, who run centers of one subdistrict: one for a good while, the other not for
//! long any more. One of the demo's social workers is of the first.

use super::FULL_SUBDISTRICT;
use crate::{
    Act, Db, Error, Result,
    agencies::{self, NewContract},
    staff,
};
use chrono::{Datelike as _, Days, NaiveDate};
use domain::{
    Reason, Refusal,
    agency::{Agency, Term},
    id::{AgencyId, CenterId, StaffId},
};

/// The account of the one who is of the first agency.
const WORKER: &str = "luohu-social-worker";

/// An agency with its short name and telephone.
type Invented = (&'static str, &'static str, &'static str);

/// They take turns by the centers' codes.
const AGENCIES: [Invented; 2] = [
    (
        "演示·邻里同行社会工作服务中心",
        "演示·邻里同行",
        "0755-0000 0101",
    ),
    (
        "演示·南粤安和社会工作服务社",
        "演示·南粤安和",
        "0755-0000 0102",
    ),
];

/// The agencies that are not there yet, and contracts for centers of the subdistrict that have none.
pub(super) async fn seed(db: &Db, act: &Act) -> Result<()> {
    let mut ids = Vec::with_capacity(AGENCIES.len());
    let mut is_new = false;
    for (name, short, phone) in AGENCIES {
        let agency = Agency::read(name, short, "", phone)?;
        match agencies::create_demo(db, act, agency).await {
            Ok(id) => {
                is_new = true;
                ids.push(id);
            }
            Err(Error::Refused(refusal)) if refusal == taken() => {
                ids.push(named(db, name).await?);
            }
            Err(error) => return Err(error),
        }
    }
    let terms = terms(act.now.day());
    for (n, center) in without_contract(db).await?.into_iter().enumerate() {
        let (Some(agency), Some(Some(term))) = (ids.get(n % ids.len()), terms.get(n % 2)) else {
            continue;
        };
        let new = NewContract {
            agency: agency.clone(),
            center,
            term: *term,
            number: String::new(),
        };
        agencies::add(db, act, new).await?;
    }
    match (is_new, ids.into_iter().next()) {
        (true, Some(first)) => employ(db, act, first).await,
        _ => Ok(()),
    }
}

fn taken() -> Refusal {
    Refusal::invalid("agency_name", Reason::Taken)
}

/// From the first of January on to the end of next year, and for some weeks more.
fn terms(today: NaiveDate) -> [Option<Term>; 2] {
    let first = NaiveDate::from_ymd_opt(today.year(), 1, 1);
    let last = NaiveDate::from_ymd_opt(today.year() + 1, 12, 31);
    let soon = today.checked_add_days(Days::new(45));
    let until = |to: Option<NaiveDate>| Term::new(first?, to?).ok();
    [until(last), until(soon)]
}

async fn named(db: &Db, name: &str) -> Result<AgencyId> {
    let mut tx = db.read().await?;
    let (id,): (AgencyId,) = tx
        .sql("SELECT id FROM agency WHERE name = $1")
        .bind(name)
        .one()
        .await?;
    Ok(id)
}

/// The centers of the subdistrict that have never had a contract: the one where the demo's staff work
/// first.
async fn without_contract(db: &Db) -> Result<Vec<CenterId>> {
    let mut tx = db.read().await?;
    let rows: Vec<(CenterId,)> = tx
        .sql(
            "SELECT c.id FROM center c WHERE c.subdistrict_code = $1
             AND NOT EXISTS (SELECT 1 FROM contract k WHERE k.center_id = c.id)
             ORDER BY NOT EXISTS (SELECT 1 FROM staff s JOIN role_grant g ON g.staff_id = s.id
                 WHERE s.username = $2 AND g.scope = 'center:' || c.id), c.id",
        )
        .bind(FULL_SUBDISTRICT)
        .bind(WORKER)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn employ(db: &Db, act: &Act, agency: AgencyId) -> Result<()> {
    let mut tx = db.read().await?;
    let worker: Option<(StaffId,)> = tx
        .sql("SELECT id FROM staff WHERE username = $1")
        .bind(WORKER)
        .optional()
        .await?;
    drop(tx);
    match worker {
        Some((worker,)) => staff::set_agency(db, act, worker, Some(agency))
            .await
            .map(drop),
        None => Ok(()),
    }
}
