//! Accounts, which people sign in to with a phone number. The holder is a `person` like the family
//! members; until name and birth year are given, the account is incomplete and can't book.

use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    people::{self, Person},
    reach::{Reach, phone_of},
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    id::{AccountId, CenterId, PersonId},
    person::{BirthYear, NewPerson, PersonName, Phone, Relation},
    place::CommunityKey,
    time::Timestamp,
};
use serde_json::json;

/// An account and its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// How to reach its holder; people without a telephone number have none.
    pub phone: Option<Phone>,
    /// The language of messages to them, e.g. `zh-CN`.
    pub locale: String,
    /// Their home center, if they chose one.
    pub center: Option<CenterId>,
    /// When they signed in first.
    pub created_at: Timestamp,
    /// The holder; `None` while the account is incomplete.
    pub holder: Option<Person>,
}

impl Account {
    /// Whether name and birth year have been given, so that its people can book.
    pub const fn is_complete(&self) -> bool {
        self.holder.is_some()
    }
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: AccountId,
    phone: Option<Phone>,
    locale: String,
    center_id: Option<CenterId>,
    created_at: Timestamp,
}

/// The account.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none.
pub async fn find(db: &Db, account: &AccountId) -> Result<Account> {
    let mut tx = db.read().await?;
    find_in(&mut tx, account).await
}

pub(crate) async fn find_in(tx: &mut Tx, account: &AccountId) -> Result<Account> {
    let row: Option<AccountRow> = tx
        .sql(concat!(
            "SELECT a.id, ",
            phone_of!("a"),
            ", a.locale, a.center_id, a.created_at FROM account a WHERE a.id = $1"
        ))
        .bind(account)
        .optional()
        .await?;
    let row = row.ok_or(Refusal::NotFound)?;
    Ok(Account {
        holder: people::holder_in(tx, account).await?,
        id: row.id,
        phone: row.phone,
        locale: row.locale,
        center: row.center_id,
        created_at: row.created_at,
    })
}

/// The account that is found by this, created if missing, and whether it was.
pub(crate) async fn ensure_in(
    tx: &mut Tx,
    act: &Act,
    reach: &Reach,
    locale: &str,
) -> Result<(AccountId, bool)> {
    let id: AccountId = act.ids.make(act.now);
    let made = tx
        .sql(
            "INSERT INTO account (id, phone, locale, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)
             ON CONFLICT (phone) DO NOTHING",
        )
        .bind(&id)
        .bind(reach.as_str())
        .bind(locale)
        .bind(act.now)
        .run()
        .await?;
    if made == 1 {
        record(tx, act, &id, Verb::AccountCreate, json!({})).await?;
        return Ok((id, true));
    }
    let (id,): (AccountId,) = tx
        .sql("SELECT id FROM account WHERE phone = $1")
        .bind(reach.as_str())
        .one()
        .await?;
    Ok((id, false))
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("account", account.as_str()),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}

/// What the holder says about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Their name.
    pub name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// The community they live in, if given.
    pub community: Option<CommunityKey>,
    /// Their home center, if they choose one.
    pub center: Option<CenterId>,
}

/// Completes or changes the caller's own profile.
///
/// # Errors
/// [`Refusal::ConsentRequired`] for a holder who may be under 14: they belong in a guardian's
/// account as family (C-144). [`Refusal::Invalid`] for a center that does not exist.
pub async fn save_profile(db: &Db, act: &Act, profile: Profile) -> Result<Account> {
    let account = act.caller.account()?.clone();
    let op = SaveProfile {
        account: account.clone(),
        profile,
    };
    db.write(act, Locks::of([&account]), op).await
}

struct SaveProfile {
    account: AccountId,
    profile: Profile,
}

#[async_trait::async_trait]
impl Op for SaveProfile {
    type Out = Account;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Account> {
        let before = find_in(tx, &self.account).await?;
        let profile = &self.profile;
        save_holder_in(tx, act, &self.account, profile).await?;
        set_center_in(tx, &self.account, profile.center.as_ref()).await?;
        let changed = json!({
            "completed": before.holder.is_none(),
            "name": before.holder.as_ref().is_none_or(|h| h.name != profile.name),
            "birth_year": before.holder.as_ref().is_none_or(|h| h.birth_year != profile.birth_year),
            "community": before.holder.as_ref().and_then(|h| h.community.as_ref())
                != profile.community.as_ref(),
            "center": before.center != profile.center,
        });
        record(tx, act, &self.account, Verb::AccountProfile, changed).await?;
        find_in(tx, &self.account).await
    }
}

/// Makes or changes the holder's `person` row; its id.
pub(crate) async fn save_holder_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    profile: &Profile,
) -> Result<PersonId> {
    let new = NewPerson {
        name: profile.name.clone(),
        birth_year: profile.birth_year,
        relation: Relation::Myself,
        community: profile.community.clone(),
        consent: None,
    };
    new.admit(act.now)?;
    if let Some(holder) = people::holder_in(tx, account).await? {
        people::update_in(tx, act, &holder.id, &new).await?;
        return Ok(holder.id);
    }
    people::insert_in(tx, act, account, &new).await
}

async fn set_center_in(tx: &mut Tx, account: &AccountId, center: Option<&CenterId>) -> Result<()> {
    if let Some(center) = center {
        let known: Option<(String,)> = tx
            .sql("SELECT id FROM center WHERE id = $1")
            .bind(center)
            .optional()
            .await?;
        known.ok_or_else(|| Refusal::invalid("center", Reason::UnknownValue))?;
    }
    tx.sql("UPDATE account SET center_id = $1, revision = revision + 1 WHERE id = $2")
        .bind(center.map(CenterId::as_str))
        .bind(account)
        .run()
        .await?;
    Ok(())
}

/// Sets or clears the caller's home center.
///
/// # Errors
/// [`Refusal::Invalid`] for a center that does not exist.
pub async fn set_center(db: &Db, act: &Act, center: Option<CenterId>) -> Result<()> {
    let account = act.caller.account()?.clone();
    let op = SetOne {
        account: account.clone(),
        what: One::Center(center),
    };
    db.write(act, Locks::of([&account]), op).await
}

/// Sets the language of messages to the caller.
///
/// # Errors
/// [`Refusal::Invalid`] for what cannot be the name of a language.
pub async fn set_locale(db: &Db, act: &Act, locale: &str) -> Result<()> {
    let account = act.caller.account()?.clone();
    let op = SetOne {
        account: account.clone(),
        what: One::Locale(checked_locale(locale)?),
    };
    db.write(act, Locks::of([&account]), op).await
}

/// A language tag as it may be stored; which of them have words is for the locale files to say.
pub(crate) fn checked_locale(locale: &str) -> Result<String> {
    let fits = (2..=16).contains(&locale.len())
        && locale
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits {
        Ok(locale.to_owned())
    } else {
        Err(Error::Refused(Refusal::invalid(
            "locale",
            Reason::UnknownValue,
        )))
    }
}

enum One {
    Center(Option<CenterId>),
    Locale(String),
}

struct SetOne {
    account: AccountId,
    what: One,
}

#[async_trait::async_trait]
impl Op for SetOne {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let detail = match &self.what {
            One::Center(center) => {
                set_center_in(tx, &self.account, center.as_ref()).await?;
                json!({ "center": center })
            }
            One::Locale(locale) => {
                tx.sql("UPDATE account SET locale = $1, revision = revision + 1 WHERE id = $2")
                    .bind(locale)
                    .bind(&self.account)
                    .run()
                    .await?;
                json!({ "locale": locale })
            }
        };
        record(tx, act, &self.account, Verb::AccountSettings, detail).await
    }
}
