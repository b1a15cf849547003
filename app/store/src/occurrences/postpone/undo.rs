//! Undoing the last postponement of a series.

use super::{Kept, Postponed, move_all, record};
use crate::{
    Act, Db, Op, Replay, Result, Tx, centers,
    occurrences::{
        load::{LoadedOccurrence, dates_of, head, locks_of, of_activity},
        steps::{Step, check_all},
    },
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    id::{ActivityId, CenterId},
    postpone::{Moved, Standing, admit_undo},
    time::Timestamp,
};

/// The last postponement of a series that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postponement {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Where the dates were, and are.
    pub moves: Vec<Moved>,
    /// Why it cannot be undone, where it cannot.
    pub refused: Option<Refusal>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    moves: String,
    made_at: Timestamp,
}

async fn newest(tx: &mut Tx, activity: &ActivityId) -> Result<Option<(Row, Vec<Kept>)>> {
    let row: Option<Row> = tx
        .sql(
            "SELECT id, moves, made_at FROM postponement
             WHERE activity_id = $1 AND undone_at IS NULL ORDER BY made_at DESC, id DESC LIMIT 1",
        )
        .bind(activity)
        .optional()
        .await?;
    row.map(|row| {
        let kept = serde_json::from_str(&row.moves)?;
        Ok((row, kept))
    })
    .transpose()
}

fn moves(kept: &[Kept]) -> Vec<Moved> {
    kept.iter().map(|of| of.moved.clone()).collect()
}

fn standing(all: &[LoadedOccurrence]) -> Vec<Standing> {
    let of = |date: &LoadedOccurrence| Standing {
        occurrence: date.id.clone(),
        span: date.span,
        revision: date.revision,
        status: date.status,
    };
    all.iter().map(of).collect()
}

/// The last postponement of an activity that was not undone, and whether it can be.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn last(
    db: &Db,
    caller: &Caller,
    activity: &ActivityId,
    now: Timestamp,
) -> Result<Option<Postponement>> {
    let mut tx = db.read().await?;
    let center: Option<(CenterId,)> = tx
        .sql("SELECT center_id FROM activity WHERE id = $1")
        .bind(activity)
        .optional()
        .await?;
    let (center,) = center.ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let Some((row, kept)) = newest(&mut tx, activity).await? else {
        return Ok(None);
    };
    let there = standing(&dates_of(&mut tx, activity).await?);
    let moves = moves(&kept);
    Ok(Some(Postponement {
        id: row.id,
        made_at: row.made_at,
        refused: admit_undo(&moves, &there, now).err(),
        moves,
    }))
}

/// Puts the dates of that postponement, the last of its series, back to where they were. Everybody
/// concerned is told once.
///
/// # Errors
/// As [`admit_undo`]; [`Refusal::Stale`] where it is not the last one any more;
/// [`Refusal::RoomTaken`] where something else has a room by now; [`Refusal::NotFound`],
/// [`Refusal::Forbidden`].
pub async fn undo(db: &Db, act: &Act, activity: &ActivityId, id: &str) -> Result<Postponed> {
    let locks = locks_of(db, activity).await?;
    let op = Undo {
        activity: activity.clone(),
        id: id.to_owned(),
    };
    db.write(act, locks, op).await
}

struct Undo {
    activity: ActivityId,
    id: String,
}

#[async_trait::async_trait]
impl Op for Undo {
    type Out = Postponed;
    fn replay() -> Replay<Postponed> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Postponed> {
        let (head, _) = head(tx, &act.caller, &self.activity).await?;
        let all = of_activity(tx, &head.id).await?;
        let newest = newest(tx, &head.id).await?;
        let (_, kept) = newest
            .filter(|(row, _)| row.id == self.id)
            .ok_or(Refusal::Stale)?;
        admit_undo(&moves(&kept), &standing(&all), act.now)?;
        let mut steps: Vec<Step> = kept
            .into_iter()
            .filter_map(|of| {
                let before = all.iter().find(|date| date.id == of.moved.occurrence)?;
                let after = LoadedOccurrence {
                    span: of.moved.from,
                    terms: of.terms,
                    ..before.clone()
                };
                Some(Step {
                    before: before.clone(),
                    after,
                })
            })
            .collect();
        check_all(&all, &steps)?;
        let about = format!("{}:undo", self.id);
        let done = move_all(tx, act, &head, &mut steps, &about).await?;
        tx.sql("UPDATE postponement SET undone_at = $1 WHERE id = $2")
            .bind(act.now)
            .bind(&self.id)
            .run()
            .await?;
        record(
            tx,
            act,
            Verb::ActivityPostponeUndo,
            &head,
            (&self.id, &done),
        )
        .await?;
        Ok(done)
    }
}
