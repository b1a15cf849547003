//! The trainings that a shift can ask for.

use crate::{Db, Result};

/// The names of all trainings that are known, in order.
///
/// # Errors
/// Database errors.
pub async fn trainings(db: &Db) -> Result<Vec<String>> {
    let mut tx = db.read().await?;
    let found: Vec<(String,)> = tx
        .sql("SELECT name FROM training ORDER BY name")
        .all()
        .await?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}
