//! Why a shift is not ready: a smallest set of shifts that its people cannot hold all together.

use super::{
    Line, Role, Week,
    chain::Chains,
    model::{Model, need_of, role_of, shift_of},
    plan::Plan,
};

/// What a shift that is not ready misses in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The shift.
    pub shift: usize,
    /// As what people are missing.
    pub role: Role,
    /// People who are missing for the minimum, in the roster as it is.
    pub missing: u32,
    /// Why.
    pub cause: Cause,
}

/// Why people are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There are people for it, if others move as well: the roster can be improved.
    Open,
    /// The shift has room for fewer than it needs.
    NoRoom,
    /// Too few can take it, whatever else is planned.
    TooFewCan {
        /// People whom the shift needs besides the fixed ones.
        needed: u32,
        /// People who can take it, as far as its positions have room for them together.
        able: u32,
    },
    /// These shifts cannot all be ready, whoever goes where. Without any one of them they could, as
    /// far as this count goes.
    Bottleneck {
        /// The shifts, this one among them, in the order of the week.
        shifts: Vec<usize>,
        /// People whom they need together besides the fixed ones, in this role.
        needed: u32,
        /// How many of those places can be filled at best, if each person takes as many of these
        /// shifts as they can.
        at_best: u32,
        /// People who can take any of them.
        people: usize,
    },
    /// No set of shifts small enough to be told explains it. Of those who can take it, nobody can
    /// be replaced where they are, as far as the search went.
    Spent {
        /// People who could take it as things are; they are too few.
        free: usize,
        /// People who are in a ready shift at that time.
        busy: usize,
        /// People who have all the shifts that they take.
        at_limit: usize,
    },
}

/// Shifts in a bottleneck that somebody still reads.
const MOST_NAMED: usize = 8;

/// What is missing in each shift that a roster does not make ready, and why. The others in a
/// bottleneck are ready.
pub fn holes(week: &Week, lines: &[Line]) -> Vec<Hole> {
    let model = Model::of(week);
    let full = Plan::of_lines(&model, lines);
    let mut plan = full.clone();
    plan.drop_unready();
    let census = Census::of(&model);
    let mut chains = Chains::default();
    let mut holes = Vec::new();
    for shift in (0..model.shifts()).filter(|&shift| !full.held[shift]) {
        let short = [Role::Lead, Role::Volunteer]
            .into_iter()
            .filter(|&role| full.missing(need_of(shift, role)) > 0);
        holes.extend(short.map(|role| {
            let need = need_of(shift, role);
            Hole {
                shift,
                role,
                missing: u32::try_from(full.missing(need)).unwrap_or(u32::MAX),
                cause: census.cause(&mut plan, &mut chains, need),
            }
        }));
    }
    holes
}

/// Counts of who could do how much.
struct Census<'m> {
    model: &'m Model,
    /// Everybody's offers, the ones that end first first.
    by_end: Vec<Vec<usize>>,
}

impl<'m> Census<'m> {
    fn of(model: &'m Model) -> Self {
        let sorted = model.hands.iter().map(|hand| {
            let mut offers = hand.offers.clone();
            offers.sort_by_key(|&need| model.spans[shift_of(need)].end());
            offers
        });
        let by_end = sorted.collect();
        Self { model, by_end }
    }

    fn cause(&self, plan: &mut Plan<'_>, chains: &mut Chains, need: usize) -> Cause {
        let open = &self.model.needs[need];
        if open.min > open.room {
            return Cause::NoRoom;
        }
        let needed = open.min;
        let able = u32::try_from(open.most_able()).unwrap_or(u32::MAX);
        if able < needed {
            return Cause::TooFewCan { needed, able };
        }
        let mark = plan.mark();
        while plan.missing(need) > 0 && chains.fill(plan, need) {}
        let is_open = plan.missing(need) == 0;
        plan.back_to(mark);
        if is_open {
            return Cause::Open;
        }
        let sets = self.suspects(plan, chains, need);
        let found = sets.into_iter().filter(|set| self.is_too_much(set));
        let shrunk = found.map(|set| self.shrink(set, need));
        match shrunk.min_by_key(Vec::len) {
            Some(set) if set.len() <= MOST_NAMED => self.told(&set),
            _ => self.spent(plan, need),
        }
    }

