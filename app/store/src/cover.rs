//! Asking people to help out in a shift: only who can still take the need, the least recently asked
//! first, and a "no" ends it (C-94).

mod answer;
mod ask;
mod read;

pub use answer::decline;
pub use ask::{Asked, ask};
pub use read::{Call, Effect, of_account};

pub(crate) use answer::said_yes;
pub(crate) use read::effects;
