//! Rate limits on anything that could be guessed. Attempts are counted in rows, so limits hold
//! across server processes and restarts.

use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::{Refusal, time::Timestamp};

/// At most this many attempts within a sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub tries: u32,
    /// Length of the window in milliseconds.
    pub window: i64,
}

/// Counts an attempt on `subject` (e.g. `ip:192.0.2.1` or `code:…`) and lets it pass, or refuses it
/// without counting. Attempts on one subject are serialised, so parallel ones can't slip through.
///
/// # Errors
/// [`Refusal::RateLimited`] with the time at which every limit allows another attempt.
pub async fn take(db: &Db, act: &Act, subject: &str, limits: &[Limit]) -> Result<()> {
    let op = Take {
        subject: subject.to_owned(),
        limits: limits.to_vec(),
    };
    db.write(act, Locks::none(), op).await
}

struct Take {
    subject: String,
    limits: Vec<Limit>,
}

#[async_trait::async_trait]
impl Op for Take {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        guard(tx, &self.subject, act.now).await?;
        check(tx, &self.subject, &self.limits, act.now).await?;
        count(tx, &self.subject, act.now).await
    }
}

/// The state of a guarded subject.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct Guard {
    /// Failures in a row.
    pub(crate) failures: i64,
    /// Until when it is locked, if it is.
    pub(crate) locked_until: Option<Timestamp>,
}

/// Locks the subject for the rest of this transaction.
pub(crate) async fn guard(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<Guard> {
    tx.sql(
        "INSERT INTO guard (subject, touched_at) VALUES ($1, $2)
         ON CONFLICT (subject) DO UPDATE SET touched_at = excluded.touched_at
         RETURNING failures, locked_until",
    )
    .bind(subject)
    .bind(now)
    .one()
    .await
}

/// Sets the state of a guarded subject.
pub(crate) async fn set_guard(tx: &mut Tx, subject: &str, to: Guard) -> Result<()> {
    tx.sql("UPDATE guard SET failures = $1, locked_until = $2 WHERE subject = $3")
        .bind(to.failures)
        .bind(to.locked_until)
        .bind(subject)
        .run()
        .await?;
    Ok(())
}

/// Refuses if the attempts so far have reached a limit.
pub(crate) async fn check(
    tx: &mut Tx,
    subject: &str,
    limits: &[Limit],
    now: Timestamp,
) -> Result<()> {
    let longest = limits.iter().map(|l| l.window).max().unwrap_or(0);
    let most = limits.iter().map(|l| l.tries).max().unwrap_or(0);
    let tries: Vec<(Timestamp,)> = tx
        .sql("SELECT at FROM attempt WHERE subject = $1 AND at > $2 ORDER BY at DESC LIMIT $3")
        .bind(subject)
        .bind(now.plus(-longest))
        .bind(i64::from(most))
        .all()
        .await?;
    let tries: Vec<Timestamp> = tries.into_iter().map(|(at,)| at).collect();
    match allowed_again(&tries, limits, now) {
        None => Ok(()),
        Some(until) => Err(Refusal::RateLimited { until }.into()),
    }
}

/// Counts an attempt.
pub(crate) async fn count(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<()> {
    tx.sql("INSERT INTO attempt (subject, at) VALUES ($1, $2)")
        .bind(subject)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

/// Unlocks a subject, and every one that begins with it and a colon.
pub(crate) async fn unlock(tx: &mut Tx, subject: &str) -> Result<()> {
    tx.sql(
        "UPDATE guard SET failures = 0, locked_until = NULL
         WHERE subject = $1 OR subject LIKE $2 ESCAPE '!'",
    )
    .bind(subject)
    .bind(beginning_with(&format!("{subject}:")))
    .run()
    .await
    .map(drop)
}

/// A pattern for `LIKE … ESCAPE '!'`.
fn beginning_with(prefix: &str) -> String {
    let escaped = prefix
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("{escaped}%")
}

/// Forgets the attempts on a subject, all or those of one moment.
pub(crate) async fn forget(tx: &mut Tx, subject: &str, at: Option<Timestamp>) -> Result<()> {
    tx.sql("DELETE FROM attempt WHERE subject = $1 AND ($2 IS NULL OR at = $2)")
        .bind(subject)
        .bind(at)
        .run()
        .await
        .map(drop)
}

/// Forgets the attempts on every subject that begins so.
pub(crate) async fn forget_within(tx: &mut Tx, prefix: &str) -> Result<()> {
    tx.sql("DELETE FROM attempt WHERE subject LIKE $1 ESCAPE '!'")
        .bind(beginning_with(prefix))
        .run()
        .await
        .map(drop)
}

/// When the next attempt is allowed, given past ones, newest first; `None` means now.
pub(crate) fn allowed_again(
    newest_first: &[Timestamp],
    limits: &[Limit],
    now: Timestamp,
) -> Option<Timestamp> {
    limits
        .iter()
        .filter_map(|limit| {
            // The attempt that has to leave the window before another one fits.
            let index = usize::try_from(limit.tries).ok()?.checked_sub(1)?;
            let until = newest_first.get(index)?.plus(limit.window);
            (until > now).then_some(until)
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::{DAY, HOUR, MINUTE};

    const LIMITS: [Limit; 3] = [
        Limit {
            tries: 1,
            window: MINUTE,
        },
        Limit {
            tries: 3,
            window: HOUR,
        },
        Limit {
            tries: 5,
            window: DAY,
        },
    ];

    fn again(minutes_ago: &[i64]) -> Option<i64> {
        let now = Timestamp(100 * DAY);
        let tries: Vec<_> = minutes_ago.iter().map(|m| now.plus(-m * MINUTE)).collect();
        allowed_again(&tries, &LIMITS, now).map(|t| (t.0 - now.0) / MINUTE)
    }

    #[test]
    fn the_strictest_limit_says_when() {
        assert_eq!(again(&[]), None);
        assert_eq!(again(&[0]), Some(1));
        assert_eq!(again(&[1]), None, "a window is half open");
        assert_eq!(again(&[2, 10, 50]), Some(10));
        assert_eq!(again(&[2, 10, 60]), None);
        assert_eq!(again(&[2, 70, 80, 90, 100]), Some(24 * 60 - 100));
    }
}
