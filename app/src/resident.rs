//! The residents' face: finding a center, seeing what is on, booking, and what is theirs.

mod about;
mod book;
mod booked;
mod bookings;
mod center;
mod certificate;
mod data;
mod dev;
mod family;
mod finder;
mod gate;
mod giving_back;
mod here;
mod home;
mod hours;
mod me;
mod menu;
mod messages;
mod mine;
mod occurrence;
mod place;
mod preferences;
mod pwa;
mod shifts;
mod sign_in;
mod tabs;
mod thanks;
mod ticket;
mod volunteer;
mod whats_on;
mod who;

pub use about::not_found;

use crate::web::{Site, telling};
use axum::Router;

/// The pages of this face.
pub fn routes() -> Router<Site> {
    let routes = Router::new()
        .merge(about::routes())
        .merge(book::routes())
        .merge(booked::routes())
        .merge(bookings::routes())
        .merge(center::routes())
        .merge(data::routes())
        .merge(dev::routes())
        .merge(family::routes())
        .merge(finder::routes())
        .merge(here::routes())
        .merge(home::routes())
        .merge(me::routes())
        .merge(menu::routes())
        .merge(messages::routes())
        .merge(occurrence::routes())
        .merge(preferences::routes())
        .merge(pwa::routes())
        .merge(shifts::routes())
        .merge(hours::routes())
        .merge(thanks::routes())
        .merge(certificate::routes())
        .merge(sign_in::routes())
        .merge(ticket::routes())
        .merge(volunteer::routes())
        .merge(whats_on::routes())
        .merge(who::routes());
    telling(routes, gate::tell)
}
