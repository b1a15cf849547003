//! What a write is.

use super::{Act, Result, Tx, replay::Replay};
use std::future::Future;

/// A write operation. It may run more than once (when it finds that it needs another lock), so it
/// borrows what it was given.
pub trait Op: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + Sync + 'static;

    /// What is given again to the same idempotency key; nothing unless the operation says so.
    fn replay() -> Replay<Self::Out> {
        Replay::never()
    }

    /// Runs it inside the transaction.
    fn run(&self, tx: &mut Tx, act: &Act) -> impl Future<Output = Result<Self::Out>> + Send;
}
