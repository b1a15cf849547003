//! Days on which a center is not open as on others of their weekday.

use super::{place, settings::raise};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    day_off::{self, Item},
    outcome,
};
use chrono::NaiveDate;
use domain::{
    access::{Action, Caller},
    audit::Verb,
    id::CenterId,
    opening::{self, Change, Exception, Times},
    place::CenterStatus,
    time::{DAY, Span, Timestamp},
};
use serde_json::json;

/// How many are read of a center: more than can lie ahead, so that all of those are among them.
const MOST: i64 = 500;

#[derive(sqlx::FromRow)]
struct Stored {
    on_day: String,
    hours: String,
    reason: String,
}

/// The newest exceptions of a center, by day; all that lie ahead are among them.
pub(crate) async fn read(tx: &mut Tx, center: &CenterId) -> Result<Vec<Exception>> {
    let rows: Vec<Stored> = tx
        .sql(
            "SELECT on_day, hours, reason FROM center_exception WHERE center_id = $1
             ORDER BY on_day DESC LIMIT $2",
        )
        .bind(center)
        .bind(MOST)
        .all()
        .await?;
    let parse = |row: Stored| {
        Ok(Exception {
            on: row.on_day.parse().map_err(|_| Error::Corrupt("a day"))?,
            openings: opening::parse_openings(&row.hours)
                .map_err(|_| Error::Corrupt("opening hours"))?,
            reason: row.reason,
        })
    };
    rows.into_iter().rev().map(parse).collect()
}

/// The exceptions of a center, for a page of it that needs nothing else.
///
/// # Errors
/// Database errors.
pub async fn exceptions(db: &Db, center: &CenterId) -> Result<Vec<Exception>> {
    read(&mut db.read().await?, center).await
}

/// What is planned at a center and would be outside its hours with this change: dates of activities
/// and shifts, in order of time. Nothing of it is touched by the change.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`].
pub async fn hit_by(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    days: &[Exception],
    now: Timestamp,
) -> Result<Vec<Item>> {
    let mut tx = db.read().await?;
    let at = place(&mut tx, center).await?;
    caller.may(Action::ManageActivities, &at)?;
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Ok(Vec::new());
    };
    // What began the day before may go on.
    let from = Timestamp::start_of(first.on).plus(-DAY);
    let days_of = Span::kept(from, Timestamp::start_of(last.on).plus(DAY));
    let mut items = day_off::standing(&mut tx, center, days_of, now).await?;
    let times = Times::new(CenterStatus::Open, None, days.iter().cloned());
    items.retain(|item| times.against(item.span).is_some());
    Ok(items)
}

/// Makes these days otherwise, all or nothing. What is planned on them stays as it is.
///
/// # Errors
/// [`domain::Refusal::DayTaken`]; [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`].
pub async fn add_exceptions(db: &Db, act: &Act, center: &CenterId, change: Change) -> Result<()> {
    let op = Add {
        center: center.clone(),
        change,
    };
    Ok(db.write(act, Locks::of([center]), op).await??)
}

struct Add {
    center: CenterId,
    change: Change,
}

#[async_trait::async_trait]
impl Op for Add {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.add_in(tx, act).await)
    }
}

impl Add {
    async fn add_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::ManageActivities, &at)?;
        let there = read(tx, &self.center).await?;
        let new = opening::add(&there, &self.change)?;
        let Some(first) = new.first() else {
            return Ok(());
        };
        let hours = opening::written(&first.openings);
        let days: Vec<String> = new.iter().map(|of| of.on.to_string()).collect();
        let numbered = tx.numbered("$6");
        tx.sql_built(format!(
            "INSERT INTO center_exception (center_id, on_day, hours, reason, said_by, at)
             SELECT $1, n.value, $2, $3, $4, $5 FROM {numbered}"
        ))
        .bind(&self.center)
        .bind(&hours)
        .bind(&first.reason)
        .bind(act.caller.key())
        .bind(act.now)
        .bind_list(days.iter().map(String::as_str))
        .run()
        .await?;
        raise(tx, &self.center).await?;
        let (from, to) = self.change.days();
        let detail = json!({ "from": from, "to": to, "hours": hours });
        record(tx, act, &self.center, Verb::CenterException, detail).await
    }
}

/// Takes back what was said of these days, both included, from today on: what is over stays on
/// record. How many days are as ever again.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`].
pub async fn remove_exceptions(
    db: &Db,
    act: &Act,
    center: &CenterId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<u64> {
    let op = Remove {
        center: center.clone(),
        from: from.max(act.now.day()),
        to,
    };
    db.write(act, Locks::of([center]), op).await
}

struct Remove {
    center: CenterId,
    from: NaiveDate,
    to: NaiveDate,
}

#[async_trait::async_trait]
impl Op for Remove {
    type Out = u64;
    fn replay() -> Replay<u64> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u64> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::ManageActivities, &at)?;
        let days = tx
            .sql(
                "DELETE FROM center_exception
                 WHERE center_id = $1 AND on_day >= $2 AND on_day <= $3",
            )
            .bind(&self.center)
            .bind(self.from.to_string())
            .bind(self.to.to_string())
            .run()
            .await?;
        if days > 0 {
            raise(tx, &self.center).await?;
            let detail = json!({ "from": self.from, "to": self.to, "days": days });
            record(tx, act, &self.center, Verb::CenterExceptionEnd, detail).await?;
        }
        Ok(days)
    }
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("center", center.as_str()),
        center: Some(center),
        detail,
    };
    audit::record(tx, act, entry).await
}
