//! Reading who somebody's partners are, and in which shifts they are.

use crate::{Db, Result, Tx, people};
use domain::{
    id::{AccountId, PersonId, ShiftId},
    shift::ASKED_FOR,
    time::Timestamp,
};
use std::collections::{BTreeSet, HashMap};

/// A partner of somebody of an account, agreed by both.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Partner {
    /// Who of the account.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// The partner.
    pub other: PersonId,
    /// The partner's name.
    pub other_name: String,
}

/// Somebody who asks the account's holder to be their partner.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Asking {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// What an account has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partners {
    /// Those who are agreed.
    pub agreed: Vec<Partner>,
    /// Those who ask, the newest first.
    pub asking: Vec<Asking>,
}

/// The partners of an account's people, and who asks its holder.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<Partners> {
    let mut tx = db.read().await?;
    let agreed = tx
        .sql(
            "SELECT p.id AS person, p.name AS person_name, q.id AS other, q.name AS other_name
             FROM person p JOIN partner x ON x.person_id = p.id JOIN person q ON q.id = x.other_id
             WHERE p.account_id = $1 AND x.agreed_at IS NOT NULL AND p.status = 'active'
             AND q.status = 'active'
             UNION ALL
             SELECT p.id, p.name, q.id, q.name
             FROM person p JOIN partner x ON x.other_id = p.id JOIN person q ON q.id = x.person_id
             WHERE p.account_id = $1 AND x.agreed_at IS NOT NULL AND p.status = 'active'
             AND q.status = 'active'
             ORDER BY 2, 4, 3",
        )
        .bind(account)
        .all()
        .await?;
    let asking = tx
        .sql(
            "SELECT q.id AS person, q.name FROM person p JOIN partner x ON x.other_id = p.id
             JOIN person q ON q.id = x.person_id
             WHERE p.account_id = $1 AND x.agreed_at IS NULL AND x.asked_at > $2
             AND p.status = 'active' AND q.status = 'active'
             ORDER BY x.asked_at DESC, q.id LIMIT 20",
        )
        .bind(account)
        .bind(now.plus(-ASKED_FOR))
        .all()
        .await?;
    Ok(Partners { agreed, asking })
}

/// The names of partners of an account's people who hold a place in a shift.
///
/// # Errors
/// Database errors.
pub async fn here(db: &Db, account: &AccountId, shift: &ShiftId) -> Result<Vec<String>> {
    let mut tx = db.read().await?;
    let people = people::ids_in(&mut tx, account).await?;
    let found = in_shifts(&mut tx, &people, [shift]).await?;
    let names = found.into_values().flat_map(HashMap::into_values).flatten();
    // Somebody may be the partner of two of them.
    let names: BTreeSet<String> = names.collect();
    Ok(names.into_iter().collect())
}

/// How many partners somebody has.
pub(super) async fn count(tx: &mut Tx, person: &PersonId) -> Result<u32> {
    tx.sql(
        "SELECT COUNT(*) FROM partner
         WHERE (person_id = $1 OR other_id = $1) AND agreed_at IS NOT NULL",
    )
    .bind(person)
    .count()
    .await
}

/// By person and shift, the names of their partners who hold a place there. First who the partners are:
/// most have none, and in one statement the database may look at everybody who has a place there.
pub(crate) async fn in_shifts<'a>(
    tx: &mut Tx,
    people: &[PersonId],
    shifts: impl IntoIterator<Item = &'a ShiftId>,
) -> Result<HashMap<PersonId, HashMap<ShiftId, Vec<String>>>> {
    let mut found: HashMap<PersonId, HashMap<ShiftId, Vec<String>>> = HashMap::new();
    let agreed = agreed(tx, people).await?;
    if agreed.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT a.person_id, a.shift_id, p.name FROM assignment a JOIN person p ON p.id = a.person_id
         WHERE a.person_id {} AND a.shift_id {}
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')
         AND p.status = 'active' ORDER BY p.name, p.id",
        tx.one_of("$1"),
        tx.one_of("$2")
    );
    let rows: Vec<(PersonId, ShiftId, String)> = tx
        .sql_built(text)
        .bind_list(agreed.keys().map(PersonId::as_str))
        .bind_list(shifts.into_iter().map(ShiftId::as_str))
        .all()
        .await?;
    for (them, shift, name) in rows {
        for me in agreed.get(&them).into_iter().flatten() {
            let of = found.entry(me.clone()).or_default();
            of.entry(shift.clone()).or_default().push(name.clone());
        }
    }
    Ok(found)
}

/// The partners of these people, each with whose they are.
async fn agreed(tx: &mut Tx, people: &[PersonId]) -> Result<HashMap<PersonId, Vec<PersonId>>> {
    let text = format!(
        "SELECT person_id, other_id FROM partner WHERE person_id {of} AND agreed_at IS NOT NULL
         UNION ALL
         SELECT other_id, person_id FROM partner WHERE other_id {of} AND agreed_at IS NOT NULL",
        of = tx.one_of("$1")
    );
    let rows: Vec<(PersonId, PersonId)> = tx
        .sql_built(text)
        .bind_list(people.iter().map(PersonId::as_str))
        .all()
        .await?;
    let mut found: HashMap<PersonId, Vec<PersonId>> = HashMap::new();
    for (me, them) in rows {
        found.entry(them).or_default().push(me);
    }
    Ok(found)
}
