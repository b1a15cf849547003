//! Partners: asked for by telephone number, agreed by both, ended by either.
//!
//! Whoever asks is never told whether anybody has the number: the same is answered, and what nobody has
//! agreed to yet is not listed. A name is shown to the other one only once its owner has asked or agreed.

mod ask;
mod end;
mod read;

pub use ask::{answer, ask};
pub use end::{end, take_back};
pub use read::{Asking, Partner, Partners, here, of_account};

pub(crate) use read::in_shifts;
