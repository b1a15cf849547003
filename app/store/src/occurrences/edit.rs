//! Changing time, room and terms of occurrences that are still to come.

use super::{
    load::{
        ActivityHead, LoadedOccurrence, activity_of, head, live_counts, locks_around, of_activity,
    },
    steps::{Step, carry_out, check_all},
};
use crate::{
    Act, Change, Db, Op, Replay, Result, Tx,
    audit::{self, Entry},
    moved::Telling,
    rooms,
};
use domain::{
    Reason, Refusal,
    activity::{Allocation, Status, admit_capacity, check_horizon, check_times},
    audit::Verb,
    id::{ActivityId, OccurrenceId},
    terms::TermsEdit,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How far an edit reaches. What has begun never changes (C-59).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditScope {
    /// This occurrence.
    #[default]
    This,
    /// This one and those of its activity that start later.
    ThisAndFollowing,
    /// All of its activity that are still to come.
    AllFuture,
}

/// What changes. Absent is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OccurrenceEdit {
    /// The new start of the occurrence that is edited; the others move by as much.
    pub starts_at: Option<Timestamp>,
    /// The new end; without it the length stays. The others become as long.
    pub ends_at: Option<Timestamp>,
    /// The room.
    pub room: Option<String>,
    /// The terms. Instants that are not stated move with the start (C-64).
    pub terms: TermsEdit,
}

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// The occurrences that changed, in order of time.
    pub occurrences: Vec<OccurrenceId>,
    /// How many of them have another time or room now.
    pub moved: u32,
    /// How many people were told of that.
    pub told: u32,
    /// How many of those who hold a place have something else confirmed at the new time. That is
    /// allowed, and for the staff to talk about with them.
    pub overlapping: u32,
}

/// Changes occurrences, all or none. A higher capacity goes to who waits, in the same
/// transaction.
///
/// # Errors
/// [`Refusal::BelowConfirmed`] where a capacity would fall below who is confirmed (C-10),
/// [`Refusal::HasBookings`] for another unit or for drop-in while there are live bookings,
/// [`Refusal::AlreadyStarted`] or [`Refusal::OccurrenceCancelled`] for the edited occurrence
/// itself, [`Refusal::Invalid`] for terms that do not fit or dates that overlap (C-61),
/// [`Refusal::RoomTaken`] where something else has the room by then (C-73),
/// [`Refusal::Stale`] where `revision` is not the occurrence's any more (C-69).
pub async fn edit(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    scope: EditScope,
    change: OccurrenceEdit,
    revision: Option<i64>,
) -> Result<Edited> {
    let locks = locks_around(db, occurrence).await?;
    let op = Edit {
        occurrence: occurrence.clone(),
        scope,
        change,
        revision,
    };
    db.write(act, locks, op).await
}

