//! The one place where the system's clock is read.

use app::web::Clock;
use domain::time::Timestamp;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// The clock in production: the system's.
pub fn system() -> Clock {
    Arc::new(now)
}

/// The system's time. Before 1970 counts as 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "every other part is given this one"
)]
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
