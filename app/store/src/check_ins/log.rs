//! The rows of the log.

use super::{
    facts::{self, Loaded, SubjectRow},
    scan::{Admission, NewCheckIn},
};
use crate::{
    Act, Batch, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Refusal,
    access::{Action, Caller, Identity},
    audit::Verb,
    check_in::{Method, Review, ScanTime, Verdict},
    commitment::Subject,
    id::{CardId, CenterId, CheckInId},
    time::Timestamp,
};
use serde_json::json;

/// What is known of a door as it is stored: at most 40 characters, without control characters.
pub(super) fn door(label: &str) -> String {
    label
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect()
}

/// A scan to be kept.
pub(super) struct NewEntry<'a> {
    pub(super) new: &'a NewCheckIn,
    pub(super) center: Option<&'a CenterId>,
    pub(super) time: ScanTime,
    pub(super) method: Method,
    pub(super) card: Option<&'a CardId>,
    pub(super) loaded: Option<&'a Loaded>,
    pub(super) verdict: &'a Verdict,
    pub(super) review: Option<Review>,
}

impl NewEntry<'_> {
    /// What the caller is told.
    pub(super) fn answer(&self, caller: &Caller) -> Admission {
        let said = Said {
            id: &self.new.id,
            verdict: self.verdict,
            method: self.method,
            at: self.time.at,
            review: self.review,
        };
        said.answer(self.loaded, caller, false)
    }
}

/// What was said of a scan, then or now.
struct Said<'a> {
    id: &'a CheckInId,
    verdict: &'a Verdict,
    method: Method,
    at: Timestamp,
    review: Option<Review>,
}

impl Said<'_> {
    fn answer(&self, loaded: Option<&Loaded>, caller: &Caller, replayed: bool) -> Admission {
        let sees_names = |loaded: &Loaded| match &caller.identity {
            Identity::Resident(account) => Some(account) == loaded.account.as_ref(),
            _ => caller.may(Action::ViewBookings, &loaded.place).is_ok(),
        };
        Admission {
            id: self.id.clone(),
            verdict: self.verdict.clone(),
            method: self.method,
            at: self.at,
            subject: loaded.map(|l| l.facts.subject.clone()),
            event: loaded.map(|l| l.facts.event.clone()),
            title: loaded.map(|l| l.title.clone()),
            room: loaded.map(|l| l.room.clone()),
            starts_at: loaded.map(|l| l.facts.span.start()),
            ends_at: loaded.map(|l| l.facts.span.end()),
            person_name: loaded.map(|l| match sees_names(l) {
                true => l.name.as_str().to_owned(),
                false => l.name.masked(),
            }),
            review: self.review,
            replayed,
            without_lead: None,
        }
    }
}

/// Adds the row. Where somebody else has just kept the same id, the operation runs again and
/// finds that answer.
pub(super) fn add(batch: &mut Batch, act: &Act, entry: &NewEntry<'_>) -> Result<()> {
    let reason = match entry.verdict {
        Verdict::Unknown { reason } => Some(reason.as_str()),
        Verdict::Forged { reason } => Some(reason.as_str()),
        _ => None,
    };
    batch
        .add(
            "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, door, caller,
                 method, direction, result, reason, subject_kind, subject_id, occurrence_id,
                 shift_id, person_id, card_id, is_evidence, review, verdict, fingerprint)
             VALUES ($1, 'scan', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                 $16, $17, $18, $19, $20, $21) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&entry.new.id)
        .bind(entry.time.at)
        .bind(entry.time.device_at)
        .bind(entry.time.received_at)
        .bind(entry.center)
        .bind(door(&entry.new.door))
        .bind(act.caller.key())
        .bind(entry.method)
        .bind(entry.new.direction)
        .bind(entry.verdict.outcome())
        .bind(reason)
        .bind(entry.loaded.map(|l| l.facts.subject.kind()))
        .bind(entry.loaded.map(|l| l.facts.subject.id()))
        .bind(entry.loaded.and_then(|l| l.facts.event.occurrence()))
        .bind(entry.loaded.and_then(|l| l.facts.event.shift()))
        .bind(entry.loaded.and_then(|l| l.person.as_ref()))
        .bind(entry.card)
        .bind(entry.verdict.is_evidence())
        .bind(entry.review)
        .bind(serde_json::to_string(entry.verdict)?)
        .bind(entry.new.fingerprint());
    Ok(())
}

