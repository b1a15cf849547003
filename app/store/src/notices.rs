//! Notifying people: a message in their inbox and, through the outbox, a text message to their
//! phone, both written in the transaction of what they are about (C-30, C-165).

use crate::{Act, Batch, Result, Tx};
use domain::{id::AccountId, night::by_day, notice::Notice};

/// A text message to the holder of an account, if they have a telephone.
const TEXT: &str =
    "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key, created_at, due_at)
     SELECT $1, 'sms', phone, locale, $2, $3, $4, $5, $5 FROM account
     WHERE id = $6 AND phone NOT LIKE '-%'
     ON CONFLICT (dedupe_key) DO NOTHING";

/// Texts the holder of an account, without a message in their inbox: what the pages show anyway.
pub(crate) fn text(
    batch: &mut Batch,
    act: &Act,
    account: &AccountId,
    notice: &Notice,
    about: &str,
) -> Result<()> {
    let id: domain::id::MessageId = act.ids.make(act.now);
    batch
        .add(TEXT)
        .bind(&id)
        .bind(notice.kind())
        .bind(serde_json::to_string(notice)?)
        .bind(format!("{}:{about}", notice.kind()))
        .bind(act.now)
        .bind(account);
    Ok(())
}

/// Puts a message into the holder's inbox, without a text message: what nobody must act upon. `about`
/// and the kind together make the notice unique (C-162). Whether it is new.
pub(crate) async fn inbox(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    notice: &Notice,
    about: &str,
) -> Result<bool> {
    let id: domain::id::MessageId = act.ids.make(act.now);
    let told = tx
        .sql(
            "INSERT INTO message (id, account_id, kind, data, dedupe_key, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .bind(&id)
        .bind(account)
        .bind(notice.kind())
        .bind(serde_json::to_string(notice)?)
        .bind(format!("{}:{about}", notice.kind()))
        .bind(act.now)
        .run()
        .await?;
    Ok(told > 0)
}

/// Notifies the holder of an account. `about` and the kind together make the notice unique: nobody
/// is told the same thing twice (C-162).
pub(crate) async fn tell(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    notice: &Notice,
    about: &str,
) -> Result<()> {
    if inbox(tx, act, account, notice, about).await? {
        let id: domain::id::MessageId = act.ids.make(act.now);
        tx.sql(TEXT)
            .bind(&id)
            .bind(notice.kind())
            .bind(serde_json::to_string(notice)?)
            .bind(format!("{}:{about}", notice.kind()))
            .bind(act.now)
            .bind(account)
            .run()
            .await?;
    }
    Ok(())
}

/// The same by day: in the inbox at once, by text message not before the morning
/// ([`domain::night::by_day`]). Whether it is new.
pub(crate) async fn tell_by_day(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    notice: &Notice,
    about: &str,
) -> Result<bool> {
    let is_new = inbox(tx, act, account, notice, about).await?;
    if is_new {
        let id: domain::id::MessageId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key, created_at,
                 due_at)
             SELECT $1, 'sms', phone, locale, $2, $3, $4, $5, $6 FROM account
             WHERE id = $7 AND phone NOT LIKE '-%'
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .bind(&id)
        .bind(notice.kind())
        .bind(serde_json::to_string(notice)?)
        .bind(format!("{}:{about}", notice.kind()))
        .bind(act.now)
        .bind(by_day(act.now))
        .bind(account)
        .run()
        .await?;
    }
    Ok(is_new)
}
