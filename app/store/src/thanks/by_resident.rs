//! Somebody who attended thanks the volunteers of that occurrence, once a booking.

use super::{By, Said, THERE, Thanked, keep};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    bookings::{self, BookingView},
    outcome,
};
use domain::{
    Refusal,
    id::{AccountId, BookingId},
    thanks::{Sentence, may_thank, thank_by_resident},
    time::Timestamp,
};
use serde_json::json;

/// How a booking stands to giving thanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfBooking {
    /// What was said.
    pub said: Option<Sentence>,
    /// Whether it can be said now.
    pub may: std::result::Result<(), Refusal>,
}

/// How a booking stands to giving thanks, for whoever may see it.
///
/// # Errors
/// Database errors.
pub async fn of_booking(db: &Db, booking: &BookingView, now: Timestamp) -> Result<OfBooking> {
    let mut tx = db.read().await?;
    let volunteers = volunteers(&mut tx, booking).await?.len();
    Ok(OfBooking {
        said: said(&mut tx, &booking.id).await?,
        may: may_thank(booking.state, booking.span(), volunteers, now),
    })
}

/// What a booking has said.
async fn said(tx: &mut Tx, booking: &BookingId) -> Result<Option<Sentence>> {
    let found: Option<(Sentence,)> = tx
        .sql("SELECT sentence FROM thanks WHERE booking_id = $1")
        .bind(booking)
        .optional()
        .await?;
    Ok(found.map(|(sentence,)| sentence))
}

/// The volunteers who were in the shifts of a booking's occurrence, but those of its own account.
async fn volunteers(tx: &mut Tx, booking: &BookingView) -> Result<Vec<Thanked>> {
    tx.sql_built(format!(
        "SELECT DISTINCT a.person_id, a.account_id, p.name
         FROM shift s JOIN assignment a ON a.shift_id = s.id JOIN person p ON p.id = a.person_id
         WHERE s.occurrence_id = $1 AND a.role = 'volunteer' AND a.state IN {THERE}
         AND a.account_id <> $2"
    ))
    .bind(&booking.occurrence_id)
    .bind(&booking.account_id)
    .all()
    .await
}

/// The holder of a booking's account thanks the volunteers of its occurrence. Again changes nothing:
/// what was said first.
///
/// # Errors
/// As [`thank_by_resident`]; [`Refusal::NotFound`] for a booking of another account.
pub async fn by_resident(
    db: &Db,
    act: &Act,
    booking: &BookingId,
    sentence: Sentence,
) -> Result<Sentence> {
    let account = act.caller.account()?.clone();
    let op = Give {
        account: account.clone(),
        booking: booking.clone(),
        sentence,
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Give {
    account: AccountId,
    booking: BookingId,
    sentence: Sentence,
}

#[async_trait::async_trait]
impl Op for Give {
    type Out = Outcome<Sentence>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.give(tx, act).await)
    }
}

impl Give {
    async fn give(&self, tx: &mut Tx, act: &Act) -> Result<Sentence> {
        tx.need([&self.account])?;
        let booking = bookings::view_in(tx, &self.booking).await?;
        let booking = booking.filter(|of| of.account_id == self.account);
        let booking = booking.ok_or(Refusal::NotFound)?;
        if let Some(said) = said(tx, &booking.id).await? {
            return Ok(said);
        }
        let thanked = volunteers(tx, &booking).await?;
        let (span, many) = (booking.span(), thanked.len());
        thank_by_resident(booking.state, span, many, self.sentence, act.now)?;
        let said = Said {
            sentence: self.sentence,
            by: By::Booking(&booking.id, &booking.occurrence_id),
            center: &booking.center_id,
            to: &thanked,
            detail: json!({ "volunteers": many }),
        };
        keep(tx, act, said).await?;
        Ok(self.sentence)
    }
}
