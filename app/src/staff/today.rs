//! What is on now, what needs attention, and the end of the day.

pub(super) mod close;
pub(super) mod dashboard;
pub(super) mod day;
pub(super) mod risk;
pub(super) mod roll_call;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(close::routes())
        .merge(dashboard::routes())
        .merge(day::routes())
        .merge(risk::routes())
        .merge(roll_call::routes())
}
