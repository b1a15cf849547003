//! A center's year: what its contract asks, and the months that it has closed.

use super::{Figure, Month};
use crate::{Reason, Refusal, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A year that can be reported on.
///
/// # Errors
/// [`Refusal::Invalid`] on `year`.
pub fn checked_year(year: i32) -> Result<i32, Refusal> {
    match year {
        2000..=2199 => Ok(year),
        _ => Err(Refusal::invalid("year", Reason::OutOfRange)),
    }
}

/// What a contract counts (`domain.md` section 4: 30 cases, 11 groups, 96 community activities a year).
pub const CONTRACTED: [Figure; 6] = [
    Figure::Cases,
    Figure::Groups,
    Figure::Sessions,
    Figure::Activities,
    Figure::Attendances,
    Figure::Shifts,
];

/// The largest target.
const MOST: u32 = 1_000_000;

/// Whether a contract can ask for so much of it.
///
/// # Errors
/// [`Refusal::Invalid`] for a figure that no contract counts, and beyond a million.
pub fn check_target(figure: Figure, target: u32) -> Result<(), Refusal> {
    if !CONTRACTED.contains(&figure) {
        return Err(Refusal::invalid(figure.as_str(), Reason::UnknownValue));
    }
    match target <= MOST {
        true => Ok(()),
        false => Err(Refusal::invalid(figure.as_str(), Reason::OutOfRange)),
    }
}

/// Whether a month can be closed: once it is over.
///
/// # Errors
/// [`Refusal::NotOver`].
pub fn check_closable(month: Month, now: Timestamp) -> Result<(), Refusal> {
    let until = Timestamp::start_of(month.next().first());
    match now >= until {
        true => Ok(()),
        false => Err(Refusal::NotOver { until }),
    }
}

/// The figures of a line as they were reported; those about too few people are absent.
pub type Kept = BTreeMap<Figure, i64>;

/// A figure that says something else now than when its month was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which.
    pub figure: Figure,
    /// What was reported; absent where it was about too few people.
    pub was: Option<i64>,
    /// What it is now.
    pub is: Option<i64>,
}

/// What has changed since, in the order of the figures.
pub fn corrections(kept: &Kept, now: &Kept) -> Vec<Correction> {
    let changed = Figure::ALL.iter().filter_map(|figure| {
        let (was, is) = (kept.get(figure).copied(), now.get(figure).copied());
        (was != is).then_some(Correction {
            figure: *figure,
            was,
            is,
        })
    });
    changed.collect()
}
