//! A copy of what is stored of an account's people, for them to keep or to take elsewhere (PIPL art. 45).
//! Times say their zone; ids and secrets are left out.

use super::rows::WHO;
use crate::{
    Act, Db, Locks, Op, Result, Row, Tx,
    audit::{self, Entry},
    reach::phone_of,
};
use domain::{Refusal, audit::Verb, id::AccountId, time::Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

/// Everything of an account, as it is written into a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Everything {
    /// As of when.
    pub as_of: Timestamp,
    /// The account.
    pub account: Account,
    /// Its holder and the family.
    pub people: Vec<Person>,
    /// What was booked.
    pub bookings: Vec<Booking>,
    /// The log of the doors.
    pub check_ins: Vec<CheckIn>,
    /// Printed cards.
    pub cards: Vec<Card>,
    /// Who is a volunteer.
    pub volunteers: Vec<Volunteer>,
    /// Places in shifts.
    pub shifts: Vec<Shift>,
    /// Hours of volunteering.
    pub hours: Vec<Hours>,
    /// Trainings.
    pub trainings: Vec<Training>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// The inbox.
    pub messages: Vec<Message>,
    /// Browsers that are signed in.
    pub sign_ins: Vec<SignIn>,
}

/// The account.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Account {
    /// Its telephone number, if it has one.
    pub phone: Option<String>,
    /// The language of messages.
    pub language: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The home center.
    pub center: Option<String>,
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)+ } $text:literal)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
            #[allow(missing_docs, reason = "named as in the file")]
            pub struct $name { $(pub $field: $type,)+ }

            impl $name {
                const TEXT: &'static str = $text;
            }
        )+
    };
}

rows! {
    /// Somebody of the account.
    Person {
        name: String, relation: String, birth_year: i64, community: Option<String>,
        consent_version: Option<String>, consent_at: Option<Timestamp>, status: String,
        added_at: Timestamp,
    }
    "SELECT name, relation, birth_year, community, consent_version, consent_at, status,
         created_at AS added_at FROM person WHERE id IN {WHO} ORDER BY created_at, id"
    /// A booking.
    Booking {
        person: String, activity: String, center: String, starts_at: Timestamp, ends_at: Timestamp,
        state: String, channel: String, booked_at: Timestamp, cancelled_at: Option<Timestamp>,
        cancel_reason: String, checked_in_at: Option<Timestamp>, checked_out_at: Option<Timestamp>,
        note: Option<String>,
    }
    "SELECT p.name AS person, a.title AS activity, c.name AS center, o.starts_at, o.ends_at, b.state,
         b.channel, b.booked_at, b.cancelled_at, b.cancel_reason, b.checked_in_at, b.checked_out_at,
         n.text AS note
     FROM booking b LEFT JOIN booking_note n ON n.booking_id = b.id JOIN person p ON p.id = b.person_id
     JOIN occurrence o ON o.id = b.occurrence_id JOIN activity a ON a.id = o.activity_id
     JOIN center c ON c.id = o.center_id WHERE b.account_id = $1 ORDER BY o.starts_at, b.id"
    /// A scan at a door.
    CheckIn {
        person: String, center: Option<String>, at: Timestamp, direction: String, method: String,
        result: String,
    }
    "SELECT p.name AS person, c.name AS center, k.at, k.direction, k.method, k.result
     FROM (SELECT id, person_id FROM booking WHERE account_id = $1
         UNION ALL SELECT id, person_id FROM assignment WHERE account_id = $1) s
     JOIN check_in k ON k.subject_id = s.id JOIN person p ON p.id = s.person_id
     LEFT JOIN center c ON c.id = k.center_id ORDER BY k.at, k.id"
    /// A printed card.
    Card { person: String, center: String, issued_at: Timestamp, revoked_at: Option<Timestamp>, }
    "SELECT p.name AS person, c.name AS center, k.issued_at, k.revoked_at FROM card k
     JOIN person p ON p.id = k.person_id JOIN center c ON c.id = k.center_id
     WHERE k.person_id IN {WHO} ORDER BY k.issued_at, k.id"
    /// A volunteer.
    Volunteer {
        person: String, standing: String, probation_number: Option<String>,
        formal_number: Option<String>, skills: String, languages: String, availability: Option<String>,
        applied_at: Timestamp, left_at: Option<Timestamp>,
    }
    "SELECT p.name AS person, v.standing, v.probation_no AS probation_number,
         v.formal_no AS formal_number, v.skills, v.languages, v.availability, v.applied_at, v.left_at
     FROM volunteer v JOIN person p ON p.id = v.person_id WHERE v.person_id IN {WHO} ORDER BY v.applied_at, v.id"
    /// A place in a shift.
    Shift {
        person: String, shift: String, center: String, starts_at: Timestamp, ends_at: Timestamp,
        state: String, asked_at: Timestamp, ended_at: Option<Timestamp>, end_reason: String,
        checked_in_at: Option<Timestamp>, checked_out_at: Option<Timestamp>,
    }
    "SELECT p.name AS person, s.title AS shift, c.name AS center, s.starts_at, s.ends_at, a.state,
         a.asked_at, a.ended_at, a.end_reason, a.checked_in_at, a.checked_out_at
     FROM assignment a JOIN person p ON p.id = a.person_id JOIN shift s ON s.id = a.shift_id
     JOIN center c ON c.id = s.center_id WHERE a.account_id = $1 ORDER BY s.starts_at, a.id"
    /// Hours.
    Hours {
        person: String, shift: String, center: String, served_at: Timestamp, kind: String,
        minutes: i64, reason: String, entered_at: Timestamp,
    }
    "SELECT p.name AS person, s.title AS shift, c.name AS center, h.served_at, h.kind, h.minutes,
         h.reason, h.at AS entered_at FROM hour_entry h JOIN person p ON p.id = h.person_id
     JOIN shift s ON s.id = h.shift_id JOIN center c ON c.id = h.center_id
     WHERE h.person_id IN {WHO} ORDER BY h.served_at, h.id"
    /// A training.
    Training { person: String, training: String, since: Timestamp, until: Option<Timestamp>, }
    "SELECT p.name AS person, t.training, t.since, t.until FROM trained t
     JOIN person p ON p.id = t.person_id WHERE t.person_id IN {WHO} ORDER BY t.since, t.training"
    /// A certificate.
    Certificate {
        person: String, number: String, center: String, issued_at: Timestamp,
        withdrawn_at: Option<Timestamp>,
    }
    "SELECT p.name AS person, k.number, c.name AS center, k.issued_at, k.withdrawn_at
     FROM certificate k JOIN person p ON p.id = k.person_id JOIN center c ON c.id = k.center_id
     WHERE k.account_id = $1 ORDER BY k.issued_at, k.id"
    /// A browser.
    SignIn { device: String, since: Timestamp, last_seen_at: Timestamp, }
    "SELECT device, created_at AS since, last_seen_at FROM login WHERE account_id = $1
     ORDER BY created_at, id"
}

