//! What can go wrong in the store.

use domain::{
    Refusal,
    id::{AccountId, OccurrenceId},
};

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation did not happen. Nothing of it is on disk then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database failed or cannot be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The migrations could not be applied.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the database makes no sense.
    #[error("DATABASE_URL must be sqlite://PATH or postgres://…: {0}")]
    Address(String),
    /// A stored value does not mean anything.
    #[error("stored value of {0} cannot be read")]
    Corrupt(&'static str),
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// The operation found that it depends on a row that it has not locked yet; it is run again
    /// with that lock. Never leaves the crate.
    #[error("{0:?} must be locked first")]
    NeedLock(Need),
}

/// What an operation lacks; it runs again with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The lock of an account.
    Account(AccountId),
    /// The locks of several accounts.
    Accounts(Vec<AccountId>),
    /// The lock of an occurrence.
    Occurrence(OccurrenceId),
    /// The locks of several occurrences.
    Occurrences(Vec<OccurrenceId>),
    /// Nothing but another try: somebody else has just committed what it would write.
    AnotherTry,
}

impl Error {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(_: serde_json::Error) -> Self {
        Self::Corrupt("json")
    }
}
