//! Reports: what happened at centers, out of attendance and never typed. What each figure means stands at
//! its field in [`Counts`] and [`People`]; what is not shown because it is about too few people says
//! [`protect`] (C-172).

mod alike;
mod audit;
mod month;
mod protect;
mod year;

pub use alike::{ENOUGH, Middle, Place};
pub use month::Month;
pub use protect::{Cell, Coords, Hidden, Level, SMALL, protect};
pub use year::{
    CONTRACTED, Correction, Kept, check_closable, check_target, checked_year, corrections,
};

use crate::{Reason, Refusal, access::Scope, time::Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// The longest stretch that one report is over, in days: three years and a leap day.
pub const LONGEST: i64 = 3 * 366;

/// What can be added up over cells: counts of events, not of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Dates of groups that somebody came to.
    pub sessions: u64,
    /// Dates of community activities that somebody came to.
    pub activities: u64,
    /// 人次: everybody who came to each date, walk-ins too. Booked is not attended: who waits, cancels
    /// or stays away counts nothing here.
    pub attendances: u64,
    /// Of them those who came without a booking.
    pub walk_ins: u64,
    /// Those who had a place, did not cancel and did not come.
    pub no_shows: u64,
    /// Shifts in which a volunteer was there.
    pub shifts: u64,
    /// Minutes of volunteers that scans prove and a lead validated, corrections included.
    pub volunteer_minutes: i64,
    /// Minutes that were entered by hand and approved: never mixed with those (C-89).
    pub entered_minutes: i64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.activities += other.activities;
        self.attendances += other.attendances;
        self.walk_ins += other.walk_ins;
        self.no_shows += other.no_shows;
        self.shifts += other.shifts;
        self.volunteer_minutes += other.volunteer_minutes;
        self.entered_minutes += other.entered_minutes;
    }
}

/// What can't be added up: each is counted once over all that a row covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// 个案: activities of casework with a date that somebody came to. Slots and counts only.
    pub cases: u64,
    /// 小组: groups with a date that somebody came to.
    pub groups: u64,
    /// 人数: different people who came.
    pub persons: u64,
    /// Different volunteers who were there. They are counted apart from those who came.
    pub volunteers: u64,
}

crate::text_enum! {
    /// A figure of a report, in the order in which tables show them.
    pub enum Figure {
        /// [`People::cases`].
        Cases = "cases",
        /// [`People::groups`].
        Groups = "groups",
        /// [`Counts::sessions`].
        Sessions = "sessions",
        /// [`Counts::activities`].
        Activities = "activities",
        /// [`Counts::attendances`].
        Attendances = "attendances",
        /// [`People::persons`].
        Persons = "persons",
        /// [`Counts::walk_ins`].
        WalkIns = "walk_ins",
        /// [`Counts::no_shows`].
        NoShows = "no_shows",
        /// [`Counts::shifts`].
        Shifts = "shifts",
        /// [`People::volunteers`].
        Volunteers = "volunteers",
        /// [`Counts::volunteer_minutes`].
        VolunteerMinutes = "volunteer_minutes",
        /// [`Counts::entered_minutes`].
        EnteredMinutes = "entered_minutes",
    }
}

/// By what the rows of a report are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct By {
    /// A row for each field of service.
    pub field: bool,
    /// A row for each month, in Shanghai.
    pub month: bool,
    /// A row for each place of that size.
    pub place: PlaceBy,
}

/// The size of the places that rows are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceBy {
    /// Not by place.
    #[default]
    Whole,
    /// District.
    District,
    /// Subdistrict.
    Subdistrict,
    /// Center.
    Center,
}

impl By {
    /// Reads `field,month,center`: any of these, in any order; `district` or `subdistrict` in place of
    /// `center`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for another word, and for two sizes of places.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::invalid("by", Reason::UnknownValue);
        let mut by = Self::default();
        for word in text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let place = match word {
                "field" => {
                    by.field = true;
                    continue;
                }
                "month" => {
                    by.month = true;
                    continue;
                }
                "center" => PlaceBy::Center,
                "subdistrict" => PlaceBy::Subdistrict,
                "district" => PlaceBy::District,
                _ => return Err(wrong()),
            };
            if by.place != PlaceBy::Whole && by.place != place {
                return Err(wrong());
            }
            by.place = place;
        }
        Ok(by)
    }
}

impl std::fmt::Display for By {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = match self.place {
            PlaceBy::Whole => None,
            PlaceBy::District => Some("district"),
            PlaceBy::Subdistrict => Some("subdistrict"),
            PlaceBy::Center => Some("center"),
        };
        let words = [
            self.field.then_some("field"),
            self.month.then_some("month"),
            place,
        ];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        f.write_str(&words.join(","))
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Over which centers.
    pub scope: Scope,
    /// Over which days.
    pub days: Days,
    /// How the rows are told apart.
    pub by: By,
}

/// Days from one to another, both included, in Shanghai. A date of an activity or a shift belongs to the
/// day on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

impl Days {
    /// Those days.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where the end lies before the beginning, or over [`LONGEST`] days after it.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        if to < from {
            return Err(Refusal::invalid("to", Reason::BeforeFrom));
        }
        if (to - from).num_days() >= LONGEST {
            return Err(Refusal::invalid("to", Reason::OutOfRange));
        }
        Ok(Self { from, to })
    }

    /// A whole month.
    pub fn of(month: Month) -> Self {
        Self {
            from: month.first(),
            to: month.last(),
        }
    }

    /// The week from that day on.
    pub fn week_from(from: NaiveDate) -> Self {
        let to = from.checked_add_days(chrono::Days::new(6)).unwrap_or(from);
        Self { from, to }
    }

    /// The first.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// The last.
    pub const fn to(self) -> NaiveDate {
        self.to
    }

    /// From the first instant to the one after the last.
    pub fn instants(self) -> (Timestamp, Timestamp) {
        let after = self.to.succ_opt().unwrap_or(self.to);
        (Timestamp::start_of(self.from), Timestamp::start_of(after))
    }

    /// Those of them that lie in a month.
    pub fn in_month(self, month: Month) -> Option<Self> {
        let (from, to) = (self.from.max(month.first()), self.to.min(month.last()));
        (from <= to).then_some(Self { from, to })
    }

    /// Both together, where the others follow upon these without a gap.
    pub fn and(self, others: Self) -> Option<Self> {
        (self.to.succ_opt()? == others.from).then_some(Self {
            from: self.from,
            to: others.to,
        })
    }

    /// Every month that has a day here, each with whether all its days are here.
    pub fn months(self) -> Vec<(Month, bool)> {
        let mut months = Vec::new();
        let mut month = Month::of(self.from);
        while month.first() <= self.to {
            months.push((month, month.first() >= self.from && month.last() <= self.to));
            month = month.next();
        }
        months
    }
}

#[cfg(test)]
mod tests;
