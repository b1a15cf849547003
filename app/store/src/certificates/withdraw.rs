//! Withdrawing a certificate: it stays, and says so (C-93).

use super::read::{CertificateView, find_in};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, outcome,
};
use domain::{Refusal, access::Action, audit::Verb, hours::LONGEST_REASON, text};
use serde_json::json;
use std::sync::Arc;
use ticket::Keyring;

/// Withdraws a certificate of a center, with a reason that whoever looks it up is told. Again changes
/// nothing.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn withdraw(
    db: &Db,
    act: &Act,
    keyring: &Arc<Keyring>,
    number: &str,
    reason: &str,
) -> Result<CertificateView> {
    let op = Withdraw {
        keyring: Arc::clone(keyring),
        number: number.to_owned(),
        reason: reason.to_owned(),
    };
    let found = find_in(&mut db.read().await?, keyring, number).await?;
    let account = found.ok_or(Refusal::NotFound)?.account_id;
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Withdraw {
    keyring: Arc<Keyring>,
    number: String,
    reason: String,
}

#[async_trait::async_trait]
impl Op for Withdraw {
    type Out = Outcome<CertificateView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.withdraw_in(tx, act).await)
    }
}

impl Withdraw {
    async fn withdraw_in(&self, tx: &mut Tx, act: &Act) -> Result<CertificateView> {
        let found = find_in(tx, &self.keyring, &self.number).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        let center = &found.content.center_id;
        let place = centers::place(tx, center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        tx.need([&found.account_id])?;
        if found.withdrawn_at.is_some() {
            return Ok(found);
        }
        let reason = text::name("reason", &self.reason, LONGEST_REASON)?;
        tx.sql(
            "UPDATE certificate SET withdrawn_at = $1, withdrawn_by = $2, withdraw_reason = $3
             WHERE id = $4 AND withdrawn_at IS NULL",
        )
        .bind(act.now)
        .bind(act.caller.staff().ok())
        .bind(&reason)
        .bind(&found.id)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::CertificateWithdraw,
            subject: ("certificate", found.id.as_str()),
            center: Some(center),
            detail: json!({ "person": found.person_id }),
        };
        audit::record(tx, act, entry).await?;
        let now = find_in(tx, &self.keyring, &self.number).await?;
        now.ok_or(Error::Corrupt("certificate"))
    }
}
