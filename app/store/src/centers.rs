//! Centers: where they are, what is known about them, and importing lists.

mod create;
mod directory;
mod exceptions;
mod import;
mod needs;
mod policy;
mod read;
pub(crate) mod settings;

pub use create::{NewCenter, create};
pub use directory::{Directory, Neighbour};
pub use exceptions::{add_exceptions, exceptions, hit_by, remove_exceptions};

pub(crate) use exceptions::read as exceptions_in;
pub(crate) use import::import_in;
pub use import::{ImportReport, Origin, RowOutcome, import};
pub use needs::{Need, lacking};
pub use policy::{missing_lead, set_missing_lead};
pub(crate) use read::all_in;
pub use read::{
    CenterSummary, CenterView, CommunityNode, DistrictNode, Room, SubdistrictNode, all, find, tree,
    tree_of,
};
pub use settings::{CLOSED_NOTE, Setting, set};

use crate::{Result, Tx};
use domain::{Refusal, id::CenterId, place::CenterPlace};

/// Where a center is, for rights and eligibility.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center.
pub async fn place(tx: &mut Tx, center: &CenterId) -> Result<CenterPlace> {
    let found: Option<(String, String, String)> = tx
        .sql("SELECT district_code, subdistrict_code, community FROM center WHERE id = $1")
        .bind(center)
        .optional()
        .await?;
    let (district, subdistrict, community) = found.ok_or(Refusal::NotFound)?;
    let center = center.clone();
    Ok(CenterPlace::new(center, district, subdistrict, &community))
}
