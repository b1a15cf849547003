//! Staff: accounts with user name and password, their roles, and sign-in attempts. The slow password
//! hash is computed outside, between [`begin_sign_in`], which counts the attempt, and
//! [`finish_sign_in`].

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers, logins,
};
use domain::{
    Reason, Refusal,
    access::{Action, Caller, Grant, Identity, Role, Scope},
    audit::Verb,
    id::{LoginId, StaffId},
    person::PersonName,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

mod list;
mod own;
mod sign_in;
mod supervision;
mod time;
pub use list::{StaffView, find, list};
pub use own::{own, proved};
pub use sign_in::{
    Candidate, LOCK_AFTER, LOCK_FOR, begin_sign_in, finish_sign_in, set_totp, unlock,
};
pub use supervision::{Area, set_grade, supervision};
pub(crate) use time::times_of;
pub use time::{AtWork, own_time, set_own_time, times};

/// A role at a place, possibly until some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedGrant {
    /// What and where.
    pub grant: Grant,
    /// When it expires.
    pub ends_at: Option<Timestamp>,
}

/// Somebody to be added to the staff.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// What they sign in with, see [`username`].
    pub username: String,
    /// Their name.
    pub name: PersonName,
    /// The password's hash as a PHC string.
    pub password_hash: String,
    /// Their roles.
    pub grants: Vec<TimedGrant>,
    /// Whether they belong to the demo data.
    pub demo: bool,
}

/// Reads a user name: 2 to 64 of ASCII letters, digits and `._@-`; case does not matter.
///
/// # Errors
/// [`Refusal::Invalid`] for anything else.
pub fn username(text: &str) -> std::result::Result<String, Refusal> {
    let text = text.trim();
    let fits = (2..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._@-".contains(&b));
    if fits {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Refusal::invalid("username", Reason::NotAUsername))
    }
}

/// Every scope that contains this one, itself first.
///
/// # Errors
/// [`Refusal::Invalid`] where no center lies in it.
pub(crate) async fn scopes_around(tx: &mut Tx, scope: &Scope) -> Result<Vec<Scope>> {
    let unknown = || Refusal::invalid("scope", Reason::UnknownValue);
    let mut around = vec![scope.clone()];
    match scope {
        Scope::City => return Ok(around),
        Scope::District(code) => {
            let known: Option<(String,)> = tx
                .sql("SELECT district_code FROM center WHERE district_code = $1 LIMIT 1")
                .bind(code)
                .optional()
                .await?;
            known.ok_or_else(unknown)?;
        }
        Scope::Subdistrict(code) => {
            let district: Option<(String,)> = tx
                .sql("SELECT district_code FROM center WHERE subdistrict_code = $1 LIMIT 1")
                .bind(code)
                .optional()
                .await?;
            around.push(Scope::District(district.ok_or_else(unknown)?.0));
        }
        Scope::Center(id) => {
            let place = centers::place(tx, id).await.map_err(|_| unknown())?;
            around.push(Scope::Subdistrict(place.subdistrict));
            around.push(Scope::District(place.district));
        }
    }
    around.push(Scope::City);
    Ok(around)
}

/// Refuses a grant that the caller may not make.
pub(crate) async fn may_grant_in(tx: &mut Tx, caller: &Caller, grant: &Grant) -> Result<()> {
    let around = scopes_around(tx, &grant.scope).await?;
    Ok(caller.may_grant(grant, &around)?)
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    role: String,
    scope: String,
    ends_at: Option<Timestamp>,
}

impl GrantRow {
    fn read(self) -> Result<TimedGrant> {
        Ok(TimedGrant {
            grant: Grant {
                role: self.role.parse()?,
                scope: Scope::parse(&self.scope)?,
            },
            ends_at: self.ends_at,
        })
    }
}

async fn timed_grants_in(tx: &mut Tx, staff: &StaffId, now: Timestamp) -> Result<Vec<TimedGrant>> {
    let rows: Vec<GrantRow> = tx
        .sql(
            "SELECT role, scope, ends_at FROM role_grant
             WHERE staff_id = $1 AND (ends_at IS NULL OR ends_at > $2) ORDER BY granted_at, role, scope",
        )
        .bind(staff)
        .bind(now)
        .all()
        .await?;
    rows.into_iter().map(GrantRow::read).collect()
}

