//! Who is on the staff of a scope.

use super::{TimedGrant, scopes_around, sign_in::locks_in, timed_grants_in};
use crate::{Db, Result, Tx};
use domain::{
    Refusal,
    access::{Action, Caller, Grant, Identity, Scope, StaffStatus},
    id::{CenterId, StaffId},
    person::PersonName,
    supervision::Grade,
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// A member of staff as those who manage staff see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    /// Their id.
    pub id: StaffId,
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: PersonName,
    /// Whether the account can be used.
    pub status: StaffStatus,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// Until when the user name is locked after failed tries.
    pub locked_until: Option<Timestamp>,
    /// On which step of the ladder of supervision they are, if on any.
    pub grade: Option<Grade>,
    /// Until when a password holds that others made for them; none where they chose their own.
    pub first_password_until: Option<Timestamp>,
    /// When they signed in last.
    pub signed_in_at: Option<Timestamp>,
    /// Whether they belong to the demo data.
    pub demo: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// The roles that hold now.
    pub grants: Vec<TimedGrant>,
}

#[derive(sqlx::FromRow)]
pub(super) struct StaffRow {
    pub(super) id: StaffId,
    pub(super) username: String,
    name: PersonName,
    status: StaffStatus,
    second_factor: bool,
    grade: Option<Grade>,
    first_password_until: Option<Timestamp>,
    signed_in_at: Option<Timestamp>,
    demo: bool,
    created_at: Timestamp,
}

pub(super) const STAFF: &str =
    "SELECT id, username, name, status, totp_secret IS NOT NULL AS second_factor,
    grade, first_password_until, signed_in_at, demo, created_at FROM staff";

pub(super) fn view(
    row: StaffRow,
    grants: Vec<TimedGrant>,
    locked_until: Option<Timestamp>,
) -> StaffView {
    StaffView {
        grants,
        locked_until,
        id: row.id,
        username: row.username,
        name: row.name,
        status: row.status,
        second_factor: row.second_factor,
        grade: row.grade,
        first_password_until: row.first_password_until,
        signed_in_at: row.signed_in_at,
        demo: row.demo,
        created_at: row.created_at,
    }
}

/// One member of staff by user name, for the command line, and for themselves.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none, [`Refusal::Forbidden`] for anybody else.
pub async fn find(db: &Db, caller: &Caller, username: &str, now: Timestamp) -> Result<StaffView> {
    let username = super::username(username).map_err(|_| Refusal::NotFound)?;
    let mut tx = db.read().await?;
    let row: Option<StaffRow> = tx
        .sql_built(format!("{STAFF} WHERE username = $1"))
        .bind(&username)
        .optional()
        .await?;
    let row = match (&caller.identity, row) {
        (Identity::System, Some(row)) => row,
        (Identity::Staff(own), Some(row)) if row.id == *own => row,
        (Identity::System, None) => return Err(Refusal::NotFound.into()),
        (Identity::Anonymous, _) => return Err(Refusal::Unauthenticated.into()),
        _ => return Err(Refusal::Forbidden.into()),
    };
    let grants = timed_grants_in(&mut tx, &row.id, now).await?;
    let locks = locks_in(&mut tx, now).await?;
    let locked = locks.into_iter().find(|(name, _)| *name == row.username);
    Ok(view(row, grants, locked.map(|(_, until)| until)))
}

/// The staff with a role inside the scope, by user name.
///
/// # Errors
/// [`Refusal::Forbidden`] unless the caller manages staff of the whole scope.
pub async fn list(
    db: &Db,
    caller: &Caller,
    scope: &Scope,
    now: Timestamp,
) -> Result<Vec<StaffView>> {
    let mut tx = db.read().await?;
    let around = scopes_around(&mut tx, scope).await?;
    let manages = |g: &Grant| g.role.includes(Action::ManageStaff) && around.contains(&g.scope);
    match &caller.identity {
        Identity::System => {}
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ if caller.grants.iter().any(manages) => {}
        _ => return Err(Refusal::Forbidden.into()),
    }
    let scopes = std::slice::from_ref(scope);
    let mut everybody = Everybody::of(&mut tx, scopes, now, |timed| timed.holds(now)).await?;
    let rows: Vec<StaffRow> = tx
        .sql_built(format!("{STAFF} ORDER BY username"))
        .all()
        .await?;
    let inside = rows
        .into_iter()
        .filter(|row| everybody.inside.contains(&row.id));
    let inside: Vec<StaffRow> = inside.collect();
    Ok(inside.into_iter().map(|row| everybody.view(row)).collect())
}

