//! What is stored of an account's people, a copy of it for them, and deleting it (PIPL art. 45 and 47).
//!
//! An account is deleted a week after it was asked for, by a job, and until then anybody who signs in can
//! take that back. What was booked is given back by its own road first. Rows that counts are made of stay,
//! without a name (C-169); of a volunteer with hours the record stays, as the law asks, and nothing but its
//! storage is done with it.

mod ask;
mod copy;
mod erase;
mod looks;
mod rows;
mod run;
mod stored;

pub use ask::{ask, ask_for, asked, take_back};
pub use copy::{Everything, copy};
pub use looks::{Look, looks};
pub use run::{Deleted, again, deleted, run_due};
pub use stored::{Stored, stored};
