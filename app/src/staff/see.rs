//! Looking back: the audit log.

pub(super) mod audit;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new().merge(audit::routes())
}
