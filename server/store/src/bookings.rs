//! Bookings: where the decisions of `domain::booking` become rows. Every way in (page, REST,
//! desk, jobs) takes these operations.

mod book;
mod cancel;
mod facts;
mod preview;
mod promote;
mod read;

pub use book::{BookRequest, Booked, book};
pub use cancel::cancel;
pub use preview::{PersonPreview, Preview, preview};
pub(crate) use promote::promote_in;
pub use promote::settle;
pub use read::{BookingView, find, of_account};
