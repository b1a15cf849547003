//! Changing time, room and terms of occurrences that are still to come.

use super::{
    columns,
    load::{
        ActivityHead, Affected, LoadedOccurrence, Told, activity_of, affected, head, live_counts,
        locks_around, of_activity,
    },
};
use crate::{
    Act, Change, Db, Error, Op, Replay, Result, Tx,
    audit::{self, Entry},
    bookings::{promote_in, tell_who_cannot_fit},
    columns::{assignments, bind},
    commitments,
    lines::look_again,
    notices,
    rooms::{self, Wish},
    shifts,
    states::holding,
    trainings,
};
use domain::{
    Reason, Refusal,
    activity::{
        Allocation, Enrolment, Status, admit_capacity, check_horizon, check_series, check_times,
    },
    audit::Verb,
    commitment::{Event, Subject, clash},
    id::{ActivityId, OccurrenceId, PersonId},
    notice::Notice,
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

/// An occurrence before and after.
struct Step {
    before: LoadedOccurrence,
    after: LoadedOccurrence,
}

impl Step {
    fn moves(&self) -> bool {
        self.before.span != self.after.span || self.before.room != self.after.room
    }

    fn changes(&self) -> bool {
        self.moves() || self.before.terms != self.after.terms
    }
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
        take_rooms(tx, act, &head, &mut steps).await?;
        let mut told = Told::default();
        let (mut moved, mut overlapping) = (0, 0);
        let mut free_now = Vec::new();
        // All of them first: what of a series was at that time may have moved too.
        for step in &steps {
            self.save(tx, step).await?;
        }
        for step in &steps {
            if step.moves() {
                moved += 1;
                overlapping += overlaps(tx, &step.after).await?;
                let (id, span) = (&step.after.id, step.after.span);
                shifts::move_with(tx, act, id, step.before.span, span).await?;
                let booked = affected(tx, &step.after.id).await?;
                free_now.extend(booked.iter().map(|who| who.person.clone()));
                if step.before.status == Status::Published {
                    tell(tx, act, &head, step, booked, &mut told).await?;
                }
            }
            tx.changed(Change::Occurrence(step.after.id.clone()));
        }
        self.promote(tx, act, &head, &steps).await?;
        look_again(tx, act, &free_now).await?;
        let edited = Edited {
            occurrences: steps.iter().map(|s| s.after.id.clone()).collect(),
            moved,
            told: told.people,
            overlapping,
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
        let spans: Vec<Span> = all
            .iter()
            .filter(|o| o.status != Status::Cancelled)
            .map(|o| {
                let step = steps.iter().find(|s| s.after.id == o.id);
                step.map_or(o.span, |s| s.after.span)
            })
            .collect();
        Ok(check_series(&spans)?)
    }

    async fn save(&self, tx: &mut Tx, step: &Step) -> Result<()> {
        let Step { before, after } = step;
        trainings::make_known(tx, after.terms.grants_training.as_deref()).await?;
        let update = tx
            .sql_built(format!(
                "UPDATE occurrence SET starts_at = $1, ends_at = $2, room_id = $3,
                    sequence = sequence + $4, revision = revision + 1, {}
                 WHERE id = $5 AND revision = $6",
                assignments(columns::NAMES, 7)
            ))
            .bind(after.span.start())
            .bind(after.span.end())
            .bind(after.room_id.as_ref())
            .bind(i64::from(step.moves()))
            .bind(&after.id)
            .bind(before.revision);
        let saved = bind(update, &columns::cells(&after.terms)).run().await?;
        if saved == 1 {
            Ok(())
        } else {
            Err(Refusal::Stale.into())
        }
    }

    /// Whoever waits may have a place now. A series has one line.
    async fn promote(
        &self,
        tx: &mut Tx,
        act: &Act,
        head: &ActivityHead,
        steps: &[Step],
    ) -> Result<()> {
        let changed = steps
            .iter()
            .filter(|s| s.after.status == Status::Published)
            .take(match head.enrolment {
                Enrolment::Series => 1,
                Enrolment::Single => usize::MAX,
            });
        for step in changed {
            promote_in(tx, act, &step.after.id).await?;
            tell_who_cannot_fit(tx, act, &step.after.id).await?;
        }
        Ok(())
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

/// The rooms of what moves.
async fn take_rooms(tx: &mut Tx, act: &Act, head: &ActivityHead, steps: &mut [Step]) -> Result<()> {
    let moving = || steps.iter().filter(|step| step.moves());
    let wishes: Vec<Wish<'_>> = moving()
        .map(|step| Wish {
            room: &step.after.room,
            span: step.after.span,
        })
        .collect();
    let but: Vec<&OccurrenceId> = moving().map(|step| &step.after.id).collect();
    let rooms = rooms::take(tx, act, &head.center_id, &wishes, &but).await?;
    for step in steps.iter_mut().filter(|step| step.moves()) {
        step.after.room_id = rooms.get(&step.after.room).cloned();
    }
    Ok(())
}

fn summary(o: &LoadedOccurrence) -> serde_json::Value {
    json!({
        "starts_at": o.span.start(),
        "ends_at": o.span.end(),
        "room": o.room,
        "terms": o.terms,
    })
}

/// How many who hold a place here have something else confirmed at that time.
async fn overlaps(tx: &mut Tx, at: &LoadedOccurrence) -> Result<u32> {
    if at.terms.is_transparent {
        return Ok(0);
    }
    let people: Vec<(PersonId,)> = tx
        .sql(concat!(
            "SELECT DISTINCT person_id FROM booking WHERE occurrence_id = $1 AND state IN ",
            holding!()
        ))
        .bind(&at.id)
        .all()
        .await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id,)| id).collect();
    let held = commitments::held(tx, &people, at.span).await?;
    let event = Event::Occurrence(at.id.clone());
    let busy = held
        .values()
        .filter(|held| clash(*held, [(&event, at.span)]).is_some());
    u32::try_from(busy.count()).map_err(|_| Error::Corrupt("count"))
}

async fn tell(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    step: &Step,
    booked: Vec<Affected>,
    told: &mut Told,
) -> Result<()> {
    for who in booked {
        if !told.is_new(&who) {
            continue;
        }
        let notice = Notice::Moved {
            person: who.name,
            subject: Subject::Booking(who.booking.clone()),
            before: step.before.sitting(head),
            after: step.after.sitting(head),
        };
        // Each move is told, once.
        let about = format!("{}:{}", who.booking, step.after.sequence + 1);
        notices::tell(tx, act, &who.account, &notice, &about).await?;
    }
    Ok(())
}
