//! A week as the search sees it: what the fixed lines leave open, by number.

use super::{Line, Positions, Role, Week};
use crate::time::Span;

/// What a shift still wants in one role.
#[derive(Clone, Debug, Default)]
pub(super) struct Need {
    /// People who are missing for the minimum.
    pub(super) min: u32,
    /// People who have room.
    pub(super) room: u32,
    /// Who could take it, in the order of the week.
    pub(super) able: Vec<usize>,
    /// The same, a bit a person.
    pub(super) able_bits: Vec<u64>,
    /// Its positions, where not everybody can be anywhere in it.
    pub(super) positions: Option<Positions>,
}

impl Need {
    /// How many of those who could take it could be in it together.
    pub(super) fn most_able(&self) -> usize {
        match &self.positions {
            None => self.able.len(),
            Some(positions) => positions.most(&self.able),
        }
    }
}

/// What somebody can still do.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    /// Shifts that they may still take.
    pub(super) most: u32,
    /// Shifts served before, and fixed ones of this week.
    pub(super) load: u32,
    /// Needs that they could fill, in order.
    pub(super) offers: Vec<usize>,
    /// Those of them that they would like, in order.
    pub(super) liked: Vec<usize>,
}

/// The open part of a week. A need is a shift in a role: see [`need_of`].
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) needs: Vec<Need>,
    pub(super) hands: Vec<Hand>,
    /// Whether a shift has enough people who could take it, looked at alone.
    pub(super) possible: Vec<bool>,
    /// Lines that were fixed.
    pub(super) kept: Vec<Line>,
    /// When each shift is.
    pub(super) spans: Vec<Span>,
    overlaps: Vec<bool>,
}

/// The need of a shift in a role.
pub(super) const fn need_of(shift: usize, role: Role) -> usize {
    2 * shift + role as usize
}

/// The shift of a need.
pub(super) const fn shift_of(need: usize) -> usize {
    need / 2
}

/// The role of a need.
pub(super) const fn role_of(need: usize) -> Role {
    if need.is_multiple_of(2) {
        Role::Lead
    } else {
        Role::Volunteer
    }
}

/// Both needs of a shift.
pub(super) const fn needs_of(shift: usize) -> [usize; 2] {
    [2 * shift, 2 * shift + 1]
}

impl Model {
    pub(super) fn of(week: &Week) -> Self {
        let shifts = week.shifts.len();
        let overlaps = (0..shifts * shifts)
            .map(|pair| week.overlap(pair / shifts, pair % shifts))
            .collect();
        let mut model = Self {
            needs: open_needs(week),
            hands: Vec::new(),
            possible: vec![true; shifts],
            kept: week.kept(),
            spans: week.shifts.iter().map(|shift| shift.span).collect(),
            overlaps,
        };
        model.hands = open_hands(week, &model);
        for (person, hand) in model.hands.iter().enumerate() {
            for &need in &hand.offers {
                model.needs[need].able.push(person);
                model.needs[need].able_bits[person / 64] |= 1 << (person % 64);
            }
        }
        for (shift, possible) in model.possible.iter_mut().enumerate() {
            *possible = needs_of(shift).iter().all(|&need| {
                let of = &model.needs[need];
                of.min as usize <= of.most_able() && of.min <= of.room
            });
        }
        model
    }

    pub(super) const fn shifts(&self) -> usize {
        self.possible.len()
    }

    /// Whether nobody can fill both needs.
    pub(super) fn clash(&self, one: usize, other: usize) -> bool {
        self.overlaps[shift_of(one) * self.shifts() + shift_of(other)]
    }

    /// Whether somebody would like to fill a need.
    pub(super) fn likes(&self, person: usize, need: usize) -> bool {
        self.hands[person].liked.binary_search(&need).is_ok()
    }

    /// Whether somebody of this week offered anything that counts for fairness.
    pub(super) fn offered(&self, person: usize) -> bool {
        !self.hands[person].offers.is_empty() || self.kept.iter().any(|line| line.person == person)
    }
}

fn open_needs(week: &Week) -> Vec<Need> {
    let mut needs: Vec<Need> = (0..2 * week.shifts.len())
        .map(|need| {
            let shift = &week.shifts[shift_of(need)];
            Need {
                min: shift.min(role_of(need)),
                room: shift.room(role_of(need)),
                able: Vec::new(),
                able_bits: vec![0; week.people.len().div_ceil(64)],
                positions: match role_of(need) {
                    Role::Lead => None,
                    Role::Volunteer => week.positions.get(&shift_of(need)).cloned(),
                },
            }
        })
        .collect();
    for line in week.kept() {
        let need = &mut needs[need_of(line.shift, line.role)];
        need.min = need.min.saturating_sub(1);
        need.room = need.room.saturating_sub(1);
    }
    needs
}

fn open_hands(week: &Week, model: &Model) -> Vec<Hand> {
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); week.people.len()];
    for line in &model.kept {
        held[line.person].push(need_of(line.shift, line.role));
    }
    let open = |(person, held): (&super::Person, &Vec<usize>)| {
        let fixed = u32::try_from(held.len()).unwrap_or(u32::MAX);
        let most = person.most_shifts.saturating_sub(fixed);
        let known = person.offers.iter().filter(|offer| {
            most > 0
                && offer.shift < week.shifts.len()
                && model.needs[need_of(offer.shift, offer.role)].room > 0
        });
        let mut offers: Vec<usize> = known
            .map(|offer| need_of(offer.shift, offer.role))
            .filter(|&need| held.iter().all(|&other| !model.clash(need, other)))
            .collect();
        offers.sort_unstable();
        offers.dedup();
        let liked = person.offers.iter().filter(|offer| offer.liked);
        let mut liked: Vec<usize> = liked.map(|o| need_of(o.shift, o.role)).collect();
        liked.sort_unstable();
        Hand {
            most,
            load: person.served_before.saturating_add(fixed),
            offers,
            liked,
        }
    };
    week.people.iter().zip(&held).map(open).collect()
}
