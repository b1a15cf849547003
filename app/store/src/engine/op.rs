//! What a write is.

use super::{Act, Result, Tx, replay::Replay};

/// A write operation. It may run more than once (when it finds that it needs another lock), so it
/// borrows what it was given. Its future is boxed where it is written: otherwise every crate that
/// awaits the operation would compile it again.
#[async_trait::async_trait]
pub trait Op: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + Sync + 'static;

    /// What is given again to the same idempotency key; nothing unless the operation says so.
    fn replay() -> Replay<Self::Out> {
        Replay::never()
    }

    /// Runs it inside the transaction.
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out>;
}
