//! Whether somebody who signs in is the holder of the account. A number that was given up is somebody
//! else's after some months: whoever signs in after a long silence says first who they are, or begins
//! anew, and sees nothing of the family until then.

use crate::{
    Act, Db, Locks, Op, Result, Tx, accounts,
    attempts::{self, Limit},
    audit::{self, Entry},
    people,
    reach::Reach,
};
use domain::{
    Refusal,
    access::Caller,
    audit::Verb,
    id::{AccountId, LoginId},
    person::{BirthYear, PersonName, Phone, may_have_changed_hands},
    retention::SESSION,
    time::{DAY, Timestamp},
};
use serde_json::json;

/// How often an account's holder may be guessed.
const GUESSES: [Limit; 1] = [Limit {
    tries: 5,
    window: DAY,
}];

/// Whether the number of the account may be somebody else's now: nobody has been there with it for
/// long, neither signed in nor booking for themselves.
pub(crate) async fn is_doubtful_in(tx: &mut Tx, act: &Act, account: &AccountId) -> Result<bool> {
    let (seen_at,): (Timestamp,) = tx
        .sql("SELECT seen_at FROM account WHERE id = $1")
        .bind(account)
        .one()
        .await?;
    if !may_have_changed_hands(seen_at, act.now) {
        return Ok(false);
    }
    let (login, booking): (Option<Timestamp>, Option<Timestamp>) = tx
        .sql(
            "SELECT (SELECT MAX(last_seen_at) FROM login WHERE account_id = $1 AND is_proven),
                (SELECT MAX(booked_at) FROM booking WHERE account_id = $1 AND channel = 'online')",
        )
        .bind(account)
        .one()
        .await?;
    let last = login.into_iter().chain(booking).max();
    Ok(last.is_none_or(|last| may_have_changed_hands(last, act.now)))
}

/// Notes that the holder was there.
pub(crate) async fn seen_in(tx: &mut Tx, act: &Act, account: &AccountId) -> Result<()> {
    tx.sql("UPDATE account SET seen_at = $1 WHERE id = $2")
        .bind(act.now)
        .bind(account)
        .run()
        .await
        .map(drop)
}

/// The account of a session that is not proven yet.
async fn doubtful(db: &Db, login: &LoginId, now: Timestamp) -> Result<AccountId> {
    let mut tx = db.read().await?;
    find_in(&mut tx, login, now).await
}

async fn find_in(tx: &mut Tx, login: &LoginId, now: Timestamp) -> Result<AccountId> {
    let found: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM login WHERE id = $1 AND NOT is_proven AND expires_at > $2")
        .bind(login)
        .bind(now)
        .optional()
        .await?;
    let (account,) = found.ok_or(Refusal::Unauthenticated)?;
    Ok(account)
}

/// Opens a session to whoever says name and birth year of the holder.
///
/// # Errors
/// [`Refusal::NotTheHolder`] where they are somebody else's; [`Refusal::RateLimited`] after five
/// wrong answers a day, which only whoever has the number's code can give;
/// [`Refusal::Unauthenticated`] where the session has ended.
pub async fn prove(
    db: &Db,
    act: &Act,
    login: &LoginId,
    name: PersonName,
    birth_year: BirthYear,
) -> Result<()> {
    let account = doubtful(db, login, act.now).await?;
    let op = Prove {
        login: login.clone(),
        name,
        birth_year,
    };
    // A wrong answer has to be counted, so the refusal comes as an answer.
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Prove {
    login: LoginId,
    name: PersonName,
    birth_year: BirthYear,
}

#[async_trait::async_trait]
impl Op for Prove {
    type Out = std::result::Result<(), Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let account = find_in(tx, &self.login, act.now).await?;
        tx.need([&account])?;
        let subject = format!("holder:{account}");
        attempts::check(tx, &subject, &GUESSES, act.now).await?;
        let holder = people::holder_in(tx, &account).await?;
        let is_holder = holder.is_some_and(|holder| {
            holder.birth_year == self.birth_year && holder.name.reads_as(&self.name)
        });
        if !is_holder {
            attempts::count(tx, &subject, act.now).await?;
            return Ok(Err(Refusal::NotTheHolder));
        }
        open_in(tx, act, &self.login, &account).await?;
        record(tx, act, Verb::AccountProve, &account).await?;
        Ok(Ok(()))
    }
}

