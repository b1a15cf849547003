//! Merging one entry into another.

use super::{
    facts::half_in,
    preview::both_in,
    rows::{Between, OTHERS, PLACES, VOLUNTEER},
};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Refusal,
    audit::Verb,
    commitment::{Event, Subject},
    id::{AccountId, AssignmentId, BookingId, CenterId, MergeId, PersonId},
    merging::{Conflict, Plan, decide},
};
use serde_json::json;

/// The merge, or what has to be settled first.
pub type Merged = std::result::Result<MergeId, Vec<Conflict>>;

/// Merges `gone` into `kept`: what [`domain::merging::decide`] says moves, in one transaction under the
/// locks of both accounts and of everything that moves. Merging twice is merging once.
///
/// # Errors
/// As [`super::preview`].
pub async fn merge(
    db: &Db,
    act: &Act,
    center: &CenterId,
    gone: &PersonId,
    kept: &PersonId,
) -> Result<Merged> {
    let mut tx = db.read().await?;
    let accounts: Vec<(AccountId,)> = tx
        .sql("SELECT account_id FROM person WHERE id IN ($1, $2)")
        .bind(gone)
        .bind(kept)
        .all()
        .await?;
    drop(tx);
    let op = Merge {
        center: center.clone(),
        gone: gone.clone(),
        kept: kept.clone(),
    };
    let locks = Locks::of(accounts.iter().map(|(account,)| account));
    db.write(act, locks, op).await
}

struct Merge {
    center: CenterId,
    gone: PersonId,
    kept: PersonId,
}

#[async_trait::async_trait]
impl Op for Merge {
    type Out = Merged;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Merged> {
        let pair = (&self.gone, &self.kept);
        let (gone, kept) = both_in(tx, act, &self.center, pair).await?;
        tx.need([&gone.account_id, &kept.account_id])?;
        if gone.merged_into.as_ref() == Some(&kept.id) {
            return self.standing(tx).await.map(Ok);
        }
        if gone.merged_into.is_some() || kept.merged_into.is_some() {
            return Err(Refusal::NotFound.into());
        }
        let one = half_in(tx, &gone, act.now).await?;
        tx.need(one.stakes.iter().map(|stake| &stake.event))?;
        let other = half_in(tx, &kept, act.now).await?;
        let plan = match decide(&one, &other, act.now) {
            Ok(plan) => plan,
            Err(conflicts) => return Ok(Err(conflicts)),
        };
        let id: MergeId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO person_merge (id, gone_id, kept_id, center_id, merged_by, merged_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(&gone.id)
        .bind(&kept.id)
        .bind(&self.center)
        .bind(act.caller.key())
        .bind(act.now)
        .run()
        .await?;
        let of = Between {
            merge: &id,
            gone: &gone.id,
            kept: &kept.id,
        };
        hand_over(tx, of, &plan).await?;
        tx.sql("UPDATE person SET status = 'merged', merged_into = $1 WHERE id = $2")
            .bind(&kept.id)
            .bind(&gone.id)
            .run()
            .await?;
        tell(tx, plan.moves.iter().map(|stake| &stake.event));
        let entry = Entry {
            action: Verb::PersonMerge,
            subject: ("person", gone.id.as_str()),
            center: Some(&self.center),
            detail: json!({
                "into": kept.id,
                "merge": id,
                "moved": plan.moves.len(),
                "stayed": plan.stays.len(),
                "volunteer": plan.volunteer_moves,
            }),
        };
        audit::record(tx, act, entry).await?;
        Ok(Ok(id))
    }
}

impl Merge {
    /// The merge of the two that stands.
    async fn standing(&self, tx: &mut Tx) -> Result<MergeId> {
        let found: Option<(MergeId,)> = tx
            .sql(
                "SELECT id FROM person_merge WHERE gone_id = $1 AND kept_id = $2
                 AND undone_at IS NULL ORDER BY merged_at DESC, id DESC LIMIT 1",
            )
            .bind(&self.gone)
            .bind(&self.kept)
            .optional()
            .await?;
        Ok(found.ok_or(Refusal::NotFound)?.0)
    }
}

async fn hand_over(tx: &mut Tx, of: Between<'_>, plan: &Plan) -> Result<()> {
    let [bookings, assignments] = &PLACES;
    let subjects = || plan.moves.iter().map(|stake| &stake.subject);
    let booked = subjects().filter_map(Subject::booking);
    let booked = booked.map(BookingId::as_str).collect();
    bookings.hand_over(tx, of, Some(booked)).await?;
    let placed = subjects().filter_map(Subject::assignment);
    let placed = placed.map(AssignmentId::as_str).collect();
    assignments.hand_over(tx, of, Some(placed)).await?;
    if plan.volunteer_moves {
        VOLUNTEER.hand_over(tx, of, None).await?;
    }
    for kind in &OTHERS {
        kind.hand_over(tx, of, None).await?;
    }
    Ok(())
}

/// Live pages that show one of these are drawn anew.
pub(super) fn tell<'a>(tx: &mut Tx, events: impl IntoIterator<Item = &'a Event>) {
    for event in events {
        tx.changed(event.into());
    }
}
