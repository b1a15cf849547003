//! Editing, publishing, calling off and removing an activity.

use super::{columns, create::check_subject};
use crate::{
    Act, Change, Db, Op, Replay, Result, Tx,
    aftermath::Aftermath,
    audit::{self, Entry},
    columns::{assignments, bind},
    occurrences::{
        ActivityHead, CalledOff, LoadedOccurrence, call_off, check_reason, head, live_counts,
        locks_of, of_activity, remove_rows,
    },
    rooms::{self, Wish},
};
use domain::{
    Refusal,
    activity::Status,
    audit::Verb,
    id::{ActivityId, OccurrenceId},
    texts::TextsEdit,
};
use gazetteer::title_keys;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// An activity's state after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Where it stands.
    pub status: Status,
    /// Its revision now.
    pub revision: i64,
}

/// Changes texts. Bookings, tickets and dates stay (C-58) and nobody is told (C-65).
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::Stale`] where `revision` is not the activity's any more
/// (C-69), [`Refusal::Forbidden`].
pub async fn edit(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    edit: TextsEdit,
    revision: Option<i64>,
) -> Result<Published> {
    match write(db, act, activity, What::Edit(edit), revision).await? {
        Done::Stands(now) => Ok(now),
        Done::CalledOff(_) => Err(Refusal::NotFound.into()),
    }
}

/// Opens an activity and its drafts to residents. What is open already stays so.
///
/// # Errors
/// [`Refusal::OccurrenceCancelled`] for one that was called off, [`Refusal::RoomTaken`] where
/// something else has a room that it needs, [`Refusal::Stale`], [`Refusal::Forbidden`].
pub async fn publish(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    revision: Option<i64>,
) -> Result<Published> {
    match write(db, act, activity, What::Publish, revision).await? {
        Done::Stands(now) => Ok(now),
        Done::CalledOff(_) => Err(Refusal::NotFound.into()),
    }
}

/// Takes an activity back into the drawer.
///
/// # Errors
/// [`Refusal::HasBookings`] while there are live bookings (C-66): call it off instead.
/// [`Refusal::OccurrenceCancelled`], [`Refusal::Stale`], [`Refusal::Forbidden`].
pub async fn unpublish(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    revision: Option<i64>,
) -> Result<Published> {
    match write(db, act, activity, What::Unpublish, revision).await? {
        Done::Stands(now) => Ok(now),
        Done::CalledOff(_) => Err(Refusal::NotFound.into()),
    }
}

/// Calls an activity off: every occurrence that is not over, as [`crate::occurrences::cancel`]
/// does; an enrolment in a series is told once. Occurrences that took place stay as they were,
/// and where there are some the activity itself does too.
///
/// # Errors
/// [`Refusal::Stale`], [`Refusal::Forbidden`], [`Refusal::Invalid`] for a reason over 200
/// characters.
pub async fn cancel(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    reason: &str,
    revision: Option<i64>,
) -> Result<CalledOff> {
    let what = What::Cancel(check_reason(reason)?);
    match write(db, act, activity, what, revision).await? {
        Done::CalledOff(done) => Ok(done),
        Done::Stands(_) => Ok(CalledOff::default()),
    }
}

/// Removes an activity that nobody ever booked, with its occurrences.
///
/// # Errors
/// [`Refusal::HasBookings`] where somebody has booked, also where all was cancelled;
/// [`Refusal::Stale`], [`Refusal::Forbidden`].
pub async fn delete(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    revision: Option<i64>,
) -> Result<()> {
    write(db, act, activity, What::Delete, revision)
        .await
        .map(drop)
}

enum What {
    Edit(TextsEdit),
    Publish,
    Unpublish,
    Cancel(String),
    Delete,
}

#[derive(Serialize, Deserialize)]
enum Done {
    Stands(Published),
    CalledOff(CalledOff),
}

struct Write {
    activity: ActivityId,
    what: What,
    revision: Option<i64>,
}

async fn write(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    what: What,
    revision: Option<i64>,
) -> Result<Done> {
    let locks = locks_of(db, activity).await?;
    let op = Write {
        activity: activity.clone(),
        what,
        revision,
    };
    db.write(act, locks, op).await
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = Done;
    fn replay() -> Replay<Done> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Done> {
        let (head, _) = head(tx, &act.caller, &self.activity).await?;
        if self.revision.is_some_and(|r| r != head.revision) {
            return Err(Refusal::Stale.into());
        }
        let all = of_activity(tx, &head.id).await?;
        let done = match &self.what {
            What::Edit(edit) => self.texts(tx, act, &head, edit).await?,
            What::Publish => self.open(tx, act, &head, &all).await?,
            What::Unpublish => self.close(tx, act, &head).await?,
            What::Cancel(reason) => self.call_off(tx, act, &head, &all, reason).await?,
            What::Delete => {
                remove_rows(tx, act, &all).await?;
                tx.sql("DELETE FROM postponement WHERE activity_id = $1")
                    .bind(&head.id)
                    .run()
                    .await?;
                tx.sql("DELETE FROM activity WHERE id = $1")
                    .bind(&head.id)
                    .run()
                    .await?;
                self.record(
                    tx,
                    act,
                    &head,
                    Verb::ActivityDelete,
                    json!({ "title": head.texts.title }),
                )
                .await?;
                Done::CalledOff(CalledOff::default())
            }
        };
        for occurrence in &all {
            tx.changed(Change::Occurrence(occurrence.id.clone()));
        }
        tx.changed(Change::Center(head.center_id.clone()));
        Ok(done)
    }
}

impl Write {
    async fn record(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        action: Verb,
        detail: serde_json::Value,
    ) -> Result<()> {
        let entry = Entry {
            action,
            subject: ("activity", head.id.as_str()),
            center: Some(&head.center_id),
            detail,
        };
        audit::record(tx, act, entry).await
    }

    async fn texts(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        edit: &TextsEdit,
    ) -> Result<Done> {
        let texts = edit.apply(&head.texts).checked()?;
        check_subject(tx, &head.center_id, &texts).await?;
        let update = tx
            .sql_built(format!(
                "UPDATE activity SET revision = revision + 1, search = $2, {} WHERE id = $1",
                assignments(columns::NAMES, 3)
            ))
            .bind(&head.id)
            .bind(title_keys(&texts.title));
        bind(update, &columns::cells(&texts)).run().await?;
        let detail = json!({ "before": head.texts, "after": texts });
        self.record(tx, act, head, Verb::ActivityEdit, detail)
            .await?;
        Ok(Done::Stands(Published {
            status: head.status,
            revision: head.revision + 1,
        }))
    }

    /// Sets the status of the activity and of those of its occurrences that have the other one.
    async fn turn(
        &self,
        tx: &mut Tx,
        head: &ActivityHead,
        from: Status,
        to: Status,
    ) -> Result<Done> {
        tx.sql(
            "UPDATE occurrence SET status = $1, revision = revision + 1
             WHERE activity_id = $2 AND status = $3",
        )
        .bind(to)
        .bind(&head.id)
        .bind(from)
        .run()
        .await?;
        tx.sql("UPDATE activity SET status = $1, revision = revision + 1 WHERE id = $2")
            .bind(to)
            .bind(&head.id)
            .run()
            .await?;
        Ok(Done::Stands(Published {
            status: to,
            revision: head.revision + 1,
        }))
    }

    async fn open(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        all: &[LoadedOccurrence],
    ) -> Result<Done> {
        if head.status == Status::Cancelled {
            return Err(Refusal::OccurrenceCancelled.into());
        }
        let coming = || {
            let now = act.now;
            all.iter()
                .filter(move |o| o.status == Status::Draft && o.span.end() > now)
        };
        let wishes: Vec<Wish<'_>> = coming()
            .map(|o| Wish {
                room: &o.room,
                span: o.span,
            })
            .collect();
        let but: Vec<&OccurrenceId> = coming().map(|o| &o.id).collect();
        rooms::take(tx, act, &head.center_id, &wishes, &but).await?;
        self.record(tx, act, head, Verb::ActivityPublish, json!({}))
            .await?;
        self.turn(tx, head, Status::Draft, Status::Published).await
    }

    async fn close(&self, tx: &mut Tx, act: &Act, head: &ActivityHead) -> Result<Done> {
        if head.status == Status::Cancelled {
            return Err(Refusal::OccurrenceCancelled.into());
        }
        let live: u32 = live_counts(tx, &head.id)
            .await?
            .values()
            .map(|(_, live)| live)
            .sum();
        if live > 0 {
            return Err(Refusal::HasBookings { live }.into());
        }
        self.record(tx, act, head, Verb::ActivityUnpublish, json!({}))
            .await?;
        self.turn(tx, head, Status::Published, Status::Draft).await
    }

    async fn call_off(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        all: &[LoadedOccurrence],
        reason: &str,
    ) -> Result<Done> {
        let (coming, over): (Vec<_>, Vec<_>) = all
            .iter()
            .filter(|o| o.status != Status::Cancelled)
            .cloned()
            .partition(|o| o.span.end() > act.now);
        let done = call_off(tx, act, head, &coming, reason, &mut Aftermath::AtOnce).await?;
        if over.is_empty() && head.status != Status::Cancelled {
            tx.sql(
                "UPDATE activity SET status = 'cancelled', revision = revision + 1 WHERE id = $1",
            )
            .bind(&head.id)
            .run()
            .await?;
        }
        let detail = json!({
            "occurrences": done.occurrences,
            "bookings": done.bookings,
            "told": done.told,
        });
        self.record(tx, act, head, Verb::ActivityCancel, detail)
            .await?;
        Ok(Done::CalledOff(done))
    }
}