/// What staff do is in the audit log as well; a kiosk's scans are in the log itself.
pub(super) fn add_audit(batch: &mut Batch, act: &Act, entry: &NewEntry<'_>) {
    if !is_staff(&act.caller) {
        return;
    }
    let entry = Entry {
        action: Verb::CheckInAdmit,
        subject: ("check_in", entry.new.id.as_str()),
        center: entry.center,
        detail: json!({
            "of": entry.loaded.map(|l| &l.facts.subject),
            "at": entry.loaded.map(|l| &l.facts.event),
            "method": entry.method,
            "result": entry.verdict.outcome(),
        }),
    };
    audit::add(batch, act, entry);
}

/// Whether the caller is staff, or a program with the rights of staff.
fn is_staff(caller: &Caller) -> bool {
    match &caller.identity {
        Identity::Staff(_) => true,
        Identity::Program(_) => caller.may_somewhere(Action::ViewBookings),
        _ => false,
    }
}

#[derive(sqlx::FromRow)]
struct FirstRow {
    center_id: Option<CenterId>,
    caller: String,
    method: Method,
    at: Timestamp,
    #[sqlx(flatten, try_from = "SubjectRow")]
    subject: Option<Subject>,
    review: Option<Review>,
    verdict: String,
    fingerprint: String,
}

/// An answer that was given.
pub(super) struct First {
    pub(super) answer: Admission,
    /// Of the scan that it was given to; empty for old ones.
    fingerprint: String,
}

impl First {
    /// Whether this is the scan that was answered.
    pub(super) fn is_of(&self, new: &NewCheckIn) -> bool {
        self.fingerprint.is_empty() || self.fingerprint == new.fingerprint()
    }
}

/// Whether the log has a scan of that id.
pub(super) async fn has(tx: &mut Tx, id: &CheckInId) -> Result<bool> {
    let found: Option<(Timestamp,)> = tx
        .sql("SELECT at FROM check_in WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// The first answer to this id, for whoever gave it or may admit at the same center.
///
/// # Errors
/// [`Refusal::IdempotencyMismatch`] for the id of somebody else's scan.
pub(super) async fn first(tx: &mut Tx, act: &Act, id: &CheckInId) -> Result<Option<First>> {
    let found: Option<FirstRow> = tx
        .sql(
            "SELECT center_id, caller, method, at, subject_kind, subject_id, review, verdict,
                    fingerprint FROM check_in
             WHERE id = $1 AND kind = 'scan'",
        )
        .bind(id)
        .optional()
        .await?;
    let Some(row) = found else { return Ok(None) };
    if row.caller != act.caller.key() {
        let center = row.center_id.ok_or(Refusal::IdempotencyMismatch)?;
        let place = centers::place(tx, &center).await?;
        act.caller
            .may(Action::CheckIn, &place)
            .map_err(|_| Refusal::IdempotencyMismatch)?;
    }
    let loaded = match &row.subject {
        Some(subject) => facts::of_subject(tx, subject).await?,
        None => None,
    };
    let verdict: Verdict = serde_json::from_str(&row.verdict)?;
    let said = Said {
        id,
        verdict: &verdict,
        method: row.method,
        at: row.at,
        review: row.review,
    };
    Ok(Some(First {
        answer: said.answer(loaded.as_ref(), &act.caller, true),
        fingerprint: row.fingerprint,
    }))
}
