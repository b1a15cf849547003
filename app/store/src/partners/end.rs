//! The end of it: by either, at any time, without a word to the other.

use super::ask::record;
use crate::{Act, Db, Locks, Op, Outcome, Replay, Result, Tx, outcome, people};
use domain::{
    audit::Verb,
    id::{AccountId, PersonId},
};

/// One of the caller's people and somebody are partners no more. Where they are none it changes nothing.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for somebody of another account.
pub async fn end(db: &Db, act: &Act, person: PersonId, other: PersonId) -> Result<()> {
    let account = act.caller.account()?.clone();
    let locks = Locks::of([&account]);
    let op = End {
        account,
        person,
        other,
    };
    Ok(db.write(act, locks, op).await??)
}

/// The caller's people take back whatever nobody has agreed to yet. Whether there was any, is not said.
///
/// # Errors
/// [`domain::Refusal`] for callers without an account.
pub async fn take_back(db: &Db, act: &Act) -> Result<()> {
    let account = act.caller.account()?.clone();
    db.write(act, Locks::of([&account]), TakeBack { account })
        .await
}

struct TakeBack {
    account: AccountId,
}

#[async_trait::async_trait]
impl Op for TakeBack {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.sql(
            "DELETE FROM partner WHERE agreed_at IS NULL
             AND person_id IN (SELECT id FROM person WHERE account_id = $1)",
        )
        .bind(&self.account)
        .run()
        .await
        .map(drop)
    }
}

struct End {
    account: AccountId,
    person: PersonId,
    other: PersonId,
}

#[async_trait::async_trait]
impl Op for End {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.end_in(tx, act).await)
    }
}

impl End {
    async fn end_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let me = people::find_in(tx, &self.account, &self.person).await?.id;
        let ended = tx
            .sql(
                "DELETE FROM partner WHERE agreed_at IS NOT NULL
                 AND ((person_id = $1 AND other_id = $2) OR (person_id = $2 AND other_id = $1))",
            )
            .bind(&me)
            .bind(&self.other)
            .run()
            .await?;
        match ended {
            0 => Ok(()),
            _ => record(tx, act, Verb::PartnerEnd, &me).await,
        }
    }
}
