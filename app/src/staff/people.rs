//! People: finding them, what they have at a center, their cards, hours and certificates.

mod book;
pub(super) mod cards;
pub(super) mod certificates;
mod find;
pub(super) mod hours;
mod one;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(book::routes())
        .merge(cards::routes())
        .merge(find::routes())
        .merge(one::routes())
        .merge(hours::routes())
        .merge(certificates::routes())
}
