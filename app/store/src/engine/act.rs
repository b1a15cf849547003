//! Who does something, when, and where new ids come from.

use super::{Ids, replay::Key};
use data_encoding::HEXLOWER;
use domain::{
    access::{Caller, Identity},
    network::Network,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Where an act comes from, as far as limits count it: a browser by the secret of its cookie, of
/// which only the hash is kept, and its network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    browser: Option<String>,
    network: Option<Network>,
}

impl Asker {
    /// A browser with that secret, somewhere.
    pub fn new(browser: Option<&str>, network: Option<Network>) -> Self {
        let hash = |secret: &str| HEXLOWER.encode(&Sha256::digest(secret));
        Self {
            browser: browser.map(hash),
            network,
        }
    }

    /// The hash of the browser's secret.
    pub fn browser(&self) -> Option<&str> {
        self.browser.as_deref()
    }

    /// The network.
    pub const fn network(&self) -> Option<Network> {
        self.network
    }
}

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
    asker: Asker,
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
            asker: Asker::default(),
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
            asker: self.asker.clone(),
            ..Self::new(self.caller.clone(), self.now, self.ids.clone())
        }
    }

    /// The same act at another time.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        let act = Self::new(self.caller.clone(), now, self.ids.clone());
        act.asked_by(self.asker.clone())
    }

    /// The same act from there.
    #[must_use]
    pub fn asked_by(mut self, asker: Asker) -> Self {
        self.asker = asker;
        self
    }

    /// Where it comes from.
    pub const fn asker(&self) -> &Asker {
        &self.asker
    }

    /// Who asks, as limits tell one from another: a device of the center, else the browser, else the
    /// network. None where nothing is known.
    pub fn asker_key(&self) -> Option<String> {
        if matches!(self.caller.identity, Identity::Program(_)) {
            return Some(self.caller.key());
        }
        let browser = self.asker.browser.as_ref().map(|hash| format!("b-{hash}"));
        browser.or_else(|| self.asker.network.map(|network| format!("n-{network}")))
    }

    /// The same act by somebody else.
    #[must_use]
    pub fn by(&self, caller: Caller) -> Self {
        Self::new(caller, self.now, self.ids.clone()).asked_by(self.asker.clone())
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
