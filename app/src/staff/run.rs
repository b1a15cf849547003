//! Running a date: who is booked, booking for somebody, the door, paper.

pub(super) mod attend;
mod bulk;
pub(super) mod desk;
pub(super) mod door;
mod letter;
mod note;
mod paper;
pub(super) mod roster;
pub(super) mod sheet;
pub(super) mod walk_in;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(attend::routes())
        .merge(bulk::routes())
        .merge(desk::routes())
        .merge(door::routes())
        .merge(letter::routes())
        .merge(note::routes())
        .merge(paper::routes())
        .merge(roster::routes())
        .merge(sheet::routes())
        .merge(walk_in::routes())
}
