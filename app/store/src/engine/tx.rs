//! One connection, one SQL text for both databases.

use super::{
    Batch, Change, Error, Query, Result,
    begun::Begun,
    kept::Lent,
    lock::{Lock, Locks},
};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr, pool::PoolConnection};
use sqlx_postgres::{PgConnection, Postgres};
use sqlx_sqlite::SqliteConnection;

pub(super) enum Held {
    Sqlite(Begun<Lent>),
    Postgres(Begun<PoolConnection<Postgres>>),
    SqliteReader(Lent),
    PostgresReader(PoolConnection<Postgres>),
}

pub(super) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection: in [`crate::Db::write`] a write transaction, in [`crate::Db::read`] a plain one.
pub struct Tx {
    pub(super) held: Held,
    pub(super) locks: Locks,
    pub(super) changes: Vec<Change>,
    /// Whether a statement was begun that may have written something.
    pub(super) wrote: bool,
    /// What the operation writes last.
    last: Option<Batch>,
}

impl Tx {
    pub(super) fn new(held: Held) -> Self {
        Self {
            held,
            locks: Locks::none(),
            changes: Vec::new(),
            wrote: false,
            last: None,
        }
    }

    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self.held, Held::Sqlite(_) | Held::SqliteReader(_))
    }

    pub(super) fn conn(&mut self) -> Conn<'_> {
        match &mut self.held {
            Held::Sqlite(tx) => Conn::Sqlite(tx),
            Held::Postgres(tx) => Conn::Postgres(tx),
            Held::SqliteReader(conn) => Conn::Sqlite(conn),
            Held::PostgresReader(conn) => Conn::Postgres(conn),
        }
    }

    /// Commits a write transaction.
    pub(crate) async fn commit(self) -> Result<()> {
        match self.held {
            Held::Sqlite(tx) => tx.end("COMMIT").await?,
            Held::Postgres(tx) => tx.end("COMMIT").await?,
            Held::SqliteReader(_) | Held::PostgresReader(_) => {}
        }
        Ok(())
    }

    /// Gives up a write transaction.
    pub(crate) async fn roll_back(self) -> Result<()> {
        match self.held {
            Held::Sqlite(tx) => tx.end("ROLLBACK").await?,
            Held::Postgres(tx) => tx.end("ROLLBACK").await?,
            Held::SqliteReader(_) | Held::PostgresReader(_) => {}
        }
        Ok(())
    }

    /// Begins a statement. Placeholders are `$1`, `$2`, … in both databases.
    pub fn sql(&mut self, text: &'static str) -> Query<'_> {
        self.query(text.into_sql_str())
    }

    /// Begins a statement whose text was put together at run time from constant parts; values
    /// are still bound, never written into it.
    pub fn sql_built(&mut self, text: String) -> Query<'_> {
        self.query(AssertSqlSafe(text).into_sql_str())
    }

    /// What follows a column in a condition that it is one of the list that [`Query::bind_list`]
    /// binds to this placeholder.
    pub(crate) fn one_of(&self, placeholder: &str) -> String {
        match self.is_sqlite() {
            true => format!("IN (SELECT value FROM json_each({placeholder}))"),
            false => format!("= ANY({placeholder})"),
        }
    }

    /// The list that [`Query::bind_list`] binds to this placeholder, as a table `n` of each `value`
    /// with its `place` in the list.
    pub(crate) fn numbered(&self, placeholder: &str) -> String {
        match self.is_sqlite() {
            true => format!("(SELECT value, key AS place FROM json_each({placeholder})) AS n"),
            false => format!("unnest({placeholder}::text[]) WITH ORDINALITY AS n(value, place)"),
        }
    }

    fn query(&mut self, text: SqlStr) -> Query<'_> {
        self.wrote |= !text.as_str().starts_with("SELECT");
        Query::new(self, text)
    }

    /// Makes sure that these rows are locked, all of them asked for at once: an operation is tried
    /// a limited number of times. On SQLite the one write transaction locks everything.
    ///
    /// # Errors
    /// [`Error::NeedLocks`], upon which the operation runs again with the locks.
    pub(crate) fn need<L: Into<Lock>>(&self, rows: impl IntoIterator<Item = L>) -> Result<()> {
        let Held::Postgres(_) = &self.held else {
            return Ok(());
        };
        let missing = rows.into_iter().map(Into::into);
        let missing = Locks::of(missing.filter(|lock| !self.locks.contains(lock)));
        if missing == Locks::none() {
            Ok(())
        } else {
            Err(Error::NeedLocks(missing))
        }
    }

    /// Notes that this transaction has made the row, which nobody else can see or lock before the
    /// commit.
    pub(crate) fn made<L: Into<Lock>>(&mut self, row: L) {
        self.locks.add(Locks::of([row.into()]));
    }

    /// Leaves these writes to the end of the operation, where they run together with the answer
    /// that is kept for the idempotency key. At most one batch of an operation is left so.
    pub(crate) fn write_last(&mut self, batch: Batch) {
        debug_assert!(self.last.is_none(), "two batches are left to the end");
        self.last = Some(batch);
    }

    pub(super) fn take_last(&mut self) -> Option<Batch> {
        self.last.take()
    }

    /// Tells the listeners of live pages, after the commit, that something changed.
    pub fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }
}
