//! Bookings and rosters, as the interface shows them.

use app::web::Tickets;
use domain::{
    activity::{Channel, Status},
    booking::{By, State},
    id::{ActivityId, BookingId, CenterId, EnrolmentId, OccurrenceId, PersonId},
    time::Timestamp,
};
use serde::Serialize;
use store::{bookings::BookingView, occurrences::RosterRow};
use utoipa::ToSchema;

/// What is shown at the door.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// What the QR says: 200 digits.
    pub token: String,
    /// The code beside it, for reading out.
    pub short_code: String,
}

/// A person's place in an occurrence, or in its line.
#[derive(Serialize, ToSchema)]
pub(crate) struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Of which occurrence.
    pub occurrence_id: OccurrenceId,
    /// Of which activity.
    pub activity_id: ActivityId,
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Where it stands.
    pub state: State,
    /// The place in line from 1, while waitlisted.
    pub position: Option<i64>,
    /// What is shown at the door.
    pub ticket: Ticket,
    /// Title of the activity.
    pub title: String,
    /// Code of the center.
    pub center_id: CenterId,
    /// Name of the center.
    pub center: String,
    /// The room; may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether the occurrence still stands.
    pub occurrence_status: Status,
    /// Until when a confirmed place can be given back.
    pub cancel_until: Timestamp,
    /// The way it came in.
    pub channel: Channel,
    /// The enrolment in a series, if it is one.
    pub enrolment_id: Option<EnrolmentId>,
    /// When it was made.
    pub booked_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled it.
    pub cancelled_by: Option<By>,
    /// Why, in the staff's words; may be empty.
    pub cancel_reason: String,
}

impl Booking {
    /// The shape of a booking, with its ticket.
    pub(crate) fn of(view: &BookingView, tickets: &Tickets) -> Self {
        Self {
            ticket: Ticket {
                token: tickets.ticket(&view.id).into_string(),
                short_code: view.short_code.clone(),
            },
            id: view.id.clone(),
            occurrence_id: view.occurrence_id.clone(),
            activity_id: view.activity_id.clone(),
            person_id: view.person_id.clone(),
            person_name: view.person_name.clone(),
            state: view.state,
            position: view.position,
            title: view.title.clone(),
            center_id: view.center_id.clone(),
            center: view.center_name.clone(),
            room: view.room.clone(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            occurrence_status: view.occurrence_status,
            cancel_until: view.cancel_until,
            channel: view.channel,
            enrolment_id: view.enrolment_id.clone(),
            booked_at: view.booked_at,
            cancelled_at: view.cancelled_at,
            cancelled_by: view.cancelled_by,
            cancel_reason: view.cancel_reason.clone(),
        }
    }
}

/// Somebody on the roster of an occurrence.
#[derive(Serialize, ToSchema)]
pub(crate) struct RosterEntry {
    /// The booking.
    pub id: BookingId,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Their birth year.
    pub birth_year: i64,
    /// How to reach the account's holder.
    pub phone: Option<String>,
    /// Where it stands; cancelled ones are left out.
    pub state: State,
    /// The place in line from 1, while waitlisted.
    pub position: Option<i64>,
    /// The way it came in.
    pub channel: Channel,
    /// The code beside the QR.
    pub short_code: String,
    /// When it was made.
    pub booked_at: Timestamp,
}

impl RosterEntry {
    /// The shape of a row.
    pub(crate) fn of(row: RosterRow) -> Self {
        Self {
            id: row.id,
            person_id: row.person_id,
            person_name: row.person_name.as_str().to_owned(),
            birth_year: row.birth_year.year(),
            phone: row.phone.map(|phone| phone.digits().to_owned()),
            state: row.state,
            position: row.position,
            channel: row.channel,
            short_code: row.short_code,
            booked_at: row.booked_at,
        }
    }
}
