//! Parses the text of a rule: strictly, in bounded time, and only the parts about days.

use super::{MAX_RULE_OCTETS, wrong};
use crate::{Reason, Refusal, time::Timestamp};
use chrono::{Month, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

/// A parsed rule: which days, and until when.
pub(super) struct Rule {
    /// The days, without an end.
    pub(super) days: RRule<Unvalidated>,
    /// The end.
    pub(super) ends: Ends,
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// After so many sittings, the first included.
    Count(usize),
    /// With the last sitting that starts at or before this wall time.
    Until(NaiveDateTime),
}

/// An interval beyond this can't produce a second date within three years, whatever the unit, so
/// that longer ones need not be told apart.
const LONGEST_INTERVAL: u32 = 1200;

pub(super) fn parse(text: &str) -> Result<Rule, Refusal> {
    let bad = || wrong(Reason::NotARule);
    let text = text.trim();
    if text.len() > MAX_RULE_OCTETS || !text.is_ascii() {
        return Err(bad());
    }
    let text = text.to_ascii_uppercase();
    let text = text.strip_prefix("RRULE:").unwrap_or(&text);

    let mut parts: Vec<(&str, &str)> = Vec::new();
    for part in text.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(bad)?;
        if value.is_empty() || parts.iter().any(|(known, _)| *known == name) {
            return Err(bad());
        }
        parts.push((name, value));
    }
    let value = |name: &str| {
        parts
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    };

    let frequency = match value("FREQ").ok_or_else(bad)? {
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        "HOURLY" | "MINUTELY" | "SECONDLY" => return Err(wrong(Reason::FinerThanADay)),
        _ => return Err(bad()),
    };
    let mut days = RRule::new(frequency);
    let mut ends = None;
    for &(name, value) in &parts {
        days = match name {
            "FREQ" => days,
            "INTERVAL" => days.interval(interval(value)?),
            "COUNT" => {
                let end = Ends::Count(usize::try_from(positive(value)?).unwrap_or(usize::MAX));
                if ends.replace(end).is_some() {
                    return Err(bad());
                }
                days
            }
            "UNTIL" => {
                if ends.replace(Ends::Until(until(value)?)).is_some() {
                    return Err(bad());
                }
                days
            }
            "WKST" => days.week_start(weekday(value)?),
            "BYDAY" => days.by_weekday(weekdays(value, frequency)?),
            // The crate checks neither 0 nor negative month days (0.14.0).
            "BYMONTHDAY" if frequency == Frequency::Weekly => return Err(bad()),
            "BYMONTHDAY" => days.by_month_day(numbers(value, 31)?),
            "BYYEARDAY" => days.by_year_day(numbers(value, 366)?),
            "BYWEEKNO" => days.by_week_no(numbers(value, 53)?),
            "BYSETPOS" => days.by_set_pos(numbers(value, 366)?),
            "BYMONTH" => {
                let months = value
                    .split(',')
                    .map(|one| one.parse::<u8>().ok().and_then(|n| Month::try_from(n).ok()));
                days.by_month(&months.collect::<Option<Vec<_>>>().ok_or_else(bad)?)
            }
            "BYHOUR" | "BYMINUTE" | "BYSECOND" => return Err(wrong(Reason::FinerThanADay)),
            _ => return Err(bad()),
        };
    }
    // RFC 5545, 3.3.10: a position picks from what another BY part names …
    let has_by = |(name, _): &(&str, &str)| name.starts_with("BY") && *name != "BYSETPOS";
    if value("BYSETPOS").is_some() && !parts.iter().any(has_by) {
        return Err(bad());
    }
    // … and "the second Monday" has no meaning beside week numbers.
    if value("BYWEEKNO").is_some()
        && value("BYDAY").is_some_and(|v| v.bytes().any(|b| b.is_ascii_digit()))
    {
        return Err(bad());
    }
    Ok(Rule {
        days,
        ends: ends.ok_or_else(|| wrong(Reason::NoEnd))?,
    })
}

/// A number of at least 1, saturating.
fn positive(value: &str) -> Result<u32, Refusal> {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong(Reason::NotARule));
    }
    match value.parse().unwrap_or(u32::MAX) {
        0 => Err(wrong(Reason::NotARule)),
        number => Ok(number),
    }
}

fn interval(value: &str) -> Result<u16, Refusal> {
    u16::try_from(positive(value)?.min(LONGEST_INTERVAL)).map_err(|_| wrong(Reason::NotARule))
}

/// Numbers from 1 to `most`; negative ones count from the end.
fn numbers<T: TryFrom<i16>>(value: &str, most: i16) -> Result<Vec<T>, Refusal> {
    let one = |text: &str| {
        let number: i16 = text.parse().ok()?;
        if number == 0 || number.unsigned_abs() > most.unsigned_abs() {
            None
        } else {
            T::try_from(number).ok()
        }
    };
    value
        .split(',')
        .map(one)
        .collect::<Option<_>>()
        .ok_or_else(|| wrong(Reason::NotARule))
}

fn weekday(value: &str) -> Result<Weekday, Refusal> {
    Ok(match value {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return Err(wrong(Reason::NotARule)),
    })
}

fn weekdays(value: &str, frequency: Frequency) -> Result<Vec<NWeekday>, Refusal> {
    let numbered = matches!(frequency, Frequency::Monthly | Frequency::Yearly);
    value
        .split(',')
        .map(|one| {
            let (nth, name) = one
                .split_at_checked(one.len().saturating_sub(2))
                .unwrap_or_default();
            let day = weekday(name)?;
            match nth {
                "" => Ok(NWeekday::Every(day)),
                _ => match nth.parse() {
                    Ok(0) | Err(_) => Err(wrong(Reason::NotARule)),
                    Ok(_) if !numbered => Err(wrong(Reason::NotARule)),
                    Ok(nth) => Ok(NWeekday::Nth(nth, day)),
                },
            }
        })
        .collect()
}

/// Reads `20261231` (to the end of that day), `20261231T180000` (wall time) or
/// `20261231T100000Z` (UTC).
fn until(value: &str) -> Result<NaiveDateTime, Refusal> {
    let bad = |_| wrong(Reason::NotARule);
    // chrono would also take spaces and signs in place of digits.
    if value
        .bytes()
        .enumerate()
        .any(|(at, b)| !b.is_ascii_digit() && !matches!((at, b), (8, b'T') | (15, b'Z')))
    {
        return Err(wrong(Reason::NotARule));
    }
    match value.len() {
        8 => {
            let day = NaiveDate::parse_from_str(value, "%Y%m%d").map_err(bad)?;
            Ok(day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()))
        }
        15 => NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").map_err(bad),
        16 => {
            let utc = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").map_err(bad)?;
            Ok(Timestamp(utc.and_utc().timestamp_millis()).local())
        }
        _ => Err(wrong(Reason::NotARule)),
    }
}
