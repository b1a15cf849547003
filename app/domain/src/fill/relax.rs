//! The week as a linear program: people and shifts may be taken in parts. Its value is a bound that
//! no roster exceeds, and mostly within one shift of what can be reached.

use super::{
    cuts::{self, Row},
    model::{Model, needs_of, shift_of},
};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, SolveOutcome, Variable};

/// How far from 0 or 1 a value may be and still be taken for it.
pub(super) const NEARLY: f64 = 1e-6;

/// The program: its rows are kept beside the solver, for [`super::cuts`].
pub(super) struct Relaxation {
    problem: Problem,
    rows: Vec<Row>,
    /// Every variable, by its column.
    columns: Vec<Variable>,
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
}

impl Relaxed {
    /// How much less another solution promises, in shifts.
    pub(super) fn lost(&self, other: &Self) -> f64 {
        self.solution.objective() - other.solution.objective()
    }

    /// A variable's value, between 0 and 1.
    pub(super) fn value(&self, variable: Variable) -> f64 {
        self.solution.var_value(variable)
    }
}

/// The solver found no answer, although there is one.
pub(super) struct GaveUp;

impl Relaxation {
    pub(super) fn of(model: &Model) -> Self {
        let open = Open::of(model);
        let mut program = Self {
            problem: Problem::new(OptimizationDirection::Maximize),
            rows: Vec::new(),
            columns: Vec::new(),
            shifts: vec![None; model.shifts()],
            people: Vec::new(),
            certain: 0,
        };
        for shift in (0..model.shifts()).filter(|&shift| model.possible[shift]) {
            if needs_of(shift).iter().any(|&need| open.min[need] > 0) {
                program.shifts[shift] = Some(program.add_column(1.0));
            } else {
                program.certain += 1;
            }
        }
        let mut crews: Vec<Vec<Variable>> = vec![Vec::new(); model.needs.len()];
        for (person, offers) in open.offers.iter().enumerate() {
            program.add_person(model, &open, person, offers, &mut crews);
        }
        for (need, crew) in crews.iter().enumerate() {
            if let (Some(ready), 1..) = (program.shifts[shift_of(need)], open.min[need]) {
                let mut terms: Vec<(Variable, i64)> = crew.iter().map(|&x| (x, -1)).collect();
                terms.push((ready, i64::from(open.min[need])));
                program.add_row(&terms, 0);
            }
        }
        program
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
            let part = self.add_column(0.0);
            // Where one person is missing, the row of the need says as much.
            if let (Some(ready), 2..) = (self.shifts[shift_of(need)], open.min[need]) {
                self.add_row(&[(part, 1), (ready, -1)], 0);
            }
            crews[need].push(part);
            self.people.push((person, need, part));
            mine.push((need, part));
        }
        let most = model.hands[person].most;
        if mine.len() > most as usize {
            let terms: Vec<_> = mine.iter().map(|&(_, part)| (part, 1)).collect();
            self.add_row(&terms, i64::from(most));
        }
        for together in at_once(model, offers) {
            let at_once = mine.iter().filter(|(need, _)| together.contains(need));
            let terms: Vec<_> = at_once.map(|&(_, part)| (part, 1)).collect();
            self.add_row(&terms, 1);
        }
    }

    fn add_column(&mut self, worth: f64) -> Variable {
        let variable = self.problem.add_var(worth, (0.0, 1.0));
        self.columns.push(variable);
        variable
    }

    /// Adds a row: the sum of the terms is at most `most`.
    fn add_row(&mut self, terms: &[(Variable, i64)], most: i64) {
        let row = Row {
            terms: terms.iter().map(|&(v, times)| (v.idx(), times)).collect(),
            most,
        };
        self.problem
            .add_constraint(self.expression(&row), ComparisonOp::Le, most as f64);
        self.rows.push(row);
    }

    fn expression(&self, row: &Row) -> Vec<(Variable, f64)> {
        let terms = row.terms.iter();
        terms
            .map(|&(column, times)| (self.columns[column], times as f64))
            .collect()
    }

    /// Solves the program.
    pub(super) fn solve(&self) -> Result<Relaxed, GaveUp> {
        match self.problem.solve() {
            Ok(outcome) => self.read(outcome),
            Err(_) => Err(GaveUp),
        }
    }

    /// Solves it once more with one variable decided; nothing if that cannot be.
    pub(super) fn decide(
        &self,
        from: &Relaxed,
        variable: Variable,
        value: f64,
    ) -> Result<Option<Relaxed>, GaveUp> {
        match from.solution.clone().fix_var(variable, value) {
            Ok(outcome) => self.read(outcome).map(Some),
            Err(microlp::Error::Infeasible) => Ok(None),
            Err(_) => Err(GaveUp),
        }
    }

    /// Cuts off parts of shifts and people that no roster can have, until no cut is found, nothing
    /// above `enough` is promised, or `patience` rounds have lowered nothing. Nothing if no roster is
    /// left.
    pub(super) fn tighten(
        &self,
        mut part: Relaxed,
        enough: usize,
        patience: usize,
        keep_going: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Relaxed>, GaveUp> {
        let original = part.clone();
        let mut rows = Vec::new();
        let mut in_vain = 0;
        while part.at_most > enough && in_vain < patience && keep_going() {
            let values: Vec<f64> = self.columns.iter().map(|&v| part.value(v)).collect();
            let cuts = cuts::halves(self.rows.iter().chain(&rows), &values);
            if cuts.is_empty() {
                break;
            }
            let before = part.solution.objective();
            for cut in &cuts {
                let expression = self.expression(cut);
                let more = part.solution;
                part = match more.add_constraint(expression, ComparisonOp::Le, cut.most as f64) {
                    Ok(outcome) => self.read(outcome)?,
                    Err(microlp::Error::Infeasible) => return Ok(None),
                    Err(_) => return Err(GaveUp),
                };
            }
            rows.extend(cuts);
            in_vain += 1;
            if before - part.solution.objective() > NEARLY {
                in_vain = 0;
            }
        }
        // Rows that lower nothing only slow the solver down.
        let helped = original.lost(&part) > NEARLY;
        Ok(Some(if helped { part } else { original }))
    }

    fn read(&self, outcome: SolveOutcome) -> Result<Relaxed, GaveUp> {
        let solution = outcome.into_solution().map_err(|_| GaveUp)?;
        let whole = (solution.objective() + NEARLY).floor().max(0.0);
        Ok(Relaxed {
            solution,
            at_most: self.certain + whole as usize,
        })
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
