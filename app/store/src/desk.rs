//! How the desk finds a resident: by the phone number they give, or by a person already on screen.
//! Every look is audited (rule 6).

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    person::Phone,
};
use serde_json::json;

mod family;
mod phone;
mod register;
pub(crate) use family::family_in;
pub use family::{Family, family};
pub use phone::give_phone;
pub use register::{Contact, Desk, Newcomer, register};

/// Whom the desk means.
#[derive(Clone, Debug)]
pub enum Whom {
    /// The account of this telephone number.
    Phone(Phone),
    /// The account that this person belongs to.
    Person(PersonId),
}

/// The account, for staff who may book for others at the occurrence's center.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Unauthenticated`]; [`Refusal::NotFound`] where there is no
/// such occurrence, or no such account.
pub async fn account(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    whom: Whom,
) -> Result<AccountId> {
    let op = FindAccount {
        occurrence: occurrence.clone(),
        whom,
    };
    // A look that finds nobody is audited too, so the refusal is returned as a value.
    Ok(db.write(act, Locks::none(), op).await??)
}

struct FindAccount {
    occurrence: OccurrenceId,
    whom: Whom,
}

#[async_trait::async_trait]
impl Op for FindAccount {
    type Out = std::result::Result<AccountId, Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let center: Option<(CenterId,)> = tx
            .sql("SELECT center_id FROM occurrence WHERE id = $1")
            .bind(&self.occurrence)
            .optional()
            .await?;
        let (center,) = center.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let found: Option<(AccountId,)> = match &self.whom {
            Whom::Phone(phone) => {
                tx.sql("SELECT id FROM account WHERE phone = $1")
                    .bind(phone)
                    .optional()
                    .await?
            }
            Whom::Person(person) => {
                tx.sql("SELECT account_id FROM person WHERE id = $1 AND status = 'active'")
                    .bind(person)
                    .optional()
                    .await?
            }
        };
        let found = found.map(|(account,)| account);
        let by = match &self.whom {
            Whom::Phone(_) => "phone",
            Whom::Person(_) => "person",
        };
        let entry = Entry {
            action: Verb::AccountLookUp,
            subject: ("account", found.as_ref().map_or("", AccountId::as_str)),
            center: Some(&center),
            detail: json!({ "by": by, "found": found.is_some(), "occurrence": self.occurrence }),
        };
        audit::record(tx, act, entry).await?;
        Ok(found.ok_or(Refusal::NotFound))
    }
}
