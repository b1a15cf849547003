//! The week as a linear program: people and shifts may be taken in parts. Its value is a bound that
//! no roster exceeds, and mostly within one shift of what can be reached.

use super::model::{Model, needs_of, shift_of};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, Variable};

/// How far from 0 or 1 a value may be and still be taken for it.
const NEARLY: f64 = 1e-6;

/// The program's variables.
pub(super) struct Relaxation {
    problem: Problem,
    /// How much of each shift is ready, where that is a question.
    pub(super) shifts: Vec<Option<Variable>>,
    /// Who fills which need.
    pub(super) people: Vec<(usize, usize, Variable)>,
    /// Shifts that are ready whatever happens to the others.
    certain: usize,
}

/// A solution of the program, maybe with some of its variables decided.
#[derive(Clone)]
pub(super) struct Relaxed {
    solution: Solution,
    /// Shifts that can be ready at most.
    pub(super) at_most: usize,
    pub(super) raw: f64,
}

impl Relaxed {
    /// How much less another solution promises, in shifts.
    pub(super) fn value_lost(&self, other: &Self) -> f64 {
        self.raw - other.raw
    }

    /// A variable's value, between 0 and 1.
    pub(super) fn value(&self, variable: Variable) -> f64 {
        self.solution.var_value(variable)
    }
}

impl Relaxation {
    pub(super) fn of(model: &Model) -> Self {
        let open = Open::of(model);
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut shifts = vec![None; model.shifts()];
        let mut certain = 0;
        for (shift, variable) in shifts.iter_mut().enumerate() {
            if needs_of(shift).iter().any(|&need| open.min[need] > 0) {
                let most = if model.possible[shift] { 1.0 } else { 0.0 };
                *variable = Some(problem.add_var(1.0, (0.0, most)));
            } else if model.possible[shift] {
                certain += 1;
            }
        }
        let mut relaxation = Self {
            problem,
            shifts,
            people: Vec::new(),
            certain,
        };
        let mut crews: Vec<Vec<Variable>> = vec![Vec::new(); model.needs.len()];
        for (person, offers) in open.offers.iter().enumerate() {
            relaxation.add_person(model, &open, person, offers, &mut crews);
        }
        for (need, crew) in crews.iter().enumerate() {
            if let (Some(ready), 1..) = (relaxation.shifts[shift_of(need)], open.min[need]) {
                let mut row: Vec<(Variable, f64)> = crew.iter().map(|&x| (x, 1.0)).collect();
                row.push((ready, -f64::from(open.min[need])));
                relaxation
                    .problem
                    .add_constraint(row, ComparisonOp::Ge, 0.0);
            }
        }
        relaxation
    }

    /// Somebody's part in the program: what they can take, not twice at a time, not above their
    /// limit, and no more of a shift than there is of it.
    fn add_person(
        &mut self,
        model: &Model,
        open: &Open,
        person: usize,
        offers: &[usize],
        crews: &mut [Vec<Variable>],
    ) {
        let mut mine = Vec::new();
        for &need in offers {
            let part = self.problem.add_var(0.0, (0.0, 1.0));
            // Where one person is missing, the row of the need says as much.
            if let (Some(ready), 2..) = (self.shifts[shift_of(need)], open.min[need]) {
                let row = [(part, 1.0), (ready, -1.0)];
                self.problem.add_constraint(row, ComparisonOp::Le, 0.0);
            }
            crews[need].push(part);
            self.people.push((person, need, part));
            mine.push((need, part));
        }
        let most = model.hands[person].most;
        if mine.len() > most as usize {
            let row: Vec<_> = mine.iter().map(|&(_, part)| (part, 1.0)).collect();
            self.problem
                .add_constraint(row, ComparisonOp::Le, f64::from(most));
        }
        for together in at_once(model, offers) {
            let row: Vec<_> = mine
                .iter()
                .filter(|(need, _)| together.contains(need))
                .map(|&(_, part)| (part, 1.0))
                .collect();
            self.problem.add_constraint(row, ComparisonOp::Le, 1.0);
        }
    }

