//! Answers by idempotency key: the same request gets the first answer again (rule 4, C-31). The
//! key is kept in the transaction of the effect (C-33) and belongs to its caller.

use crate::{Act, Error, Result, Tx, error::Need};
use domain::Refusal;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

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
    match found {
        None => Ok(None),
        Some((fingerprint, _)) if fingerprint != key.fingerprint => {
            Err(Refusal::IdempotencyMismatch.into())
        }
        Some((_, answer)) => Ok(Some(Answer {
            outcome: serde_json::from_str(&answer)?,
            replayed: true,
        })),
    }
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
    let Some(key) = key else { return Ok(()) };
    let kept = tx
        .sql(
            "INSERT INTO idempotency (caller, idempotency_key, fingerprint, answer, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (caller, idempotency_key) DO NOTHING",
        )
        .bind(act.caller.key())
        .bind(&key.key)
        .bind(&key.fingerprint)
        .bind(serde_json::to_string(outcome)?)
        .bind(act.now)
        .run()
        .await?;
    if kept == 0 {
        Err(Error::NeedLock(Need::AnotherTry))
    } else {
        Ok(())
    }
}
