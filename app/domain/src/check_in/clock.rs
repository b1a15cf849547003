//! When a scan happened, as far as a device can be believed (C-56, C-118, C-119).

use super::{CLOCK_TOLERANCE, Review, SYNC_HORIZON};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The times of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanTime {
    /// When it happened, corrected: what every rule goes by.
    pub at: Timestamp,
    /// What the device's clock said.
    pub device_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// Whether the clock should be looked at.
    pub review: Option<Review>,
}

/// The year 2024: no scan is older. A clock before it has lost its battery and counts from 1970 or
/// 1980.
const FIRST_SCAN: Timestamp = Timestamp(1_704_067_200_000);

/// The time of a scan. `device_at` is the device's clock at the scan (absent: now), `sent_at` its
/// clock when it sent what it had: the difference to the server's is how wrong it is. A time in
/// the future is not believed, nor one before there were scans: the time of receipt holds instead.
/// A scan is never discarded for its clock (C-188).
pub fn scan_time(
    device_at: Option<Timestamp>,
    sent_at: Option<Timestamp>,
    received_at: Timestamp,
) -> ScanTime {
    let device_at = device_at.unwrap_or(received_at);
    let skew = sent_at.map_or(0, |sent| received_at.0.saturating_sub(sent.0));
    let is_off = skew.saturating_abs() > CLOCK_TOLERANCE;
    let corrected = if is_off {
        device_at.plus(skew)
    } else {
        device_at
    };
    let in_future = corrected > received_at.plus(CLOCK_TOLERANCE);
    let long_ago = corrected < received_at.plus(-10 * SYNC_HORIZON);
    let is_lost = corrected < FIRST_SCAN && FIRST_SCAN < received_at;
    ScanTime {
        at: if is_lost {
            received_at
        } else {
            corrected.min(received_at)
        },
        device_at,
        received_at,
        review: (is_off || in_future || long_ago).then_some(Review::Clock),
    }
}

impl ScanTime {
    /// The same for a booking that was made at `booked_at`: nobody can have shown its ticket
    /// before, so such a clock is not believed and the time of receipt holds instead.
    #[must_use]
    pub fn of_booking(self, booked_at: Timestamp) -> Self {
        if self.at.plus(CLOCK_TOLERANCE) >= booked_at {
            return self;
        }
        Self {
            at: self.received_at,
            review: Some(Review::BeforeBooking),
            ..self
        }
    }
}
