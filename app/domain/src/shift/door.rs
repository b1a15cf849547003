//! How a door sees an assignment: with the eyes that it has for bookings, so that one rule says what a
//! scan means.

use super::AssignmentState;
use crate::{
    booking::State,
    check_in::{Attendance, DOOR_OPENS_BEFORE_MIN, DoorTerms},
};

/// What a shift asks of its door: open an hour before, and people check out, since their hours are what
/// lies between (`domain.md` 3.5).
pub const DOOR: DoorTerms = DoorTerms {
    opens_before_min: DOOR_OPENS_BEFORE_MIN,
    asks_check_out: true,
};

/// Where a booking would stand that stands as this assignment does. A request holds no place, like
/// somebody who waits.
pub const fn at_door(state: AssignmentState) -> State {
    match state {
        AssignmentState::Waitlisted | AssignmentState::Requested => State::Waitlisted,
        AssignmentState::Confirmed => State::Confirmed,
        AssignmentState::CheckedIn | AssignmentState::CheckedOut | AssignmentState::Validated => {
            State::CheckedIn
        }
        AssignmentState::Withdrawn | AssignmentState::Declined => State::Cancelled,
        AssignmentState::NoShow => State::NoShow,
    }
}

/// Where the assignment stands after its evidence was settled ([`crate::check_in::settle`]). Hours that
/// were validated stay so: what arrives later is a matter for a correction.
pub const fn after_door(
    before: AssignmentState,
    settled: State,
    told: &Attendance,
) -> AssignmentState {
    match (before, settled) {
        (AssignmentState::Validated, _) => before,
        (_, State::CheckedIn) if told.is_inside() => AssignmentState::CheckedIn,
        (_, State::CheckedIn) => AssignmentState::CheckedOut,
        (_, State::Confirmed) => AssignmentState::Confirmed,
        (AssignmentState::CheckedIn | AssignmentState::CheckedOut, State::Cancelled) => {
            AssignmentState::Withdrawn
        }
        _ => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check_in::{Direction, Evidence, Kind, attendance, settle},
        time::{HOUR, MINUTE, Span, Timestamp},
    };
    use proptest::prelude::*;

    #[test]
    fn a_door_sees_exactly_those_who_hold_a_place() {
        for state in AssignmentState::ALL {
            assert_eq!(at_door(*state).holds_place(), state.holds_place());
            assert_eq!(at_door(*state).is_live(), state.is_live());
        }
    }

    fn span() -> Span {
        Span::new(Timestamp(0), Timestamp(3 * HOUR)).unwrap()
    }

    proptest! {
        /// Whatever is scanned in whatever order, an assignment ends as its evidence says.
        #[test]
        fn in_and_out_make_the_state(
            scans in prop::collection::vec((any::<bool>(), -60i64..240), 0..8),
        ) {
            let evidence: Vec<Evidence> = scans
                .iter()
                .enumerate()
                .map(|(n, (out, at))| Evidence {
                    id: uuid::Uuid::from_u128(n as u128).into(),
                    kind: Kind::Scan,
                    direction: if *out { Direction::Out } else { Direction::In },
                    at: Timestamp(at * MINUTE),
                    door: String::new(),
                })
                .collect();
            let mut state = AssignmentState::Confirmed;
            for many in 0..=evidence.len() {
                let told = attendance(DOOR, span(), &evidence[..many]);
                let (settled, _) = settle(at_door(state), false, &told, false);
                state = after_door(state, settled, &told);
            }
            let told = attendance(DOOR, span(), &evidence);
            let expected = match (told.is_present(), told.is_inside()) {
                (false, _) => AssignmentState::Confirmed,
                (true, true) => AssignmentState::CheckedIn,
                (true, false) => AssignmentState::CheckedOut,
            };
            prop_assert_eq!(state, expected);
            prop_assert_eq!(after_door(AssignmentState::Validated, State::Confirmed, &told),
                AssignmentState::Validated);
        }
    }
}
