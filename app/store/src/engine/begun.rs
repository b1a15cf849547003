//! A write transaction, and where it begins. Alive means writable (C-185): a connection whose begin,
//! commit or rollback failed, or that is left in the middle, is closed and never used again, and a
//! server that has become read-only is left.

use super::{
    Error, Result,
    kept::{Kept, Lent},
};
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx_postgres::{PgPool, Postgres};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

/// A connection that somebody holds.
pub(super) trait Hold: DerefMut + Send {
    /// Runs a statement without values.
    fn say(&mut self, statement: &'static str) -> BoxFuture<'_, sqlx::Result<()>>;

    /// It is closed when it is let go.
    fn spoil(&mut self);
}

impl Hold for Lent {
    fn say(&mut self, statement: &'static str) -> BoxFuture<'_, sqlx::Result<()>> {
        Box::pin(async move {
            sqlx::raw_sql(statement).execute(&mut **self).await?;
            Ok(())
        })
    }

    fn spoil(&mut self) {
        Self::spoil(self);
    }
}

impl Hold for PoolConnection<Postgres> {
    fn say(&mut self, statement: &'static str) -> BoxFuture<'_, sqlx::Result<()>> {
        Box::pin(async move {
            sqlx::raw_sql(statement).execute(&mut **self).await?;
            Ok(())
        })
    }

    fn spoil(&mut self) {
        self.close_on_drop();
    }
}

/// A write transaction on a connection of its own.
pub(super) struct Begun<H: Hold> {
    conn: H,
    has_ended: bool,
}

impl<H: Hold> Begun<H> {
    /// Not begun yet: closed unless [`Begun::end`] succeeds.
    const fn of(conn: H) -> Self {
        Self {
            conn,
            has_ended: false,
        }
    }
}

impl<H: Hold> Begun<H> {
    /// Ends it with `COMMIT` or `ROLLBACK`, and gives the connection back.
    pub(super) async fn end(mut self, statement: &'static str) -> Result<()> {
        self.conn.say(statement).await?;
        self.has_ended = true;
        Ok(())
    }
}

impl<H: Hold> Drop for Begun<H> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.conn.spoil();
        }
    }
}

impl<H: Hold> Deref for Begun<H> {
    type Target = H::Target;
    fn deref(&self) -> &H::Target {
        &self.conn
    }
}

impl<H: Hold> DerefMut for Begun<H> {
    fn deref_mut(&mut self) -> &mut H::Target {
        &mut self.conn
    }
}

/// SQLite's one writing connection, where a transaction is to begin: [`BEGIN_SQLITE`] is to be the
/// first that it hears.
pub(super) async fn writer(writer: &Kept) -> Result<Begun<Lent>> {
    Ok(Begun::of(writer.take().await?))
}

/// Begins on SQLite; what is read first may stand behind it.
pub(super) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL's connections, and since when those that are older are left behind.
#[derive(Clone)]
pub(super) struct Pg {
    pub(super) pool: PgPool,
    pub(super) left: Left,
}

/// When a server was found to be one that takes no writes: connections from before lead to it.
#[derive(Clone, Default)]
pub(super) struct Left(Arc<Mutex<Option<Instant>>>);

impl Left {
    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection that is so old is left behind.
    pub(super) fn covers(&self, age: std::time::Duration) -> bool {
        let left = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.is_some_and(|left| left.elapsed() < age)
    }
}

/// So many connections to a server that takes no writes are passed before a transaction gives up.
const MOST_READ_ONLY: u32 = 3;

impl Pg {
    /// Begins on a server that takes writes.
    pub(super) async fn begin(&self) -> Result<Begun<PoolConnection<Postgres>>> {
        // When a server was lost, everything that waits in the pool is dead at once.
        let mut lost = self.pool.options().get_max_connections();
        let mut read_only = MOST_READ_ONLY;
        loop {
            let mut begun = Begun::of(self.pool.acquire().await?);
            let Err(error) = begun.conn.say("BEGIN READ WRITE").await else {
                return Ok(begun);
            };
            let left = if is_read_only(&error) {
                self.left.now();
                &mut read_only
            } else if is_lost(&error) {
                &mut lost
            } else {
                return Err(error.into());
            };
            if *left == 0 {
                return Err(Error::Unavailable(error.to_string()));
            }
            *left -= 1;
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error()?.code()?;
    Some(code.into_owned())
}

/// Whether the server takes no writes: it is a standby, or was made read-only (SQLSTATE 25006; a
/// standby says 0A000 to `READ WRITE`).
fn is_read_only(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| matches!(code.as_str(), "25006" | "0A000"))
}

/// Whether the connection, or the server behind it, is gone.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        error => code(error).is_some_and(|code| code.starts_with("57P") || code.starts_with("08")),
    }
}

/// Whether the database may well answer soon: it is busy, full, starting, or on its way to another
/// server.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    if is_lost(error) || is_read_only(error) {
        return true;
    }
    match error {
        sqlx::Error::PoolTimedOut => true,
        // SQLite: busy, locked, full, cannot open, disk error; PostgreSQL: out of resources.
        error => code(error).is_some_and(|code| {
            let primary = code.parse::<u32>().ok().filter(|_| code.len() < 5);
            primary.is_some_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
                || code.starts_with("53")
        }),
    }
}
