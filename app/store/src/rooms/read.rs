//! The rooms of a center as its settings show them, and what is planned in one.

use super::{RoomUse, uses};
use crate::{Db, Result, centers};
use domain::{
    access::{Action, Caller},
    activity::Status,
    id::{CenterId, RoomId},
    room::RoomKind,
    time::{DAY, Span, Timestamp},
};

/// Later than anything is planned.
const AHEAD: i64 = 4 * 366 * DAY;

/// A room, in use or not.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RoomView {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RoomKind,
    /// How many it seats, if known.
    pub seats: Option<i64>,
    /// The room that it is part of.
    pub part_of: Option<RoomId>,
    /// Since when it is used no more.
    pub retired_at: Option<Timestamp>,
}

/// All rooms of a center: those in use by name, then the others.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`].
pub async fn list(db: &Db, caller: &Caller, center: &CenterId) -> Result<Vec<RoomView>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let mut rooms: Vec<RoomView> = tx
        .sql(
            "SELECT id, name, kind, seats, parent_id AS part_of, retired_at FROM room
             WHERE center_id = $1",
        )
        .bind(center)
        .all()
        .await?;
    rooms.sort_by(|a, b| (a.retired_at.is_some(), &a.name).cmp(&(b.retired_at.is_some(), &b.name)));
    Ok(rooms)
}

/// From now on, as far as anything is planned.
pub(super) fn ahead(now: Timestamp) -> Span {
    Span::kept(now, now.plus(AHEAD))
}

/// What is planned in a room itself from now on, drafts included, in order of time.
///
/// # Errors
/// As [`list`].
pub async fn planned_in(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    room: &RoomId,
    now: Timestamp,
) -> Result<Vec<RoomUse>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let mut there = uses(&mut tx, center, &[ahead(now)]).await?;
    there.retain(|of| of.room == *room && of.status != Status::Cancelled);
    there.sort_by_key(|of| of.span.start());
    Ok(there)
}
