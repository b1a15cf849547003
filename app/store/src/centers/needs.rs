//! What a center still lacks before its doors can open.

use super::place;
use crate::{Db, Result};
use domain::{
    Refusal,
    access::{Action, Caller},
    id::CenterId,
    time::Timestamp,
};

/// Something that every center needs, in the order in which it is seen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The hours of its week.
    Hours,
    /// A telephone number.
    Contact,
    /// A room in use.
    Room,
    /// An account with a role at this very center, now or later.
    Staff,
    /// A kiosk that is paired.
    Kiosk,
    /// An activity, be it a draft.
    Activity,
}

/// What a center lacks.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] unless the caller sees the center's plans.
pub async fn lacking(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Need>> {
    let mut tx = db.read().await?;
    caller.may(Action::ViewPlans, &place(&mut tx, center).await?)?;
    let found: Option<(bool, bool, bool, bool, bool, bool)> = tx
        .sql(
            "SELECT c.hours <> '', c.phone <> '',
                 EXISTS (SELECT 1 FROM room r WHERE r.center_id = c.id AND r.retired_at IS NULL),
                 EXISTS (SELECT 1 FROM role_grant g JOIN staff s ON s.id = g.staff_id
                     WHERE g.scope = 'center:' || c.id AND s.status = 'active'
                     AND (g.ends_at IS NULL OR g.ends_at > $2)),
                 EXISTS (SELECT 1 FROM kiosk k JOIN token t ON t.id = k.token_id
                     WHERE k.center_id = c.id AND t.revoked_at IS NULL),
                 EXISTS (SELECT 1 FROM activity a WHERE a.center_id = c.id)
             FROM center c WHERE c.id = $1",
        )
        .bind(center)
        .bind(now)
        .optional()
        .await?;
    let (hours, contact, room, staff, kiosk, activity) = found.ok_or(Refusal::NotFound)?;
    let there = [
        (Need::Hours, hours),
        (Need::Contact, contact),
        (Need::Room, room),
        (Need::Staff, staff),
        (Need::Kiosk, kiosk),
        (Need::Activity, activity),
    ];
    let lacking = there.into_iter().filter(|(_, is_there)| !is_there);
    Ok(lacking.map(|(need, _)| need).collect())
}
