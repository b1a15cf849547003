//! A center's day as its social workers go through it: who should be here, whether the lead is, who is
//! new, what is missing in the next hours; and who is in the house when everybody has to leave it.

use crate::{
    check_in::CHECK_OUT_GRACE,
    shift::{AssignmentState, Halves},
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
    volunteer::Standing,
};

/// So long before a shift begins its people are looked out for: a call still helps.
pub const LOOK_OUT: i64 = 15 * MINUTE;
/// So far ahead a hole is today's matter.
pub const HOLES_AHEAD: i64 = 3 * HOUR;
/// So far back is asked after what nobody has closed.
pub const LEFT_OPEN: i64 = 14 * DAY;

crate::text_enum! {
    /// How somebody is awaited who has not checked in.
    pub enum Awaited {
        /// Their shift begins shortly.
        Soon = "soon",
        /// Their shift has begun.
        Late = "late",
    }
}

/// Whether somebody who holds a place in a shift should be here now and is not.
pub fn awaited(state: AssignmentState, span: Span, now: Timestamp) -> Option<Awaited> {
    if state != AssignmentState::Confirmed || now >= span.end() {
        return None;
    }
    match (now >= span.start(), now >= span.start().plus(-LOOK_OUT)) {
        (true, _) => Some(Awaited::Late),
        (false, true) => Some(Awaited::Soon),
        (false, false) => None,
    }
}

crate::text_enum! {
    /// Where the lead of a shift is.
    pub enum LeadIs {
        /// There are as many as it takes.
        Here = "here",
        /// Named; it has not begun.
        Named = "named",
        /// It has begun, and whoever was named has not come.
        Late = "late",
        /// It goes on, and whoever led it has left.
        Left = "left",
        /// Nobody is named, or too few.
        Open = "open",
    }
}

impl LeadIs {
    /// Whether somebody has to step up.
    pub const fn needs_another(self) -> bool {
        matches!(self, Self::Late | Self::Left | Self::Open)
    }
}

/// Where the lead of a shift is that is not over; `leads` is where each of its leads stands.
pub fn lead_is(halves: &Halves, leads: &[AssignmentState], span: Span, now: Timestamp) -> LeadIs {
    let least = halves.leads_min.max(1);
    if halves.leads_in >= least {
        return LeadIs::Here;
    }
    if halves.leads < least {
        return LeadIs::Open;
    }
    match (
        now >= span.start(),
        leads.contains(&AssignmentState::Confirmed),
    ) {
        (false, _) => LeadIs::Named,
        (true, true) => LeadIs::Late,
        (true, false) => LeadIs::Left,
    }
}

crate::text_enum! {
    /// Why somebody is new, and shown around before anything else.
    pub enum New {
        /// Has never come to a shift.
        First = "first",
        /// On probation, without an hour that anybody has verified.
        Unproven = "unproven",
    }
}

/// Whether a volunteer is new: who came to no shift before, and who on probation has nothing verified.
pub const fn is_new(has_come: bool, standing: Option<Standing>, has_verified: bool) -> Option<New> {
    match (has_come, standing, has_verified) {
        (false, _, _) => Some(New::First),
        (true, Some(Standing::Probationary), false) => Some(New::Unproven),
        _ => None,
    }
}

/// Whether a shift that is not over is so near that a hole in it is filled now.
pub fn is_near(span: Span, now: Timestamp) -> bool {
    now < span.end() && span.start() < now.plus(HOLES_AHEAD)
}

crate::text_enum! {
    /// Whether somebody who checked in is in the house.
    pub enum InHouse {
        /// What they came for goes on.
        Inside = "inside",
        /// What they came for is over, and nobody saw them go.
        Perhaps = "perhaps",
    }
}

