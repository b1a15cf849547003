//! Loading what a verdict needs.

use crate::{
    Error, Result, Tx,
    occurrences::columns::{DoorRow, door_columns, room_column},
    states::live,
};
use domain::{
    booking::State,
    check_in::{CommitmentFacts, Direction, DoorTerms, Evidence, Kind},
    commitment::{Event, Subject},
    id::{AccountId, BookingId, CenterId, CheckInId, EnrolmentId, OccurrenceId, PersonId},
    person::PersonName,
    place::{CenterPlace, CommunityKey},
    time::{Span, Timestamp},
};

/// A booking with what a door says of it.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) facts: CommitmentFacts,
    pub(super) title: String,
    pub(super) room: String,
    pub(super) person: PersonId,
    pub(super) name: PersonName,
    pub(super) account: AccountId,
    pub(super) enrolment: Option<EnrolmentId>,
    /// Where its center lies.
    pub(super) place: CenterPlace,
}

/// A booking with one of its evidences, or with none.
#[derive(sqlx::FromRow)]
struct Row {
    id: BookingId,
    occurrence_id: OccurrenceId,
    center_id: CenterId,
    center_name: String,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    #[sqlx(flatten, try_from = "DoorRow")]
    door_terms: DoorTerms,
    state: State,
    booked_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    person_id: PersonId,
    person_name: PersonName,
    account_id: AccountId,
    enrolment_id: Option<EnrolmentId>,
    district_code: String,
    subdistrict_code: String,
    community: String,
    evidence_id: Option<CheckInId>,
    kind: Option<Kind>,
    direction: Option<Direction>,
    at: Option<Timestamp>,
    door: Option<String>,
}

/// Bookings with everything that counts of each: in one statement, because each costs more than
/// what it reads.
const BOOKING: &str = concat!(
    "b.id, b.occurrence_id, o.center_id, c.name AS center_name, a.title,
        o.starts_at, o.ends_at, b.state,
        b.booked_at, b.confirmed_at, b.cancelled_at, b.person_id, p.name AS person_name,
        b.account_id, b.enrolment_id, c.district_code, c.subdistrict_code, c.community,
        e.id AS evidence_id, e.kind, e.direction, e.at, e.door",
    room_column!(),
    door_columns!(),
    " FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN person p ON p.id = b.person_id
    LEFT JOIN check_in e ON e.subject_id = b.id AND e.is_evidence"
);

/// Bookings of a card or an enrolment are looked for so far before and after a scan.
const AROUND: i64 = 2 * domain::time::DAY;

impl Row {
    fn evidence(&mut self) -> Option<Evidence> {
        Some(Evidence {
            id: self.evidence_id.take()?,
            kind: self.kind?,
            direction: self.direction?,
            at: self.at?,
            door: self.door.take()?,
        })
    }

    fn load(self, evidence: Option<Evidence>) -> Result<Loaded> {
        Ok(Loaded {
            place: CenterPlace {
                center: self.center_id.clone(),
                community: CommunityKey::new(&self.subdistrict_code, &self.community),
                district: self.district_code,
                subdistrict: self.subdistrict_code,
            },
            facts: CommitmentFacts {
                subject: Subject::Booking(self.id),
                event: Event::Occurrence(self.occurrence_id),
                center: self.center_id,
                center_name: self.center_name,
                span: Span::new(self.starts_at, self.ends_at)?,
                door: self.door_terms,
                state: self.state,
                booked_at: self.booked_at,
                confirmed_at: self.confirmed_at,
                cancelled_at: self.cancelled_at,
                evidence: evidence.into_iter().collect(),
            },
            title: self.title,
            room: self.room,
            person: self.person_id,
            name: self.person_name,
            account: self.account_id,
            enrolment: self.enrolment_id,
        })
    }
}

