//! Volunteers' shifts: what there is to do at a center, one of them with its form, one's own.

mod for_me;
mod friend;
mod help;
mod list;
mod mine;
mod one;
mod risks;
mod swap;
mod take_over;
mod ticket;
pub(super) mod wanted;
mod watch;
mod ways;

use crate::web::Site;
use axum::Router;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(for_me::routes())
        .merge(friend::routes())
        .merge(help::routes())
        .merge(list::routes())
        .merge(one::routes())
        .merge(mine::routes())
        .merge(risks::routes())
        .merge(swap::routes())
        .merge(take_over::routes())
        .merge(ticket::routes())
        .merge(watch::routes())
}
