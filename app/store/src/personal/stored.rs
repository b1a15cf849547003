//! What is stored of an account, counted.

use super::rows::WHO;
use crate::{Db, Result};
use domain::{id::AccountId, retention::Kind};

/// How much of a kind there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Of what.
    pub kind: Kind,
    /// How many entries.
    pub count: u32,
}

/// How the entries of a kind are counted for the account `$1`; none for what has no account in its rows.
const fn of(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Profile => {
            "person WHERE account_id = $1 AND relation = 'self' AND status <> 'merged'"
        }
        Kind::Family => {
            "person WHERE account_id = $1 AND relation <> 'self' AND status <> 'merged'"
        }
        Kind::Bookings => "booking WHERE account_id = $1",
        Kind::Notes => {
            "booking_note WHERE booking_id IN (SELECT id FROM booking WHERE account_id = $1)"
        }
        Kind::CheckIns => {
            "check_in WHERE subject_id IN (SELECT id FROM booking WHERE account_id = $1
            UNION ALL SELECT id FROM assignment WHERE account_id = $1)"
        }
        Kind::Cards => "card WHERE person_id IN {WHO}",
        Kind::Volunteering => "volunteer WHERE person_id IN {WHO}",
        Kind::Shifts => "assignment WHERE account_id = $1",
        Kind::Hours => "hour_entry WHERE person_id IN {WHO}",
        Kind::Certificates => "certificate WHERE account_id = $1",
        Kind::Calls => "cover_call WHERE account_id = $1",
        Kind::Requests => "certificate_request WHERE account_id = $1",
        Kind::Thanks => {
            "thanks WHERE booking_id IN (SELECT id FROM booking WHERE account_id = $1)
            OR assignment_id IN (SELECT id FROM assignment WHERE account_id = $1)"
        }
        Kind::Messages => "message WHERE account_id = $1",
        Kind::ShortMessages => "outbox WHERE recipient = (SELECT phone FROM account WHERE id = $1)",
        Kind::SignIns => "login WHERE account_id = $1",
        Kind::Browsers => "known_browser WHERE subject = (SELECT phone FROM account WHERE id = $1)",
        Kind::Claims => "claim WHERE account_id = $1",
        Kind::Answers | Kind::Attempts | Kind::Audit => return None,
    })
}

/// What is stored of the account, kind by kind; what there is nothing of is left out.
///
/// # Errors
/// Database errors.
pub async fn stored(db: &Db, account: &AccountId) -> Result<Vec<Stored>> {
    let mut tx = db.read().await?;
    let mut stored = Vec::new();
    for kind in Kind::ALL.iter().copied() {
        let Some(rows) = of(kind) else { continue };
        let rows = rows.replace("{WHO}", WHO);
        let count = tx
            .sql_built(format!("SELECT COUNT(*) FROM {rows}"))
            .bind(account)
            .count()
            .await?;
        if count > 0 {
            stored.push(Stored { kind, count });
        }
    }
    Ok(stored)
}
