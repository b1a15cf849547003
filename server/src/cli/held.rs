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

fn lock_file(database: &Path) -> anyhow::Result<File> {
    let mut name = OsString::from(database);
    name.push(".lock");
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
    /// Held by a server, together with others.
    pub(super) fn shared(database: &Path) -> anyhow::Result<Self> {
        let file = lock_file(database)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => bail!("the database is being restored"),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Held by nobody else.
    pub(super) fn alone(database: &Path) -> anyhow::Result<Self> {
        let file = lock_file(database)?;
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
