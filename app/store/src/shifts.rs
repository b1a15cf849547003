//! Shifts: planning them, cancelling them, and what others see of them.

mod alerts;
mod cancel;
mod columns;
mod create;
mod draft;
mod edit;
mod follow;
mod for_me;
mod read;
mod remind;
mod risk;

pub use alerts::{Alert, alerts, alerts_of};
pub use cancel::cancel;
pub use create::{NewShift, create};
pub use draft::{discard, publish};
pub use edit::{ShiftEdit, ShiftEdited, edit};
pub use for_me::{ForMe, all_for_me, all_for_own, for_me, for_own};
pub use read::{
    Search, ShiftView, Short, all_for_staff, find, find_for_staff, list, of_occurrence,
    of_occurrence_for_staff, short,
};
pub use remind::remind;
pub use risk::{AtRisk, at_risk};

pub(crate) use alerts::alerts_in;
pub(crate) use cancel::cancel_view;
pub(crate) use create::create_in;
pub(crate) use follow::{cancel_with, leave_behind, move_with};
pub(crate) use read::{all_in, list_column, placed_in, unclosed_in, view_in};
