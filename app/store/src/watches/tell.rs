//! Telling who watches, and counting what that brought.

use crate::{
    Act, Error, Result, Tx, notices,
    shifts::{self, ShiftView},
};
use domain::{
    activity::Status,
    id::{AccountId, ShiftId, WatchId},
    notice::Notice,
    shift::{Footing, ShiftKind, told},
};
use std::collections::BTreeMap;

/// The most who are told of one change.
const MOST: i64 = 1000;

/// Somebody who watches a shift.
#[derive(sqlx::FromRow)]
struct Watcher {
    id: WatchId,
    account_id: AccountId,
    can_come: bool,
}

/// A shift stands otherwise than before, under its lock: who watches it is told, once a change. What
/// changes back and forth within one operation is one change.
pub(crate) async fn stands(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    was: Footing,
    is: Footing,
) -> Result<()> {
    if was == is {
        return Ok(());
    }
    let view = shifts::view_in(tx, shift).await?;
    let view = view.ok_or(Error::Corrupt("shift"))?;
    if view.status != Status::Published || act.now >= view.span.start() {
        return Ok(());
    }
    let watchers = watchers(tx, &view).await?;
    if watchers.is_empty() {
        return Ok(());
    }
    // What their watches count is written under their locks.
    tx.need(watchers.keys())?;
    let was = take_back(tx, act, shift, &watchers).await?.unwrap_or(was);
    let Some(is) = told(was, is) else {
        return Ok(());
    };
    let notice = Notice::ShiftStands {
        was,
        is,
        sitting: view.sitting(),
    };
    let own = act.caller.account().ok();
    let others = watchers.values().filter(|of| Some(&of.account_id) != own);
    for watcher in others.filter(|of| of.can_come) {
        let about = about(act, shift, &watcher.account_id);
        if notices::tell_by_day(tx, act, &watcher.account_id, &notice, &about).await? {
            count(tx, &watcher.id, 1).await?;
        }
    }
    Ok(())
}

/// What makes the message of a change unique.
fn about(act: &Act, shift: &ShiftId, account: &AccountId) -> String {
    format!("{account}:{shift}:{}", act.now.0)
}

/// Who watches a shift, by account: each by one watch, that of the shift itself before others. Whoever is
/// in it, or has said no to it since, need not be told (C-94).
async fn watchers(tx: &mut Tx, view: &ShiftView) -> Result<BTreeMap<AccountId, Watcher>> {
    let can_come = "NOT EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = $1
             AND a.account_id = w.account_id AND a.state IN ('waitlisted', 'requested', 'confirmed',
                 'checked_in', 'checked_out', 'validated'))
         AND NOT EXISTS (SELECT 1 FROM cover_call c WHERE c.shift_id = $1
             AND c.account_id = w.account_id AND c.answer = 'no' AND c.answered_at >= w.since)
         AS can_come";
    let text = format!(
        "SELECT w.id AS id, w.account_id, {can_come}, 0 AS rank FROM watch w WHERE w.shift_id = $1
         UNION ALL
         SELECT w.id, w.account_id, {can_come}, 1 AS rank FROM watch w WHERE w.center_id = $2
         AND (w.kind IS NULL OR w.kind = $3)
         ORDER BY rank, id LIMIT $4"
    );
    let kind = ShiftKind::of(view.duty, view.occurrence_id.is_some());
    let rows: Vec<Watcher> = tx
        .sql_built(text)
        .bind(&view.id)
        .bind(&view.center_id)
        .bind(kind.map(ShiftKind::as_str))
        .bind(MOST)
        .all()
        .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        found.entry(row.account_id.clone()).or_insert(row);
    }
    Ok(found)
}

/// Takes back what this operation has told already: how the shift stood before that.
async fn take_back(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    watchers: &BTreeMap<AccountId, Watcher>,
) -> Result<Option<Footing>> {
    let key = |of: &AccountId| format!("shift_stands:{}", about(act, shift, of));
    let keys: Vec<String> = watchers.keys().map(key).collect();
    let keys = || keys.iter().map(String::as_str);
    let text = format!(
        "SELECT account_id, data FROM message WHERE dedupe_key {}",
        tx.one_of("$1")
    );
    let told: Vec<(AccountId, String)> = tx.sql_built(text).bind_list(keys()).all().await?;
    let mut was = None;
    for (account, data) in &told {
        if let Notice::ShiftStands { was: stood, .. } = serde_json::from_str(data)? {
            was = Some(stood);
        }
        if let Some(watcher) = watchers.get(account) {
            count(tx, &watcher.id, -1).await?;
        }
    }
    if was.is_some() {
        for table in ["message", "outbox"] {
            let one_of = tx.one_of("$1");
            let text = format!("DELETE FROM {table} WHERE dedupe_key {one_of}");
            tx.sql_built(text).bind_list(keys()).run().await?;
        }
    }
    Ok(was)
}

async fn count(tx: &mut Tx, watch: &WatchId, by: i64) -> Result<()> {
    tx.sql("UPDATE watch SET told = told + $1 WHERE id = $2")
        .bind(by)
        .bind(watch)
        .run()
        .await
        .map(drop)
}

/// Somebody of an account has a place in a shift: if they were told of it, the message brought it.
pub(crate) async fn came(tx: &mut Tx, account: &AccountId, shift: &ShiftView) -> Result<()> {
    let kind = ShiftKind::of(shift.duty, shift.occurrence_id.is_some());
    let watches: Vec<(WatchId,)> = tx
        .sql(
            "SELECT id FROM watch WHERE account_id = $1 AND shift_id = $2 AND told > 0
             UNION ALL
             SELECT id FROM watch WHERE account_id = $1 AND center_id = $3 AND kind = $4
                 AND told > 0
             UNION ALL
             SELECT id FROM watch WHERE account_id = $1 AND center_id = $3 AND kind IS NULL
                 AND told > 0",
        )
        .bind(account)
        .bind(&shift.id)
        .bind(&shift.center_id)
        .bind(kind.map(ShiftKind::as_str))
        .all()
        .await?;
    let Some((watch,)) = watches.into_iter().next() else {
        return Ok(());
    };
    let messages: Vec<(String,)> = tx
        .sql(
            "SELECT data FROM message WHERE account_id = $1 AND kind = 'shift_stands'
             ORDER BY created_at DESC LIMIT 50",
        )
        .bind(account)
        .all()
        .await?;
    let mut was_told = false;
    for (data,) in messages {
        let notice: Notice = serde_json::from_str(&data)?;
        was_told |= matches!(&notice, Notice::ShiftStands { sitting, .. }
            if sitting.event.shift() == Some(&shift.id));
    }
    if was_told {
        tx.sql("UPDATE watch SET came = came + 1 WHERE id = $1")
            .bind(&watch)
            .run()
            .await?;
    }
    Ok(())
}
