//! Outgoing messages. They are written in the transaction of what they are about and sent
//! afterwards, so a failing channel never blocks a booking (C-165).
//!
//! A sender claims rows by compare and swap, so server processes never send the same message
//! concurrently. If a process dies between claiming and sending, the row becomes due again: delivery
//! is at least once, and exactly once unless a process dies.

mod discreet;
mod outdated;

use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::{
    notice::Notice,
    person::Phone,
    shift::KEPT_FOR,
    time::{HOUR, MINUTE, Timestamp},
};

/// How many times a message is tried.
pub const MOST_TRIES: i64 = 8;
/// Kinds whose content must not be kept once sent.
const SENSITIVE: &str = "'sign_in_code'";
/// The content of a blanked message.
const BLANK: &str = "{}";

/// A message that this process has claimed and must now send.
#[derive(Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id, by which a provider can drop duplicates.
    pub id: String,
    /// To whom.
    pub phone: Phone,
    /// In which language, e.g. `zh-CN`.
    pub locale: String,
    /// What to tell.
    pub notice: Notice,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Milliseconds until the next attempt: half a minute, doubling each time, at most an hour.
fn pause(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    (MINUTE / 2 * (1 << doublings)).min(HOUR)
}

/// Claims at most `limit` due messages, longest overdue first, and before all others the sign-in
/// codes, for which somebody waits while the whole district is told of its bookings. Expired ones are
/// given up instead.
///
/// # Errors
/// Database errors.
pub async fn claim(db: &Db, act: &Act, limit: u32) -> Result<Vec<Claimed>> {
    let mut tx = db.read().await?;
    let due: Option<(String,)> = tx
        .sql(
            "SELECT id FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL
             AND due_at <= $1 LIMIT 1",
        )
        .bind(act.now)
        .optional()
        .await?;
    drop(tx);
    // Checking first saves a write while there is nothing to do.
    if due.is_none() {
        return Ok(Vec::new());
    }
    db.write(act, Locks::none(), Claim { limit }).await
}

struct Claim {
    limit: u32,
}

#[derive(sqlx::FromRow)]
struct DueRow {
    id: String,
    recipient: Phone,
    locale: String,
    kind: String,
    data: String,
    attempts: i64,
    created_at: Timestamp,
}

#[async_trait::async_trait]
impl Op for Claim {
    type Out = Vec<Claimed>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<Claimed>> {
        let mut due: Vec<DueRow> = tx
            .sql(
                "SELECT id, recipient, locale, kind, data, attempts, created_at FROM outbox
                 WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= $1
                 ORDER BY kind <> 'sign_in_code', due_at, id LIMIT $2",
            )
            .bind(act.now)
            .bind(i64::from(self.limit))
            .all()
            .await?;
        // Every process writes these rows in the same order, so they can't deadlock.
        due.sort_by(|a, b| a.id.cmp(&b.id));
        let mut claimed = Vec::new();
        for row in due {
            // What is kept for a while is no news afterwards.
            let life = match row.kind.as_str() {
                "sign_in_code" => Some(crate::sign_in::CODE_LIFE),
                "friend_invites" => Some(KEPT_FOR),
                _ => None,
            };
            let stale = life.is_some_and(|life| row.created_at.plus(life) <= act.now);
            if stale || row.attempts >= MOST_TRIES {
                let why = if stale { "expired" } else { "given up" };
                give_up(tx, &row.id, row.attempts, why, act.now).await?;
                continue;
            }
            let mut notice: Notice = serde_json::from_str(&row.data)?;
            if outdated::is_outdated(tx, &notice, act.now).await? {
                give_up(tx, &row.id, row.attempts, "outdated", act.now).await?;
                continue;
            }
            let won = tx
                .sql(
                    "UPDATE outbox SET attempts = attempts + 1, due_at = $1
                     WHERE id = $2 AND attempts = $3 AND sent_at IS NULL AND failed_at IS NULL",
                )
                .bind(act.now.plus(pause(row.attempts + 1)))
                .bind(&row.id)
                .bind(row.attempts)
                .run()
                .await?;
            if won == 1 {
                discreet::hush(tx, &mut notice).await?;
                claimed.push(Claimed {
                    notice,
                    id: row.id,
                    phone: row.recipient,
                    locale: row.locale,
                    attempt: row.attempts + 1,
                    created_at: row.created_at,
                });
            }
        }
        Ok(claimed)
    }
}

