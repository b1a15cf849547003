//! Printed cards: a code for people without a phone, which can be revoked. A card only identifies
//! somebody at the door; whether they have booked is decided there.

use crate::{
    Act, Db, Error, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    centers, desk,
    merging::whole_person,
    page::{Cursor, Page, Part},
    people::Person,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{CardId, CenterId, PersonId},
    person::{PersonName, Phone},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::ShortCode;

/// A card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Card {
    /// Its id: what its QR code signs.
    pub id: CardId,
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: PersonName,
    /// The center that issued it, where its short code is valid too.
    pub center_id: CenterId,
    /// The code under the QR.
    pub short_code: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether their account has a telephone number.
    pub has_phone: bool,
}

/// A card of somebody who was merged is the other's.
const CARD: &str =
    "SELECT k.id, p.id AS person_id, p.name AS person_name, k.center_id, k.short_code,
    k.issued_at, k.revoked_at, a.phone NOT LIKE '-%' AS has_phone
    FROM card k JOIN person h ON h.id = k.person_id
    JOIN person p ON p.id = COALESCE(h.merged_into, h.id) JOIN account a ON a.id = p.account_id";

pub(crate) async fn find_in(tx: &mut Tx, id: &CardId) -> Result<Option<Card>> {
    tx.sql_built(format!("{CARD} WHERE k.id = $1"))
        .bind(id)
        .optional()
        .await
}

/// By its short code, which is valid at the center that issued it (C-112).
pub(crate) async fn by_short_code_in(
    tx: &mut Tx,
    code: &str,
    center: &CenterId,
) -> Result<Option<Card>> {
    tx.sql_built(format!(
        "{CARD} WHERE k.short_code = $1 AND k.center_id = $2"
    ))
    .bind(code)
    .bind(center)
    .optional()
    .await
}

/// Issues a card to a person and revokes the one they had. For staff who may book for others at the
/// center.
///
/// # Errors
/// [`Refusal::NotFound`] for a center or person that is not there, [`Refusal::Forbidden`].
pub async fn issue(db: &Db, act: &Act, center: &CenterId, person: &PersonId) -> Result<Card> {
    let op = Issue {
        center: center.clone(),
        person: person.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Issue {
    center: CenterId,
    person: PersonId,
}

#[async_trait::async_trait]
impl Op for Issue {
    type Out = Card;
    /// Issued twice, the card that was printed would be void.
    fn replay() -> Replay<Card> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Card> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let known: Option<(PersonId,)> = tx
            .sql("SELECT id FROM person WHERE id = $1 AND status = 'active'")
            .bind(&self.person)
            .optional()
            .await?;
        known.ok_or(Refusal::NotFound)?;
        let replaced = tx
            .sql(concat!(
                "UPDATE card SET revoked_at = $1, revoked_by = $2
                     WHERE revoked_at IS NULL AND person_id ",
                whole_person!("$3")
            ))
            .bind(act.now)
            .bind(act.caller.key())
            .bind(&self.person)
            .run()
            .await?;
        let id: CardId = act.ids.make(act.now);
        let code = ShortCode::from_random(&act.ids.random::<24>())
            .map_err(|_| Error::Corrupt("randomness"))?;
        let made = tx
            .sql(
                "INSERT INTO card (id, person_id, center_id, short_code, issued_at, issued_by)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(&id)
            .bind(&self.person)
            .bind(&self.center)
            .bind(code.compact())
            .bind(act.now)
            .bind(act.caller.key())
            .run()
            .await?;
        if made == 0 {
            // Somebody else issued one at the same moment, or the code is taken.
            return Err(Error::another_try());
        }
        let entry = Entry {
            action: Verb::CardIssue,
            subject: ("card", id.as_str()),
            center: Some(&self.center),
            detail: json!({ "person": self.person, "replaced": replaced }),
        };
        audit::record(tx, act, entry).await?;
        find_in(tx, &id).await?.ok_or(Error::Corrupt("card"))
    }
}

/// Revokes a card, so that it admits nobody any more. Idempotent.
///
/// # Errors
/// [`Refusal::NotFound`] for a card that doesn't exist or was issued elsewhere.
pub async fn revoke(db: &Db, act: &Act, card: &CardId) -> Result<Card> {
    let op = Touch {
        card: card.clone(),
        revokes: true,
    };
    db.write(act, Locks::none(), op).await
}

/// A card to be shown or printed, for staff of the center that issued it; the look is in the audit
/// log.
///
/// # Errors
/// As [`revoke`].
pub async fn find(db: &Db, act: &Act, card: &CardId) -> Result<Card> {
    let op = Touch {
        card: card.clone(),
        revokes: false,
    };
    db.write(act, Locks::none(), op).await
}

struct Touch {
    card: CardId,
    revokes: bool,
}

#[async_trait::async_trait]
impl Op for Touch {
    type Out = Card;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Card> {
        let card = find_in(tx, &self.card).await?.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &card.center_id).await?;
        let action = match self.revokes {
            true => Action::BookForOthers,
            false => Action::ViewBookings,
        };
        act.caller
            .may(action, &place)
            .map_err(hide_what_is_elsewhere)?;
        if self.revokes && card.revoked_at.is_some() {
            return Ok(card);
        }
        if self.revokes {
            tx.sql(
                "UPDATE card SET revoked_at = $1, revoked_by = $2
                 WHERE id = $3 AND revoked_at IS NULL",
            )
            .bind(act.now)
            .bind(act.caller.key())
            .bind(&self.card)
            .run()
            .await?;
        }
        let entry = Entry {
            action: if self.revokes {
                Verb::CardRevoke
            } else {
                Verb::CardView
            },
            subject: ("card", self.card.as_str()),
            center: Some(&card.center_id),
            detail: json!({ "person": card.person_id }),
        };
        audit::record(tx, act, entry).await?;
        find_in(tx, &self.card).await?.ok_or(Error::Corrupt("card"))
    }
}

/// The caller may not know of other centers' cards.
fn hide_what_is_elsewhere(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Forbidden => Refusal::NotFound,
        other => other,
    }
}

