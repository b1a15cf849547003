//! The rows behind a commitment at the door, one statement for each kind.

use super::{super::grants::Grant, Loaded};
use crate::{
    Error, Result,
    assignments::ShiftCounts,
    bookings::small,
    occurrences::columns::{DoorRow, door_columns, room_column},
};
use domain::{
    activity::Status,
    check_in::{CommitmentFacts, Direction, DoorTerms, Evidence, Kind as EvidenceKind},
    commitment::{Event, Subject},
    id::{AccountId, CenterId, CheckInId, EnrolmentId, PersonId},
    person::PersonName,
    place::CenterPlace,
    shift::{self, AssignmentState, Halves},
    time::{Span, Timestamp},
};

/// A kind of commitment, as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Booking,
    Assignment,
}

/// Bookings with everything that counts of each: in one statement, because each costs more than
/// what it reads.
const BOOKING: &str = concat!(
    "b.id, b.occurrence_id AS event_id, o.center_id, c.name AS center_name, a.title,
        o.starts_at, o.ends_at, b.state,
        b.booked_at, b.confirmed_at, b.cancelled_at, b.person_id, p.name AS person_name,
        b.account_id, b.enrolment_id, c.district_code, c.subdistrict_code, c.community,
        e.id AS evidence_id, e.kind, e.direction, e.at, e.door, o.grants_training, o.training_months",
    room_column!(),
    door_columns!(),
    " FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN person p ON p.id = b.person_id
    LEFT JOIN check_in e ON e.subject_id = b.id AND e.is_evidence"
);

/// Assignments in the same columns. What a shift asks of its door is the same for all
/// ([`shift::DOOR`]).
const ASSIGNMENT: &str =
    "b.id, b.shift_id AS event_id, o.center_id, c.name AS center_name, o.title,
        o.starts_at, o.ends_at, b.state,
        b.asked_at AS booked_at, b.confirmed_at, b.ended_at AS cancelled_at, b.person_id,
        COALESCE(p.name, t.name) AS person_name, b.account_id, CAST(NULL AS TEXT) AS enrolment_id,
        c.district_code, c.subdistrict_code, c.community,
        e.id AS evidence_id, e.kind, e.direction, e.at, e.door, o.place AS room,
        CAST(0 AS BIGINT) AS door_opens_before_min, TRUE AS asks_check_out,
        o.status AS shift_status, o.closed_at, o.leads_min, o.volunteers_min, o.volunteers_max, o.leads, o.volunteers,
        o.leads_in, o.volunteers_in,
        CAST(NULL AS TEXT) AS grants_training, CAST(NULL AS BIGINT) AS training_months
    FROM assignment b
    JOIN shift o ON o.id = b.shift_id
    JOIN center c ON c.id = o.center_id
    LEFT JOIN person p ON p.id = b.person_id
    LEFT JOIN staff t ON t.id = b.staff_id
    LEFT JOIN check_in e ON e.subject_id = b.id AND e.is_evidence";

impl Kind {
    /// Both, in the order in which a code is looked for.
    pub(super) const ALL: [Self; 2] = [Self::Booking, Self::Assignment];

    pub(super) const fn of(subject: &Subject) -> Self {
        match subject {
            Subject::Booking(_) => Self::Booking,
            Subject::Assignment(_) => Self::Assignment,
        }
    }

    /// The columns of [`Row`], and where they come from: `b` is the commitment, `o` what it is to.
    pub(super) const fn columns(self) -> &'static str {
        match self {
            Self::Booking => BOOKING,
            Self::Assignment => ASSIGNMENT,
        }
    }
}

/// A commitment with one of its evidences, or with none.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    event_id: String,
    center_id: CenterId,
    center_name: String,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    #[sqlx(flatten, try_from = "DoorRow")]
    door_terms: DoorTerms,
    state: String,
    booked_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    person_id: Option<PersonId>,
    person_name: PersonName,
    account_id: Option<AccountId>,
    enrolment_id: Option<EnrolmentId>,
    district_code: String,
    subdistrict_code: String,
    community: String,
    evidence_id: Option<CheckInId>,
    kind: Option<EvidenceKind>,
    direction: Option<Direction>,
    at: Option<Timestamp>,
    door: Option<String>,
    #[sqlx(flatten)]
    shift: ShiftRow,
    grants_training: Option<String>,
    training_months: Option<i64>,
}

