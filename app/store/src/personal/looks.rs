//! Who of the staff looked at what is stored of an account's people (`beyond.md` 20): out of the audit log,
//! which says of every look who, when and at what (rule 6). Members of staff are not named.

use crate::{Db, Result};
use domain::{
    audit::Verb,
    id::AccountId,
    time::{DAY, Timestamp},
};

/// So far back looks are told (milliseconds).
const TOLD_FOR: i64 = 183 * DAY;

/// A look at something of the account's.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// At what.
    pub action: Verb,
    /// At which center, if at one.
    pub center_name: Option<String>,
}

/// The entries of the log about what belongs to the account `$1`. A list of a date or of a shift counts for
/// those who were in it by then.
const ABOUT: &str = "SELECT 'account' AS kind, id, 0 AS since FROM account WHERE id = $1
    UNION ALL SELECT 'person', id, 0 FROM person WHERE account_id = $1
    UNION ALL SELECT 'booking', id, 0 FROM booking WHERE account_id = $1
    UNION ALL SELECT 'assignment', id, 0 FROM assignment WHERE account_id = $1
    UNION ALL SELECT 'card', k.id, 0 FROM card k JOIN person p ON p.id = k.person_id
        WHERE p.account_id = $1
    UNION ALL SELECT 'occurrence', occurrence_id, booked_at FROM booking WHERE account_id = $1
    UNION ALL SELECT 'shift', shift_id, asked_at FROM assignment WHERE account_id = $1";

/// The last looks, the latest first, at most so many.
///
/// # Errors
/// Database errors.
pub async fn looks(db: &Db, account: &AccountId, now: Timestamp, most: u32) -> Result<Vec<Look>> {
    let looks = Verb::ALL.iter().filter(|verb| verb.is_look());
    let looks: Vec<String> = looks.map(|verb| format!("'{verb}'")).collect();
    let own = domain::access::Caller::resident(account.clone()).key();
    let mut tx = db.read().await?;
    tx.sql_built(format!(
        "SELECT DISTINCT a.id, a.at, a.action, c.name AS center_name
         FROM ({ABOUT}) s JOIN audit a ON a.subject_kind = s.kind AND a.subject_id = s.id
             AND a.at >= s.since
         LEFT JOIN center c ON c.id = a.center_id
         WHERE a.at >= $2 AND a.actor <> $3 AND a.action IN ({})
         ORDER BY a.at DESC, a.id DESC LIMIT $4",
        looks.join(", ")
    ))
    .bind(account)
    .bind(now.plus(-TOLD_FOR))
    .bind(own)
    .bind(i64::from(most))
    .all()
    .await
}
