//! Changing a shift that is planned: one, whatever series it was made with.

use super::{
    ShiftView,
    columns::bind_needs,
    create::LONGEST_TITLE,
    follow::{Concerned, concerned, tell_moved},
    view_in,
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, assignments,
    audit::{self, Entry},
    bookings::small,
    centers, commitments, invitations,
    lines::look_again,
    moved::Telling,
    notices, outcome, rooms, watches,
};
use domain::{
    Refusal,
    access::Action,
    activity::Status,
    audit::Verb,
    commitment::{Event, Subject, clash},
    id::{PersonId, ShiftId},
    notice::Notice,
    shift::{Duty, Halves, Joining, NeedsEdit, admit_edit},
    text,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// What changes of a shift. Absent is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftEdit {
    /// What it is called.
    pub title: Option<String>,
    /// When it starts.
    pub starts_at: Option<Timestamp>,
    /// When it ends; without it, and with another start, it stays as long.
    pub ends_at: Option<Timestamp>,
    /// What it is for, or nothing of the kind.
    pub duty: Option<Option<Duty>>,
    /// Where.
    pub place: Option<String>,
    /// How volunteers get in.
    pub joining: Option<Joining>,
    /// What it needs.
    pub needs: NeedsEdit,
}

/// What an edit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftEdited {
    /// Whether it has another time or place now.
    pub moved: bool,
    /// How many volunteers were told of that.
    pub told: u32,
    /// How many of those who hold a place, leads too, have something else at the new time. That is for
    /// the staff to talk about with them.
    pub overlapping: u32,
}

/// Changes a shift. Of another time or place everybody in it is told once (C-65); a higher maximum goes
/// to who waits, in the same transaction.
///
/// # Errors
/// As [`admit_edit`]; [`Refusal::Invalid`] for a text that cannot be kept; [`Refusal::Stale`] where
/// `revision` is not the shift's any more (C-69); [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    change: ShiftEdit,
    revision: Option<i64>,
) -> Result<ShiftEdited> {
    let accounts = assignments::accounts_of(db, shift).await?;
    let locks = Locks::of([shift]).and(&accounts);
    let op = Edit {
        shift: shift.clone(),
        change,
        revision,
    };
    Ok(db.write(act, locks, op).await??)
}

struct Edit {
    shift: ShiftId,
    change: ShiftEdit,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Edit {
    type Out = Outcome<ShiftEdited>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.edit_in(tx, act).await)
    }
}

impl Edit {
    async fn edit_in(&self, tx: &mut Tx, act: &Act) -> Result<ShiftEdited> {
        tx.need([&self.shift])?;
        let mut before = view_in(tx, &self.shift).await?.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &before.center_id).await?;
        act.caller.may(Action::ManageActivities, &place)?;
        if self.revision.is_some_and(|seen| seen != before.revision) {
            return Err(Refusal::Stale.into());
        }
        if invitations::expire(tx, act, &before).await? {
            before.kept = view_in(tx, &self.shift).await?.map_or(0, |view| view.kept);
        }
        let after = self.change.apply(&before)?;
        let hoped = hoped(tx, &self.shift).await?;
        let facts = before.facts();
        admit_edit(&facts, &hoped, after.span, &after.needs, act.now)?;
        if after == before {
            return Ok(ShiftEdited::default());
        }
        let all = concerned(tx, &self.shift).await?;
        let mut edited = ShiftEdited {
            moved: before.span != after.span || before.place != after.place,
            ..ShiftEdited::default()
        };
        save(tx, &before, &after).await?;
        assignments::clear_restored(tx, act, &self.shift, &after.halves).await?;
        let (was, is) = (before.facts().footing(), after.facts().footing());
        watches::stands(tx, act, &self.shift, was, is).await?;
        if before.span != after.span {
            edited.overlapping = overlapping(tx, &after, &all).await?;
        }
        if edited.moved {
            let (moves, mut telling) = ((&before, &after), Telling::AtOnce);
            edited.told = tell_moved(tx, act, moves, &all, &mut telling).await?;
        }
        tell_risks(tx, act, (&before, &after), &all).await?;
        record(tx, act, &before, &after, edited).await?;
        tx.changed(Change::Shift(self.shift.clone()));
        tx.changed(Change::Center(before.center_id.clone()));
        assignments::promote_in(tx, act, &self.shift).await?;
        if before.span != after.span {
            let people: Vec<PersonId> = all.into_iter().filter_map(|of| of.person_id).collect();
            look_again(tx, act, &people).await?;
        }
        Ok(edited)
    }
}

impl ShiftEdit {
    /// The shift as the edit leaves it.
    fn apply(&self, before: &ShiftView) -> std::result::Result<ShiftView, Refusal> {
        let title = match &self.title {
            Some(title) => text::name("title", title, LONGEST_TITLE)?,
            None => before.title.clone(),
        };
        let place = match &self.place {
            Some(place) => rooms::check_name(place)?,
            None => before.place.clone(),
        };
        let needs = self.needs.apply(&before.needs)?;
        Ok(ShiftView {
            title,
            place,
            span: self.span(before.span)?,
            duty: self.duty.unwrap_or(before.duty),
            joining: self.joining.unwrap_or(before.joining),
            halves: Halves {
                leads_min: needs.leads_min,
                volunteers_min: needs.volunteers_min,
                ..before.halves
            },
            needs,
            ..before.clone()
        })
    }

