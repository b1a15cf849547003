//! The file with the key that the database's secrets are sealed with (`store::sealed`). It is made
//! with the tables, read by its owner only, and in no backup: a backup alone opens nothing.

use super::{Common, open::sqlite_file};
use crate::secrets;
use anyhow::{Context, bail, ensure};
use data_encoding::HEXLOWER;
use std::{
    ffi::OsString,
    fs,
    io::Write,
    path::{Path, PathBuf},
};
use store::{
    Db, Error,
    sealed::{self, Vault},
};

/// Where the key is: as told, else beside SQLite's file, else where that would be.
pub(super) fn path(common: &Common) -> PathBuf {
    let beside = || sqlite_file(&common.database_url).map(|file| file.with_extension("key"));
    let told = common.key_file.clone();
    told.or_else(beside)
        .unwrap_or_else(|| PathBuf::from("data/linli.key"))
}

/// The database with the key that is there; without one its secrets stay shut.
pub(super) fn held(common: &Common, db: Db) -> anyhow::Result<Db> {
    Ok(match read(&path(common))? {
        Some(vault) => db.with_vault(vault),
        None => db,
    })
}

/// Whether the key fits the database, which [`ready`] has made so once.
pub(super) async fn fits(common: &Common, db: &Db) -> anyhow::Result<()> {
    ensure!(
        sealed::is_sealed(db).await?,
        "the database was last used by an older program: run `server migrate` first"
    );
    told(common, sealed::prove(db).await)
}

/// The database with its secrets sealed: by the key that is there, or by a new one where none was
/// ever used.
pub(super) async fn ready(common: &Common, db: Db) -> anyhow::Result<Db> {
    let path = path(common);
    let vault = match read(&path)? {
        Some(vault) => vault,
        // Whoever sealed it meanwhile made the key before.
        None if sealed::is_sealed(&db).await? => match read(&path)? {
            Some(vault) => vault,
            None => bail!(missing(&path)),
        },
        None => {
            make(&path)?;
            read(&path)?.context("the key that was just made is gone")?
        }
    };
    let db = db.with_vault(vault);
    told(common, sealed::prepare(&db, &secrets::ids()).await)?;
    Ok(db)
}

/// Whether the key that is there opens what a backup says of its own. A backup of an older program
/// says nothing.
pub(super) fn opens(common: &Common, proof: Option<&str>) -> anyhow::Result<()> {
    let Some(proof) = proof else { return Ok(()) };
    let path = path(common);
    match read(&path)? {
        Some(vault) => told(common, sealed::opens(&vault, proof)),
        None => bail!(missing(&path)),
    }
}

fn missing(path: &Path) -> String {
    format!(
        "the key file {} is missing, and the database's secrets open with nothing else: put the copy \
         back that is kept apart from the backups, or say with --key-file where it is",
        path.display()
    )
}

/// The words for a key that does not fit.
fn told<T>(common: &Common, result: store::Result<T>) -> anyhow::Result<T> {
    let path = path(common);
    result.map_err(|error| match error {
        Error::Sealed if !path.exists() => anyhow::anyhow!(missing(&path)),
        Error::Sealed => anyhow::anyhow!(
            "the key file {} is not the one that this database's secrets were sealed with: put the \
             right one back, or say with --key-file where it is",
            path.display()
        ),
        other => other.into(),
    })
}

fn read(path: &Path) -> anyhow::Result<Option<Vault>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("the key file {}", path.display()));
        }
    };
    let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok();
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = key.with_context(|| {
        format!(
            "the key file {} is damaged: it is one line of 64 hexadecimal digits",
            path.display()
        )
    })?;
    Ok(Some(Vault::new(&key)))
}

/// Makes the file, whole or not at all. Of several that make it at once one wins.
fn make(path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("the key file {} cannot be made", path.display());
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut name = OsString::from(path);
    name.push(format!(".{}.new", std::process::id()));
    let draft = PathBuf::from(name);
    let mut options = fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&draft).with_context(cannot)?;
    let key = secrets::ids().random::<32>();
    file.write_all(format!("{}\n", HEXLOWER.encode(&key)).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => {
            eprintln!(
                "The key of the database's secrets is {}. Keep a copy of it, apart from the backups.",
                path.display()
            );
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(cannot),
    }
}
