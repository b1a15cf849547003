//! The staff's calendar of a center: which days it shows, where each thing stands, what is in each
//! other's way, when there is time, and where something may be moved.

mod clash;
mod free;
mod layout;
mod moving;

pub use clash::{Clash, Planned, Shared, clashes};
pub use free::{CLOSES, LOOKED_AHEAD, MOST_FREE, OPENS, STEP, free_times, off_work};
pub use layout::{Block, SLOT, cells, lanes, slots};
pub use moving::{Moving, may_move};

use crate::{
    availability::Part,
    spans::cut,
    time::{DAY, Span, Timestamp},
};
use chrono::{Datelike as _, Days, Months, NaiveDate, Timelike as _};

crate::text_enum! {
    /// How much the calendar shows.
    pub enum View {
        /// One day, by the hour.
        Day = "day",
        /// From Monday to Sunday.
        Week = "week",
        /// A month, in whole weeks.
        Month = "month",
    }
}

crate::text_enum! {
    /// What the rows or columns of the calendar are.
    pub enum By {
        /// Only the time.
        Time = "time",
        /// A room each.
        Room = "room",
        /// A lead each.
        Person = "person",
        /// A service field each.
        Field = "field",
    }
}

impl View {
    /// The days that are shown when it is opened on one of them, in order. A week begins on Monday, and
    /// a month has all of each week that it is in.
    pub fn days(self, on: NaiveDate) -> Vec<NaiveDate> {
        let (first, last) = match self {
            Self::Day => (on, on),
            Self::Week => (monday(on), sunday(on)),
            Self::Month => (monday(first_of(on)), sunday(last_of(on))),
        };
        first.iter_days().take_while(|day| *day <= last).collect()
    }

    /// A day by which the page before is opened.
    pub fn before(self, on: NaiveDate) -> NaiveDate {
        let before = match self {
            Self::Day => on.pred_opt(),
            Self::Week => on.checked_sub_days(Days::new(7)),
            Self::Month => first_of(on).checked_sub_months(Months::new(1)),
        };
        before.unwrap_or(on)
    }

    /// A day by which the page after is opened.
    pub fn after(self, on: NaiveDate) -> NaiveDate {
        let after = match self {
            Self::Day => on.succ_opt(),
            Self::Week => on.checked_add_days(Days::new(7)),
            Self::Month => first_of(on).checked_add_months(Months::new(1)),
        };
        after.unwrap_or(on)
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

fn sunday(day: NaiveDate) -> NaiveDate {
    let until = 6 - u64::from(day.weekday().num_days_from_monday());
    day.checked_add_days(Days::new(until)).unwrap_or(day)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of(day: NaiveDate) -> NaiveDate {
    let next = first_of(day).checked_add_months(Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// All of a day in Shenzhen.
pub fn whole(day: NaiveDate) -> Span {
    let start = Timestamp::start_of(day);
    Span::kept(start, start.plus(DAY))
}

/// All of these days, which follow each other; none for no day.
pub fn window(days: &[NaiveDate]) -> Option<Span> {
    let (first, last) = (days.first()?, days.last()?);
    Some(Span::kept(whole(*first).start(), whole(*last).end()))
}

/// The part of a span that lies on a day: what lasts past midnight is on both days (C-52), what ends at
/// midnight is not on the next (C-51).
pub fn on_day(span: Span, day: NaiveDate) -> Option<Span> {
    cut(span, whole(day))
}

/// The part of a day under which something stands: where it begins on that day.
pub fn part_of(span: Span, day: NaiveDate) -> Option<Part> {
    let part = on_day(span, day)?;
    Some(Part::at(part.start().local().hour()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown(view: View, on: &str) -> (String, String, usize) {
        let days = view.days(day(on));
        let text = |day: Option<&NaiveDate>| day.unwrap().to_string();
        (text(days.first()), text(days.last()), days.len())
    }

    #[test]
    fn a_week_begins_on_monday_and_a_month_has_whole_weeks() {
        let of = |first: &str, last: &str, count| (first.to_owned(), last.to_owned(), count);
        assert_eq!(
            shown(View::Day, "2026-11-30"),
            of("2026-11-30", "2026-11-30", 1)
        );
        for on in ["2026-11-30", "2026-12-06"] {
            assert_eq!(shown(View::Week, on), of("2026-11-30", "2026-12-06", 7));
        }
        assert_eq!(
            shown(View::Month, "2026-11-15"),
            of("2026-10-26", "2026-12-06", 42)
        );
        // February 2027 is four weeks to the day.
        assert_eq!(
            shown(View::Month, "2027-02-28"),
            of("2027-02-01", "2027-02-28", 28)
        );
        assert_eq!(
            shown(View::Month, "2028-02-29"),
            of("2028-01-31", "2028-03-05", 35)
        );
    }

    #[test]
    fn the_pages_before_and_after_are_the_neighbours() {
        let steps = |view: View, on: &str| {
            let on = day(on);
            (view.before(on).to_string(), view.after(on).to_string())
        };
        let of = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        assert_eq!(
            steps(View::Day, "2027-01-01"),
            of("2026-12-31", "2027-01-02")
        );
        assert_eq!(
            steps(View::Week, "2026-12-30"),
            of("2026-12-23", "2027-01-06")
        );
        // From the 31st no short month is skipped.
        assert_eq!(
            steps(View::Month, "2027-01-31"),
            of("2026-12-01", "2027-02-01")
        );
    }

    #[test]
    fn c52_what_lasts_past_midnight_is_on_both_days_and_c51_what_ends_there_is_not() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let night = Span::new(at("2026-11-30T22:00"), at("2026-12-01T02:00")).unwrap();
        let hours = |on: &str| {
            let part = on_day(night, day(on))?;
            Some((part.end().0 - part.start().0) / crate::time::HOUR)
        };
        assert_eq!(hours("2026-11-30"), Some(2));
        assert_eq!(hours("2026-12-01"), Some(2));
        assert_eq!(hours("2026-11-29"), None);
        assert_eq!(part_of(night, day("2026-11-30")), Some(Part::Evening));
        assert_eq!(part_of(night, day("2026-12-01")), Some(Part::Morning));
        assert_eq!(part_of(night, day("2026-12-02")), None);
        let late = Span::new(at("2026-11-30T22:00"), at("2026-12-01T00:00")).unwrap();
        assert!(on_day(late, day("2026-11-30")).is_some());
        assert_eq!(on_day(late, day("2026-12-01")), None);
    }
}
