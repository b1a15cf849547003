//! Thanks to volunteers, from residents who attended and from leads. What a resident says is kept by
//! their booking; whom it reaches is derived from who was in the occurrence's shifts.

mod by_lead;
mod by_resident;
mod read;

pub use by_lead::{ToThank, by_lead, for_lead};
pub use by_resident::{OfBooking, by_resident, of_booking};
pub use read::{OfShift, of_person};

use crate::{Act, Result, Tx, notices};
use domain::{
    id::{AccountId, PersonId},
    night::by_day,
    notice::Notice,
};

/// The states of an assignment whose holder was there ([`domain::thanks::was_there`]).
const THERE: &str = "('checked_in', 'checked_out', 'validated')";

/// A volunteer who is thanked.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Thanked {
    person_id: PersonId,
    account_id: AccountId,
    name: String,
}

/// Tells a volunteer that somebody thanked them: once a day, by text message not at night.
async fn tell(tx: &mut Tx, act: &Act, to: &Thanked) -> Result<()> {
    let notice = Notice::Thanked {
        of: to.person_id.clone(),
        person: to.name.clone(),
    };
    // What is said at night is told in the morning, and counts for that day.
    let about = format!("{}:{}", to.person_id, by_day(act.now).day());
    notices::tell_by_day(tx, act, &to.account_id, &notice, &about)
        .await
        .map(drop)
}
