//! The people behind a phone number, for the desk to choose from.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    people::{self, Person},
};
use domain::{
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId},
    person::Phone,
};
use serde_json::json;

/// The people of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The account.
    pub account: AccountId,
    /// The holder first, if there is one; then in the order in which they were added.
    pub people: Vec<Person>,
}

/// The people behind a telephone number, none where it is not known; for staff who may book for
/// others at the center. The look is in the audit log, also where nobody was found.
///
/// # Errors
/// [`domain::Refusal::NotFound`] where there is no such center, [`domain::Refusal::Forbidden`],
/// [`domain::Refusal::Unauthenticated`].
pub async fn family(db: &Db, act: &Act, center: &CenterId, phone: Phone) -> Result<Option<Family>> {
    let op = ShowFamily {
        center: center.clone(),
        phone,
    };
    db.write(act, Locks::none(), op).await
}

struct ShowFamily {
    center: CenterId,
    phone: Phone,
}

#[async_trait::async_trait]
impl Op for ShowFamily {
    type Out = Option<Family>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        family_in(tx, act, &self.center, &self.phone, "walk_in").await
    }
}

/// [`family`] inside a transaction; the log says what it was looked up for.
pub(crate) async fn family_in(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    phone: &Phone,
    purpose: &'static str,
) -> Result<Option<Family>> {
    let place = centers::place(tx, center).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let found: Option<(AccountId,)> = tx
        .sql("SELECT id FROM account WHERE phone = $1")
        .bind(phone)
        .optional()
        .await?;
    let family = match found {
        Some((account,)) => Some(Family {
            people: people::list_in(tx, &account).await?,
            account,
        }),
        None => None,
    };
    let subject = family.as_ref().map_or("", |family| family.account.as_str());
    let entry = Entry {
        action: Verb::AccountLookUp,
        subject: ("account", subject),
        center: Some(center),
        detail: json!({ "by": "phone", "found": family.is_some(), "for": purpose }),
    };
    audit::record(tx, act, entry).await?;
    Ok(family)
}
