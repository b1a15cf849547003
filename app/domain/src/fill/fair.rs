//! Fairness: who served least is asked first. Chains of exchanges bring work from those who have
//! more to those who have less, without a ready shift being lost.

use super::{Line, Places, Week, liking, model::Model, plan::Plan};
use std::collections::VecDeque;

/// How unevenly a week's shifts lie on those who offered time, what they served before included:
/// the Gini coefficient, 0 when all have the same and close to 1 when one has everything. Who can
/// take no shift at all does not count. Compare rosters at the same number of lines: more lines
/// alone lower it.
pub fn gini(week: &Week, lines: &[Line]) -> f64 {
    let model = Model::of(week);
    let loads = week.loads(lines);
    let counted = (0..loads.len()).filter(|&person| model.offered(person));
    let mut loads: Vec<u64> = counted.map(|person| u64::from(loads[person])).collect();
    loads.sort_unstable();
    let (weighted, total) = spread(&loads);
    if total == 0 {
        return 0.0;
    }
    weighted as f64 / (loads.len() as f64 * total as f64)
}

/// The sum of all differences between sorted loads, each pair once, and the sum of the loads.
fn spread(sorted: &[u64]) -> (i64, u64) {
    let people = sorted.len() as i64;
    let weight = |rank: usize| 2 * (rank as i64 + 1) - people - 1;
    let weighted = sorted.iter().enumerate();
    let weighted = weighted.map(|(rank, &load)| weight(rank) * load as i64);
    (weighted.sum(), sorted.iter().sum())
}

/// Exchanges until nobody has two shifts more than somebody who could relieve them, then fills
/// places above the minimum as the caller wants it, then keeps to what people like.
pub(super) fn level(plan: &mut Plan<'_>, places: Places) {
    even_out(plan);
    if places != Places::Least {
        while add_round(plan, places) {}
        even_out(plan);
    }
    liking::please(plan);
    plan.settle();
}

