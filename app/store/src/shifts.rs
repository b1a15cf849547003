//! Shifts: planning them, cancelling them, and what others see of them.

mod alerts;
mod cancel;
mod create;
mod follow;
mod for_me;
mod read;

pub use alerts::{Alert, alerts, alerts_of};
pub use cancel::cancel;
pub use create::{NewShift, create};
pub use for_me::{ForMe, for_me};
pub use read::{Search, ShiftView, find, find_for_staff, list, of_occurrence};

pub(crate) use create::create_in;
pub(crate) use follow::{cancel_with, leave_behind, move_with};
pub(crate) use read::{list_column, view_in};
