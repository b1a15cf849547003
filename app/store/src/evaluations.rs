//! Evaluations of centers by a third party: written by whoever is assigned to evaluate there, seen by
//! others once they were handed in, and replied to by the center.

mod read;
mod write;

pub use read::{Evaluation, Handed, Reply, find, list};
pub use write::{reply, save};

use domain::{evaluation::Stage, id::CenterId};

/// Which evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// Of which center.
    pub center: CenterId,
    /// Of which contract's year.
    pub year: i32,
    /// At which stage of it.
    pub stage: Stage,
}
