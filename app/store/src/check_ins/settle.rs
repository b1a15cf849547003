//! Bringing a commitment in line with its evidence.

use super::{
    facts::{self, Loaded},
    grants,
};
use crate::{
    Act, Batch, Error, Result, Tx, assignments,
    bookings::{self, promote_in},
    lines::look_again,
};
use domain::{
    booking::State,
    check_in::{Attendance, Evidence, Review, attendance, settle},
    commitment::{Event, Subject},
    id::OccurrenceId,
    shift::{Role, after_door},
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
    let mut evidence = facts.evidence.clone();
    evidence.extend(added);
    let told = attendance(facts.door, facts.span, &evidence);
    let has_room = told.is_present() && !facts.state.is_live() && has_room(tx, loaded).await?;
    let (state, review) = settle(facts.state, facts.cancelled_at.is_some(), &told, has_room);
    match (&facts.subject, &facts.event) {
        (Subject::Booking(_), Event::Occurrence(occurrence)) => {
            write_booking(tx, act, batch, loaded, occurrence, state, &told).await?;
        }
        (Subject::Assignment(_), Event::Shift(_)) => {
            write_assignment(tx, act, batch, loaded, state, &told).await?;
        }
        _ => return Err(Error::Corrupt("subject")),
    }
    Ok(review)
}

async fn write_booking(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    loaded: &Loaded,
    occurrence: &OccurrenceId,
    state: State,
    told: &Attendance,
) -> Result<()> {
    batch
        .add("UPDATE booking SET state = $1, checked_in_at = $2, checked_out_at = $3 WHERE id = $4")
        .bind(state)
        .bind(told.first.as_ref().map(|f| f.at))
        .bind(told.left.as_ref().map(|l| l.at))
        .bind(loaded.facts.subject.id());
    grants::tell(tx, act, loaded, state, told).await?;
    if loaded.facts.state.holds_place() && !state.holds_place() {
        batch.run(tx).await?;
        promote_in(tx, act, occurrence).await?;
        look_again(tx, act, loaded.person.as_slice()).await?;
    }
    Ok(())
}

async fn write_assignment(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    loaded: &Loaded,
    settled: State,
    told: &Attendance,
) -> Result<()> {
    let (Some(before), Some(counts), Event::Shift(shift)) =
        (loaded.assigned, &loaded.shift, &loaded.facts.event)
    else {
        return Err(Error::Corrupt("assignment"));
    };
    let state = after_door(before, settled, told);
    batch
        .add(
            "UPDATE assignment SET state = $1, checked_in_at = $2, checked_out_at = $3
             WHERE id = $4",
        )
        .bind(state)
        .bind(told.first.as_ref().map(|f| f.at))
        .bind(told.left.as_ref().map(|l| l.at))
        .bind(loaded.facts.subject.id());
    let role = match loaded.person {
        Some(_) => Role::Volunteer,
        None => Role::Lead,
    };
    let changed = (Some(before), state);
    assignments::count_one(tx, act, batch, (shift, counts), role, changed).await?;
    // Whoever leaves early is free for the rest of the time (C-180).
    if before.is_expected() && !state.is_expected() && act.now < loaded.facts.span.end() {
        batch.run(tx).await?;
        look_again(tx, act, loaded.person.as_slice()).await?;
    }
    Ok(())
}

/// Whether somebody who gave their place up, or lost it, can have it back: one is free, and they
/// have nothing else at that time (rules 1 and 2).
async fn has_room(tx: &mut Tx, loaded: &Loaded) -> Result<bool> {
    tx.need(loaded.account.iter())?;
    match (&loaded.facts.event, &loaded.person) {
        (Event::Occurrence(occurrence), Some(person)) => {
            let there_anyway = facts::live_of_person(tx, person, occurrence).await?;
            let has_place = bookings::has_place_for(tx, occurrence, person).await?;
            Ok(has_place && there_anyway.is_none())
        }
        (Event::Shift(shift), Some(person)) => assignments::has_place_for(tx, shift, person).await,
        // There is no largest number of leads; whoever was assigned anew is there already.
        (Event::Shift(shift), None) => {
            assignments::leads_anew(tx, shift, loaded.facts.subject.id()).await
        }
        (Event::Occurrence(_), None) => Ok(false),
    }
}
