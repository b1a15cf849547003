//! Answers by idempotency key: the same request gets the first answer again (rule 4, C-31). The
//! key is kept in the transaction of the effect (C-33) and belongs to its caller.

use crate::{Act, Db, Locks, Result, Tx, batch::Batch, writer::Op};
use domain::Refusal;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// The key of a request, and what the request was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    key: String,
    fingerprint: String,
}

impl Key {
    /// A key that came with this request; `request` is whatever tells it from another one:
    /// operation, path and body.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] unless it is 1 to 128 visible ASCII characters.
    pub fn new(key: &str, request: &[&[u8]]) -> std::result::Result<Self, Refusal> {
        if !(1..=128).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refusal::invalid("Idempotency-Key", "not_visible_ascii"));
        }
        let mut hash = Sha256::new();
        for part in request {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let fingerprint = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(Self {
            key: key.to_owned(),
            fingerprint,
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.key
    }

    /// The answer that is kept with this fingerprint, again.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyMismatch`] where the key came with another request (C-37).
    pub(crate) fn replay<T: DeserializeOwned>(
        &self,
        fingerprint: &str,
        answer: &str,
    ) -> Result<Answer<T>> {
        if fingerprint != self.fingerprint {
            return Err(Refusal::IdempotencyMismatch.into());
        }
        Ok(Answer {
            outcome: serde_json::from_str(answer)?,
            replayed: true,
        })
    }
}

/// An answer, and whether it was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// What was decided.
    pub outcome: std::result::Result<T, Refusal>,
    /// Whether this is the first answer again.
    pub replayed: bool,
}

impl<T> Answer<T> {
    pub(crate) const fn first(outcome: std::result::Result<T, Refusal>) -> Self {
        Self {
            outcome,
            replayed: false,
        }
    }
}

/// The answer that was given to this key.
///
/// # Errors
/// [`Refusal::IdempotencyMismatch`] where the key came with another request (C-37).
pub(crate) async fn find<T: DeserializeOwned>(
    tx: &mut Tx,
    act: &Act,
    key: Option<&Key>,
) -> Result<Option<Answer<T>>> {
    let Some(key) = key else { return Ok(None) };
    let found: Option<(String, String)> = tx
        .sql("SELECT fingerprint, answer FROM idempotency WHERE caller = $1 AND idempotency_key = $2")
        .bind(act.caller.key())
        .bind(&key.key)
        .optional()
        .await?;
    found
        .map(|(fingerprint, answer)| key.replay(&fingerprint, &answer))
        .transpose()
}

/// Keeps the first answer.
///
/// # Errors
/// [`Error::NeedLock`] where another transaction has just answered the same key: this one then
/// runs again and finds that answer.
pub(crate) async fn keep<T: Serialize>(
    tx: &mut Tx,
    act: &Act,
    key: Option<&Key>,
    outcome: &std::result::Result<T, Refusal>,
) -> Result<()> {
    let mut batch = Batch::new(tx);
    add(&mut batch, act, key, outcome)?;
    batch.run(tx).await
}

/// Keeps the first answer together with its effect.
pub(crate) fn add<T: Serialize>(
    batch: &mut Batch,
    act: &Act,
    key: Option<&Key>,
    outcome: &std::result::Result<T, Refusal>,
) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    let answer = serde_json::to_string(outcome)?;
    batch
        .add(
            "INSERT INTO idempotency (caller, idempotency_key, fingerprint, answer, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (caller, idempotency_key) DO NOTHING",
        )
        .bind(act.caller.key())
        .bind(&key.key)
        .bind(&key.fingerprint)
        .bind(answer)
        .bind(act.now);
    Ok(())
}

/// An operation that is done once for a key. Only what was done is kept: a refusal is decided
/// anew, because the operation may have begun to write before it was refused.
pub(crate) struct Once<O> {
    pub(crate) act: Act,
    pub(crate) key: Option<Key>,
    pub(crate) op: O,
}

/// The request that a [`Db`] was handed out for ([`Db::for_request`]).
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    key: Option<Key>,
    replayed: Arc<AtomicBool>,
}

impl Request {
    pub(crate) fn new(key: Option<Key>) -> Self {
        Self {
            key,
            replayed: Arc::default(),
        }
    }

    /// Whether the answer was given before.
    pub(crate) fn was_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }
}

/// The answer that the request was given before: for what is gone since, so that there is nothing
/// left to decide on.
///
/// # Errors
/// What was answered; [`Refusal::IdempotencyMismatch`].
pub(crate) async fn answered<T: DeserializeOwned>(db: &Db, act: &Act) -> Result<Option<T>> {
    let request = db.request();
    let mut tx = db.read().await?;
    let Some(first) = find(&mut tx, act, request.key.as_ref()).await? else {
        return Ok(None);
    };
    request.replayed.store(true, Ordering::Relaxed);
    Ok(Some(first.outcome?))
}

/// Writes, once for the key of the request that `db` was handed out for.
///
/// # Errors
/// What the operation returns; [`Refusal::IdempotencyMismatch`].
pub(crate) async fn write_once<O: Op>(db: &Db, act: &Act, locks: Locks, op: O) -> Result<O::Out>
where
    O::Out: Serialize + DeserializeOwned,
{
    let request = db.request();
    let once = Once {
        act: act.clone(),
        key: request.key.clone(),
        op,
    };
    let answer = db.write(locks, once).await?;
    if answer.replayed {
        request.replayed.store(true, Ordering::Relaxed);
    }
    Ok(answer.outcome?)
}

impl<O: Op> Op for Once<O>
where
    O::Out: Serialize + DeserializeOwned,
{
    type Out = Answer<O::Out>;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Out> {
        if let Some(first) = find(tx, &self.act, self.key.as_ref()).await? {
            return Ok(first);
        }
        let outcome = Ok(self.op.run(tx).await?);
        keep(tx, &self.act, self.key.as_ref(), &outcome).await?;
        Ok(Answer::first(outcome))
    }
}
