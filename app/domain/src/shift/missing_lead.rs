//! What a center asks of a shift that begins without its social worker (C-82): its own policy, which
//! no law prescribes, and shown as that.
//!
//! It holds nobody up at the door. A volunteer who checks in before the lead has come is there, and the
//! log says so: a scan that was refused because another one had not arrived yet would end differently
//! in another order of arrival, and a kiosk without network cannot know who is there. What waits is
//! the work: the shift is live only with both halves, and hours count from when a lead is there.

use super::Halves;
use crate::{
    check_in::DOOR_OPENS_BEFORE_MIN,
    time::{MINUTE, Span, Timestamp},
};

crate::text_enum! {
    /// Whether a shift may begin without its lead.
    pub enum MissingLead {
        /// It waits: nobody begins before the lead is there.
        Blocks = "blocks",
        /// It may begin, with a warning that hours do not count yet.
        Warns = "warns",
    }
}

/// What those are told who are there, from when the door opens to the end: nothing where enough leads
/// are there, else the center's policy.
pub fn without_lead(
    policy: MissingLead,
    halves: &Halves,
    span: Span,
    now: Timestamp,
) -> Option<MissingLead> {
    let opens = span
        .start()
        .plus(-i64::from(DOOR_OPENS_BEFORE_MIN) * MINUTE);
    let is_led = halves.leads_in >= halves.leads_min.max(1);
    (opens <= now && now < span.end() && !is_led).then_some(policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{activity::Status, shift::State, time::HOUR};
    use proptest::prelude::*;

    const START: Timestamp = Timestamp(100 * HOUR);

    fn halves(leads_in: u32, leads_min: u32) -> Halves {
        Halves {
            leads: leads_in,
            leads_min,
            volunteers: 3,
            volunteers_min: 0,
            leads_in,
            volunteers_in: 3,
        }
    }

    fn span() -> Span {
        Span::kept(START, START.plus(2 * HOUR))
    }

    #[test]
    fn the_policy_is_said_from_when_the_door_opens_to_the_end() {
        let told = |minutes: i64| {
            let now = START.plus(minutes * MINUTE);
            without_lead(MissingLead::Blocks, &halves(0, 1), span(), now)
        };
        for (minutes, expected) in [
            (-61, None),
            (-60, Some(MissingLead::Blocks)),
            (0, Some(MissingLead::Blocks)),
            (119, Some(MissingLead::Blocks)),
            (120, None),
        ] {
            assert_eq!(told(minutes), expected, "{minutes}");
        }
    }

    #[test]
    fn as_many_leads_as_it_takes_and_at_least_one() {
        for policy in MissingLead::ALL {
            let told = |there, least| without_lead(*policy, &halves(there, least), span(), START);
            assert_eq!(
                told(0, 0),
                Some(*policy),
                "with nobody to lead there is no shift"
            );
            assert_eq!(told(1, 0), None);
            assert_eq!(told(1, 1), None);
            assert_eq!(told(1, 2), Some(*policy));
        }
    }

    proptest! {
        /// C-82: whatever the policy says, what waits for its lead is not live, and what is live does not
        /// wait.
        #[test]
        fn c82_a_shift_that_lacks_its_lead_is_never_live(
            there in 0_u32..4, least in 0_u32..4, minutes in -90_i64..150, blocks: bool,
        ) {
            let policy = if blocks { MissingLead::Blocks } else { MissingLead::Warns };
            let (halves, now) = (halves(there, least), START.plus(minutes * MINUTE));
            let told = without_lead(policy, &halves, span(), now);
            let is_live = halves.state(Status::Published, span(), now) == State::Live;
            prop_assert!(!(told.is_some() && is_live));
        }
    }
}
