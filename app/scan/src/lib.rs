//! A camera's picture, or what a scanner types, to the text of a code.

mod qr;
mod see;

pub use see::{BadFrame, Effort, Found, Frame, decode};
