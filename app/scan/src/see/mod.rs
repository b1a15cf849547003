//! Finding codes in a picture and measuring how dark their modules are.

mod attempt;
mod equalise;
mod field;
mod finder;
mod fit;
mod luma;
mod map;
mod search;
mod square;
mod triple;
mod work;

pub use luma::{BadFrame, Frame};
pub use search::{Effort, Found, decode};
