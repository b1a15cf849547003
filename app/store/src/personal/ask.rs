//! Asking for an account to be deleted, and taking that back.

use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers, notices,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, PersonId},
    notice::Notice,
    retention,
    time::Timestamp,
};
use serde_json::json;

/// When the account is deleted, if somebody asked for it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn asked(db: &Db, account: &AccountId) -> Result<Option<Timestamp>> {
    let mut tx = db.read().await?;
    asked_in(&mut tx, account).await
}

pub(super) async fn asked_in(tx: &mut Tx, account: &AccountId) -> Result<Option<Timestamp>> {
    let found: Option<(Option<Timestamp>,)> = tx
        .sql("SELECT delete_at FROM account WHERE id = $1 AND deleted_at IS NULL")
        .bind(account)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

/// The caller's own account is deleted in a week; the holder is told, so that whoever did not ask can take
/// it back. Asking again changes nothing. When that is.
///
/// # Errors
/// [`Refusal::Unauthenticated`], [`Refusal::Forbidden`].
pub async fn ask(db: &Db, act: &Act) -> Result<Timestamp> {
    let account = act.caller.account()?.clone();
    let op = Set {
        account: account.clone(),
        center: None,
        is_asked: true,
    };
    when(db.write(act, Locks::of([&account]), op).await?)
}

/// The same for somebody who asks at the desk: for staff who may book for others at a center where the
/// person is known.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever is not known at the center, [`Refusal::Forbidden`].
pub async fn ask_for(
    db: &Db,
    act: &Act,
    center: &CenterId,
    person: &PersonId,
) -> Result<Timestamp> {
    let (account, center) = known(db, act, center, person).await?;
    let op = Set {
        account: account.clone(),
        center: Some(center),
        is_asked: true,
    };
    when(db.write(act, Locks::of([&account]), op).await?)
}

/// The account stays. By its holder, or, with a center and a person, by staff as in [`ask_for`].
///
/// # Errors
/// As [`ask`] and [`ask_for`].
pub async fn take_back(db: &Db, act: &Act, of: Option<(&CenterId, &PersonId)>) -> Result<()> {
    let (account, center) = match of {
        None => (act.caller.account()?.clone(), None),
        Some((center, person)) => {
            let (account, center) = known(db, act, center, person).await?;
            (account, Some(center))
        }
    };
    let op = Set {
        account: account.clone(),
        center,
        is_asked: false,
    };
    db.write(act, Locks::of([&account]), op).await.map(drop)
}

fn when(at: Option<Timestamp>) -> Result<Timestamp> {
    at.ok_or(Error::Corrupt("account"))
}

/// The account of somebody who is known at a center of the caller's.
async fn known(
    db: &Db,
    act: &Act,
    center: &CenterId,
    person: &PersonId,
) -> Result<(AccountId, CenterId)> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let found: Option<(AccountId,)> = tx
        .sql(
            "SELECT p.account_id FROM known_at k JOIN person p ON p.id = k.person_id
             WHERE k.center_id = $1 AND k.person_id = $2 AND p.status = 'active'",
        )
        .bind(center)
        .bind(person)
        .optional()
        .await?;
    Ok((found.ok_or(Refusal::NotFound)?.0, center.clone()))
}

struct Set {
    account: AccountId,
    /// Where it was asked for, if at a desk.
    center: Option<CenterId>,
    is_asked: bool,
}

#[async_trait::async_trait]
impl Op for Set {
    type Out = Option<Timestamp>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Option<Timestamp>> {
        tx.need([&self.account])?;
        let before = asked_in(tx, &self.account).await?;
        if before.is_some() == self.is_asked {
            return Ok(before);
        }
        let at = self.is_asked.then(|| retention::deleted_at(act.now));
        tx.sql("UPDATE account SET delete_at = $1, revision = revision + 1 WHERE id = $2")
            .bind(at)
            .bind(&self.account)
            .run()
            .await?;
        if let Some(at) = at {
            let about = format!("{}:{}", self.account, at.0);
            let notice = Notice::DeletionAsked { at };
            notices::tell(tx, act, &self.account, &notice, &about).await?;
        }
        let entry = Entry {
            action: match self.is_asked {
                true => Verb::AccountDeletionAsk,
                false => Verb::AccountDeletionTakeBack,
            },
            subject: ("account", self.account.as_str()),
            center: self.center.as_ref(),
            detail: json!({ "at": at }),
        };
        audit::record(tx, act, entry).await?;
        Ok(at)
    }
}
