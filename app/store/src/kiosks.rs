//! Kiosks as devices: paired by a one-time code, monitored by their center's staff, released only
//! with staff's proof; people booking at one (`visit`); and the poster that a center may put up.
//!
//! A kiosk authenticates with a token that has the role `kiosk` and its center as scope: revoking it
//! ends access with the next request (C-128).

mod exit;
mod health;
mod help;
mod pair;
mod poster;
mod read;
mod visit;
mod visitor;

pub use exit::{Exit, ask_out, let_out, revoke};
pub use health::{Report, report};
pub use help::{help, helping};
pub use pair::{INVITING, PAIRING, Paired, Pairing, invite, pair};
pub(crate) use poster::PREFIX as POSTER_PREFIX;
pub use poster::{poster, set_poster};
pub use read::{KioskView, Own, list, own};
pub use visit::{Answered, KioskVisit, book, choose, end, made, visit};
pub use visitor::{CODES, Known, prove_by_code, prove_by_paper, send_code};

use crate::{Result, Tx, centers};
use domain::{
    access::{Action, Caller},
    id::CenterId,
};

/// Whether the caller may manage kiosks there.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for no such center, [`domain::Refusal::Forbidden`].
async fn may_manage(tx: &mut Tx, caller: &Caller, center: &CenterId) -> Result<()> {
    let place = centers::place(tx, center).await?;
    Ok(caller.may(Action::ManageKiosks, &place)?)
}
