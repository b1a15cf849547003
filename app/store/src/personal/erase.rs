//! Deleting one account, in one transaction.

use super::{
    ask::asked_in,
    rows::{self, WHO},
};
use crate::{
    Act, Op, Result, Tx,
    audit::{self, Entry},
    reach::Reach,
    states::live,
};
use domain::{
    Refusal,
    audit::Verb,
    id::{AccountId, PersonId},
    person::PersonName,
    retention::{Due, Open, SETTLED_WITHIN, Stays, VALIDATED_WITHIN, due, stays},
};
use serde_json::json;

/// Whether it was deleted.
pub(super) struct Erase {
    pub(super) account: AccountId,
}

#[async_trait::async_trait]
impl Op for Erase {
    type Out = bool;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<bool> {
        tx.need([&self.account])?;
        let at = match asked_in(tx, &self.account).await {
            Err(crate::Error::Refused(Refusal::NotFound)) => return Ok(false),
            asked => asked?,
        };
        let open = self.open(tx, act).await?;
        if due(at, open, act.now) != Due::Now {
            return Ok(false);
        }
        let people = self.people(tx).await?;
        tx.need(people.iter().map(|person| &person.account_id))?;
        rows::clear(tx, act, &self.account).await?;
        let mut records = 0;
        for person in &people {
            match stays(person.has_record) {
                Stays::Record => {
                    records += 1;
                    shelve(tx, &person.id).await?;
                }
                Stays::Nameless => forget(tx, person).await?,
            }
        }
        tx.sql(
            "UPDATE account SET phone = $1, center_id = NULL, delete_at = NULL, deleted_at = $2,
                 revision = revision + 1 WHERE id = $3",
        )
        .bind(Reach::nothing(&act.ids, act.now).as_str())
        .bind(act.now)
        .bind(&self.account)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::AccountDelete,
            subject: ("account", self.account.as_str()),
            center: None,
            detail: json!({ "people": people.len(), "records": records }),
        };
        audit::record(tx, act, entry).await?;
        Ok(true)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: PersonId,
    account_id: AccountId,
    birth_year: i64,
    has_record: bool,
}

impl Erase {
    async fn open(&self, tx: &mut Tx, act: &Act) -> Result<Open> {
        let bookings = tx
            .sql(concat!(
                "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE b.account_id = $1 AND o.ends_at > $2 AND b.state IN ",
                live!()
            ))
            .bind(&self.account)
            .bind(act.now.plus(-SETTLED_WITHIN))
            .count()
            .await?;
        let shifts = tx
            .sql(
                "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
                 WHERE a.account_id = $1 AND s.closed_at IS NULL AND s.ends_at > $2
                 AND (a.state IN ('checked_in', 'checked_out')
                     OR (s.ends_at > $3 AND a.state IN ('waitlisted', 'requested', 'confirmed')))",
            )
            .bind(&self.account)
            .bind(act.now.plus(-VALIDATED_WITHIN))
            .bind(act.now)
            .count()
            .await?;
        Ok(Open { bookings, shifts })
    }

    /// Everybody of the account, and whoever was merged into one of them. The record of somebody who is
    /// there twice is with the entry that stays.
    async fn people(&self, tx: &mut Tx) -> Result<Vec<Row>> {
        tx.sql_built(format!(
            "SELECT p.id, p.account_id, p.birth_year,
                 p.merged_into IS NULL AND (
                     EXISTS (SELECT 1 FROM person q JOIN hour_entry h ON h.person_id = q.id
                         WHERE q.id = p.id OR q.merged_into = p.id)
                     OR EXISTS (SELECT 1 FROM person q JOIN certificate c ON c.person_id = q.id
                         WHERE q.id = p.id OR q.merged_into = p.id)) AS has_record
             FROM person p WHERE p.id IN {WHO} ORDER BY p.id"
        ))
        .bind(&self.account)
        .all()
        .await
    }
}

/// The record stays, and is found by nobody any more.
async fn shelve(tx: &mut Tx, person: &PersonId) -> Result<()> {
    tx.sql("UPDATE person SET status = 'deleted', search = '', community = NULL WHERE id = $1")
        .bind(person)
        .run()
        .await
        .map(drop)
}

/// Of the birth year the decade stays.
async fn forget(tx: &mut Tx, person: &Row) -> Result<()> {
    tx.sql(
        "UPDATE person SET status = 'deleted', name = $1, search = '', birth_year = $2,
             community = NULL, consent_version = NULL, consent_at = NULL WHERE id = $3",
    )
    .bind(PersonName::deleted())
    .bind(person.birth_year - person.birth_year % 10)
    .bind(&person.id)
    .run()
    .await?;
    for statement in [
        "UPDATE volunteer SET probation_no = NULL, formal_no = NULL WHERE person_id = $1",
        "DELETE FROM trained WHERE person_id = $1",
        "DELETE FROM star WHERE person_id = $1",
    ] {
        tx.sql(statement).bind(&person.id).run().await?;
    }
    Ok(())
}
