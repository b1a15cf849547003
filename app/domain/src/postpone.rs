//! Postponing (顺延): a date of a series and all that follow move on by some of its regular slots, so
//! that order and count stay and nobody has to enrol anew (C-68).

#[cfg(test)]
mod tests;

use crate::{
    Reason, Refusal,
    activity::Status,
    id::OccurrenceId,
    recurrence,
    time::{Span, Timestamp},
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most slots by which a series is postponed at once.
pub const MOST_STEPS: u32 = 12;

/// How far after the last date slots are looked for, in days.
const AHEAD: u64 = 1100;

/// How many days apart the dates of a series are that has no rule and no second date.
const A_WEEK: u64 = 7;

/// The regular slots of a series after its first date: the days of its rule, where most of its dates
/// still are on them; else the days of its dates, and on from the last by the gap that is most common
/// between them. `days` are those of its dates, ascending.
pub fn slots(rule: Option<&str>, days: &[NaiveDate]) -> BTreeSet<NaiveDate> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return BTreeSet::new();
    };
    let until = *last + Days::new(AHEAD);
    let of_rule = rule.and_then(|rule| recurrence::days_until(rule, *first, until).ok());
    let of_rule = of_rule.filter(|of_rule| {
        let on_it = days.iter().filter(|day| of_rule.contains(*day)).count();
        2 * on_it > days.len()
    });
    of_rule.unwrap_or_else(|| {
        let gap = common_gap(days);
        let onwards = std::iter::successors(Some(*last), |day| day.checked_add_days(gap));
        let own = days.iter().copied();
        own.chain(onwards.take_while(|day| *day <= until)).collect()
    })
}

fn common_gap(days: &[NaiveDate]) -> Days {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for pair in days.windows(2) {
        let gap = pair[1].signed_duration_since(pair[0]).num_days();
        *counts.entry(gap.unsigned_abs().max(1)).or_default() += 1;
    }
    let common = counts.into_iter().max_by_key(|(_, count)| *count);
    Days::new(common.map_or(A_WEEK, |(gap, _)| gap))
}

/// Where the dates go, in their order: each by so many slots that are free, and where two would meet
/// the later one further. Each keeps its time of day and its length. `is_free` says whether a date may
/// be then: not on closed days or days off.
///
/// # Errors
/// [`Refusal::Invalid`] on `steps`: `out_of_range`, and `too_far_ahead` where the slots end before the
/// dates do; on `occurrences`: `missing` where there are none.
pub fn postponed(
    dates: &[Span],
    slots: &BTreeSet<NaiveDate>,
    steps: u32,
    is_free: impl Fn(Span) -> bool,
) -> Result<Vec<Span>, Refusal> {
    if !(1..=MOST_STEPS).contains(&steps) {
        return Err(Refusal::invalid("steps", Reason::OutOfRange));
    }
    if dates.is_empty() {
        return Err(Refusal::invalid("occurrences", Reason::Missing));
    }
    let mut put: Vec<Span> = Vec::with_capacity(dates.len());
    for (n, date) in dates.iter().enumerate() {
        let day = date.start().day();
        let free = slots.range(day..).skip_while(|slot| **slot == day);
        let mut free = free
            .map(|slot| date.on(*slot))
            .filter(|span| is_free(*span));
        let wanted = free.nth(steps as usize - 1);
        let before = n.checked_sub(1).map(|n| (dates[n], put[n]));
        // Two of one day stay two of one day.
        let met = |span: &Span| {
            before.is_some_and(|(was, is)| match was.start().day() == day {
                true => span.start() < is.end(),
                false => span.start().day() <= is.start().day(),
            })
        };
        let to = wanted
            .filter(|span| !met(span))
            .or_else(|| free.find(|span| !met(span)));
        put.push(to.ok_or_else(|| Refusal::invalid("steps", Reason::TooFarAhead))?);
    }
    Ok(put)
}

/// A date that was postponed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which.
    pub occurrence: OccurrenceId,
    /// When it was.
    pub from: Span,
    /// When it is.
    pub to: Span,
    /// Its revision after it.
    pub revision: i64,
}

/// A date as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub occurrence: OccurrenceId,
    /// When.
    pub span: Span,
    /// Its revision.
    pub revision: i64,
    /// Whether it stands.
    pub status: Status,
}

/// Whether the dates may go back to where they were. Until the first of them begins, where it was or
/// where it is: nothing moves into the past.
///
/// # Errors
/// [`Refusal::AlreadyStarted`]; [`Refusal::Stale`] where one of them was changed or called off since.
pub fn admit_undo(moved: &[Moved], there: &[Standing], now: Timestamp) -> Result<(), Refusal> {
    let starts = moved.iter().flat_map(|of| [of.from.start(), of.to.start()]);
    if let Some(since) = starts.min().filter(|start| *start <= now) {
        return Err(Refusal::AlreadyStarted { since });
    }
    let is_as_left = |of: &Moved| {
        let found = there.iter().find(|date| date.occurrence == of.occurrence);
        found.is_some_and(|date| {
            date.span == of.to && date.revision == of.revision && date.status != Status::Cancelled
        })
    };
    match moved.iter().all(is_as_left) {
        true => Ok(()),
        false => Err(Refusal::Stale),
    }
}
