//! What was shown, and which commitments it may stand for.

use super::{
    facts::{self, Loaded},
    scan::{Presented, WalkIn},
};
use crate::{Error, Result, Tx, cards};
use domain::{
    Reason, Refusal,
    check_in::{ForgedReason, Method, UnknownReason, Verdict},
    commitment::Subject,
    id::{CardId, CenterId},
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

const fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

const fn forged(reason: ForgedReason) -> Verdict {
    Verdict::Forged { reason }
}

/// What a code that does not verify is (C-99).
const fn not_genuine(error: TicketError) -> Verdict {
    match error {
        TicketError::Forged => forged(ForgedReason::Forged),
        TicketError::UnknownKey => forged(ForgedReason::UnknownKey),
        TicketError::RevokedKey => forged(ForgedReason::RevokedKey),
        TicketError::Malformed => unknown(UnknownReason::Malformed),
        TicketError::UnknownVersion => unknown(UnknownReason::UnknownVersion),
        TicketError::UnknownKind => unknown(UnknownReason::UnknownKind),
    }
}

/// What was shown, as far as it tells without the database.
#[derive(Clone, Debug)]
pub(super) enum Read {
    /// A genuine ticket.
    Ticket(Subject),
    /// A genuine card.
    Card(CardId),
    /// A code that was typed.
    Short(ShortCode),
    /// A commitment that was found in another way.
    Found(Subject, Method),
    /// Somebody without a booking.
    WalkIn(WalkIn),
    /// Nothing that stands for anything.
    Nothing(Verdict),
}

/// Reads what was shown. A signature takes as long to verify as the rest of a check-in takes to
/// write, so that this is done once and outside the transaction.
pub(super) fn read(keyring: &Keyring, presented: &Presented) -> Read {
    let code = match presented {
        Presented::Code(code) => code,
        Presented::Roster(subject) => return Read::Found(subject.clone(), Method::Name),
        Presented::Sheet(subject) => return Read::Found(subject.clone(), Method::Sheet),
        Presented::Claim(subject) => return Read::Found(subject.clone(), Method::WallCode),
        Presented::WalkIn(walk_in) => return Read::WalkIn(walk_in.clone()),
    };
    match verify(keyring, code) {
        Ok(claims) => match claims.kind {
            Kind::Booking => Read::Ticket(Subject::Booking(claims.id.into())),
            Kind::Assignment => Read::Ticket(Subject::Assignment(claims.id.into())),
            Kind::Card => Read::Card(claims.id.into()),
        },
        Err(TicketError::Malformed) => match ShortCode::parse(code) {
            Ok(short) => Read::Short(short),
            Err(_) => Read::Nothing(unknown(UnknownReason::Malformed)),
        },
        Err(error) => Read::Nothing(not_genuine(error)),
    }
}

/// Finds out which commitments it stands for. `seen` is that of a ticket, where it was looked up
/// before.
///
/// # Errors
/// [`Refusal::NotFound`] for what does not exist, [`Refusal::Invalid`] for a short code
/// without a center.
pub(super) async fn resolve(
    tx: &mut Tx,
    read: &Read,
    seen: Option<Loaded>,
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Shown> {
    match read {
        Read::Ticket(id) => {
            let found = match seen {
                Some(found) => Some(found),
                None => facts::of_subject(tx, id).await?,
            };
            ticket(tx, found, at).await
        }
        Read::Card(id) => card(tx, id, at).await,
        Read::Short(code) => short_code(tx, code, center, at).await,
        Read::Found(id, method) => {
            let found = facts::of_subject(tx, id).await?;
            Ok(Shown {
                method: *method,
                card: None,
                means: Ok(vec![found.ok_or(Refusal::NotFound)?]),
                missed: false,
            })
        }
        // A walk-in has a road of its own: the transaction that books knows the booking.
        Read::WalkIn(_) => Err(Error::Corrupt("walk-in")),
        Read::Nothing(verdict) => Ok(Shown::nothing(Method::Ticket, verdict.clone())),
    }
}

/// A ticket stands for its commitment; of a series with one enrolment, for that day's.
async fn ticket(tx: &mut Tx, found: Option<Loaded>, at: Timestamp) -> Result<Shown> {
    let Some(found) = found else {
        return Ok(Shown::nothing(
            Method::Ticket,
            unknown(UnknownReason::NoSuchTicket),
        ));
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
    if !all.iter().any(|b| b.facts.subject == found.facts.subject) {
        all.push(found);
    }
    Ok(all)
}

async fn card(tx: &mut Tx, id: &CardId, at: Timestamp) -> Result<Shown> {
    match cards::find_in(tx, id).await? {
        None => Ok(Shown::nothing(
            Method::Card,
            unknown(UnknownReason::NoSuchCard),
        )),
        Some(card) => of_card(tx, card, at).await,
    }
}

async fn of_card(tx: &mut Tx, card: cards::Card, at: Timestamp) -> Result<Shown> {
    let means = if card.revoked_at.is_some() {
        Err(forged(ForgedReason::RevokedCard))
    } else {
        match facts::of_person(tx, &card.person_id, at).await? {
            none if none.is_empty() => Err(unknown(UnknownReason::NoBooking)),
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

/// A short code that was typed: a ticket's in its own center, or a card's.
async fn short_code(
    tx: &mut Tx,
    code: &ShortCode,
    center: Option<&CenterId>,
    at: Timestamp,
) -> Result<Shown> {
    let center = center.ok_or_else(|| Refusal::invalid("center_id", Reason::Missing))?;
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
            ..Shown::nothing(Method::ShortCode, unknown(UnknownReason::NoSuchCode))
        }),
    }
}
