//! Moving up from a shift's line: the same promise as for bookings (rule 3).

use super::{
    ShiftFacts,
    decide::{Ask, Volunteering, room, unmet_by_person},
};
use crate::{activity::Status, id::AssignmentId, time::Timestamp};

/// Somebody in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Their assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub who: Volunteering,
    /// The position they wait for; any will do without one.
    pub position: Option<String>,
}

/// Who of the line gets a place now, and in which position: each in turn who may take one that is
/// free. Whoever may not, for a reason of their own, is passed and keeps their place in line.
pub fn promote(
    shift: &ShiftFacts,
    line: &[Waiting],
    now: Timestamp,
) -> Vec<(AssignmentId, Option<usize>)> {
    let mut shift = shift.clone();
    let mut promoted = Vec::new();
    if shift.status != Status::Published || now >= shift.span.start() {
        return promoted;
    }
    for waiting in line {
        let position = waiting.position.as_deref();
        let ask = Ask {
            position,
            may_wait: false,
            by_staff: true,
            overrides: false,
        };
        if !unmet_by_person(&shift, &waiting.who, ask).is_empty() {
            continue;
        }
        if let Ok(position) = room(&shift, &waiting.who, position) {
            shift.volunteers += 1;
            shift.waiting = shift.waiting.saturating_sub(1);
            if let Some(taken) = position.and_then(|nth| shift.taken.get_mut(nth)) {
                *taken += 1;
            }
            promoted.push((waiting.assignment.clone(), position));
        }
    }
    promoted
}
