//! A telephone number for somebody who came without one.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, PersonId},
    person::Phone,
};
use serde_json::json;

/// Gives the account of somebody who had no telephone number this one; they stay who they are, with
/// their card and their bookings. For staff who may book for others at the center.
///
/// # Errors
/// [`Refusal::NotFound`] for a center or person that is not there, [`Refusal::Forbidden`];
/// [`Refusal::Invalid`] of `phone` with `taken` where the number belongs to an account, this one's own
/// included, because only its holder changes it.
pub async fn give_phone(
    db: &Db,
    act: &Act,
    center: &CenterId,
    person: &PersonId,
    phone: Phone,
) -> Result<()> {
    let mut tx = db.read().await?;
    let account = account_of(&mut tx, person).await?;
    drop(tx);
    let op = Give {
        center: center.clone(),
        person: person.clone(),
        phone,
    };
    db.write(act, Locks::of([&account]), op).await
}

async fn account_of(tx: &mut Tx, person: &PersonId) -> Result<AccountId> {
    let found: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM person WHERE id = $1 AND status = 'active'")
        .bind(person)
        .optional()
        .await?;
    let (account,) = found.ok_or(Refusal::NotFound)?;
    Ok(account)
}

struct Give {
    center: CenterId,
    person: PersonId,
    phone: Phone,
}

#[async_trait::async_trait]
impl Op for Give {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let account = account_of(tx, &self.person).await?;
        tx.need([&account])?;
        let taken = Refusal::invalid("phone", Reason::Taken);
        let known = tx
            .sql("SELECT COUNT(*) FROM account WHERE phone = $1")
            .bind(&self.phone)
            .count()
            .await?;
        if known > 0 {
            return Err(taken.into());
        }
        let given = tx
            .sql(
                "UPDATE account SET phone = $1, seen_at = $2, revision = revision + 1
                 WHERE id = $3 AND phone LIKE '-%'",
            )
            .bind(&self.phone)
            .bind(act.now)
            .bind(&account)
            .run()
            .await?;
        if given == 0 {
            return Err(taken.into());
        }
        let entry = Entry {
            action: Verb::AccountPhone,
            subject: ("account", account.as_str()),
            center: Some(&self.center),
            detail: json!({ "person": self.person }),
        };
        audit::record(tx, act, entry).await
    }
}