/// Whether somebody who came to what lasts for `span` is in the house. `seen_leaving` is whether anybody
/// saw them go: a check-out that was closed by rule is no sight of somebody. For as long as one can
/// still check out one may still be here.
pub fn in_house(seen_leaving: bool, span: Span, now: Timestamp) -> Option<InHouse> {
    if seen_leaving || now >= span.end().plus(CHECK_OUT_GRACE) {
        return None;
    }
    match now < span.end() {
        true => Some(InHouse::Inside),
        false => Some(InHouse::Perhaps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(100 * HOUR);

    fn span() -> Span {
        Span::kept(START, START.plus(2 * HOUR))
    }

    #[test]
    fn only_who_holds_a_place_and_has_not_come_is_awaited() {
        for state in AssignmentState::ALL {
            let told = awaited(*state, span(), START);
            let expected = (*state == AssignmentState::Confirmed).then_some(Awaited::Late);
            assert_eq!(told, expected, "{state}");
        }
    }

    #[test]
    fn somebody_is_looked_out_for_shortly_before_and_late_from_the_start_to_the_end() {
        let at = |minutes| {
            awaited(
                AssignmentState::Confirmed,
                span(),
                START.plus(minutes * MINUTE),
            )
        };
        for (minutes, expected) in [
            (-16, None),
            (-15, Some(Awaited::Soon)),
            (-1, Some(Awaited::Soon)),
            (0, Some(Awaited::Late)),
            (119, Some(Awaited::Late)),
            (120, None),
        ] {
            assert_eq!(at(minutes), expected, "{minutes}");
        }
    }

    #[test]
    fn a_lead_is_here_named_late_gone_or_missing() {
        use AssignmentState::{CheckedIn, CheckedOut, Confirmed};
        let before = START.plus(-HOUR);
        for (least, states, now, expected) in [
            (1, vec![], before, LeadIs::Open),
            (1, vec![], START, LeadIs::Open),
            (1, vec![Confirmed], before, LeadIs::Named),
            (1, vec![Confirmed], START, LeadIs::Late),
            (1, vec![CheckedIn], before, LeadIs::Here),
            (1, vec![CheckedIn], START, LeadIs::Here),
            (1, vec![CheckedOut], START, LeadIs::Left),
            (1, vec![CheckedOut, Confirmed], START, LeadIs::Late),
            (1, vec![CheckedOut, CheckedIn], START, LeadIs::Here),
            (2, vec![CheckedIn], START, LeadIs::Open),
            (2, vec![CheckedIn, Confirmed], START, LeadIs::Late),
            // With nobody to lead there is no shift, whatever its minimum says.
            (0, vec![], START, LeadIs::Open),
        ] {
            let inside = states.iter().filter(|state| **state == CheckedIn).count();
            let halves = Halves {
                leads: u32::try_from(states.len()).unwrap(),
                leads_min: least,
                volunteers: 0,
                volunteers_min: 0,
                leads_in: u32::try_from(inside).unwrap(),
                volunteers_in: 0,
            };
            let told = lead_is(&halves, &states, span(), now);
            assert_eq!(told, expected, "{least} {states:?}");
        }
    }

    #[test]
    fn new_is_who_never_came_and_who_has_nothing_verified_on_probation() {
        use Standing::{Formal, Probationary};
        for (has_come, standing, verified, expected) in [
            (false, Some(Formal), true, Some(New::First)),
            (false, Some(Probationary), false, Some(New::First)),
            (true, Some(Probationary), false, Some(New::Unproven)),
            (true, Some(Probationary), true, None),
            (true, Some(Formal), false, None),
            (true, None, false, None),
        ] {
            assert_eq!(is_new(has_come, standing, verified), expected);
        }
    }

    #[test]
    fn a_hole_is_near_for_three_hours_and_until_the_end() {
        let near = |now| is_near(span(), now);
        assert!(!near(START.plus(-3 * HOUR)));
        assert!(near(START.plus(-3 * HOUR + 1)));
        assert!(near(START.plus(HOUR)));
        assert!(!near(START.plus(2 * HOUR)));
    }

    #[test]
    fn whom_nobody_saw_go_is_in_the_house_and_after_the_end_perhaps() {
        let end = START.plus(2 * HOUR);
        assert_eq!(in_house(false, span(), START), Some(InHouse::Inside));
        assert_eq!(in_house(true, span(), START), None);
        assert_eq!(in_house(false, span(), end), Some(InHouse::Perhaps));
        assert_eq!(in_house(true, span(), end), None);
        assert_eq!(in_house(false, span(), end.plus(CHECK_OUT_GRACE)), None);
    }
}