struct Edit {
    occurrence: OccurrenceId,
    scope: EditScope,
    change: OccurrenceEdit,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Edit {
    type Out = Edited;
    fn replay() -> Replay<Edited> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Edited> {
        let activity = activity_of(tx, &self.occurrence).await?;
        let (head, _) = head(tx, &act.caller, &activity).await?;
        let all = of_activity(tx, &head.id).await?;
        let mut steps = self.plan(act, &all)?;
        self.admit(tx, &head.id, &all, &steps).await?;
        let done = carry_out(tx, act, &head, &mut steps, &mut Telling::AtOnce).await?;
        let edited = Edited {
            occurrences: steps.iter().map(|s| s.after.id.clone()).collect(),
            moved: done.moved,
            told: done.told,
            overlapping: done.overlapping,
        };
        if !steps.is_empty() {
            tx.changed(Change::Center(head.center_id.clone()));
            self.record(tx, act, &head, &edited, &steps).await?;
        }
        Ok(edited)
    }
}

impl Edit {
    /// Which occurrences change, and to what.
    fn plan(&self, act: &Act, all: &[LoadedOccurrence]) -> Result<Vec<Step>> {
        let target = all
            .iter()
            .find(|o| o.id == self.occurrence)
            .ok_or(Refusal::NotFound)?;
        if self.revision.is_some_and(|r| r != target.revision) {
            return Err(Refusal::Stale.into());
        }
        if target.status == Status::Cancelled {
            return Err(Refusal::OccurrenceCancelled.into());
        }
        if target.span.start() <= act.now {
            let since = target.span.start();
            return Err(Refusal::AlreadyStarted { since }.into());
        }
        let starts_at = self.change.starts_at.unwrap_or(target.span.start());
        let length = target.span.end().0 - target.span.start().0;
        let ends_at = match (self.change.ends_at, self.change.starts_at) {
            (Some(end), _) => end,
            (None, Some(start)) => start.plus(length),
            (None, None) => target.span.end(),
        };
        check_times(starts_at, ends_at)?;
        let reached = |o: &&LoadedOccurrence| {
            let later = (o.span.start(), &o.id) >= (target.span.start(), &target.id);
            o.status != Status::Cancelled
                && o.span.start() > act.now
                && match self.scope {
                    EditScope::This => o.id == target.id,
                    EditScope::ThisAndFollowing => later,
                    EditScope::AllFuture => true,
                }
        };
        let by = starts_at.0 - target.span.start().0;
        let length = ends_at.0 - starts_at.0;
        let room = self
            .change
            .room
            .as_deref()
            .map(rooms::check_name)
            .transpose()?;
        let mut steps = Vec::new();
        for before in all.iter().filter(reached) {
            let start = before.span.start().plus(by);
            let span = Span::new(start, start.plus(length))?;
            let moved = before.terms.rescheduled(by, act.now);
            let terms = self.change.terms.apply(&moved, start.0 - starts_at.0);
            terms.check(span)?;
            // Nothing moves into the past, where nobody could come.
            if by != 0 && start <= act.now {
                return Err(Refusal::invalid("starts_at", Reason::InThePast).into());
            }
            if by != 0 {
                check_horizon("starts_at", start, act.now)?;
            }
            let after = LoadedOccurrence {
                span,
                terms,
                room: room.clone().unwrap_or_else(|| before.room.clone()),
                ..before.clone()
            };
            let step = Step {
                before: before.clone(),
                after,
            };
            if step.changes() {
                steps.push(step);
            }
        }
        Ok(steps)
    }

    /// Whether who is booked can live with it.
    async fn admit(
        &self,
        tx: &mut Tx,
        activity: &ActivityId,
        all: &[LoadedOccurrence],
        steps: &[Step],
    ) -> Result<()> {
        let counts = live_counts(tx, activity).await?;
        for Step { before, after } in steps {
            let (confirmed, live) = counts.get(&after.id).copied().unwrap_or_default();
            if after.terms.capacity != before.terms.capacity && !after.terms.is_unlimited() {
                admit_capacity(after.terms.capacity, confirmed)?;
            }
            let another_way = after.terms.unit != before.terms.unit
                || (after.terms.allocation != before.terms.allocation
                    && after.terms.allocation == Allocation::DropIn);
            if another_way && live > 0 {
                return Err(Refusal::HasBookings { live }.into());
            }
        }
        Ok(check_all(all, steps)?)
    }

    async fn record(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        edited: &Edited,
        steps: &[Step],
    ) -> Result<()> {
        let changes: Vec<_> = steps
            .iter()
            .map(|s| {
                json!({
                    "occurrence": s.after.id,
                    "before": summary(&s.before),
                    "after": summary(&s.after),
                })
            })
            .collect();
        let entry = Entry {
            action: Verb::OccurrenceEdit,
            subject: ("occurrence", self.occurrence.as_str()),
            center: Some(&head.center_id),
            detail: json!({
                "scope": self.scope,
                "told": edited.told,
                "overlapping": edited.overlapping,
                "changes": changes,
            }),
        };
        audit::record(tx, act, entry).await
    }
}

fn summary(o: &LoadedOccurrence) -> serde_json::Value {
    json!({
        "starts_at": o.span.start(),
        "ends_at": o.span.end(),
        "room": o.room,
        "terms": o.terms,
    })
}
