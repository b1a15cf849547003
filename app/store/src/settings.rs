//! An installation's own settings: secrets that every server process needs, and the heartbeat that
//! proves the database accepts writes.

use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::time::Timestamp;

/// The value of a setting.
///
/// # Errors
/// Database errors.
pub async fn find(db: &Db, name: &str) -> Result<Option<String>> {
    let mut tx = db.read().await?;
    find_in(&mut tx, name).await
}

async fn find_in(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = tx
        .sql("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .optional()
        .await?;
    Ok(found.map(|(value,)| value))
}

/// Stores a value unless there is one already, and returns the one that holds. Two servers starting
/// together agree on the same value.
///
/// # Errors
/// Database errors.
pub async fn keep_first(db: &Db, act: &Act, name: &'static str, value: String) -> Result<String> {
    db.write(act, Locks::none(), KeepFirst { name, value })
        .await
}

struct KeepFirst {
    name: &'static str,
    value: String,
}

#[async_trait::async_trait]
impl Op for KeepFirst {
    type Out = String;
    async fn run(&self, tx: &mut Tx, _act: &Act) -> Result<String> {
        tx.sql("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(self.name)
            .bind(&self.value)
            .run()
            .await?;
        Ok(find_in(tx, self.name).await?.unwrap_or_default())
    }
}

/// The setting that [`beat`] writes.
const HEARTBEAT: &str = "heartbeat";

/// What the database knows of the time: when a server last wrote to it, the newest entry of the
/// audit log, and on PostgreSQL its own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The last heartbeat.
    pub beat: Option<Timestamp>,
    /// The newest entry of the audit log.
    pub entry: Option<Timestamp>,
    /// The clock of the database's host, where it has one of its own.
    pub clock: Option<Timestamp>,
}

/// See [`Times`].
///
/// # Errors
/// Database errors.
pub async fn times(db: &Db) -> Result<Times> {
    let beat = find(db, HEARTBEAT).await?;
    let mut tx = db.read().await?;
    let (entry,): (Option<Timestamp>,) = tx.sql("SELECT MAX(at) FROM audit").one().await?;
    drop(tx);
    Ok(Times {
        beat: beat.and_then(|text| Timestamp::parse(&text).ok()),
        entry,
        clock: clock(db).await?,
    })
}

/// The clock of the database's host: PostgreSQL's, for SQLite has this process's.
///
/// # Errors
/// Database errors.
pub async fn clock(db: &Db) -> Result<Option<Timestamp>> {
    if !db.is_postgres() {
        return Ok(None);
    }
    let mut tx = db.read().await?;
    let (now,): (Timestamp,) = tx
        .sql("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
        .one()
        .await?;
    Ok(Some(now))
}

/// Proves that the database accepts writes (C-175).
///
/// # Errors
/// Database errors: read-only, full, gone.
pub async fn beat(db: &Db, act: &Act) -> Result<()> {
    db.write(act, Locks::none(), Beat).await
}

struct Beat;

#[async_trait::async_trait]
impl Op for Beat {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.sql(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(HEARTBEAT)
        .bind(act.now.rfc3339())
        .run()
        .await?;
        Ok(())
    }
}
