//! The residents' face: finding a center, seeing what is on, booking, and what is theirs.

mod book;
mod bookings;
mod family;
mod fields;
mod gate;
mod me;
mod messages;
mod preferences;
mod sign_in;
mod tabs;
mod ticket;

use crate::web::Site;
use axum::Router;

/// The pages of this face.
pub fn routes() -> Router<Site> {
    Router::new()
        .merge(book::routes())
        .merge(bookings::routes())
        .merge(family::routes())
        .merge(me::routes())
        .merge(messages::routes())
        .merge(preferences::routes())
        .merge(sign_in::routes())
        .merge(ticket::routes())
}
