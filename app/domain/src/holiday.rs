//! Public holidays and the weekends that are worked instead (调休), as a notice announces them for a
//! year: data that is imported, because nobody knows a year before its notice.
//!
//! A notice's year is the year that it is of: days of December can come from the next year's notice.
//! Weekends that merely adjoin a holiday are in none.

mod arrange;
mod compare;
mod read;
#[cfg(test)]
mod tests;

pub use arrange::{Choice, Put, put};
pub use compare::{News, compare};
pub use read::{MOST_BYTES, MOST_DAYS, Read, Row, Wrong, read};

use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A day that is not as others of its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub on: NaiveDate,
    /// The holiday's name, as announced.
    pub name: String,
    /// Whether people have it off; else it is worked, though it is a weekend.
    pub is_off: bool,
}

/// What is announced for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The year that it is of.
    pub year: i32,
    /// Where it can be read.
    pub papers: Vec<String>,
    /// Its days, ascending, each once.
    pub days: Vec<Day>,
}

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Nothing was announced of it.
    Ordinary,
    /// A public holiday of that name.
    Off(&'a str),
    /// Worked, in exchange for a day of the holiday of that name.
    Working(&'a str),
    /// Nobody has imported its year, so nothing can be said.
    NotAnnounced,
}

impl DayKind<'_> {
    /// Whether it is a holiday or worked in exchange for one.
    pub const fn is_announced(self) -> bool {
        matches!(self, Self::Off(_) | Self::Working(_))
    }
}

/// All notices together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    years: BTreeSet<i32>,
    days: BTreeMap<NaiveDate, Day>,
}

impl Holidays {
    /// What these notices say. Where two say something of a day, the later one's year holds.
    pub fn of(notices: impl IntoIterator<Item = Notice>) -> Self {
        let mut sorted: Vec<Notice> = notices.into_iter().collect();
        sorted.sort_by_key(|notice| notice.year);
        let years = sorted.iter().map(|notice| notice.year).collect();
        let days = sorted.into_iter().flat_map(|notice| notice.days);
        Self {
            years,
            days: days.map(|day| (day.on, day)).collect(),
        }
    }

    /// What a day is, as far as anybody has said.
    pub fn kind(&self, day: NaiveDate) -> DayKind<'_> {
        use chrono::Datelike as _;
        match self.days.get(&day) {
            Some(of) if of.is_off => DayKind::Off(&of.name),
            Some(of) => DayKind::Working(&of.name),
            None if self.years.contains(&day.year()) => DayKind::Ordinary,
            None => DayKind::NotAnnounced,
        }
    }

    /// The years whose notice is known.
    pub const fn years(&self) -> &BTreeSet<i32> {
        &self.years
    }
}
