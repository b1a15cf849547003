//! Who was here and is not written down yet, in memory.

use domain::{
    id::{LoginId, TokenId},
    time::Timestamp,
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Those who were here since the last time they were written down.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Gathered>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) tokens: BTreeSet<TokenId>,
    pub(crate) logins: BTreeSet<LoginId>,
    /// The latest of the visits.
    pub(crate) at: Timestamp,
}

impl Seen {
    /// Notes the use of a token.
    pub(crate) fn token(&self, id: &TokenId, now: Timestamp) {
        self.note(now, |seen| seen.tokens.extend([id.clone()]));
    }

    /// Notes the visit of a session.
    pub(crate) fn login(&self, id: &LoginId, now: Timestamp) {
        self.note(now, |seen| seen.logins.extend([id.clone()]));
    }

    fn note(&self, now: Timestamp, add: impl FnOnce(&mut Gathered)) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.at = seen.at.max(now);
        add(&mut seen);
    }

    /// Hands over everybody who was noted.
    pub(crate) fn take(&self) -> Gathered {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
