//! Who does something, when, and where new ids come from.

use crate::Ids;
use domain::{access::Caller, time::Timestamp};

/// The frame of a write: caller, clock and ids are passed in, never looked up.
#[derive(Clone)]
pub struct Act {
    /// Who.
    pub caller: Caller,
    /// When.
    pub now: Timestamp,
    /// New ids and random bytes.
    pub ids: Ids,
}
