//! Bringing a booking in line with its evidence.

use super::facts::Loaded;
use crate::{Act, Batch, Result, Tx, bookings::promote_in};
use domain::check_in::{Evidence, Review, attendance, settle};

/// Brings a booking in line with its evidence, `added` included, under the occurrence's lock.
pub(super) async fn settle_in(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    loaded: &Loaded,
    added: Option<Evidence>,
) -> Result<Option<Review>> {
    let facts = &loaded.facts;
    let mut evidence = facts.evidence.clone();
    evidence.extend(added);
    let told = attendance(facts.door, facts.span, &evidence);
    let has_room = told.is_present() && !facts.state.is_live() && has_room(tx, loaded).await?;
    let (state, review) = settle(facts.state, facts.cancelled_at.is_some(), &told, has_room);
    batch
        .add("UPDATE booking SET state = $1, checked_in_at = $2, checked_out_at = $3 WHERE id = $4")
        .bind(state)
        .bind(told.first.as_ref().map(|f| f.at))
        .bind(told.left.as_ref().map(|l| l.at))
        .bind(&facts.booking);
    if facts.state.holds_place() && !state.holds_place() {
        batch.run(tx).await?;
        promote_in(tx, act, &facts.occurrence).await?;
    }
    Ok(review)
}

/// Whether somebody who gave their place up, or lost it, can have it back: one is free, and they
/// have nothing else at that time (rules 1 and 2).
async fn has_room(tx: &mut Tx, loaded: &Loaded) -> Result<bool> {
    tx.need([&loaded.account])?;
    let facts = &loaded.facts;
    let (free, elsewhere): (bool, bool) = tx
        .sql(
            "SELECT (o.capacity = 0 AND o.allocation = 'drop_in')
                OR (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id
                    AND b.state IN ('confirmed', 'checked_in')) < o.capacity,
             EXISTS (SELECT 1 FROM booking b JOIN occurrence x ON x.id = b.occurrence_id
                WHERE b.person_id = $2 AND b.id <> $3
                AND ((b.occurrence_id = o.id AND b.state IN ('waitlisted', 'confirmed', 'checked_in'))
                  OR (b.state IN ('confirmed', 'checked_in')
                    AND x.starts_at < o.ends_at AND x.ends_at > o.starts_at)))
             FROM occurrence o WHERE o.id = $1",
        )
        .bind(&facts.occurrence)
        .bind(&loaded.person)
        .bind(&facts.booking)
        .one()
        .await?;
    Ok(free && !elsewhere)
}
