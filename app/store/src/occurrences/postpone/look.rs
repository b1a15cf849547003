//! What postponing would do, before anything is written: where each date goes, and what is in its way.

use super::planned;
use crate::{
    Db, Result, Tx,
    occurrences::load::{LoadedOccurrence, activity_of, dates_of, head},
    rooms::Occupied,
};
use domain::{
    access::Caller,
    id::OccurrenceId,
    room::RoomUse,
    time::{Span, Timestamp},
};
use std::collections::BTreeSet;

/// What postponing would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The dates, in order.
    pub dates: Vec<LookDate>,
}

/// A date that would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookDate {
    /// Which.
    pub occurrence: OccurrenceId,
    /// When it is.
    pub from: Span,
    /// When it would be.
    pub to: Span,
    /// What has its room by then, so that it cannot go there.
    pub room: Option<RoomUse>,
    /// What its leads have by then: their name, what, and when.
    pub leads: Vec<(String, String, Span)>,
}

/// Looks at it.
///
/// # Errors
/// As [`super::postpone`], but for the rooms, which are told with the dates.
pub async fn look(
    db: &Db,
    caller: &Caller,
    from: &OccurrenceId,
    steps: u32,
    now: Timestamp,
) -> Result<Look> {
    let mut tx = db.read().await?;
    let activity = activity_of(&mut tx, from).await?;
    let (head, _) = head(&mut tx, caller, &activity).await?;
    let all = dates_of(&mut tx, &head.id).await?;
    let planned = planned(&mut tx, &head, &all, from, steps, now).await?;
    let own: BTreeSet<OccurrenceId> = planned.iter().map(|(date, _)| date.id.clone()).collect();
    let spans: Vec<Span> = planned.iter().map(|(_, to)| *to).collect();
    let mut occupied = Occupied::during(&mut tx, &head.center_id, &spans).await?;
    occupied
        .uses
        .retain(|other| !own.contains(&other.occurrence));
    let mut dates = Vec::with_capacity(planned.len());
    for (date, to) in planned {
        dates.push(LookDate {
            room: occupied.in_the_way(&date.room, to).cloned(),
            leads: leads(&mut tx, &date, to, &own).await?,
            occurrence: date.id,
            from: date.span,
            to,
        });
    }
    Ok(Look { dates })
}

#[derive(sqlx::FromRow)]
struct LeadRow {
    name: String,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    occurrence_id: Option<OccurrenceId>,
}

/// What those who lead the shifts of a date lead elsewhere by then; what moves too is not in the way.
async fn leads(
    tx: &mut Tx,
    date: &LoadedOccurrence,
    to: Span,
    own: &BTreeSet<OccurrenceId>,
) -> Result<Vec<(String, String, Span)>> {
    let by = to.start().0 - date.span.start().0;
    let rows: Vec<LeadRow> = tx
        .sql(
            "SELECT DISTINCT t.name, e.title, e.starts_at, e.ends_at, e.occurrence_id
             FROM shift s
             JOIN assignment a ON a.shift_id = s.id AND a.state = 'confirmed'
             JOIN staff t ON t.id = a.staff_id
             JOIN assignment b ON b.staff_id = a.staff_id AND b.shift_id <> s.id
                 AND b.state = 'confirmed'
             JOIN shift e ON e.id = b.shift_id AND e.status <> 'cancelled'
                 AND e.starts_at < s.ends_at + $2 AND e.ends_at > s.starts_at + $2
             WHERE s.occurrence_id = $1 AND s.status <> 'cancelled'
             ORDER BY e.starts_at, t.name, e.title",
        )
        .bind(&date.id)
        .bind(by)
        .all()
        .await?;
    let others = rows.into_iter().filter(|row| {
        row.occurrence_id
            .as_ref()
            .is_none_or(|id| !own.contains(id))
    });
    Ok(others
        .map(|row| {
            let span = Span::kept(row.starts_at, row.ends_at);
            (row.name, row.title, span)
        })
        .collect())
}