async fn give_up(tx: &mut Tx, id: &str, attempts: i64, why: &str, now: Timestamp) -> Result<u64> {
    tx.sql_built(format!(
        "UPDATE outbox SET failed_at = $1, error = $2,
         data = CASE WHEN kind IN ({SENSITIVE}) THEN '{BLANK}' ELSE data END
         WHERE id = $3 AND attempts = $4 AND sent_at IS NULL AND failed_at IS NULL"
    ))
    .bind(now)
    .bind(why)
    .bind(id)
    .bind(attempts)
    .run()
    .await
}

/// How sending a claimed message ended; an error is the provider's word, without the message.
pub type Ended = (Claimed, std::result::Result<(), String>);

/// Writes down how sending ended, for several at once. What was sent is done, and a sign-in code is
/// blanked; what failed is tried again later, with longer pauses, until [`MOST_TRIES`]. Says for each
/// whether the claim still held: not if sending took so long that somebody else has claimed it.
///
/// # Errors
/// Database errors.
pub async fn finish(db: &Db, act: &Act, mut ended: Vec<Ended>) -> Result<Vec<bool>> {
    // In one order, as when they were claimed.
    ended.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    db.write(act, Locks::none(), Finish { ended }).await
}

/// How much of the provider's word is kept, in characters.
const MOST_SAID: usize = 200;

struct Finish {
    ended: Vec<Ended>,
}

#[async_trait::async_trait]
impl Op for Finish {
    type Out = Vec<bool>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<bool>> {
        let mut held = Vec::new();
        for (claimed, ending) in &self.ended {
            let changed = match ending {
                Ok(()) => done(tx, claimed, act.now).await?,
                Err(error) => {
                    let error: String = error.chars().take(MOST_SAID).collect();
                    put_off(tx, claimed, &error, act.now).await?
                }
            };
            held.push(changed == 1);
        }
        Ok(held)
    }
}

async fn done(tx: &mut Tx, claimed: &Claimed, now: Timestamp) -> Result<u64> {
    tx.sql_built(format!(
        "UPDATE outbox SET sent_at = $1, error = NULL,
         data = CASE WHEN kind IN ({SENSITIVE}) THEN '{BLANK}' ELSE data END
         WHERE id = $2 AND attempts = $3 AND sent_at IS NULL"
    ))
    .bind(now)
    .bind(&claimed.id)
    .bind(claimed.attempt)
    .run()
    .await
}

async fn put_off(tx: &mut Tx, claimed: &Claimed, error: &str, now: Timestamp) -> Result<u64> {
    if claimed.attempt >= MOST_TRIES {
        return give_up(tx, &claimed.id, claimed.attempt, error, now).await;
    }
    tx.sql(
        "UPDATE outbox SET error = $1, due_at = $2
         WHERE id = $3 AND attempts = $4 AND sent_at IS NULL AND failed_at IS NULL",
    )
    .bind(error)
    .bind(now.plus(pause(claimed.attempt)))
    .bind(&claimed.id)
    .bind(claimed.attempt)
    .run()
    .await
}

/// A message as shown on the development page.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id.
    pub id: String,
    /// To whom.
    pub phone: Phone,
    /// In which language.
    pub locale: String,
    /// What kind of notice.
    pub kind: String,
    /// The notice; `None` once blanked.
    pub notice: Option<Notice>,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// What the provider said last.
    pub error: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OutgoingRow {
    id: String,
    recipient: Phone,
    locale: String,
    kind: String,
    data: String,
    created_at: Timestamp,
    attempts: i64,
    sent_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    error: Option<String>,
}

/// The newest messages, for the development page. Never for production: it shows phone numbers
/// and, until they are sent, sign-in codes.
///
/// # Errors
/// Database errors.
pub async fn recent(db: &Db, limit: u32) -> Result<Vec<Outgoing>> {
    let mut tx = db.read().await?;
    let rows: Vec<OutgoingRow> = tx
        .sql(
            "SELECT id, recipient, locale, kind, data, created_at, attempts, sent_at, failed_at,
             error FROM outbox ORDER BY created_at DESC, id DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .all()
        .await?;
    let mut recent = Vec::new();
    for row in rows {
        let mut notice = serde_json::from_str(&row.data).ok();
        if let Some(notice) = &mut notice {
            discreet::hush(&mut tx, notice).await?;
        }
        recent.push(Outgoing {
            notice,
            id: row.id,
            phone: row.recipient,
            locale: row.locale,
            kind: row.kind,
            created_at: row.created_at,
            attempts: row.attempts,
            sent_at: row.sent_at,
            failed_at: row.failed_at,
            error: row.error,
        });
    }
    Ok(recent)
}

/// Deletes messages sent or given up before then.
pub(crate) async fn purge_in(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.sql("DELETE FROM outbox WHERE sent_at <= $1 OR failed_at <= $1")
        .bind(before)
        .run()
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<i64> = (1..=9).map(|n| pause(n) / 1000).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }
}
