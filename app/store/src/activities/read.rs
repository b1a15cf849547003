//! Activities as the staff of a center see them, drafts included.

use super::columns::{TextsRow, text_columns};
use crate::{
    Db, Result, centers,
    occurrences::{OccurrenceView, views},
};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Enrolment, Status},
    id::{ActivityId, CenterId},
    texts::Texts,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// An activity in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ActivityRow {
    /// Its id.
    pub id: ActivityId,
    /// Who runs it.
    pub center_id: CenterId,
    /// What it says of itself.
    #[sqlx(flatten, try_from = "TextsRow")]
    #[serde(flatten)]
    pub texts: Texts,
    /// How a series is booked.
    pub enrolment: Enrolment,
    /// The rule that its dates came from, if one.
    pub rrule: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Whether it is demonstration.
    pub demo: bool,
    /// Rises with every change.
    pub revision: i64,
    /// The start of its next date that is not called off.
    pub next_at: Option<Timestamp>,
    /// How many such dates are still to come.
    pub upcoming: i64,
    /// Places taken on these dates.
    pub confirmed: i64,
    /// Bookings that wait on these dates.
    pub waitlisted: i64,
}

const ROW: &str = concat!(
    "SELECT a.id, a.center_id, a.enrolment, a.rrule, a.status, a.demo, a.revision",
    text_columns!(),
    ",
        (SELECT MIN(o.starts_at) FROM occurrence o WHERE o.activity_id = a.id
        AND o.ends_at > $1 AND o.status <> 'cancelled') AS next_at,
        (SELECT COUNT(*) FROM occurrence o WHERE o.activity_id = a.id
        AND o.ends_at > $1 AND o.status <> 'cancelled') AS upcoming,
        (SELECT COALESCE(CAST(SUM(o.taken_online + o.taken_assisted) AS BIGINT), 0)
        FROM occurrence o WHERE o.activity_id = a.id AND o.ends_at > $1) AS confirmed,
        (SELECT COALESCE(CAST(SUM(o.waiting) AS BIGINT), 0)
        FROM occurrence o WHERE o.activity_id = a.id AND o.ends_at > $1) AS waitlisted
    FROM activity a"
);

/// The activities of a center: by next date, then those without one, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center, [`Refusal::Forbidden`].
pub async fn of_center(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<ActivityRow>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let mut rows: Vec<ActivityRow> = tx
        .sql_built(format!(
            "{ROW} WHERE a.center_id = $2 ORDER BY a.created_at DESC, a.id"
        ))
        .bind(now)
        .bind(center)
        .all()
        .await?;
    rows.sort_by_key(|row| (row.next_at.is_none(), row.next_at));
    Ok(rows)
}

/// The titles that a center's activities have had, each once with the latest of its name; those that were
/// made last first.
///
/// # Errors
/// As [`of_center`].
pub async fn titles(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    most: u32,
) -> Result<Vec<(ActivityId, String)>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    // Ids are in the order in which they were made.
    tx.sql(
        "SELECT MAX(id), title FROM activity WHERE center_id = $1 GROUP BY title
         ORDER BY MAX(id) DESC LIMIT $2",
    )
    .bind(center)
    .bind(i64::from(most))
    .all()
    .await
}

/// An activity with all its dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityDetail {
    /// The activity.
    #[serde(flatten)]
    pub activity: ActivityRow,
    /// Its occurrences in order of time, drafts and what was called off included.
    pub occurrences: Vec<OccurrenceView>,
}

/// One activity.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn find(
    db: &Db,
    caller: &Caller,
    id: &ActivityId,
    now: Timestamp,
) -> Result<ActivityDetail> {
    let mut tx = db.read().await?;
    let activity: Option<ActivityRow> = tx
        .sql_built(format!("{ROW} WHERE a.id = $2"))
        .bind(now)
        .bind(id)
        .optional()
        .await?;
    let activity = activity.ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &activity.center_id).await?;
    caller.may(Action::ViewPlans, &place)?;
    let occurrences = views(&mut tx, "o.activity_id = $1", id).await?;
    Ok(ActivityDetail {
        activity,
        occurrences,
    })
}
