//! People and their cards.

pub(super) mod cards;
pub(super) mod certificates;
pub(super) mod hours;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(cards::routes())
        .merge(hours::routes())
        .merge(certificates::routes())
}
