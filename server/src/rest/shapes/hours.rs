//! What the ledger of volunteer hours answers.

use domain::{
    hours::{Kind, State, Totals},
    id::{AssignmentId, CenterId, HourEntryId, PersonId, ShiftId, StaffId, VolunteerId},
    time::Timestamp,
};
use serde::Serialize;
use store::{
    hours::{EntryView, Mine},
    stars::Proposed,
    volunteers,
};
use utoipa::ToSchema;

use super::Volunteer;

/// An entry of the ledger.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hours {
    /// Its id.
    pub id: HourEntryId,
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Of which shift.
    pub shift_id: ShiftId,
    /// The place in it.
    pub assignment_id: AssignmentId,
    /// Title of the shift.
    pub title: String,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended.
    pub ends_at: Timestamp,
    /// The center that recorded it.
    pub center_id: CenterId,
    /// Minutes; of a correction that takes away, less than nothing.
    pub minutes: i64,
    /// Where it comes from.
    pub kind: Kind,
    /// Which of the two sums it belongs to, `verified` or `entered`.
    pub counts_as: Kind,
    /// Where it stands.
    pub state: State,
    /// Why, in the staff's words; may be empty.
    pub reason: String,
    /// Which entry it corrects.
    pub corrects: Option<HourEntryId>,
    /// Who validated or entered it.
    pub author: Option<StaffId>,
    /// What its volunteer said against it, or what was answered last; may be empty.
    pub said: String,
    /// When it was added.
    pub at: Timestamp,
}

impl Hours {
    /// The shape of an entry.
    pub(crate) fn of(view: EntryView) -> Self {
        Self {
            state: view.state(),
            starts_at: view.span.start(),
            ends_at: view.span.end(),
            minutes: view.sum.minutes,
            counts_as: view.sum.counts_as,
            id: view.id,
            person_id: view.person_id,
            person_name: view.person_name,
            shift_id: view.shift_id,
            assignment_id: view.assignment_id,
            title: view.title,
            center_id: view.center_id,
            kind: view.kind,
            reason: view.reason,
            corrects: view.corrects,
            author: view.author,
            said: view.said,
            at: view.at,
        }
    }
}

/// The ledger of one person. The sums are never added up.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyHours {
    /// Entries, the newest first.
    pub entries: Vec<Hours>,
    /// Where the list goes on.
    pub next: Option<String>,
    /// Minutes that scans and a lead verify.
    pub verified_minutes: i64,
    /// Minutes that were entered and approved.
    pub entered_minutes: i64,
    /// Minutes that await somebody's word.
    pub pending_minutes: i64,
    /// The star that was granted, 1 to 5.
    pub star: Option<u8>,
}

impl MyHours {
    /// The shape of somebody's ledger.
    pub(crate) fn of(mine: Mine) -> Self {
        let Totals {
            verified,
            entered,
            pending,
        } = mine.totals;
        Self {
            next: mine.entries.next.as_ref().map(ToString::to_string),
            entries: mine.entries.items.into_iter().map(Hours::of).collect(),
            verified_minutes: verified,
            entered_minutes: entered,
            pending_minutes: pending,
            star: mine.star,
        }
    }
}

/// A volunteer whose hours and tenure reach a star that they do not have yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct StarProposed {
    /// The record of the volunteer.
    pub volunteer_id: VolunteerId,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// How many minutes are verified.
    pub verified_minutes: i64,
    /// The star that they reach, 1 to 5.
    pub star: u8,
}

impl StarProposed {
    /// The shape of a proposal.
    pub(crate) fn of(found: Proposed) -> Self {
        Self {
            volunteer_id: found.volunteer,
            person_id: found.person,
            person_name: found.name,
            verified_minutes: found.verified,
            star: found.star,
        }
    }
}

/// Somebody on probation.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnProbation {
    /// Who.
    pub volunteer: Volunteer,
    /// How many minutes are verified, of 600.
    pub verified_minutes: i64,
}

impl OnProbation {
    /// The shape of somebody on probation.
    pub(crate) fn of(found: volunteers::OnProbation) -> Self {
        Self {
            verified_minutes: found.totals.verified,
            volunteer: Volunteer::of(found.volunteer),
        }
    }
}
