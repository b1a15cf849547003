//! Registering somebody at the desk who has no account, or isn't in their family's yet.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    accounts::{self, Profile},
    audit::{self, Entry},
    centers, people,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    person::{BirthYear, Consent, NewPerson, PersonName, Phone, Relation, needs_guardian},
};
use serde_json::json;

/// Somebody as they introduce themselves at the desk or on the telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Their name.
    pub name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// Their relation to the owner of the phone number.
    pub relation: Relation,
    /// The guardian's consent, for a child.
    pub consent: Option<Consent>,
}

/// The account of this telephone number with this person in it, both made where they are missing.
/// Who has the same name and birth year already is that person: the answer does not tell whether
/// the number was known.
///
/// A number whose holder has not given a name gets the newcomer as its holder where they say
/// that it is their own and need no guardian; else the holder stays open.
///
/// # Errors
/// [`Refusal::Forbidden`] unless the caller may book for others at the occurrence's center,
/// [`Refusal::ConsentRequired`] for a child without the guardian's consent (C-144),
/// [`Refusal::Invalid`] for a second holder (`relation`) or too large a family.
pub async fn register(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    phone: Phone,
    newcomer: Newcomer,
) -> Result<(AccountId, PersonId)> {
    let op = Register {
        occurrence: occurrence.clone(),
        phone,
        newcomer,
    };
    db.write(act, Locks::none(), op).await
}

struct Register {
    occurrence: OccurrenceId,
    phone: Phone,
    newcomer: Newcomer,
}

#[async_trait::async_trait]
impl Op for Register {
    type Out = (AccountId, PersonId);
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let center: Option<(CenterId,)> = tx
            .sql("SELECT center_id FROM occurrence WHERE id = $1")
            .bind(&self.occurrence)
            .optional()
            .await?;
        let (center,) = center.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let (account, is_new) = accounts::ensure_in(tx, act, &self.phone, "zh-CN").await?;
        // An account that this transaction made is nobody else's yet.
        if !is_new {
            tx.need([&account])?;
        }
        let (person, known) = self.person_in(tx, act, &account).await?;
        let entry = Entry {
            action: Verb::AccountRegister,
            subject: ("account", account.as_str()),
            center: Some(&center),
            detail: json!({ "person": person, "known": known, "account_known": !is_new }),
        };
        audit::record(tx, act, entry).await?;
        Ok((account, person))
    }
}

impl Register {
    async fn person_in(
        &self,
        tx: &mut Tx,
        act: &Act,
        account: &AccountId,
    ) -> Result<(PersonId, bool)> {
        let Newcomer {
            name,
            birth_year,
            relation,
            consent,
        } = &self.newcomer;
        let family = people::list_in(tx, account).await?;
        if let Some(same) = family
            .iter()
            .find(|p| p.name == *name && p.birth_year == *birth_year)
        {
            return Ok((same.id.clone(), true));
        }
        let has_holder = family.iter().any(|p| p.relation == Relation::Myself);
        if *relation == Relation::Myself && !has_holder && !needs_guardian(*birth_year, act.now) {
            let profile = Profile {
                name: name.clone(),
                birth_year: *birth_year,
                community: None,
                center: None,
            };
            let holder = accounts::save_holder_in(tx, act, account, &profile).await?;
            return Ok((holder, false));
        }
        let new = NewPerson {
            name: name.clone(),
            birth_year: *birth_year,
            relation: *relation,
            community: None,
            consent: consent.clone(),
        };
        Ok((people::add_in(tx, act, account, &new).await?, false))
    }
}
