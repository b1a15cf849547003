//! Who is booked: personal data, so that each look is in the audit log (rule 6).

use super::read::{OccurrenceView, VIEW};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    reach::phone_of,
};
use domain::{
    Refusal,
    access::Action,
    activity::Channel,
    audit::Verb,
    booking::State,
    id::{AccountId, BookingId, EnrolmentId, OccurrenceId, PartyId, PersonId},
    person::{BirthYear, PersonName, Phone},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Somebody who is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct RosterRow {
    /// The booking.
    pub id: BookingId,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// The account that they belong to.
    pub account_id: AccountId,
    /// How to reach its holder, where they have a telephone.
    pub phone: Option<Phone>,
    /// Where the booking stands.
    pub state: State,
    /// The place in line from 1, while waitlisted.
    #[sqlx(skip)]
    pub position: Option<i64>,
    /// The way it came in.
    pub channel: Channel,
    /// Bookings that were made together.
    pub party_id: Option<PartyId>,
    /// The enrolment in a series, if it is one.
    pub enrolment_id: Option<EnrolmentId>,
    /// The code beside the QR.
    pub short_code: String,
    /// When it was made.
    pub booked_at: Timestamp,
    /// When they came.
    pub checked_in_at: Option<Timestamp>,
    /// When they went, where that is known.
    pub checked_out_at: Option<Timestamp>,
    /// What the staff noted.
    pub note: Option<String>,
}

/// The roster of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The occurrence.
    pub occurrence: OccurrenceView,
    /// Who holds a place, in the order in which they booked, then who waits, in line. Cancelled
    /// bookings are not on it (C-16).
    pub bookings: Vec<RosterRow>,
}

/// The roster, for staff who may see bookings; the look is written to the audit log in the same
/// transaction, once a quarter of an hour.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such occurrence, [`Refusal::Forbidden`].
pub async fn roster(db: &Db, act: &Act, occurrence: &OccurrenceId) -> Result<Roster> {
    let op = ShowRoster {
        occurrence: occurrence.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct ShowRoster {
    occurrence: OccurrenceId,
}

#[async_trait::async_trait]
impl Op for ShowRoster {
    type Out = Roster;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Roster> {
        let occurrence: OccurrenceView = tx
            .sql_built(format!("{VIEW} WHERE o.id = $1"))
            .bind(&self.occurrence)
            .optional()
            .await?
            .ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &occurrence.center_id).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        roster_in(tx, act, occurrence).await
    }
}

/// The same inside a transaction, of a date at whose center the caller may see bookings.
pub(crate) async fn roster_in(
    tx: &mut Tx,
    act: &Act,
    occurrence: OccurrenceView,
) -> Result<Roster> {
    let mut bookings: Vec<RosterRow> = tx
        .sql(concat!(
            "SELECT b.id, b.person_id, p.name AS person_name, p.birth_year, b.account_id, ",
            phone_of!("t"),
            ", b.state, b.channel, b.party_id, b.enrolment_id, b.short_code,
                b.booked_at, b.checked_in_at, b.checked_out_at,
                n.text AS note
             FROM booking b
             LEFT JOIN booking_note n ON n.booking_id = b.id
             JOIN person p ON p.id = b.person_id
             JOIN account t ON t.id = b.account_id
             WHERE b.occurrence_id = $1 AND b.state <> 'cancelled'
             ORDER BY CASE WHEN b.state = 'waitlisted' THEN 1 ELSE 0 END, b.queue_no,
                b.booked_at, b.id"
        ))
        .bind(&occurrence.id)
        .all()
        .await?;
    let mut line = 0;
    for booking in &mut bookings {
        if booking.state == State::Waitlisted {
            line += 1;
            booking.position = Some(line);
        }
    }
    let entry = Entry {
        action: Verb::BookingViewRoster,
        subject: ("occurrence", occurrence.id.as_str()),
        center: Some(&occurrence.center_id),
        detail: json!({ "bookings": bookings.len() }),
    };
    audit::record_look(tx, act, "", entry).await?;
    Ok(Roster {
        occurrence,
        bookings,
    })
}
