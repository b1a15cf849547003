//! From a claim to a check-in, by somebody who has signed in since, for their own bookings and shifts.

use super::redeem::{Claim, find_in};
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    check_ins::{Admission, NewCheckIn, Presented, admit_in, event_of},
    logins::secret_hash,
    occurrences::columns::{DoorRow, door_columns, room_column},
    states::live,
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    booking::State,
    check_in::{CHECK_OUT_GRACE, Direction, DoorTerms, POSTER_DOOR},
    commitment::{Event, Subject},
    id::{AccountId, AssignmentId, BookingId, CheckInId},
    person::PersonName,
    shift::{self, AssignmentState},
    time::{Span, Timestamp},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use ticket::Keyring;

/// Most commitments that one claim is used for: a family's.
const MOST: usize = 10;

/// A commitment that a claim can be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spendable {
    /// Which.
    pub subject: Subject,
    /// Title of the activity or the shift.
    pub title: String,
    /// The room, may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whose it is.
    pub person_name: PersonName,
    /// Where it stands, as a door sees it.
    pub state: State,
    door: DoorTerms,
}

impl Spendable {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

#[derive(sqlx::FromRow)]
struct BookingRow {
    booking_id: BookingId,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    person_name: PersonName,
    state: State,
    #[sqlx(flatten, try_from = "DoorRow")]
    door: DoorTerms,
}

impl From<BookingRow> for Spendable {
    fn from(row: BookingRow) -> Self {
        Self {
            subject: Subject::Booking(row.booking_id),
            title: row.title,
            room: row.room,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            person_name: row.person_name,
            state: row.state,
            door: row.door,
        }
    }
}

#[derive(sqlx::FromRow)]
struct AssignmentRow {
    assignment_id: AssignmentId,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    person_name: PersonName,
    state: AssignmentState,
}

impl From<AssignmentRow> for Spendable {
    fn from(row: AssignmentRow) -> Self {
        Self {
            subject: Subject::Assignment(row.assignment_id),
            title: row.title,
            room: row.room,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            person_name: row.person_name,
            state: shift::at_door(row.state),
            door: shift::DOOR,
        }
    }
}

/// What is over is in it as long as people may still check out.
const SPENDABLE: &str = concat!(
    "SELECT b.id AS booking_id, a.title, o.starts_at, o.ends_at, p.name AS person_name, b.state",
    room_column!(),
    door_columns!(),
    " FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
     JOIN activity a ON a.id = o.activity_id JOIN person p ON p.id = b.person_id
     WHERE b.account_id = $1 AND o.center_id = $2 AND o.ends_at > $4
     AND (o.asks_check_out OR o.ends_at > $3) AND b.state IN ",
    live!(),
    "
     AND o.status = 'published' AND a.status = 'published'
     ORDER BY o.starts_at, p.created_at, b.id"
);

const SPENDABLE_SHIFTS: &str =
    "SELECT b.id AS assignment_id, o.title, o.place AS room, o.starts_at, o.ends_at,
        p.name AS person_name, b.state
     FROM assignment b JOIN shift o ON o.id = b.shift_id JOIN person p ON p.id = b.person_id
     WHERE b.account_id = $1 AND o.center_id = $2 AND o.ends_at > $3
     AND b.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in', 'checked_out')
     AND o.status = 'published'
     ORDER BY o.starts_at, p.created_at, b.id";

/// The account's commitments at the claim's center whose door was open at the time of the scan,
/// including waitlisted ones: a place may be free at the door.
///
/// # Errors
/// Database errors.
pub async fn spendable(db: &Db, account: &AccountId, claim: &Claim) -> Result<Vec<Spendable>> {
    let mut tx = db.read().await?;
    let open_until = claim.scanned_at.plus(-CHECK_OUT_GRACE);
    let bookings: Vec<BookingRow> = tx
        .sql(SPENDABLE)
        .bind(account)
        .bind(&claim.center_id)
        .bind(claim.scanned_at)
        .bind(open_until)
        .all()
        .await?;
    let shifts: Vec<AssignmentRow> = tx
        .sql(SPENDABLE_SHIFTS)
        .bind(account)
        .bind(&claim.center_id)
        .bind(open_until)
        .all()
        .await?;
    let bookings = bookings.into_iter().map(Spendable::from);
    let mut found: Vec<Spendable> = bookings.chain(shifts.into_iter().map(Into::into)).collect();
    found.sort_by_key(|of| of.starts_at);
    found.retain(|of| of.door.window(of.span()).start() <= claim.scanned_at);
    found.truncate(MOST);
    Ok(found)
}

/// Uses the claim: checks in the caller's own commitments at the time of the scan, by the same path as
/// every other scan. A claim belongs to the first account that uses it, and is used up as soon as it
/// has let somebody in.
///
/// # Errors
/// [`Refusal::WrongCode`] for a claim that is unknown, over, used, or somebody else's;
/// [`Refusal::NotFound`] for a commitment that is not the caller's; [`Refusal::Invalid`] for none or
/// too many.
pub async fn spend(
    db: &Db,
    keyring: &Arc<Keyring>,
    act: &Act,
    secret: &str,
    subjects: Vec<Subject>,
) -> Result<Vec<Admission>> {
    let account = act.caller.account()?.clone();
    if subjects.is_empty() {
        return Err(Refusal::invalid("booking", Reason::Missing).into());
    }
    if subjects.len() > MOST {
        return Err(Refusal::invalid("booking", Reason::TooMany).into());
    }
    let events = events_of(db, &subjects).await?;
    let locks = Locks::of([&account]).and(&events);
    let op = Spend {
        keyring: Arc::clone(keyring),
        secret_hash: secret_hash(secret),
        account,
        subjects,
    };
    db.write(act, locks, op).await
}

async fn events_of(db: &Db, subjects: &[Subject]) -> Result<Vec<Event>> {
    let mut tx = db.read().await?;
    let mut found = Vec::new();
    for subject in subjects {
        found.extend(event_of(&mut tx, subject).await?.map(|(event, _)| event));
    }
    Ok(found)
}

struct Spend {
    keyring: Arc<Keyring>,
    secret_hash: String,
    account: AccountId,
    subjects: Vec<Subject>,
}

/// The scan's id follows from claim and commitment, so that the same form sent twice is one scan.
pub(super) fn scan_id(claim: &Claim, subject: &Subject) -> CheckInId {
    let mut hash = Sha256::new();
    hash.update(claim.id.uuid().as_bytes());
    hash.update(subject.uuid().as_bytes());
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
        let mut answers = Vec::with_capacity(self.subjects.len());
        for subject in &self.subjects {
            let new = NewCheckIn {
                at: Some(claim.scanned_at),
                center: Some(claim.center_id.clone()),
                direction: Direction::Either,
                door: door.clone(),
                ..NewCheckIn::now(scan_id(&claim, subject), Presented::Claim(subject.clone()))
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
                detail: json!({ "commitments": self.subjects, "scanned_at": claim.scanned_at }),
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
