//! The staff's calendar of a center: everything that is planned in some days, when there is time for
//! something, and where a date may be moved. What stands where and what is in the way of what,
//! `domain::planner` says; changes go through [`crate::occurrences`].

mod free;
mod moving;
mod read;

pub use free::{Wanted, free};
pub use moving::targets;
pub use read::{Calendar, Item, Pair, Place, read};
