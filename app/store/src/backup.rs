//! A copy of a running SQLite database, and whether one can be trusted. PostgreSQL has tools of its
//! own.

use crate::{Db, Error, Result};

/// Writes a consistent, compact copy of the database to a new file, also while others write.
/// SQLite only.
///
/// # Errors
/// Database errors, e.g. where the file is there already.
pub async fn copy_to(db: &Db, path: &str) -> Result<()> {
    let mut tx = db.read().await?;
    tx.sql("VACUUM INTO $1").bind(path).run().await?;
    Ok(())
}

/// Whether a SQLite database is whole: every page and index is read.
///
/// # Errors
/// [`Error::Database`] for what is no database; [`Error::Corrupt`] for one that is damaged, or that
/// was never one of ours.
pub async fn check(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    let found: Vec<(String,)> = tx.sql("PRAGMA integrity_check").all().await?;
    if !matches!(found.as_slice(), [(only,)] if only == "ok") {
        return Err(Error::Corrupt("the pages of the database"));
    }
    let broken: Vec<(String,)> = tx
        .sql("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")
        .all()
        .await?;
    if !broken.is_empty() {
        return Err(Error::Corrupt("a row that another one refers to"));
    }
    let ours: Vec<(String,)> = tx
        .sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', 'booking', 'ticket_key')")
        .all()
        .await?;
    match ours.len() {
        3 => Ok(()),
        _ => Err(Error::Corrupt("the tables of this program")),
    }
}

/// How many other connections hold a PostgreSQL database.
///
/// # Errors
/// Database errors.
pub async fn others(db: &Db) -> Result<i64> {
    let mut tx = db.read().await?;
    // Those of this process bear the same name.
    let (others,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
             AND backend_type = 'client backend'
             AND application_name <> current_setting('application_name')",
        )
        .one()
        .await?;
    Ok(others)
}
