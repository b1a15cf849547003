//! What was shown, and which bookings it may stand for.

use super::{
    facts::{self, Loaded},
    scan::{NewCheckIn, Presented},
};
use crate::{Error, Result, Tx, cards};
use domain::{
    Refusal,
    check_in::{Method, Verdict},
    id::{BookingId, CardId, CenterId},
    time::Timestamp,
};
use ticket::{Keyring, Kind, ShortCode, TicketError, verify};

/// What was shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) method: Method,
    pub(super) card: Option<CardId>,
    /// What it may stand for, or what is said where it stands for nothing.
    pub(super) means: std::result::Result<Vec<Loaded>, Verdict>,
    /// Whether it was a guess that missed, which is counted (C-112).
    pub(super) missed: bool,
}

impl Shown {
    fn nothing(method: Method, verdict: Verdict) -> Self {
        Self {
            method,
            card: None,
            means: Err(verdict),
            missed: false,
        }
    }
}

fn unknown(reason: &str) -> Verdict {
    Verdict::Unknown {
        reason: reason.to_owned(),
    }
}

fn forged(reason: &str) -> Verdict {
    Verdict::Forged {
        reason: reason.to_owned(),
    }
}

/// What a code that does not verify is (C-99).
fn not_genuine(error: TicketError) -> Verdict {
    match error {
        TicketError::Forged | TicketError::UnknownKey | TicketError::RevokedKey => {
            forged(error.code())
        }
        TicketError::Malformed | TicketError::UnknownVersion | TicketError::UnknownKind => {
            unknown(error.code())
        }
    }
}

/// Finds what was shown at `at`. The signature comes before everything else (C-99).
pub(super) async fn resolve(
    tx: &mut Tx,
    keyring: &Keyring,
    new: &NewCheckIn,
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Shown> {
    let (method, booking) = match &new.presented {
        Presented::Code(code) => return code_shown(tx, keyring, code, center, at).await,
        Presented::Roster(booking) => (Method::Name, booking),
        Presented::Sheet(booking) => (Method::Sheet, booking),
        Presented::Claim(booking) => (Method::WallCode, booking),
        // Only the transaction that books knows the booking.
        Presented::WalkIn(_) => return Err(Error::Corrupt("walk-in")),
    };
    let found = facts::booking(tx, booking).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    Ok(Shown {
        method,
        card: None,
        means: Ok(vec![found]),
        missed: false,
    })
}

async fn code_shown(
    tx: &mut Tx,
    keyring: &Keyring,
    code: &str,
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Shown> {
    match verify(keyring, code) {
        Ok(claims) => match claims.kind {
            Kind::Booking => ticket(tx, &claims.id.into(), at).await,
            Kind::Card => card(tx, &claims.id.into(), at).await,
            Kind::Assignment => Ok(Shown::nothing(Method::Ticket, unknown("unknown_kind"))),
        },
        Err(TicketError::Malformed) => match ShortCode::parse(code) {
            Ok(short) => short_code(tx, short, center, at).await,
            Err(_) => Ok(Shown::nothing(Method::Ticket, unknown("malformed"))),
        },
        Err(error) => Ok(Shown::nothing(Method::Ticket, not_genuine(error))),
    }
}

/// A ticket stands for its booking; of a series with one enrolment, for that day's.
async fn ticket(tx: &mut Tx, id: &BookingId, at: Timestamp) -> Result<Shown> {
    let Some(found) = facts::booking(tx, id).await? else {
        return Ok(Shown::nothing(Method::Ticket, unknown("no_such_ticket")));
    };
    Ok(Shown {
        method: Method::Ticket,
        card: None,
        means: Ok(with_series(tx, found, at).await?),
        missed: false,
    })
}

async fn with_series(tx: &mut Tx, found: Loaded, at: Timestamp) -> Result<Vec<Loaded>> {
    let Some(enrolment) = found.enrolment.clone() else {
        return Ok(vec![found]);
    };
    let mut all = facts::of_enrolment(tx, &enrolment, at).await?;
    if !all.iter().any(|b| b.facts.booking == found.facts.booking) {
        all.push(found);
    }
    Ok(all)
}

async fn card(tx: &mut Tx, id: &CardId, at: Timestamp) -> Result<Shown> {
    match cards::find_in(tx, id).await? {
        None => Ok(Shown::nothing(Method::Card, unknown("no_such_card"))),
        Some(card) => of_card(tx, card, at).await,
    }
}

async fn of_card(tx: &mut Tx, card: cards::Card, at: Timestamp) -> Result<Shown> {
    let means = if card.revoked_at.is_some() {
        Err(forged("revoked_card"))
    } else {
        match facts::of_person(tx, &card.person_id, at).await? {
            none if none.is_empty() => Err(unknown("no_booking")),
            some => Ok(some),
        }
    };
    Ok(Shown {
        method: Method::Card,
        card: Some(card.id),
        means,
        missed: false,
    })
}

/// A short code that was typed: a booking's in its own center, or a card's.
async fn short_code(
    tx: &mut Tx,
    code: ShortCode,
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Shown> {
    let center = center.ok_or_else(|| Refusal::invalid("center_id", "missing"))?;
    let code = code.compact();
    if let Some(found) = facts::by_short_code(tx, &code, center).await? {
        return Ok(Shown {
            method: Method::ShortCode,
            card: None,
            means: Ok(with_series(tx, found, at).await?),
            missed: false,
        });
    }
    match cards::by_short_code_in(tx, &code, center).await? {
        Some(card) => of_card(tx, card, at).await,
        None => Ok(Shown {
            missed: true,
            ..Shown::nothing(Method::ShortCode, unknown("no_such_code"))
        }),
    }
}
