//! What a center still lacks before its doors can open.

use super::place;
use crate::{Db, Result};
use domain::{
    Refusal,
    access::{Action, Caller},
    id::CenterId,
    time::Timestamp,
};

/// How much there is of everything that a center needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Setup {
    /// Whether it says its hours.
    pub hours: bool,
    /// Whether it says a telephone number.
    pub phone: bool,
    /// Rooms in use.
    pub rooms: i64,
    /// Accounts with a role at this very center, now or later.
    pub staff: i64,
    /// Kiosks that are paired.
    pub kiosks: i64,
    /// Activities, drafts included.
    pub activities: i64,
}

impl Setup {
    /// Whether nothing is lacking.
    pub const fn is_whole(&self) -> bool {
        self.hours
            && self.phone
            && self.rooms > 0
            && self.staff > 0
            && self.kiosks > 0
            && self.activities > 0
    }
}

/// What a center has.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] unless the caller sees the center's plans.
pub async fn setup(db: &Db, caller: &Caller, center: &CenterId, now: Timestamp) -> Result<Setup> {
    let mut tx = db.read().await?;
    caller.may(Action::ViewPlans, &place(&mut tx, center).await?)?;
    let found: Option<Setup> = tx
        .sql(
            "SELECT c.hours <> '' AS hours, c.phone <> '' AS phone,
                 (SELECT COUNT(*) FROM room r WHERE r.center_id = c.id AND r.retired_at IS NULL) AS rooms,
                 (SELECT COUNT(DISTINCT g.staff_id) FROM role_grant g JOIN staff s ON s.id = g.staff_id
                  WHERE g.scope = 'center:' || c.id AND s.status = 'active'
                    AND (g.ends_at IS NULL OR g.ends_at > $2)) AS staff,
                 (SELECT COUNT(*) FROM kiosk k JOIN token t ON t.id = k.token_id
                  WHERE k.center_id = c.id AND t.revoked_at IS NULL) AS kiosks,
                 (SELECT COUNT(*) FROM activity a WHERE a.center_id = c.id) AS activities
             FROM center c WHERE c.id = $1",
        )
        .bind(center)
        .bind(now)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}
