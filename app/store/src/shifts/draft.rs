//! Drafts: opened to volunteers, or thrown away before anybody knew of them.

use super::{ShiftView, view_in};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    aftermath::Aftermath,
    assignments,
    audit::{self, Entry},
    bookings::small,
    centers, outcome,
};
use domain::{
    Refusal,
    access::Action,
    activity::Status,
    audit::Verb,
    id::ShiftId,
    shift::{admit_discard, admit_publish},
};
use serde_json::json;

/// Opens a draft to volunteers. Opening what is open changes nothing.
///
/// # Errors
/// As [`admit_publish`]; [`Refusal::Stale`], [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn publish(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    revision: Option<i64>,
) -> Result<ShiftView> {
    turn(db, act, shift, What::Publish, revision).await?;
    let view = view_in(&mut db.read().await?, shift).await?;
    Ok(view.ok_or(Refusal::NotFound)?)
}

/// Throws a draft away, with its leads' places. Nobody is told: only the staff knew of it.
///
/// # Errors
/// As [`admit_discard`]; [`Refusal::Stale`], [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn discard(db: &Db, act: &Act, shift: &ShiftId, revision: Option<i64>) -> Result<()> {
    turn(db, act, shift, What::Discard, revision).await
}

async fn turn(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    what: What,
    revision: Option<i64>,
) -> Result<()> {
    let op = Turn {
        shift: shift.clone(),
        what,
        revision,
    };
    Ok(db.write(act, Locks::of([shift]), op).await??)
}

#[derive(Clone, Copy)]
enum What {
    Publish,
    Discard,
}

struct Turn {
    shift: ShiftId,
    what: What,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Turn {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.turn_in(tx, act).await)
    }
}

impl Turn {
    async fn turn_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.need([&self.shift])?;
        let view = view_in(tx, &self.shift).await?.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &view.center_id).await?;
        act.caller.may(Action::ManageActivities, &place)?;
        if matches!(self.what, What::Publish) && view.status == Status::Published {
            return Ok(());
        }
        if self.revision.is_some_and(|seen| seen != view.revision) {
            return Err(Refusal::Stale.into());
        }
        match self.what {
            What::Publish => {
                admit_publish(&view.facts(), act.now)?;
                open(tx, &view).await?;
                record(tx, act, &view, Verb::ShiftPublish).await
            }
            What::Discard => discard_in(tx, act, &view).await,
        }
    }
}

async fn record(tx: &mut Tx, act: &Act, view: &ShiftView, action: Verb) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("shift", view.id.as_str()),
        center: Some(&view.center_id),
        detail: json!({ "title": view.title, "starts_at": view.span.start() }),
    };
    audit::record(tx, act, entry).await?;
    tx.changed(Change::Shift(view.id.clone()));
    tx.changed(Change::Center(view.center_id.clone()));
    Ok(())
}

/// Throws a draft away, under its lock.
///
/// # Errors
/// As [`admit_discard`].
pub(super) async fn discard_in(tx: &mut Tx, act: &Act, view: &ShiftView) -> Result<()> {
    let others = others(tx, view).await?;
    admit_discard(&view.facts(), others)?;
    remove(tx, view).await?;
    record(tx, act, view, Verb::ShiftDelete).await
}

/// Ends a draft whose occurrence is called off, or its whole day: it is thrown away. Scans are kept for
/// good, so one where a lead was scanned stays the draft that it is, of nothing and without its leads.
pub(super) async fn let_go(
    tx: &mut Tx,
    act: &Act,
    view: &ShiftView,
    after: &mut Aftermath,
) -> Result<()> {
    if others(tx, view).await? == 0 {
        return discard_in(tx, act, view).await;
    }
    assignments::end_all(tx, act, view, "", after).await?;
    tx.sql("UPDATE shift SET occurrence_id = NULL, revision = revision + 1 WHERE id = $1")
        .bind(&view.id)
        .run()
        .await?;
    record(tx, act, view, Verb::ShiftCancel).await
}

async fn open(tx: &mut Tx, view: &ShiftView) -> Result<()> {
    tx.sql("UPDATE shift SET status = 'published', revision = revision + 1 WHERE id = $1")
        .bind(&view.id)
        .run()
        .await
        .map(drop)
}

/// How many have been in it for whom it cannot vanish: volunteers, and whoever was scanned.
async fn others(tx: &mut Tx, view: &ShiftView) -> Result<u32> {
    let (assigned, scanned): (i64, i64) = tx
        .sql(
            "SELECT
             (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
                 AND NOT (role = 'lead' AND state IN ('confirmed', 'withdrawn', 'declined'))),
             (SELECT COUNT(*) FROM check_in WHERE shift_id = $1)",
        )
        .bind(&view.id)
        .one()
        .await?;
    small(assigned + scanned)
}

async fn remove(tx: &mut Tx, view: &ShiftView) -> Result<()> {
    for text in [
        "DELETE FROM assignment WHERE shift_id = $1",
        "DELETE FROM shift_alert WHERE shift_id = $1",
        "DELETE FROM shift WHERE id = $1",
    ] {
        tx.sql(text).bind(&view.id).run().await?;
    }
    Ok(())
}
