//! Loading what a verdict needs.

use crate::{Result, Tx, bookings::door_terms};
use domain::{
    booking::State,
    check_in::{BookingFacts, Direction, Evidence, Kind},
    id::{AccountId, BookingId, CenterId, CheckInId, EnrolmentId, OccurrenceId, PersonId},
    person::PersonName,
    time::{Span, Timestamp},
};

/// A booking with what a door says of it.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) facts: BookingFacts,
    pub(super) title: String,
    pub(super) room: String,
    pub(super) person: PersonId,
    pub(super) name: PersonName,
    pub(super) account: AccountId,
    pub(super) enrolment: Option<EnrolmentId>,
}

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
    door_opens_before_min: i64,
    asks_check_out: bool,
    state: State,
    booked_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    person_id: PersonId,
    person_name: PersonName,
    account_id: AccountId,
    enrolment_id: Option<EnrolmentId>,
}

const BOOKING: &str = "SELECT b.id, b.occurrence_id, o.center_id, c.name AS center_name, a.title,
        o.room, o.starts_at, o.ends_at, o.door_opens_before_min, o.asks_check_out, b.state,
        b.booked_at, b.confirmed_at, b.cancelled_at, b.person_id, p.name AS person_name,
        b.account_id, b.enrolment_id
    FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN person p ON p.id = b.person_id";

/// Bookings of a card or an enrolment are looked for so far before and after a scan.
const AROUND: i64 = 2 * domain::time::DAY;

async fn load(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Loaded>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let evidence = evidence(tx, &row.id).await?;
        all.push(Loaded {
            facts: BookingFacts {
                booking: row.id,
                occurrence: row.occurrence_id,
                center: row.center_id,
                center_name: row.center_name,
                span: Span::new(row.starts_at, row.ends_at)?,
                door: door_terms(row.door_opens_before_min, row.asks_check_out)?,
                state: row.state,
                booked_at: row.booked_at,
                confirmed_at: row.confirmed_at,
                cancelled_at: row.cancelled_at,
                evidence,
            },
            title: row.title,
            room: row.room,
            person: row.person_id,
            name: row.person_name,
            account: row.account_id,
            enrolment: row.enrolment_id,
        });
    }
    Ok(all)
}

pub(super) async fn booking(tx: &mut Tx, id: &BookingId) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!("{BOOKING} WHERE b.id = $1"))
        .bind(id)
        .all()
        .await?;
    Ok(load(tx, rows).await?.pop())
}

/// By a short code, which counts in its own center only (C-112).
pub(super) async fn by_short_code(
    tx: &mut Tx,
    code: &str,
    center: &CenterId,
) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "{BOOKING} WHERE b.short_code = $1 AND o.center_id = $2"
        ))
        .bind(code)
        .bind(center)
        .all()
        .await?;
    Ok(load(tx, rows).await?.pop())
}

/// The bookings of a series around a time.
pub(super) async fn of_enrolment(
    tx: &mut Tx,
    enrolment: &EnrolmentId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "{BOOKING} WHERE b.enrolment_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
             ORDER BY o.starts_at, b.id"
        ))
        .bind(enrolment)
        .bind(at.plus(AROUND))
        .bind(at.plus(-AROUND))
        .all()
        .await?;
    load(tx, rows).await
}

/// The bookings of a person around a time.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: &PersonId,
    at: Timestamp,
) -> Result<Vec<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "{BOOKING} WHERE b.person_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
             ORDER BY o.starts_at, b.id"
        ))
        .bind(person)
        .bind(at.plus(AROUND))
        .bind(at.plus(-AROUND))
        .all()
        .await?;
    load(tx, rows).await
}

/// The live booking of a person in an occurrence.
pub(super) async fn live_of_person(
    tx: &mut Tx,
    person: &PersonId,
    occurrence: &OccurrenceId,
) -> Result<Option<Loaded>> {
    let rows = tx
        .sql_built(format!(
            "{BOOKING} WHERE b.person_id = $1 AND b.occurrence_id = $2
             AND b.state IN ('waitlisted', 'confirmed', 'checked_in')"
        ))
        .bind(person)
        .bind(occurrence)
        .all()
        .await?;
    Ok(load(tx, rows).await?.pop())
}

#[derive(sqlx::FromRow)]
struct EvidenceRow {
    id: CheckInId,
    kind: Kind,
    direction: Direction,
    at: Timestamp,
    door: String,
}

/// Everything that counts of a booking.
pub(super) async fn evidence(tx: &mut Tx, booking: &BookingId) -> Result<Vec<Evidence>> {
    let rows: Vec<EvidenceRow> = tx
        .sql(
            "SELECT id, kind, direction, at, door FROM check_in
             WHERE booking_id = $1 AND is_evidence ORDER BY at, id",
        )
        .bind(booking)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Evidence {
            id: row.id,
            kind: row.kind,
            direction: row.direction,
            at: row.at,
            door: row.door,
        })
        .collect())
}
