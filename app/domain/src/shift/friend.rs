//! Bringing a friend: beside their own place somebody has one more kept for a while. It counts against
//! the maximum like a place that is held, for everybody but the friend.

use super::{Joining, ShiftFacts, decide::admit_status};
use crate::{
    Refusal,
    time::{MINUTE, Timestamp},
};

/// A place is kept for a friend for so long.
pub const KEPT_FOR: i64 = 30 * MINUTE;

/// The most invitations of an account that are open at a time.
pub const MOST_INVITATIONS: u32 = 3;

crate::text_enum! {
    /// How an invitation ended.
    pub enum Ended {
        /// The friend has the place.
        Taken = "taken",
        /// The friend said no.
        Declined = "declined",
        /// The inviter thought better of it, or gave their own place back.
        TakenBack = "taken_back",
        /// Its time was over.
        Expired = "expired",
    }
}

/// Somebody who would bring a friend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inviter {
    /// Whether they hold a place themselves.
    pub holds_place: bool,
    /// Whether the number is their own.
    pub own_number: bool,
    /// Until when a place is kept for a friend of theirs in this shift.
    pub keeps_until: Option<Timestamp>,
    /// How many invitations of their account are open, in whatever shift.
    pub open: u32,
}

/// Until when a place is kept for a friend.
///
/// # Errors
/// The closest rule that is not met. Nothing of it depends on whose the number is, so that the answer
/// does not tell (C-18 for whoever waits).
pub fn invite(shift: &ShiftFacts, who: &Inviter, now: Timestamp) -> Result<Timestamp, Refusal> {
    admit_status(shift)?;
    let since = shift.span.start();
    if now >= since {
        return Err(Refusal::AlreadyStarted { since });
    }
    if shift.joining != Joining::SignUp {
        return Err(Refusal::NotFreelyJoined);
    }
    if !who.holds_place {
        return Err(Refusal::NotFound);
    }
    if who.own_number {
        return Err(Refusal::OwnNumber);
    }
    if let Some(until) = who.keeps_until {
        return Err(Refusal::AlreadyInviting { until });
    }
    if who.open >= MOST_INVITATIONS {
        return Err(Refusal::TooManyInvitations {
            most: MOST_INVITATIONS,
        });
    }
    if shift.waiting > 0 {
        return Err(Refusal::LineFirst {
            waiting: shift.waiting,
        });
    }
    if shift.free() == 0 {
        return Err(Refusal::Full);
    }
    Ok(now.plus(KEPT_FOR).min(since))
}

#[cfg(test)]
mod tests {
    use super::super::{testing::*, *};
    use super::*;
    use crate::time::HOUR;
    use proptest::prelude::*;

    const WILLING: Inviter = Inviter {
        holds_place: true,
        own_number: false,
        keeps_until: None,
        open: 0,
    };

