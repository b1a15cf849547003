//! Which entries of a center may be one person. Nothing is done about them but by people (C-141).

use super::facts::{ROW, Row};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, CenterLook, Entry},
    centers,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{CenterId, PersonId},
    merging::{self, Alike, alike},
    person::{BirthYear, PersonName, Phone},
};
use serde_json::json;
use std::collections::HashSet;

/// Most pairs that are shown.
const MOST: usize = 50;

/// One of two entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// How to reach their account's holder; shown masked.
    pub phone: Option<Phone>,
}

/// Two entries that may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that was made first.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// What they share beside name and birth year.
    pub alike: Alike,
}

/// Entries of a center that may be one person, by [`domain::merging::alike`], without those of which
/// somebody has said that they are not. The look is on record.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn suggestions(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<Pair>> {
    let look = CenterLook {
        center,
        action: Verb::PersonSearch,
        page: "alike",
        detail: json!({ "by": "alike" }),
    };
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    let rows: Vec<Found> = tx
        .sql_built(format!(
            "{ROW}, g.search FROM (SELECT k.search, p.birth_year FROM known_at k
                 JOIN person p ON p.id = k.person_id
                 WHERE k.center_id = $1 AND p.status = 'active' AND k.search <> ''
                 GROUP BY k.search, p.birth_year HAVING COUNT(*) > 1) g
             JOIN known_at k ON k.center_id = $1 AND k.search = g.search
             JOIN person p ON p.id = k.person_id AND p.birth_year = g.birth_year
             JOIN account a ON a.id = p.account_id
             WHERE p.status = 'active' ORDER BY g.search, g.birth_year, p.created_at, p.id
             LIMIT 1000"
        ))
        .bind(center)
        .all()
        .await?;
    let apart = apart_in(&mut tx, &rows).await?;
    let groups = rows.chunk_by(|one, other| one.is_near(other));
    let pairs = groups.flat_map(|group| pairs_of(group, &apart));
    Ok(pairs.take(MOST).collect())
}

/// Somebody whose name and birth year others have too.
#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    row: Row,
    search: String,
}

impl Found {
    /// Whether they stand together: spoken alike, and of one year.
    fn is_near(&self, other: &Self) -> bool {
        self.search == other.search && self.row.birth_year == other.row.birth_year
    }
}

/// The pairs among a few people that may be one person.
fn pairs_of(group: &[Found], apart: &HashSet<(PersonId, PersonId)>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (nth, one) in group.iter().enumerate() {
        for other in group.iter().skip(nth + 1) {
            let (one, other) = (&one.row, &other.row);
            let said = apart.contains(&ordered(&one.id, &other.id));
            if let (Some(alike), false) = (alike(entry(one), entry(other)), said) {
                pairs.push(Pair {
                    one: side(one),
                    other: side(other),
                    alike,
                });
            }
        }
    }
    pairs
}

fn entry(row: &Row) -> merging::Entry<'_> {
    merging::Entry {
        name: &row.name,
        birth_year: row.birth_year,
        community: row.community.as_ref(),
        phone: row.phone.as_ref(),
    }
}

fn side(row: &Row) -> Side {
    Side {
        id: row.id.clone(),
        name: row.name.clone(),
        birth_year: row.birth_year,
        phone: row.phone.clone(),
    }
}

/// Two ids in the order in which a pair is kept.
fn ordered(one: &PersonId, other: &PersonId) -> (PersonId, PersonId) {
    match one < other {
        true => (one.clone(), other.clone()),
        false => (other.clone(), one.clone()),
    }
}

/// Of which of them somebody has said that they are two.
async fn apart_in(tx: &mut Tx, rows: &[Found]) -> Result<HashSet<(PersonId, PersonId)>> {
    let text = format!(
        "SELECT one_id, other_id FROM person_apart WHERE one_id {}",
        tx.one_of("$1")
    );
    let ids = rows.iter().map(|found| found.row.id.as_str());
    let found: Vec<(PersonId, PersonId)> = tx.sql_built(text).bind_list(ids).all().await?;
    Ok(found.into_iter().collect())
}

/// Notes that two entries are two people, so that they are not proposed any more; for staff who may book
/// for others at a center where both are known.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn apart(
    db: &Db,
    act: &Act,
    center: &CenterId,
    one: &PersonId,
    other: &PersonId,
) -> Result<()> {
    let op = SayApart {
        center: center.clone(),
        pair: ordered(one, other),
    };
    db.write(act, Locks::none(), op).await
}

struct SayApart {
    center: CenterId,
    pair: (PersonId, PersonId),
}

#[async_trait::async_trait]
impl Op for SayApart {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let (one, other) = &self.pair;
        if one == other {
            return Err(Refusal::NotFound.into());
        }
        for person in [one, other] {
            super::facts::known_in(tx, &self.center, person).await?;
        }
        let noted = tx
            .sql(
                "INSERT INTO person_apart (one_id, other_id, said_by, said_at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT (one_id, other_id) DO NOTHING",
            )
            .bind(one)
            .bind(other)
            .bind(act.caller.key())
            .bind(act.now)
            .run()
            .await?;
        if noted == 0 {
            return Ok(());
        }
        let entry = Entry {
            action: Verb::PersonApart,
            subject: ("person", one.as_str()),
            center: Some(&self.center),
            detail: json!({ "other": other }),
        };
        audit::record(tx, act, entry).await
    }
}
