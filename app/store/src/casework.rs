//! Appointments of casework (个案) at a center: which are free and what became of the others. Slots and
//! counts only; whoever had one is on its roster, for those who may read that.

use crate::{Db, Error, Result, centers};
use domain::{
    access::{Action, Caller},
    activity::Status,
    id::{ActivityId, CenterId, OccurrenceId},
    report::Days,
    slots::{Fill, State},
    time::{Span, Timestamp},
};

/// An appointment that somebody can have, has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which date.
    pub id: OccurrenceId,
    /// Of which offer.
    pub activity: ActivityId,
    /// What the offer is called.
    pub title: String,
    /// When.
    pub span: Span,
    /// The room; empty for none.
    pub room: String,
    /// Whether residents see it.
    pub is_draft: bool,
    /// How many wait for it.
    pub waiting: i64,
    /// What became of it. Whether somebody came is told to those who may read who it was.
    pub state: State,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: OccurrenceId,
    activity_id: ActivityId,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    room: String,
    status: Status,
    capacity: i64,
    taken: i64,
    waiting: i64,
    came: i64,
    no_shows: i64,
}

/// The appointments of these days, in order of time.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound), [`Refusal::Forbidden`](domain::Refusal::Forbidden) for
/// whoever may not see the center's plans; database errors.
pub async fn slots(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    days: Days,
    now: Timestamp,
) -> Result<Vec<Slot>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let sees_who = caller.may(Action::ViewBookings, &place).is_ok();
    let (from, until) = days.instants();
    let rows: Vec<Row> = tx
        .sql(
            "SELECT o.id, o.activity_id, a.title, o.starts_at, o.ends_at, COALESCE(r.name, '') AS room,
                CASE WHEN 'cancelled' IN (a.status, o.status) THEN 'cancelled'
                    WHEN 'draft' IN (a.status, o.status) THEN 'draft' ELSE 'published' END AS status,
                o.capacity, o.taken_online + o.taken_assisted AS taken, o.waiting, o.came, o.no_shows
             FROM occurrence o JOIN activity a ON a.id = o.activity_id
             LEFT JOIN room r ON r.id = o.room_id
             WHERE o.center_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3
                AND o.kind = 'casework'
             ORDER BY o.starts_at, o.id",
        )
        .bind(center)
        .bind(from)
        .bind(until)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| row.read(sees_who, now))
        .collect()
}

impl Row {
    fn read(self, sees_who: bool, now: Timestamp) -> Result<Slot> {
        let count = |number: i64| u32::try_from(number).map_err(|_| Error::Corrupt("occurrence"));
        let (came, no_shows) = match sees_who {
            true => (count(self.came)?, count(self.no_shows)?),
            // Whoever had it and stayed away had it.
            false => (0, 0),
        };
        let had = self.taken + if sees_who { 0 } else { self.no_shows };
        let fill = Fill {
            capacity: count(self.capacity)?,
            taken: count(had)?,
            came,
            no_shows,
            is_called_off: self.status == Status::Cancelled,
        };
        let span = Span::kept(self.starts_at, self.ends_at);
        Ok(Slot {
            state: fill.state(span, now),
            is_draft: self.status == Status::Draft,
            id: self.id,
            activity: self.activity_id,
            title: self.title,
            span,
            room: self.room,
            waiting: self.waiting,
        })
    }
}
