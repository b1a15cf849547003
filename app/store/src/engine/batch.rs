//! Writes that need nothing from each other, in one go. On SQLite each statement by itself costs
//! two changes between threads, on PostgreSQL a journey there and back: several times what it does.

use super::{Error, Result, Tx, Value, tx::Held};
use futures_util::TryStreamExt;
use sqlx::{Arguments, AssertSqlSafe, Either, Row as _};
use sqlx_postgres::PgArguments;
use sqlx_sqlite::SqliteArguments;
use std::fmt::Write as _;

/// Statements that wait to be run together. Each must change a row, and none may depend on what
/// another one of them writes: PostgreSQL runs them in any order, each as if it were alone.
pub(crate) struct Batch {
    /// Their texts, placeholders counted through.
    text: String,
    args: Args,
    /// How many values the statements before the last one have.
    bound: usize,
    many: usize,
    broken: Option<sqlx::Error>,
}

enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Args {
    fn len(&self) -> usize {
        match self {
            Self::Sqlite(args) => args.len(),
            Self::Postgres(args) => args.len(),
        }
    }
}

impl Batch {
    pub(crate) fn new(tx: &Tx) -> Self {
        let args = if tx.is_sqlite() {
            Args::Sqlite(SqliteArguments::default())
        } else {
            Args::Postgres(PgArguments::default())
        };
        Self {
            text: String::new(),
            args,
            bound: 0,
            many: 0,
            broken: None,
        }
    }

    /// Begins the next statement. Placeholders are `$1`, `$2`, … of its own; no other `$` is in it,
    /// and no `RETURNING`.
    pub(crate) fn add(&mut self, text: &'static str) -> &mut Self {
        self.bound = self.args.len();
        match &self.args {
            Args::Sqlite(_) => {
                renumber(&mut self.text, text, self.bound);
                self.text.push_str(";\n");
            }
            Args::Postgres(_) => {
                let before = if self.many == 0 { "WITH" } else { "," };
                // Writing to a String cannot fail.
                let _ = write!(self.text, "{before} w{} AS (", self.many);
                renumber(&mut self.text, text, self.bound);
                self.text.push_str(" RETURNING 1)");
            }
        }
        self.many += 1;
        self
    }

    /// Binds the next value of the statement that was added last.
    pub(crate) fn bind<'v>(&mut self, value: impl Value<'v>) -> &mut Self {
        let added = match &mut self.args {
            Args::Sqlite(args) => args.add(value),
            Args::Postgres(args) => args.add(value),
        };
        if let Err(error) = added {
            self.broken = Some(sqlx::Error::Encode(error));
        }
        self
    }

    /// Runs what was added, and is empty again.
    ///
    /// # Errors
    /// [`Error::NeedLocks`] where a statement changed nothing, because somebody else wrote it first:
    /// the operation then runs again. [`Error::Database`].
    pub(crate) async fn run(&mut self, tx: &mut Tx) -> Result<()> {
        let batch = std::mem::replace(self, Self::new(tx));
        if let Some(error) = batch.broken {
            return Err(error.into());
        }
        if batch.many == 0 {
            return Ok(());
        }
        tx.wrote = true;
        let mut changed = Vec::with_capacity(batch.many);
        match (&mut tx.held, batch.args) {
            (Held::Sqlite(tx), Args::Sqlite(args)) => {
                let query = sqlx::query_with(AssertSqlSafe(batch.text), args);
                #[expect(
                    deprecated,
                    reason = "nothing else runs several statements with values"
                )]
                let mut results = query.fetch_many(&mut **tx);
                while let Some(result) = results.try_next().await? {
                    if let Either::Left(done) = result {
                        changed.push(done.rows_affected());
                    }
                }
            }
            (Held::Postgres(tx), Args::Postgres(args)) => {
                let counts = (0..batch.many).map(|n| format!("(SELECT COUNT(*) FROM w{n})"));
                let counts = counts.collect::<Vec<_>>().join(", ");
                let text = format!("{} SELECT {counts}", batch.text);
                let row = sqlx::query_with(AssertSqlSafe(text), args);
                let row = row.fetch_one(&mut **tx).await?;
                for n in 0..batch.many {
                    let count: i64 = row.try_get(n)?;
                    changed.push(count.unsigned_abs());
                }
            }
            _ => return Err(Error::Corrupt("connection")),
        }
        if changed.len() != batch.many {
            return Err(Error::Corrupt("batch"));
        }
        match changed.contains(&0) {
            true => Err(Error::another_try()),
            false => Ok(()),
        }
    }
}

/// Appends a statement to others, its placeholders moved on by `by`.
fn renumber(all: &mut String, text: &str, by: usize) {
    let mut parts = text.split('$');
    all.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().unwrap_or(0);
        all.push('$');
        all.push_str(&(number + by).to_string());
        all.push_str(&part[digits..]);
    }
}

#[cfg(test)]
mod tests {
    use super::renumber;

    #[test]
    fn placeholders_are_counted_through() {
        let mut all = String::new();
        renumber(&mut all, "INSERT INTO a VALUES ($1, $2, $1)", 0);
        renumber(&mut all, "; INSERT INTO b VALUES ($1, $12)", 2);
        assert_eq!(
            all,
            "INSERT INTO a VALUES ($1, $2, $1); INSERT INTO b VALUES ($3, $14)"
        );
    }
}
