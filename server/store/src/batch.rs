//! Writes that need nothing from each other, in one go. On SQLite each statement by itself costs
//! two changes between threads, several times what it does; on PostgreSQL they run one by one.

use crate::{Error, Result, Tx, Value, error::Need, tx::Held};
use futures_util::TryStreamExt;
use sqlx::{Arguments, AssertSqlSafe, Either, postgres::PgArguments, sqlite::SqliteArguments};

/// Statements that wait to be run together, in their order. Each must change a row.
pub(crate) struct Batch {
    statements: Statements,
    many: usize,
    broken: Option<sqlx::Error>,
}

enum Statements {
    /// One text, its placeholders counted through.
    Sqlite {
        text: String,
        args: SqliteArguments,
        bound: usize,
    },
    Postgres(Vec<(&'static str, PgArguments)>),
}

impl Batch {
    pub(crate) fn new(tx: &Tx) -> Self {
        let statements = match &tx.held {
            Held::Sqlite(_) | Held::SqliteReader(_) => Statements::Sqlite {
                text: String::new(),
                args: SqliteArguments::default(),
                bound: 0,
            },
            Held::Postgres(_) | Held::PostgresReader(_) => Statements::Postgres(Vec::new()),
        };
        Self {
            statements,
            many: 0,
            broken: None,
        }
    }

    /// Begins the next statement. Placeholders are `$1`, `$2`, … of its own; no other `$` is in it.
    pub(crate) fn add(&mut self, text: &'static str) -> &mut Self {
        self.many += 1;
        match &mut self.statements {
            Statements::Sqlite {
                text: all,
                args,
                bound,
            } => {
                *bound = args.len();
                renumber(all, text, *bound);
            }
            Statements::Postgres(all) => all.push((text, PgArguments::default())),
        }
        self
    }

    /// Binds the next value of the statement that was added last.
    pub(crate) fn bind<'v>(&mut self, value: impl Value<'v>) -> &mut Self {
        let added = match &mut self.statements {
            Statements::Sqlite { args, .. } => args.add(value),
            Statements::Postgres(all) => match all.last_mut() {
                Some((_, args)) => args.add(value),
                None => Ok(()),
            },
        };
        if let Err(error) = added {
            self.broken = Some(sqlx::Error::Encode(error));
        }
        self
    }

    /// Runs what was added, and is empty again.
    ///
    /// # Errors
    /// [`Error::NeedLock`] where a statement changed nothing, because somebody else wrote it first:
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
        match (&mut tx.held, batch.statements) {
            (Held::Sqlite(tx), Statements::Sqlite { text, args, .. }) => {
                let query = sqlx::query_with(AssertSqlSafe(text), args);
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
            (Held::Postgres(tx), Statements::Postgres(all)) => {
                for (text, args) in all {
                    let done = sqlx::query_with(text, args).execute(&mut **tx).await?;
                    changed.push(done.rows_affected());
                }
            }
            _ => return Err(Error::Corrupt("connection")),
        }
        if changed.len() != batch.many {
            return Err(Error::Corrupt("batch"));
        }
        match changed.contains(&0) {
            true => Err(Error::NeedLock(Need::AnotherTry)),
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
    all.push_str(";\n");
}

#[cfg(test)]
mod tests {
    use super::renumber;

    #[test]
    fn placeholders_are_counted_through() {
        let mut all = String::new();
        renumber(&mut all, "INSERT INTO a VALUES ($1, $2, $1)", 0);
        renumber(&mut all, "INSERT INTO b VALUES ($1, $12)", 2);
        assert_eq!(
            all,
            "INSERT INTO a VALUES ($1, $2, $1);\nINSERT INTO b VALUES ($3, $14);\n"
        );
    }
}
