//! The kiosk's face: what whoever stands before a center's shared screen sees. Every page fills the
//! screen, leads to no other face, and forgets the person who leaves (rule 7).

mod book;
mod browse;
mod called;
mod check_in;
mod entry;
mod exit;
mod frame;
mod gate;
mod help;
mod home;
mod identify;
mod idle;
mod keys;
mod on;
mod pair;
mod panel;
mod self_test;
mod shifts;
mod wall;
mod who;

use crate::web::{Site, telling};
use axum::Router;

/// The pages of this face.
pub fn routes() -> Router<Site> {
    let routes = Router::new()
        .merge(book::routes())
        .merge(browse::routes())
        .merge(check_in::routes())
        .merge(exit::routes())
        .merge(help::routes())
        .merge(home::routes())
        .merge(identify::routes())
        .merge(idle::routes())
        .merge(on::routes())
        .merge(pair::routes())
        .merge(panel::routes())
        .merge(self_test::routes())
        .merge(shifts::routes())
        .merge(wall::routes())
        .merge(who::routes());
    telling(routes, gate::tell)
}
