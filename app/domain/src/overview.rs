//! How the centers of a scope stand, for whoever oversees them: what is out of order first. Nobody is
//! compared with everybody; what is shown are a center's own weeks beside each other.

use crate::{
    agency::{Term, runs_out},
    desk_today::months_to_close,
    report::{Days, Month},
    time::{DAY, Timestamp},
};
use chrono::{Datelike as _, Duration, NaiveDate};
use std::collections::BTreeSet;

/// So far ahead, a shift without anybody to lead it is out of order.
pub const LEADS_AHEAD: i64 = DAY;
/// So long after its end, a month that nobody has closed is out of order.
pub const MONTH_GRACE: i64 = 7 * DAY;

crate::text_enum! {
    /// What is out of order at a center, the most urgent first.
    pub enum Concern {
        /// Shifts of the next day that nobody leads.
        NoLead = "no_lead",
        /// Since yesterday, nobody was checked in to any of the dates that people had booked.
        NoCheckIns = "no_check_ins",
        /// Kiosks in use that nobody hears of.
        Kiosk = "kiosk",
        /// Months that are long over and not closed.
        Months = "months",
        /// The contract under which the center is run ends soon, and none follows.
        Contract = "contract",
    }
}

/// What is known of a center.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Published shifts that begin within [`LEADS_AHEAD`] and that nobody leads.
    pub no_lead: u32,
    /// Dates that are over since the beginning of yesterday and that people had booked.
    pub over: u32,
    /// How many people came to those.
    pub came: u32,
    /// Kiosks in use that nobody hears of.
    pub kiosks: u32,
    /// When the center first had something on.
    pub first: Option<Timestamp>,
    /// Its closed months.
    pub closed: BTreeSet<Month>,
    /// The days of all contracts under which agencies run it.
    pub contracts: Vec<Term>,
}

/// What is out of order, and how much of it.
pub fn concerns(facts: &Facts, now: Timestamp) -> Vec<(Concern, u32)> {
    let unseen = if facts.came == 0 { facts.over } else { 0 };
    let is_long_over =
        |month: &Month| Timestamp::start_of(month.next().first()) < now.plus(-MONTH_GRACE);
    let months = months_to_close(facts.first, &facts.closed, now);
    let months = months.iter().filter(|month| is_long_over(month)).count();
    let all = [
        (Concern::NoLead, facts.no_lead),
        (Concern::NoCheckIns, unseen),
        (Concern::Kiosk, facts.kiosks),
        (Concern::Months, u32::try_from(months).unwrap_or(u32::MAX)),
        (
            Concern::Contract,
            u32::from(runs_out(&facts.contracts, now).is_some()),
        ),
    ];
    all.into_iter().filter(|(_, many)| *many > 0).collect()
}

/// The last week that is over, from Monday to Sunday, and the one before it.
pub fn last_weeks(today: NaiveDate) -> [Days; 2] {
    let monday = i64::from(today.weekday().num_days_from_monday());
    [7, 14].map(|back| {
        let from = today - Duration::days(monday + back);
        Days::week_from(from)
    })
}

/// How dark a tile is, in five steps to the largest: 0 for nothing.
pub fn step(value: u64, most: u64) -> u8 {
    if value == 0 || most == 0 {
        return 0;
    }
    let fifth = (value.min(most) * 5).div_ceil(most);
    u8::try_from(fifth).unwrap_or(5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn what_is_out_of_order_is_told_in_order() {
        let now = at("2026-11-30T10:00");
        let calm = Facts::default();
        assert_eq!(concerns(&calm, now), []);
        let facts = Facts {
            no_lead: 1,
            over: 3,
            came: 0,
            kiosks: 2,
            first: Some(at("2026-09-10T09:00")),
            closed: BTreeSet::from(["2026-09".parse().unwrap()]),
            contracts: vec![
                Term::new("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap()).unwrap(),
            ],
        };
        assert_eq!(
            concerns(&facts, now),
            [
                (Concern::NoLead, 1),
                (Concern::NoCheckIns, 3),
                (Concern::Kiosk, 2),
                (Concern::Months, 1),
                (Concern::Contract, 1),
            ]
        );
        // One person who was seen is enough: the door works.
        let seen = Facts { came: 1, ..facts };
        assert!(
            !concerns(&seen, now)
                .iter()
                .any(|(of, _)| *of == Concern::NoCheckIns)
        );
    }

    #[test]
    fn a_month_has_a_week_to_be_closed_in() {
        let facts = Facts {
            first: Some(at("2026-10-10T09:00")),
            ..Facts::default()
        };
        assert_eq!(concerns(&facts, at("2026-11-08T00:00")), []);
        assert_eq!(
            concerns(&facts, at("2026-11-08T00:01")),
            [(Concern::Months, 1)]
        );
    }

    #[test]
    fn weeks_begin_on_monday() {
        for today in ["2026-11-30", "2026-12-03", "2026-12-06"] {
            let [last, before] = last_weeks(today.parse().unwrap());
            let told =
                [last.from(), last.to(), before.from(), before.to()].map(|day| day.to_string());
            assert_eq!(
                told,
                ["2026-11-23", "2026-11-29", "2026-11-16", "2026-11-22"],
                "{today}"
            );
        }
    }

    proptest! {
        #[test]
        fn steps_grow_with_the_value(a in 0u64..500, b in 0u64..500, most in 0u64..500) {
            let (small, large) = (step(a.min(b), most), step(a.max(b), most));
            prop_assert!(small <= large && large <= 5);
            prop_assert_eq!(step(a, most) == 0, a == 0 || most == 0);
            prop_assert_eq!(step(most, most), if most == 0 { 0 } else { 5 });
        }
    }
}
