//! Loading what a verdict needs: of bookings and of assignments, in one shape.

mod rows;

pub(super) use rows::SubjectRow;

use super::grants::Grant;
use crate::{Result, Tx, assignments::ShiftCounts, states::live};
use domain::{
    check_in::CommitmentFacts,
    commitment::{Event, Subject},
    id::{AccountId, CenterId, CheckInId, EnrolmentId, OccurrenceId, PersonId},
    person::PersonName,
    place::CenterPlace,
    shift::AssignmentState,
    time::Timestamp,
};
use rows::{Kind, Row, TicketRow, load};

/// A commitment with what a door says of it.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) facts: CommitmentFacts,
    /// Where it stands, if it is an assignment.
    pub(super) assigned: Option<AssignmentState>,
    /// How its shift stands then, as far as it was read under its lock.
    pub(super) shift: Option<ShiftCounts>,
    pub(super) title: String,
    pub(super) room: String,
    /// Whose; a lead is no person of an account.
    pub(super) person: Option<PersonId>,
    pub(super) name: PersonName,
    pub(super) account: Option<AccountId>,
    pub(super) enrolment: Option<EnrolmentId>,
    /// The training that attending gives.
    pub(super) grants: Option<Grant>,
    /// Where its center lies.
    pub(super) place: CenterPlace,
}

/// Commitments of a card or an enrolment are looked for so far before and after a scan.
const AROUND: i64 = 2 * domain::time::DAY;

/// The commitment of a ticket and, in the same look, whether the log knows the scan's id already.
pub(super) async fn ticket(
    tx: &mut Tx,
    subject: &Subject,
    scan: &CheckInId,
) -> Result<Option<(Loaded, bool)>> {
    let kind = Kind::of(subject);
    let rows: Vec<TicketRow> = tx
        .sql_built(format!(
            "SELECT EXISTS (SELECT 1 FROM check_in k WHERE k.id = $2) AS known, {}
             WHERE b.id = $1",
            kind.columns()
        ))
        .bind(subject.id())
        .bind(scan)
        .all()
        .await?;
    let known = rows.iter().any(|r| r.known);
    let found = load(kind, rows.into_iter().map(|r| r.row).collect())?.pop();
    Ok(found.map(|loaded| (loaded, known)))
}

/// To what a commitment is, unless it belongs to a series: then several may be meant.
pub(crate) async fn event_of(
    tx: &mut Tx,
    subject: &Subject,
) -> Result<Option<(Event, Option<EnrolmentId>)>> {
    match subject {
        Subject::Booking(id) => {
            let found: Option<(OccurrenceId, Option<EnrolmentId>)> = tx
                .sql("SELECT occurrence_id, enrolment_id FROM booking WHERE id = $1")
                .bind(id)
                .optional()
                .await?;
            Ok(found.map(|(occurrence, enrolment)| (Event::Occurrence(occurrence), enrolment)))
        }
        Subject::Assignment(id) => {
            let found: Option<(domain::id::ShiftId,)> = tx
                .sql("SELECT shift_id FROM assignment WHERE id = $1")
                .bind(id)
                .optional()
                .await?;
            Ok(found.map(|(shift,)| (Event::Shift(shift), None)))
        }
    }
}

/// Whatever a scan stood for.
pub(super) async fn of_subject(tx: &mut Tx, subject: &Subject) -> Result<Option<Loaded>> {
    let kind = Kind::of(subject);
    let rows: Vec<Row> = tx
        .sql_built(format!("SELECT {} WHERE b.id = $1", kind.columns()))
        .bind(subject.id())
        .all()
        .await?;
    Ok(load(kind, rows)?.pop())
}

/// By a short code, which counts in its own center only (C-112).
pub(super) async fn by_short_code(
    tx: &mut Tx,
    code: &str,
    center: &CenterId,
) -> Result<Option<Loaded>> {
    for kind in Kind::ALL {
        let rows: Vec<Row> = tx
            .sql_built(format!(
                "SELECT {} WHERE b.short_code = $1 AND o.center_id = $2",
                kind.columns()
            ))
            .bind(code)
            .bind(center)
            .all()
            .await?;
        if let Some(found) = load(kind, rows)?.pop() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The bookings of a series around a time.
pub(super) async fn of_enrolment(
    tx: &mut Tx,
    enrolment: &EnrolmentId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    around(tx, Kind::Booking, "b.enrolment_id", enrolment.as_str(), at).await
}

/// What a person has promised to be at around a time.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: &PersonId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        found.extend(around(tx, kind, "b.person_id", person.as_str(), at).await?);
    }
    found.sort_by_key(|loaded| (loaded.facts.span.start(), loaded.facts.subject.clone()));
    Ok(found)
}

async fn around(
    tx: &mut Tx,
    kind: Kind,
    column: &'static str,
    id: &str,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT {} WHERE {column} = $1 AND o.starts_at < $2 AND o.ends_at > $3
             ORDER BY o.starts_at, b.id",
            kind.columns()
        ))
        .bind(id)
        .bind(at.plus(AROUND))
        .bind(at.plus(-AROUND))
        .all()
        .await?;
    load(kind, rows)
}

/// The live booking of a person in an occurrence.
pub(super) async fn live_of_person(
    tx: &mut Tx,
    person: &PersonId,
    occurrence: &OccurrenceId,
) -> Result<Option<Loaded>> {
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT {} WHERE b.person_id = $1 AND b.occurrence_id = $2 AND b.state IN {}",
            Kind::Booking.columns(),
            live!()
        ))
        .bind(person)
        .bind(occurrence)
        .all()
        .await?;
    Ok(load(Kind::Booking, rows)?.pop())
}
