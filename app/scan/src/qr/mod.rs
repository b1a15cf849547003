//! The code's arithmetic: from the darkness of each module to the text.

mod codewords;
mod format;
#[cfg(test)]
mod fuzz;
mod gf;
mod layout;
mod reed_solomon;
mod segments;
mod version;

pub(crate) use codewords::{Reader, Reading};
pub(crate) use layout::Layout;
pub(crate) use version::Version;
