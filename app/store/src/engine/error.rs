//! What can go wrong in the store.

use super::{begun::is_passing, lock::Locks};
use domain::Refusal;

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation did not happen. Nothing of it is on disk then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// The database is busy, full, starting, or out of reach: it may well answer soon.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The operation panicked.
    #[error("an operation panicked")]
    Panicked,
    /// The migrations could not be applied.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the database makes no sense.
    #[error("DATABASE_URL must be sqlite://PATH or postgres://…: {0}")]
    Address(String),
    /// A stored value does not mean anything.
    #[error("stored value of {0} cannot be read")]
    Corrupt(&'static str),
    /// The database's secrets do not open.
    #[error("the database's secrets were sealed with another key, or there is no key")]
    Sealed,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// The operation found that it depends on rows that it has not locked; it is run again with
    /// these locks too. Never leaves the crate.
    #[error("{0:?} must be locked first")]
    NeedLocks(Locks),
}

impl Error {
    /// Somebody else has just committed what the operation would write: it runs again and finds it.
    pub(crate) fn another_try() -> Self {
        Self::NeedLocks(Locks::none())
    }

    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match is_passing(&error) {
            true => Self::Unavailable(error.to_string()),
            false => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(_: serde_json::Error) -> Self {
        Self::Corrupt("json")
    }
}

/// What was decided: an answer, or a refusal that is an answer too.
pub type Outcome<T> = std::result::Result<T, Refusal>;

/// Takes a refusal as an answer. Only for an operation that has written nothing when it is refused,
/// or that wants to keep what it wrote.
pub(crate) fn outcome<T>(result: Result<T>) -> Result<Outcome<T>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(other) => Err(other),
    }
}
