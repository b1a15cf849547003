//! Registering somebody at the desk who has no account, or isn't in their family's yet.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    accounts::{self, Profile},
    audit::{self, Entry},
    centers, known, people,
    reach::Reach,
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    person::{BirthYear, Consent, NewPerson, PersonName, Phone, Relation, needs_guardian},
    place::CommunityKey,
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
    /// The community they live in, if they say.
    pub community: Option<CommunityKey>,
    /// The guardian's consent, for a child.
    pub consent: Option<Consent>,
}

/// How somebody at the desk can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// By their own telephone number, or that of somebody of their family.
    Phone(Phone),
    /// They have no telephone number.
    None {
        /// Whether they said to be another person than the one of the same name, birth year and
        /// community who is there already.
        is_another: bool,
    },
}

impl From<Phone> for Contact {
    fn from(phone: Phone) -> Self {
        Self::Phone(phone)
    }
}

/// The account of this telephone number with this person in it, both made where they are missing.
/// Who has the same name and birth year already is that person: the answer does not tell whether
/// the number was known.
///
/// Without a number, name, birth year and community make a person, or find them again; the account
/// is theirs alone.
///
/// A number whose holder has not given a name gets the newcomer as its holder where they say
/// that it is their own and need no guardian; else the holder stays open.
///
/// # Errors
/// [`Refusal::Forbidden`] unless the caller may book for others there,
/// [`Refusal::ConsentRequired`] for a child without the guardian's consent, or without the telephone
/// number of a guardian (C-144), [`Refusal::Invalid`] for a second holder (`relation`), too large a
/// family, or nobody to tell apart from others (`community`).
pub async fn register(
    db: &Db,
    act: &Act,
    at: impl Into<Desk>,
    contact: impl Into<Contact>,
    newcomer: Newcomer,
) -> Result<(AccountId, PersonId)> {
    let op = Register {
        desk: at.into(),
        contact: contact.into(),
        newcomer,
    };
    db.write(act, Locks::none(), op).await
}

/// Where somebody is written down.
#[derive(Clone, Debug)]
pub enum Desk {
    /// At the center of an occurrence.
    Of(OccurrenceId),
    /// At a center.
    At(CenterId),
}

impl From<&OccurrenceId> for Desk {
    fn from(id: &OccurrenceId) -> Self {
        Self::Of(id.clone())
    }
}

impl From<&CenterId> for Desk {
    fn from(id: &CenterId) -> Self {
        Self::At(id.clone())
    }
}

impl Desk {
    async fn center(&self, tx: &mut Tx) -> Result<CenterId> {
        match self {
            Self::At(center) => Ok(center.clone()),
            Self::Of(occurrence) => {
                let found: Option<(CenterId,)> = tx
                    .sql("SELECT center_id FROM occurrence WHERE id = $1")
                    .bind(occurrence)
                    .optional()
                    .await?;
                Ok(found.ok_or(Refusal::NotFound)?.0)
            }
        }
    }
}

struct Register {
    desk: Desk,
    contact: Contact,
    newcomer: Newcomer,
}

#[async_trait::async_trait]
impl Op for Register {
    type Out = (AccountId, PersonId);
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let center = self.desk.center(tx).await?;
        let place = centers::place(tx, &center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let reach = self.reach(act)?;
        let (account, is_new) = accounts::ensure_in(tx, act, &reach, "zh-CN").await?;
        // An account that this transaction made is nobody else's yet.
        if !is_new {
            tx.need([&account])?;
        }
        let ((account, person), known) = match self.merged_in(tx, &account).await? {
            Some(kept) => (kept, true),
            None => {
                let (person, known) = self.person_in(tx, act, &account).await?;
                ((account, person), known)
            }
        };
        known::note_in(tx, &center, &person).await?;
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
    /// By what the account is found.
    fn reach(&self, act: &Act) -> Result<Reach> {
        let who = &self.newcomer;
        let is_another = match &self.contact {
            Contact::Phone(phone) => return Ok(Reach::phone(phone)),
            Contact::None { is_another } => *is_another,
        };
        if needs_guardian(who.birth_year, act.now) {
            return Err(Refusal::ConsentRequired.into());
        }
        let community = who.community.as_ref();
        let community = community.ok_or(Refusal::invalid("community", Reason::Missing))?;
        Ok(match is_another {
            true => Reach::nothing(&act.ids, act.now),
            false => Reach::person(&who.name, who.birth_year, community),
        })
    }

    /// Whoever the person of that account was merged into, if they were: they stay one.
    async fn merged_in(
        &self,
        tx: &mut Tx,
        account: &AccountId,
    ) -> Result<Option<(AccountId, PersonId)>> {
        let merged: Vec<(PersonName, BirthYear, AccountId, PersonId)> = tx
            .sql(
                "SELECT g.name, g.birth_year, k.account_id, k.id
                 FROM person g JOIN person k ON k.id = g.merged_into
                 WHERE g.account_id = $1 AND g.status = 'merged' AND k.status = 'active'",
            )
            .bind(account)
            .all()
            .await?;
        let Newcomer {
            name, birth_year, ..
        } = &self.newcomer;
        // Without a number, the account is found by who its only person is.
        let alone = matches!(self.contact, Contact::None { .. });
        let mut merged = merged.into_iter();
        let same = merged.find(|(n, born, ..)| alone || (n == name && born == birth_year));
        Ok(same.map(|(_, _, account, person)| (account, person)))
    }

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
            community,
            consent,
        } = &self.newcomer;
        let family = people::list_in(tx, account).await?;
        let has_phone = matches!(self.contact, Contact::Phone(_));
        // Who is found by name is who they say, however they write it.
        if let (false, Some(holder)) = (has_phone, family.first()) {
            return Ok((holder.id.clone(), true));
        }
        if let Some(same) = family
            .iter()
            .find(|p| p.name == *name && p.birth_year == *birth_year)
        {
            return Ok((same.id.clone(), true));
        }
        let has_holder = family.iter().any(|p| p.relation == Relation::Myself);
        let is_own = *relation == Relation::Myself || !has_phone;
        if is_own && !has_holder && !needs_guardian(*birth_year, act.now) {
            let profile = Profile {
                name: name.clone(),
                birth_year: *birth_year,
                community: community.clone(),
                center: None,
            };
            let holder = accounts::save_holder_in(tx, act, account, &profile).await?;
            return Ok((holder, false));
        }
        let new = NewPerson {
            name: name.clone(),
            birth_year: *birth_year,
            relation: *relation,
            community: community.clone(),
            consent: consent.clone(),
        };
        Ok((people::add_in(tx, act, account, &new).await?, false))
    }
}
