//! What would make more shifts ready.

use super::{
    Line, Offer, Person, Role, Week,
    model::{Model, need_of},
    plan::Plan,
    search::Search,
};

/// A small change of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Somebody takes one more shift than they said.
    OneMoreShift {
        /// Who.
        person: usize,
    },
    /// One more person can take a shift.
    OneMorePerson {
        /// The shift.
        shift: usize,
        /// As what.
        role: Role,
    },
    /// A shift makes do with one person less.
    OneLess {
        /// The shift.
        shift: usize,
        /// As what.
        role: Role,
    },
}

impl Change {
    /// The week with the change.
    pub fn apply(self, week: &Week) -> Week {
        let mut changed = week.clone();
        match self {
            Self::OneMoreShift { person } => changed.people[person].most_shifts += 1,
            Self::OneMorePerson { shift, role } => changed.people.push(Person {
                most_shifts: 1,
                served_before: 0,
                offers: vec![Offer {
                    shift,
                    role,
                    liked: false,
                }],
            }),
            Self::OneLess { shift, role } => {
                let shift = &mut changed.shifts[shift];
                let min = match role {
                    Role::Lead => &mut shift.leads_min,
                    Role::Volunteer => &mut shift.volunteers_min,
                };
                *min = min.saturating_sub(1);
            }
        }
        changed
    }
}

/// What a change would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The change.
    pub change: Change,
    /// How many more shifts would be ready than without it: at least so many, for a roster with them
    /// was found.
    pub gain: usize,
    /// Shifts that would become ready.
    pub gained: Vec<usize>,
    /// Shifts that would no longer be.
    pub lost: Vec<usize>,
}

/// Steps of search for each change, as far as the week is large enough to need them.
const STEPS: u64 = 300_000;
const STEPS_AN_OFFER: u64 = 1_000;

/// Which single changes would make more shifts ready than a roster does, the most helpful first.
/// Each was tried; changes that bring nothing are left out. If the roster can be improved as it is,
/// only what a change brings beyond that counts.
pub fn helps(week: &Week, lines: &[Line]) -> Vec<Help> {
    let model = Model::of(week);
    let plan = Plan::of_lines(&model, lines);
    let unchanged = count(&reached(week, lines)).max(plan.ready());
    let try_out = |change: Change| {
        let held = reached(&change.apply(week), lines);
        let differ = |now: bool| {
            let shifts = 0..held.len();
            shifts
                .filter(|&s| held[s] == now && plan.held[s] != now)
                .collect()
        };
        Help {
            change,
            gain: count(&held).saturating_sub(unchanged),
            gained: differ(true),
            lost: differ(false),
        }
    };
    let mut helps: Vec<Help> = changes(&plan).into_iter().map(try_out).collect();
    helps.retain(|help| help.gain > 0);
    helps.sort_by_key(|help| (std::cmp::Reverse(help.gain), help.lost.len(), help.change));
    helps
}

fn count(held: &[bool]) -> usize {
    held.iter().filter(|&&held| held).count()
}

/// What could help at all: time of those who have no more, and people for what misses one.
fn changes(plan: &Plan<'_>) -> Vec<Change> {
    let mut used = vec![false; plan.duty.len()];
    for line in &plan.model.kept {
        used[line.person] = true;
    }
    let at_limit = (0..plan.duty.len()).filter(|&person| {
        !plan.has_time(person) && (used[person] || !plan.duty[person].is_empty())
    });
    let mut changes: Vec<Change> = at_limit
        .map(|person| Change::OneMoreShift { person })
        .collect();
    for shift in (0..plan.model.shifts()).filter(|&shift| !plan.held[shift]) {
        for role in [Role::Lead, Role::Volunteer] {
            if plan.missing(need_of(shift, role)) > 0 {
                changes.push(Change::OneMorePerson { shift, role });
                changes.push(Change::OneLess { shift, role });
            }
        }
    }
    changes
}

/// The shifts that are ready after a short search from a roster.
fn reached(week: &Week, lines: &[Line]) -> Vec<bool> {
    let model = Model::of(week);
    let mut plan = Plan::of_lines(&model, lines);
    plan.drop_unready();
    let offers: usize = model.hands.iter().map(|hand| hand.offers.len()).sum();
    let mut search = Search::new(&model, STEPS.min(STEPS_AN_OFFER * offers as u64));
    search.fill_in_order(&mut plan, (0..model.shifts()).collect());
    search.trade(&mut plan, model.shifts(), &mut || true);
    plan.held
}
