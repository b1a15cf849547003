//! The only SQL of Linli: one file a subject, one transaction an operation, one text for SQLite
//! and PostgreSQL.
//!
//! A write goes through [`Db::write`]: it names the rows that its decision depends on
//! ([`Locks`]), loads the facts under those locks, lets `domain` decide, applies the decision and
//! writes audit, messages and the idempotency answer in the same transaction.

mod act;
mod audit;
pub mod bookings;
pub mod centers;
mod db;
mod error;
pub mod idempotency;
mod ids;
mod notices;
pub mod ticket_keys;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tx;
mod writer;

pub use act::Act;
pub use db::{Change, Db};
pub use error::{Error, Result};
pub use ids::Ids;
pub use tx::{Query, Row, Tx, Value};
pub use writer::Locks;