    fn span(&self, before: Span) -> std::result::Result<Span, Refusal> {
        let length = before.end().0 - before.start().0;
        match (self.starts_at, self.ends_at) {
            (None, None) => Ok(before),
            (Some(start), None) => Span::new(start, start.plus(length)),
            (start, Some(end)) => Span::new(start.unwrap_or(before.start()), end),
        }
    }
}

/// How many wait or ask for each position by its name, without holding a place.
async fn hoped(tx: &mut Tx, shift: &ShiftId) -> Result<BTreeMap<String, u32>> {
    let rows: Vec<(String, i64)> = tx
        .sql(
            "SELECT position, COUNT(*) FROM assignment WHERE shift_id = $1
             AND position IS NOT NULL AND state IN ('waitlisted', 'requested') GROUP BY position",
        )
        .bind(shift)
        .all()
        .await?;
    let rows = rows
        .into_iter()
        .map(|(position, count)| Ok((position, small(count)?)));
    rows.collect()
}

async fn save(tx: &mut Tx, before: &ShiftView, after: &ShiftView) -> Result<()> {
    let needs = &after.needs;
    // What a calendar shows.
    let shown =
        before.span != after.span || before.place != after.place || before.title != after.title;
    let update = tx
        .sql(
            "UPDATE shift SET title = $1, starts_at = $2, ends_at = $3, duty = $4, place = $5,
                 joining = $6, leads_min = $7, volunteers_min = $8, volunteers_max = $9,
                 waitlist_capacity = $10, positions = $11, skills = $12, trainings = $13,
                 min_age = $14, guardian_below = $15, risks = $16, risks_version = $17,
                 sequence = sequence + $18, revision = revision + 1
             WHERE id = $19 AND revision = $20",
        )
        .bind(&after.title)
        .bind(after.span.start())
        .bind(after.span.end())
        .bind(after.duty)
        .bind(&after.place)
        .bind(after.joining);
    let saved = bind_needs(update, needs)?
        .bind(i64::from(shown))
        .bind(&before.id)
        .bind(before.revision)
        .run()
        .await?;
    match saved {
        1 => Ok(()),
        _ => Err(Error::another_try()),
    }
}

/// A text of risks that was changed is read again by everybody in the shift, where they are (C-96).
async fn tell_risks(
    tx: &mut Tx,
    act: &Act,
    (before, after): (&ShiftView, &ShiftView),
    all: &[Concerned],
) -> Result<()> {
    let risks = &after.needs.risks;
    let is_new = risks.version != before.needs.risks.version && !risks.text.is_empty();
    if !is_new || after.status != Status::Published {
        return Ok(());
    }
    for who in all {
        let Some(account) = &who.account_id else {
            continue;
        };
        let notice = Notice::RisksChanged {
            person: who.name.clone(),
            subject: Subject::Assignment(who.id.clone()),
            sitting: after.sitting(),
        };
        let about = format!("{}:{}", who.id, risks.version);
        notices::tell_by_day(tx, act, account, &notice, &about).await?;
    }
    Ok(())
}

/// How many who hold a place have something else at that time.
async fn overlapping(tx: &mut Tx, at: &ShiftView, all: &[Concerned]) -> Result<u32> {
    let expected = all.iter().filter(|of| of.state.is_expected());
    let people: Vec<PersonId> = expected.filter_map(|of| of.person_id.clone()).collect();
    let held = commitments::held(tx, &people, at.span).await?;
    let event = Event::Shift(at.id.clone());
    let busy = held
        .values()
        .filter(|held| clash(*held, [(&event, at.span)]).is_some());
    let busy = u32::try_from(busy.count()).map_err(|_| Error::Corrupt("count"))?;
    let leads = tx
        .sql(
            "SELECT COUNT(DISTINCT a.staff_id) FROM assignment a
             JOIN assignment e ON e.staff_id = a.staff_id AND e.shift_id <> a.shift_id
             JOIN shift s ON s.id = e.shift_id
             WHERE a.shift_id = $1 AND a.state IN ('confirmed', 'checked_in')
             AND e.state IN ('confirmed', 'checked_in') AND s.starts_at < $2 AND s.ends_at > $3",
        )
        .bind(&at.id)
        .bind(at.span.end())
        .bind(at.span.start())
        .count()
        .await?;
    Ok(busy + leads)
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    before: &ShiftView,
    after: &ShiftView,
    edited: ShiftEdited,
) -> Result<()> {
    let entry = Entry {
        action: Verb::ShiftEdit,
        subject: ("shift", before.id.as_str()),
        center: Some(&before.center_id),
        detail: json!({
            "told": edited.told,
            "overlapping": edited.overlapping,
            "before": summary(before),
            "after": summary(after),
        }),
    };
    audit::record(tx, act, entry).await
}

fn summary(view: &ShiftView) -> serde_json::Value {
    let needs = &view.needs;
    json!({
        "title": view.title,
        "starts_at": view.span.start(),
        "ends_at": view.span.end(),
        "duty": view.duty,
        "place": view.place,
        "joining": view.joining,
        "leads_min": needs.leads_min,
        "volunteers_min": needs.volunteers_min,
        "volunteers_max": needs.volunteers_max,
        "waitlist_capacity": needs.waitlist_capacity,
        "positions": needs.positions,
        "skills": needs.skills,
        "trainings": needs.trainings,
        "min_age": needs.min_age,
        "guardian_below": needs.guardian_below,
        "risks_version": needs.risks.version,
    })
}
