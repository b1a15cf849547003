//! "Fill the week": who could take which shift, so that as many shifts as possible can be held.
//!
//! A shift is *ready* when it has its leads and at least its minimum of volunteers. Of two rosters
//! the better one has more ready shifts; of two with as many, the one that is fairer over the people
//! who offered time, what they served before included; of two as fair, the one with more shifts that
//! people like. Nobody who was assigned already is moved.
//!
//! [`propose`] searches for a budget of steps and takes milliseconds; [`improve`] goes on from there
//! until the most is proven or the caller has waited long enough. Both are deterministic: the same
//! week gives the same roster. [`why`], [`holes`] and [`helps`] explain a roster as data, and
//! [`first_come`] is what the roster is compared with.
//!
//! Shifts and people are known by their place in [`Week::shifts`] and [`Week::people`], whatever ids
//! the caller has for them.

mod bottleneck;
mod chain;
mod cuts;
mod exact;
mod explain;
mod fair;
mod first_come;
mod help;
mod liking;
mod model;
mod plan;
#[cfg(test)]
mod properties;
mod relax;
mod search;
mod seats;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use bottleneck::{Cause, Hole, holes};
pub use exact::{Improved, improve};
pub use explain::{Why, why};
pub use fair::gini;
pub use first_come::first_come;
pub use help::{Change, Help, helps};
pub use search::{Proposal, propose};
pub use seats::{Positions, positions};

pub use crate::shift::Role;
use crate::time::Span;
use std::collections::BTreeMap;

/// A shift of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When. Spans are half-open: nobody is in two shifts that overlap.
    pub span: Span,
    /// Leads that it needs; more are never proposed.
    pub leads_min: u32,
    /// Volunteers that it needs.
    pub volunteers_min: u32,
    /// Volunteers that it has room for.
    pub volunteers_max: u32,
}

impl Shift {
    /// People that it needs in a role.
    pub const fn min(&self, role: Role) -> u32 {
        match role {
            Role::Lead => self.leads_min,
            Role::Volunteer => self.volunteers_min,
        }
    }

    /// People that it has room for in a role.
    pub const fn room(&self, role: Role) -> u32 {
        match role {
            Role::Lead => self.leads_min,
            Role::Volunteer => self.volunteers_max,
        }
    }
}

/// A shift that somebody could take, as far as skills, hours and distance go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which, by its place in the week.
    pub shift: usize,
    /// As what.
    pub role: Role,
    /// Whether they would like it better than what else they could take.
    pub liked: bool,
}

/// Somebody who offered time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Shifts that they take this week at most, in all roles together.
    pub most_shifts: u32,
    /// Shifts that they served in the weeks before.
    pub served_before: u32,
    /// What they could take.
    pub offers: Vec<Offer>,
}

/// One line of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The shift, by its place in the week.
    pub shift: usize,
    /// The person, by their place in the week.
    pub person: usize,
    /// As what.
    pub role: Role,
}

/// How many places of a shift that is ready are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// The minimum.
    Least,
    /// More where that makes the week fairer.
    Fairest,
    /// More until the roster has so many lines, as far as there is room: to compare rosters.
    UpTo(usize),
}

/// A week to be filled.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Week {
    /// The shifts.
    pub shifts: Vec<Shift>,
    /// The people who offered time. Of equals, the one who stands first is asked first.
    pub people: Vec<Person>,
    /// Who is assigned already. They are counted and never moved, even where a rule would not allow
    /// them. Lines that name a shift or a person that is not in the week are ignored.
    pub fixed: Vec<Line>,
    /// The positions of those shifts whose volunteers cannot all be anywhere in it, by their place in the
    /// week.
    pub positions: BTreeMap<usize, Positions>,
}

impl Week {
    /// Whether somebody in one of these shifts could not be in the other one.
    pub fn overlap(&self, one: usize, other: usize) -> bool {
        one == other || self.shifts[one].span.overlaps(self.shifts[other].span)
    }

    /// The lines of [`Self::fixed`] that name what is in the week, each once.
    pub fn kept(&self) -> Vec<Line> {
        let mut kept: Vec<Line> = self.fixed.clone();
        kept.retain(|line| line.shift < self.shifts.len() && line.person < self.people.len());
        kept.sort_unstable();
        kept.dedup_by_key(|line| (line.shift, line.person));
        kept
    }

    /// Which shifts these lines, which include the fixed ones, make ready.
    pub fn ready(&self, lines: &[Line]) -> Vec<bool> {
        let mut missing: Vec<[i64; 2]> = self
            .shifts
            .iter()
            .map(|shift| [i64::from(shift.leads_min), i64::from(shift.volunteers_min)])
            .collect();
        for line in lines {
            missing[line.shift][line.role as usize] -= 1;
        }
        missing
            .iter()
            .map(|[leads, volunteers]| *leads <= 0 && *volunteers <= 0)
            .collect()
    }

    /// What everybody served before and serves by these lines, in the order of [`Self::people`].
    pub fn loads(&self, lines: &[Line]) -> Vec<u32> {
        let mut loads: Vec<u32> = self.people.iter().map(|p| p.served_before).collect();
        for line in lines {
            loads[line.person] = loads[line.person].saturating_add(1);
        }
        loads
    }
}
