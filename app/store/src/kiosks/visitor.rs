//! Proving to a kiosk who you are, by a code sent to a phone or by a card or ticket. Wrong, unknown,
//! expired and revoked all get the same answer (C-132).

use super::{
    read::{Own, own_in},
    visit::{end_in, row_in},
};
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    accounts::checked_locale,
    attempts::{self, Limit},
    audit::{self, Entry},
    cards, check_ins, holder,
    logins::secret_hash,
    sign_in::{self, CodeKey},
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    booking::State,
    id::{AccountId, BookingId, PersonId},
    kiosk::{Proof, VISIT_LIFE, ticket_identifies},
    person::Phone,
    text,
    time::{MINUTE, Timestamp},
};
use serde_json::json;
use std::sync::Arc;
use ticket::{Keyring, Kind, ShortCode, TicketError, verify};

/// How many codes may be sent from one kiosk, to any numbers: nobody should use it to pester
/// strangers with messages.
pub const CODES: [Limit; 1] = [Limit {
    tries: 20,
    window: 10 * MINUTE,
}];

/// Who a right code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Somebody who can book.
    Somebody,
    /// Nobody who has given a name yet; the visit has ended.
    Nobody,
}

/// What a visit begins with.
struct Begun<'a> {
    secret_hash: &'a str,
    phone: Option<&'a Phone>,
    proven: Option<(Proof, &'a AccountId, Option<&'a PersonId>)>,
}

/// Begins a visit, which ends the kiosk's previous one.
async fn begin_in(tx: &mut Tx, act: &Act, own: &Own, of: Begun<'_>) -> Result<()> {
    let (proof, account, person) = match of.proven {
        Some((proof, account, person)) => (Some(proof), Some(account), person),
        None => (None, None, None),
    };
    tx.sql(
        "INSERT INTO kiosk_visit (kiosk_id, secret_hash, phone, proof, account_id, person_id,
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (kiosk_id) DO UPDATE SET secret_hash = excluded.secret_hash,
         phone = excluded.phone, proof = excluded.proof, account_id = excluded.account_id,
         person_id = excluded.person_id, answer = NULL, expires_at = excluded.expires_at",
    )
    .bind(&own.id)
    .bind(of.secret_hash)
    .bind(of.phone.map(Phone::digits))
    .bind(proof.map(Proof::as_str))
    .bind(account.map(AccountId::as_str))
    .bind(person.map(PersonId::as_str))
    .bind(act.now.plus(VISIT_LIFE))
    .run()
    .await?;
    if let Some(account) = account {
        let entry = Entry {
            action: Verb::KioskIdentify,
            subject: ("account", account.as_str()),
            center: Some(&own.center_id),
            detail: json!({ "kiosk": own.id, "proof": proof, "person": person }),
        };
        audit::record(tx, act, entry).await?;
    }
    Ok(())
}

/// The kiosk that asks, if it may book at all.
async fn booking_kiosk(tx: &mut Tx, act: &Act) -> Result<Own> {
    let own = own_in(tx, &act.caller).await?;
    match act.caller.may_somewhere(Action::BookAtKiosk) {
        true => Ok(own),
        false => Err(Refusal::Forbidden.into()),
    }
}

/// Sends a code to a telephone and begins a visit that waits for it, whose secret is `secret`. The
/// same answer after the same work, whether the number is known or not: when another code could be
/// sent, where the last one was too short a while ago and still counts.
///
/// # Errors
/// [`Refusal::RateLimited`] beyond [`CODES`], [`Refusal::Forbidden`] for whoever is no kiosk.
pub async fn send_code(
    db: &Db,
    act: &Act,
    key: &CodeKey,
    phone: &Phone,
    locale: &str,
    secret: &str,
) -> Result<Option<Timestamp>> {
    let op = SendCode {
        key: key.clone(),
        phone: phone.clone(),
        locale: checked_locale(locale)?,
        code: sign_in::six_digits(&act.ids)?,
        secret_hash: secret_hash(secret),
    };
    db.write(act, Locks::none(), op).await
}

