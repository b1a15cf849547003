//! One person who is there twice: found, merged by people, and taken apart again (C-140, C-141).
//!
//! Whoever goes stays as a row that says into whom (`person.merged_into`). Their bookings, places in
//! shifts and records as a volunteer become the other's, and a log says exactly which, so that it can be
//! undone. What is only ever added to is not rewritten: the ledger of hours and cards are read through
//! `merged_into`, tickets and codes lead to rows that have moved. Nothing of their family moves.

mod alike;
mod facts;
mod merge;
mod preview;
mod rows;
mod undo;

pub use alike::{Pair, Side, apart, suggestions};
pub use merge::{Merged, merge};
pub use preview::{Preview, preview};
pub use undo::{Left, Merge, Undone, merges_of, undo};

use crate::{Db, Result};
use domain::id::PersonId;

/// A person and whoever was merged into them, as the condition on a column: what follows it in a
/// statement whose placeholder is the person.
macro_rules! whole_person {
    ($person:literal) => {
        concat!(
            "IN (SELECT q.id FROM person q WHERE q.id = ",
            $person,
            " OR q.merged_into = ",
            $person,
            ")"
        )
    };
}
pub(crate) use whole_person;

/// Into whom somebody was merged, if they were: where their old address leads. Ids only, so nothing is
/// told of anybody.
///
/// # Errors
/// Database errors.
pub async fn kept_of(db: &Db, person: &PersonId) -> Result<Option<PersonId>> {
    let mut tx = db.read().await?;
    let found: Option<(Option<PersonId>,)> = tx
        .sql("SELECT merged_into FROM person WHERE id = $1")
        .bind(person)
        .optional()
        .await?;
    Ok(found.and_then(|(into,)| into))
}
