//! Who is on the staff of a scope.

use super::{TimedGrant, scopes_around, sign_in::locked_in, timed_grants_in};
use crate::{Db, Result, Tx};
use domain::{
    Refusal,
    access::{Action, Caller, Grant, Identity, Scope},
    id::StaffId,
    person::PersonName,
    time::Timestamp,
};

/// A member of staff as those who manage staff see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    /// Their id.
    pub id: StaffId,
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: PersonName,
    /// Whether the account is closed.
    pub closed: bool,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// Until when the user name is locked after failed tries.
    pub locked_until: Option<Timestamp>,
    /// Whether they belong to the demo data.
    pub demo: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// The roles that hold now.
    pub grants: Vec<TimedGrant>,
}

#[derive(sqlx::FromRow)]
struct StaffRow {
    id: StaffId,
    username: String,
    name: PersonName,
    status: String,
    second_factor: bool,
    demo: bool,
    created_at: Timestamp,
}

const STAFF: &str = "SELECT id, username, name, status, totp_secret IS NOT NULL AS second_factor,
    demo, created_at FROM staff";

async fn view(tx: &mut Tx, row: StaffRow, now: Timestamp) -> Result<StaffView> {
    Ok(StaffView {
        grants: timed_grants_in(tx, &row.id, now).await?,
        locked_until: locked_in(tx, &row.username, now).await?,
        id: row.id,
        username: row.username,
        name: row.name,
        closed: row.status == "closed",
        second_factor: row.second_factor,
        demo: row.demo,
        created_at: row.created_at,
    })
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
    match (&caller.identity, row) {
        (Identity::System, Some(row)) => view(&mut tx, row, now).await,
        (Identity::Staff(own), Some(row)) if row.id == *own => view(&mut tx, row, now).await,
        (Identity::System, None) => Err(Refusal::NotFound.into()),
        (Identity::Anonymous, _) => Err(Refusal::Unauthenticated.into()),
        _ => Err(Refusal::Forbidden.into()),
    }
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
    let scopes: Vec<(String,)> = tx
        .sql("SELECT DISTINCT scope FROM role_grant")
        .all()
        .await?;
    let mut inside = Vec::new();
    for (text,) in scopes {
        let granted = Scope::parse(&text)?;
        // A center that is gone from the data lies in the city only.
        let reached = scopes_around(&mut tx, &granted).await;
        if reached.is_ok_and(|a| a.contains(scope)) || *scope == Scope::City {
            inside.push(text);
        }
    }
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (2..2 + inside.len()).map(|n| format!("${n}")).collect();
    let mut query = tx
        .sql_built(format!(
            "{STAFF} WHERE id IN (SELECT staff_id FROM role_grant
             WHERE (ends_at IS NULL OR ends_at > $1) AND scope IN ({})) ORDER BY username",
            marks.join(", ")
        ))
        .bind(now);
    for text in &inside {
        query = query.bind(text);
    }
    let rows: Vec<StaffRow> = query.all().await?;
    let mut found = Vec::new();
    for row in rows {
        found.push(view(&mut tx, row, now).await?);
    }
    Ok(found)
}