/// The grants that hold now.
pub(crate) async fn grants_in(tx: &mut Tx, staff: &StaffId, now: Timestamp) -> Result<Vec<Grant>> {
    let timed = timed_grants_in(tx, staff, now).await?;
    Ok(timed.into_iter().map(|t| t.grant).collect())
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("staff", staff.as_str()),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}

/// Adds a member of staff with at least one role.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role beyond the caller's own, [`Refusal::Invalid`] for a user name
/// that is taken (`taken`), for no role, and for a role or place that cannot be granted.
pub async fn add(db: &Db, act: &Act, new: NewStaff) -> Result<StaffId> {
    let op = Write {
        change: Change::Add(NewStaff {
            username: username(&new.username)?,
            ..new
        }),
    };
    db.write(act, Locks::none(), op).await
}

/// Grants a role, or changes when it expires.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role beyond the caller's own and for a grant to oneself,
/// [`Refusal::NotFound`] for an account that does not exist or is closed.
pub async fn grant(db: &Db, act: &Act, staff: StaffId, grant: TimedGrant) -> Result<StaffId> {
    write(db, act, Change::Grant(staff, grant)).await
}

/// Revokes a role, effective from the next request.
///
/// # Errors
/// As [`grant`]; [`Refusal::NotFound`] also where it was not held.
pub async fn revoke(db: &Db, act: &Act, staff: StaffId, grant: Grant) -> Result<StaffId> {
    write(db, act, Change::Revoke(staff, grant)).await
}

/// Closes an account permanently and ends its sessions.
///
/// # Errors
/// [`Refusal::Forbidden`] for oneself and for an account with a role beyond the caller's own,
/// [`Refusal::NotFound`] for an account that does not exist or is closed.
pub async fn close(db: &Db, act: &Act, staff: StaffId) -> Result<StaffId> {
    write(db, act, Change::Close(staff)).await
}

/// Sets a new password (its hash as a PHC string): one's own, or that of an account whose roles
/// the caller could grant. Ends every session but the one to `keep`.
///
/// # Errors
/// As [`close`], but for oneself.
pub async fn set_password(
    db: &Db,
    act: &Act,
    staff: StaffId,
    password_hash: String,
    keep: Option<LoginId>,
) -> Result<StaffId> {
    write(db, act, Change::Password(staff, password_hash, keep)).await
}

enum Change {
    Add(NewStaff),
    Grant(StaffId, TimedGrant),
    Revoke(StaffId, Grant),
    Close(StaffId),
    Password(StaffId, String, Option<LoginId>),
}

struct Write {
    change: Change,
}

async fn write(db: &Db, act: &Act, change: Change) -> Result<StaffId> {
    let op = Write { change };
    db.write(act, Locks::none(), op).await
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = StaffId;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<StaffId> {
        match &self.change {
            Change::Add(new) => add_in(tx, act, new).await,
            Change::Grant(staff, timed) => {
                not_oneself(act, staff)?;
                lock_active(tx, staff).await?;
                grant_in(tx, act, staff, timed).await?;
                Ok(staff.clone())
            }
            Change::Revoke(staff, grant) => revoke_in(tx, act, staff, grant).await,
            Change::Close(staff) => close_in(tx, act, staff).await,
            Change::Password(staff, hash, keep) => {
                password_in(tx, act, staff, hash, keep.as_ref()).await
            }
        }
    }
}

/// Nobody changes their own rights.
fn not_oneself(act: &Act, staff: &StaffId) -> Result<()> {
    match &act.caller.identity {
        Identity::Staff(own) if own == staff => Err(Refusal::Forbidden.into()),
        _ => Ok(()),
    }
}

/// Makes sure that the account exists and is not closed while this transaction lasts.
async fn lock_active(tx: &mut Tx, staff: &StaffId) -> Result<()> {
    tx.need([staff])?;
    let active: Option<(StaffId,)> = tx
        .sql("SELECT id FROM staff WHERE id = $1 AND status = 'active'")
        .bind(staff)
        .optional()
        .await?;
    active.map(drop).ok_or(Refusal::NotFound.into())
}

/// Refuses where some role of the account, also one that has ended, is beyond the caller's own.
/// Who has no role at all is managed by those who manage the city's staff.
async fn may_manage(tx: &mut Tx, act: &Act, staff: &StaffId) -> Result<()> {
    let grants = timed_grants_in(tx, staff, Timestamp(i64::MIN)).await?;
    for timed in &grants {
        may_grant_in(tx, &act.caller, &timed.grant).await?;
    }
    let of_the_city = |g: &Grant| g.role.includes(Action::ManageStaff) && g.scope == Scope::City;
    match &act.caller.identity {
        Identity::System => Ok(()),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        _ if !grants.is_empty() || act.caller.grants.iter().any(of_the_city) => Ok(()),
        _ => Err(Refusal::Forbidden.into()),
    }
}

