//! Staff: accounts with user name and password, their roles, and sign-in attempts. The slow password
//! hash is computed outside, between [`begin_sign_in`], which counts the attempt, and
//! [`finish_sign_in`].

use crate::{
    Act, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Scope},
    audit::Verb,
    id::StaffId,
    person::PersonName,
    time::Timestamp,
};

mod accounts;
mod list;
mod own;
mod sign_in;
mod supervision;
mod time;
mod write;
pub use accounts::{Account, Asked, Held, account, accounts, history, members};
pub use domain::access::TimedGrant;
pub use list::{StaffView, find, list};
pub use own::{own, proved};
pub use sign_in::{
    Candidate, LOCK_AFTER, LOCK_FOR, begin_sign_in, finish_sign_in, set_totp, unlock,
};
pub use supervision::{Area, set_grade, supervision};
pub(crate) use time::times_of;
pub use time::{AtWork, own_time, set_own_time, times};
pub use write::{
    add, close, create, grade, grant, rename, reset_password, resume, revoke, set_agency,
    set_password, suspend,
};

/// The condition that a row of `role_grant` under this alias holds at the instant of the parameter.
macro_rules! holds {
    ($alias:literal, $now:literal) => {
        concat!(
            "(",
            $alias,
            "begins_at IS NULL OR ",
            $alias,
            "begins_at <= ",
            $now,
            ") AND (",
            $alias,
            "ends_at IS NULL OR ",
            $alias,
            "ends_at > ",
            $now,
            ")"
        )
    };
}
pub(crate) use holds;

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
    begins_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

impl GrantRow {
    fn read(self) -> Result<TimedGrant> {
        Ok(TimedGrant {
            grant: Grant {
                role: self.role.parse()?,
                scope: Scope::parse(&self.scope)?,
            },
            begins_at: self.begins_at,
            ends_at: self.ends_at,
        })
    }
}

/// All grants of the account: those that hold, those that are over, those that are yet to begin.
async fn all_grants_in(tx: &mut Tx, staff: &StaffId) -> Result<Vec<TimedGrant>> {
    let rows: Vec<GrantRow> = tx
        .sql(
            "SELECT role, scope, begins_at, ends_at FROM role_grant
             WHERE staff_id = $1 ORDER BY granted_at, role, scope",
        )
        .bind(staff)
        .all()
        .await?;
    rows.into_iter().map(GrantRow::read).collect()
}

async fn timed_grants_in(tx: &mut Tx, staff: &StaffId, now: Timestamp) -> Result<Vec<TimedGrant>> {
    let mut grants = all_grants_in(tx, staff).await?;
    grants.retain(|timed| timed.holds(now));
    Ok(grants)
}

/// The grants that hold now.
pub(crate) async fn grants_in(tx: &mut Tx, staff: &StaffId, now: Timestamp) -> Result<Vec<Grant>> {
    let timed = timed_grants_in(tx, staff, now).await?;
    Ok(timed.into_iter().map(|t| t.grant).collect())
}

pub(crate) async fn record(
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
