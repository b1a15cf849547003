//! A copy of a running SQLite database. PostgreSQL has tools of its own.

use crate::{Db, Result};

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
