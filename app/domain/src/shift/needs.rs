//! What a shift needs: how many, who, and what they must know or have read.

use crate::{Reason, Refusal, text, volunteer::GUARDIAN_BELOW};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most positions in a shift.
const MOST_POSITIONS: usize = 20;
/// The most people of each half.
const MOST_PEOPLE: u32 = 500;
/// The most skills or trainings that a shift asks for.
const MOST_ASKED: usize = 10;
/// The longest name of a position, skill or training, in characters.
pub const LONGEST_NAME: usize = 40;
/// The longest text of risks, in characters.
pub const LONGEST_RISKS: usize = 1000;

/// A task inside a shift, with numbers of its own: the registration desk 2, the children's corner 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// What it is called; unique in its shift.
    pub name: String,
    /// How many volunteers it needs.
    pub min: u32,
    /// How many it can take.
    pub max: u32,
    /// The skill that it takes, if any.
    pub skill: Option<String>,
}

/// The text of risks that volunteers confirm. A changed text has the next version, and is confirmed
/// anew (C-96).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risks {
    /// The text; empty where there is nothing to confirm.
    pub text: String,
    /// Its version, from 1.
    pub version: u32,
}

impl Risks {
    /// What follows it with that text: the next version where it says something else (C-96).
    #[must_use]
    pub fn followed_by(&self, text: String) -> Self {
        let version = match text == self.text {
            true => self.version,
            false => self.version.saturating_add(1),
        };
        Self { text, version }
    }
}

/// What a shift needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The least number of leads: one or more.
    pub leads_min: u32,
    /// The least number of volunteers with whom it can begin.
    pub volunteers_min: u32,
    /// The largest number of volunteers.
    pub volunteers_max: u32,
    /// How many can wait for a place.
    pub waitlist_capacity: u32,
    /// The tasks in it; none where everybody does the same.
    pub positions: Vec<Position>,
    /// Skills that every volunteer of it has.
    pub skills: BTreeSet<String>,
    /// Trainings that are valid for every volunteer on the day (C-83).
    pub trainings: BTreeSet<String>,
    /// The least age of a volunteer on the day.
    pub min_age: Option<u8>,
    /// Below this age a guardian is in the same shift.
    pub guardian_below: u8,
    /// What volunteers confirm.
    pub risks: Risks,
}

impl Default for Needs {
    /// One lead, one volunteer, a guardian with children.
    fn default() -> Self {
        Self {
            leads_min: 1,
            volunteers_min: 1,
            volunteers_max: 1,
            waitlist_capacity: 0,
            positions: Vec::new(),
            skills: BTreeSet::new(),
            trainings: BTreeSet::new(),
            min_age: None,
            guardian_below: GUARDIAN_BELOW,
            risks: Risks {
                text: String::new(),
                version: 1,
            },
        }
    }
}

fn at_most(field: &str, number: u32) -> Result<(), Refusal> {
    match number <= MOST_PEOPLE {
        true => Ok(()),
        false => Err(Refusal::invalid(field, Reason::OutOfRange)),
    }
}

fn named(field: &str, name: &str) -> Result<(), Refusal> {
    match (1..=LONGEST_NAME).contains(&name.trim().chars().count()) {
        true => Ok(()),
        false => Err(Refusal::invalid(field, Reason::MissingOrTooLong)),
    }
}

impl Needs {
    /// Checks that a shift can need this.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.leads_min == 0 {
            return Err(Refusal::invalid("leads_min", Reason::OutOfRange));
        }
        if self.volunteers_max == 0 {
            return Err(Refusal::invalid("volunteers_max", Reason::OutOfRange));
        }
        at_most("leads_min", self.leads_min)?;
        at_most("volunteers_max", self.volunteers_max)?;
        at_most("waitlist_capacity", self.waitlist_capacity)?;
        if self.volunteers_min > self.volunteers_max {
            return Err(Refusal::invalid("volunteers_min", Reason::OutOfRange));
        }
        if self.min_age > Some(130) || self.guardian_below > 18 {
            let field = match self.guardian_below > 18 {
                true => "guardian_below",
                false => "min_age",
            };
            return Err(Refusal::invalid(field, Reason::OutOfRange));
        }
        if self.risks.text.chars().count() > LONGEST_RISKS {
            return Err(Refusal::invalid("risks", Reason::TooLong));
        }
        for (field, asked) in [("skills", &self.skills), ("trainings", &self.trainings)] {
            if asked.len() > MOST_ASKED {
                return Err(Refusal::invalid(field, Reason::RepeatedOrTooMany));
            }
            asked.iter().try_for_each(|name| named(field, name))?;
        }
        self.check_positions()
    }

    /// The needs with their texts as they are stored.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a text that cannot be kept.
    pub fn tidied(&self) -> Result<Self, Refusal> {
        let all = |field: &str, names: &BTreeSet<String>| {
            let names = names
                .iter()
                .map(|name| text::name(field, name, LONGEST_NAME));
            names.collect::<Result<BTreeSet<_>, _>>()
        };
        let mut needs = Self {
            skills: all("skills", &self.skills)?,
            trainings: all("trainings", &self.trainings)?,
            ..self.clone()
        };
        needs.risks.text = text::lines("risks", &self.risks.text, LONGEST_RISKS)?;
        for position in &mut needs.positions {
            position.name = text::name("positions", &position.name, LONGEST_NAME)?;
            let skill = position.skill.as_deref();
            let skill = skill.map(|skill| text::name("positions", skill, LONGEST_NAME));
            position.skill = skill.transpose()?;
        }
        Ok(needs)
    }

    fn check_positions(&self) -> Result<(), Refusal> {
        let invalid = |reason| Refusal::invalid("positions", reason);
        let names: BTreeSet<&str> = self.positions.iter().map(|p| p.name.as_str()).collect();
        if names.len() < self.positions.len() || names.len() > MOST_POSITIONS {
            return Err(invalid(Reason::RepeatedOrTooMany));
        }
        for position in &self.positions {
            named("positions", &position.name)?;
            if let Some(skill) = &position.skill {
                named("positions", skill)?;
            }
            if position.max == 0 || position.max > MOST_PEOPLE {
                return Err(invalid(Reason::OutOfRange));
            }
            if position.min > position.max {
                return Err(invalid(Reason::OutOfRange));
            }
        }
        let least: u32 = self.positions.iter().map(|p| p.min).sum();
        let most: u32 = self.positions.iter().map(|p| p.max).sum();
        // All of the places lie in some position, and the least of each fit in.
        if !self.positions.is_empty() && (least > self.volunteers_max || most < self.volunteers_max)
        {
            return Err(invalid(Reason::OutOfRange));
        }
        Ok(())
    }

    /// The place of a position in the list.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.positions
            .iter()
            .position(|position| position.name == name)
    }
}