async fn add_in(tx: &mut Tx, act: &Act, new: &NewStaff) -> Result<StaffId> {
    if new.grants.is_empty() {
        return Err(Refusal::invalid("grants", Reason::Missing).into());
    }
    let staff: StaffId = act.ids.make(act.now);
    let added = tx
        .sql(
            "INSERT INTO staff (id, username, name, password_hash, demo, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (username) DO NOTHING",
        )
        .bind(&staff)
        .bind(&new.username)
        .bind(&new.name)
        .bind(&new.password_hash)
        .bind(new.demo)
        .bind(act.now)
        .run()
        .await?;
    // Rights are checked before revealing that a name is taken.
    for timed in &new.grants {
        may_grant_in(tx, &act.caller, &timed.grant).await?;
    }
    if added == 0 {
        return Err(Refusal::invalid("username", Reason::Taken).into());
    }
    record(tx, act, &staff, Verb::StaffAdd, json!({ "demo": new.demo })).await?;
    for timed in &new.grants {
        grant_in(tx, act, &staff, timed).await?;
    }
    Ok(staff)
}

async fn grant_in(tx: &mut Tx, act: &Act, staff: &StaffId, timed: &TimedGrant) -> Result<()> {
    let grant = &timed.grant;
    if grant.role == Role::Kiosk {
        return Err(Refusal::invalid("role", Reason::NotGrantable).into());
    }
    may_grant_in(tx, &act.caller, grant).await?;
    tx.sql(
        "INSERT INTO role_grant (staff_id, role, scope, granted_at, ends_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (staff_id, role, scope) DO UPDATE SET ends_at = excluded.ends_at",
    )
    .bind(staff)
    .bind(grant.role)
    .bind(grant.scope.to_string())
    .bind(act.now)
    .bind(timed.ends_at)
    .run()
    .await?;
    let detail = json!({ "role": grant.role, "scope": grant.scope, "ends_at": timed.ends_at });
    record(tx, act, staff, Verb::StaffGrant, detail).await
}

async fn revoke_in(tx: &mut Tx, act: &Act, staff: &StaffId, grant: &Grant) -> Result<StaffId> {
    not_oneself(act, staff)?;
    may_grant_in(tx, &act.caller, grant).await?;
    let taken = tx
        .sql("DELETE FROM role_grant WHERE staff_id = $1 AND role = $2 AND scope = $3")
        .bind(staff)
        .bind(grant.role)
        .bind(grant.scope.to_string())
        .run()
        .await?;
    if taken == 0 {
        return Err(Refusal::NotFound.into());
    }
    let detail = json!({ "role": grant.role, "scope": grant.scope });
    record(tx, act, staff, Verb::StaffRevoke, detail).await?;
    Ok(staff.clone())
}

async fn close_in(tx: &mut Tx, act: &Act, staff: &StaffId) -> Result<StaffId> {
    not_oneself(act, staff)?;
    lock_active(tx, staff).await?;
    may_manage(tx, act, staff).await?;
    tx.sql("UPDATE staff SET status = 'closed', totp_secret = NULL WHERE id = $1")
        .bind(staff)
        .run()
        .await?;
    // Nobody plans with them any more.
    tx.sql("DELETE FROM staff_time WHERE staff_id = $1")
        .bind(staff)
        .run()
        .await?;
    let ended = logins::end_staff_in(tx, staff, None).await?;
    record(
        tx,
        act,
        staff,
        Verb::StaffClose,
        json!({ "logins_ended": ended }),
    )
    .await?;
    Ok(staff.clone())
}

async fn password_in(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    hash: &str,
    keep: Option<&LoginId>,
) -> Result<StaffId> {
    lock_active(tx, staff).await?;
    if not_oneself(act, staff).is_ok() {
        may_manage(tx, act, staff).await?;
    }
    tx.sql("UPDATE staff SET password_hash = $1 WHERE id = $2")
        .bind(hash)
        .bind(staff)
        .run()
        .await?;
    let ended = logins::end_staff_in(tx, staff, keep).await?;
    record(
        tx,
        act,
        staff,
        Verb::StaffPassword,
        json!({ "logins_ended": ended }),
    )
    .await?;
    Ok(staff.clone())
}
