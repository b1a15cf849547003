//! Postponing (顺延): a date of a series and all that follow it move on in one act, which can be undone
//! until the first of them begins (C-68). The decisions are `domain::postpone`'s.

mod look;
mod undo;

pub use look::{Look, LookDate, look};
pub use undo::{Postponement, last, undo};

use super::{
    load::{ActivityHead, LoadedOccurrence, activity_of, head, locks_around, of_activity},
    steps::{Done, Step, carry_out, check_all},
};
use crate::{
    Act, Change, Db, Op, Replay, Result, Tx,
    audit::{self, Entry},
    centers, holidays,
    moved::{Telling, tell_all},
};
use domain::{
    Reason, Refusal,
    activity::{Status, check_horizon},
    audit::Verb,
    holiday::{DayKind, Holidays},
    id::{ActivityId, CenterId, OccurrenceId},
    opening::Times,
    place::CenterStatus,
    postpone::{self, Moved},
    terms::Terms,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A date with where it goes, as somebody was shown.
pub type Seen = (OccurrenceId, Timestamp);

/// What postponing, or undoing it, did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postponed {
    /// How many dates moved.
    pub moved: u32,
    /// How many accounts were told, each once.
    pub told: u32,
    /// How many of those who hold a place have something else confirmed at the new time.
    pub overlapping: u32,
}

/// A date as it was before, kept so that it can go back.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    moved: Moved,
    terms: Terms,
}

/// Postpones the date and all that follow, by so many slots of the series.
///
/// # Errors
/// As [`postpone::postponed`]; [`Refusal::Stale`] where that is not what was shown any more;
/// [`Refusal::AlreadyStarted`], [`Refusal::OccurrenceCancelled`] for the date itself;
/// [`Refusal::RoomTaken`]; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn postpone(
    db: &Db,
    act: &Act,
    from: &OccurrenceId,
    steps: u32,
    seen: Vec<Seen>,
) -> Result<Postponed> {
    let locks = locks_around(db, from).await?;
    let op = Postpone {
        from: from.clone(),
        steps,
        seen,
    };
    db.write(act, locks, op).await
}

struct Postpone {
    from: OccurrenceId,
    steps: u32,
    seen: Vec<Seen>,
}

#[async_trait::async_trait]
impl Op for Postpone {
    type Out = Postponed;
    fn replay() -> Replay<Postponed> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Postponed> {
        let activity = activity_of(tx, &self.from).await?;
        let (head, _) = head(tx, &act.caller, &activity).await?;
        let all = of_activity(tx, &head.id).await?;
        let planned = planned(tx, &head, &all, &self.from, self.steps, act.now).await?;
        let mut shown = planned
            .iter()
            .map(|(date, to)| (date.id.clone(), to.start()));
        if !shown.by_ref().eq(self.seen.iter().cloned()) {
            return Err(Refusal::Stale.into());
        }
        let mut steps = planned
            .into_iter()
            .map(|(date, to)| step(date, to, act.now))
            .collect::<Result<Vec<_>>>()?;
        check_all(&all, &steps)?;
        let id = act.ids.make::<uuid::Uuid>(act.now).to_string();
        let done = move_all(tx, act, &head, &mut steps, &id).await?;
        keep(tx, act, &head.id, (&id, self.steps), &steps).await?;
        record(tx, act, Verb::ActivityPostpone, &head, (&id, &done)).await?;
        Ok(done)
    }
}

