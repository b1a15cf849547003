//! Recurrence rules of RFC 5545: from a rule and a first date to the exact list of dates, which
//! staff see before they create them (C-63).
//!
//! A rule only picks days; the time of day and the duration are always those of the first date.
//! The crate `rrule` enumerates the days and is given nothing but midnights of a calendar without
//! a zone: two of its code paths depend on the environment (an `UNTIL` without `Z` asks for the
//! machine's zone), and Asia/Shanghai has had a single offset since 1991. It reads no clock. Its
//! parser takes any letters before a weekday to mean "every", so `rule.rs` parses the text
//! instead.

mod behind;
mod pattern;
#[cfg(test)]
mod properties;
mod rule;
#[cfg(test)]
mod tests;

pub use pattern::{End, Pattern};

use crate::{
    Reason, Refusal, activity,
    time::{Span, Timestamp},
};
use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use rrule::{RRuleSet, Tz};
use rule::{Ends, Rule};
use std::collections::BTreeSet;

/// Most sittings that one rule may make, counted before days are excluded.
pub const MAX_SITTINGS: usize = 400;

/// How far ahead of the first sitting the last may be.
pub const MAX_MONTHS_AHEAD: u32 = 36;

/// Longest rule that is read, in octets; the longest sensible one has about 200.
pub const MAX_RULE_OCTETS: usize = 500;

fn wrong(reason: Reason) -> Refusal {
    Refusal::invalid("rrule", reason)
}

/// All sittings of a rule, sorted, in Asia/Shanghai wall time: each at the clock time of `first`
/// and as long. What is previewed with this is what must be created with it (C-63).
///
/// Where the rule does not fall on the day of `first` (the RFC leaves that open), the series begins
/// on the first day that it does fall on (C-196). `COUNT` counts excluded days too, as the RFC wants for `EXDATE`; `UNTIL` is
/// inclusive, and is a day, a wall time, or with `Z` a UTC time. `rule` may begin with `RRULE:`.
/// Only a rule that ends by `COUNT` or `UNTIL` is taken, so that nobody creates three years of
/// sittings by leaving a field empty.
///
/// # Errors
/// [`Refusal::Invalid`] on `rrule`: `not_a_rule`; `finer_than_a_day` (FREQ below DAILY, or
/// BYHOUR, BYMINUTE, BYSECOND); `no_end`; `ends_before_first`; `too_many` (over
/// [`MAX_SITTINGS`]); `too_far_ahead` (not finished within [`MAX_MONTHS_AHEAD`], which includes a
/// `COUNT` that the rule can never reach); `nothing_left` (every day excluded, or the rule falls on
/// none). On `occurrences`:
/// `overlap_each_other` (C-61). On `time`: a first sitting outside the years 2000 to 2199.
pub fn expand(rule: &str, first: Span, excluded: &[NaiveDate]) -> Result<Vec<Span>, Refusal> {
    let rule = rule::parse(rule)?;
    let local = first.start().local();
    if !(2000..2200).contains(&local.year()) {
        return Err(Refusal::invalid("time", Reason::NotATime));
    }
    let (day, clock) = (local.date(), local.time());
    let duration = first.end().0 - first.start().0;
    let spans = days(rule, day, clock)?
        .into_iter()
        .filter(|day| !excluded.contains(day))
        .map(|day| {
            let start = Timestamp::from_local(day.and_time(clock));
            Span::new(start, start.plus(duration))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if spans.is_empty() {
        return Err(wrong(Reason::NothingLeft));
    }
    activity::check_series(&spans)?;
    Ok(spans)
}

/// The sittings, some of them on other days: `moves` are pairs of a sitting's day and the day on which
/// it takes place instead, at the same time. Sorted.
///
/// # Errors
/// [`Refusal::Invalid`] on `occurrences`: `overlap_each_other` (C-61).
pub fn moved(spans: Vec<Span>, moves: &[(NaiveDate, NaiveDate)]) -> Result<Vec<Span>, Refusal> {
    let on_its_day = |span: Span| {
        let mut those = moves.iter();
        let moved = those.find(|(on, _)| *on == span.start().day());
        moved.map_or(span, |(_, to)| span.on(*to))
    };
    let mut spans: Vec<Span> = spans.into_iter().map(on_its_day).collect();
    spans.sort_by_key(|span| span.start());
    activity::check_series(&spans)?;
    Ok(spans)
}

/// The days of a rule from `first` to `until`, both included, whatever end the rule has itself.
///
/// # Errors
/// [`Refusal::Invalid`] on `rrule` for what is not a rule.
pub fn days_until(
    rule: &str,
    first: NaiveDate,
    until: NaiveDate,
) -> Result<BTreeSet<NaiveDate>, Refusal> {
    let Rule { days, ends: _ } = rule::parse(rule)?;
    let midnight = Tz::UTC.from_utc_datetime(&NaiveDateTime::from(first));
    let days = days
        .validate(midnight)
        .map_err(|_| wrong(Reason::NotARule))?;
    let set = RRuleSet::new(midnight).rrule(days).limit();
    let days = set.into_iter().map(|t| t.naive_utc().date());
    Ok(days
        .skip_while(|day| *day < first)
        .take_while(|day| *day <= until)
        .collect())
}

/// The days of a rule from `first` on, ascending and each once.
fn days(rule: Rule, first: NaiveDate, clock: NaiveTime) -> Result<Vec<NaiveDate>, Refusal> {
    let Rule { days, ends } = rule;
    if matches!(ends, Ends::Until(until) if until < first.and_time(clock)) {
        return Err(wrong(Reason::EndsBeforeFirst));
    }
    if matches!(ends, Ends::Count(count) if count > MAX_SITTINGS) {
        return Err(wrong(Reason::TooMany));
    }
    let horizon = first
        .checked_add_months(Months::new(MAX_MONTHS_AHEAD))
        .ok_or_else(|| wrong(Reason::TooFarAhead))?;
    let midnight = Tz::UTC.from_utc_datetime(&NaiveDateTime::from(first));
    let days = days
        .validate(midnight)
        .map_err(|_| wrong(Reason::NotARule))?;
    // The limit ends the search of rules that never fall on a day, such as 30 February.
    let set = RRuleSet::new(midnight).rrule(days).limit();
    let mut coming = set
        .into_iter()
        .map(|t| t.naive_utc().date())
        .skip_while(|day| *day < first);

    let mut sittings = Vec::new();
    loop {
        if matches!(ends, Ends::Count(count) if sittings.len() == count) {
            return Ok(sittings);
        }
        let next = coming.next();
        match (next, ends) {
            (None, Ends::Until(_)) => return Ok(sittings),
            (Some(day), Ends::Until(until)) if day.and_time(clock) > until => return Ok(sittings),
            (Some(_), _) if sittings.len() == MAX_SITTINGS => return Err(wrong(Reason::TooMany)),
            (Some(day), _) if day <= horizon => sittings.push(day),
            (None, _) if sittings.is_empty() => return Err(wrong(Reason::NothingLeft)),
            _ => return Err(wrong(Reason::TooFarAhead)),
        }
    }
}
