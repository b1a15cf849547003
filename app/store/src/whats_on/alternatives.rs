//! What else there is for somebody who was refused: a few rows, each the first of its kind in an
//! index of what can still be booked, so that it costs the same in a large city.

use crate::{
    Db, Error, Result, Tx,
    centers::Directory,
    occurrences::{OccurrenceView, VIEW},
};
use domain::{
    Refusal,
    activity::Enrolment,
    id::{ActivityId, CenterId, MenuItemId, OccurrenceId},
    time::{DAY, Timestamp},
};

/// How many centers around count as near.
const NEAR: usize = 12;
/// How far ahead another center's occurrence may be.
const AHEAD: i64 = 31 * DAY;
/// How many there are of each kind at most.
const EACH: usize = 3;

/// What [`OccurrenceView::is_bookable`] asks, of the occurrence `o` at the time `$1`: the first lines
/// are those of the index, the last is what is left for people who book online.
macro_rules! open {
    () => {
        "o.has_room AND o.status = 'published' AND o.allocation = 'first_come'
            AND o.starts_at > $1 AND o.booking_opens_at <= $1 AND o.booking_closes_at > $1
            AND (o.held_until IS NULL OR o.held_until <= $1
                OR o.capacity - o.taken_online > o.held_back)
            AND EXISTS (SELECT 1 FROM activity a WHERE a.id = o.activity_id
                AND a.status = 'published')"
    };
}

#[derive(sqlx::FromRow)]
struct Of {
    activity_id: ActivityId,
    center_id: CenterId,
    field: String,
    menu_item_id: Option<MenuItemId>,
    enrolment: Enrolment,
}

/// What else there is instead of an occurrence, bookable online now: first up to three other dates of
/// its activity, then up to three at centers near, one at each: those of the same entry of the menu,
/// then others of the same field, the nearest first.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such occurrence.
pub async fn alternatives(
    db: &Db,
    centers: &Directory,
    id: &OccurrenceId,
    now: Timestamp,
) -> Result<Vec<OccurrenceView>> {
    let mut tx = db.read().await?;
    let of: Of = tx
        .sql(
            "SELECT o.activity_id, o.center_id, o.field, o.menu_item_id, a.enrolment
             FROM occurrence o JOIN activity a ON a.id = o.activity_id WHERE o.id = $1",
        )
        .bind(id)
        .optional()
        .await?
        .ok_or(Error::Refused(Refusal::NotFound))?;
    let mut chosen = Vec::new();
    // A series with one enrolment is booked as a whole: another date is the same offer.
    if of.enrolment == Enrolment::Single {
        chosen = other_dates(&mut tx, &of, id, now).await?;
    }
    let near: Vec<&CenterId> = centers
        .near(&of.center_id, NEAR)
        .map(|near| &near.center.id)
        .collect();
    chosen.extend(elsewhere(&mut tx, &of, &near, now).await?);
    views(&mut tx, &chosen, now).await
}

async fn other_dates(
    tx: &mut Tx,
    of: &Of,
    but: &OccurrenceId,
    now: Timestamp,
) -> Result<Vec<OccurrenceId>> {
    let found: Vec<(OccurrenceId,)> = tx
        .sql(concat!(
            "SELECT o.id FROM occurrence o WHERE o.activity_id = $2 AND o.id <> $3 AND ",
            open!(),
            " ORDER BY o.starts_at, o.id LIMIT $4"
        ))
        .bind(now)
        .bind(&of.activity_id)
        .bind(but)
        .bind(EACH as i64)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The next of the same entry of the menu at each of the centers, and the next other of the same
/// field.
async fn elsewhere(
    tx: &mut Tx,
    of: &Of,
    near: &[&CenterId],
    now: Timestamp,
) -> Result<Vec<OccurrenceId>> {
    let next = |condition: &str| {
        format!(
            concat!(
                "(SELECT o.id FROM occurrence o WHERE {} AND o.center_id = n.value
                    AND o.starts_at < $2 AND ",
                open!(),
                " ORDER BY o.starts_at, o.id LIMIT 1)"
            ),
            condition
        )
    };
    let text = format!(
        "SELECT {}, {} FROM {} ORDER BY n.place",
        next("o.menu_item_id = $3"),
        next("o.field = $4 AND ($3 IS NULL OR o.menu_item_id IS DISTINCT FROM $3)"),
        tx.numbered("$5")
    );
    let found: Vec<(Option<OccurrenceId>, Option<OccurrenceId>)> = tx
        .sql_built(text)
        .bind(now)
        .bind(now.plus(AHEAD))
        .bind(of.menu_item_id.as_ref())
        .bind(&of.field)
        .bind_list(near.iter().map(|center| center.as_str()))
        .all()
        .await?;
    let (same, others): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Ok(same
        .into_iter()
        .chain(others)
        .flatten()
        .take(EACH)
        .collect())
}

/// The occurrences in this order, as far as the rule itself finds them bookable.
async fn views(
    tx: &mut Tx,
    chosen: &[OccurrenceId],
    now: Timestamp,
) -> Result<Vec<OccurrenceView>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{VIEW} WHERE o.id {}", tx.one_of("$1"));
    let mut found: Vec<OccurrenceView> = tx
        .sql_built(text)
        .bind_list(chosen.iter().map(OccurrenceId::as_str))
        .all()
        .await?;
    found.retain(|view| view.is_bookable(now));
    found.sort_by_key(|view| chosen.iter().position(|id| *id == view.id));
    Ok(found)
}
