//! What would make more shifts ready.

use super::{
    Line, Offer, Person, Role, Week,
    chain::Chains,
    model::{Model, need_of},
    plan::Plan,
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
                offers: vec![Offer { shift, role }],
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
    /// Shifts that become ready, all those that are ready staying so: at least so many, for a roster
    /// with them was found.
    pub gained: Vec<usize>,
}

/// Which single changes would make more shifts ready than a roster does, the most helpful first.
/// Each was tried; changes that bring nothing are left out.
pub fn helps(week: &Week, lines: &[Line]) -> Vec<Help> {
    let model = Model::of(week);
    let plan = Plan::of_lines(&model, lines);
    let mut helps: Vec<Help> = changes(&plan)
        .into_iter()
        .map(|change| Help {
            change,
            gained: gained(&change.apply(week), lines, &plan.held),
        })
        .filter(|help| !help.gained.is_empty())
        .collect();
    helps.sort_by_key(|help| (std::cmp::Reverse(help.gained.len()), help.change));
    helps
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

/// Shifts that can be made ready in the changed week besides those that are.
fn gained(changed: &Week, lines: &[Line], ready: &[bool]) -> Vec<usize> {
    let model = Model::of(changed);
    let mut plan = Plan::of_lines(&model, lines);
    plan.drop_unready();
    let mut chains = Chains::default();
    for shift in 0..model.shifts() {
        chains.make_ready(&mut plan, shift);
    }
    (0..ready.len())
        .filter(|&shift| plan.held[shift] && !ready[shift])
        .collect()
}
