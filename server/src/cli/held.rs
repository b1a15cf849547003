//! Who holds a SQLite database: servers share it, and a restore wants it alone (C-189). The lock is on
//! a file beside the database, because that itself is replaced.

use anyhow::{Context, bail};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// A hold on a database, until dropped.
pub(super) struct Held {
    _file: File,
}

fn lock_file(database: &Path, end: &str) -> anyhow::Result<File> {
    if let Some(folder) = database.parent().filter(|folder| *folder != Path::new("")) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let mut name = OsString::from(database);
    name.push(end);
    let path = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))
}

impl Held {
    /// Waits until nobody else changes the tables.
    pub(super) fn turn(database: &Path) -> anyhow::Result<Self> {
        let file = lock_file(database, ".migrating")?;
        file.lock()?;
        Ok(Self { _file: file })
    }

    /// Held by a server, together with others.
    pub(super) fn shared(database: &Path) -> anyhow::Result<Self> {
        let file = lock_file(database, ".lock")?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => bail!("the database is being restored"),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Held by nobody else.
    pub(super) fn alone(database: &Path) -> anyhow::Result<Self> {
        let file = lock_file(database, ".lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => bail!(
                "a server holds {}: stop it first, or what it answers from now on would be lost",
                database.display()
            ),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
