//! Thanks to volunteers, from residents who attended and from leads. What a resident says is kept by
//! their booking; whom it reaches is derived from who was in the occurrence's shifts.

mod by_lead;
mod by_resident;
mod read;

pub use by_lead::{ToThank, by_lead, for_lead};
pub use by_resident::{OfBooking, by_resident, of_booking};
pub use read::{OfShift, of_person};

use crate::{
    Act, Result, Tx,
    audit::{self, Entry},
    notices,
};
use domain::{
    audit::Verb,
    id::{AccountId, AssignmentId, BookingId, CenterId, OccurrenceId, PersonId, StaffId},
    night::by_day,
    notice::Notice,
    thanks::Sentence,
};
use serde_json::Value;

/// The states of an assignment whose holder was there ([`domain::thanks::was_there`]).
const THERE: &str = "('checked_in', 'checked_out', 'validated')";

/// A volunteer who is thanked.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Thanked {
    person_id: PersonId,
    account_id: AccountId,
    name: String,
}

/// What is said, by whom, of what, and to whom.
struct Said<'a> {
    sentence: Sentence,
    by: By<'a>,
    center: &'a CenterId,
    to: &'a [Thanked],
    /// For the record.
    detail: Value,
}

/// By whom thanks are given.
enum By<'a> {
    /// By a booking of something that was attended.
    Booking(&'a BookingId, &'a OccurrenceId),
    /// By a lead, to the holder of a place.
    Lead(&'a StaffId, &'a AssignmentId),
}

/// Keeps what was said, with a record of it, and tells whom it is for.
async fn keep(tx: &mut Tx, act: &Act, said: Said<'_>) -> Result<()> {
    let (subject, booking, occurrence, assignment, staff) = match said.by {
        By::Booking(booking, occurrence) => (
            ("booking", booking.as_str()),
            Some(booking),
            Some(occurrence),
            None,
            None,
        ),
        By::Lead(staff, assignment) => (
            ("assignment", assignment.as_str()),
            None,
            None,
            Some(assignment),
            Some(staff),
        ),
    };
    let id: uuid::Uuid = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO thanks (id, occurrence_id, booking_id, assignment_id, staff_id, sentence, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.hyphenated().to_string())
    .bind(occurrence)
    .bind(booking)
    .bind(assignment)
    .bind(staff)
    .bind(said.sentence)
    .bind(act.now)
    .run()
    .await?;
    let entry = Entry {
        action: Verb::ThanksGive,
        subject,
        center: Some(said.center),
        detail: said.detail,
    };
    audit::record(tx, act, entry).await?;
    for to in said.to {
        tell(tx, act, to).await?;
    }
    Ok(())
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
