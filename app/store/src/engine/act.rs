//! Who does something, when, and where new ids come from.

use super::{Ids, replay::Key};
use domain::{access::Caller, time::Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// The frame of a write: caller, clock, ids and the request's idempotency key are passed in, never
/// looked up.
#[derive(Clone)]
pub struct Act {
    /// Who.
    pub caller: Caller,
    /// When.
    pub now: Timestamp,
    /// New ids and random bytes.
    pub ids: Ids,
    key: Option<Key>,
    replayed: Arc<AtomicBool>,
}

impl Act {
    /// An act without an idempotency key.
    pub fn new(caller: Caller, now: Timestamp, ids: Ids) -> Self {
        Self {
            caller,
            now,
            ids,
            key: None,
            replayed: Arc::default(),
        }
    }

    /// The same act for a request that came with this idempotency key: the operation that it is
    /// handed to happens once for the key, and its first answer is given again (rule 4).
    #[must_use]
    pub fn with_key(&self, key: Option<Key>) -> Self {
        Self {
            key,
            ..Self::new(self.caller.clone(), self.now, self.ids.clone())
        }
    }

    /// The same act at another time.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self::new(self.caller.clone(), now, self.ids.clone())
    }

    /// The same act by somebody else.
    #[must_use]
    pub fn by(&self, caller: Caller) -> Self {
        Self::new(caller, self.now, self.ids.clone())
    }

    /// Whether the answer was the first one again.
    pub fn was_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }

    pub(super) const fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    pub(super) fn note_replay(&self) {
        self.replayed.store(true, Ordering::Relaxed);
    }
}
