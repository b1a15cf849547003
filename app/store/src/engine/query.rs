//! A statement with its values, the same for both databases.

use super::{
    Error, Result,
    tx::{Conn, Tx},
};
use sqlx::{
    Arguments, Encode, FromRow, Postgres, SqlStr, Sqlite, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
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

impl<'t> Query<'t> {
    pub(super) fn new(tx: &'t mut Tx, text: SqlStr) -> Self {
        let args = if tx.is_sqlite() {
            Args::Sqlite(SqliteArguments::default())
        } else {
            Args::Postgres(PgArguments::default())
        };
        Self {
            tx,
            text,
            args,
            broken: None,
        }
    }
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

    /// Binds a list of texts as one value; PostgreSQL's only.
    pub(super) fn bind_many(mut self, values: &[&str]) -> Self {
        let added = match &mut self.args {
            Args::Postgres(args) => args.add(values),
            Args::Sqlite(_) => Err("a list".into()),
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
