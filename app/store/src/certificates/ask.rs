//! A volunteer asks a center for a certificate.

use super::requests::{RequestView, find_in, open_of, served_in};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, outcome, people,
};
use domain::{
    audit::Verb,
    certificate::{LONGEST_PURPOSE, Which, stretch},
    id::{AccountId, CenterId, CertificateRequestId, PersonId},
    text,
};
use serde_json::json;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The center.
    pub center: CenterId,
    /// For which of the caller's people.
    pub person: PersonId,
    /// Of which hours.
    pub which: Which,
    /// What for; may be empty.
    pub purpose: String,
}

/// Asks a center for a certificate of what it has recorded of one of the caller's people. Whoever asks
/// again while the center has not answered is shown what they asked for first.
///
/// # Errors
/// [`domain::Refusal::Invalid`] where there is nothing to certify, [`domain::Refusal::NotFound`] for a
/// person of another account or no such center.
pub async fn ask(db: &Db, act: &Act, asking: Asking) -> Result<RequestView> {
    let account = act.caller.account()?.clone();
    let op = Ask {
        account: account.clone(),
        asking,
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Ask {
    account: AccountId,
    asking: Asking,
}

#[async_trait::async_trait]
impl Op for Ask {
    type Out = Outcome<RequestView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.ask_in(tx, act).await)
    }
}

impl Ask {
    async fn ask_in(&self, tx: &mut Tx, act: &Act) -> Result<RequestView> {
        let asking = &self.asking;
        tx.need([&self.account])?;
        let person = people::find_in(tx, &self.account, &asking.person).await?.id;
        centers::place(tx, &asking.center).await?;
        if let Some(open) = open_of(tx, &person, &asking.center).await? {
            return Ok(open);
        }
        let purpose = text::line("purpose", &asking.purpose, LONGEST_PURPOSE)?;
        let served = served_in(tx, &person, &asking.center, act.now).await?;
        let stretch = stretch(asking.which, &served, act.now)?;
        let id: CertificateRequestId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO certificate_request (id, person_id, account_id, center_id, from_at, to_at,
                 purpose, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id)
        .bind(&person)
        .bind(&self.account)
        .bind(&asking.center)
        .bind(stretch.from)
        .bind(stretch.to)
        .bind(&purpose)
        .bind(act.now)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::CertificateAsk,
            subject: ("person", person.as_str()),
            center: Some(&asking.center),
            detail: json!({ "request": id, "minutes": stretch.minutes }),
        };
        audit::record(tx, act, entry).await?;
        let made = find_in(tx, &id).await?;
        made.ok_or(Error::Corrupt("certificate request"))
    }
}
