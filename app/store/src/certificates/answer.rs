//! The center's answer to a request: the certificate by the road of every certificate, or why not.

use super::{
    issue::issue_for,
    read::CertificateView,
    requests::{RequestView, find_in, open_in},
};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, notices, outcome,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    hours::LONGEST_REASON,
    id::{CenterId, CertificateId, CertificateRequestId, PersonId},
    notice::Notice,
    text,
    time::Timestamp,
};
use serde_json::json;
use std::sync::Arc;
use ticket::{Keyring, SigningKey};

/// Gives a certificate of exactly what was asked for. The request is answered in the same transaction.
///
/// # Errors
/// As [`super::issue`]; [`Refusal::Stale`] where somebody has answered it.
pub async fn give(
    db: &Db,
    act: &Act,
    signer: &Arc<SigningKey>,
    keyring: &Arc<Keyring>,
    request: &CertificateRequestId,
) -> Result<CertificateView> {
    let found = find_in(&mut db.read().await?, request).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    issue_for(db, act, signer, keyring, found).await
}

/// Does not give what was asked for, and says why. The volunteer is told.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, [`Refusal::NotFound`], [`Refusal::Forbidden`];
/// [`Refusal::Stale`] where somebody has answered it.
pub async fn decline(
    db: &Db,
    act: &Act,
    request: &CertificateRequestId,
    reason: &str,
) -> Result<()> {
    let found = find_in(&mut db.read().await?, request).await?;
    let account = found.ok_or(Refusal::NotFound)?.account_id;
    let op = Decline {
        request: request.clone(),
        reason: reason.to_owned(),
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Decline {
    request: CertificateRequestId,
    reason: String,
}

#[async_trait::async_trait]
impl Op for Decline {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.decline_in(tx, act).await)
    }
}

impl Decline {
    async fn decline_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let found = find_in(tx, &self.request).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &found.center_id).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        tx.need([&found.account_id])?;
        let found = open_in(tx, &self.request).await?;
        let reason = text::name("reason", &self.reason, LONGEST_REASON)?;
        tx.sql(
            "UPDATE certificate_request SET ended = 'declined', ended_at = $1, ended_by = $2,
                 reason = $3 WHERE id = $4 AND ended IS NULL",
        )
        .bind(act.now)
        .bind(act.caller.staff().ok())
        .bind(&reason)
        .bind(&found.id)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::CertificateDecline,
            subject: ("person", found.person_id.as_str()),
            center: Some(&found.center_id),
            detail: json!({ "request": found.id }),
        };
        audit::record(tx, act, entry).await?;
        self.tell(tx, act, found, reason).await
    }

    async fn tell(&self, tx: &mut Tx, act: &Act, found: RequestView, reason: String) -> Result<()> {
        let notice = Notice::CertificateDeclined {
            person: found.person_name,
            center: found.center_name,
            reason,
        };
        notices::tell_by_day(tx, act, &found.account_id, &notice, found.id.as_str())
            .await
            .map(drop)
    }
}

/// A certificate answers the open request that it was made for, and one of which it tells all. Whether
/// there was one.
pub(super) async fn settle(
    tx: &mut Tx,
    act: &Act,
    certificate: &CertificateId,
    (person, center): (&PersonId, &CenterId),
    (from, to): (Timestamp, Timestamp),
) -> Result<bool> {
    let settled = tx
        .sql(
            "UPDATE certificate_request SET ended = 'given', ended_at = $1, ended_by = $2,
                 certificate_id = $3
             WHERE person_id = $4 AND center_id = $5 AND ended IS NULL
             AND from_at >= $6 AND to_at <= $7",
        )
        .bind(act.now)
        .bind(act.caller.staff().ok())
        .bind(certificate)
        .bind(person)
        .bind(center)
        .bind(from)
        .bind(to)
        .run()
        .await?;
    Ok(settled > 0)
}
