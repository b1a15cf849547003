//! Positions of a shift that ask for different skills: who of its volunteers can be where, all together.

use super::{Line, Role, Week};
use std::collections::BTreeMap;

/// The seats that a shift has left in its positions, beside the fixed lines, and who can take which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// Each free seat by its position, those first that should be filled first.
    pub seats: Vec<usize>,
    /// The positions that somebody can take, a bit each; who is not in it can take any.
    pub able: BTreeMap<usize, u64>,
}

impl Positions {
    fn can_take(&self, person: usize, seat: usize) -> bool {
        let able = self.able.get(&person).copied().unwrap_or(u64::MAX);
        let position = u32::try_from(self.seats[seat]).unwrap_or(u32::MAX);
        able.checked_shr(position).is_some_and(|able| able & 1 == 1)
    }

    /// The seat of each of these people, as many as can be seated at once: a largest matching.
    fn seated(&self, people: &[usize]) -> Vec<Option<usize>> {
        let mut taken: Vec<Option<usize>> = vec![None; self.seats.len()];
        for nth in 0..people.len() {
            let mut asked = vec![false; self.seats.len()];
            self.seat(people, nth, &mut taken, &mut asked);
        }
        let mut seated = vec![None; people.len()];
        for (seat, who) in taken.iter().enumerate() {
            if let Some(nth) = who {
                seated[*nth] = Some(seat);
            }
        }
        seated
    }

    /// Finds a seat for one more; whoever sits there moves on if they can.
    fn seat(
        &self,
        people: &[usize],
        nth: usize,
        taken: &mut [Option<usize>],
        asked: &mut [bool],
    ) -> bool {
        for seat in 0..self.seats.len() {
            if asked[seat] || !self.can_take(people[nth], seat) {
                continue;
            }
            asked[seat] = true;
            let is_free = match taken[seat] {
                None => true,
                Some(other) => self.seat(people, other, taken, asked),
            };
            if is_free {
                taken[seat] = Some(nth);
                return true;
            }
        }
        false
    }

    /// How many of these people can be seated at once.
    pub(super) fn most(&self, people: &[usize]) -> usize {
        self.seated(people).iter().flatten().count()
    }

    /// Whether all of these people can be seated at once.
    pub(super) fn seat_all(&self, people: &[usize]) -> bool {
        people.len() <= self.seats.len() && self.most(people) == people.len()
    }
}

