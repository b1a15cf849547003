//! Backups: a file that can replace the database, ticket keys included.

use super::held::Held;
use super::{
    Common, deleted, key,
    open::{database, migrated, sqlite_file},
};
use crate::clock;
use anyhow::{Context, bail, ensure};
use domain::id::AccountId;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};
use store::{Db, sealed::PROOF};
use tokio::process::Command;
use url::Url;

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
        dump(&common.database_url, file).await?;
    }
    keep_private(file)?;
    eprintln!(
        "Written to {}. It holds personal data: keep it safe. Its secrets open only with {}: keep a \
         copy of that somewhere else.",
        file.display(),
        key::path(common).display()
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

/// Puts the backup in the database's place. Accounts that were deleted since, as the database that was
/// there or a list tells, are deleted again.
pub(super) async fn restore(
    common: &Common,
    file: &Path,
    force: bool,
    list: Option<&Path>,
) -> anyhow::Result<()> {
    if !file.is_file() {
        bail!("{} is no file", file.display());
    }
    let mut gone = deleted::listed(list)?;
    gone.extend(match sqlite_file(&common.database_url) {
        Some(target) => restore_sqlite(common, file, &target, force).await?,
        None => restore_postgres(common, file, force).await?,
    });
    deleted::again(common, gone).await?;
    eprintln!("Restored from {}.", file.display());
    Ok(())
}

/// The same path with something behind it.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// What tells one kept database from another.
fn moment() -> String {
    clock::now().local().format("%Y%m%d-%H%M%S").to_string()
}

/// A copy of the backup is proved and brought up to date beside the database that is there; only then
/// is that moved out of the way, whole, and never removed (C-189).
async fn restore_sqlite(
    common: &Common,
    file: &Path,
    target: &Path,
    force: bool,
) -> anyhow::Result<Vec<AccountId>> {
    if target.exists() && !force {
        bail!(
            "{} is there already: stop the server and say --force to replace it",
            target.display()
        );
    }
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let _alone = Held::alone(target)?;
    let fresh = beside(target, ".restoring");
    remove_all(&fresh)?;
    std::fs::copy(file, &fresh).context("the backup cannot be copied")?;
    keep_private(&fresh)?;
    if let Err(error) = prove(common, &fresh).await {
        remove_all(&fresh)?;
        return Err(error.context(format!(
            "{} is no backup that can be restored; nothing was changed",
            file.display()
        )));
    }
    std::fs::File::open(&fresh)?.sync_all()?;
    let mut gone = Vec::new();
    if target.exists() {
        gone = deleted_in(target).await;
        let old = beside(target, &format!(".replaced-{}", moment()));
        for end in ["-wal", "-shm", ""] {
            let part = beside(target, end);
            if part.exists() {
                std::fs::rename(&part, beside(&old, end))
                    .with_context(|| format!("{} cannot be moved", part.display()))?;
            }
        }
        eprintln!("The database that was there is kept as {}.", old.display());
    }
    for end in ["-wal", ""] {
        let part = beside(&fresh, end);
        if part.exists() {
            std::fs::rename(&part, beside(target, end))
                .with_context(|| format!("{} cannot be replaced", common.database_url))?;
        }
    }
    Ok(gone)
}

/// Which accounts a SQLite file says were deleted.
async fn deleted_in(target: &Path) -> Vec<AccountId> {
    let opened = match target.to_str() {
        Some(path) => Db::open(&format!("sqlite://{path}"), 1).await.ok(),
        None => None,
    };
    let Some(db) = opened else {
        return Vec::new();
    };
    let gone = deleted::known(&db).await;
    db.close().await;
    gone
}

/// Removes a database file with its journals.
fn remove_all(file: &Path) -> anyhow::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let part = beside(file, end);
        if part.exists() {
            std::fs::remove_file(&part)
                .with_context(|| format!("{} cannot be removed", part.display()))?;
        }
    }
    Ok(())
}

