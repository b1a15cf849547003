//! The audit log: every change, and every look of the staff at personal data (rule 6), in the
//! same transaction as what it tells of (C-166). Append-only.

use crate::{Act, Result, Tx, batch::Batch};
use domain::id::CenterId;

/// What an entry is about.
pub(crate) struct Entry<'a> {
    /// A stable verb, e.g. `booking.cancel`.
    pub(crate) action: &'static str,
    /// Table and id of what it was done to.
    pub(crate) subject: (&'static str, &'a str),
    /// The center whose staff may read the entry.
    pub(crate) center: Option<&'a CenterId>,
    /// Facts as JSON, without names or phone numbers: ids lead to them while they exist.
    pub(crate) detail: serde_json::Value,
}

/// Writes an entry.
pub(crate) async fn record(tx: &mut Tx, act: &Act, entry: Entry<'_>) -> Result<()> {
    let mut batch = Batch::new(tx);
    add(&mut batch, act, entry);
    batch.run(tx).await
}

/// Writes an entry together with what it tells of.
pub(crate) fn add(batch: &mut Batch, act: &Act, entry: Entry<'_>) {
    let id: uuid::Uuid = act.ids.make(act.now);
    batch
        .add(
            "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, center_id, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.hyphenated().to_string())
        .bind(act.now)
        .bind(act.caller.key())
        .bind(entry.action)
        .bind(entry.subject.0)
        .bind(entry.subject.1)
        .bind(entry.center.map(CenterId::as_str))
        .bind(entry.detail.to_string());
}
