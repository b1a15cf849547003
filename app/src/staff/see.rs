//! Looking back and across: the audit log, the supervision of social workers.

pub(super) mod audit;
pub(super) mod supervision;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(audit::routes())
        .merge(supervision::routes())
}
