//! A statement with its values, the same for both databases.

use super::{
    Error, Result,
    tx::{Conn, Tx},
};
use futures_util::future::BoxFuture;
use sqlx::{Arguments, Encode, FromRow, SqlStr, Type};
use sqlx_postgres::{PgArguments, PgConnection, PgRow, Postgres};
use sqlx_sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};

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

/// A statement with the connection that runs it.
enum Ready<'t> {
    Sqlite(
        &'t mut SqliteConnection,
        sqlx::query::Query<'static, Sqlite, SqliteArguments>,
    ),
    Postgres(
        &'t mut PgConnection,
        sqlx::query::Query<'static, Postgres, PgArguments>,
    ),
}

/// Rows as they came, so that the drivers' code is compiled once and not for every type that rows
/// are read into.
enum Fetched {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

fn read<'r, Raw: sqlx::Row, R: FromRow<'r, Raw>>(rows: &'r [Raw]) -> sqlx::Result<Vec<R>> {
    rows.iter().map(R::from_row).collect()
}

impl<'t> Query<'t> {
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

    /// Binds a list of texts as one value, so that the statement is the same however many there
    /// are; [`Tx::one_of`] is the condition that reads it.
    pub(crate) fn bind_list<'v>(mut self, values: impl IntoIterator<Item = &'v str>) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        let added = match &mut self.args {
            Args::Postgres(args) => args.add(values),
            Args::Sqlite(args) => match serde_json::to_string(&values) {
                Ok(list) => args.add(list),
                Err(error) => Err(error.into()),
            },
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
    pub fn run(self) -> BoxFuture<'t, Result<u64>> {
        Box::pin(async move {
            Ok(match self.ready()? {
                Ready::Sqlite(conn, query) => query.execute(conn).await?.rows_affected(),
                Ready::Postgres(conn, query) => query.execute(conn).await?.rows_affected(),
            })
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn all<R: Row>(self) -> Result<Vec<R>> {
        Ok(match self.fetch_all().await? {
            Fetched::Sqlite(rows) => read(&rows)?,
            Fetched::Postgres(rows) => read(&rows)?,
        })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn optional<R: Row>(self) -> Result<Option<R>> {
        Ok(match self.fetch_optional().await? {
            Fetched::Sqlite(rows) => read(&rows)?.pop(),
            Fetched::Postgres(rows) => read(&rows)?.pop(),
        })
    }

    fn fetch_all(self) -> BoxFuture<'t, Result<Fetched>> {
        Box::pin(async move {
            Ok(match self.ready()? {
                Ready::Sqlite(conn, query) => Fetched::Sqlite(query.fetch_all(conn).await?),
                Ready::Postgres(conn, query) => Fetched::Postgres(query.fetch_all(conn).await?),
            })
        })
    }

    fn fetch_optional(self) -> BoxFuture<'t, Result<Fetched>> {
        Box::pin(async move {
            Ok(match self.ready()? {
                Ready::Sqlite(conn, query) => {
                    Fetched::Sqlite(query.fetch_optional(conn).await?.into_iter().collect())
                }
                Ready::Postgres(conn, query) => {
                    Fetched::Postgres(query.fetch_optional(conn).await?.into_iter().collect())
                }
            })
        })
    }

    fn ready(self) -> Result<Ready<'t>> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        match (self.tx.conn(), self.args) {
            (Conn::Sqlite(conn), Args::Sqlite(args)) => {
                Ok(Ready::Sqlite(conn, sqlx::query_with(self.text, args)))
            }
            (Conn::Postgres(conn), Args::Postgres(args)) => {
                Ok(Ready::Postgres(conn, sqlx::query_with(self.text, args)))
            }
            _ => Err(Error::Corrupt("connection")),
        }
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
