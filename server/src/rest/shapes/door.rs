//! What the door answers.

use app::{i18n::Locale, words};
use domain::{
    check_in::{Candidate, Direction, Kind, Method, Outcome, Review, Seen, Verdict},
    commitment::{Event, Subject},
    id::{AssignmentId, BookingId, CardId, CenterId, CheckInId, OccurrenceId, PersonId, ShiftId},
    time::Timestamp,
};
use serde::Serialize;
use store::check_ins::{Admission, DoorOccurrence, Entry};
use utoipa::ToSchema;

/// The result of a scan.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckIn {
    /// The scan's id.
    pub id: CheckInId,
    /// What it came to; `choose`: several bookings fit.
    pub result: Outcome,
    /// What it is, in a few words.
    pub headline: String,
    /// Why, in the caller's language.
    pub detail: String,
    /// What to do now.
    pub next_step: String,
    /// Which way they went, `in` or `out`.
    pub direction: Option<Direction>,
    /// How they were recognised.
    pub method: Method,
    /// Who; masked for kiosks.
    pub person_name: Option<String>,
    /// The booking.
    pub booking_id: Option<BookingId>,
    /// Of which occurrence.
    pub occurrence_id: Option<OccurrenceId>,
    /// The assignment, if it was one's.
    pub assignment_id: Option<AssignmentId>,
    /// Of which shift.
    pub shift_id: Option<ShiftId>,
    /// Title of the activity or the shift.
    pub title: Option<String>,
    /// The room, may be empty.
    pub room: Option<String>,
    /// When it starts.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// When the scan happened, corrected.
    pub at: Timestamp,
    /// When they were seen first.
    pub first_at: Option<Timestamp>,
    /// At which door that was; may be empty.
    pub first_door: Option<String>,
    /// When they went out.
    pub left_at: Option<Timestamp>,
    /// For `too_early`: when the door opens.
    pub opens_at: Option<Timestamp>,
    /// For `too_late`: when it ended.
    pub ended_at: Option<Timestamp>,
    /// For `waitlisted`: the position in line from 1, where known.
    pub position: Option<u32>,
    /// For `waitlisted`: until when free places are kept for those before them; whoever is there
    /// then may scan again.
    pub kept_until: Option<Timestamp>,
    /// For `wrong_center`: where it is.
    pub center_id: Option<CenterId>,
    /// That center's name.
    pub center: Option<String>,
    /// For `unknown` and `forged`: a stable word.
    pub reason: Option<String>,
    /// For `choose`: which bookings fit.
    pub candidates: Vec<Choice>,
    /// Why somebody of the staff should look at it.
    pub review: Option<Review>,
}

