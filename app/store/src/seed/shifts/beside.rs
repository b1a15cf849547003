//! Shifts that help with the demo's next activities.

use super::{CENTER, Create, fill};
use crate::{Act, Db, Locks, Result, seed::residents::DemoPerson, shifts::NewShift};
use domain::{
    id::OccurrenceId,
    shift::{Joining, Needs},
    time::{HOUR, Timestamp},
};

/// At how many activities help is wanted.
const MANY: i64 = 2;
const TITLE: &str = "活动协助";

/// How many were made.
pub(super) async fn seed(db: &Db, act: &Act, volunteers: &[DemoPerson]) -> Result<usize> {
    if is_helped(db, act.now).await? {
        return Ok(0);
    }
    let mut made = 0;
    for (nth, (occurrence, starts_at, ends_at, room)) in
        coming(db, act.now).await?.into_iter().enumerate()
    {
        let new = NewShift {
            center: CENTER.parse()?,
            title: TITLE.to_owned(),
            starts_at,
            ends_at,
            rule: None,
            excluded: Vec::new(),
            moved: Vec::new(),
            occurrence: Some(occurrence),
            duty: None,
            place: room,
            joining: Joining::SignUp,
            needs: Needs {
                volunteers_min: 1,
                volunteers_max: 2,
                waitlist_capacity: 2,
                ..Needs::default()
            },
            publish: true,
        };
        for shift in db.write(act, Locks::none(), Create { new }).await? {
            made += 1;
            fill(db, act, &shift, volunteers, nth + 1, 0).await?;
        }
    }
    Ok(made)
}

/// Whether some activity that is to come has such a shift already.
async fn is_helped(db: &Db, now: Timestamp) -> Result<bool> {
    let mut tx = db.read().await?;
    let found = tx
        .sql(
            "SELECT COUNT(*) FROM shift
             WHERE center_id = $1 AND occurrence_id IS NOT NULL AND demo AND starts_at > $2",
        )
        .bind(CENTER)
        .bind(now)
        .count()
        .await?;
    Ok(found > 0)
}

type Coming = (OccurrenceId, Timestamp, Timestamp, String);

async fn coming(db: &Db, now: Timestamp) -> Result<Vec<Coming>> {
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT o.id, o.starts_at, o.ends_at, COALESCE(r.name, '')
         FROM occurrence o JOIN activity a ON a.id = o.activity_id LEFT JOIN room r ON r.id = o.room_id
         WHERE o.center_id = $1 AND o.status = 'published' AND a.demo AND o.allocation = 'first_come'
           AND o.starts_at > $2 ORDER BY o.starts_at, o.id LIMIT $3",
    )
    .bind(CENTER)
    .bind(now.plus(12 * HOUR))
    .bind(MANY)
    .all()
    .await
}
