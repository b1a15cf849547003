//! The ground floor: one connection and one SQL text for both databases, transactions with the
//! locks that they need, group commit, answers by idempotency key, and the news of what changed.
//! It knows the names of the tables that it locks and of the one that keeps answers, and nothing
//! else of what is stored above it.

mod act;
mod batch;
mod begun;
mod change;
mod commit;
mod db;
mod error;
mod ids;
mod kept;
mod lanes;
mod lock;
pub(crate) mod migrations;
mod op;
pub(crate) mod packed;
mod query;
mod replay;
mod seen;
mod tx;

pub use act::{Act, Asker};
pub(crate) use batch::Batch;
pub use change::Change;
pub use db::Db;
pub(crate) use error::outcome;
pub use error::{Error, Outcome, Result};
pub use ids::Ids;
pub use lock::{Lock, Locks};
pub use op::Op;
pub use query::{Query, Row, Value};
pub use replay::{Key, Replay};
pub(crate) use seen::Seen;
pub use tx::Tx;