/// One of several bookings that a scan fits.
#[derive(Serialize, ToSchema)]
pub(crate) struct Choice {
    /// Send it as `occurrence_id` with a new scan.
    pub occurrence_id: Option<OccurrenceId>,
    /// Or this as `shift_id`.
    pub shift_id: Option<ShiftId>,
    /// Title of the activity or the shift.
    pub title: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl From<Candidate> for Choice {
    fn from(candidate: Candidate) -> Self {
        Self {
            occurrence_id: candidate.event.occurrence().cloned(),
            shift_id: candidate.event.shift().cloned(),
            title: candidate.title,
            starts_at: candidate.starts_at,
            ends_at: candidate.ends_at,
        }
    }
}

impl CheckIn {
    /// The shape of an answer.
    pub(crate) fn of(answer: Admission, locale: Locale, now: Timestamp) -> Self {
        let said = words::verdict(locale, &answer.verdict, answer.at, now);
        let mut shape = Self {
            id: answer.id,
            result: answer.verdict.outcome(),
            headline: said.title,
            detail: said.sentence,
            next_step: said.next,
            direction: answer.verdict.direction(),
            method: answer.method,
            person_name: answer.person_name,
            booking_id: answer.subject.as_ref().and_then(Subject::booking).cloned(),
            occurrence_id: answer.event.as_ref().and_then(Event::occurrence).cloned(),
            assignment_id: answer
                .subject
                .as_ref()
                .and_then(Subject::assignment)
                .cloned(),
            shift_id: answer.event.as_ref().and_then(Event::shift).cloned(),
            title: answer.title,
            room: answer.room,
            starts_at: answer.starts_at,
            ends_at: answer.ends_at,
            at: answer.at,
            first_at: answer.verdict.first_at(),
            first_door: None,
            left_at: None,
            opens_at: None,
            ended_at: None,
            position: None,
            kept_until: None,
            center_id: None,
            center: None,
            reason: None,
            candidates: Vec::new(),
            review: answer.review,
        };
        match answer.verdict {
            Verdict::Already {
                first: Seen { door, .. },
                left,
                ..
            } => {
                // A token has no door of its own.
                shape.first_door = Some(door).filter(|d| !d.is_empty());
                shape.left_at = left.map(|l| l.at);
            }
            Verdict::TooEarly { opens_at } => shape.opens_at = Some(opens_at),
            Verdict::TooLate { ended_at } => shape.ended_at = Some(ended_at),
            Verdict::WrongCenter { center_id, center } => {
                shape.center_id = Some(center_id);
                shape.center = Some(center);
            }
            Verdict::Unknown { reason } => {
                shape.reason = Some(reason.to_string());
            }
            Verdict::Forged { reason } => {
                shape.reason = Some(reason.to_string());
            }
            Verdict::Choose { candidates } => {
                shape.candidates = candidates.into_iter().map(Choice::from).collect();
            }
            Verdict::Waitlisted {
                position,
                kept_until,
            } => {
                shape.position = position;
                shape.kept_until = kept_until;
            }
            Verdict::Admitted { .. } | Verdict::Cancelled { .. } => {}
        }
        shape
    }
}

/// An entry of the log of a center's doors.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoorEntry {
    /// Its id.
    pub id: CheckInId,
    /// What it is; `close` is a missing check-out closed at the end.
    pub kind: Kind,
    /// When it happened, corrected.
    pub at: Timestamp,
    /// What the device's clock said.
    pub device_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// At which door; may be empty.
    pub door: String,
    /// Who scanned, e.g. `staff:0190…`, `token:…`.
    pub caller: String,
    /// How somebody was recognised.
    pub method: Method,
    /// Which way.
    pub direction: Direction,
    /// The result.
    pub result: Outcome,
    /// Why, for `unknown` and `forged`.
    pub reason: Option<String>,
    /// The booking, if one was found.
    pub booking_id: Option<BookingId>,
    /// Of which occurrence.
    pub occurrence_id: Option<OccurrenceId>,
    /// Or the assignment.
    pub assignment_id: Option<AssignmentId>,
    /// Of which shift.
    pub shift_id: Option<ShiftId>,
    /// Title of the activity or the shift.
    pub title: Option<String>,
    /// Who.
    pub person_name: Option<String>,
    /// For an undo: which entry it takes back.
    pub undoes: Option<CheckInId>,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Why somebody should look at it.
    pub review: Option<Review>,
}

impl From<Entry> for DoorEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            at: entry.at,
            device_at: entry.device_at,
            received_at: entry.received_at,
            door: entry.door,
            caller: entry.caller,
            method: entry.method,
            direction: entry.direction,
            result: entry.result,
            reason: entry.reason,
            booking_id: entry.subject.as_ref().and_then(Subject::booking).cloned(),
            occurrence_id: entry.occurrence_id,
            assignment_id: entry
                .subject
                .as_ref()
                .and_then(Subject::assignment)
                .cloned(),
            shift_id: entry.shift_id,
            title: entry.title,
            person_name: entry.person_name.map(|n| n.as_str().to_owned()),
            undoes: entry.undoes,
            is_undone: entry.is_undone,
            review: entry.review,
        }
    }
}

/// Something that is on today, as the door counts it.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoorSitting {
    /// The occurrence.
    pub id: OccurrenceId,
    /// Title of the activity.
    pub title: String,
    /// The room, may be empty.
    pub room: String,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// How many minutes before the start the door opens.
    pub door_opens_before_min: i64,
    /// Whether people check out as well.
    pub asks_check_out: bool,
    /// Places in all.
    pub capacity: i64,
    /// How many hold a place, those who came included.
    pub expected: i64,
    /// How many of them came.
    pub came: i64,
    /// How many of those have gone out.
    pub went: i64,
    /// How many wait.
    pub waitlisted: i64,
}

impl From<DoorOccurrence> for DoorSitting {
    fn from(sitting: DoorOccurrence) -> Self {
        Self {
            id: sitting.id,
            title: sitting.title,
            room: sitting.room,
            starts_at: sitting.starts_at,
            ends_at: sitting.ends_at,
            door_opens_before_min: sitting.door_opens_before_min,
            asks_check_out: sitting.asks_check_out,
            capacity: sitting.capacity,
            expected: sitting.expected,
            came: sitting.came,
            went: sitting.went,
            waitlisted: sitting.waitlisted,
        }
    }
}

/// A printed card.
#[derive(Serialize, ToSchema)]
pub(crate) struct Card {
    /// Its id.
    pub id: CardId,
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// The center that issued it; there its short code counts too.
    pub center_id: CenterId,
    /// The code under the QR.
    pub short_code: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl From<store::cards::Card> for Card {
    fn from(card: store::cards::Card) -> Self {
        Self {
            id: card.id,
            person_id: card.person_id,
            person_name: card.person_name.as_str().to_owned(),
            center_id: card.center_id,
            short_code: card.short_code,
            issued_at: card.issued_at,
            revoked_at: card.revoked_at,
        }
    }
}
