//! A center's settings, agencies, public holidays, kiosks, staff accounts, one's own account, signing in.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod agencies;
pub(super) mod first_password;
pub(super) mod holidays;
pub(super) mod kiosks;
pub(super) mod new_center;
pub(super) mod policy;
pub(super) mod second_factor;
pub(super) mod settings;
pub(super) mod sign_in;
pub(super) mod time;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(account::routes())
        .merge(accounts::routes())
        .merge(agencies::routes())
        .merge(first_password::routes())
        .merge(holidays::routes())
        .merge(kiosks::routes())
        .merge(new_center::routes())
        .merge(policy::routes())
        .merge(second_factor::routes())
        .merge(settings::routes())
        .merge(sign_in::routes())
        .merge(time::routes())
}