/// Lets the session see its account.
async fn open_in(tx: &mut Tx, act: &Act, login: &LoginId, account: &AccountId) -> Result<()> {
    tx.sql(
        "UPDATE login SET is_proven = TRUE, account_id = $1, last_seen_at = $2, expires_at = $3
         WHERE id = $4",
    )
    .bind(account)
    .bind(act.now)
    .bind(act.now.plus(SESSION))
    .bind(login)
    .run()
    .await?;
    seen_in(tx, act, account).await
}

async fn record(tx: &mut Tx, act: &Act, action: Verb, account: &AccountId) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("account", account.as_str()),
        center: None,
        detail: json!({}),
    };
    audit::record(tx, &act.by(Caller::resident(account.clone())), entry).await
}

/// Whoever signed in is not who had the number before: the number leaves that account, whose people
/// keep their bookings and cards, and opens a new one, which is empty.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the session has ended.
pub async fn begin_anew(db: &Db, act: &Act, login: &LoginId, locale: &str) -> Result<AccountId> {
    let account = doubtful(db, login, act.now).await?;
    let op = Anew {
        login: login.clone(),
        locale: accounts::checked_locale(locale)?,
    };
    db.write(act, Locks::of([&account]), op).await
}

struct Anew {
    login: LoginId,
    locale: String,
}

#[async_trait::async_trait]
impl Op for Anew {
    type Out = AccountId;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<AccountId> {
        let before = find_in(tx, &self.login, act.now).await?;
        tx.need([&before])?;
        let phone = accounts::find_in(tx, &before).await?.phone;
        let phone = phone.ok_or(Refusal::Unauthenticated)?;
        release_in(tx, act, &before).await?;
        let reach = Reach::phone(&phone);
        let (account, _) = accounts::ensure_in(tx, act, &reach, &self.locale).await?;
        open_in(tx, act, &self.login, &account).await?;
        Ok(account)
    }
}

/// Takes the number from an account, and ends its sessions.
async fn release_in(tx: &mut Tx, act: &Act, account: &AccountId) -> Result<()> {
    let reach = former_reach(tx, act, account).await?;
    tx.sql("UPDATE account SET phone = $1, revision = revision + 1 WHERE id = $2")
        .bind(reach.as_str())
        .bind(account)
        .run()
        .await?;
    tx.sql("DELETE FROM login WHERE account_id = $1 AND is_proven")
        .bind(account)
        .run()
        .await?;
    record(tx, act, Verb::AccountRelease, account).await
}

/// By what the desk finds the former owner: as anybody without a number, unless somebody is found
/// that way already.
async fn former_reach(tx: &mut Tx, act: &Act, account: &AccountId) -> Result<Reach> {
    let nothing = Reach::nothing(&act.ids, act.now);
    let Some(holder) = people::holder_in(tx, account).await? else {
        return Ok(nothing);
    };
    let Some(community) = &holder.community else {
        return Ok(nothing);
    };
    let reach = Reach::person(&holder.name, holder.birth_year, community);
    let known = tx
        .sql("SELECT COUNT(*) FROM account WHERE phone = $1")
        .bind(reach.as_str())
        .count()
        .await?;
    Ok(if known == 0 { reach } else { nothing })
}

/// The number of the account that a session which is not proven yet belongs to: what its owner may
/// be asked about.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the session has ended or is proven.
pub async fn asked(db: &Db, login: &LoginId, now: Timestamp) -> Result<Phone> {
    let mut tx = db.read().await?;
    let account = find_in(&mut tx, login, now).await?;
    let phone = accounts::find_in(&mut tx, &account).await?.phone;
    Ok(phone.ok_or(Refusal::Unauthenticated)?)
}
