//! Who can step up where the lead of a shift is not here.

use crate::{Db, Result, Tx, assignments::Candidate, staff::times_of};
use domain::{
    availability::Availability,
    id::{CenterId, StaffId},
    shift::at_work,
    time::{DAY, Span, Timestamp},
};
use std::collections::{HashMap, HashSet};

/// Who has led at the center within so long comes first: they know the house.
const RETURNS: i64 = 90 * DAY;

/// The members of staff who can lead at a center, with what they lead elsewhere around now.
pub(super) struct StepUp {
    /// Who has led here comes first, then by name.
    candidates: Vec<Candidate>,
    busy: HashMap<StaffId, Vec<Span>>,
    /// When they are at work, as far as they have said.
    said: HashMap<StaffId, Availability>,
}

#[derive(sqlx::FromRow)]
struct Busy {
    staff_id: StaffId,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl StepUp {
    /// Those of these candidates, for shifts within that stretch of time.
    pub(super) async fn load(
        db: &Db,
        center: &CenterId,
        mut candidates: Vec<Candidate>,
        within: Span,
        now: Timestamp,
    ) -> Result<Self> {
        let mut tx = db.read().await?;
        let busy = leading(&mut tx, &candidates, within).await?;
        let returning = returning(&mut tx, &candidates, center, now).await?;
        let said = times_of(&mut tx, candidates.iter().map(|of| of.id.as_str())).await?;
        candidates.sort_by_key(|of| !returning.contains(&of.id));
        Ok(Self {
            candidates,
            busy,
            said,
        })
    }

    /// Who is at work and free to lead a shift then, besides those who are in it. Whoever is not at work can
    /// be asked all the same, on the shift's own page and with a reason.
    pub(super) fn for_shift(&self, span: Span, in_it: &[&StaffId]) -> Vec<Candidate> {
        let is_free = |of: &Candidate| {
            let mut others = self.busy.get(&of.id).into_iter().flatten();
            !others.any(|other| other.overlaps(span)) && at_work(self.said.get(&of.id), span)
        };
        let free = self.candidates.iter().filter(|of| !in_it.contains(&&of.id));
        free.filter(|of| is_free(of)).cloned().collect()
    }
}

/// What each of them leads at that time, anywhere (rule 2).
async fn leading(
    tx: &mut Tx,
    candidates: &[Candidate],
    within: Span,
) -> Result<HashMap<StaffId, Vec<Span>>> {
    let text = format!(
        "SELECT a.staff_id, s.starts_at, s.ends_at FROM assignment a
         JOIN shift s ON s.id = a.shift_id
         WHERE a.staff_id {} AND a.state IN ('confirmed', 'checked_in')
         AND s.starts_at < $2 AND s.ends_at > $3",
        tx.one_of("$1")
    );
    let rows: Vec<Busy> = tx
        .sql_built(text)
        .bind_list(candidates.iter().map(|of| of.id.as_str()))
        .bind(within.end())
        .bind(within.start())
        .all()
        .await?;
    let mut busy: HashMap<StaffId, Vec<Span>> = HashMap::new();
    for row in rows {
        let span = Span::kept(row.starts_at, row.ends_at);
        busy.entry(row.staff_id).or_default().push(span);
    }
    Ok(busy)
}

/// Who of them has been there as a lead at the center lately.
async fn returning(
    tx: &mut Tx,
    candidates: &[Candidate],
    center: &CenterId,
    now: Timestamp,
) -> Result<HashSet<StaffId>> {
    let text = format!(
        "SELECT DISTINCT a.staff_id FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.staff_id {} AND a.checked_in_at IS NOT NULL AND s.center_id = $2
         AND s.starts_at > $3 AND s.starts_at < $4",
        tx.one_of("$1")
    );
    let rows: Vec<(StaffId,)> = tx
        .sql_built(text)
        .bind_list(candidates.iter().map(|of| of.id.as_str()))
        .bind(center)
        .bind(now.plus(-RETURNS))
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(staff,)| staff).collect())
}
