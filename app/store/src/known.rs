//! Who is known at a center: whoever booked, served, asked to serve, was given hours or a card there,
//! or was written down at its desk. Its staff find these people and see what they have there; nobody
//! else's. The rows follow those that they come from by triggers (migration 19).

mod listed;
mod one;
mod search;

pub use listed::listed;
pub use one::{Member, Past, Shown, show};
pub use search::{Finding, Found, MOST_FOUND, search};

use crate::{Result, Tx};
use domain::{
    id::{CenterId, PersonId},
    person::PersonName,
    time::Timestamp,
};
use gazetteer::title_keys;

/// Somebody at a center, seen at a time.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    /// Where.
    pub(crate) center: &'a CenterId,
    /// Who.
    pub(crate) person: &'a PersonId,
    /// When.
    pub(crate) now: Timestamp,
}

/// What somebody is found by: the keys of their name as names are compared, so that of two who are called
/// the same these are the same.
pub(crate) fn keys(name: &PersonName) -> String {
    title_keys(&name.folded())
}

/// Notes that somebody is known at a center where they have nothing yet.
pub(crate) async fn note_in(tx: &mut Tx, center: &CenterId, person: &PersonId) -> Result<()> {
    tx.sql(
        "INSERT INTO known_at (center_id, person_id, search)
         SELECT $1, p.id, p.search FROM person p WHERE p.id = $2
         ON CONFLICT (center_id, person_id) DO NOTHING",
    )
    .bind(center)
    .bind(person)
    .run()
    .await
    .map(drop)
}

/// Everybody whom the rows of a center name: what the triggers follow, for the one comparison and the
/// one filling.
macro_rules! named {
    () => {
        "SELECT o.center_id, b.person_id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
        UNION SELECT s.center_id, a.person_id FROM assignment a JOIN shift s ON s.id = a.shift_id
            WHERE a.person_id IS NOT NULL
        UNION SELECT center_id, person_id FROM volunteer WHERE center_id IS NOT NULL
        UNION SELECT center_id, person_id FROM card
        UNION SELECT center_id, person_id FROM hour_entry"
    };
}
pub(crate) use named;

/// Notes everybody in a database that was filled without the triggers, or changed by another program.
pub(crate) async fn note_all_in(tx: &mut Tx) -> Result<()> {
    tx.sql(concat!(
        "INSERT INTO known_at (center_id, person_id, search)
             SELECT n.center_id, n.person_id, p.search FROM (",
        named!(),
        ") n JOIN person p ON p.id = n.person_id
             WHERE NOT EXISTS (SELECT 1 FROM known_at k
                 WHERE k.center_id = n.center_id AND k.person_id = n.person_id)"
    ))
    .run()
    .await?;
    tx.sql(
        "UPDATE known_at SET search = p.search FROM person p
         WHERE p.id = known_at.person_id AND p.search <> known_at.search",
    )
    .run()
    .await
    .map(drop)
}
