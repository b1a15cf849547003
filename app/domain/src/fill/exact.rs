//! The second stage: on until the most ready shifts are proven. Branch and bound over the linear
//! program of [`super::relax`], whose solutions also tell the search of the first stage where to look.

use super::{
    Places, Proposal, Week, fair,
    model::{Model, shift_of},
    plan::Plan,
    relax::{Relaxation, Relaxed},
    search::Search,
};
use microlp::Variable;

/// Steps of search between two programs.
const STEPS: u64 = 300_000;

/// Rounds of cuts that may lower nothing before the week is taken apart.
const PATIENCE: usize = 12;

/// Variables that are tried before one is decided.
const TRIED: usize = 6;

/// The best roster that was found, and what is known of better ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Improved {
    /// The roster, never with fewer ready shifts than the one that was to be improved.
    pub proposal: Proposal,
    /// No roster makes more shifts ready.
    pub at_most: usize,
}

impl Improved {
    /// Whether no roster has more ready shifts.
    pub fn is_proven(&self) -> bool {
        self.proposal.count() == self.at_most
    }
}

/// Looks for a roster with more ready shifts until there is none or `keep_going` says no, which is
/// asked many times a second except while the first program is solved (a tenth of a second for a
/// week of 200 shifts). `from` is a proposal for the same week.
pub fn improve(
    week: &Week,
    from: Proposal,
    places: Places,
    keep_going: &mut dyn FnMut() -> bool,
) -> Improved {
    let model = Model::of(week);
    let mut plan = Plan::of_lines(&model, &from.lines);
    plan.drop_unready();
    let possible = model.possible.iter().filter(|&&possible| possible).count();
    let mut tree = Tree {
        best: plan,
        at_most: possible,
        unknown: 0,
        search: Search::new(&model, 0),
    };
    let before = tree.best.ready();
    tree.grow(keep_going);
    let Tree {
        mut best, at_most, ..
    } = tree;
    let proposal = if best.ready() > before {
        fair::level(&mut best, places);
        Proposal::of(&best)
    } else {
        from
    };
    Improved { proposal, at_most }
}

struct Tree<'m> {
    best: Plan<'m>,
    at_most: usize,
    /// The most that a part of the tree promises in which the solver failed.
    unknown: usize,
    search: Search,
}

impl<'m> Tree<'m> {
    fn grow(&mut self, keep_going: &mut dyn FnMut() -> bool) {
        if self.best.ready() == self.at_most || !keep_going() {
            return;
        }
        let relaxation = Relaxation::of(self.best.model);
        let Ok(root) = relaxation.solve() else {
            return;
        };
        self.look(&relaxation, &root, keep_going);
        let promised = root.at_most;
        let mut open = Vec::new();
        match relaxation.tighten(root, self.best.ready(), PATIENCE, keep_going) {
            Ok(root) => open.extend(root),
            Err(_) => self.unknown = promised,
        }
        loop {
            open.retain(|part: &Relaxed| part.at_most > self.best.ready());
            // The most promising part, of equals the latest: that is the deepest.
            let next = (0..open.len()).max_by_key(|&at| (open[at].at_most, at));
            let promised = next.map_or(0, |at| open[at].at_most);
            let bound = promised.max(self.best.ready()).max(self.unknown);
            self.at_most = self.at_most.min(bound);
            let Some(next) = next else { break };
            if !keep_going() {
                break;
            }
            let part = open.remove(next);
            self.look(&relaxation, &part, keep_going);
            if part.at_most > self.best.ready() {
                self.split(&relaxation, &part, &mut open, keep_going);
            }
        }
    }

    /// Searches near a solution of the program.
    fn look(
        &mut self,
        relaxation: &Relaxation,
        part: &Relaxed,
        keep_going: &mut dyn FnMut() -> bool,
    ) {
        let mut plan = self.rounded(relaxation, part);
        self.search.allow(STEPS);
        self.search.trade(&mut plan, part.at_most, keep_going);
        if plan.ready() > self.best.ready() {
            self.best = plan;
        }
    }

    /// Decides one more variable both ways: of the most doubtful ones the one that costs most.
    fn split(
        &mut self,
        relaxation: &Relaxation,
        part: &Relaxed,
        open: &mut Vec<Relaxed>,
        keep_going: &mut dyn FnMut() -> bool,
    ) {
        let mut halves: Option<(f64, Vec<Relaxed>)> = None;
        for variable in relaxation.doubtful(part, TRIED) {
            let Some(pair) = self.halves(relaxation, part, variable) else {
                continue;
            };
            let loss = |value: f64| {
                pair.iter()
                    .find(|h| h.1 == value)
                    .map_or(1.0, |h| part.lost(&h.0))
            };
            let score = (loss(0.0) + 0.01) * (loss(1.0) + 0.01);
            let pair: Vec<Relaxed> = pair.into_iter().map(|(half, _)| half).collect();
            let few = pair.len() < 2;
            if halves.as_ref().is_none_or(|(best, _)| score > *best) || few {
                halves = Some((score, pair));
            }
            if few || !keep_going() {
                break;
            }
        }
        match halves {
            Some((_, pair)) => open.extend(pair),
            None => self.unknown = self.unknown.max(part.at_most),
        }
    }

    /// Both decisions of a variable, without those that promise no more than what was found.
    fn halves(
        &self,
        relaxation: &Relaxation,
        part: &Relaxed,
        variable: Variable,
    ) -> Option<Vec<(Relaxed, f64)>> {
        let mut halves = Vec::new();
        for value in [0.0, 1.0] {
            if let Some(half) = relaxation.decide(part, variable, value).ok()?
                && half.at_most > self.best.ready()
            {
                halves.push((half, value));
            }
        }
        Some(halves)
    }

    /// A roster near a solution of the program: its people where they are mostly, then the shifts
    /// that are mostly ready.
    fn rounded(&mut self, relaxation: &Relaxation, relaxed: &Relaxed) -> Plan<'m> {
        let model = self.best.model;
        let part = |shift: usize| relaxation.shifts[shift].map_or(1.0, |y| relaxed.value(y));
        let mut plan = Plan::empty(model);
        for &(person, need, variable) in &relaxation.people {
            if part(shift_of(need)) > 0.5
                && relaxed.value(variable) > 0.5
                && plan.missing(need) > 0
                && plan.is_open_to(person, need)
            {
                plan.put(person, need);
            }
        }
        let mut shifts: Vec<usize> = (0..model.shifts()).filter(|&s| !plan.held[s]).collect();
        shifts.sort_by(|&one, &other| part(other).total_cmp(&part(one)));
        for shift in shifts {
            if !self.search.chains.make_ready(&mut plan, shift) {
                plan.drop_shift(shift);
            }
        }
        plan.settle();
        plan
    }
}