/// A message of the inbox.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// When it was written.
    pub at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// What about.
    pub kind: String,
    /// What it says.
    pub data: Value,
}

/// Everything that is stored of the caller's account; that it was taken is in the audit log.
///
/// # Errors
/// [`Refusal::Unauthenticated`], [`Refusal::Forbidden`]; database errors.
pub async fn copy(db: &Db, act: &Act) -> Result<Everything> {
    let account = act.caller.account()?.clone();
    db.write(act, Locks::none(), Note(account.clone())).await?;
    let mut tx = db.read().await?;
    let found: Option<Account> = tx
        .sql(concat!(
            "SELECT ",
            phone_of!("a"),
            ", a.locale AS language, a.created_at AS made_at, c.name AS center
             FROM account a LEFT JOIN center c ON c.id = a.center_id WHERE a.id = $1"
        ))
        .bind(&account)
        .optional()
        .await?;
    let (tx, of) = (&mut tx, &account);
    Ok(Everything {
        as_of: act.now,
        account: found.ok_or(Refusal::NotFound)?,
        people: rows(tx, of, Person::TEXT).await?,
        bookings: rows(tx, of, Booking::TEXT).await?,
        check_ins: rows(tx, of, CheckIn::TEXT).await?,
        cards: rows(tx, of, Card::TEXT).await?,
        volunteers: rows(tx, of, Volunteer::TEXT).await?,
        shifts: rows(tx, of, Shift::TEXT).await?,
        hours: rows(tx, of, Hours::TEXT).await?,
        trainings: rows(tx, of, Training::TEXT).await?,
        certificates: rows(tx, of, Certificate::TEXT).await?,
        messages: messages(tx, of).await?,
        sign_ins: rows(tx, of, SignIn::TEXT).await?,
    })
}

async fn rows<R: Row>(tx: &mut Tx, account: &AccountId, text: &str) -> Result<Vec<R>> {
    let text = text.replace("{WHO}", WHO);
    tx.sql_built(text).bind(account).all().await
}

async fn messages(tx: &mut Tx, account: &AccountId) -> Result<Vec<Message>> {
    let rows: Vec<(Timestamp, Option<Timestamp>, String, String)> = tx
        .sql(
            "SELECT created_at, read_at, kind, data FROM message WHERE account_id = $1
             ORDER BY created_at, id",
        )
        .bind(account)
        .all()
        .await?;
    let read = |(at, read_at, kind, data): (_, _, _, String)| {
        let data = serde_json::from_str(&data)?;
        Ok(Message {
            at,
            read_at,
            kind,
            data,
        })
    };
    rows.into_iter().map(read).collect()
}

struct Note(AccountId);

#[async_trait::async_trait]
impl Op for Note {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let entry = Entry {
            action: Verb::AccountCopy,
            subject: ("account", self.0.as_str()),
            center: None,
            detail: json!({}),
        };
        audit::record(tx, act, entry).await
    }
}
