//! The public holidays of 2026 as they were announced. None of later years, so that one sees what a
//! year without its notice looks like.

use crate::{Act, Db, Result, holidays};
use chrono::{Days, NaiveDate};
use domain::holiday::{Day, Notice};

/// The year.
const YEAR: i32 = 2026;

/// A holiday: its name, month and day of the first day off, how many days it lasts, and which days are
/// worked instead.
type Holiday = (&'static str, (u32, u32), u64, &'static [(u32, u32)]);

const HOLIDAYS: [Holiday; 7] = [
    ("元旦", (1, 1), 3, &[(1, 4)]),
    ("春节", (2, 15), 9, &[(2, 14), (2, 28)]),
    ("清明节", (4, 4), 3, &[]),
    ("劳动节", (5, 1), 5, &[(5, 9)]),
    ("端午节", (6, 19), 3, &[]),
    ("中秋节", (9, 25), 3, &[]),
    ("国庆节", (10, 1), 7, &[(9, 20), (10, 10)]),
];

/// The year's days, unless somebody has imported that year.
pub(super) async fn seed(db: &Db, act: &Act) -> Result<()> {
    let notice = Notice {
        year: YEAR,
        papers: Vec::new(),
        days: days(),
    };
    holidays::import_demo(db, act, notice).await.map(drop)
}

fn days() -> Vec<Day> {
    let mut days: Vec<Day> = HOLIDAYS.iter().flat_map(days_of).collect();
    days.sort_by_key(|day| day.on);
    days
}

fn days_of((name, first, length, worked): &Holiday) -> Vec<Day> {
    let date = |(month, day): (u32, u32)| NaiveDate::from_ymd_opt(YEAR, month, day);
    let named = |is_off: bool| {
        move |on| Day {
            on,
            name: (*name).to_owned(),
            is_off,
        }
    };
    let first = date(*first);
    let off = (0..*length).filter_map(|n| first?.checked_add_days(Days::new(n)));
    let worked = worked.iter().filter_map(|of| date(*of));
    off.map(named(true))
        .chain(worked.map(named(false)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_has_its_announced_days_each_once() {
        let days = days();
        assert!(days.windows(2).all(|pair| pair[0].on < pair[1].on));
        let worked: Vec<_> = days.iter().filter(|day| !day.is_off).collect();
        let worked: Vec<_> = worked.iter().map(|day| day.on.to_string()).collect();
        assert_eq!(
            worked,
            [
                "2026-01-04",
                "2026-02-14",
                "2026-02-28",
                "2026-05-09",
                "2026-09-20",
                "2026-10-10"
            ]
        );
        assert_eq!(days.len(), 39);
    }
}