/// How the shift of an assignment stands; of a booking there is none.
#[derive(sqlx::FromRow)]
struct ShiftRow {
    #[sqlx(default)]
    shift_status: Option<Status>,
    #[sqlx(default)]
    closed_at: Option<Timestamp>,
    #[sqlx(default)]
    leads_min: i64,
    #[sqlx(default)]
    volunteers_min: i64,
    #[sqlx(default)]
    volunteers_max: i64,
    #[sqlx(default)]
    leads: i64,
    #[sqlx(default)]
    volunteers: i64,
    #[sqlx(default)]
    leads_in: i64,
    #[sqlx(default)]
    volunteers_in: i64,
}

impl ShiftRow {
    fn read(&self, center: &CenterId, span: Span) -> Result<Option<ShiftCounts>> {
        let Some(status) = self.shift_status else {
            return Ok(None);
        };
        Ok(Some(ShiftCounts {
            center: center.clone(),
            status,
            span,
            closed_at: self.closed_at,
            halves: Halves {
                leads: small(self.leads)?,
                leads_min: small(self.leads_min)?,
                volunteers: small(self.volunteers)?,
                volunteers_min: small(self.volunteers_min)?,
                leads_in: small(self.leads_in)?,
                volunteers_in: small(self.volunteers_in)?,
            },
            most: small(self.volunteers_max)?,
        }))
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct TicketRow {
    #[sqlx(flatten)]
    pub(super) row: Row,
    pub(super) known: bool,
}

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

    fn grants(&self) -> Result<Option<Grant>> {
        let months = self.training_months.map(u16::try_from).transpose();
        let months = months.map_err(|_| Error::Corrupt("months"))?;
        let training = self.grants_training.clone();
        Ok(training.map(|training| Grant { training, months }))
    }

    fn load(self, kind: Kind, evidence: Option<Evidence>) -> Result<Loaded> {
        let (subject, event, door, state, assigned) = match kind {
            Kind::Booking => (
                Subject::Booking(self.id.parse()?),
                Event::Occurrence(self.event_id.parse()?),
                self.door_terms,
                self.state.parse()?,
                None,
            ),
            Kind::Assignment => {
                let state: AssignmentState = self.state.parse()?;
                (
                    Subject::Assignment(self.id.parse()?),
                    Event::Shift(self.event_id.parse()?),
                    shift::DOOR,
                    shift::at_door(state),
                    Some(state),
                )
            }
        };
        let span = Span::new(self.starts_at, self.ends_at)?;
        Ok(Loaded {
            shift: self.shift.read(&self.center_id, span)?,
            grants: self.grants()?,
            place: CenterPlace::new(
                self.center_id.clone(),
                self.district_code,
                self.subdistrict_code,
                &self.community,
            ),
            facts: CommitmentFacts {
                subject,
                event,
                center: self.center_id,
                center_name: self.center_name,
                span,
                door,
                state,
                booked_at: self.booked_at,
                confirmed_at: self.confirmed_at,
                cancelled_at: self.cancelled_at,
                evidence: evidence.into_iter().collect(),
            },
            assigned,
            title: self.title,
            room: self.room,
            person: self.person_id,
            name: self.person_name,
            account: self.account_id,
            enrolment: self.enrolment_id,
        })
    }
}

/// The commitments of rows in which those of one commitment follow each other.
pub(super) fn load(kind: Kind, rows: Vec<Row>) -> Result<Vec<Loaded>> {
    let mut all: Vec<Loaded> = Vec::new();
    for mut row in rows {
        let evidence = row.evidence();
        match all.last_mut() {
            Some(last) if last.facts.subject.id() == row.id.as_str() => {
                last.facts.evidence.extend(evidence)
            }
            _ => all.push(row.load(kind, evidence)?),
        }
    }
    Ok(all)
}

/// A commitment as a row of the log names it.
#[derive(sqlx::FromRow)]
pub(in crate::check_ins) struct SubjectRow {
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
