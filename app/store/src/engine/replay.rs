//! Answers by idempotency key: the same request gets the first answer again (rule 4, C-31). The key
//! is kept in the transaction of the effect (C-33) and belongs to its caller.

use super::{Act, Batch, Error, Op, Result, Tx};
use domain::{Reason, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write as _};

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
            return Err(Refusal::invalid("Idempotency-Key", Reason::NotVisibleAscii));
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

/// What an operation gives again to a key that it has answered before: everything that it returns,
/// or nothing. A refusal that is returned as an error is never kept, because the operation may have
/// begun to write; one that is to be given again is a value that the operation returns.
pub struct Replay<T> {
    codec: Option<Codec<T>>,
}

struct Codec<T> {
    write: fn(&T) -> serde_json::Result<String>,
    read: fn(&str) -> serde_json::Result<T>,
}

impl<T> Replay<T> {
    /// Nothing: a key that comes with the request is of no concern to this operation.
    pub const fn never() -> Self {
        Self { codec: None }
    }

    /// Whether anything is given again.
    pub(super) const fn is_kept(&self) -> bool {
        self.codec.is_some()
    }
}

impl<T: Serialize + DeserializeOwned> Replay<T> {
    /// What it returns.
    pub fn answer() -> Self {
        Self {
            codec: Some(Codec {
                write: |answer| serde_json::to_string(answer),
                read: |text| serde_json::from_str(text),
            }),
        }
    }
}

/// Whose key: caller and key.
pub(super) type Asked = (String, String);

/// A first answer as it is kept.
#[derive(Clone)]
pub(super) struct Kept {
    fingerprint: String,
    answer: String,
}

/// What tells the answers of an act apart, where it has a key.
pub(super) fn asked(act: &Act) -> Option<Asked> {
    let key = act.key()?;
    Some((act.caller.key(), key.key.clone()))
}

/// A row of what is kept, or of something else that was selected with it.
pub(super) type Found = (String, Option<String>, Option<String>, Option<String>);

/// The first answers among rows.
pub(super) fn kept(rows: Vec<Found>) -> HashMap<Asked, Kept> {
    let rows = rows.into_iter().filter_map(|row| match row {
        (caller, Some(key), Some(fingerprint), Some(answer)) => Some((
            (caller, key),
            Kept {
                fingerprint,
                answer,
            },
        )),
        _ => None,
    });
    rows.collect()
}

/// The statement that finds the first answers to `many` keys, its placeholders from `first` on.
pub(super) fn query(many: usize, first: usize) -> String {
    let mut asked = String::new();
    for n in 0..many {
        let (caller, key) = (first + 2 * n, first + 2 * n + 1);
        let part = match n {
            0 => format!("SELECT ${caller} AS caller, ${key} AS idempotency_key"),
            _ => format!(" UNION ALL SELECT ${caller}, ${key}"),
        };
        asked.push_str(&part);
    }
    let mut text =
        String::from("SELECT i.caller, i.idempotency_key, i.fingerprint, i.answer FROM (");
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "{asked}) AS asked CROSS JOIN idempotency i
         WHERE i.caller = asked.caller AND i.idempotency_key = asked.idempotency_key"
    );
    text
}

/// The first answers that were given to these keys.
pub(super) async fn find(tx: &mut Tx, asked: &[Asked]) -> Result<HashMap<Asked, Kept>> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let mut found = tx.sql_built(query(asked.len(), 1));
    for (caller, key) in asked {
        found = found.bind(caller).bind(key);
    }
    Ok(kept(found.all().await?))
}

/// Runs an operation once for the key of its act. `first` is the answer that was found for the key
/// when the transaction began.
///
/// # Errors
/// What the operation returns; [`Refusal::IdempotencyMismatch`] where the key came with another
/// request (C-37); [`Error::NeedLocks`] where another transaction has answered the same key
/// meanwhile: this one then runs again and finds that answer.
pub(super) async fn run<O: Op>(
    op: &O,
    act: &Act,
    tx: &mut Tx,
    first: Option<&Kept>,
) -> Result<O::Out> {
    let once = act.key().zip(O::replay().codec);
    if let (Some((key, codec)), Some(first)) = (&once, first) {
        if first.fingerprint != key.fingerprint {
            return Err(Refusal::IdempotencyMismatch.into());
        }
        act.note_replay();
        return Ok((codec.read)(&first.answer)?);
    }
    let outcome = op.run(tx, act).await;
    let last = tx.take_last();
    match (outcome, once) {
        (Ok(answer), once) => {
            let mut last = last.unwrap_or_else(|| Batch::new(tx));
            if let Some((key, codec)) = once {
                keep(&mut last, act, key, (codec.write)(&answer)?);
            }
            last.run(tx).await?;
            Ok(answer)
        }
        (Err(Error::Refused(refusal)), Some(_)) => {
            let asked: Vec<Asked> = asked(act).into_iter().collect();
            match find(tx, &asked).await?.is_empty() {
                true => Err(refusal.into()),
                false => Err(Error::another_try()),
            }
        }
        (Err(error), _) => Err(error),
    }
}

fn keep(batch: &mut Batch, act: &Act, key: &Key, answer: String) {
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
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn keys_are_looked_up_together() {
        let text = query(2, 3);
        assert!(
            text.contains("SELECT $3 AS caller, $4 AS idempotency_key UNION ALL SELECT $5, $6")
        );
    }
}
