//! Shifts, assignments and volunteers, as the interface shows them.

use super::booking::Ticket;
use app::web::Tickets;
use domain::{
    activity::{Channel, Status},
    id::{AssignmentId, CenterId, OccurrenceId, PersonId, ShiftId, StaffId, VolunteerId},
    shift::{AssignmentState, Duty, Half, Joining, Role, State},
    time::Timestamp,
    volunteer::Standing,
};
use serde::Serialize;
use store::{
    assignments::{AssignmentView, Candidate},
    shifts::ShiftView,
    volunteers::VolunteerView,
};
use utoipa::ToSchema;

/// A task inside a shift.
#[derive(Serialize, ToSchema)]
pub(crate) struct Position {
    /// What it is called.
    pub name: String,
    /// How many volunteers it needs.
    pub min: u32,
    /// How many it can take.
    pub max: u32,
    /// The skill that it takes, if any.
    pub skill: Option<String>,
    /// How many hold a place in it.
    pub taken: u32,
}

/// A stretch of work that social workers lead and volunteers do together.
#[derive(Serialize, ToSchema)]
pub(crate) struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// Code of the center.
    pub center_id: CenterId,
    /// Name of the center.
    pub center: String,
    /// The occurrence that it belongs to.
    pub occurrence_id: Option<OccurrenceId>,
    /// What it is for, if it is the center's own.
    pub duty: Option<Duty>,
    /// What it is called.
    pub title: String,
    /// Where; may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How far it is.
    pub state: State,
    /// Which halves do not stand.
    pub missing: Vec<Half>,
    /// Leads who hold a place.
    pub leads: u32,
    /// The least number of leads.
    pub leads_min: u32,
    /// Volunteers who hold a place.
    pub volunteers: u32,
    /// The least number of volunteers.
    pub volunteers_min: u32,
    /// The largest number of volunteers.
    pub volunteers_max: u32,
    /// How many places are kept for friends who were invited: not held, and not free.
    pub kept: u32,
    /// How many are in line.
    pub waitlisted: u32,
    /// How many can be in line.
    pub waitlist_capacity: u32,
    /// The tasks in it.
    pub positions: Vec<Position>,
    /// Skills that it takes.
    pub skills: Vec<String>,
    /// Trainings that it takes, valid on the day.
    pub trainings: Vec<String>,
    /// The least age on the day.
    pub min_age: Option<u8>,
    /// Below this age a guardian is in the same shift.
    pub guardian_below: u8,
    /// The text of risks that volunteers confirm; may be empty.
    pub risks: String,
    /// Its version.
    pub risks_version: u32,
    /// How volunteers get in.
    pub joining: Joining,
    /// Draft, published or cancelled.
    pub status: Status,
    /// Why it was cancelled; may be empty.
    pub cancel_reason: String,
    /// Whether it is demo data.
    pub demo: bool,
    /// Rises with every edit.
    pub revision: i64,
}

impl Shift {
    /// The shape of a shift.
    pub(crate) fn of(view: ShiftView, now: Timestamp) -> Self {
        let (state, missing) = (view.state(now), view.missing());
        let taken = view.taken.into_iter().chain(std::iter::repeat(0));
        let positions = view.needs.positions.into_iter().zip(taken);
        Self {
            state,
            missing,
            positions: positions
                .map(|(position, taken)| Position {
                    name: position.name,
                    min: position.min,
                    max: position.max,
                    skill: position.skill,
                    taken,
                })
                .collect(),
            id: view.id,
            center_id: view.center_id,
            center: view.center_name,
            occurrence_id: view.occurrence_id,
            duty: view.duty,
            title: view.title,
            room: view.place,
            starts_at: view.span.start(),
            ends_at: view.span.end(),
            leads: view.halves.leads,
            leads_min: view.needs.leads_min,
            volunteers: view.halves.volunteers,
            volunteers_min: view.needs.volunteers_min,
            volunteers_max: view.needs.volunteers_max,
            kept: view.kept,
            waitlisted: view.waiting,
            waitlist_capacity: view.needs.waitlist_capacity,
            skills: view.needs.skills.into_iter().collect(),
            trainings: view.needs.trainings.into_iter().collect(),
            min_age: view.needs.min_age,
            guardian_below: view.needs.guardian_below,
            risks: view.needs.risks.text,
            risks_version: view.needs.risks.version,
            joining: view.joining,
            status: view.status,
            cancel_reason: view.cancel_reason,
            demo: view.demo,
            revision: view.revision,
        }
    }
}

