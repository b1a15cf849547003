//! Telling again of halves that still do not stand: a day and two hours before a shift begins; and for
//! the first time of those that never stood (C-82).

use super::view_in;
use crate::{Act, Change, Db, Error, Locks, Op, Result, Tx, assignments};
use domain::{
    activity::Status,
    id::ShiftId,
    shift::{Half, Halves, Loss, Lost, Raised, Reminder, Telling, telling},
    time::Timestamp,
};
use std::collections::HashMap;

/// Most shifts that one run takes.
const AT_ONCE: i64 = 2000;

/// Tells whoever can act, on the staff's pages, which halves of the coming shifts are missing still. Each
/// reminder is told once, however many servers run this; how many were.
///
/// # Errors
/// Database errors; shifts are seen to one by one.
pub async fn remind(db: &Db, act: &Act) -> Result<u32> {
    let mut told = 0;
    for shift in due(db, act.now).await? {
        let locks = Locks::of([&shift]);
        told += db.write(act, locks, RemindOne { shift }).await?;
    }
    Ok(told)
}

/// Which halves of a shift do not stand and are to be told of now.
fn missing(
    halves: &Halves,
    starts_at: Timestamp,
    alerts: &HashMap<Half, Raised>,
    now: Timestamp,
) -> Vec<(Half, Telling)> {
    let missing = halves.missing().into_iter();
    let told = missing.filter_map(|half| Some((half, telling(alerts.get(&half), starts_at, now)?)));
    told.collect()
}

/// The shifts of which something is to be told.
async fn due(db: &Db, now: Timestamp) -> Result<Vec<ShiftId>> {
    let mut tx = db.read().await?;
    let until = now.plus(Reminder::DayBefore.before());
    let rows: Vec<(ShiftId, Timestamp, bool, bool)> = tx
        .sql(
            "SELECT id, starts_at, leads < leads_min, volunteers < volunteers_min FROM shift
             WHERE starts_at > $1 AND starts_at <= $2 AND status = 'published'
             AND (leads < leads_min OR volunteers < volunteers_min)
             ORDER BY starts_at, id LIMIT $3",
        )
        .bind(now)
        .bind(until)
        .bind(AT_ONCE)
        .all()
        .await?;
    let mut open = open(&mut tx, rows.iter().map(|(id, ..)| id)).await?;
    let due = rows
        .into_iter()
        .filter_map(|(id, starts_at, lead, volunteers)| {
            let alerts = open.remove(&id).unwrap_or_default();
            let halves = Halves {
                leads: 0,
                leads_min: u32::from(lead),
                volunteers: 0,
                volunteers_min: u32::from(volunteers),
                leads_in: 0,
                volunteers_in: 0,
            };
            (!missing(&halves, starts_at, &alerts, now).is_empty()).then_some(id)
        });
    Ok(due.collect())
}

type AlertRow = (
    ShiftId,
    Half,
    Timestamp,
    Option<Timestamp>,
    Option<Timestamp>,
);

/// The open alerts of planned losses of these shifts.
async fn open<'a>(
    tx: &mut Tx,
    shifts: impl IntoIterator<Item = &'a ShiftId>,
) -> Result<HashMap<ShiftId, HashMap<Half, Raised>>> {
    let text = format!(
        "SELECT shift_id, half, raised_at, day_before_at, hours_before_at FROM shift_alert
         WHERE shift_id {} AND loss = $2 AND cleared_at IS NULL",
        tx.one_of("$1")
    );
    let rows: Vec<AlertRow> = tx
        .sql_built(text)
        .bind_list(shifts.into_iter().map(ShiftId::as_str))
        .bind(Loss::Planned)
        .all()
        .await?;
    let mut found: HashMap<ShiftId, HashMap<Half, Raised>> = HashMap::new();
    for (shift, half, raised_at, day_before_at, hours_before_at) in rows {
        let raised = Raised {
            raised_at,
            day_before_at,
            hours_before_at,
        };
        found.entry(shift).or_default().insert(half, raised);
    }
    Ok(found)
}

struct RemindOne {
    shift: ShiftId,
}

#[async_trait::async_trait]
impl Op for RemindOne {
    type Out = u32;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u32> {
        let view = view_in(tx, &self.shift).await?;
        let view = view.ok_or(Error::Corrupt("shift"))?;
        if view.status != Status::Published {
            return Ok(0);
        }
        let alerts = open(tx, [&self.shift]).await?.remove(&self.shift);
        let alerts = alerts.unwrap_or_default();
        let told = missing(&view.halves, view.span.start(), &alerts, act.now);
        for (half, telling) in &told {
            let lost = Lost {
                half: *half,
                loss: Loss::Planned,
            };
            let (Telling::Raise(reminder) | Telling::Again(reminder)) = *telling;
            if matches!(telling, Telling::Raise(_)) {
                assignments::raise(tx, act, &self.shift, &view.center_id, lost).await?;
            }
            mark(tx, act, &self.shift, lost, reminder).await?;
        }
        if !told.is_empty() {
            tx.changed(Change::Shift(self.shift.clone()));
            tx.changed(Change::Center(view.center_id.clone()));
        }
        Ok(u32::try_from(told.len()).unwrap_or(u32::MAX))
    }
}

async fn mark(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    lost: Lost,
    reminder: Reminder,
) -> Result<()> {
    let text = match reminder {
        Reminder::DayBefore => {
            "UPDATE shift_alert SET day_before_at = $1 WHERE shift_id = $2 AND half = $3
             AND loss = $4 AND cleared_at IS NULL AND day_before_at IS NULL"
        }
        Reminder::HoursBefore => {
            "UPDATE shift_alert SET hours_before_at = $1 WHERE shift_id = $2 AND half = $3
             AND loss = $4 AND cleared_at IS NULL AND hours_before_at IS NULL"
        }
    };
    tx.sql(text)
        .bind(act.now)
        .bind(shift)
        .bind(lost.half)
        .bind(lost.loss)
        .run()
        .await
        .map(drop)
}
