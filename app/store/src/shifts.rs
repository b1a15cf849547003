//! Shifts: planning them, cancelling them, and what others see of them.

mod cancel;
mod create;
mod for_me;
mod read;

pub use cancel::cancel;
pub use create::{NewShift, create};
pub use for_me::{ForMe, for_me};
pub use read::{Search, ShiftView, find, find_for_staff, list};

pub(crate) use create::create_in;
pub(crate) use read::{list_column, view_in};
