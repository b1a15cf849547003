//! Swaps: volunteers offer their places to each other, and places change hands in one transaction or
//! not at all (C-85).

mod circle;
mod exchange;
mod find;
mod hands;
mod offer;
mod take_over;

pub use exchange::exchange;
pub use find::{Found, OfferView, find_swaps, offer_of, offered_in, offers_of, wishes_for};
pub use offer::{NewOffer, Wish, offer, take_back};
pub use take_over::take_over;

pub(crate) use offer::purge_in;
