//! Where a date may be moved, told before it is put down.

use crate::{Db, Result, Tx, centers, rooms::Occupied};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::Status,
    id::{ActivityId, CenterId, OccurrenceId, RoomId},
    planner::{Moving, may_move},
    time::{Span, Timestamp},
};

/// For each of these starts, when the date would be or what is in its way, as [`crate::occurrences::edit`]
/// would find it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn targets(
    db: &Db,
    caller: &Caller,
    occurrence: &OccurrenceId,
    starts: &[Timestamp],
    now: Timestamp,
) -> Result<Vec<std::result::Result<Span, Refusal>>> {
    let mut tx = db.read().await?;
    let (center, moving) = picked_up(&mut tx, occurrence).await?;
    let place = centers::place(&mut tx, &center).await?;
    caller.may(Action::ManageActivities, &place)?;
    let spans: Vec<Span> = starts.iter().map(|start| moving.at(*start)).collect();
    let Occupied { rooms, uses } = Occupied::during(&mut tx, &center, &spans).await?;
    let told = starts
        .iter()
        .map(|start| may_move(&rooms.tree, &moving, *start, &uses, now));
    Ok(told.collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: OccurrenceId,
    starts_at: Timestamp,
    ends_at: Timestamp,
    room_id: Option<RoomId>,
    status: Status,
}

/// The date with the others of its activity.
async fn picked_up(tx: &mut Tx, id: &OccurrenceId) -> Result<(CenterId, Moving)> {
    let head: Option<(ActivityId, CenterId)> = tx
        .sql("SELECT activity_id, center_id FROM occurrence WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    let (activity, center) = head.ok_or(Refusal::NotFound)?;
    let rows: Vec<Row> = tx
        .sql(
            "SELECT id, starts_at, ends_at, room_id, status FROM occurrence WHERE activity_id = $1
             ORDER BY starts_at, id",
        )
        .bind(&activity)
        .all()
        .await?;
    let (own, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.id == *id);
    let own = own.into_iter().next().ok_or(Refusal::NotFound)?;
    let stands = others.iter().filter(|row| row.status != Status::Cancelled);
    let moving = Moving {
        series: stands
            .map(|row| Span::kept(row.starts_at, row.ends_at))
            .collect(),
        span: Span::kept(own.starts_at, own.ends_at),
        id: own.id,
        status: own.status,
        room: own.room_id,
    };
    Ok((center, moving))
}
