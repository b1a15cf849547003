//! Answers by idempotency key: the same request gets the first answer again (rule 4, C-31). The key
//! is kept in the transaction of the effect (C-33) and belongs to its caller.

use super::{Act, Batch, Error, Op, Query, Result, Tx, begun::BEGIN_SQLITE};
use data_encoding::HEXLOWER;
use domain::{Reason, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

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
        Ok(Self {
            key: key.to_owned(),
            fingerprint: HEXLOWER.encode(&hash.finalize()),
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
pub(super) struct Answered {
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
pub(super) fn kept(rows: Vec<Found>) -> HashMap<Asked, Answered> {
    let rows = rows.into_iter().filter_map(|row| match row {
        (caller, Some(key), Some(fingerprint), Some(answer)) => Some((
            (caller, key),
            Answered {
                fingerprint,
                answer,
            },
        )),
        _ => None,
    });
    rows.collect()
}

/// Finds the first answers to keys, all in one statement that is the same however many there are:
/// another text is another plan. On SQLite they are one JSON list of pairs.
const FIND_IN_SQLITE: &str = "SELECT i.caller, i.idempotency_key, i.fingerprint, i.answer
    FROM json_each($1) AS asked CROSS JOIN idempotency i
    WHERE i.caller = asked.value ->> 0 AND i.idempotency_key = asked.value ->> 1";

/// The same on PostgreSQL: callers as one list, keys as another.
pub(super) const FIND_IN_POSTGRES: &str =
    "SELECT i.caller, i.idempotency_key, i.fingerprint, i.answer
    FROM unnest($1::text[], $2::text[]) AS asked (caller, idempotency_key)
    JOIN idempotency i USING (caller, idempotency_key)";

/// The first answers that were given to these keys.
pub(super) async fn find(tx: &mut Tx, asked: &[Asked]) -> Result<HashMap<Asked, Answered>> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let found = match tx.is_sqlite() {
        true => tx.sql(FIND_IN_SQLITE).bind(serde_json::to_string(asked)?),
        false => bind_keys(tx.sql(FIND_IN_POSTGRES), asked),
    };
    Ok(kept(found.all().await?))
}

/// The same where a transaction begins on SQLite: both in one go.
pub(super) async fn begin_and_find(
    tx: &mut Tx,
    asked: &[Asked],
) -> Result<HashMap<Asked, Answered>> {
    if asked.is_empty() {
        tx.sql(BEGIN_SQLITE).run().await?;
        return Ok(HashMap::new());
    }
    let text = format!("{BEGIN_SQLITE}; {FIND_IN_SQLITE}");
    let query = tx.sql_built(text).bind(serde_json::to_string(asked)?);
    Ok(kept(query.all().await?))
}

/// Binds the values of [`FIND_IN_POSTGRES`].
pub(super) fn bind_keys<'t>(query: Query<'t>, asked: &[Asked]) -> Query<'t> {
    query
        .bind_list(asked.iter().map(|(caller, _)| caller.as_str()))
        .bind_list(asked.iter().map(|(_, key)| key.as_str()))
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
    first: Option<&Answered>,
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
