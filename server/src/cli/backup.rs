//! Backups: a file that can replace the database, ticket keys included.

use super::{
    Common,
    open::{database, migrated, sqlite_file},
};
use anyhow::{Context, bail};
use std::{
    io::Read,
    path::{Path, PathBuf},
};
use tokio::process::Command;

pub(super) async fn backup(common: &Common, file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        bail!("{} is there already: choose another name", file.display());
    }
    if sqlite_file(&common.database_url).is_some() {
        let db = migrated(common).await?;
        let path = file
            .to_str()
            .context("the name of the file must be UTF-8")?;
        store::backup::copy_to(&db, path).await?;
        db.close().await;
    } else {
        let mut dump = Command::new("pg_dump");
        dump.args(["--format=custom", "--no-owner", "--file"])
            .arg(file);
        run(dump.arg("--dbname").arg(&common.database_url), "pg_dump").await?;
    }
    keep_private(file)?;
    eprintln!(
        "Written to {}. It holds personal data and secrets: keep it safe.",
        file.display()
    );
    Ok(())
}

/// Makes it readable by the operator only.
fn keep_private(file: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

pub(super) async fn restore(common: &Common, file: &Path, force: bool) -> anyhow::Result<()> {
    if !file.is_file() {
        bail!("{} is no file", file.display());
    }
    match sqlite_file(&common.database_url) {
        Some(target) => restore_sqlite(common, file, &target, force).await?,
        None => restore_postgres(common, file, force).await?,
    }
    let db = database(common).await?;
    store::migrate(&db).await?;
    db.close().await;
    eprintln!("Restored from {}.", file.display());
    Ok(())
}

async fn restore_sqlite(
    common: &Common,
    file: &Path,
    target: &Path,
    force: bool,
) -> anyhow::Result<()> {
    let mut head = [0; 16];
    std::fs::File::open(file)?
        .read_exact(&mut head)
        .context("the backup is cut short")?;
    if &head != b"SQLite format 3\0" {
        bail!("{} is no SQLite database", file.display());
    }
    if target.exists() && !force {
        bail!(
            "{} is there already: stop the server and say --force to replace it",
            target.display()
        );
    }
    let beside = |end: &str| PathBuf::from(format!("{}{end}", target.display()));
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Copied alongside, then moved, so that a failed copy leaves the old file in place.
    let fresh = beside(".restoring");
    std::fs::copy(file, &fresh).context("the backup cannot be copied")?;
    std::fs::File::open(&fresh)?.sync_all()?;
    for journal in [beside("-wal"), beside("-shm")] {
        if journal.exists() {
            std::fs::remove_file(&journal)
                .with_context(|| format!("{} cannot be removed", journal.display()))?;
        }
    }
    std::fs::rename(&fresh, target)
        .with_context(|| format!("{} cannot be replaced", common.database_url))?;
    Ok(())
}

async fn restore_postgres(common: &Common, file: &Path, force: bool) -> anyhow::Result<()> {
    let db = database(common).await?;
    let holds_data = db.is_migrated().await.is_ok();
    db.close().await;
    if holds_data && !force {
        bail!(
            "the database holds tables already: stop the servers and say --force to replace them"
        );
    }
    let mut restore = Command::new("pg_restore");
    restore.args([
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--dbname",
    ]);
    run(restore.arg(&common.database_url).arg(file), "pg_restore").await
}

async fn run(command: &mut Command, name: &str) -> anyhow::Result<()> {
    let status = command.status().await.with_context(|| {
        format!("{name} was not found: install PostgreSQL's client programs, or run it elsewhere")
    })?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}
