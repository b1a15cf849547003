//! The inbox of an account: what changed for its people.

use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::{
    id::{AccountId, MessageId},
    notice::Notice,
    time::Timestamp,
};

/// A message in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The notice; its words are in the locale files.
    pub notice: Notice,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: MessageId,
    data: String,
    created_at: Timestamp,
    read_at: Option<Timestamp>,
}

/// The account's messages, the newest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub async fn list(db: &Db, account: &AccountId, limit: u32) -> Result<Vec<Message>> {
    let mut tx = db.read().await?;
    let rows: Vec<MessageRow> = tx
        .sql(
            "SELECT id, data, created_at, read_at FROM message
             WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
        )
        .bind(account)
        .bind(i64::from(limit))
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Message {
                id: row.id,
                notice: serde_json::from_str(&row.data)?,
                created_at: row.created_at,
                read_at: row.read_at,
            })
        })
        .collect()
}

/// How many messages of the account are unread.
///
/// # Errors
/// Database errors.
pub async fn unread(db: &Db, account: &AccountId) -> Result<u32> {
    let mut tx = db.read().await?;
    tx.sql("SELECT COUNT(*) FROM message WHERE account_id = $1 AND read_at IS NULL")
        .bind(account)
        .count()
        .await
}

/// Marks one of the caller's own messages as read, or all of them; how many were unread.
///
/// # Errors
/// [`domain::Refusal`] for callers without an inbox. Somebody else's message is left alone.
pub async fn mark_read(db: &Db, act: &Act, message: Option<MessageId>) -> Result<u64> {
    let op = MarkRead {
        account: act.caller.account()?.clone(),
        message,
    };
    db.write(act, Locks::none(), op).await
}

struct MarkRead {
    account: AccountId,
    message: Option<MessageId>,
}

#[async_trait::async_trait]
impl Op for MarkRead {
    type Out = u64;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u64> {
        tx.sql(
            "UPDATE message SET read_at = $1
             WHERE account_id = $2 AND read_at IS NULL AND (id = $3 OR $3 IS NULL)",
        )
        .bind(act.now)
        .bind(&self.account)
        .bind(self.message.as_ref().map(MessageId::as_str))
        .run()
        .await
    }
}
