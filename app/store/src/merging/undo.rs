//! Taking two entries apart again.

use super::{
    merge::tell,
    rows::{Between, all},
};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    commitment::Event,
    id::{AccountId, CenterId, MergeId, PersonId},
    merging::undoable_until,
    person::PersonName,
    time::Timestamp,
};
use serde_json::json;

/// A merge that stands and can be undone.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Merge {
    /// Which.
    pub id: MergeId,
    /// Who was merged.
    pub gone_id: PersonId,
    /// What they were called.
    pub name: PersonName,
    /// When.
    pub merged_at: Timestamp,
}

/// What was merged into somebody and can be taken apart again, for whoever has looked at their page, the
/// newest first.
///
/// # Errors
/// Database errors.
pub async fn merges_of(db: &Db, person: &PersonId, now: Timestamp) -> Result<Vec<Merge>> {
    let mut tx = db.read().await?;
    let found: Vec<Merge> = tx
        .sql(
            "SELECT m.id, m.gone_id, p.name, m.merged_at FROM person_merge m
             JOIN person p ON p.id = m.gone_id
             WHERE m.kept_id = $1 AND m.undone_at IS NULL
             ORDER BY m.merged_at DESC, m.id DESC LIMIT 20",
        )
        .bind(person)
        .all()
        .await?;
    let open = |merge: &Merge| now < undoable_until(merge.merged_at);
    Ok(found.into_iter().filter(open).collect())
}

/// A place that could not go back, because it has been changed since.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Left {
    /// What people call it.
    pub title: String,
    /// When it starts.
    pub starts_at: Timestamp,
}

/// What an undo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// They are two again.
    Apart {
        /// Who is there again.
        gone: PersonId,
        /// What stays with the other one.
        left: Vec<Left>,
    },
    /// It is too long ago.
    TooLate {
        /// Until when it was possible.
        until: Timestamp,
    },
    /// Who was kept is merged into somebody else: that is undone first.
    MergedOn,
}

/// Takes a merge apart, for staff who may book for others at the center that merged: what moved goes back
/// as far as it has not been changed since. Undoing twice is undoing once.
///
/// # Errors
/// [`Refusal::NotFound`] for a merge that is not there or another center's, [`Refusal::Forbidden`].
pub async fn undo(db: &Db, act: &Act, center: &CenterId, merge: &MergeId) -> Result<Undone> {
    let mut tx = db.read().await?;
    let accounts: Vec<(AccountId,)> = tx
        .sql(
            "SELECT p.account_id FROM person p JOIN person_merge m
             ON p.id = m.gone_id OR p.id = m.kept_id WHERE m.id = $1",
        )
        .bind(merge)
        .all()
        .await?;
    drop(tx);
    let op = Undo {
        center: center.clone(),
        merge: merge.clone(),
    };
    let locks = Locks::of(accounts.iter().map(|(account,)| account));
    db.write(act, locks, op).await
}

struct Undo {
    center: CenterId,
    merge: MergeId,
}

#[derive(sqlx::FromRow)]
struct Row {
    gone_id: PersonId,
    kept_id: PersonId,
    merged_at: Timestamp,
    undone_at: Option<Timestamp>,
    gone_account: AccountId,
    kept_account: AccountId,
    kept_into: Option<PersonId>,
    is_deleted: bool,
}

#[async_trait::async_trait]
impl Op for Undo {
    type Out = Undone;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Undone> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let row: Option<Row> = tx
            .sql(
                "SELECT m.gone_id, m.kept_id, m.merged_at, m.undone_at,
                    g.account_id AS gone_account, k.account_id AS kept_account,
                    k.merged_into AS kept_into,
                    g.status = 'deleted' OR k.status = 'deleted' AS is_deleted
                 FROM person_merge m JOIN person g ON g.id = m.gone_id
                 JOIN person k ON k.id = m.kept_id WHERE m.id = $1 AND m.center_id = $2",
            )
            .bind(&self.merge)
            .bind(&self.center)
            .optional()
            .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        tx.need([&row.gone_account, &row.kept_account])?;
        if row.undone_at.is_some() {
            return self.done(tx, row.gone_id).await;
        }
        // Nobody is brought back who had their account deleted.
        if row.is_deleted {
            return Err(Refusal::NotFound.into());
        }
        let until = undoable_until(row.merged_at);
        if until <= act.now {
            return Ok(Undone::TooLate { until });
        }
        if row.kept_into.is_some() {
            return Ok(Undone::MergedOn);
        }
        let events = self.events(tx).await?;
        tx.need(&events)?;
        let of = Between {
            merge: &self.merge,
            gone: &row.gone_id,
            kept: &row.kept_id,
        };
        for kind in all() {
            kind.give_back(tx, of).await?;
        }
        tx.sql("UPDATE person SET status = 'active', merged_into = NULL WHERE id = $1")
            .bind(&row.gone_id)
            .run()
            .await?;
        tx.sql("UPDATE person_merge SET undone_by = $1, undone_at = $2 WHERE id = $3")
            .bind(act.caller.key())
            .bind(act.now)
            .bind(&self.merge)
            .run()
            .await?;
        tell(tx, &events);
        let left = self.left(tx, &row.gone_id).await?;
        let entry = Entry {
            action: Verb::PersonUnmerge,
            subject: ("person", row.gone_id.as_str()),
            center: Some(&self.center),
            detail: json!({ "from": row.kept_id, "merge": self.merge, "left": left.len() }),
        };
        audit::record(tx, act, entry).await?;
        Ok(Undone::Apart {
            gone: row.gone_id,
            left,
        })
    }
}

impl Undo {
    async fn done(&self, tx: &mut Tx, gone: PersonId) -> Result<Undone> {
        let left = self.left(tx, &gone).await?;
        Ok(Undone::Apart { gone, left })
    }

    /// What the rows that moved are of.
    async fn events(&self, tx: &mut Tx) -> Result<Vec<Event>> {
        let rows: Vec<(String, String)> = tx
            .sql(
                "SELECT 'occurrence', b.occurrence_id FROM merged_row r
                 JOIN booking b ON b.id = r.row_id WHERE r.merge_id = $1 AND r.kind = 'booking'
                 UNION SELECT 'shift', s.shift_id FROM merged_row r
                 JOIN assignment s ON s.id = r.row_id
                 WHERE r.merge_id = $1 AND r.kind = 'assignment'",
            )
            .bind(&self.merge)
            .all()
            .await?;
        let parsed = rows.iter().map(|(kind, id)| Event::parse(kind, id));
        Ok(parsed.collect::<std::result::Result<_, _>>()?)
    }

    /// Places of the log that are not back with whom they were of.
    async fn left(&self, tx: &mut Tx, gone: &PersonId) -> Result<Vec<Left>> {
        tx.sql(
            "SELECT a.title, o.starts_at FROM merged_row r JOIN booking b ON b.id = r.row_id
             JOIN occurrence o ON o.id = b.occurrence_id JOIN activity a ON a.id = o.activity_id
             WHERE r.merge_id = $1 AND r.kind = 'booking' AND b.person_id <> $2
             UNION ALL
             SELECT t.title, t.starts_at FROM merged_row r JOIN assignment s ON s.id = r.row_id
             JOIN shift t ON t.id = s.shift_id
             WHERE r.merge_id = $1 AND r.kind = 'assignment' AND s.person_id <> $2
             ORDER BY 2",
        )
        .bind(&self.merge)
        .bind(gone)
        .all()
        .await
    }
}