    /// What those who can take a need do instead.
    fn spent(&self, plan: &Plan<'_>, need: usize) -> Cause {
        let [mut free, mut busy, mut at_limit] = [0; 3];
        for &person in &self.model.needs[need].able {
            if plan.in_the_way(person, need).next().is_some() {
                busy += 1;
            } else if !plan.fits(person, need, None) {
                // Whoever is in it has what they could do there.
            } else if plan.has_time(person) {
                free += 1;
            } else {
                at_limit += 1;
            }
        }
        Cause::Spent {
            free,
            busy,
            at_limit,
        }
    }

    /// Sets of needs in the same role that could be too much together: those at one time, those that
    /// the search for people reached, those of ready shifts nearby, and all.
    fn suspects(&self, plan: &Plan<'_>, chains: &Chains, need: usize) -> Vec<Vec<usize>> {
        let spans = &self.model.spans;
        let span = spans[shift_of(need)];
        let held: Vec<usize> = (0..self.model.needs.len())
            .filter(|&other| {
                let counts = plan.held[shift_of(other)] && self.model.needs[other].min > 0;
                role_of(other) == role_of(need) && (counts || other == need)
            })
            .collect();
        let overlapping = |&&other: &&usize| self.model.clash(need, other);
        let near: Vec<usize> = held.iter().filter(overlapping).copied().collect();
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for &first in &near {
            let instant = spans[shift_of(first)].start().max(span.start());
            let at_once = near.iter().copied().filter(|&other| {
                let other = spans[shift_of(other)];
                other.start() <= instant && instant < other.end()
            });
            sets.push(at_once.collect());
        }
        let reached: Vec<usize> = chains.reached().collect();
        let was_reached = |other: &usize| *other == need || reached.contains(&shift_of(*other));
        sets.push(held.iter().copied().filter(was_reached).collect());
        let day = |other: usize| spans[shift_of(other)].start().day();
        sets.push(
            held.iter()
                .copied()
                .filter(|&o| day(o) == day(need))
                .collect(),
        );
        sets.push(near);
        sets.push(held);
        sets.sort();
        sets.dedup();
        sets
    }

    /// Leaves out whatever can be left out, what is furthest in time first.
    fn shrink(&self, mut set: Vec<usize>, need: usize) -> Vec<usize> {
        let starts = |other: usize| self.model.spans[shift_of(other)].start().0;
        let mut far: Vec<usize> = set.iter().copied().filter(|&o| o != need).collect();
        far.sort_by_key(|&other| std::cmp::Reverse(starts(other).abs_diff(starts(need))));
        let mut changed = true;
        while changed {
            changed = false;
            for &other in &far {
                let fewer: Vec<usize> = set.iter().copied().filter(|&o| o != other).collect();
                if fewer.len() < set.len() && self.is_too_much(&fewer) {
                    set = fewer;
                    changed = true;
                }
            }
        }
        set
    }

    fn is_too_much(&self, set: &[usize]) -> bool {
        self.needed(set) > self.at_best(set).0
    }

    fn needed(&self, set: &[usize]) -> u32 {
        set.iter().map(|&need| self.model.needs[need].min).sum()
    }

    /// How many places of these needs can be filled at best, and by how many people. Who takes what
    /// ends first takes the most shifts that do not overlap.
    fn at_best(&self, set: &[usize]) -> (u32, usize) {
        let mut wanted = vec![false; self.model.needs.len()];
        for &need in set {
            wanted[need] = true;
        }
        let mut places = 0;
        let mut people = 0;
        for (hand, offers) in self.model.hands.iter().zip(&self.by_end) {
            let mut taken = 0;
            let mut last = None;
            for &need in offers.iter().filter(|&&need| wanted[need]) {
                let fits = last.is_none_or(|last| !self.model.clash(last, need));
                if fits && taken < hand.most {
                    taken += 1;
                    last = Some(need);
                }
            }
            places += taken;
            people += usize::from(taken > 0);
        }
        (places, people)
    }

    fn told(&self, set: &[usize]) -> Cause {
        let (at_best, people) = self.at_best(set);
        Cause::Bottleneck {
            shifts: set.iter().map(|&need| shift_of(need)).collect(),
            needed: self.needed(set),
            at_best,
            people,
        }
    }
}
