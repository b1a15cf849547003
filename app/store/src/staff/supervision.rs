//! How many social workers of the front line there are, and how many who supervise them: figures only,
//! by city, district and subdistrict.

use super::{holds, list::lies_in, write};
use crate::{Act, Db, Result};
use domain::{
    Refusal,
    access::{Action, Caller, Identity, Role, Scope, StaffStatus},
    id::{CenterId, StaffId},
    supervision::{Grade, Staffing},
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// A part of the city with its social workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Which.
    pub scope: Scope,
    /// What it is called; empty for the city.
    pub name: String,
    /// How many there are.
    pub staffing: Staffing,
}

/// Where a center lies, by code and name.
#[derive(sqlx::FromRow)]
struct Place {
    id: CenterId,
    district_code: String,
    district: String,
    subdistrict_code: String,
    subdistrict: String,
}

/// What of a social worker is counted.
#[derive(sqlx::FromRow)]
struct Worker {
    id: StaffId,
    grade: Option<Grade>,
    scope: String,
}

/// The areas of the caller in which there is a social worker, the city first and each district before
/// its subdistricts. Whoever works at several centers of an area counts there once.
///
/// # Errors
/// [`Refusal::Unauthenticated`]; [`Refusal::Forbidden`] for whoever oversees no subdistrict, district or
/// city; database errors.
pub async fn supervision(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<Area>> {
    let within = overseen(caller)?;
    let mut tx = db.read().await?;
    let places: Vec<Place> = tx
        .sql(
            "SELECT id, district_code, district, subdistrict_code, subdistrict FROM center
             ORDER BY district_code, subdistrict_code, id",
        )
        .all()
        .await?;
    let workers: Vec<Worker> = tx
        .sql(concat!(
            "SELECT s.id, s.grade, g.scope FROM staff s JOIN role_grant g ON g.staff_id = s.id
             WHERE s.status = $1 AND g.role = $2 AND ",
            holds!("g.", "$3")
        ))
        .bind(StaffStatus::Active)
        .bind(Role::SocialWorker)
        .bind(now)
        .all()
        .await?;
    drop(tx);
    let codes: Vec<(CenterId, String, String)> = places
        .iter()
        .map(|of| {
            let (district, subdistrict) = (of.district_code.clone(), of.subdistrict_code.clone());
            (of.id.clone(), district, subdistrict)
        })
        .collect();
    let mut counted = count(&workers, &codes)?;
    let seen = |area: &Scope| within.iter().any(|outer| lies_in(area, outer, &codes));
    let areas = areas(&places).into_iter().filter(|(scope, _)| seen(scope));
    let areas = areas.filter_map(|(scope, name)| {
        Some(Area {
            staffing: counted.remove(&scope)?,
            scope,
            name,
        })
    });
    Ok(areas.collect())
}

/// The scopes whose figures the caller sees.
fn overseen(caller: &Caller) -> Result<Vec<Scope>> {
    if caller.identity == Identity::System {
        return Ok(vec![Scope::City]);
    }
    if caller.identity == Identity::Anonymous {
        return Err(Refusal::Unauthenticated.into());
    }
    let grants = caller.grants.iter();
    let grants = grants.filter(|grant| grant.role.includes(Action::ViewSupervision));
    let scopes: Vec<Scope> = grants.map(|grant| grant.scope.clone()).collect();
    match scopes.is_empty() {
        true => Err(Refusal::Forbidden.into()),
        false => Ok(scopes),
    }
}

/// Every area there is, in order, with its name.
fn areas(places: &[Place]) -> Vec<(Scope, String)> {
    let mut all = vec![(Scope::City, String::new())];
    for of in places {
        let district = (Scope::District(of.district_code.clone()), &of.district);
        let subdistrict = (
            Scope::Subdistrict(of.subdistrict_code.clone()),
            &of.subdistrict,
        );
        for (scope, name) in [district, subdistrict] {
            if !all.iter().any(|(known, _)| *known == scope) {
                all.push((scope, name.clone()));
            }
        }
    }
    all
}

/// How many of each there are in each area.
fn count(
    workers: &[Worker],
    places: &[(CenterId, String, String)],
) -> Result<HashMap<Scope, Staffing>> {
    let mut seen: HashSet<(Scope, &StaffId)> = HashSet::new();
    let mut counted: HashMap<Scope, Staffing> = HashMap::new();
    for worker in workers {
        for area in around(&Scope::parse(&worker.scope)?, places) {
            if seen.insert((area.clone(), &worker.id)) {
                counted.entry(area).or_default().count(worker.grade);
            }
        }
    }
    Ok(counted)
}

/// The areas that a grant lies in.
fn around(scope: &Scope, places: &[(CenterId, String, String)]) -> Vec<Scope> {
    let mut all = vec![Scope::City];
    let place = match scope {
        Scope::City => return all,
        Scope::District(code) => {
            all.push(Scope::District(code.clone()));
            return all;
        }
        Scope::Subdistrict(code) => places.iter().find(|(_, _, of)| of == code),
        Scope::Center(id) => places.iter().find(|(of, _, _)| of == id),
    };
    if let Some((_, district, subdistrict)) = place {
        all.push(Scope::District(district.clone()));
        all.push(Scope::Subdistrict(subdistrict.clone()));
    }
    all
}

/// Notes which step of the ladder of supervision somebody is on, or that they are on none; for the command
/// line.
///
/// # Errors
/// [`Refusal::NotFound`] for a user name that nobody has; [`Refusal::Forbidden`] for anybody but the
/// system.
pub async fn set_grade(db: &Db, act: &Act, username: &str, grade: Option<Grade>) -> Result<()> {
    if act.caller.identity != Identity::System {
        return Err(Refusal::Forbidden.into());
    }
    let username = super::username(username)?;
    let mut tx = db.read().await?;
    let found: Option<(StaffId,)> = tx
        .sql("SELECT id FROM staff WHERE username = $1")
        .bind(username)
        .optional()
        .await?;
    drop(tx);
    let (staff,) = found.ok_or(Refusal::NotFound)?;
    write::grade(db, act, staff, grade).await.map(drop)
}