/// Whether the file is a whole database of ours, not newer than this program, with the keys that its
/// tickets need. It is brought up to date.
async fn prove(common: &Common, file: &Path) -> anyhow::Result<()> {
    let path = file
        .to_str()
        .context("the name of the file must be UTF-8")?;
    let db = Db::open(&format!("sqlite://{path}"), 1).await?;
    let proved = prove_db(common, db.clone()).await;
    db.close().await;
    proved
}

async fn prove_db(common: &Common, db: Db) -> anyhow::Result<()> {
    store::backup::check(&db).await?;
    store::migrate(&db).await?;
    let db = key::ready(common, db).await?;
    let keys = store::ticket_keys::all(&db).await?;
    ensure!(!keys.is_empty(), "it holds no ticket keys");
    Ok(())
}

async fn restore_postgres(
    common: &Common,
    file: &Path,
    force: bool,
) -> anyhow::Result<Vec<AccountId>> {
    let mut list = Command::new("pg_restore");
    list.arg("--list")
        .arg(file)
        .stdout(std::process::Stdio::null());
    run(&mut list, "pg_restore")
        .await
        .context("the backup cannot be read; nothing was changed")?;
    key::opens(common, proof_in(file).await?.as_deref())
        .context("the backup cannot be used; nothing was changed")?;
    let db = database(common).await?;
    let holds_data = db.is_migrated().await.is_ok();
    let others = store::backup::others(&db).await?;
    let gone = match holds_data && force {
        true => deleted::known(&db).await,
        false => Vec::new(),
    };
    db.close().await;
    ensure!(
        others == 0,
        "{others} connections hold the database: stop the servers first"
    );
    if holds_data && !force {
        bail!(
            "the database holds tables already: stop the servers and say --force to replace them"
        );
    }
    if holds_data {
        let old = beside(file, &format!(".replaced-{}", moment()));
        dump(&common.database_url, &old).await?;
        keep_private(&old)?;
        eprintln!("The database that was there is kept as {}.", old.display());
    }
    let mut restore = Command::new("pg_restore");
    restore.args([
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
    ]);
    let address = secretly(&mut restore, &common.database_url)?;
    run(restore.arg("--dbname").arg(address).arg(file), "pg_restore").await?;
    let db = database(common).await?;
    store::migrate(&db).await?;
    key::ready(common, db).await?.close().await;
    Ok(gone)
}

/// What a backup of PostgreSQL's says of the key that its secrets were sealed with, if it does.
async fn proof_in(file: &Path) -> anyhow::Result<Option<String>> {
    let mut read = Command::new("pg_restore");
    read.args(["--data-only", "--table=setting", "--file=-"])
        .arg(file);
    let told = read.output().await.context("pg_restore")?;
    ensure!(told.status.success(), "pg_restore failed ({})", told.status);
    let text = String::from_utf8_lossy(&told.stdout);
    // A line for each row, its columns apart by tabs.
    let row = text.lines().find_map(|line| {
        let mut columns = line.split('\t');
        (columns.next() == Some(PROOF)).then(|| columns.next())
    });
    Ok(row.flatten().map(str::to_owned))
}

/// Writes what PostgreSQL holds to a file.
async fn dump(url: &str, file: &Path) -> anyhow::Result<()> {
    let mut dump = Command::new("pg_dump");
    dump.args(["--format=custom", "--no-owner", "--file"])
        .arg(file);
    let address = secretly(&mut dump, url)?;
    run(dump.arg("--dbname").arg(address), "pg_dump").await
}

/// The address without its password, which the command is given where no list of processes shows it.
fn secretly(command: &mut Command, url: &str) -> anyhow::Result<String> {
    let mut address = Url::parse(url).context("DATABASE_URL is no address")?;
    if let Some(password) = address.password() {
        let password = percent_encoding::percent_decode_str(password).decode_utf8()?;
        command.env("PGPASSWORD", password.as_ref());
    }
    // An address that cannot have a password has none.
    let _ = address.set_password(None);
    Ok(address.into())
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
