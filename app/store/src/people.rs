//! People: the account holder and the family they book for. A phone number alone never identifies a
//! person (C-139): a person belongs to one account and is reached only through it.

use crate::{
    Act, Db, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    known,
    lines::look_again,
    states::live,
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    id::{AccountId, PersonId},
    person::{BirthYear, Consent, NewPerson, PersonName, Relation},
    place::CommunityKey,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most family members in an account, not counting the holder.
pub const MAX_FAMILY: u32 = 12;

/// Somebody who can hold a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The account that they belong to.
    pub account_id: AccountId,
    /// Their relation to the holder.
    pub relation: Relation,
    /// Their name.
    pub name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// The community they live in, if given.
    pub community: Option<CommunityKey>,
    /// Version of the consent text that the guardian agreed to, for a child.
    pub consent_version: Option<String>,
    /// When the guardian agreed.
    pub consent_at: Option<Timestamp>,
    /// When they were added.
    pub created_at: Timestamp,
}

impl Person {
    /// The guardian's consent, if it was given.
    pub fn consent(&self) -> Option<Consent> {
        Some(Consent {
            text_version: self.consent_version.clone()?,
            given_at: self.consent_at?,
        })
    }
}

const PERSON: &str = "SELECT id, account_id, relation, name, birth_year, community,
    consent_version, consent_at, created_at FROM person WHERE status = 'active'";

/// The holder, if name and birth year have been given, then the family in the order in which they
/// were added.
///
/// # Errors
/// Database errors.
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<Person>> {
    let mut tx = db.read().await?;
    list_in(&mut tx, account).await
}

pub(crate) async fn list_in(tx: &mut Tx, account: &AccountId) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = tx
        .sql_built(format!(
            "{PERSON} AND account_id = $1 ORDER BY created_at, id"
        ))
        .bind(account)
        .all()
        .await?;
    people.sort_by_key(|p| p.relation != Relation::Myself);
    Ok(people)
}

/// One person of the account.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none, or they belong to another account.
pub async fn find(db: &Db, account: &AccountId, person: &PersonId) -> Result<Person> {
    let mut tx = db.read().await?;
    find_in(&mut tx, account, person).await
}

