//! A month of the calendar in Shanghai.

use crate::{Reason, Refusal};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A month, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day.
    pub const fn first(self) -> NaiveDate {
        self.0
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().0.pred_opt().unwrap_or(self.0)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(
            self.0
                .checked_add_months(chrono::Months::new(1))
                .unwrap_or(self.0),
        )
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(
            self.0
                .checked_sub_months(chrono::Months::new(1))
                .unwrap_or(self.0),
        )
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Its number in the year, from 1.
    pub fn number(self) -> u32 {
        self.0.month()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl std::str::FromStr for Month {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::invalid("month", Reason::UnknownValue);
        let plain = text.len() == 7 && text.as_bytes().get(4) == Some(&b'-');
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
        let day = day.map_err(|_| wrong())?;
        match plain && (2000..2200).contains(&day.year()) {
            true => Ok(Self(day)),
            false => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Month {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}
