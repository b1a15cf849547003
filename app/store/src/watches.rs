//! Watching a shift, or the shifts of a kind at a center: told once when how it stands changes, by day,
//! and what a message brought is counted.

mod keep;
mod tell;

pub use keep::{Watch, What, end, of_account, watch};

pub(crate) use tell::{came, stands};
