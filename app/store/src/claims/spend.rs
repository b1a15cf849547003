//! From a claim to a check-in, by somebody who has signed in since, for their own bookings.

use super::redeem::{Claim, find_in};
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    check_ins::{Admission, NewCheckIn, Presented, admit_in},
    logins::secret_hash,
    occurrences::columns::{DoorRow, door_columns, room_column},
    states::live,
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    booking::State,
    check_in::{Direction, DoorTerms, POSTER_DOOR},
    id::{AccountId, BookingId, CheckInId, OccurrenceId},
    person::PersonName,
    time::{Span, Timestamp},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use ticket::Keyring;

/// Most bookings that one claim is used for: a family's.
const MOST: usize = 10;

/// A booking that a claim can be used for.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Spendable {
    /// Its id.
    pub booking_id: BookingId,
    /// Title of the activity.
    pub title: String,
    /// The room, may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whose it is.
    pub person_name: PersonName,
    /// Where it stands.
    pub state: State,
    #[sqlx(flatten, try_from = "DoorRow")]
    door: DoorTerms,
}

impl Spendable {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

const SPENDABLE: &str = concat!(
    "SELECT b.id AS booking_id, a.title, o.starts_at, o.ends_at, p.name AS person_name, b.state",
    room_column!(),
    door_columns!(),
    " FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
     JOIN activity a ON a.id = o.activity_id JOIN person p ON p.id = b.person_id
     WHERE b.account_id = $1 AND o.center_id = $2 AND o.ends_at > $3
     AND b.state IN ",
    live!(),
    "
     AND o.status = 'published' AND a.status = 'published'
     ORDER BY o.starts_at, p.created_at, b.id"
);

/// The account's bookings at the claim's center whose door was open at the time of the scan,
/// including waitlisted ones: a place may be free at the door.
///
/// # Errors
/// Database errors.
pub async fn spendable(db: &Db, account: &AccountId, claim: &Claim) -> Result<Vec<Spendable>> {
    let mut tx = db.read().await?;
    let mut found: Vec<Spendable> = tx
        .sql(SPENDABLE)
        .bind(account)
        .bind(&claim.center_id)
        .bind(claim.scanned_at)
        .all()
        .await?;
    found.retain(|booking| booking.door.window(booking.span()).start() <= claim.scanned_at);
    found.truncate(MOST);
    Ok(found)
}

/// Uses the claim: checks in the caller's own bookings at the time of the scan, by the same path as
/// every other scan. A claim belongs to the first account that uses it, and is used up as soon as it
/// has let somebody in.
///
/// # Errors
/// [`Refusal::WrongCode`] for a claim that is unknown, over, used, or somebody else's;
/// [`Refusal::NotFound`] for a booking that is not the caller's; [`Refusal::Invalid`] for none or
/// too many.
pub async fn spend(
    db: &Db,
    keyring: &Arc<Keyring>,
    act: &Act,
    secret: &str,
    bookings: Vec<BookingId>,
) -> Result<Vec<Admission>> {
    let account = act.caller.account()?.clone();
    if bookings.is_empty() {
        return Err(Refusal::invalid("booking", Reason::Missing).into());
    }
    if bookings.len() > MOST {
        return Err(Refusal::invalid("booking", Reason::TooMany).into());
    }
    let occurrences = occurrences_of(db, &bookings).await?;
    let locks = Locks::of([&account]).and(&occurrences);
    let op = Spend {
        keyring: Arc::clone(keyring),
        secret_hash: secret_hash(secret),
        account,
        bookings,
    };
    db.write(act, locks, op).await
}

async fn occurrences_of(db: &Db, bookings: &[BookingId]) -> Result<Vec<OccurrenceId>> {
    let mut tx = db.read().await?;
    let mut found = Vec::new();
    for booking in bookings {
        let of: Option<(OccurrenceId,)> = tx
            .sql("SELECT occurrence_id FROM booking WHERE id = $1")
            .bind(booking)
            .optional()
            .await?;
        found.extend(of.map(|(id,)| id));
    }
    Ok(found)
}

struct Spend {
    keyring: Arc<Keyring>,
    secret_hash: String,
    account: AccountId,
    bookings: Vec<BookingId>,
}

/// The scan's id follows from claim and booking, so that the same form sent twice is one scan.
pub(super) fn scan_id(claim: &Claim, booking: &BookingId) -> CheckInId {
    let mut hash = Sha256::new();
    hash.update(claim.id.uuid().as_bytes());
    hash.update(booking.uuid().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().into()
}

#[async_trait::async_trait]
impl Op for Spend {
    type Out = Vec<Admission>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<Admission>> {
        // Who is first has it; on PostgreSQL the row stays locked until the end.
        let mine = tx
            .sql(
                "UPDATE claim SET account_id = $1 WHERE secret_hash = $2 AND used_at IS NULL
                 AND expires_at > $3 AND (account_id IS NULL OR account_id = $1)",
            )
            .bind(&self.account)
            .bind(&self.secret_hash)
            .bind(act.now)
            .run()
            .await?;
        if mine != 1 {
            return Err(Refusal::WrongCode.into());
        }
        let claim = find_in(tx, &self.secret_hash).await?;
        let claim = claim.ok_or(Error::Corrupt("claim"))?;
        let door = door_in(tx, &claim).await?;
        let mut answers = Vec::with_capacity(self.bookings.len());
        for booking in &self.bookings {
            let new = NewCheckIn {
                at: Some(claim.scanned_at),
                center: Some(claim.center_id.clone()),
                direction: Direction::Either,
                door: door.clone(),
                ..NewCheckIn::now(scan_id(&claim, booking), Presented::Claim(booking.clone()))
            };
            answers.push(admit_in(tx, &self.keyring, act, new).await?);
        }
        if answers.iter().any(|answer| answer.verdict.is_evidence()) {
            tx.sql("UPDATE claim SET used_at = $1 WHERE id = $2")
                .bind(act.now)
                .bind(&claim.id)
                .run()
                .await?;
            let entry = Entry {
                action: Verb::ClaimUse,
                subject: ("claim", claim.id.as_str()),
                center: Some(&claim.center_id),
                detail: json!({ "bookings": self.bookings, "scanned_at": claim.scanned_at }),
            };
            audit::record(tx, act, entry).await?;
        }
        Ok(answers)
    }
}

/// What the log calls the door: the kiosk's name, or the poster.
async fn door_in(tx: &mut Tx, claim: &Claim) -> Result<String> {
    let found: Option<(String,)> = tx
        .sql("SELECT k.name FROM claim m JOIN kiosk k ON k.id = m.kiosk_id WHERE m.id = $1")
        .bind(&claim.id)
        .optional()
        .await?;
    Ok(found.map_or_else(|| POSTER_DOOR.to_owned(), |(name,)| name))
}
