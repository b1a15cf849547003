//! What people are found by, compared with their names, and who is known at a center, compared with
//! the rows that make them known.

use crate::{Act, Db, Locks, Op, Result, Tx, known, upgrade::FillPeople};
use domain::{id::PersonId, person::PersonName};

/// So many people are compared at a time.
const AT_ONCE: i64 = 1000;

/// How many people cannot be found as they should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfound {
    /// Whose row does not say what their name is found by.
    pub misspelt: u32,
    /// Who is missing at a center that they have something at, or stands there otherwise than on their
    /// own row.
    pub unknown: u32,
}

/// How many people cannot be found as they should. There are none unless somebody has changed the
/// database by another program.
///
/// # Errors
/// Database errors.
pub async fn people(db: &Db) -> Result<Unfound> {
    let mut found = Unfound::default();
    let mut after = String::new();
    while let Some(part) = Part::after(db, &after).await? {
        found.misspelt += u32::try_from(part.misspelt.len()).unwrap_or(u32::MAX);
        after = part.last;
    }
    let mut tx = db.read().await?;
    let missing = tx
        .sql(concat!(
            "SELECT COUNT(*) FROM (",
            known::named!(),
            ") n WHERE NOT EXISTS (SELECT 1 FROM known_at k
                 WHERE k.center_id = n.center_id AND k.person_id = n.person_id)"
        ))
        .count()
        .await?;
    let stale = tx
        .sql(
            "SELECT COUNT(*) FROM known_at k JOIN person p ON p.id = k.person_id
             WHERE p.search <> k.search",
        )
        .count()
        .await?;
    found.unknown = missing + stale;
    Ok(found)
}

/// Some people, with those whose names are searched by something else.
struct Part {
    last: String,
    misspelt: Vec<(PersonId, PersonName)>,
}

impl Part {
    async fn after(db: &Db, after: &str) -> Result<Option<Self>> {
        let mut tx = db.read().await?;
        let rows: Vec<(PersonId, PersonName, String)> = tx
            .sql(
                "SELECT id, name, search FROM person WHERE id > $1 AND status <> 'deleted'
                 ORDER BY id LIMIT $2",
            )
            .bind(after)
            .bind(AT_ONCE)
            .all()
            .await?;
        let Some(last) = rows.last().map(|(id, ..)| id.to_string()) else {
            return Ok(None);
        };
        let wrong = rows
            .into_iter()
            .filter(|(_, name, search)| known::keys(name) != *search);
        Ok(Some(Self {
            misspelt: wrong.map(|(id, name, _)| (id, name)).collect(),
            last,
        }))
    }
}

/// Writes down anew what people are found by, and who is known where.
///
/// # Errors
/// Database errors.
pub async fn find_people_anew(db: &Db, act: &Act) -> Result<()> {
    let mut after = String::new();
    while let Some(part) = Part::after(db, &after).await? {
        db.write(act, Locks::none(), FillPeople(part.misspelt))
            .await?;
        after = part.last;
    }
    db.write(act, Locks::none(), NoteAll).await
}

struct NoteAll;

#[async_trait::async_trait]
impl Op for NoteAll {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        known::note_all_in(tx).await
    }
}
