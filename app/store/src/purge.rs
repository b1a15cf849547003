//! Deleting what is no longer needed. Safe to run repeatedly and on several servers.

use crate::{Act, Db, Locks, Op, Result, Tx, assignments::swap, logins::STAFF_IDLE, outbox};
use domain::{
    kiosk::{KEEP_CLAIMS, KEEP_UNUSED},
    retention,
    shift::ASKED_FOR,
};

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Login sessions that had ended.
    pub logins: u64,
    /// Sign-in codes that had expired or were used.
    pub codes: u64,
    /// Counted attempts, and locks that had expired.
    pub attempts: u64,
    /// Answers by idempotency key.
    pub answers: u64,
    /// Outgoing messages that were sent or given up long ago.
    pub sent: u64,
    /// Offers of places that nobody can take any more.
    pub offers: u64,
    /// Wishes to be partners that nobody has agreed to.
    pub asks: u64,
    /// Pairing codes, exit numbers and visits that had expired, claims older than a month or never used.
    pub kiosks: u64,
    /// Notes at bookings that are long over.
    pub notes: u64,
    /// What somebody watched that is over, whom the staff asked to help out long ago, and which
    /// certificates were asked for and answered long ago; old thanks.
    pub volunteers: u64,
}

/// Removes ended login sessions, codes that are no longer good, tries older than two days,
/// answers by idempotency key older than 72 hours, outgoing messages and unanswered wishes to be
/// partners older than 30 days, and what kiosks no longer need.
///
/// # Errors
/// Database errors.
pub async fn run(db: &Db, act: &Act) -> Result<Purged> {
    db.write(act, Locks::none(), Purge).await
}

struct Purge;

#[async_trait::async_trait]
impl Op for Purge {
    type Out = Purged;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Purged> {
        let now = act.now;
        // Guards come first, as in every operation that counts attempts, to avoid deadlocks.
        let old = now.plus(-retention::ATTEMPTS);
        let mut attempts = tx
            .sql(
                "DELETE FROM guard WHERE touched_at <= $1
                 AND (locked_until IS NULL OR locked_until <= $2)",
            )
            .bind(old)
            .bind(now)
            .run()
            .await?;
        let logins = tx
            .sql(
                "DELETE FROM login WHERE expires_at <= $1
                 OR (kind = 'staff' AND last_seen_at <= $2)",
            )
            .bind(now)
            .bind(now.plus(-STAFF_IDLE))
            .run()
            .await?;
        let codes = tx
            .sql("DELETE FROM sign_in_code WHERE expires_at <= $1 OR used_at IS NOT NULL")
            .bind(now)
            .run()
            .await?;
        attempts += tx
            .sql("DELETE FROM attempt WHERE at <= $1")
            .bind(old)
            .run()
            .await?;
        let answers = tx
            .sql("DELETE FROM idempotency WHERE created_at <= $1")
            .bind(now.plus(-retention::ANSWERS))
            .run()
            .await?;
        let sent = outbox::purge_in(tx, now.plus(-retention::SENT)).await?;
        let offers = swap::purge_in(tx, now).await?;
        let asks = tx
            .sql("DELETE FROM partner WHERE agreed_at IS NULL AND asked_at <= $1")
            .bind(now.plus(-ASKED_FOR))
            .run()
            .await?;
        let mut kiosks = 0;
        for (statement, before) in [
            (
                "DELETE FROM known_browser WHERE seen_at <= $1",
                now.plus(-retention::BROWSERS),
            ),
            ("DELETE FROM pairing WHERE expires_at <= $1", now),
            ("DELETE FROM kiosk_exit WHERE expires_at <= $1", now),
            ("DELETE FROM kiosk_visit WHERE expires_at <= $1", now),
            (
                "DELETE FROM claim WHERE scanned_at <= $1",
                now.plus(-KEEP_CLAIMS),
            ),
            (
                "DELETE FROM claim WHERE scanned_at <= $1 AND used_at IS NULL",
                now.plus(-KEEP_UNUSED),
            ),
        ] {
            kiosks += tx.sql(statement).bind(before).run().await?;
        }
        let notes = tx
            .sql(
                "DELETE FROM booking_note WHERE booking_id IN (SELECT n.booking_id FROM booking_note n
                 JOIN booking b ON b.id = n.booking_id JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE o.ends_at <= $1)",
            )
            .bind(now.plus(-retention::NOTES))
            .run()
            .await?;
        let mut volunteers = 0;
        for (statement, before) in [
            (
                "DELETE FROM watch WHERE shift_id IN (SELECT id FROM shift WHERE ends_at <= $1)",
                now.plus(-retention::SENT),
            ),
            (
                "DELETE FROM cover_call WHERE asked_at <= $1",
                now.plus(-retention::CALLS),
            ),
            (
                "DELETE FROM certificate_request WHERE ended IS NOT NULL AND ended_at <= $1",
                now.plus(-retention::REQUESTS),
            ),
            (
                "DELETE FROM thanks WHERE at <= $1",
                now.plus(-retention::THANKS),
            ),
        ] {
            volunteers += tx.sql(statement).bind(before).run().await?;
        }
        Ok(Purged {
            logins,
            codes,
            attempts,
            answers,
            sent,
            offers,
            asks,
            kiosks,
            notes,
            volunteers,
        })
    }
}
