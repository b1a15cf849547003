//! What the staff's form offers instead of RRULE text: every Wednesday and Friday, the last Sunday
//! of the month, and so on.

use crate::{Reason, Refusal};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Most units (days, weeks) between two sittings that the form takes.
const MAX_EVERY: u16 = 52;

/// The days on which something takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pattern", rename_all = "snake_case")]
pub enum Pattern {
    /// Every n days.
    Daily {
        /// 1 is every day; at most 52.
        every: u16,
    },
    /// On these weekdays, every n weeks; a week begins on Monday.
    Weekly {
        /// 1 is every week; at most 52.
        every: u16,
        /// At least one.
        weekdays: Vec<Weekday>,
    },
    /// On one weekday of every month.
    MonthlyNthWeekday {
        /// 1 to 5 (months without a fifth are left out), or -1 for the last.
        nth: i8,
        /// The weekday.
        weekday: Weekday,
    },
    /// On one day of every month.
    MonthlyDay {
        /// 1 to 31 (months without that day are left out), or -1 for the last.
        day: i8,
    },
}

/// When a pattern ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// After so many sittings, the first and excluded ones included.
    Count(u16),
    /// With the last sitting that starts on or before this day in Shanghai.
    Until(NaiveDate),
}

impl Pattern {
    /// The rule as RFC 5545 text without `RRULE:`, which other calendars understand as well.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `every`, `weekdays`, `nth`, `day`, `count` or `until`.
    pub fn rrule(&self, end: End) -> Result<String, Refusal> {
        let days = match self {
            Self::Daily { every } => format!("FREQ=DAILY;INTERVAL={}", checked_every(*every)?),
            Self::Weekly { every, weekdays } => {
                let mut days = weekdays.clone();
                days.sort_by_key(Weekday::num_days_from_monday);
                days.dedup();
                if days.is_empty() {
                    return Err(Refusal::invalid("weekdays", Reason::Missing));
                }
                let days: Vec<_> = days.into_iter().map(code).collect();
                format!(
                    "FREQ=WEEKLY;INTERVAL={};BYDAY={}",
                    checked_every(*every)?,
                    days.join(",")
                )
            }
            Self::MonthlyNthWeekday { nth, weekday } => {
                if !matches!(nth, -1 | 1..=5) {
                    return Err(Refusal::invalid("nth", Reason::OutOfRange));
                }
                format!("FREQ=MONTHLY;BYDAY={nth}{}", code(*weekday))
            }
            Self::MonthlyDay { day } => {
                if !matches!(day, -1 | 1..=31) {
                    return Err(Refusal::invalid("day", Reason::OutOfRange));
                }
                format!("FREQ=MONTHLY;BYMONTHDAY={day}")
            }
        };
        Ok(format!("{days};{}", end.part()?))
    }

    /// Whether the pattern, starting on `first`, includes `day`: for flagging a first date that
    /// isn't part of its own pattern.
    pub fn falls_on(&self, first: NaiveDate, day: NaiveDate) -> bool {
        match self {
            Self::Daily { every } => {
                day.signed_duration_since(first).num_days() % i64::from((*every).max(1)) == 0
            }
            Self::Weekly { every, weekdays } => {
                let monday = |d: NaiveDate| d.week(Weekday::Mon).first_day();
                let weeks = monday(day).signed_duration_since(monday(first)).num_days() / 7;
                weekdays.contains(&day.weekday()) && weeks % i64::from((*every).max(1)) == 0
            }
            Self::MonthlyNthWeekday { nth, weekday } => {
                day.weekday() == *weekday
                    && match nth {
                        -1 => day
                            .checked_add_days(Days::new(7))
                            .is_none_or(|later| later.month() != day.month()),
                        _ => i64::from(*nth) == i64::from((day.day() - 1) / 7 + 1),
                    }
            }
            Self::MonthlyDay { day: wanted } => match wanted {
                -1 => day
                    .succ_opt()
                    .is_none_or(|next| next.month() != day.month()),
                _ => i64::from(*wanted) == i64::from(day.day()),
            },
        }
    }
}

impl End {
    fn part(self) -> Result<String, Refusal> {
        match self {
            Self::Count(0) => Err(Refusal::invalid("count", Reason::OutOfRange)),
            Self::Count(count) => Ok(format!("COUNT={count}")),
            // The RFC wants UTC here for times with a zone: 23:59:59 in Shanghai.
            Self::Until(day) if (2000..2200).contains(&day.year()) => {
                Ok(format!("UNTIL={}T155959Z", day.format("%Y%m%d")))
            }
            Self::Until(_) => Err(Refusal::invalid("until", Reason::OutOfRange)),
        }
    }
}

fn checked_every(every: u16) -> Result<u16, Refusal> {
    if (1..=MAX_EVERY).contains(&every) {
        Ok(every)
    } else {
        Err(Refusal::invalid("every", Reason::OutOfRange))
    }
}

const fn code(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
