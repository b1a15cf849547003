//! How many live streams one network may hold. Each is a connection that stays, so they are counted
//! by whoever asks, behind a proxy too; whoever is refused can ask now and then instead (C-190).

use super::{
    fault::{Answer, Fault},
    live::Ending,
};
use app::web::Site;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::network::Network;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Whoever was refused a stream may ask for one again after so many seconds.
pub(super) const RETRY_AFTER: u64 = 60;

/// The open live streams, by network.
#[derive(Clone)]
pub struct Streams {
    most: usize,
    open: Arc<Mutex<HashMap<Option<Network>, usize>>>,
}

impl Streams {
    /// So many at a time from one network. All that come from nowhere known count as one.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Option<Network>, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, network: Option<Network>) -> Option<Held> {
        let mut open = self.lock();
        let there = open.entry(network).or_default();
        if *there >= self.most {
            return None;
        }
        *there += 1;
        drop(open);
        Some(Held {
            streams: self.clone(),
            network,
        })
    }
}

impl Default for Streams {
    fn default() -> Self {
        Self::new(usize::MAX)
    }
}

/// A stream that is counted until it is dropped.
struct Held {
    streams: Streams,
    network: Option<Network>,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(there) = open.get_mut(&self.network) {
            *there -= 1;
            if *there == 0 {
                open.remove(&self.network);
            }
        }
    }
}

/// What a handler needs to begin a stream, once it has found that the caller may hear it.
pub(super) struct Listening {
    ending: Ending,
    streams: Streams,
    network: Option<Network>,
}

/// A stream's place: it lasts as long as the stream, which ends when the server does.
pub(super) struct Place {
    pub ending: Ending,
    _held: Held,
}

impl Listening {
    /// A place among the streams of the caller's network.
    ///
    /// # Errors
    /// [`Fault::TooManyStreams`].
    pub(super) fn begin(self) -> Answer<Place> {
        let held = self.streams.enter(self.network);
        Ok(Place {
            ending: self.ending,
            _held: held.ok_or(Fault::TooManyStreams)?,
        })
    }
}

impl FromRequestParts<Site> for Listening {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Answer<Self> {
        let missing = || Fault::Broken("the layers around live streams");
        let ending = parts.extensions.get::<Ending>().cloned();
        let streams = parts.extensions.get::<Streams>().cloned();
        Ok(Self {
            ending: ending.ok_or_else(missing)?,
            streams: streams.ok_or_else(missing)?,
            network: parts.extensions.get::<Network>().copied(),
        })
    }
}
