//! What is on now, and what needs attention.

pub(super) mod dashboard;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new().merge(dashboard::routes())
}
