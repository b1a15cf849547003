//! The city's text changes after a center has put its own in its place: what it was, what it is, and what
//! the center says (`beyond.md` 18). Fields that the city locks read the same everywhere.

use super::{ItemTexts, Overrides, TextField};
use crate::{Reason, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The fields that no center says in its own words.
pub type Locked = BTreeSet<TextField>;

/// A field in which the template has changed under a center's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// Which.
    pub field: TextField,
    /// What the template said when the center put its own words there; none for nothing.
    pub was: Option<String>,
    /// What it says now.
    pub is: Option<String>,
    /// What the center says.
    pub own: String,
}

/// Where the template says something else than it did when the center put its own words there. What the
/// center says in the template's new words already is no fork, nor is a locked field.
pub fn forks(
    base: &ItemTexts,
    template: &ItemTexts,
    own: &Overrides,
    locked: &Locked,
) -> Vec<Fork> {
    let own = own.normalised(template);
    let fork = |field: TextField| {
        let (was, is) = (base.get(field), template.get(field));
        let own = own.get(field).filter(|_| !locked.contains(&field))?.clone();
        (was != is).then_some(Fork {
            field,
            was,
            is,
            own,
        })
    };
    TextField::ALL.iter().copied().filter_map(fork).collect()
}

/// What a center's words become, given what it said before: in a locked field they stay as they were, put
/// aside until the city unlocks it.
///
/// # Errors
/// [`Refusal::Invalid`] on the first locked field that would be said otherwise: `locked`.
pub fn admit(before: &Overrides, to: &Overrides, locked: &Locked) -> Result<Overrides, Refusal> {
    let mut admitted = to.clone();
    for field in locked {
        let aside = before.get(*field);
        match to.get(*field) {
            Some(text) if Some(text) != aside => {
                return Err(Refusal::invalid(field.as_str(), Reason::Locked));
            }
            _ => admitted.set(*field, aside.cloned()),
        }
    }
    Ok(admitted)
}
