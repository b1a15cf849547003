//! When somebody has time, or is at work: the parts of a week and the days that are excepted, as a form asks
//! for them and as it is read.

use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems},
    web::Form,
    words,
};
use chrono::{Days, NaiveDate};
use domain::{
    Reason, Refusal,
    availability::{self, Availability, Part, Slot},
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The seven days, each with its three parts.
#[component]
pub fn WeekParts(
    /// The reader's language.
    locale: Locale,
    /// What is ticked.
    said: Availability,
) -> impl IntoView {
    let days = monday().iter_days().take(7).zip(1_u8..);
    let days: Vec<_> = days
        .map(|(date, weekday)| {
            let chips: Vec<_> = Part::ALL
                .iter()
                .map(|&part| {
                    let slot = Slot { weekday, part };
                    let checked = said.slots.contains(&slot);
                    view! { <Chip name="slot" value=slot.to_string() label=part_name(locale, part) checked=checked /> }
                })
                .collect();
            view! {
                <fieldset class="form-field">
                    <legend>{words::weekday(locale, date)}</legend>
                    <div class="chips">{chips}</div>
                </fieldset>
            }
        })
        .collect();
    view! {
        <div class="week-offer">
            <p class="hint">{td_string!(locale, availability.parts)}</p>
            {days}
        </div>
    }
}

/// The days away that are to come, to be taken back by unticking them, and two fields for more.
#[component]
pub fn DaysAway(
    /// The reader's language.
    locale: Locale,
    /// What has been said.
    said: Availability,
    /// When it is read.
    now: Timestamp,
    /// What is wrong with it.
    problems: Problems,
) -> impl IntoView {
    let yesterday = now.plus(-DAY).day();
    let chips: Vec<_> = said
        .away
        .iter()
        .filter(|day| **day > yesterday)
        .map(|day| {
            let label = words::day_near(locale, *day, now);
            view! { <Chip name="away" value=day.to_string() label=label checked=true /> }
        })
        .collect();
    let known = (!chips.is_empty()).then(|| {
        view! {
            <fieldset class="form-field">
                <legend>{td_string!(locale, availability.away)}</legend>
                <p class="hint">{td_string!(locale, availability.away_hint)}</p>
                <div class="chips">{chips}</div>
            </fieldset>
        }
    });
    let error = |name: &str| problems.of(name);
    view! {
        {known}
        <div class="form-grid">
            <Field name="away_from" label=td_string!(locale, availability.away_from) note=td_string!(locale, cancel.optional) kind="date" error=error("away_from").or_else(|| error("away")) />
            <Field name="away_to" label=td_string!(locale, availability.away_to) note=td_string!(locale, cancel.optional) kind="date" error=error("away_to") />
        </div>
    }
}

/// A day of the week, from 1, Monday, in words.
pub fn weekday_name(locale: Locale, weekday: u8) -> &'static str {
    words::weekday(
        locale,
        monday() + Days::new(u64::from(weekday.saturating_sub(1))),
    )
}

/// A part of a day in words.
pub fn part_name(locale: Locale, part: Part) -> &'static str {
    match part {
        Part::Morning => td_string!(locale, availability.morning),
        Part::Afternoon => td_string!(locale, availability.afternoon),
        Part::Evening => td_string!(locale, availability.evening),
    }
}

/// Any Monday: only the names of the days are shown.
fn monday() -> NaiveDate {
    NaiveDate::from_isoywd_opt(2024, 1, chrono::Weekday::Mon).unwrap_or_default()
}

/// The parts of a week that a form ticks.
///
/// # Errors
/// [`Refusal::Invalid`] for what is no part of a week.
pub fn read_slots(form: &Form) -> Result<BTreeSet<Slot>, Refusal> {
    form.all("slot").map(str::parse::<Slot>).collect()
}

/// The days away that a form keeps ticked, and those that it adds.
///
/// # Errors
/// [`Refusal::Invalid`] for `away_from` and `away_to`.
pub fn read_away(form: &Form) -> Result<BTreeSet<NaiveDate>, Refusal> {
    let kept = form.all("away").filter_map(|day| day.parse().ok());
    let mut away: BTreeSet<NaiveDate> = kept.collect();
    away.extend(days(form)?);
    Ok(away)
}

/// The days from one to another, both included; one day where the second is missing.
fn days(form: &Form) -> Result<Vec<NaiveDate>, Refusal> {
    let day = |name: &str| -> Result<Option<NaiveDate>, Refusal> {
        let read = form.get(name).map(|text| text.parse::<NaiveDate>());
        read.transpose()
            .map_err(|_| Refusal::invalid(name, Reason::NotADay))
    };
    let (Some(from), to) = (day("away_from")?, day("away_to")?) else {
        return Ok(Vec::new());
    };
    let to = to.unwrap_or(from);
    if to < from {
        return Err(Refusal::invalid("away_to", Reason::BeforeFrom));
    }
    // One more than can be kept: the domain says that it is too many.
    let most = availability::MOST_AWAY + 1;
    Ok(from
        .iter_days()
        .take_while(|day| *day <= to)
        .take(most)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_away_are_one_or_a_stretch() {
        let count = |text: &str| days(&Form::parse(text.as_bytes())).map(|days| days.len());
        assert_eq!(count("away_from=2026-12-01"), Ok(1));
        assert_eq!(count("away_from=2026-12-01&away_to=2026-12-03"), Ok(3));
        assert_eq!(count(""), Ok(0));
        assert!(count("away_from=2026-12-03&away_to=2026-12-01").is_err());
        assert!(count("away_from=soon").is_err());
    }
}
