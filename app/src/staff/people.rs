//! People: finding them, what they have at a center, their cards, hours and certificates.

mod alike;
mod book;
pub(super) mod cards;
pub(super) mod certificates;
mod delete;
mod find;
pub(super) mod hours;
mod import;
mod merge;
mod one;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(alike::routes())
        .merge(book::routes())
        .merge(cards::routes())
        .merge(delete::routes())
        .merge(find::routes())
        .merge(import::routes())
        .merge(merge::routes())
        .merge(one::routes())
        .merge(hours::routes())
        .merge(certificates::routes())
}
