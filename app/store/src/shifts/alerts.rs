//! Halves that were lost and are still missing: what somebody must act upon now.

use crate::{Db, Result, Tx, centers};
use domain::{
    access::{Action, Caller},
    id::{CenterId, ShiftId},
    shift::{Duty, Half, Loss},
    time::{Span, Timestamp},
};

/// A half of a shift that was lost.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Alert {
    /// Of which shift.
    pub shift_id: ShiftId,
    /// Its title.
    pub title: String,
    /// What it is for, if it is the center's own.
    pub duty: Option<Duty>,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Which half.
    pub half: Half,
    /// In what way.
    pub loss: Loss,
    /// When.
    pub raised_at: Timestamp,
    /// When whoever can act was told of it again, or first told of what had never stood; none while it is
    /// new.
    pub reminded_at: Option<Timestamp>,
}

impl Alert {
    /// When the shift is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

const ALERT: &str = "SELECT a.shift_id, s.title, s.duty, s.starts_at, s.ends_at, a.half, a.loss,
        a.raised_at, COALESCE(a.hours_before_at, a.day_before_at) AS reminded_at
    FROM shift_alert a JOIN shift s ON s.id = a.shift_id";

/// The open alerts of a center, those of the next shift first.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn alerts(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Alert>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    alerts_in(&mut tx, center, now).await
}

/// The same for whoever has asked for the right.
pub(crate) async fn alerts_in(
    tx: &mut Tx,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Alert>> {
    tx.sql_built(format!(
        "{ALERT} WHERE a.center_id = $1 AND a.cleared_at IS NULL AND s.ends_at > $2
         AND s.status = 'published' ORDER BY s.starts_at, a.raised_at, a.id LIMIT 50"
    ))
    .bind(center)
    .bind(now)
    .all()
    .await
}

/// The open alerts of one shift, for whoever sees its center's plans.
///
/// # Errors
/// Database errors.
pub async fn alerts_of(db: &Db, shift: &ShiftId, now: Timestamp) -> Result<Vec<Alert>> {
    let mut tx = db.read().await?;
    tx.sql_built(format!(
        "{ALERT} WHERE a.shift_id = $1 AND a.cleared_at IS NULL AND s.ends_at > $2
         AND s.status = 'published' ORDER BY a.raised_at, a.id"
    ))
    .bind(shift)
    .bind(now)
    .all()
    .await
}
