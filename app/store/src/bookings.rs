//! Bookings: where the decisions of `domain::booking` become rows. Every way in (page, REST,
//! desk, jobs) takes these operations.

mod at_door;
mod book;
mod cancel;
mod facts;
mod note;
mod of_person;
mod preview;
mod promote;
mod read;

pub(crate) use at_door::{Comer, Seat, book_at_door_in, seat_in, seated_since};
pub use book::{BookRequest, Booked, book};
pub(crate) use book::{book_in, short_code};
pub use cancel::{cancel, miss};
pub(crate) use facts::{has_place_for, small};
pub use note::{MAX_NOTE, note, noted};
pub(crate) use of_person::{attended, coming_of, past_of};
pub use preview::{PersonPreview, Preview, preview};
pub use promote::settle;
pub(crate) use promote::{look_again, promote_in, tell_who_cannot_fit};
pub(crate) use read::view_in;
pub use read::{BookingView, find, of_account};
