//! New ids. They come from a source that is passed in, so that a test can repeat a run.

use std::sync::{Arc, Mutex};
use uuid::{Builder, Uuid};

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Makes UUIDv7s: ordered by time, unguessable in their tail.
#[derive(Clone)]
pub struct Ids(Arc<Fill>);

impl Ids {
    /// Ids whose random part `fill` provides.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// None, for writes that make no row.
    pub(crate) fn none() -> Self {
        Self::new(|_| {})
    }

    /// Ids that are the same in each run, for tests and demo data. Guessable: never for the real
    /// thing.
    pub fn repeatable(seed: u64) -> Self {
        let state = Mutex::new(seed);
        Self::new(move |bytes| {
            let mut state = state
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            for chunk in bytes.chunks_mut(8) {
                // SplitMix64: a step of a well-spread sequence.
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
            }
        })
    }

    /// A new id of any kind, made at `now`.
    pub fn make<T: From<Uuid>>(&self, now: domain::time::Timestamp) -> T {
        let mut random = [0; 10];
        (self.0)(&mut random);
        let millis = u64::try_from(now.0).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .into()
    }

    /// Random bytes from the same source, for codes that people read.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut random = [0; N];
        (self.0)(&mut random);
        random
    }
}
