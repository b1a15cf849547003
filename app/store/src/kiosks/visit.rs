//! The person at a kiosk who has proved who they are, and what they may do until they leave.

use super::read::{Own, own_in};
use crate::{
    Act, Db, Error, Locks, Op, Replay, Result, Tx,
    bookings::{BookRequest, BookingView, book_in, view_in},
    logins::secret_hash,
};
use domain::{
    Refusal,
    access::Caller,
    activity::Channel,
    booking::Fit,
    commitment::{Event, Subject},
    id::{AccountId, OccurrenceId, PersonId},
    kiosk::Proof,
    person::Phone,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One person's visit to a kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskVisit {
    /// How they proved who they are.
    pub proof: Proof,
    /// The account whose people they may book for.
    pub account: AccountId,
    /// For whom a place is wanted; chosen already where the proof stands for one person only.
    pub person: Option<PersonId>,
    /// The outcome, if they have booked.
    pub answer: Option<Answered>,
}

impl KioskVisit {
    /// Whether the proof allows booking for that person.
    pub fn reaches(&self, person: &PersonId) -> bool {
        self.proof.reaches_family() || self.person.as_ref() == Some(person)
    }
}

/// What booking or signing up came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// For what.
    pub event: Event,
    /// The booking or the assignment, or why there is none, the closest reason first.
    pub outcome: std::result::Result<Subject, Vec<Refusal>>,
}

/// A row, whether anything is proven yet or not.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) phone: Option<Phone>,
    pub(super) proof: Option<Proof>,
    pub(super) account_id: Option<AccountId>,
    pub(super) person_id: Option<PersonId>,
    pub(super) answer: Option<String>,
}

impl Row {
    fn visit(self) -> Result<Option<KioskVisit>> {
        let (Some(proof), Some(account)) = (self.proof, self.account_id) else {
            return Ok(None);
        };
        // One that another version wrote is none: visits last minutes.
        let answer = self.answer.as_deref().map(serde_json::from_str);
        Ok(Some(KioskVisit {
            proof,
            account,
            person: self.person_id,
            answer: answer.and_then(std::result::Result::ok),
        }))
    }
}

pub(super) async fn row_in(
    tx: &mut Tx,
    own: &Own,
    secret_hash: &str,
    now: Timestamp,
) -> Result<Option<Row>> {
    tx.sql(
        "SELECT phone, proof, account_id, person_id, answer FROM kiosk_visit
         WHERE kiosk_id = $1 AND secret_hash = $2 AND expires_at > $3",
    )
    .bind(&own.id)
    .bind(secret_hash)
    .bind(now)
    .optional()
    .await
}

/// The visit that must be there.
pub(super) async fn visit_in(
    tx: &mut Tx,
    act: &Act,
    secret_hash: &str,
) -> Result<(Own, KioskVisit)> {
    let own = own_in(tx, &act.caller).await?;
    let row = row_in(tx, &own, secret_hash, act.now).await?;
    let visit = row.map(Row::visit).transpose()?.flatten();
    Ok((own, visit.ok_or(Refusal::Unauthenticated)?))
}

/// The visit that the secret opens at the kiosk that asks; none where it has ended, or nothing is
/// proven yet.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever is no paired kiosk.
pub async fn visit(
    db: &Db,
    caller: &Caller,
    now: Timestamp,
    secret: &str,
) -> Result<Option<KioskVisit>> {
    let mut tx = db.read().await?;
    let own = own_in(&mut tx, caller).await?;
    let row = row_in(&mut tx, &own, &secret_hash(secret), now).await?;
    Ok(row.map(Row::visit).transpose()?.flatten())
}

/// Ends the kiosk's current visit, if any (rule 7). Idempotent.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever is no paired kiosk.
pub async fn end(db: &Db, act: &Act) -> Result<()> {
    db.write(act, Locks::none(), End).await
}

struct End;

#[async_trait::async_trait]
impl Op for End {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let own = own_in(tx, &act.caller).await?;
        end_in(tx, &own).await
    }
}

