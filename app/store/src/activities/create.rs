//! Creating an activity, and adding dates to one.

use super::{
    columns as text_columns,
    dates::{Dates, Planned},
};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers,
    columns::{bind, placeholders},
    occurrences::{columns, head, live_counts, locks_of, of_activity},
    outcome,
    rooms::{self, Wish},
    trainings,
};
use domain::{
    Reason, Refusal,
    access::Action,
    activity::{Enrolment, Status, check_series},
    audit::Verb,
    id::{ActivityId, CenterId, OccurrenceId, RoomId},
    texts::Texts,
};
use gazetteer::title_keys;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// An activity to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    /// Who runs it.
    pub center: CenterId,
    /// What it says of itself.
    pub texts: Texts,
    /// How a series is booked.
    pub enrolment: Enrolment,
    /// When.
    pub dates: Dates,
    /// Open to residents at once, or a draft.
    pub publish: bool,
}

/// What was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The activity.
    pub id: ActivityId,
    /// Its occurrences, in order of time.
    pub occurrences: Vec<OccurrenceId>,
}

/// Creates an activity with its occurrences, all or nothing.
///
/// # Errors
/// [`Refusal::Invalid`] for what does not fit (see [`Dates::plan`]), [`Refusal::NotFound`] for a
/// center that does not exist, [`Refusal::Forbidden`]; each is given again to the same key.
pub async fn create(db: &Db, act: &Act, new: NewActivity) -> Result<Created> {
    Ok(db.write(act, Locks::none(), Create { new }).await??)
}

struct Create {
    new: NewActivity,
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = Outcome<Created>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(create_in(tx, act, &self.new, false).await)
    }
}

/// Whether field and entry of the menu exist for the center.
pub(super) async fn check_subject(tx: &mut Tx, center: &CenterId, texts: &Texts) -> Result<()> {
    let (field, item) = (&texts.field, texts.menu_item_id.as_ref());
    let known: Option<(String,)> = tx
        .sql("SELECT code FROM service_field WHERE code = $1")
        .bind(field)
        .optional()
        .await?;
    known.ok_or_else(|| Refusal::invalid("field", Reason::UnknownValue))?;
    let Some(item) = item else { return Ok(()) };
    let known: Option<(String,)> = tx
        .sql("SELECT id FROM menu_item WHERE id = $1 AND (center_id IS NULL OR center_id = $2)")
        .bind(item)
        .bind(center)
        .optional()
        .await?;
    known.ok_or_else(|| Refusal::invalid("menu_item", Reason::UnknownValue))?;
    Ok(())
}

pub(crate) async fn create_in(
    tx: &mut Tx,
    act: &Act,
    new: &NewActivity,
    demo: bool,
) -> Result<Created> {
    let place = centers::place(tx, &new.center).await?;
    act.caller.may(Action::ManageActivities, &place)?;
    let texts = new.texts.clone().checked()?;
    check_subject(tx, &new.center, &texts).await?;
    let planned = new.dates.plan(act.now)?;
    let rooms = take_rooms(tx, act, &new.center, &planned).await?;
    let id: ActivityId = act.ids.make(act.now);
    let status = if new.publish {
        Status::Published
    } else {
        Status::Draft
    };
    let rule = match &new.dates {
        Dates::Rule { rule, .. } => Some(rule.as_str()),
        Dates::List(_) => None,
    };
    let row = tx
        .sql_built(format!(
            "INSERT INTO activity (id, center_id, enrolment, rrule, status, demo, created_at, search, {})
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {})",
            text_columns::NAMES.join(", "),
            placeholders(text_columns::NAMES, 9)
        ))
        .bind(&id)
        .bind(&new.center)
        .bind(new.enrolment)
        .bind(rule)
        .bind(status)
        .bind(demo)
        .bind(act.now)
        .bind(title_keys(&texts.title));
    bind(row, &text_columns::cells(&texts)).run().await?;
    let occurrences = insert(tx, act, &new.center, &id, &planned, &rooms, status).await?;
    let entry = Entry {
        action: Verb::ActivityCreate,
        subject: ("activity", id.as_str()),
        center: Some(&new.center),
        detail: json!({ "occurrences": occurrences.len(), "published": new.publish }),
    };
    audit::record(tx, act, entry).await?;
    Ok(Created { id, occurrences })
}

