//! Shifts for somebody: each with why it suits them, or with everything that keeps them from it. What a
//! decision needs is read once for the whole list, by the same rule as when they sign up.

use super::read::{Search, ShiftView, list_in};
use crate::{
    Db, Result, Tx,
    assignments::{Person, whom},
    invitations,
    page::Page,
    people,
};
use domain::{
    Refusal,
    activity::Status,
    id::{AccountId, PersonId},
    shift::{Ask, Placement, Why, decide, reasons},
    time::Timestamp,
};

/// A shift as it looks to somebody.
#[derive(Clone, Debug)]
pub struct ForMe {
    /// The shift.
    pub shift: ShiftView,
    /// Why it suits them, and what signing up comes to; or every rule that is not met.
    pub outcome: std::result::Result<(Placement, Vec<Why>), Vec<Refusal>>,
}

/// How many parts are looked at, where all are wanted: a month of a center that has ten shifts at a time.
const MOST_PARTS: usize = 10;

/// The shifts of a search as they look to one of an account's people, the holder unless told; with
/// `fits` only those that they can sign up for.
///
/// # Errors
/// [`Refusal::NotFound`] for a person of another account; database errors.
pub async fn for_me(
    db: &Db,
    account: &AccountId,
    person: Option<&PersonId>,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    let mut tx = db.read().await?;
    let who = whom(&mut tx, account, person).await?;
    part_for(&mut tx, &who, search, fits, now).await
}

/// The same for somebody who was just read as one of the caller's own.
///
/// # Errors
/// Database errors.
pub async fn for_own(
    db: &Db,
    person: &people::Person,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    part_for(&mut db.read().await?, &person.id, search, fits, now).await
}

/// The same as [`for_own`], part after part until the end of the search or so many parts.
///
/// # Errors
/// Database errors.
pub async fn all_for_own(
    db: &Db,
    person: &people::Person,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    all_for(&mut db.read().await?, &person.id, search, fits, now).await
}

/// The same as [`for_me`], part after part until the end of the search or so many parts.
///
/// # Errors
/// As [`for_me`].
pub async fn all_for_me(
    db: &Db,
    account: &AccountId,
    person: Option<&PersonId>,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    let mut tx = db.read().await?;
    let who = whom(&mut tx, account, person).await?;
    all_for(&mut tx, &who, search, fits, now).await
}

async fn all_for(
    tx: &mut Tx,
    who: &PersonId,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    let mut search = search.clone();
    let mut found = part_for(tx, who, &search, fits, now).await?;
    for _ in 1..MOST_PARTS {
        let Some(next) = found.next.take() else { break };
        search.part.after = Some(next);
        let more = part_for(tx, who, &search, fits, now).await?;
        found.items.extend(more.items);
        found.next = more.next;
    }
    Ok(found)
}

async fn part_for(
    tx: &mut Tx,
    who: &PersonId,
    search: &Search,
    fits: bool,
    now: Timestamp,
) -> Result<Page<ForMe>> {
    let found = list_in(tx, search).await?;
    let published = |view: &ShiftView| view.status == Status::Published;
    let shifts: Vec<ShiftView> = found.items.into_iter().filter(published).collect();
    let person = Person::load_own(tx, who, &shifts, now).await?;
    let ask = Ask {
        position: None,
        may_wait: true,
        by_staff: false,
        overrides: false,
    };
    let mut theirs = Vec::with_capacity(shifts.len());
    for shift in &shifts {
        theirs.push(invitations::not_in_the_way(tx, shift, who, now).await?);
    }
    let items = shifts.into_iter().zip(theirs).map(|(shift, kept)| {
        let (facts, who) = (shift.facts().for_invited(kept), person.of(&shift));
        let outcome = decide(&facts, &who, ask, now);
        let outcome = outcome.map(|placement| {
            (
                placement,
                reasons(&facts, &shift.center_id, &who, &person.leanings(&shift.id)),
            )
        });
        ForMe { shift, outcome }
    });
    let items = items.filter(|of| !fits || of.outcome.is_ok());
    Ok(Page {
        items: items.collect(),
        next: found.next,
    })
}