pub(super) async fn end_in(tx: &mut Tx, own: &Own) -> Result<()> {
    tx.sql("DELETE FROM kiosk_visit WHERE kiosk_id = $1")
        .bind(&own.id)
        .run()
        .await?;
    Ok(())
}

/// Says for whom a place is wanted.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the visit has ended, [`Refusal::NotFound`] for somebody whom
/// its proof does not reach.
pub async fn choose(db: &Db, act: &Act, secret: &str, person: &PersonId) -> Result<()> {
    let op = Choose {
        secret_hash: secret_hash(secret),
        person: person.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Choose {
    secret_hash: String,
    person: PersonId,
}

#[async_trait::async_trait]
impl Op for Choose {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (own, visit) = visit_in(tx, act, &self.secret_hash).await?;
        let known: Option<(PersonId,)> = tx
            .sql("SELECT id FROM person WHERE id = $1 AND account_id = $2 AND status = 'active'")
            .bind(&self.person)
            .bind(&visit.account)
            .optional()
            .await?;
        if known.is_none() || !visit.reaches(&self.person) {
            return Err(Refusal::NotFound.into());
        }
        tx.sql("UPDATE kiosk_visit SET person_id = $1 WHERE kiosk_id = $2")
            .bind(&self.person)
            .bind(&own.id)
            .run()
            .await?;
        Ok(())
    }
}

/// Books for the chosen person by the path of every booking, and keeps the outcome for the screen
/// that shows it.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the visit has ended, [`Refusal::NotFound`] where nobody was
/// chosen; a refusal of the booking is an answer.
pub async fn book(db: &Db, act: &Act, secret: &str, occurrence: &OccurrenceId) -> Result<()> {
    let secret_hash = secret_hash(secret);
    let mut tx = db.read().await?;
    let (_, visit) = visit_in(&mut tx, act, &secret_hash).await?;
    drop(tx);
    let locks = Locks::of([&visit.account]).and([occurrence]);
    let op = Book {
        secret_hash,
        occurrence: occurrence.clone(),
    };
    db.write(act, locks, op).await
}

struct Book {
    secret_hash: String,
    occurrence: OccurrenceId,
}

#[async_trait::async_trait]
impl Op for Book {
    type Out = ();
    fn replay() -> Replay<()> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (own, visit) = visit_in(tx, act, &self.secret_hash).await?;
        tx.need([&visit.account])?;
        let request = BookRequest {
            occurrence: self.occurrence.clone(),
            people: vec![visit.person.ok_or(Refusal::NotFound)?],
            account: visit.account,
            channel: Channel::Kiosk,
            fit: Fit::Together,
            may_wait: true,
        };
        let booked = book_in(tx, act, &request).await?;
        let outcome = match booked {
            Ok(booked) => {
                let first = booked.people.into_iter().next();
                let (_, outcome) = first.ok_or(Error::Corrupt("booking"))?;
                outcome.map(|view| Subject::Booking(view.id))
            }
            Err(refusal) => Err(refusal),
        };
        let answer = Answered {
            event: Event::Occurrence(self.occurrence.clone()),
            outcome: outcome.map_err(|refusal| vec![refusal]),
        };
        keep(tx, &own, &answer).await
    }
}

/// Keeps an outcome for the screen that shows it.
pub(super) async fn keep(tx: &mut Tx, own: &Own, answer: &Answered) -> Result<()> {
    tx.sql("UPDATE kiosk_visit SET answer = $1 WHERE kiosk_id = $2")
        .bind(serde_json::to_string(answer)?)
        .bind(&own.id)
        .run()
        .await?;
    Ok(())
}

/// The booking that this visit has made, as it stands now; none where it made none.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where the visit has ended.
pub async fn made(db: &Db, act: &Act, secret: &str) -> Result<Option<BookingView>> {
    let mut tx = db.read().await?;
    let (_, visit) = visit_in(&mut tx, act, &secret_hash(secret)).await?;
    let made = visit.answer.and_then(|answer| answer.outcome.ok());
    match made {
        Some(Subject::Booking(id)) => {
            let view = view_in(&mut tx, &id).await?;
            Ok(view.filter(|view| view.account_id == visit.account))
        }
        _ => Ok(None),
    }
}