    /// Solves the program; nothing if the solver gives up.
    pub(super) fn solve(&self) -> Option<Relaxed> {
        let solution = self.problem.solve().ok()?.into_solution().ok()?;
        Some(self.bounded(solution))
    }

    /// Solves it once more with one variable decided. `Err` if the solver gives up, `Ok(None)` if
    /// that cannot be.
    pub(super) fn decide(
        &self,
        from: &Relaxed,
        variable: Variable,
        value: f64,
    ) -> Result<Option<Relaxed>, microlp::Error> {
        match from.solution.clone().fix_var(variable, value) {
            Ok(outcome) => Ok(outcome.into_solution().ok().map(|s| self.bounded(s))),
            Err(microlp::Error::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The variables that are furthest from a decision, at most so many: shifts, and people only
    /// when every shift is decided. None if all are.
    pub(super) fn doubtful(&self, relaxed: &Relaxed, most: usize) -> Vec<Variable> {
        let ranked = |variables: &mut dyn Iterator<Item = Variable>| {
            let mut doubts: Vec<(f64, Variable)> = variables
                .map(|variable| (relaxed.value(variable), variable))
                .map(|(value, variable)| (value.min(1.0 - value), variable))
                .filter(|&(doubt, _)| doubt > NEARLY)
                .collect();
            doubts.sort_by(|(one, _), (other, _)| other.total_cmp(one));
            let most_doubtful = doubts.into_iter().take(most);
            most_doubtful.map(|(_, v)| v).collect::<Vec<_>>()
        };
        let shifts = ranked(&mut self.shifts.iter().copied().flatten());
        if shifts.is_empty() {
            return ranked(&mut self.people.iter().map(|&(_, _, part)| part));
        }
        shifts
    }

    fn bounded(&self, solution: Solution) -> Relaxed {
        let whole = (solution.objective() + NEARLY).floor().max(0.0);
        Relaxed {
            raw: self.certain as f64 + solution.objective(),
            at_most: self.certain + whole as usize,
            solution,
        }
    }
}

/// What the program has to decide: without the people who can do all that they offered, and
/// without the needs that those fill.
struct Open {
    /// People that each need still misses.
    min: Vec<u32>,
    /// What each person could take of what is open.
    offers: Vec<Vec<usize>>,
}

impl Open {
    fn of(model: &Model) -> Self {
        let mut open = Self {
            min: model.needs.iter().map(|need| need.min).collect(),
            offers: model.hands.iter().map(|h| h.offers.clone()).collect(),
        };
        let mut changed = true;
        while changed {
            changed = false;
            for (person, offers) in open.offers.iter_mut().enumerate() {
                offers.retain(|&need| open.min[need] > 0 && model.possible[shift_of(need)]);
                let is_free = offers.len() <= model.hands[person].most as usize
                    && at_once(model, offers).is_empty();
                if is_free && !offers.is_empty() {
                    changed = true;
                    for need in offers.drain(..) {
                        open.min[need] -= 1;
                    }
                }
            }
        }
        open
    }
}

/// The largest sets of these needs that share an instant, of two and more.
fn at_once(model: &Model, offers: &[usize]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let starts = |need: usize| model.spans[shift_of(need)].start();
    for &first in offers {
        let set: Vec<usize> = offers
            .iter()
            .copied()
            .filter(|&need| model.clash(need, first) && starts(need) <= starts(first))
            .collect();
        let known = |set: &[usize], sets: &[Vec<usize>]| {
            sets.iter().any(|k| set.iter().all(|need| k.contains(need)))
        };
        if set.len() > 1 && !known(&set, &sets) {
            sets.retain(|old| !old.iter().all(|need| set.contains(need)));
            sets.push(set);
        }
    }
    sets
}
