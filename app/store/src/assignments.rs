//! Assignments: where the decisions of `domain::shift` become rows. Every way in (page, kiosk, REST,
//! roster) takes these operations.

mod answer;
mod end;
mod facts;
mod lead;
mod person;
mod place;
mod preview;
mod promote;
mod read;

pub use answer::{Answer, answer};
pub use end::withdraw;
pub use lead::{Candidate, assign_lead, can_lead};
pub use place::{Placing, place};
pub use preview::{PersonPreview, preview};
pub use read::{AssignmentView, find, of_account, of_shift};

pub(crate) use end::end_all;
pub(crate) use facts::{has_place_for, leads_anew};
pub(crate) use person::Person;
pub(crate) use promote::look_again;
pub(crate) use read::accounts_of;

use crate::{Error, Result, Tx};
use domain::{Refusal, id::ShiftId};

/// An answer, or every rule that is not met, the closest first; kept for the idempotency key alike.
pub type Unmet<T> = std::result::Result<T, Vec<Refusal>>;

/// Takes refusals as an answer, as [`crate::outcome`] does.
fn unmet<T>(result: Result<Unmet<T>>) -> Result<Unmet<T>> {
    match result {
        Err(Error::Refused(refusal)) => Ok(Err(vec![refusal])),
        other => other,
    }
}

/// Counts a shift's halves and its line anew; last of all that an operation does to them, under the
/// shift's lock.
pub(crate) async fn recount(tx: &mut Tx, shift: &ShiftId) -> Result<()> {
    tx.sql(
        "UPDATE shift SET
             leads = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1 AND role = 'lead'
                 AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')),
             volunteers = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
                 AND role = 'volunteer'
                 AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')),
             waiting = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
                 AND state = 'waitlisted')
         WHERE id = $1",
    )
    .bind(shift)
    .run()
    .await
    .map(drop)
}
