//! A month of shifts: on each day how many suit somebody, and the way to that day's list.

use super::wanted::Wanted;
use crate::{
    i18n::{Locale, td_string},
    web::Visit,
    words,
};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::shifts::ForMe;

/// How many of a day's shifts suit somebody, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfDay {
    suit: u32,
    all: u32,
}

/// Shifts by the day on which they begin.
fn by_day(found: &[ForMe]) -> BTreeMap<NaiveDate, OfDay> {
    let mut days: BTreeMap<NaiveDate, OfDay> = BTreeMap::new();
    for of in found {
        let day = days.entry(of.shift.span.start().day()).or_default();
        day.all += 1;
        day.suit += u32::from(of.outcome.is_ok());
    }
    days
}

/// The weeks of a month, Mondays first; days of other months are `None`.
fn weeks(month: NaiveDate) -> Vec<[Option<NaiveDate>; 7]> {
    let back = u64::from(month.weekday().num_days_from_monday());
    let end = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let mut monday = month.checked_sub_days(Days::new(back)).unwrap_or(month);
    let mut weeks = Vec::new();
    while monday < end {
        let day = |n: u64| monday.checked_add_days(Days::new(n));
        let of_month = |day: &NaiveDate| *day >= month && *day < end;
        weeks.push([0, 1, 2, 3, 4, 5, 6].map(|n| day(n).filter(of_month)));
        match day(7) {
            Some(next) => monday = next,
            None => break,
        }
    }
    weeks
}

/// The calendar of the month that is wanted.
pub(super) fn calendar(visit: &Visit, wanted: &Wanted, found: &[ForMe]) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let month = wanted.shown_month(now);
    let (before, after) = wanted.around(now);
    let days = by_day(found);
    let to = |month: NaiveDate| wanted.href("month", &month.format("%Y-%m").to_string());
    let step = |month: Option<NaiveDate>, words: &'static str| {
        month.map(|month| view! { <a class="button" href=to(month)>{words}</a> })
    };
    let rows: Vec<_> = weeks(month)
        .into_iter()
        .map(|week| {
            let cells = week.map(|day| cell(locale, wanted, &days, day, now.day()).into_any());
            view! { <tr>{cells.into_iter().collect_view()}</tr> }
        })
        .collect();
    let heads = weeks(month)
        .into_iter()
        .find(|week| week.iter().all(Option::is_some));
    let heads: Vec<_> = heads
        .into_iter()
        .flatten()
        .flatten()
        .map(|day| view! { <th scope="col">{words::weekday(locale, day)}</th> })
        .collect();
    let title = words::month(locale, month);
    view! {
        <section class="section" aria-labelledby="month">
            <div class="month-head">
                {step(before, td_string!(locale, shift.month_before))}
                <h2 id="month">{title}</h2>
                {step(after, td_string!(locale, shift.month_after))}
            </div>
            <table class="month-grid" aria-labelledby="month">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="hint">{td_string!(locale, shift.month_hint)}</p>
        </section>
    }
}

fn cell(
    locale: Locale,
    wanted: &Wanted,
    days: &BTreeMap<NaiveDate, OfDay>,
    day: Option<NaiveDate>,
    today: NaiveDate,
) -> impl IntoView + use<> {
    let Some(day) = day else {
        return view! { <td></td> }.into_any();
    };
    let current = (day == today).then_some("date");
    let Some(of) = days.get(&day) else {
        return view! { <td aria-current=current><span class="month-day">{day.day()}</span></td> }
            .into_any();
    };
    let words = match of.suit {
        0 => td_string!(locale, shift.day_none, count = of.all).to_string(),
        suit => td_string!(locale, shift.day_suit, count = suit).to_string(),
    };
    let label = format!("{} · {words}", words::day_short(locale, day));
    let href = wanted.href("day", &day.to_string());
    let suits = (of.suit > 0).then_some("");
    view! {
        <td aria-current=current>
            <a class="month-day" href=href data-suits=suits>
                {day.day()}<small aria-hidden="true">{if of.suit > 0 { of.suit } else { of.all }}</small>
                <span class="visually-hidden">" "{label}</span>
            </a>
        </td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_each_of_its_days_once_under_its_weekday() {
        for text in [
            "2026-11-01",
            "2026-02-01",
            "2027-02-01",
            "2028-02-01",
            "2027-05-01",
        ] {
            let month: NaiveDate = text.parse().unwrap();
            let end = month.checked_add_months(Months::new(1)).unwrap();
            let weeks = weeks(month);
            let days: Vec<NaiveDate> = weeks.iter().flatten().flatten().copied().collect();
            let expected: Vec<NaiveDate> = month.iter_days().take_while(|day| *day < end).collect();
            assert_eq!(days, expected);
            for week in &weeks {
                for (n, day) in (0u32..).zip(week) {
                    assert!(day.is_none_or(|day| day.weekday().num_days_from_monday() == n));
                }
            }
        }
    }
}
