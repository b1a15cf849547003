//! Assignments: where the decisions of `domain::shift` become rows. Every way in (page, kiosk, REST,
//! roster) takes these operations.

mod answer;
mod count;
mod end;
mod facts;
mod hand_over;
mod lead;
mod of_person;
mod person;
mod place;
mod preview;
mod promote;
mod read;
mod relocate;
pub mod risks;
pub mod swap;

pub use answer::{Answer, answer};
pub use end::withdraw;
pub use hand_over::{HandedOver, Handing, Led, Line, hand_over, leading, look as look_at_handing};
pub use lead::{Candidate, assign_lead, assign_lead_despite, can_lead};
pub use place::{Placing, place};
pub use preview::{PersonPreview, preview};
pub use read::{AssignmentView, find, of_account, of_shift};
pub use relocate::relocate;

pub(crate) use count::{ShiftCounts, clear_restored, count_one, raise, recount};
pub(crate) use end::end_all;
pub(crate) use facts::{LoadedShift, has_place_for, leads_anew, shift as load};
pub(crate) use hand_over::count_without_right;
pub(crate) use lead::leads_of;
pub(crate) use of_person::{coming_of, past_of, served};
pub(crate) use person::Person;
pub(crate) use place::{place_in, whom};
pub(crate) use promote::{look_again, promote_in, settled};
pub(crate) use read::{accounts_of, view_in};

use crate::{Error, Result};
use domain::Refusal;

/// An answer, or every rule that is not met, the closest first; kept for the idempotency key alike.
pub type Unmet<T> = std::result::Result<T, Vec<Refusal>>;

/// Takes refusals as an answer, as [`crate::outcome`] does.
fn unmet<T>(result: Result<Unmet<T>>) -> Result<Unmet<T>> {
    match result {
        Err(Error::Refused(refusal)) => Ok(Err(vec![refusal])),
        other => other,
    }
}
