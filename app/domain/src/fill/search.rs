//! The first stage: a good roster within a budget of steps.

use super::{
    Line, Places, Role, Week,
    chain::Chains,
    fair,
    model::{Model, needs_of, role_of},
    plan::Plan,
};

/// Steps that the search may take: a tenth of a second on today's machines.
const STEPS: u64 = 16_000_000;

/// Steps for each offer in a small week, where more would only go in circles.
const STEPS_AN_OFFER: u64 = 10_000;

/// A roster for a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who does what, in order; the fixed lines included.
    pub lines: Vec<Line>,
    /// Which shifts are ready, in the order of the week.
    pub ready: Vec<bool>,
}

impl Proposal {
    /// How many shifts are ready.
    pub fn count(&self) -> usize {
        self.ready.iter().filter(|&&ready| ready).count()
    }

    pub(super) fn of(plan: &Plan<'_>) -> Self {
        Self {
            lines: plan.lines(),
            ready: plan.held.clone(),
        }
    }
}

/// Fills a week: close to the most ready shifts, then fairly.
pub fn propose(week: &Week, places: Places) -> Proposal {
    let model = Model::of(week);
    let mut plan = Plan::empty(&model);
    let offers: usize = model.hands.iter().map(|hand| hand.offers.len()).sum();
    let mut search = Search::new(&model, STEPS.min(STEPS_AN_OFFER * offers as u64));
    let order = by_scarcity(&model, &search.costs);
    search.fill_in_order(&mut plan, order);
    search.trade(&mut plan, model.shifts(), &mut || true);
    fair::level(&mut plan, places);
    Proposal::of(&plan)
}

/// What each shift takes from the others: its people, those of the scarcer role counting more.
fn costs(model: &Model) -> Vec<u64> {
    let price = [Role::Lead, Role::Volunteer].map(|role| {
        let needs = (0..model.needs.len()).filter(|&need| role_of(need) == role);
        let wanted: u64 = needs.map(|need| u64::from(model.needs[need].min)).sum();
        let offered = model.hands.iter().map(|hand| {
            let offers = hand.offers.iter().filter(|&&need| role_of(need) == role);
            offers.count().min(hand.most as usize) as u64
        });
        1000 * wanted / offered.sum::<u64>().max(1)
    });
    (0..model.shifts())
        .map(|shift| {
            let needs = needs_of(shift).map(|need| u64::from(model.needs[need].min));
            needs[0] * price[0] + needs[1] * price[1]
        })
        .collect()
}

/// Shifts that can be made ready, the ones that leave most to others first.
fn by_scarcity(model: &Model, costs: &[u64]) -> Vec<usize> {
    let mut shifts: Vec<usize> = (0..model.shifts()).filter(|&s| model.possible[s]).collect();
    shifts.sort_by_cached_key(|&shift| {
        let wanted = |need: usize| {
            let need = &model.needs[need];
            1000 * u64::from(need.min) / (need.able.len() as u64).max(1)
        };
        let [leads, volunteers] = needs_of(shift).map(wanted);
        (costs[shift], leads.max(volunteers), shift)
    });
    shifts
}

/// A search with its budget and its dice.
pub(super) struct Search {
    pub(super) chains: Chains,
    costs: Vec<u64>,
    dice: u64,
    budget: u64,
}

impl Search {
    pub(super) fn new(model: &Model, budget: u64) -> Self {
        Self {
            chains: Chains::default(),
            costs: costs(model),
            dice: 0x9E37_79B9_7F4A_7C15,
            budget,
        }
    }

    /// Allows so many more steps than were taken.
    pub(super) const fn allow(&mut self, steps: u64) {
        self.budget = self.chains.steps + steps;
    }

    pub(super) fn fill_in_order(&mut self, plan: &mut Plan<'_>, shifts: Vec<usize>) {
        for shift in shifts {
            self.chains.make_ready(plan, shift);
        }
        plan.settle();
    }

    /// Trades ready shifts for others as long as that loses none, until `most` are ready, the
    /// budget is spent or the caller stops.
    pub(super) fn trade(
        &mut self,
        plan: &mut Plan<'_>,
        most: usize,
        keep_going: &mut dyn FnMut() -> bool,
    ) {
        let dearest = self.costs.iter().copied().max().unwrap_or(0);
        let mut ready = plan.ready();
        let mut cheapest = self.cost(plan);
        let mut open = waiting(plan);
        while ready < most && !open.is_empty() && self.chains.steps < self.budget && keep_going() {
            let wanted = open[self.roll(open.len())];
            let before = plan.mark();
            // Looking over all shifts is work too.
            self.chains.steps += plan.held.len() as u64;
            let forced = self.force(plan, wanted);
            if forced {
                self.shuffle(&mut open);
                for &shift in &open {
                    self.chains.make_ready(plan, shift);
                }
            }
            let (found, cost) = (plan.ready(), self.cost(plan));
            // Plans that cost much leave little for another shift.
            if !forced || found < ready || found == ready && cost > cheapest + dearest {
                plan.back_to(before);
            } else {
                cheapest = if found > ready {
                    cost
                } else {
                    cost.min(cheapest)
                };
                ready = found;
                plan.settle();
                open = waiting(plan);
            }
        }
    }

    /// Makes a shift ready at the cost of others: of those whose people were asked in vain.
    fn force(&mut self, plan: &mut Plan<'_>, wanted: usize) -> bool {
        const MOST_GIVEN_UP: usize = 3;
        let mut given_up = 0;
        for need in needs_of(wanted) {
            while plan.missing(need) > 0 {
                self.chains.steps += 1;
                if self.chains.fill(plan, need) {
                    continue;
                }
                let rivals: Vec<usize> = self
                    .chains
                    .reached()
                    .filter(|&s| s != wanted && plan.held[s])
                    .collect();
                if rivals.is_empty() || given_up == MOST_GIVEN_UP {
                    return false;
                }
                given_up += 1;
                let [one, other] = [(); 2].map(|()| rivals[self.roll(rivals.len())]);
                plan.drop_shift(if self.costs[other] > self.costs[one] {
                    other
                } else {
                    one
                });
            }
        }
        plan.hold(wanted);
        true
    }

    /// What the ready shifts take.
    fn cost(&self, plan: &Plan<'_>) -> u64 {
        let costs = self.costs.iter().zip(&plan.held);
        costs.filter(|(_, held)| **held).map(|(cost, _)| cost).sum()
    }

    fn shuffle(&mut self, shifts: &mut [usize]) {
        for last in (1..shifts.len()).rev() {
            shifts.swap(last, self.roll(last + 1));
        }
    }

    /// A number below `sides`, the same ones in every run (xorshift).
    fn roll(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice % sides.max(1) as u64) as usize
    }
}

/// Shifts that could be ready and are not.
fn waiting(plan: &Plan<'_>) -> Vec<usize> {
    let waits = |&shift: &usize| !plan.held[shift] && plan.model.possible[shift];
    (0..plan.held.len()).filter(waits).collect()
}
