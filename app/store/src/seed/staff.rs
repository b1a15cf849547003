//! Demo staff.

use super::{Summary, broken};
use crate::{
    Act, Db, Result,
    staff::{self, NewStaff, TimedGrant},
};
use domain::{
    access::{Grant, Scope},
    person::PersonName,
};
use serde::Serialize;

/// A password that was made, and its hash.
#[derive(Clone, Debug)]
pub struct Password {
    /// To be shown once.
    pub shown: String,
    /// As a PHC string.
    pub hash: String,
}

/// A staff account of the demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoStaff {
    /// What they sign in with.
    pub username: String,
    /// Their role.
    pub role: String,
    /// Where it holds.
    pub scope: String,
    /// The password, where the account was made now.
    pub password: Option<String>,
}

pub(super) async fn seed(
    db: &Db,
    act: &Act,
    password: &mut (dyn FnMut(&str) -> Password + Send),
    summary: &mut Summary,
) -> Result<()> {
    for member in gazetteer::data::people().map_err(broken)?.staff {
        let mut tx = db.read().await?;
        let there = tx
            .sql("SELECT COUNT(*) FROM staff WHERE username = $1")
            .bind(&member.username)
            .count()
            .await?;
        drop(tx);
        let mut shown = None;
        if there == 0 {
            let Password { shown: made, hash } = password(&member.username);
            let grant = Grant {
                role: member.role.parse()?,
                scope: Scope::parse(&member.scope)?,
            };
            let new = NewStaff {
                username: member.username.clone(),
                name: PersonName::parse(&member.display_name.zh_cn)?,
                password_hash: hash,
                grants: vec![TimedGrant::for_good(grant)],
                demo: true,
            };
            staff::add(db, act, new).await?;
            summary.staff += 1;
            shown = Some(made);
        }
        summary.demo_staff.push(DemoStaff {
            username: member.username,
            role: member.role,
            scope: member.scope,
            password: shown,
        });
    }
    Ok(())
}
