//! What the staff's pages share.

pub(in crate::staff) mod affected;
pub(in crate::staff) mod ask;
pub(in crate::staff) mod centers;
pub(in crate::staff) mod closed;
pub(in crate::staff) mod gate;
pub(in crate::staff) mod hours;
pub(in crate::staff) mod live;
pub(in crate::staff) mod loss;
pub(in crate::staff) mod merge;
mod nav;
pub(in crate::staff) mod operator;
pub(in crate::staff) mod tap;
pub(in crate::staff) mod told;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new().merge(centers::routes())
}