pub(crate) async fn find_in(tx: &mut Tx, account: &AccountId, person: &PersonId) -> Result<Person> {
    let found: Option<Person> = tx
        .sql_built(format!("{PERSON} AND id = $1 AND account_id = $2"))
        .bind(person)
        .bind(account)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Who belongs to an account.
pub(crate) async fn ids_in(tx: &mut Tx, account: &AccountId) -> Result<Vec<PersonId>> {
    let rows: Vec<(PersonId,)> = tx
        .sql("SELECT id FROM person WHERE account_id = $1 AND status = 'active'")
        .bind(account)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn holder_in(tx: &mut Tx, account: &AccountId) -> Result<Option<Person>> {
    tx.sql_built(format!(
        "{PERSON} AND account_id = $1 AND relation = 'self'"
    ))
    .bind(account)
    .optional()
    .await
}

pub(crate) async fn insert_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    new: &NewPerson,
) -> Result<PersonId> {
    let id: PersonId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO person (id, account_id, relation, name, birth_year, community,
         consent_version, consent_at, created_at, search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&id)
    .bind(account)
    .bind(new.relation)
    .bind(&new.name)
    .bind(new.birth_year)
    .bind(new.community.as_ref().map(CommunityKey::as_str))
    .bind(new.consent.as_ref().map(|c| c.text_version.as_str()))
    .bind(new.consent.as_ref().map(|c| c.given_at))
    .bind(act.now)
    .bind(known::keys(&new.name))
    .run()
    .await?;
    Ok(id)
}

/// Changes what is known of somebody. What they wait for may be open to them now, with another
/// birth year or community.
pub(crate) async fn update_in(
    tx: &mut Tx,
    act: &Act,
    person: &PersonId,
    to: &NewPerson,
) -> Result<()> {
    tx.sql(
        "UPDATE person SET relation = $1, name = $2, birth_year = $3, community = $4,
         consent_version = $5, consent_at = $6, search = $7 WHERE id = $8",
    )
    .bind(to.relation)
    .bind(&to.name)
    .bind(to.birth_year)
    .bind(to.community.as_ref().map(CommunityKey::as_str))
    .bind(to.consent.as_ref().map(|c| c.text_version.as_str()))
    .bind(to.consent.as_ref().map(|c| c.given_at))
    .bind(known::keys(&to.name))
    .bind(person)
    .run()
    .await?;
    look_again(tx, act, std::slice::from_ref(person)).await
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    person: &PersonId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("person", person.as_str()),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}

/// Adds a family member to the caller's account.
///
/// # Errors
/// [`Refusal::ConsentRequired`] for a child under 14 without the guardian's consent (C-144),
/// [`Refusal::Invalid`] of `family` with `too_many` beyond [`MAX_FAMILY`], or of `relation` for a
/// second holder; [`Refusal::Namesake`] where somebody is there already who looks the same, unless it
/// was said that this is another one.
pub async fn add(db: &Db, act: &Act, new: NewPerson, is_another: bool) -> Result<Person> {
    write(db, act, Change::Add(new, is_another))
        .await?
        .ok_or(Refusal::NotFound.into())
}

/// Changes a family member of the caller's account. A consent that was given stays; a new one
/// replaces it.
///
/// # Errors
/// [`Refusal::NotFound`] for a person of another account, else as [`add`]. The holder is changed
/// by [`crate::accounts::save_profile`].
pub async fn edit(db: &Db, act: &Act, person: PersonId, to: NewPerson) -> Result<Person> {
    write(db, act, Change::Edit(person, to))
        .await?
        .ok_or(Refusal::NotFound.into())
}

/// Removes a family member from the caller's account. The row stays, because past bookings refer to
/// it.
///
/// # Errors
/// [`Refusal::NotFound`] for a person of another account, [`Refusal::HasBookings`] while they
/// have bookings that are still to come, [`Refusal::Forbidden`] for the holder.
pub async fn remove(db: &Db, act: &Act, person: PersonId) -> Result<()> {
    write(db, act, Change::Remove(person)).await.map(drop)
}

enum Change {
    Add(NewPerson, bool),
    Edit(PersonId, NewPerson),
    Remove(PersonId),
}

struct Write {
    account: AccountId,
    change: Change,
}

async fn write(db: &Db, act: &Act, change: Change) -> Result<Option<Person>> {
    let account = act.caller.account()?.clone();
    let op = Write {
        account: account.clone(),
        change,
    };
    db.write(act, Locks::of([&account]), op).await
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = Option<Person>;
    fn replay() -> Replay<Option<Person>> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Option<Person>> {
        let (act, account) = (act, &self.account);
        match &self.change {
            Change::Add(new, is_another) => {
                if !is_another {
                    admit_once(tx, account, new).await?;
                }
                let id = add_in(tx, act, account, new).await?;
                find_in(tx, account, &id).await.map(Some)
            }
            Change::Edit(person, to) => {
                edit_in(tx, act, account, person, to).await?;
                find_in(tx, account, person).await.map(Some)
            }
            Change::Remove(person) => remove_in(tx, act, account, person).await.map(|()| None),
        }
    }
}

/// Refuses somebody who looks like one who is there: a form that was sent twice (C-181).
async fn admit_once(tx: &mut Tx, account: &AccountId, new: &NewPerson) -> Result<()> {
    let alike = tx
        .sql(
            "SELECT COUNT(*) FROM person WHERE account_id = $1 AND status = 'active'
             AND name = $2 AND birth_year = $3 AND relation = $4",
        )
        .bind(account)
        .bind(&new.name)
        .bind(new.birth_year)
        .bind(new.relation)
        .count()
        .await?;
    match alike {
        0 => Ok(()),
        _ => Err(Refusal::Namesake.into()),
    }
}

fn admit_family(new: &NewPerson, now: Timestamp) -> Result<()> {
    if new.relation == Relation::Myself {
        return Err(Refusal::invalid("relation", Reason::NotFamily).into());
    }
    Ok(new.admit(now)?)
}

pub(crate) async fn add_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    new: &NewPerson,
) -> Result<PersonId> {
    admit_family(new, act.now)?;
    let family = tx
        .sql(
            "SELECT COUNT(*) FROM person
             WHERE account_id = $1 AND status = 'active' AND relation <> 'self'",
        )
        .bind(account)
        .count()
        .await?;
    if family >= MAX_FAMILY {
        return Err(Refusal::invalid("family", Reason::TooMany).into());
    }
    let id = insert_in(tx, act, account, new).await?;
    let detail = json!({
        "relation": new.relation,
        "consent": new.consent.as_ref().map(|c| &c.text_version),
    });
    record(tx, act, &id, Verb::PersonAdd, detail).await?;
    Ok(id)
}

async fn edit_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
    to: &NewPerson,
) -> Result<()> {
    let before = find_in(tx, account, person).await?;
    if before.relation == Relation::Myself {
        return Err(Refusal::Forbidden.into());
    }
    let mut to = to.clone();
    to.consent = to.consent.or_else(|| before.consent());
    admit_family(&to, act.now)?;
    update_in(tx, act, person, &to).await?;
    let detail = json!({
        "relation": before.relation != to.relation,
        "name": before.name != to.name,
        "birth_year": before.birth_year != to.birth_year,
        "community": before.community != to.community,
        "consent": before.consent() != to.consent,
    });
    record(tx, act, person, Verb::PersonEdit, detail).await
}

async fn remove_in(tx: &mut Tx, act: &Act, account: &AccountId, person: &PersonId) -> Result<()> {
    let who = find_in(tx, account, person).await?;
    if who.relation == Relation::Myself {
        return Err(Refusal::Forbidden.into());
    }
    // Bookings, and places in shifts.
    let live = tx
        .sql(concat!(
            "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
             WHERE b.person_id = $1 AND b.state IN ",
            live!(),
            "
             AND o.ends_at > $2"
        ))
        .bind(person)
        .bind(act.now)
        .count()
        .await?
        + tx.sql(
            "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE a.person_id = $1 AND s.ends_at > $2
             AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')",
        )
        .bind(person)
        .bind(act.now)
        .count()
        .await?;
    if live > 0 {
        return Err(Refusal::HasBookings { live }.into());
    }
    tx.sql("UPDATE person SET status = 'removed' WHERE id = $1")
        .bind(person)
        .run()
        .await?;
    tx.sql("DELETE FROM certificate_request WHERE person_id = $1 AND ended IS NULL")
        .bind(person)
        .run()
        .await?;
    record(tx, act, person, Verb::PersonRemove, json!({})).await
}