/// Somebody's place in a shift.
#[derive(Serialize, ToSchema)]
pub(crate) struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// In which shift.
    pub shift_id: ShiftId,
    /// Whose, of a volunteer.
    pub person_id: Option<PersonId>,
    /// Whose, of a lead.
    pub staff_id: Option<StaffId>,
    /// Their name.
    pub person_name: String,
    /// Lead or volunteer.
    pub role: Role,
    /// The position, if the shift has any.
    pub position: Option<String>,
    /// Where it stands.
    pub state: AssignmentState,
    /// The place in line from 1, while waitlisted.
    pub in_line: Option<u32>,
    /// What is shown at the door.
    pub ticket: Ticket,
    /// Title of the shift.
    pub title: String,
    /// Code of the center.
    pub center_id: CenterId,
    /// Name of the center.
    pub center: String,
    /// Where; may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether the shift still stands.
    pub shift_status: Status,
    /// The way it came in.
    pub channel: Channel,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Why it ended, in the staff's words; may be empty.
    pub end_reason: String,
}

impl Assignment {
    /// The shape of an assignment, with its ticket.
    pub(crate) fn of(view: &AssignmentView, tickets: &Tickets) -> Self {
        Self {
            ticket: Ticket {
                token: tickets.of_assignment(&view.id).into_string(),
                short_code: view.short_code.clone(),
            },
            id: view.id.clone(),
            shift_id: view.shift_id.clone(),
            person_id: view.person_id.clone(),
            staff_id: view.staff_id.clone(),
            person_name: view.name.clone(),
            role: view.role,
            position: view.position.clone(),
            state: view.state,
            in_line: view.in_line,
            title: view.title.clone(),
            center_id: view.center_id.clone(),
            center: view.center_name.clone(),
            room: view.place.clone(),
            starts_at: view.span.start(),
            ends_at: view.span.end(),
            shift_status: view.shift_status,
            channel: view.channel,
            asked_at: view.asked_at,
            end_reason: view.end_reason.clone(),
        }
    }
}

/// Somebody in a shift, for its center's staff. Their tickets are their own.
#[derive(Serialize, ToSchema)]
pub(crate) struct Assigned {
    /// The assignment.
    pub id: AssignmentId,
    /// Whose, of a volunteer.
    pub person_id: Option<PersonId>,
    /// Whose, of a lead.
    pub staff_id: Option<StaffId>,
    /// Their name.
    pub person_name: String,
    /// Lead or volunteer.
    pub role: Role,
    /// The position, if the shift has any.
    pub position: Option<String>,
    /// Where it stands.
    pub state: AssignmentState,
    /// The place in line from 1, while waitlisted.
    pub in_line: Option<u32>,
    /// The way it came in.
    pub channel: Channel,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl Assigned {
    /// The shape of a row.
    pub(crate) fn of(view: AssignmentView) -> Self {
        Self {
            id: view.id,
            person_id: view.person_id,
            staff_id: view.staff_id,
            person_name: view.name,
            role: view.role,
            position: view.position,
            state: view.state,
            in_line: view.in_line,
            channel: view.channel,
            asked_at: view.asked_at,
        }
    }
}

/// A volunteer, or somebody who asked to be one.
#[derive(Serialize, ToSchema)]
pub(crate) struct Volunteer {
    /// The record.
    pub id: VolunteerId,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// How far they are.
    pub status: Standing,
    /// The number that counts now.
    pub number: Option<String>,
    /// Where they asked, or were accepted.
    pub center_id: Option<CenterId>,
    /// Their skills.
    pub skills: Vec<String>,
    /// When they asked.
    pub applied_at: Timestamp,
}

impl Volunteer {
    /// The shape of a volunteer.
    pub(crate) fn of(view: VolunteerView) -> Self {
        Self {
            number: view.number().map(ToOwned::to_owned),
            id: view.id,
            person_id: view.person_id,
            person_name: view.name,
            status: view.standing,
            center_id: view.center_id,
            skills: view.skills.into_iter().collect(),
            applied_at: view.applied_at,
        }
    }
}

/// A member of staff who can lead shifts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Lead {
    /// Their id.
    pub id: StaffId,
    /// Their name.
    pub name: String,
}

impl Lead {
    /// The shape of a candidate.
    pub(crate) fn of(candidate: Candidate) -> Self {
        Self {
            id: candidate.id,
            name: candidate.name,
        }
    }
}