/// The position of each line in its shift, by its place there; none for leads, for fixed lines and where
/// a shift has no positions that tell.
pub fn positions(week: &Week, lines: &[Line]) -> Vec<Option<usize>> {
    let kept = week.kept();
    let is_new = |line: &Line| line.role == Role::Volunteer && !kept.contains(line);
    let mut found = vec![None; lines.len()];
    for (shift, positions) in &week.positions {
        let of_shift = |line: &Line| line.shift == *shift && is_new(line);
        let new: Vec<usize> = (0..lines.len())
            .filter(|&nth| of_shift(&lines[nth]))
            .collect();
        let people: Vec<usize> = new.iter().map(|&nth| lines[nth].person).collect();
        for (&nth, seat) in new.iter().zip(positions.seated(&people)) {
            found[nth] = seat.and_then(|seat| positions.seats.get(seat).copied());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Places, first_come, holes, improve, propose, testing::*},
        *,
    };
    use proptest::prelude::*;

    /// One shift, two seats in two positions; the second asks for something that only some can.
    fn two_seats(able: &[u64]) -> Week {
        let people = able.iter().map(|_| person(Role::Volunteer, 1, 0, &[0]));
        let positions = Positions {
            seats: vec![0, 1],
            able: able.iter().copied().enumerate().collect(),
        };
        Week {
            shifts: vec![shift(9, 12, 0, (2, 2))],
            people: people.collect(),
            positions: [(0, positions)].into(),
            ..Week::default()
        }
    }

    fn who(lines: &[Line]) -> Vec<usize> {
        lines.iter().map(|line| line.person).collect()
    }

    #[test]
    fn nobody_is_put_into_a_position_that_they_cannot_take() {
        // Two who can take the first alone, and one who can take both.
        let week = two_seats(&[0b01, 0b01, 0b11]);
        let found = propose(&week, Places::Fairest);
        assert_eq!(found.count(), 1);
        let both = who(&found.lines);
        assert!(both.len() == 2 && both.contains(&2), "{both:?}");
        let told = positions(&week, &found.lines);
        for (line, position) in found.lines.iter().zip(told) {
            assert_eq!(position, Some(usize::from(line.person == 2)));
        }
        // Who can take both does not sit where the other one has to.
        let week = two_seats(&[0b11, 0b01]);
        let found = propose(&week, Places::Fairest);
        assert_eq!(positions(&week, &found.lines), [Some(1), Some(0)]);
    }

    #[test]
    fn a_shift_whose_positions_cannot_be_filled_is_not_ready_and_says_so() {
        let week = two_seats(&[0b01, 0b01, 0b01]);
        let found = propose(&week, Places::Fairest);
        assert_eq!((found.count(), found.lines.len()), (0, 0));
        let improved = improve(&week, found, Places::Fairest, &mut || true);
        assert!(improved.is_proven() && improved.proposal.lines.is_empty());
        let cause = holes(&week, &[]).remove(0).cause;
        let few = super::super::Cause::TooFewCan { needed: 2, able: 1 };
        assert_eq!(cause, few);
        assert_eq!(first_come(&week).len(), 1, "the second finds no place");
    }

    /// A tiny week in which some shifts have positions, with seats for less or more than there is room.
    fn weeks() -> impl Strategy<Value = Week> {
        let of_shift = (
            prop::collection::vec(0_usize..3, 0..5),
            prop::collection::vec(0_u64..8, 8),
        );
        let all = prop::collection::vec(prop::option::of(of_shift), 6);
        (tiny_weeks(), all).prop_map(|(mut week, all)| {
            for (shift, of) in all.into_iter().take(week.shifts.len()).enumerate() {
                if let Some((seats, able)) = of {
                    let able = able.into_iter().enumerate().collect();
                    week.positions.insert(shift, Positions { seats, able });
                }
            }
            week
        })
    }

    /// Whether the new lines of every shift can be seated at once, tried in every way.
    fn fits(week: &Week, lines: &[Line]) -> bool {
        fn seat(of: &Positions, people: &[usize], free: &mut Vec<usize>) -> bool {
            let Some((&first, rest)) = people.split_first() else {
                return true;
            };
            (0..free.len()).any(|nth| {
                let position = free.remove(nth);
                let able = of.able.get(&first).copied().unwrap_or(u64::MAX);
                let fits = able >> position & 1 == 1 && seat(of, rest, free);
                free.insert(nth, position);
                fits
            })
        }
        let kept = week.kept();
        week.positions.iter().all(|(shift, of)| {
            let new = |line: &&Line| {
                line.shift == *shift && line.role == Role::Volunteer && !kept.contains(line)
            };
            let people: Vec<usize> = lines.iter().filter(new).map(|line| line.person).collect();
            seat(of, &people, &mut of.seats.clone())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(250))]

        #[test]
        fn every_roster_can_be_seated(week in weeks(), extra in 0_usize..20) {
            for places in [Places::Least, Places::Fairest, Places::UpTo(extra)] {
                let found = propose(&week, places);
                prop_assert_eq!(broken_rules(&week, &found.lines), Vec::<String>::new());
                prop_assert!(fits(&week, &found.lines), "{:?}", found.lines);
                prop_assert_eq!(&found.ready, &week.ready(&found.lines));
                let improved = improve(&week, found, places, &mut || true);
                let better = &improved.proposal;
                prop_assert_eq!(broken_rules(&week, &better.lines), Vec::<String>::new());
                prop_assert!(fits(&week, &better.lines), "{:?}", better.lines);
                prop_assert!(better.count() <= improved.at_most);
                let told = positions(&week, &better.lines);
                let kept = week.kept();
                for (line, position) in better.lines.iter().zip(told) {
                    let of = week.positions.get(&line.shift);
                    let asks = line.role == Role::Volunteer && !kept.contains(line);
                    prop_assert_eq!(position.is_some(), of.is_some() && asks);
                }
            }
            let first = first_come(&week);
            prop_assert!(fits(&week, &first), "{:?}", first);
        }

        #[test]
        fn as_many_are_seated_as_any_way_can(
            seats in prop::collection::vec(0_usize..3, 0..5),
            able in prop::collection::vec(0_u64..8, 0..5),
        ) {
            let people: Vec<usize> = (0..able.len()).collect();
            let of = Positions { seats, able: able.into_iter().enumerate().collect() };
            let sets = (0..1_u32 << people.len()).filter_map(|set| {
                let chosen: Vec<usize> = people.iter().copied().filter(|p| set >> p & 1 == 1).collect();
                let week = Week { positions: [(0, of.clone())].into(), ..Week::default() };
                let lines: Vec<Line> = chosen.iter().map(|&p| line(0, p, Role::Volunteer)).collect();
                fits(&week, &lines).then_some(chosen.len())
            });
            prop_assert_eq!(of.most(&people), sets.max().unwrap_or(0));
        }
    }
}
