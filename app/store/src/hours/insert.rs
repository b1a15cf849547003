//! Adding an entry, and telling the volunteer of it.

use super::read::{EntryView, find_in, totals_in};
use crate::{
    Act, Error, Result, Tx,
    audit::{self, Entry as AuditEntry},
    notices,
    shifts::{ShiftView, list_column},
};
use domain::{
    audit::Verb,
    commitment::Event,
    hours::{Approval, Kind, reached_with},
    id::{AssignmentId, HourEntryId, PersonId, ShiftId, StaffId},
    notice::{Details, Notice},
    time::{DAY, Span, Timestamp},
};
use serde_json::json;
use std::collections::HashMap;

/// An entry to be.
pub(super) struct NewEntry<'a> {
    pub(super) shift: &'a ShiftView,
    pub(super) assignment: &'a AssignmentId,
    pub(super) person: &'a PersonId,
    pub(super) kind: Kind,
    pub(super) counts_as: Kind,
    pub(super) minutes: i64,
    pub(super) spans: &'a [Span],
    pub(super) approval: Approval,
    pub(super) reason: &'a str,
    pub(super) corrects: Option<&'a HourEntryId>,
    pub(super) author: Option<&'a StaffId>,
    pub(super) verb: Verb,
    pub(super) demo: bool,
}

/// Adds it, records who did, and tells the volunteer.
pub(super) async fn add(tx: &mut Tx, act: &Act, new: NewEntry<'_>) -> Result<EntryView> {
    let id: HourEntryId = act.ids.make(act.now);
    let spans: Vec<(i64, i64)> = new
        .spans
        .iter()
        .map(|span| (span.start().0, span.end().0))
        .collect();
    tx.sql(
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
             minutes, spans, approval, reason, corrects, served_at, author, at, demo)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(&id)
    .bind(new.person)
    .bind(&new.shift.center_id)
    .bind(&new.shift.id)
    .bind(new.assignment)
    .bind(new.kind)
    .bind(new.counts_as)
    .bind(new.minutes)
    .bind(list_column(&spans)?)
    .bind(new.approval)
    .bind(new.reason)
    .bind(new.corrects)
    .bind(new.shift.span.start())
    .bind(new.author)
    .bind(act.now)
    .bind(new.demo)
    .run()
    .await?;
    let entry = AuditEntry {
        action: new.verb,
        subject: ("hour_entry", id.as_str()),
        center: Some(&new.shift.center_id),
        detail: json!({ "shift": new.shift.id, "person": new.person, "minutes": new.minutes,
            "kind": new.kind, "approval": new.approval }),
    };
    audit::record(tx, act, entry).await?;
    let view = find_in(tx, &id)
        .await?
        .ok_or(Error::Corrupt("hour entry"))?;
    tell(tx, act, &view).await?;
    Ok(view)
}

/// Tells the volunteer where an entry stands (C-92).
pub(super) async fn tell(tx: &mut Tx, act: &Act, entry: &EntryView) -> Result<()> {
    let notice = Notice::Hours {
        person: entry.person_name.clone(),
        sitting: Details {
            event: Event::Shift(entry.shift_id.clone()),
            title: entry.title.clone(),
            center: entry.center_name.clone(),
            room: entry.place.clone(),
            starts_at: entry.span.start(),
            ends_at: entry.span.end(),
        },
        minutes: entry.sum.minutes,
        state: entry.state(),
    };
    let about = format!("{}:{}:{}", entry.id, entry.state(), act.now.0);
    notices::inbox(tx, act, &entry.account_id, &notice, &about).await?;
    tell_milestone(tx, act, entry).await
}

/// Tells the volunteer of a milestone that an entry brings them to, once and for them alone.
async fn tell_milestone(tx: &mut Tx, act: &Act, entry: &EntryView) -> Result<()> {
    if !entry.sum.counts() || entry.sum.counts_as != Kind::Verified {
        return Ok(());
    }
    let totals = totals_in(tx, &entry.person_id).await?;
    let Some(of) = reached_with(&totals, entry.sum.minutes) else {
        return Ok(());
    };
    let notice = Notice::Milestone {
        person: entry.person_name.clone(),
        of,
    };
    let about = format!("{}:{of}", entry.person_id);
    notices::inbox(tx, act, &entry.account_id, &notice, &about)
        .await
        .map(drop)
}

/// What the ledger has of somebody around a shift.
#[derive(Default)]
pub(super) struct Counted {
    /// The stretches that count.
    pub(super) spans: Vec<Span>,
    /// The minutes of the shift's day, whatever they await.
    pub(super) day: i64,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    person_id: PersonId,
    spans: String,
    minutes: i64,
    served_at: Timestamp,
}

/// What the ledger has of these people around a shift; what was refused is not in it. Their accounts
/// are locked.
pub(super) async fn counted(
    tx: &mut Tx,
    people: &[&PersonId],
    shift: Span,
) -> Result<HashMap<PersonId, Counted>> {
    counted_but(tx, people, shift, None).await
}

/// The same but for what the ledger has of one shift.
pub(super) async fn counted_but(
    tx: &mut Tx,
    people: &[&PersonId],
    shift: Span,
    but: Option<&ShiftId>,
) -> Result<HashMap<PersonId, Counted>> {
    let mut found: HashMap<PersonId, Counted> = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT COALESCE(q.merged_into, q.id) AS person_id, h.spans, h.minutes, h.served_at
         FROM person q JOIN hour_entry h ON h.person_id = q.id
         WHERE (q.id {list} OR q.merged_into {list})
         AND h.served_at > $1 AND h.served_at < $2 AND h.shift_id <> $4
         AND NOT EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = 'refused')",
        list = tx.one_of("$3")
    );
    let rows: Vec<CountedRow> = tx
        .sql_built(text)
        .bind(shift.start().plus(-2 * DAY))
        .bind(shift.end().plus(DAY))
        .bind_list(people.iter().map(|person| person.as_str()))
        .bind(but.map_or("", ShiftId::as_str))
        .all()
        .await?;
    for row in rows {
        let of = found.entry(row.person_id).or_default();
        let spans: Vec<(i64, i64)> = serde_json::from_str(&row.spans)?;
        let spans = spans.into_iter();
        of.spans
            .extend(spans.map(|(from, to)| Span::kept(Timestamp(from), Timestamp(to))));
        if row.served_at.day() == shift.start().day() {
            of.day += row.minutes;
        }
    }
    Ok(found)
}