/// The bookings of rows in which those of one booking follow each other.
fn load(rows: Vec<Row>) -> Result<Vec<Loaded>> {
    let mut all: Vec<Loaded> = Vec::new();
    for mut row in rows {
        let evidence = row.evidence();
        match all.last_mut() {
            Some(last) if last.facts.subject.id() == row.id.as_str() => {
                last.facts.evidence.extend(evidence)
            }
            _ => all.push(row.load(evidence)?),
        }
    }
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct TicketRow {
    #[sqlx(flatten)]
    row: Row,
    known: bool,
}

/// The booking of a ticket and, in the same look, whether the log knows the scan's id already.
pub(super) async fn ticket(
    tx: &mut Tx,
    id: &BookingId,
    scan: &CheckInId,
) -> Result<Option<(Loaded, bool)>> {
    let rows: Vec<TicketRow> = tx
        .sql_built(format!(
            "SELECT EXISTS (SELECT 1 FROM check_in k WHERE k.id = $2) AS known, {BOOKING}
             WHERE b.id = $1"
        ))
        .bind(id)
        .bind(scan)
        .all()
        .await?;
    let known = rows.iter().any(|r| r.known);
    let found = load(rows.into_iter().map(|r| r.row).collect())?.pop();
    Ok(found.map(|loaded| (loaded, known)))
}

/// Of which occurrence a booking is, unless it belongs to a series: then several may be meant.
pub(super) async fn occurrence_of(
    tx: &mut Tx,
    id: &BookingId,
) -> Result<Option<(OccurrenceId, Option<EnrolmentId>)>> {
    tx.sql("SELECT occurrence_id, enrolment_id FROM booking WHERE id = $1")
        .bind(id)
        .optional()
        .await
}

/// A commitment as a row of the log names it.
#[derive(sqlx::FromRow)]
pub(super) struct SubjectRow {
    subject_kind: Option<String>,
    subject_id: Option<String>,
}

impl TryFrom<SubjectRow> for Option<Subject> {
    type Error = Error;
    fn try_from(row: SubjectRow) -> Result<Self> {
        let stored = row.subject_kind.zip(row.subject_id);
        Ok(stored
            .map(|(kind, id)| Subject::parse(&kind, &id))
            .transpose()?)
    }
}

/// Whatever a scan stood for.
pub(super) async fn of_subject(tx: &mut Tx, subject: &Subject) -> Result<Option<Loaded>> {
    match subject {
        Subject::Booking(id) => booking(tx, id).await,
        Subject::Assignment(_) => Ok(None),
    }
}

pub(super) async fn booking(tx: &mut Tx, id: &BookingId) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!("SELECT {BOOKING} WHERE b.id = $1"))
        .bind(id)
        .all()
        .await?;
    Ok(load(rows)?.pop())
}

/// By a short code, which counts in its own center only (C-112).
pub(super) async fn by_short_code(
    tx: &mut Tx,
    code: &str,
    center: &CenterId,
) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "SELECT {BOOKING} WHERE b.short_code = $1 AND o.center_id = $2"
        ))
        .bind(code)
        .bind(center)
        .all()
        .await?;
    Ok(load(rows)?.pop())
}

/// The bookings of a series around a time.
pub(super) async fn of_enrolment(
    tx: &mut Tx,
    enrolment: &EnrolmentId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "SELECT {BOOKING} WHERE b.enrolment_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
             ORDER BY o.starts_at, b.id"
        ))
        .bind(enrolment)
        .bind(at.plus(AROUND))
        .bind(at.plus(-AROUND))
        .all()
        .await?;
    load(rows)
}

/// The bookings of a person around a time.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: &PersonId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "SELECT {BOOKING} WHERE b.person_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
             ORDER BY o.starts_at, b.id"
        ))
        .bind(person)
        .bind(at.plus(AROUND))
        .bind(at.plus(-AROUND))
        .all()
        .await?;
    load(rows)
}

/// The live booking of a person in an occurrence.
pub(super) async fn live_of_person(
    tx: &mut Tx,
    person: &PersonId,
    occurrence: &OccurrenceId,
) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "SELECT {BOOKING} WHERE b.person_id = $1 AND b.occurrence_id = $2
             AND b.state IN {}",
            live!()
        ))
        .bind(person)
        .bind(occurrence)
        .all()
        .await?;
    Ok(load(rows)?.pop())
}
