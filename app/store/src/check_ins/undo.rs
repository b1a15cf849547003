//! Taking a check-in or a check-out back: an event of its own; both stay in the log (C-114).

use super::{
    facts::{self, SubjectRow},
    settle::settle_in,
};
use crate::{
    Act, Batch, Change, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    booking::State,
    check_in::{Direction, Evidence, Kind, Method, Outcome, Verdict, admit_undo},
    commitment::Subject,
    id::CheckInId,
    time::Timestamp,
};
use serde_json::json;

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The undo itself, an entry of the log.
    pub id: CheckInId,
    /// What it took back.
    pub undoes: CheckInId,
    /// The commitment.
    pub subject: Subject,
    /// Where it stands now.
    pub state: State,
}

/// Takes a check-in back, for staff who book for others at its center, within
/// [`domain::check_in::UNDO_WITHIN`]. A second time changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::TooLateToUndo`], and
/// [`Refusal::Invalid`] for a scan that admitted nobody.
pub async fn undo(db: &Db, act: &Act, id: &CheckInId) -> Result<Undone> {
    let mut tx = db.read().await?;
    let found: Option<SubjectRow> = tx
        .sql("SELECT subject_kind, subject_id FROM check_in WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    let subject: Option<Subject> = found.ok_or(Refusal::NotFound)?.try_into()?;
    let event = match &subject {
        Some(subject) => facts::event_of(&mut tx, subject).await?,
        None => None,
    };
    drop(tx);
    let locks = Locks::of(event.iter().map(|(event, _)| event));
    let op = Undo { id: id.clone() };
    db.write(act, locks, op).await
}

struct Undo {
    id: CheckInId,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: Kind,
    at: Timestamp,
    received_at: Timestamp,
    #[sqlx(flatten, try_from = "SubjectRow")]
    subject: Option<Subject>,
    result: Outcome,
    verdict: String,
}

#[async_trait::async_trait]
impl Op for Undo {
    type Out = Undone;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Undone> {
        let row: Option<Row> = tx
            .sql(
                "SELECT kind, at, received_at, subject_kind, subject_id, result, verdict FROM check_in
                 WHERE id = $1",
            )
            .bind(&self.id)
            .optional()
            .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let subject = row.subject.ok_or(Refusal::NotFound)?;
        let loaded = facts::of_subject(tx, &subject).await?;
        let mut loaded = loaded.ok_or(Error::Corrupt("commitment"))?;
        tx.need([&loaded.facts.event])?;
        act.caller.may(Action::BookForOthers, &loaded.place)?;
        // A repeated scan admitted nobody anew; it must not prolong the time in which the first one
        // can be taken back.
        if row.kind != Kind::Scan || row.result != Outcome::Admitted {
            return Err(Refusal::invalid("check_in", Reason::NotAdmitted).into());
        }
        let before: Option<(CheckInId,)> = tx
            .sql("SELECT id FROM check_in WHERE undoes = $1")
            .bind(&self.id)
            .optional()
            .await?;
        if let Some((id,)) = before {
            return Ok(self.undone(id, subject, loaded.facts.state));
        }
        admit_undo(row.at, row.received_at, act.now)?;
        let verdict: Verdict = serde_json::from_str(&row.verdict)?;
        let evidence = Evidence {
            id: act.ids.make(act.now),
            kind: Kind::Undo,
            direction: verdict.direction().unwrap_or(Direction::In),
            at: act.now,
            door: String::new(),
        };
        let mut batch = Batch::new(tx);
        self.add(act, &mut batch, &loaded, &evidence, &row.verdict);
        loaded.facts.evidence.push(evidence.clone());
        settle_in(tx, act, &mut batch, &loaded, None).await?;
        batch.run(tx).await?;
        tx.changed((&loaded.facts.event).into());
        tx.changed(Change::Door(loaded.facts.center.clone()));
        let now = facts::of_subject(tx, &subject).await?;
        let state = now.ok_or(Error::Corrupt("commitment"))?.facts.state;
        Ok(self.undone(evidence.id, subject, state))
    }
}

impl Undo {
    fn undone(&self, id: CheckInId, subject: Subject, state: State) -> Undone {
        Undone {
            id,
            undoes: self.id.clone(),
            subject,
            state,
        }
    }

    fn add(
        &self,
        act: &Act,
        batch: &mut Batch,
        loaded: &facts::Loaded,
        undo: &Evidence,
        verdict: &str,
    ) {
        let now = act.now;
        batch
            .add(
                "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller,
                     method, direction, result, subject_kind, subject_id, occurrence_id, shift_id,
                     person_id, undoes, is_evidence, verdict)
                 VALUES ($1, 'undo', $2, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                     TRUE, $14)
                 ON CONFLICT DO NOTHING",
            )
            .bind(&undo.id)
            .bind(now)
            .bind(&loaded.facts.center)
            .bind(act.caller.key())
            .bind(Method::Name)
            .bind(undo.direction)
            .bind(Outcome::Admitted)
            .bind(loaded.facts.subject.kind())
            .bind(loaded.facts.subject.id())
            .bind(loaded.facts.event.occurrence())
            .bind(loaded.facts.event.shift())
            .bind(loaded.person.as_ref())
            .bind(&self.id)
            .bind(verdict);
        let entry = Entry {
            action: Verb::CheckInUndo,
            subject: ("check_in", self.id.as_str()),
            center: Some(&loaded.facts.center),
            detail: json!({ "of": loaded.facts.subject, "direction": undo.direction }),
        };
        audit::add(batch, act, entry);
    }
}
