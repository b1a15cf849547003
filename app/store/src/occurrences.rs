//! Occurrences: the dated sittings of an activity. Reading one is for everybody, the roster and
//! every change for the staff of its center.

mod call_off;
pub(crate) mod columns;
mod edit;
mod load;
pub mod postpone;
mod read;
mod roster;
mod steps;
mod write_to;

pub use call_off::{CalledOff, cancel, delete};
pub(crate) use call_off::{call_off, call_off_one, check_reason, remove_rows};
pub use domain::terms::TermsEdit;
pub use edit::{EditScope, Edited, OccurrenceEdit, edit};
pub(crate) use load::{ActivityHead, LoadedOccurrence, head, live_counts, locks_of, of_activity};
pub use read::{OccurrenceView, SeriesDate, find, find_for_staff};
pub(crate) use read::{VIEW, views};
pub(crate) use roster::roster_in;
pub use roster::{Roster, RosterRow, roster};
pub use write_to::{Letter, Written, write_to};
