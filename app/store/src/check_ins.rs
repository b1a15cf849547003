//! The door: every way in (a kiosk, the staff's phone, a batch that was kept while offline, a paper
//! sheet, a walk-in, a claim of the wall's code) takes [`admit`]. The log is append-only; where a
//! booking stands follows from it by [`domain::check_in::attendance`], in the same transaction.

mod admit;
mod at_door;
mod day;
mod facts;
mod grants;
mod jobs;
mod lead;
mod log;
mod read;
mod resolve;
mod scan;
mod settle;
mod undo;

pub use admit::{admit, admit_all};
pub(crate) use admit::{admit_in, limit_guesses_in};
pub use day::{DoorOccurrence, Expected, expected, may_key_in, today};
pub(crate) use facts::event_of;
pub use jobs::{close_missing, mark_no_shows};
pub(crate) use read::told_in;
pub use read::{Entry, between, recent, told};
pub use scan::{Admission, MAX_BATCH, NewCheckIn, Presented, WalkIn};
pub use undo::{Undone, undo};