/// Relieves those with much by those with little until it changes nothing.
fn even_out(plan: &mut Plan<'_>) {
    const MOST_ROUNDS: usize = 30;
    for _ in 0..MOST_ROUNDS {
        let mut search = Relief::new(plan);
        let mut changed = false;
        for person in by_load(plan) {
            while plan.has_time(person) && search.relieve(plan, person, Aim::Relieve) {
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

/// Gives one more shift to each whom it suits, least load first. Says whether it gave any.
fn add_round(plan: &mut Plan<'_>, places: Places) -> bool {
    let mut search = Relief::new(plan);
    let mut lines = plan.model.kept.len() + plan.duty.iter().map(Vec::len).sum::<usize>();
    let mut given = false;
    for person in by_load(plan) {
        let wanted = match places {
            Places::Least => false,
            Places::Fairest => lowers_gini(plan, person),
            Places::UpTo(most) => lines < most,
        };
        if !wanted {
            break;
        }
        if plan.has_time(person) && search.relieve(plan, person, Aim::Add) {
            lines += 1;
            given = true;
        }
    }
    given
}

/// People who offered time, those with the least load first.
fn by_load(plan: &Plan<'_>) -> Vec<usize> {
    let mut people: Vec<usize> = (0..plan.duty.len())
        .filter(|&person| !plan.model.hands[person].offers.is_empty())
        .collect();
    people.sort_by_key(|&person| plan.load(person));
    people
}

/// Whether one more shift for somebody makes the week fairer: whether they stand low enough.
fn lowers_gini(plan: &Plan<'_>, person: usize) -> bool {
    let offered = (0..plan.duty.len()).filter(|&other| plan.model.offered(other));
    let mut loads: Vec<u64> = offered.map(|other| plan.load(other) as u64).collect();
    loads.sort_unstable();
    let (weighted, total) = spread(&loads);
    let rank = loads.partition_point(|&load| load <= plan.load(person) as u64) as i64;
    let step = 2 * rank - loads.len() as i64 - 1;
    step * (total as i64) < weighted
}

/// What a chain has to end in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Somebody who gives up a shift and had at least two more than who begins the chain.
    Relieve,
    /// A place of a ready shift that nobody had.
    Add,
}

/// Somebody who takes one more shift, instead of the one that they leave to whoever comes before
/// them in the chain.
struct Taker {
    person: usize,
    leaves: Option<usize>,
    before: Option<usize>,
}

/// The search for chains. Whoever was asked in vain is not asked again in the same round: who
/// comes later has no less, so they would not be more welcome.
struct Relief {
    asked: Vec<bool>,
    takers: Vec<Taker>,
}

impl Relief {
    fn new(plan: &Plan<'_>) -> Self {
        Self {
            asked: vec![false; plan.duty.len()],
            takers: Vec::new(),
        }
    }

    /// Gives `first` one more shift by a shortest chain that ends as it should.
    fn relieve(&mut self, plan: &mut Plan<'_>, first: usize, aim: Aim) -> bool {
        self.takers.clear();
        self.asked[first] = true;
        self.takers.push(Taker {
            person: first,
            leaves: None,
            before: None,
        });
        let enough = plan.load(first) + 2;
        let mut queue = VecDeque::from([0]);
        while let Some(taker) = queue.pop_front() {
            let Taker { person, leaves, .. } = self.takers[taker];
            for &need in &plan.model.hands[person].offers {
                let fits = plan.held[super::model::shift_of(need)]
                    && leaves != Some(need)
                    && plan
                        .in_the_way(person, need)
                        .all(|other| leaves == Some(other));
                if !fits || plan.crew[need].contains(&person) {
                    continue;
                }
                if aim == Aim::Add && plan.has_room(need) && self.fits(plan, taker, need, None) {
                    self.close(plan, taker, need);
                    return true;
                }
                let heavy = plan.crew[need]
                    .iter()
                    .copied()
                    .max_by_key(|&p| (plan.load(p), p));
                if let Some(relieved) = heavy
                    && aim == Aim::Relieve
                    && plan.load(relieved) >= enough
                    && !self.takers.iter().any(|t| t.person == relieved)
                    && self.fits(plan, taker, need, heavy)
                {
                    plan.take(relieved, need);
                    self.close(plan, taker, need);
                    return true;
                }
                for &leaver in &plan.crew[need] {
                    if !std::mem::replace(&mut self.asked[leaver], true) {
                        queue.push_back(self.takers.len());
                        self.takers.push(Taker {
                            person: leaver,
                            leaves: Some(need),
                            before: Some(taker),
                        });
                    }
                }
            }
        }
        false
    }

    /// Whether everybody finds a position where the chain would put them, in the place of whoever is
    /// relieved at its end if somebody is.
    fn fits(&self, plan: &Plan<'_>, last: usize, need: usize, relieved: Option<usize>) -> bool {
        let mut gone: Vec<(usize, usize)> = relieved.map(|who| (who, need)).into_iter().collect();
        let mut come = Vec::new();
        let (mut at, mut to) = (last, need);
        loop {
            let taker = &self.takers[at];
            come.push((taker.person, to));
            let (Some(left), Some(earlier)) = (taker.leaves, taker.before) else {
                break;
            };
            gone.push((taker.person, left));
            (to, at) = (left, earlier);
        }
        come.iter().all(|&(_, need)| plan.fit(need, &gone, &come))
    }

    /// Everybody in the chain takes what the next one leaves; the last one takes `need`.
    fn close(&mut self, plan: &mut Plan<'_>, last: usize, need: usize) {
        let (mut at, mut need) = (last, need);
        loop {
            let Taker {
                person,
                leaves,
                before,
            } = self.takers[at];
            if let Some(left) = leaves {
                plan.take(person, left);
            }
            plan.put(person, need);
            let (Some(left), Some(earlier)) = (leaves, before) else {
                break;
            };
            (need, at) = (left, earlier);
        }
        for taker in &self.takers {
            self.asked[taker.person] = false;
        }
    }
}