struct SendCode {
    key: CodeKey,
    phone: Phone,
    locale: String,
    code: String,
    secret_hash: String,
}

#[async_trait::async_trait]
impl Op for SendCode {
    type Out = Option<Timestamp>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Option<Timestamp>> {
        let own = booking_kiosk(tx, act).await?;
        let subject = format!("kiosk-code:{}", own.id);
        attempts::guard(tx, &subject, act.now).await?;
        attempts::check(tx, &subject, &CODES, act.now).await?;
        attempts::count(tx, &subject, act.now).await?;
        let (key, phone) = (&self.key, &self.phone);
        let sent = sign_in::request_in(tx, act, key, phone, &self.locale, &self.code).await;
        let wait = match sent {
            Ok(_) => None,
            Err(Error::Refused(Refusal::RateLimited { until })) => Some(until),
            Err(error) => return Err(error),
        };
        let begun = Begun {
            secret_hash: &self.secret_hash,
            phone: Some(phone),
            proven: None,
        };
        begin_in(tx, act, &own, begun).await?;
        Ok(wait)
    }
}

/// Takes the code that the telephone was sent. Nobody's account is made by it: whoever has given
/// no name yet does that on a telephone of their own, or at the desk.
///
/// # Errors
/// [`Refusal::WrongCode`] for a wrong, used, over-tried or expired code, without telling which;
/// [`Refusal::RateLimited`] as for signing in; [`Refusal::Unauthenticated`] where the visit has
/// ended.
pub async fn prove_by_code(
    db: &Db,
    act: &Act,
    key: &CodeKey,
    secret: &str,
    code: &str,
) -> Result<Known> {
    let op = ProveByCode {
        key: key.clone(),
        secret_hash: secret_hash(secret),
        code: text::code(code),
    };
    // A wrong try has to be committed, so the refusal comes as an answer.
    Ok(db.write(act, Locks::none(), op).await??)
}

struct ProveByCode {
    key: CodeKey,
    secret_hash: String,
    code: String,
}

#[async_trait::async_trait]
impl Op for ProveByCode {
    type Out = std::result::Result<Known, Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let own = booking_kiosk(tx, act).await?;
        let row = row_in(tx, &own, &self.secret_hash, act.now).await?;
        let phone = row.and_then(|row| row.phone);
        let phone = phone.ok_or(Refusal::Unauthenticated)?;
        if let Err(refusal) = sign_in::prove_in(tx, act, &self.key, &phone, &self.code).await? {
            return Ok(Err(refusal));
        }
        let known: Option<(AccountId,)> = tx
            .sql(
                "SELECT a.id FROM account a JOIN person p ON p.account_id = a.id
                 WHERE a.phone = $1 AND p.relation = 'self' AND p.status = 'active'",
            )
            .bind(&phone)
            .optional()
            .await?;
        // Whoever has a number that was silent for long says on a telephone who they are.
        let known = match known {
            Some((account,)) if !holder::is_doubtful_in(tx, act, &account).await? => Some(account),
            _ => None,
        };
        let Some(account) = known else {
            end_in(tx, &own).await?;
            return Ok(Ok(Known::Nobody));
        };
        holder::seen_in(tx, act, &account).await?;
        let begun = Begun {
            secret_hash: &self.secret_hash,
            phone: None,
            proven: Some((Proof::Phone, &account, None)),
        };
        begin_in(tx, act, &own, begun).await?;
        Ok(Ok(Known::Somebody))
    }
}

