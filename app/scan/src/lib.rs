//! From a camera's picture, or from what a scanner types, to the text of a code.
//!
//! - [`decode`] reads the QR codes in a [`Frame`];
//! - [`Wedge`] distinguishes what a keyboard-wedge scanner types from what a person types (feature
//!   `wedge`);
//! - [`Repeat`] ignores a code that is seen again right away.
//!
//! Whether a text is a genuine ticket is up to the `ticket` crate. Nothing here reads a clock
//! or touches a browser; the same code runs on the server, in tests and, as WASM, in a worker.

mod qr;
mod repeat;
mod see;
#[cfg(feature = "wedge")]
pub mod wedge;

pub use repeat::{Repeat, WINDOW_MS};
pub use see::{BadFrame, Effort, Found, Frame, decode};
#[cfg(feature = "wedge")]
pub use wedge::Wedge;