    fn code(shift: &ShiftFacts, who: &Inviter, now: Timestamp) -> &'static str {
        invite(shift, who, now).unwrap_err().code()
    }

    #[test]
    fn a_place_is_kept_for_half_an_hour_and_never_beyond_the_beginning() {
        let shift = shift(3, 1);
        assert_eq!(invite(&shift, &WILLING, NOW), Ok(NOW.plus(30 * MINUTE)));
        let start = shift.span.start();
        let soon = start.plus(-5 * MINUTE);
        assert_eq!(invite(&shift, &WILLING, soon), Ok(start));
        assert_eq!(code(&shift, &WILLING, start), "already_started");
    }

    #[test]
    fn what_keeps_somebody_from_bringing_a_friend() {
        let free = shift(3, 1);
        let with = |change: fn(&mut Inviter)| {
            let mut who = WILLING;
            change(&mut who);
            code(&free, &who, NOW)
        };
        assert_eq!(with(|who| who.holds_place = false), "not_found");
        assert_eq!(with(|who| who.own_number = true), "own_number");
        assert_eq!(
            with(|who| who.keeps_until = Some(NOW.plus(HOUR))),
            "already_inviting"
        );
        assert_eq!(with(|who| who.open = 3), "too_many_invitations");
        let of = |change: fn(&mut ShiftFacts)| {
            let mut shift = free.clone();
            change(&mut shift);
            code(&shift, &WILLING, NOW)
        };
        assert_eq!(
            of(|shift| shift.joining = Joining::Ask),
            "not_freely_joined"
        );
        assert_eq!(
            of(|shift| shift.joining = Joining::Invite),
            "not_freely_joined"
        );
        // Whoever waits comes first, also before a place that is free (C-18).
        assert_eq!(of(|shift| shift.waiting = 1), "line_first");
        assert_eq!(of(|shift| shift.volunteers = 3), "full");
        assert_eq!(of(|shift| shift.kept = 2), "full");
        assert_eq!(
            of(|shift| shift.status = Status::Cancelled),
            "occurrence_cancelled"
        );
        assert_eq!(of(|shift| shift.status = Status::Draft), "not_found");
    }

    #[test]
    fn a_kept_place_is_nobodys_but_the_friends() {
        let kept = ShiftFacts {
            kept: 1,
            ..shift(3, 2)
        };
        let (friend, other) = (volunteer(1), volunteer(2));
        assert_eq!(decide(&kept, &other, ask(), NOW), Ok(Placement::Wait));
        let by_staff = Ask {
            by_staff: true,
            overrides: true,
            may_wait: false,
            ..ask()
        };
        assert_eq!(
            decide(&kept, &other, by_staff, NOW),
            Err(vec![Refusal::Full])
        );
        let theirs = kept.for_invited(1);
        assert_eq!(
            decide(&theirs, &friend, ask(), NOW),
            Ok(Placement::Confirm(None))
        );
        // Every other rule is the friend's too.
        let stranger = Volunteering {
            standing: None,
            ..friend
        };
        let refused = decide(&theirs, &stranger, ask(), NOW).unwrap_err();
        assert_eq!(refused, vec![Refusal::NotAVolunteer { standing: None }]);
    }

    /// What people do to a shift, in whatever order.
    #[derive(Clone, Copy, Debug)]
    enum Act {
        SignUp,
        Invite,
        Take,
        GiveBack,
        End,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            Just(Act::SignUp),
            Just(Act::Invite),
            Just(Act::Take),
            Just(Act::GiveBack),
            Just(Act::End),
        ];
        prop::collection::vec(act, 1..40)
    }

    fn line(shift: &ShiftFacts) -> Vec<Waiting> {
        let waiting = (0..u128::from(shift.waiting)).map(|n| Waiting {
            assignment: id(500 + n),
            who: volunteer(50 + n),
            position: None,
        });
        waiting.collect()
    }

    proptest! {
        /// Whoever signs up, invites, takes, gives back and lets time pass, in whatever order: what is
        /// held and what is kept together never exceed the maximum, a friend's place is there until its
        /// invitation ends, it is never both kept and taken, and nobody waits before a free place.
        #[test]
        fn what_is_kept_never_exceeds_the_maximum(most in 1u32..6, acts in acts()) {
            let mut shift = shift(most, 0);
            for act in acts {
                let before = shift.clone();
                match act {
                    Act::SignUp => match decide(&shift, &volunteer(1), ask(), NOW) {
                        Ok(Placement::Confirm(_)) => shift.volunteers += 1,
                        Ok(Placement::Wait) => shift.waiting += 1,
                        _ => prop_assert_eq!(shift.waiting, shift.needs.waitlist_capacity),
                    },
                    Act::Invite => {
                        let who = Inviter { holds_place: shift.volunteers > 0, ..WILLING };
                        if invite(&shift, &who, NOW).is_ok() {
                            prop_assert!(shift.free() > 0 && shift.waiting == 0);
                            shift.kept += 1;
                        }
                    }
                    Act::Take if shift.kept > 0 => {
                        let theirs = shift.clone().for_invited(1);
                        let taken = decide(&theirs, &volunteer(2), ask(), NOW);
                        prop_assert_eq!(taken, Ok(Placement::Confirm(None)));
                        shift.kept -= 1;
                        shift.volunteers += 1;
                        prop_assert_eq!(shift.free(), before.free());
                    }
                    Act::GiveBack => shift.volunteers = shift.volunteers.saturating_sub(1),
                    Act::End => shift.kept = shift.kept.saturating_sub(1),
                    Act::Take => {}
                }
                let promoted = promote(&shift, &line(&shift), NOW).len();
                let promoted = u32::try_from(promoted).unwrap();
                shift.volunteers += promoted;
                shift.waiting -= promoted;
                prop_assert!(shift.volunteers + shift.kept <= most);
                prop_assert!(shift.waiting == 0 || shift.free() == 0);
            }
        }
    }
}