/// The cards that a center issued, the newest first; the look is in the audit log.
///
/// # Errors
/// [`Refusal::NotFound`] for a center that is not there, [`Refusal::Forbidden`].
pub async fn of_center(db: &Db, act: &Act, center: &CenterId, part: Part) -> Result<Page<Card>> {
    let op = List {
        center: center.clone(),
        part,
    };
    db.write(act, Locks::none(), op).await
}

struct List {
    center: CenterId,
    part: Part,
}

#[async_trait::async_trait]
impl Op for List {
    type Out = Page<Card>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Page<Card>> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let (at, id) = self.part.before();
        let cards: Vec<Card> = tx
            .sql_built(format!(
                "{CARD} WHERE k.center_id = $1
                 AND (k.issued_at < $2 OR (k.issued_at = $2 AND k.id < $3))
                 ORDER BY k.issued_at DESC, k.id DESC LIMIT $4"
            ))
            .bind(&self.center)
            .bind(at)
            .bind(id)
            .bind(self.part.limit.and_one())
            .all()
            .await?;
        let page = self
            .part
            .of_rows(cards, |card| Cursor::after(card.issued_at, &card.id));
        let entry = Entry {
            action: Verb::CardList,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "cards": page.items.len() }),
        };
        audit::record(tx, act, entry).await?;
        Ok(page)
    }
}

/// The name of the person a card would be issued to, for staff of a center where they have booked.
/// Audited.
///
/// # Errors
/// [`Refusal::NotFound`] for somebody who never booked there, [`Refusal::Forbidden`].
pub async fn person(
    db: &Db,
    act: &Act,
    center: &CenterId,
    person: &PersonId,
) -> Result<PersonName> {
    let op = Name {
        center: center.clone(),
        person: person.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Name {
    center: CenterId,
    person: PersonId,
}

#[async_trait::async_trait]
impl Op for Name {
    type Out = PersonName;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<PersonName> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let found: Option<(PersonName,)> = tx
            .sql(
                "SELECT p.name FROM person p WHERE p.id = $1 AND p.status = 'active'
                 AND EXISTS (SELECT 1 FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                    WHERE b.person_id = p.id AND o.center_id = $2)",
            )
            .bind(&self.person)
            .bind(&self.center)
            .optional()
            .await?;
        let (name,) = found.ok_or(Refusal::NotFound)?;
        let entry = Entry {
            action: Verb::PersonViewName,
            subject: ("person", self.person.as_str()),
            center: Some(&self.center),
            detail: json!({ "for": "card" }),
        };
        audit::record(tx, act, entry).await?;
        Ok(name)
    }
}

/// Somebody who may get a card, with the one that they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// Their card that is in use, wherever it was issued.
    pub card: Option<Card>,
}

/// The people behind a telephone number with their cards, nobody where it is not known; for staff
/// who book for others at the center. The look is in the audit log.
///
/// # Errors
/// [`Refusal::NotFound`] for a center that is not there, [`Refusal::Forbidden`].
pub async fn of_phone(db: &Db, act: &Act, center: &CenterId, phone: Phone) -> Result<Vec<Holder>> {
    let op = OfPhone {
        center: center.clone(),
        phone,
    };
    db.write(act, Locks::none(), op).await
}

struct OfPhone {
    center: CenterId,
    phone: Phone,
}

#[async_trait::async_trait]
impl Op for OfPhone {
    type Out = Vec<Holder>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<Holder>> {
        let family = desk::family_in(tx, act, &self.center, &self.phone, "card").await?;
        let mut holders = Vec::new();
        for person in family.map(|family| family.people).unwrap_or_default() {
            let card = tx
                .sql_built(format!(
                    "{CARD} WHERE k.person_id {} AND k.revoked_at IS NULL
                     ORDER BY k.issued_at DESC, k.id LIMIT 1",
                    whole_person!("$1")
                ))
                .bind(&person.id)
                .optional()
                .await?;
            holders.push(Holder { person, card });
        }
        Ok(holders)
    }
}
