//! The counts on a shift's row, compared with its assignments.

use crate::{Act, Change, Db, Locks, Op, Result, Tx, assignments};
use domain::id::ShiftId;

/// Most shifts that one look tells of.
const MOST: i64 = 1000;

/// A shift that does not say what its rows say. The line is counted too.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WrongShift {
    /// Which.
    pub id: ShiftId,
    /// Leads who hold a place, as its row says.
    pub leads: i64,
    /// And as they are.
    pub led: i64,
    /// Volunteers who hold a place, as its row says.
    pub volunteers: i64,
    /// And as they are.
    pub held: i64,
    /// Places that are kept for friends, as its row says.
    pub kept: i64,
    /// And as they are.
    pub invited: i64,
    /// How many wait, as its row says.
    pub waiting: i64,
    /// And as they are.
    pub in_line: i64,
    /// Leads who are there, as its row says.
    pub leads_in: i64,
    /// And as they are.
    pub leads_there: i64,
    /// Volunteers who are there, as its row says.
    pub volunteers_in: i64,
    /// And as they are.
    pub volunteers_there: i64,
}

/// One statement, so that all is seen as it is at one moment, while the server runs.
const WRONG: &str = "SELECT k.* FROM (
        SELECT s.id, s.leads, COALESCE(c.led, 0) AS led, s.volunteers, COALESCE(c.held, 0) AS held,
            s.kept, (SELECT COUNT(*) FROM invitation i WHERE i.shift_id = s.id AND i.ended IS NULL)
            AS invited, s.waiting, COALESCE(c.in_line, 0) AS in_line, s.leads_in,
            COALESCE(c.leads_there, 0) AS leads_there, s.volunteers_in,
            COALESCE(c.volunteers_there, 0) AS volunteers_there
        FROM shift s LEFT JOIN (SELECT shift_id,
            COUNT(*) FILTER (WHERE role = 'lead'
                AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')) AS led,
            COUNT(*) FILTER (WHERE role = 'volunteer'
                AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')) AS held,
            COUNT(*) FILTER (WHERE state = 'waitlisted') AS in_line,
            COUNT(*) FILTER (WHERE role = 'lead' AND state = 'checked_in') AS leads_there,
            COUNT(*) FILTER (WHERE role = 'volunteer' AND state = 'checked_in') AS volunteers_there
            FROM assignment GROUP BY shift_id) c ON c.shift_id = s.id
    ) k
    WHERE k.leads <> k.led OR k.volunteers <> k.held OR k.kept <> k.invited
        OR k.waiting <> k.in_line
        OR k.leads_in <> k.leads_there OR k.volunteers_in <> k.volunteers_there
    ORDER BY k.id LIMIT $1";

/// The shifts whose counts differ from their rows, at most a thousand of them. There are none unless
/// somebody has changed the database by another program.
///
/// # Errors
/// Database errors.
pub async fn shifts(db: &Db) -> Result<Vec<WrongShift>> {
    let mut tx = db.read().await?;
    tx.sql(WRONG).bind(MOST).all().await
}

/// Counts these shifts anew.
///
/// # Errors
/// Database errors.
pub async fn count_shifts_anew(db: &Db, act: &Act, shifts: Vec<ShiftId>) -> Result<()> {
    let locks = Locks::of(shifts.iter());
    db.write(act, locks, CountAnew { shifts }).await
}

struct CountAnew {
    shifts: Vec<ShiftId>,
}

#[async_trait::async_trait]
impl Op for CountAnew {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.need(&self.shifts)?;
        for shift in &self.shifts {
            assignments::recount(tx, act, shift).await?;
            tx.changed(Change::Shift(shift.clone()));
        }
        Ok(())
    }
}
