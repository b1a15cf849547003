//! Bringing a commitment in line with its evidence.

use super::facts::{self, Loaded};
use crate::{
    Act, Batch, Error, Result, Tx,
    bookings::{self, promote_in},
    lines::look_again,
};
use domain::{
    check_in::{Evidence, Review, attendance, settle},
    commitment::{Event, Subject},
};

/// Brings a commitment in line with its evidence, `added` included, under the lock of its event.
pub(super) async fn settle_in(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    loaded: &Loaded,
    added: Option<Evidence>,
) -> Result<Option<Review>> {
    let facts = &loaded.facts;
    let (Subject::Booking(booking), Event::Occurrence(occurrence)) = (&facts.subject, &facts.event)
    else {
        return Err(Error::Corrupt("subject"));
    };
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
        .bind(booking);
    if facts.state.holds_place() && !state.holds_place() {
        batch.run(tx).await?;
        promote_in(tx, act, occurrence).await?;
        look_again(tx, act, std::slice::from_ref(&loaded.person)).await?;
    }
    Ok(review)
}

/// Whether somebody who gave their place up, or lost it, can have it back: one is free, and they
/// have nothing else at that time (rules 1 and 2).
async fn has_room(tx: &mut Tx, loaded: &Loaded) -> Result<bool> {
    tx.need([&loaded.account])?;
    let facts = &loaded.facts;
    let Some(occurrence) = facts.event.occurrence() else {
        return Ok(false);
    };
    let there_anyway = facts::live_of_person(tx, &loaded.person, occurrence).await?;
    let has_place = bookings::has_place_for(tx, occurrence, &loaded.person).await?;
    Ok(has_place && there_anyway.is_none())
}
