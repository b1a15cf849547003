//! Accounts that were deleted: a backup from before still has them, so a restore deletes them again
//! (C-169).
#![expect(
    clippy::print_stdout,
    reason = "standard output is how a command answers"
)]

use super::{
    Common,
    open::{act, migrated},
};
use anyhow::Context;
use domain::id::AccountId;
use std::path::Path;
use store::{Db, personal};

/// Prints which accounts were deleted and when, ids only: kept with the backups, in case that the database
/// itself is lost.
pub(super) async fn list(common: &Common) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    for gone in personal::deleted(&db).await? {
        println!("{}\t{}", gone.id, gone.deleted_at.rfc3339());
    }
    db.close().await;
    Ok(())
}

/// Those of such a list.
pub(super) fn listed(file: Option<&Path>) -> anyhow::Result<Vec<AccountId>> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let ids = text.lines().filter_map(|line| line.split('\t').next());
    let ids = ids.map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| id.parse().with_context(|| format!("{id} is no account")))
        .collect()
}

/// Those of the database that is about to be replaced; a damaged or older one has none to tell.
pub(super) async fn known(db: &Db) -> Vec<AccountId> {
    match personal::deleted(db).await {
        Ok(gone) => gone.into_iter().map(|gone| gone.id).collect(),
        Err(error) => {
            tracing::debug!(%error, "deleted accounts cannot be read");
            eprintln!(
                "The database that was there does not tell which accounts were deleted. If there is a \
                 list of `server deleted`, restore with --deleted FILE."
            );
            Vec::new()
        }
    }
}

/// Has them deleted again, by the server's next run.
pub(super) async fn again(common: &Common, gone: Vec<AccountId>) -> anyhow::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let db = migrated(common).await?;
    let found = personal::again(&db, &act(), gone).await?;
    db.close().await;
    if found > 0 {
        eprintln!("{found} accounts that had been deleted since are deleted again.");
    }
    Ok(())
}
