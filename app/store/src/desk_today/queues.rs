//! Who waits for a place.

use super::{About, Asking, Decision};
use crate::{Result, Tx, bookings::small};
use domain::{
    desk_today::{Matter, QUEUES_AHEAD},
    id::OccurrenceId,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: OccurrenceId,
    title: String,
    starts_at: Timestamp,
    waiting: i64,
    has_room: bool,
}

/// The next dates that somebody waits for, with free places or without.
pub(super) async fn all(tx: &mut Tx, asking: &Asking<'_>) -> Result<Vec<Decision>> {
    let now = asking.now();
    let rows: Vec<Row> = tx
        .sql(
            "SELECT o.id, a.title, o.starts_at, o.waiting, o.has_room
             FROM occurrence o JOIN activity a ON a.id = o.activity_id
             WHERE o.center_id = $1 AND o.starts_at > $2 AND o.starts_at < $3 AND o.waiting > 0
             AND o.status = 'published' AND a.status = 'published' AND o.allocation = 'first_come'
             ORDER BY o.starts_at, o.id LIMIT 8",
        )
        .bind(asking.center)
        .bind(now)
        .bind(now.plus(QUEUES_AHEAD))
        .all()
        .await?;
    let decisions = rows.into_iter().map(|of| {
        Ok(Decision {
            matter: match of.has_room {
                true => Matter::Waitlist,
                false => Matter::Full,
            },
            many: small(of.waiting)?,
            at: Some(of.starts_at),
            about: Some(About {
                occurrence: of.id,
                title: of.title,
            }),
        })
    });
    decisions.collect()
}
