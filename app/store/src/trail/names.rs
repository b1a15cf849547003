//! What the things of the audit log are called, so that somebody can read it.

use super::{Trace, readable};
use crate::{Db, Result};
use domain::{access::Caller, person::PersonName, time::Timestamp};
use std::collections::{BTreeMap, HashMap};

/// What a thing is called. Each part is there where the thing has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its own name or title.
    pub title: Option<String>,
    /// Whom it is about; shown masked.
    pub person: Option<PersonName>,
    /// When it is.
    pub at: Option<Timestamp>,
}

/// How a kind of thing is named: kind, and the statement before the condition on its id, with
/// title, person and time in this order.
const KINDS: [(&str, &str); 13] = [
    (
        "occurrence",
        "SELECT o.id AS id, a.title, NULL, o.starts_at
         FROM occurrence o JOIN activity a ON a.id = o.activity_id WHERE o.id",
    ),
    (
        "activity",
        "SELECT a.id AS id, a.title, NULL, CAST(NULL AS BIGINT) FROM activity a WHERE a.id",
    ),
    (
        "booking",
        "SELECT b.id AS id, a.title, p.name, o.starts_at FROM booking b
         JOIN person p ON p.id = b.person_id JOIN occurrence o ON o.id = b.occurrence_id
         JOIN activity a ON a.id = o.activity_id WHERE b.id",
    ),
    (
        "shift",
        "SELECT s.id AS id, s.title, NULL, s.starts_at FROM shift s WHERE s.id",
    ),
    (
        "assignment",
        "SELECT a.id AS id, s.title, p.name, s.starts_at FROM assignment a
         JOIN shift s ON s.id = a.shift_id LEFT JOIN person p ON p.id = a.person_id WHERE a.id",
    ),
    (
        "account",
        "SELECT p.account_id AS id, NULL, p.name, CAST(NULL AS BIGINT) FROM person p
         WHERE p.relation = 'self' AND p.account_id",
    ),
    (
        "person",
        "SELECT p.id AS id, NULL, p.name, CAST(NULL AS BIGINT) FROM person p WHERE p.id",
    ),
    (
        "card",
        "SELECT k.id AS id, NULL, p.name, CAST(NULL AS BIGINT) FROM card k
         JOIN person p ON p.id = k.person_id WHERE k.id",
    ),
    (
        "staff",
        "SELECT s.id AS id, s.name, NULL, CAST(NULL AS BIGINT) FROM staff s WHERE s.id",
    ),
    (
        "token",
        "SELECT t.id AS id, t.label, NULL, CAST(NULL AS BIGINT) FROM token t WHERE t.id",
    ),
    (
        "kiosk",
        "SELECT k.id AS id, k.name, NULL, CAST(NULL AS BIGINT) FROM kiosk k WHERE k.id",
    ),
    (
        "room",
        "SELECT r.id AS id, r.name, NULL, CAST(NULL AS BIGINT) FROM room r WHERE r.id",
    ),
    (
        "center",
        "SELECT c.id AS id, c.name, NULL, CAST(NULL AS BIGINT) FROM center c WHERE c.id",
    ),
];

type Row = (
    String,
    Option<String>,
    Option<PersonName>,
    Option<Timestamp>,
);

/// What the subjects and actors of these entries are called, by kind and id, for who may read the log. What is
/// no more has no name.
///
/// # Errors
/// [`domain::Refusal::Forbidden`], [`domain::Refusal::Unauthenticated`].
pub async fn subject_names(
    db: &Db,
    caller: &Caller,
    entries: &[Trace],
) -> Result<HashMap<(String, String), Named>> {
    readable(caller)?;
    let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        let ids = wanted.entry(&entry.subject_kind).or_default();
        ids.push(&entry.subject_id);
        if let Some((kind, id)) = entry.actor.split_once(':') {
            wanted.entry(kind).or_default().push(id);
        }
    }
    let mut tx = db.read().await?;
    let mut names = HashMap::new();
    for (kind, statement) in KINDS {
        let Some(ids) = wanted.get(kind) else {
            continue;
        };
        let one_of = tx.one_of("$1");
        let query = tx.sql_built(format!("{statement} {one_of}"));
        let rows: Vec<Row> = query.bind_list(ids.iter().copied()).all().await?;
        for (id, title, person, at) in rows {
            let named = Named { title, person, at };
            names.insert((kind.to_owned(), id), named);
        }
    }
    Ok(names)
}
