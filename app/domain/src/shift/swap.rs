//! Swaps: volunteers who change places among themselves, two or three in a circle, or one who takes
//! over from another. Everybody who comes meets the rules of every place; nobody is in line for a
//! place that is never free (C-85, `beyond.md` 16).

use super::{
    ShiftFacts,
    decide::{Ask, Placement, Volunteering, decide},
};
use crate::{
    Refusal,
    id::{AssignmentId, PersonId, ShiftId},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// The most shifts that somebody names who would like to swap.
pub const MOST_WISHES: usize = 20;
/// The most people in a circle.
pub const LONGEST_CIRCLE: usize = 3;

/// Somebody's place that changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// In which shift.
    pub shift: ShiftId,
    /// In which position of it.
    pub position: Option<String>,
}

/// Somebody who comes into a shift for one who leaves it. What they leave themselves is not in their
/// way, and nobody who leaves counts as their guardian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Into which.
    pub shift: ShiftId,
    /// Who.
    pub who: Volunteering,
}

/// Somebody who may not come, with every rule that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub unmet: Vec<Refusal>,
}

/// Decides on somebody who takes a place over from another who gives it up: the position. While people
/// wait for a place in the shift it goes to the first of them instead (rule 3).
///
/// # Errors
/// Every rule that is not met.
pub fn decide_take_over(
    shift: &ShiftFacts,
    leaving: Leaving,
    coming: Coming,
    now: Timestamp,
) -> Result<Option<usize>, Vec<Refusal>> {
    let placed = decide_swap(std::slice::from_ref(shift), &[leaving], &[coming], now);
    match placed {
        Ok(_) if shift.waiting > 0 => Err(vec![Refusal::LineFirst {
            waiting: shift.waiting,
        }]),
        Ok(positions) => Ok(positions.into_iter().next().flatten()),
        Err(kept) => Err(kept.unmet),
    }
}

/// Decides on places that change hands in a circle, all together or none: the position of everybody who
/// comes, in their order. As many come into each shift as leave it, so nobody who waits for a place is
/// passed over.
///
/// # Errors
/// The first who may not come, with every rule that is not met.
pub fn decide_swap(
    shifts: &[ShiftFacts],
    leaving: &[Leaving],
    coming: &[Coming],
    now: Timestamp,
) -> Result<Vec<Option<usize>>, Kept> {
    let mut shifts: Vec<ShiftFacts> = shifts.to_vec();
    for left in leaving {
        if let Some(shift) = shifts.iter_mut().find(|shift| shift.id == left.shift) {
            leave(shift, left.position.as_deref());
        }
    }
    let come = |coming: &Coming| {
        let kept = |unmet| Kept {
            person: coming.who.person.clone(),
            unmet,
        };
        let shift = shifts.iter_mut().find(|shift| shift.id == coming.shift);
        let shift = shift.ok_or_else(|| kept(vec![Refusal::NotFound]))?;
        let mut left = leaving.iter().filter(|left| left.shift == coming.shift);
        let vacated = left.find_map(|left| left.position.as_deref());
        let position = enter(shift, &coming.who, vacated, now).map_err(kept)?;
        shift.volunteers += 1;
        if let Some(taken) = position.and_then(|nth| shift.taken.get_mut(nth)) {
            *taken += 1;
        }
        Ok(position)
    };
    coming.iter().map(come).collect()
}

fn leave(shift: &mut ShiftFacts, position: Option<&str>) {
    shift.volunteers = shift.volunteers.saturating_sub(1);
    let nth = position.and_then(|name| shift.needs.position(name));
    if let Some(taken) = nth.and_then(|nth| shift.taken.get_mut(nth)) {
        *taken = taken.saturating_sub(1);
    }
}

/// A place in the position that was vacated, or in another one that takes them.
fn enter(
    shift: &ShiftFacts,
    who: &Volunteering,
    vacated: Option<&str>,
    now: Timestamp,
) -> Result<Option<usize>, Vec<Refusal>> {
    let ask = |position| Ask {
        position,
        may_wait: false,
        by_staff: false,
        overrides: false,
    };
    let placed = decide(shift, who, ask(vacated), now);
    let placed = match (placed, vacated) {
        (Err(_), Some(_)) => decide(shift, who, ask(None), now),
        (placed, _) => placed,
    };
    match placed? {
        Placement::Confirm(nth) => Ok(nth),
        // Where a lead answers first, nobody comes by another way.
        Placement::Request | Placement::Wait => Err(vec![Refusal::LeadAnswers]),
    }
}

/// A place that somebody would give for one in any of these shifts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Their place.
    pub assignment: AssignmentId,
    /// Whose.
    pub person: PersonId,
    /// In which shift it is.
    pub shift: ShiftId,
    /// The shifts in which they would take a place for it.
    pub wishes: BTreeSet<ShiftId>,
}

