//! One connection, one SQL text for both databases.

use crate::{Error, Result, db::Change, error::Need, writer::Locks};
use domain::id::{AccountId, OccurrenceId};
use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction,
    Type,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnection, PgRow},
    sqlite::{SqliteArguments, SqliteConnection, SqliteRow},
};

/// A value that both databases can store.
pub trait Value<'q>:
    Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres>
{
}
impl<'q, T> Value<'q> for T where
    T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres>
{
}

/// A row that can be read from both databases; `#[derive(sqlx::FromRow)]` is enough.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

pub(crate) enum Held {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    SqliteReader(PoolConnection<Sqlite>),
    PostgresReader(PoolConnection<Postgres>),
}

enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection: in [`crate::Db::write`] a write transaction, in [`crate::Db::read`] a plain one.
pub struct Tx {
    pub(crate) held: Held,
    pub(crate) locks: Locks,
    pub(crate) changes: Vec<Change>,
    /// Whether a statement was begun that may have written something.
    pub(crate) wrote: bool,
}

impl Tx {
    pub(crate) fn new(held: Held) -> Self {
        Self {
            held,
            locks: Locks::none(),
            changes: Vec::new(),
            wrote: false,
        }
    }

    fn conn(&mut self) -> Conn<'_> {
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
            Held::Sqlite(tx) => tx.commit().await?,
            Held::Postgres(tx) => tx.commit().await?,
            Held::SqliteReader(_) | Held::PostgresReader(_) => {}
        }
        Ok(())
    }

    /// Gives up a write transaction.
    pub(crate) async fn roll_back(self) -> Result<()> {
        match self.held {
            Held::Sqlite(tx) => tx.rollback().await?,
            Held::Postgres(tx) => tx.rollback().await?,
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

    fn query(&mut self, text: SqlStr) -> Query<'_> {
        self.wrote |= !text.as_str().starts_with("SELECT");
        let args = match &self.held {
            Held::Sqlite(_) | Held::SqliteReader(_) => Args::Sqlite(SqliteArguments::default()),
            _ => Args::Postgres(PgArguments::default()),
        };
        Query {
            tx: self,
            text,
            args,
            broken: None,
        }
    }

    /// Makes sure that the account is locked, for a decision that depends on its bookings. On
    /// SQLite the one write transaction locks everything.
    ///
    /// # Errors
    /// [`Error::NeedLock`], upon which the operation runs again with the lock.
    pub(crate) fn need_account(&self, account: &AccountId) -> Result<()> {
        match &self.held {
            Held::Postgres(_) if !self.locks.accounts.contains(account) => {
                Err(Error::NeedLock(Need::Account(account.clone())))
            }
            _ => Ok(()),
        }
    }

    /// The same for an occurrence.
    ///
    /// # Errors
    /// As [`Tx::need_account`].
    pub(crate) fn need_occurrence(&self, id: &OccurrenceId) -> Result<()> {
        match &self.held {
            Held::Postgres(_) if !self.locks.occurrences.contains(id) => {
                Err(Error::NeedLock(Need::Occurrence(id.clone())))
            }
            _ => Ok(()),
        }
    }

    /// The same for several accounts, asked for at once: an operation is tried a limited number
    /// of times.
    ///
    /// # Errors
    /// As [`Tx::need_account`].
    pub(crate) fn need_accounts<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a AccountId>,
    ) -> Result<()> {
        let missing: Vec<_> = ids
            .into_iter()
            .filter(|id| !self.locks.accounts.contains(id))
            .cloned()
            .collect();
        match &self.held {
            Held::Postgres(_) if !missing.is_empty() => {
                Err(Error::NeedLock(Need::Accounts(missing)))
            }
            _ => Ok(()),
        }
    }

    /// The same for several occurrences, asked for at once.
    ///
    /// # Errors
    /// As [`Tx::need_account`].
    pub(crate) fn need_occurrences<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a OccurrenceId>,
    ) -> Result<()> {
        let missing: Vec<_> = ids
            .into_iter()
            .filter(|id| !self.locks.occurrences.contains(id))
            .cloned()
            .collect();
        match &self.held {
            Held::Postgres(_) if !missing.is_empty() => {
                Err(Error::NeedLock(Need::Occurrences(missing)))
            }
            _ => Ok(()),
        }
    }

    /// Tells the listeners of live pages, after the commit, that something changed.
    pub fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }
}

enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// A statement with its values.
#[must_use]
pub struct Query<'t> {
    tx: &'t mut Tx,
    text: SqlStr,
    args: Args,
    broken: Option<sqlx::Error>,
}

impl Query<'_> {
    /// Binds the next value.
    pub fn bind<'v>(mut self, value: impl Value<'v>) -> Self {
        let added = match &mut self.args {
            Args::Sqlite(args) => args.add(value),
            Args::Postgres(args) => args.add(value),
        };
        if let Err(error) = added {
            self.broken = Some(sqlx::Error::Encode(error));
        }
        self
    }

    /// Runs the statement; how many rows it changed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn run(self) -> Result<u64> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        Ok(match (self.tx.conn(), self.args) {
            (Conn::Sqlite(conn), Args::Sqlite(args)) => sqlx::query_with(self.text, args)
                .execute(conn)
                .await?
                .rows_affected(),
            (Conn::Postgres(conn), Args::Postgres(args)) => sqlx::query_with(self.text, args)
                .execute(conn)
                .await?
                .rows_affected(),
            _ => return Err(Error::Corrupt("connection")),
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn all<R: Row>(self) -> Result<Vec<R>> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        Ok(match (self.tx.conn(), self.args) {
            (Conn::Sqlite(conn), Args::Sqlite(args)) => {
                sqlx::query_as_with(self.text, args).fetch_all(conn).await?
            }
            (Conn::Postgres(conn), Args::Postgres(args)) => {
                sqlx::query_as_with(self.text, args).fetch_all(conn).await?
            }
            _ => return Err(Error::Corrupt("connection")),
        })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn optional<R: Row>(self) -> Result<Option<R>> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        Ok(match (self.tx.conn(), self.args) {
            (Conn::Sqlite(conn), Args::Sqlite(args)) => {
                sqlx::query_as_with(self.text, args)
                    .fetch_optional(conn)
                    .await?
            }
            (Conn::Postgres(conn), Args::Postgres(args)) => {
                sqlx::query_as_with(self.text, args)
                    .fetch_optional(conn)
                    .await?
            }
            _ => return Err(Error::Corrupt("connection")),
        })
    }

    /// The row that must be there.
    ///
    /// # Errors
    /// [`Error::Database`] with `RowNotFound` where it is not.
    pub async fn one<R: Row>(self) -> Result<R> {
        self.optional()
            .await?
            .ok_or(Error::Database(sqlx::Error::RowNotFound))
    }

    /// The only column of the only row: a count or a sum.
    ///
    /// # Errors
    /// As [`Query::one`].
    pub async fn count(self) -> Result<u32> {
        let (count,): (i64,) = self.one().await?;
        u32::try_from(count).map_err(|_| Error::Corrupt("count"))
    }
}
