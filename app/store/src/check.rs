//! What is kept twice, compared: the counts on an occurrence's row with its bookings, what it is about
//! with its activity, the counts on a shift's row with its assignments, and what people are found by with
//! their names and what they have.

mod people;
mod shifts;

pub use people::{Unfound, find_people_anew, people};
pub use shifts::{WrongShift, count_shifts_anew, shifts};

use crate::{Act, Change, Db, Locks, Op, Result, Tx};
use domain::id::OccurrenceId;

/// Most occurrences that one look tells of.
const MOST: i64 = 1000;

/// What an occurrence keeps of its bookings.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Places held that were booked online.
    pub taken_online: i64,
    /// Places held that were booked at kiosk, desk or by telephone.
    pub taken_assisted: i64,
    /// How many wait.
    pub waiting: i64,
    /// How many came.
    pub came: i64,
    /// How many of them have gone out.
    pub went: i64,
    /// How many did not come.
    pub no_shows: i64,
    /// How many came without a booking.
    pub walk_ins: i64,
}

/// An occurrence that does not say what its rows say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which.
    pub occurrence: OccurrenceId,
    /// What its row says.
    pub kept: Counts,
    /// What its bookings are.
    pub counted: Counts,
    /// Whether it knows what its activity is about.
    pub knows_its_activity: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: OccurrenceId,
    #[sqlx(flatten)]
    kept: Counts,
    online: i64,
    assisted: i64,
    waitlisted: i64,
    present: i64,
    gone: i64,
    missed: i64,
    walked_in: i64,
    knows_its_activity: bool,
}

/// What the bookings of each occurrence that has any are, for the one comparison and the one filling.
macro_rules! counted {
    () => {
        "SELECT occurrence_id,
            COUNT(*) FILTER (WHERE state IN ('confirmed', 'checked_in') AND channel = 'online')
                AS online,
            COUNT(*) FILTER (WHERE state IN ('confirmed', 'checked_in') AND channel <> 'online')
                AS assisted,
            COUNT(*) FILTER (WHERE state = 'waitlisted') AS waitlisted,
            COUNT(*) FILTER (WHERE state = 'checked_in') AS present,
            COUNT(*) FILTER (WHERE state = 'checked_in' AND checked_out_at IS NOT NULL) AS gone,
            COUNT(*) FILTER (WHERE state = 'no_show') AS missed,
            COUNT(*) FILTER (WHERE state = 'checked_in' AND is_walk_in) AS walked_in
        FROM booking GROUP BY occurrence_id"
    };
}

/// One statement, so that all is seen as it is at one moment, while the server runs.
const WRONG: &str = concat!(
    "SELECT k.* FROM (
        SELECT o.id, o.taken_online, o.taken_assisted, o.waiting, o.came, o.went, o.no_shows,
            o.walk_ins,
            COALESCE(c.online, 0) AS online, COALESCE(c.assisted, 0) AS assisted,
            COALESCE(c.waitlisted, 0) AS waitlisted, COALESCE(c.present, 0) AS present,
            COALESCE(c.gone, 0) AS gone, COALESCE(c.missed, 0) AS missed,
            COALESCE(c.walked_in, 0) AS walked_in,
            (o.field = a.field AND o.kind = a.kind AND o.menu_item_id IS NOT DISTINCT FROM a.menu_item_id)
                AS knows_its_activity
        FROM occurrence o
        JOIN activity a ON a.id = o.activity_id
        LEFT JOIN (",
    counted!(),
    ") c ON c.occurrence_id = o.id
    ) k
    WHERE k.taken_online <> k.online OR k.taken_assisted <> k.assisted OR k.waiting <> k.waitlisted
        OR k.came <> k.present OR k.went <> k.gone OR k.no_shows <> k.missed
        OR k.walk_ins <> k.walked_in
        OR NOT k.knows_its_activity
    ORDER BY k.id LIMIT $1"
);

/// The occurrences whose counts differ from their rows, at most a thousand of them (C-193). There are
/// none unless somebody has changed the database by another program.
///
/// # Errors
/// Database errors.
pub async fn counts(db: &Db) -> Result<Vec<Wrong>> {
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx.sql(WRONG).bind(MOST).all().await?;
    let wrong = rows.into_iter().map(|row| Wrong {
        occurrence: row.id,
        kept: row.kept,
        counted: Counts {
            taken_online: row.online,
            taken_assisted: row.assisted,
            waiting: row.waitlisted,
            came: row.present,
            went: row.gone,
            no_shows: row.missed,
            walk_ins: row.walked_in,
        },
        knows_its_activity: row.knows_its_activity,
    });
    Ok(wrong.collect())
}

/// Counts all occurrences of a database that was filled without the triggers.
pub(crate) async fn count_all_in(tx: &mut Tx) -> Result<()> {
    tx.sql(concat!(
        "UPDATE occurrence SET taken_online = c.online, taken_assisted = c.assisted,
            waiting = c.waitlisted, came = c.present, went = c.gone, no_shows = c.missed,
            walk_ins = c.walked_in, came_changes = c.present
         FROM (",
        counted!(),
        ") c WHERE c.occurrence_id = occurrence.id"
    ))
    .run()
    .await?;
    tx.sql(
        "UPDATE occurrence SET field = a.field, menu_item_id = a.menu_item_id,
            kind = a.kind
         FROM activity a WHERE a.id = occurrence.activity_id",
    )
    .run()
    .await?;
    Ok(())
}

/// Counts these occurrences anew.
///
/// # Errors
/// Database errors.
pub async fn count_anew(db: &Db, act: &Act, occurrences: Vec<OccurrenceId>) -> Result<()> {
    let locks = Locks::of(occurrences.iter());
    db.write(act, locks, CountAnew { occurrences }).await
}

struct CountAnew {
    occurrences: Vec<OccurrenceId>,
}

#[async_trait::async_trait]
impl Op for CountAnew {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.need(&self.occurrences)?;
        for occurrence in &self.occurrences {
            tx.sql(
                "UPDATE occurrence SET
                    taken_online = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state IN ('confirmed', 'checked_in') AND b.channel = 'online'),
                    taken_assisted = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state IN ('confirmed', 'checked_in') AND b.channel <> 'online'),
                    waiting = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state = 'waitlisted'),
                    came = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state = 'checked_in'),
                    went = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state = 'checked_in' AND b.checked_out_at IS NOT NULL),
                    no_shows = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state = 'no_show'),
                    walk_ins = (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = $1
                        AND b.state = 'checked_in' AND b.is_walk_in),
                    came_changes = came_changes + 1,
                    kind = (SELECT kind FROM activity WHERE id = activity_id),
                    field = (SELECT field FROM activity WHERE id = activity_id),
                    menu_item_id = (SELECT menu_item_id FROM activity WHERE id = activity_id)
                 WHERE id = $1",
            )
            .bind(occurrence)
            .run()
            .await?;
            tx.changed(Change::Occurrence(occurrence.clone()));
        }
        Ok(())
    }
}