/// Everything that a list of accounts needs beside their rows, read at once and sorted out here: a city
/// has some thousand grants, and a query for each would take longer.
pub(super) struct Everybody {
    grants: HashMap<StaffId, Vec<TimedGrant>>,
    /// Who has a grant within the scopes that were asked for.
    pub(super) inside: HashSet<StaffId>,
    locked: HashMap<String, Timestamp>,
}

impl Everybody {
    /// As far as the grants count.
    pub(super) async fn of(
        tx: &mut Tx,
        scopes: &[Scope],
        now: Timestamp,
        counts: impl Fn(&TimedGrant) -> bool,
    ) -> Result<Self> {
        let places = places(tx).await?;
        let mut grants: HashMap<StaffId, Vec<TimedGrant>> = HashMap::new();
        let mut inside: HashSet<StaffId> = HashSet::new();
        for (staff, timed) in everybodys_grants(tx).await? {
            if !counts(&timed) {
                continue;
            }
            let scope = &timed.grant.scope;
            if scopes.iter().any(|outer| lies_in(scope, outer, &places)) {
                inside.insert(staff.clone());
            }
            grants.entry(staff).or_default().push(timed);
        }
        Ok(Self {
            grants,
            inside,
            locked: locks_in(tx, now).await?.into_iter().collect(),
        })
    }

    /// An account with its grants, which it is asked for once.
    pub(super) fn view(&mut self, row: StaffRow) -> StaffView {
        let locked_until = self.locked.get(&row.username).copied();
        let grants = self.grants.remove(&row.id).unwrap_or_default();
        view(row, grants, locked_until)
    }
}

/// A row of `role_grant`: whose, role, scope, beginning, end.
type GrantOf = (
    StaffId,
    String,
    String,
    Option<Timestamp>,
    Option<Timestamp>,
);

/// Every grant with whose it is, also those that are over or yet to begin.
async fn everybodys_grants(tx: &mut Tx) -> Result<Vec<(StaffId, TimedGrant)>> {
    let rows: Vec<GrantOf> = tx
        .sql(
            "SELECT staff_id, role, scope, begins_at, ends_at FROM role_grant
             ORDER BY granted_at, role, scope",
        )
        .all()
        .await?;
    let read = |(staff, role, scope, begins_at, ends_at): GrantOf| {
        let grant = Grant {
            role: role.parse()?,
            scope: Scope::parse(&scope)?,
        };
        let timed = TimedGrant {
            grant,
            begins_at,
            ends_at,
        };
        Ok((staff, timed))
    };
    rows.into_iter().map(read).collect()
}

/// District and subdistrict of each center.
pub(super) async fn places(tx: &mut Tx) -> Result<Vec<(CenterId, String, String)>> {
    tx.sql("SELECT id, district_code, subdistrict_code FROM center")
        .all()
        .await
}

/// Whether the one scope lies in the other, or is it.
pub(super) fn lies_in(inner: &Scope, outer: &Scope, places: &[(CenterId, String, String)]) -> bool {
    match (inner, outer) {
        (_, Scope::City) => true,
        (Scope::Subdistrict(code), Scope::District(district)) => {
            places.iter().any(|(_, d, s)| s == code && d == district)
        }
        (Scope::Center(id), Scope::District(code)) => {
            places.iter().any(|(c, d, _)| c == id && d == code)
        }
        (Scope::Center(id), Scope::Subdistrict(code)) => {
            places.iter().any(|(c, _, s)| c == id && s == code)
        }
        (inner, outer) => inner == outer,
    }
}