/// Which dates go where.
async fn planned(
    tx: &mut Tx,
    head: &ActivityHead,
    all: &[LoadedOccurrence],
    from: &OccurrenceId,
    steps: u32,
    now: Timestamp,
) -> Result<Vec<(LoadedOccurrence, Span)>> {
    let chosen = all.iter().find(|date| date.id == *from);
    let chosen = chosen.ok_or(Refusal::NotFound)?;
    if chosen.status == Status::Cancelled {
        return Err(Refusal::OccurrenceCancelled.into());
    }
    let since = chosen.span.start();
    if since <= now {
        return Err(Refusal::AlreadyStarted { since }.into());
    }
    let later = |date: &&LoadedOccurrence| {
        (date.span.start(), &date.id) >= (since, &chosen.id) && date.status != Status::Cancelled
    };
    let dates: Vec<LoadedOccurrence> = all.iter().filter(later).cloned().collect();
    let spans: Vec<Span> = dates.iter().map(|date| date.span).collect();
    let mut days: Vec<_> = all.iter().map(|date| date.span.start().day()).collect();
    days.dedup();
    let rule = rule(tx, &head.id).await?;
    let closed = Closed::read(tx, &head.center_id).await?;
    let slots = postpone::slots(rule.as_deref(), &days);
    let put = postpone::postponed(&spans, &slots, steps, |span| closed.is_free(span))?;
    Ok(dates.into_iter().zip(put).collect())
}

async fn rule(tx: &mut Tx, activity: &ActivityId) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> = tx
        .sql("SELECT rrule FROM activity WHERE id = $1")
        .bind(activity)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

/// The days on which the center is closed, or people have off.
struct Closed {
    times: Times,
    holidays: Holidays,
}

impl Closed {
    async fn read(tx: &mut Tx, center: &CenterId) -> Result<Self> {
        let exceptions = centers::exceptions_in(tx, center).await?;
        Ok(Self {
            // Of the ordinary week nothing is asked: some activities take place outside of it.
            times: Times::new(CenterStatus::Open, None, exceptions),
            holidays: holidays::known_in(tx).await?,
        })
    }

    fn is_free(&self, span: Span) -> bool {
        let kind = self.holidays.kind(span.start().day());
        !matches!(kind, DayKind::Off(_)) && self.times.against(span).is_none()
    }
}

/// The date moved there; what is not stated moves with its start (C-64).
fn step(before: LoadedOccurrence, to: Span, now: Timestamp) -> Result<Step> {
    let terms = before
        .terms
        .rescheduled(to.start().0 - before.span.start().0, now);
    terms.check(to)?;
    check_horizon("steps", to.start(), now)?;
    if to.start() <= now {
        return Err(Refusal::invalid("steps", Reason::InThePast).into());
    }
    let after = LoadedOccurrence {
        span: to,
        terms,
        ..before.clone()
    };
    Ok(Step { before, after })
}

/// Moves the dates and tells everybody once of all of it.
async fn move_all(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    steps: &mut [Step],
    about: &str,
) -> Result<Postponed> {
    let mut telling = Telling::Gathered(Vec::new());
    let done: Done = carry_out(tx, act, head, steps, &mut telling).await?;
    let told = match telling {
        Telling::Gathered(moved) => tell_all(tx, act, &head.texts.title, moved, about).await?,
        Telling::AtOnce => 0,
    };
    tx.changed(Change::Center(head.center_id.clone()));
    Ok(Postponed {
        moved: done.moved,
        told,
        overlapping: done.overlapping,
    })
}

/// Keeps where the dates were.
async fn keep(
    tx: &mut Tx,
    act: &Act,
    activity: &ActivityId,
    (id, steps): (&str, u32),
    moved: &[Step],
) -> Result<()> {
    let kept: Vec<Kept> = moved
        .iter()
        .map(|Step { before, after }| Kept {
            moved: Moved {
                occurrence: before.id.clone(),
                from: before.span,
                to: after.span,
                revision: before.revision + 1,
            },
            terms: before.terms.clone(),
        })
        .collect();
    tx.sql(
        "INSERT INTO postponement (id, activity_id, steps, moves, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(activity)
    .bind(i64::from(steps))
    .bind(serde_json::to_string(&kept)?)
    .bind(act.caller.key())
    .bind(act.now)
    .run()
    .await
    .map(drop)
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    action: Verb,
    head: &ActivityHead,
    (id, done): (&str, &Postponed),
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("activity", head.id.as_str()),
        center: Some(&head.center_id),
        detail: json!({
            "postponement": id,
            "moved": done.moved,
            "told": done.told,
            "overlapping": done.overlapping,
        }),
    };
    audit::record(tx, act, entry).await
}