/// The rooms of new occurrences, by name.
async fn take_rooms(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    planned: &[Planned],
) -> Result<BTreeMap<String, RoomId>> {
    let wishes: Vec<Wish<'_>> = planned
        .iter()
        .map(|date| Wish {
            room: &date.room,
            span: date.span,
        })
        .collect();
    rooms::take(tx, act, center, &wishes, &[]).await
}

/// The rows of new occurrences.
async fn insert(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    activity: &ActivityId,
    planned: &[Planned],
    rooms: &BTreeMap<String, RoomId>,
    status: Status,
) -> Result<Vec<OccurrenceId>> {
    let mut ids = Vec::with_capacity(planned.len());
    let text = format!(
        "INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, room_id, status, {})
         VALUES ($1, $2, $3, $4, $5, $6, $7, {})",
        columns::NAMES.join(", "),
        placeholders(columns::NAMES, 8)
    );
    for Planned { span, room, terms } in planned {
        let id: OccurrenceId = act.ids.make(act.now);
        trainings::make_known(tx, terms.grants_training.as_deref()).await?;
        let row = tx
            .sql_built(text.clone())
            .bind(&id)
            .bind(activity)
            .bind(center)
            .bind(span.start())
            .bind(span.end())
            .bind(rooms.get(room))
            .bind(status);
        bind(row, &columns::cells(terms)).run().await?;
        tx.changed(Change::Occurrence(id.clone()));
        ids.push(id);
    }
    tx.changed(Change::Center(center.clone()));
    Ok(ids)
}

/// The occurrences that were added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// In order of time.
    pub occurrences: Vec<OccurrenceId>,
}

/// Adds dates to an activity; they are as public as the activity is.
///
/// # Errors
/// As [`create`]; [`Refusal::OccurrenceCancelled`] for an activity that was called off,
/// [`Refusal::HasBookings`] for a series with one enrolment that somebody has enrolled in (they
/// agreed to the dates that there were), [`Refusal::Stale`] where `revision` is not the
/// activity's any more.
pub async fn add_occurrences(
    db: &Db,
    act: &Act,
    activity: &ActivityId,
    dates: Dates,
    revision: Option<i64>,
) -> Result<Added> {
    let locks = locks_of(db, activity).await?;
    let op = Add {
        activity: activity.clone(),
        dates,
        revision,
    };
    db.write(act, locks, op).await
}

struct Add {
    activity: ActivityId,
    dates: Dates,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Add {
    type Out = Added;
    fn replay() -> Replay<Added> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Added> {
        add_in(tx, act, &self.activity, &self.dates, self.revision).await
    }
}

pub(crate) async fn add_in(
    tx: &mut Tx,
    act: &Act,
    activity: &ActivityId,
    dates: &Dates,
    revision: Option<i64>,
) -> Result<Added> {
    let (head, _) = head(tx, &act.caller, activity).await?;
    if revision.is_some_and(|r| r != head.revision) {
        return Err(Refusal::Stale.into());
    }
    if head.status == Status::Cancelled {
        return Err(Refusal::OccurrenceCancelled.into());
    }
    let planned = dates.plan(act.now)?;
    let others = of_activity(tx, &head.id).await?;
    if head.enrolment == Enrolment::Series {
        let live = live_counts(tx, &head.id).await?;
        if let Some((_, live)) = live.values().max_by_key(|(_, live)| *live) {
            return Err(Refusal::HasBookings { live: *live }.into());
        }
    }
    let spans: Vec<_> = others
        .iter()
        .filter(|o| o.status != Status::Cancelled)
        .map(|o| o.span)
        .chain(planned.iter().map(|p| p.span))
        .collect();
    check_series(&spans)?;
    let center = &head.center_id;
    let rooms = take_rooms(tx, act, center, &planned).await?;
    let occurrences = insert(tx, act, center, &head.id, &planned, &rooms, head.status).await?;
    tx.sql("UPDATE activity SET revision = revision + 1 WHERE id = $1")
        .bind(&head.id)
        .run()
        .await?;
    let entry = Entry {
        action: Verb::ActivityAddDates,
        subject: ("activity", head.id.as_str()),
        center: Some(center),
        detail: json!({ "occurrences": occurrences }),
    };
    audit::record(tx, act, entry).await?;
    Ok(Added { occurrences })
}