/// The circles that begin with this place and in which everybody else has named the shift that they
/// come into: `[mine, b]` means that I come into b's shift and b into mine; `[mine, b, c]` that I come
/// into b's, b into c's and c into mine. Whoever begins agrees by choosing one. Those with what they
/// named first, the short ones before the long ones; otherwise in the order of `others`.
pub fn circles(mine: &Offered, others: &[Offered]) -> Vec<Vec<AssignmentId>> {
    let apart = |a: &Offered, b: &Offered| a.person != b.person && a.shift != b.shift;
    let closing = |of: &&Offered| apart(of, mine) && of.wishes.contains(&mine.shift);
    let mut found = Vec::new();
    for last in others.iter().filter(closing) {
        found.push(vec![last]);
        let between =
            |of: &&Offered| apart(of, mine) && apart(of, last) && of.wishes.contains(&last.shift);
        found.extend(others.iter().filter(between).map(|of| vec![of, last]));
    }
    let is_wished = |circle: &Vec<&Offered>| {
        let first = circle.first();
        first.is_some_and(|first| mine.wishes.contains(&first.shift))
    };
    found.sort_by_key(|circle| (!is_wished(circle), circle.len()));
    let with_mine = |circle: Vec<&Offered>| {
        let others = circle.into_iter().map(|of| of.assignment.clone());
        std::iter::once(mine.assignment.clone())
            .chain(others)
            .collect()
    };
    found.into_iter().map(with_mine).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{NOW, id, position, shift, volunteer},
        *,
    };
    use crate::{shift::Joining, time::HOUR};
    use proptest::prelude::*;

    fn at(n: u128, most: u32, taken: u32) -> ShiftFacts {
        let hours = i64::try_from(n).unwrap() * 4 * HOUR;
        let mut shift = shift(most, taken);
        shift.span =
            crate::time::Span::kept(shift.span.start().plus(hours), shift.span.end().plus(hours));
        ShiftFacts { id: id(n), ..shift }
    }

    fn left(n: u128) -> Leaving {
        Leaving {
            shift: id(n),
            position: None,
        }
    }

    fn comes(n: u128, who: u128) -> Coming {
        Coming {
            shift: id(n),
            who: volunteer(who),
        }
    }

    fn offered(n: u128, shift: u128, wishes: &[u128]) -> Offered {
        Offered {
            assignment: id(1000 + n),
            person: id(100 + n),
            shift: id(shift),
            wishes: wishes.iter().map(|n| id(*n)).collect(),
        }
    }

    fn circle(of: &[u128]) -> Vec<AssignmentId> {
        of.iter().map(|n| id(1000 + n)).collect()
    }

    #[test]
    fn c85_full_shifts_change_places() {
        let shifts = [at(1, 2, 2), at(2, 1, 1)];
        let swap = decide_swap(
            &shifts,
            &[left(1), left(2)],
            &[comes(2, 1), comes(1, 2)],
            NOW,
        );
        assert_eq!(swap, Ok(vec![None, None]));
        // One who only comes finds no room.
        let kept = decide_swap(&shifts, &[left(1)], &[comes(2, 1)], NOW).unwrap_err();
        assert_eq!(kept.unmet, [Refusal::Full]);
        assert_eq!(kept.person, id(101));
    }

    #[test]
    fn a_place_is_not_handed_over_past_the_line() {
        let take_over = |shift: &ShiftFacts| decide_take_over(shift, left(1), comes(1, 1), NOW);
        let mut shift = at(1, 1, 1);
        assert_eq!(take_over(&shift), Ok(None));
        shift.waiting = 1;
        assert_eq!(
            take_over(&shift),
            Err(vec![Refusal::LineFirst { waiting: 1 }])
        );
    }

    #[test]
    fn whoever_comes_meets_every_rule() {
        let mut skilled = at(1, 1, 1);
        skilled.needs.skills.insert("急救".to_owned());
        let swap = |shift: ShiftFacts, now| {
            decide_swap(&[shift], &[left(1)], &[comes(1, 1)], now).unwrap_err()
        };
        let kept = swap(skilled, NOW);
        assert!(matches!(kept.unmet[..], [Refusal::MissingSkill { .. }]));
        let asked = ShiftFacts {
            joining: Joining::Ask,
            ..at(1, 1, 1)
        };
        assert_eq!(swap(asked, NOW).unmet, [Refusal::LeadAnswers]);
        let invited = ShiftFacts {
            joining: Joining::Invite,
            ..at(1, 1, 1)
        };
        assert_eq!(swap(invited, NOW).unmet, [Refusal::InvitationOnly]);
        let begun = at(1, 1, 1);
        let since = begun.span.start();
        assert_eq!(
            swap(begun, since).unmet,
            [Refusal::AlreadyStarted { since }]
        );
    }

    #[test]
    fn somebody_takes_the_position_that_was_left_or_another_that_takes_them() {
        let mut shift = at(1, 3, 3);
        shift.needs.positions = vec![
            position("前台", 1, 2, None),
            position("急救", 0, 1, Some("急救")),
        ];
        shift.taken = vec![2, 1];
        let left = |name: &str| Leaving {
            shift: id(1),
            position: Some(name.to_owned()),
        };
        let swap = |leaving: &str, who: Volunteering| {
            let coming = Coming { shift: id(1), who };
            decide_swap(&[shift.clone()], &[left(leaving)], &[coming], NOW)
        };
        assert_eq!(swap("前台", volunteer(1)), Ok(vec![Some(0)]));
        let mut nurse = volunteer(1);
        nurse.skills.insert("急救".to_owned());
        assert_eq!(swap("急救", nurse), Ok(vec![Some(1)]));
        assert!(
            swap("急救", volunteer(1)).is_err(),
            "only that place is free"
        );
    }

    #[test]
    fn c85_circles_of_two_and_three_are_found() {
        let mine = offered(1, 1, &[2]);
        let others = [
            offered(2, 2, &[3]),
            offered(3, 3, &[1]),
            offered(4, 2, &[1]),
            offered(5, 1, &[1]),
            // The same person does not stand in a circle twice.
            Offered {
                person: id(101),
                ..offered(6, 6, &[1])
            },
        ];
        assert_eq!(
            circles(&mine, &others),
            [circle(&[1, 4]), circle(&[1, 2, 3]), circle(&[1, 3])],
        );
    }

    fn people() -> impl Strategy<Value = Vec<(u128, Vec<u128>)>> {
        prop::collection::vec((1u128..5, prop::collection::vec(1u128..5, 0..4)), 1..8)
    }

    proptest! {
        /// C-85 over random graphs of wishes: whichever circle is taken, every shift has as many
        /// volunteers as before, and everybody but who began comes into a shift that they named.
        #[test]
        fn c85_a_circle_keeps_every_head_count(offers in people()) {
            let all: Vec<Offered> = (1..).zip(&offers)
                .map(|(n, (shift, wishes))| offered(n, *shift, wishes))
                .collect();
            let (mine, others) = all.split_first().unwrap();
            for circle in circles(mine, others) {
                let of: Vec<&Offered> = circle.iter()
                    .map(|id| all.iter().find(|of| of.assignment == *id).unwrap())
                    .collect();
                prop_assert!(of.len() <= LONGEST_CIRCLE);
                let turned: Vec<&Offered> = of[1..].iter().chain(&of[..1]).copied().collect();
                for (one, next) in of.iter().zip(&turned).skip(1) {
                    prop_assert!(one.wishes.contains(&next.shift));
                }
                let shifts: Vec<ShiftFacts> = (1..5).map(|n| at(n, 2, 2)).collect();
                let leaving: Vec<Leaving> = of.iter()
                    .map(|of| Leaving { shift: of.shift.clone(), position: None })
                    .collect();
                let coming: Vec<Coming> = of.iter().zip(&turned)
                    .map(|(one, next)| Coming {
                        shift: next.shift.clone(),
                        who: Volunteering { person: one.person.clone(), ..volunteer(1) },
                    })
                    .collect();
                prop_assert!(decide_swap(&shifts, &leaving, &coming, NOW).is_ok());
                let mut left: Vec<_> = leaving.iter().map(|of| &of.shift).collect();
                let mut came: Vec<_> = coming.iter().map(|of| &of.shift).collect();
                left.sort();
                came.sort();
                prop_assert_eq!(left, came);
            }
        }

        /// Every circle of two and of three is found, and no other.
        #[test]
        fn c85_every_circle_is_found(offers in people()) {
            let all: Vec<Offered> = (1..).zip(&offers)
                .map(|(n, (shift, wishes))| offered(n, *shift, wishes))
                .collect();
            let (mine, others) = all.split_first().unwrap();
            let mut expected = BTreeSet::new();
            for b in others {
                if b.shift != mine.shift && b.wishes.contains(&mine.shift) {
                    expected.insert(vec![mine.assignment.clone(), b.assignment.clone()]);
                }
                for c in others {
                    let shifts = BTreeSet::from([&mine.shift, &b.shift, &c.shift]);
                    if shifts.len() == 3
                        && b.wishes.contains(&c.shift)
                        && c.wishes.contains(&mine.shift)
                    {
                        let ids = [mine, b, c].map(|of| of.assignment.clone());
                        expected.insert(ids.to_vec());
                    }
                }
            }
            let found: BTreeSet<_> = circles(mine, others).into_iter().collect();
            prop_assert_eq!(found, expected);
        }
    }
}
