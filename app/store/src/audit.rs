//! The audit log: every change, and every time staff see personal data (rule 6), written in the same
//! transaction as what it is about (C-166). Append-only.

use crate::{Act, Batch, Db, Locks, Op, Result, Tx, centers};
use domain::{access::Action, audit::Verb, id::CenterId, place::CenterPlace, time::MINUTE};
use sha2::{Digest, Sha256};

/// How long one entry covers repeated looks (milliseconds).
const LOOK: i64 = 15 * MINUTE;

/// What an entry is about.
pub(crate) struct Entry<'a> {
    /// What was done.
    pub(crate) action: Verb,
    /// Table and id of what it was done to.
    pub(crate) subject: (&'static str, &'a str),
    /// The center whose staff may read the entry.
    pub(crate) center: Option<&'a CenterId>,
    /// Facts as JSON, without names or phone numbers: ids lead to those while they exist.
    pub(crate) detail: serde_json::Value,
}

/// Writes an entry.
pub(crate) async fn record(tx: &mut Tx, act: &Act, entry: Entry<'_>) -> Result<()> {
    let mut batch = Batch::new(tx);
    add(&mut batch, act, entry);
    batch.run(tx).await
}

/// Somebody looks at the personal data of a center.
pub(crate) struct CenterLook<'a> {
    /// Which center.
    pub(crate) center: &'a CenterId,
    /// At what.
    pub(crate) action: Verb,
    /// As of [`record_look`].
    pub(crate) page: &'static str,
    /// As of [`Entry`].
    pub(crate) detail: serde_json::Value,
}

/// Whether the caller may see the personal data of a center, and the record that they look (rule 6).
/// What they see is read afterwards, so that a long list holds up nobody who writes. Where it lies.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound),
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden); database errors.
pub(crate) async fn look_at(db: &Db, act: &Act, look: CenterLook<'_>) -> Result<CenterPlace> {
    let op = LookAt {
        center: look.center.clone(),
        action: look.action,
        page: look.page,
        detail: look.detail,
    };
    db.write(act, Locks::none(), op).await
}

struct LookAt {
    center: CenterId,
    action: Verb,
    page: &'static str,
    detail: serde_json::Value,
}

#[async_trait::async_trait]
impl Op for LookAt {
    type Out = CenterPlace;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<CenterPlace> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let entry = Entry {
            action: self.action,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: self.detail.clone(),
        };
        record_look(tx, act, self.page, entry).await?;
        Ok(place)
    }
}

/// Records that the caller sees personal data: one entry per caller, subject and quarter of an hour,
/// because pages left open refetch with every change. `page` distinguishes what is seen of the
/// subject. Of several looks the first one's entry stands, even if two happen at the same moment.
pub(crate) async fn record_look(
    tx: &mut Tx,
    act: &Act,
    page: &str,
    entry: Entry<'_>,
) -> Result<()> {
    let quarter = act.now.0.div_euclid(LOOK).to_string();
    let actor = act.caller.key();
    let mut hash = Sha256::new();
    let (kind, subject) = entry.subject;
    for part in [&actor, entry.action.as_str(), kind, subject, page, &quarter] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    tx.sql(
        "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, center_id, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.hyphenated().to_string())
    .bind(act.now)
    .bind(actor)
    .bind(entry.action)
    .bind(kind)
    .bind(subject)
    .bind(entry.center.map(CenterId::as_str))
    .bind(entry.detail.to_string())
    .run()
    .await?;
    Ok(())
}

/// Adds an entry to the batch that writes what it is about.
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