/// Takes a card or a ticket, as a scanner read it or by its short code, and begins the visit of
/// the one person on it.
///
/// # Errors
/// [`Refusal::WrongCode`] for what says nobody's name: no code of ours, a revoked card, a ticket
/// whose booking is over or was cancelled; [`Refusal::RateLimited`] for short codes that missed,
/// counted together with those at the door (C-112).
pub async fn prove_by_paper(
    db: &Db,
    keyring: &Arc<Keyring>,
    act: &Act,
    shown: &str,
    secret: &str,
) -> Result<()> {
    let op = ProveByPaper {
        keyring: Arc::clone(keyring),
        shown: shown.to_owned(),
        secret_hash: secret_hash(secret),
    };
    // A code that missed has to be counted, so the refusal comes as an answer.
    Ok(db.write(act, Locks::none(), op).await??)
}

struct ProveByPaper {
    keyring: Arc<Keyring>,
    shown: String,
    secret_hash: String,
}

type Bearer = (Proof, AccountId, PersonId);

#[async_trait::async_trait]
impl Op for ProveByPaper {
    type Out = std::result::Result<(), Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let own = booking_kiosk(tx, act).await?;
        let bearer = match verify(&self.keyring, &self.shown) {
            Ok(claims) => match claims.kind {
                Kind::Booking => self.of_ticket(tx, act, &claims.id.into()).await?,
                Kind::Card => {
                    let card = cards::find_in(tx, &claims.id.into()).await?;
                    of_card(tx, card).await?
                }
                Kind::Assignment => None,
            },
            Err(TicketError::Malformed) => match ShortCode::parse(&self.shown) {
                Ok(code) => {
                    let bearer = self.of_short_code(tx, act, &own, &code.compact()).await?;
                    check_ins::limit_guesses_in(tx, act, bearer.is_none()).await?;
                    bearer
                }
                Err(_) => None,
            },
            Err(_) => None,
        };
        let Some((proof, account, person)) = bearer else {
            return Ok(Err(Refusal::WrongCode));
        };
        let begun = Begun {
            secret_hash: &self.secret_hash,
            phone: None,
            proven: Some((proof, &account, Some(&person))),
        };
        begin_in(tx, act, &own, begun).await?;
        Ok(Ok(()))
    }
}

impl ProveByPaper {
    async fn of_short_code(
        &self,
        tx: &mut Tx,
        act: &Act,
        own: &Own,
        code: &str,
    ) -> Result<Option<Bearer>> {
        let booking: Option<(BookingId,)> = tx
            .sql(
                "SELECT b.id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE b.short_code = $1 AND o.center_id = $2",
            )
            .bind(code)
            .bind(&own.center_id)
            .optional()
            .await?;
        match booking {
            Some((booking,)) => self.of_ticket(tx, act, &booking).await,
            None => {
                let card = cards::by_short_code_in(tx, code, &own.center_id).await?;
                of_card(tx, card).await
            }
        }
    }

    /// Whose ticket it is, while some sitting of its booking is still to come.
    async fn of_ticket(
        &self,
        tx: &mut Tx,
        act: &Act,
        booking: &BookingId,
    ) -> Result<Option<Bearer>> {
        let rows: Vec<(AccountId, PersonId, State, Timestamp)> = tx
            .sql(
                "SELECT b.account_id, b.person_id, b.state, o.ends_at FROM booking b
                 JOIN occurrence o ON o.id = b.occurrence_id
                 JOIN person p ON p.id = b.person_id AND p.status = 'active'
                 WHERE b.id = $1
                 OR b.enrolment_id = (SELECT enrolment_id FROM booking WHERE id = $1)",
            )
            .bind(booking)
            .all()
            .await?;
        let stands = rows
            .into_iter()
            .find(|(_, _, state, ends_at)| ticket_identifies(*state, *ends_at, act.now));
        Ok(stands.map(|(account, person, ..)| (Proof::Ticket, account, person)))
    }
}

async fn of_card(tx: &mut Tx, card: Option<cards::Card>) -> Result<Option<Bearer>> {
    let Some(card) = card.filter(|card| card.revoked_at.is_none()) else {
        return Ok(None);
    };
    let account: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM person WHERE id = $1 AND status = 'active'")
        .bind(&card.person_id)
        .optional()
        .await?;
    Ok(account.map(|(account,)| (Proof::Card, account, card.person_id)))
}
