//! Whom the staff ask to help out in a shift, and whom they leave in peace (C-94).

use super::{Joining, ShiftFacts};
use crate::{
    Refusal,
    activity::Status,
    availability::{Availability, Slot},
    time::{Span, Timestamp},
};

/// The most people who are asked at once.
pub const MOST_ASKED: u32 = 30;

/// Somebody who could take a place, and when they were asked for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Askable<P> {
    /// Who.
    pub who: P,
    /// When they were asked last, for whatever shift.
    pub last_asked: Option<Timestamp>,
    /// Whether they were asked for this one, whatever they said.
    pub asked_for_this: bool,
}

/// Whether people can be asked for a shift, and whether it still needs any: a place is free. Of one
/// that is only for those whom the staff put there themselves nobody is asked who could then not say
/// yes.
///
/// # Errors
/// Why nobody can be asked for it at all.
pub fn needs_cover(shift: &ShiftFacts, now: Timestamp) -> Result<bool, Refusal> {
    match shift.status {
        Status::Draft => return Err(Refusal::NotFound),
        Status::Cancelled => return Err(Refusal::ShiftCancelled),
        Status::Published => {}
    }
    let since = shift.span.start();
    if now >= since {
        return Err(Refusal::AlreadyStarted { since });
    }
    match shift.joining {
        Joining::Invite => Err(Refusal::InvitationOnly),
        Joining::SignUp | Joining::Ask => Ok(shift.free() > 0),
    }
}

/// Whether what somebody has said about their time leaves room for being asked. Who has said nothing
/// of their week is asked too: they are free to say no.
pub fn may_be_asked(said: &Availability, span: Span, this_week: u32) -> bool {
    let has_said = !said.slots.is_empty();
    let has_time = match has_said {
        true => said.covers(span),
        false => {
            let any = Availability {
                slots: Slot::all().collect(),
                ..said.clone()
            };
            any.covers(span)
        }
    };
    has_time && this_week < said.most_shifts
}

/// Whom to ask: nobody twice for one shift, so that a "no" ends it, and first whoever was asked least
/// recently. Of equals the order stays.
pub fn whom_to_ask<P>(all: Vec<Askable<P>>, most: usize) -> Vec<P> {
    let mut left: Vec<Askable<P>> = all.into_iter().filter(|of| !of.asked_for_this).collect();
    left.sort_by_key(|of| of.last_asked);
    left.into_iter().take(most).map(|of| of.who).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{NOW, shift},
        *,
    };
    use crate::time::{DAY, HOUR};
    use proptest::prelude::*;

    #[test]
    fn c94_only_what_is_still_needed_is_asked_for() {
        let with = |change: fn(&mut ShiftFacts)| {
            let mut shift = shift(2, 1);
            change(&mut shift);
            needs_cover(&shift, NOW)
        };
        assert_eq!(with(|_| {}), Ok(true));
        assert_eq!(with(|shift| shift.volunteers = 2), Ok(false));
        assert_eq!(
            with(|shift| shift.status = Status::Draft),
            Err(Refusal::NotFound)
        );
        assert_eq!(
            with(|shift| shift.status = Status::Cancelled),
            Err(Refusal::ShiftCancelled)
        );
        assert_eq!(
            with(|shift| shift.joining = Joining::Invite),
            Err(Refusal::InvitationOnly)
        );
        let begun = shift(2, 1).span.start();
        assert_eq!(
            needs_cover(&shift(2, 1), begun),
            Err(Refusal::AlreadyStarted { since: begun })
        );
    }

    #[test]
    fn what_somebody_has_said_of_their_time_holds() {
        let span = shift(1, 0).span;
        let silent = Availability::default();
        assert!(may_be_asked(&silent, span, 0));
        assert!(!may_be_asked(&silent, span, silent.most_shifts));
        let away = Availability {
            away: [span.start().day()].into(),
            ..silent.clone()
        };
        assert!(!may_be_asked(&away, span, 0));
        let all: Vec<Slot> = Slot::all().collect();
        let covers = |slot: &Slot| {
            let said = Availability {
                slots: [*slot].into(),
                ..silent.clone()
            };
            may_be_asked(&said, span, 0)
        };
        let fitting = all.iter().filter(|slot| covers(slot)).count();
        assert!(fitting <= 1, "only the part in which it lies");
    }

    proptest! {
        /// Nobody who was asked for it is asked again, and nobody is asked while somebody who was asked
        /// less recently is not.
        #[test]
        fn c94_the_least_recently_asked_come_first(
            asked in prop::collection::vec((prop::option::of(0i64..50), any::<bool>()), 0..20),
            most in 0usize..8,
        ) {
            let all: Vec<Askable<usize>> = asked.iter().enumerate().map(|(who, (days, this))| Askable {
                who,
                last_asked: days.map(|days| NOW.plus(-days * DAY - HOUR)),
                asked_for_this: *this,
            }).collect();
            let chosen = whom_to_ask(all.clone(), most);
            let open = all.iter().filter(|of| !of.asked_for_this).count();
            prop_assert_eq!(chosen.len(), open.min(most));
            let last = |who: usize| all[who].last_asked;
            prop_assert!(chosen.iter().all(|who| !all[*who].asked_for_this));
            for left in all.iter().filter(|of| !of.asked_for_this && !chosen.contains(&of.who)) {
                prop_assert!(chosen.iter().all(|who| last(*who) <= left.last_asked));
            }
        }
    }
}
