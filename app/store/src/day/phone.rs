//! The telephone number of somebody in a shift, on record each time (rule 6).

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    reach::phone_of,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{AssignmentId, CenterId},
    person::Phone,
};
use serde_json::json;

/// How to reach the holder of the account of somebody in a center's shift; none where they have no
/// telephone. Each time is put on record.
///
/// # Errors
/// [`Refusal::NotFound`] for a place in no shift of this center's, and for a lead's; also where there is
/// no such center. [`Refusal::Forbidden`]; database errors.
pub async fn phone(
    db: &Db,
    act: &Act,
    center: &CenterId,
    assignment: &AssignmentId,
) -> Result<Option<Phone>> {
    let op = Reveal {
        center: center.clone(),
        assignment: assignment.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Reveal {
    center: CenterId,
    assignment: AssignmentId,
}

#[async_trait::async_trait]
impl Op for Reveal {
    type Out = Option<Phone>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Option<Phone>> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let found: Option<(Option<Phone>,)> = tx
            .sql(concat!(
                "SELECT ",
                phone_of!("c"),
                " FROM assignment a
                 JOIN shift s ON s.id = a.shift_id
                 JOIN account c ON c.id = a.account_id
                 WHERE a.id = $1 AND s.center_id = $2"
            ))
            .bind(&self.assignment)
            .bind(&self.center)
            .optional()
            .await?;
        let (phone,) = found.ok_or(Refusal::NotFound)?;
        let entry = Entry {
            action: Verb::AssignmentViewPhone,
            subject: ("assignment", self.assignment.as_str()),
            center: Some(&self.center),
            detail: json!({}),
        };
        audit::record(tx, act, entry).await?;
        Ok(phone)
    }
}
