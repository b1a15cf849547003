//! Times and dates as programs send them, and the dates of a new activity.

use super::api::unfit;
use chrono::{Days, NaiveDate};
use domain::{
    Refusal,
    time::{HOUR, Timestamp},
};
use serde_json::{Map, Value};
use store::activities::{Dates, NewOccurrence};

/// An instant in a query: RFC 3339, or a day. A day is its beginning, or with `ends` its end. A
/// `+` that was not escaped arrives as a space and is taken for what it was.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field.
pub(super) fn instant(field: &str, text: &str, ends: bool) -> Result<Timestamp, Refusal> {
    let bad = || Refusal::invalid(field, "not_a_time");
    if let Ok(day) = text.trim().parse::<NaiveDate>() {
        let day = if ends {
            day.checked_add_days(Days::new(1)).ok_or_else(bad)?
        } else {
            day
        };
        return Timestamp::parse(&Timestamp::start_of(day).rfc3339()).map_err(|_| bad());
    }
    let mended = match text.trim().rsplit_once(' ') {
        Some((start, offset)) if start.contains('T') => format!("{start}+{offset}"),
        _ => text.to_owned(),
    };
    Timestamp::parse(&mended).map_err(|_| bad())
}

/// Names of the terms that an activity may state once for all of its dates.
const SHARED: [&str; 17] = [
    "room",
    "allocation",
    "unit",
    "capacity",
    "waitlist_capacity",
    "held_back",
    "held_until",
    "min_age",
    "max_age",
    "residents_first_until",
    "booking_opens_at",
    "booking_closes_at",
    "cancel_until",
    "parties_may_be_passed",
    "door_opens_before_min",
    "asks_check_out",
    "ends_at",
];

/// The dates of an activity from its JSON: `occurrences`; or `rrule` with `starts_at` and maybe
/// `excluded`; or `starts_at` alone for one date. Terms beside them hold for every date that does
/// not state its own. A date without an end lasts an hour.
///
/// # Errors
/// [`Refusal::Invalid`] naming what is missing or cannot be read.
pub(super) fn dates(sent: &Map<String, Value>) -> Result<Dates, Refusal> {
    let given = |name: &str| sent.get(name).filter(|value| !value.is_null());
    if let Some(rule) = given("rrule") {
        let text = rule
            .as_str()
            .ok_or_else(|| Refusal::invalid("rrule", "not_a_rule"))?;
        let (rule, start) = split_rule(text)?;
        let mut first = Map::new();
        let start = start.map(|at| Value::from(at.rfc3339()));
        if let Some(start) = given("starts_at").cloned().or(start) {
            first.insert("starts_at".into(), start);
        }
        let first = occurrence("", first, sent, true)?;
        let excluded = match given("excluded") {
            None => Vec::new(),
            Some(days) => serde_json::from_value(days.clone())
                .map_err(|_| Refusal::invalid("excluded", "unreadable"))?,
        };
        return Ok(Dates::Rule {
            rule,
            first,
            excluded,
        });
    }
    let Some(list) = given("occurrences") else {
        let mut one = Map::new();
        let start = given("starts_at").ok_or_else(|| Refusal::invalid("occurrences", "missing"))?;
        one.insert("starts_at".into(), start.clone());
        return Ok(Dates::List(vec![occurrence("", one, sent, true)?]));
    };
    let list = list
        .as_array()
        .ok_or_else(|| Refusal::invalid("occurrences", "unreadable"))?;
    let read = |(nth, value): (usize, &Value)| {
        let path = format!("occurrences[{nth}]");
        let one = value
            .as_object()
            .ok_or_else(|| Refusal::invalid(&path, "unreadable"))?;
        occurrence(&path, one.clone(), sent, false)
    };
    list.iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Dates::List)
}

/// One date, with the shared terms where it does not state its own. An end beside the list is
/// none of theirs.
fn occurrence(
    path: &str,
    mut one: Map<String, Value>,
    sent: &Map<String, Value>,
    alone: bool,
) -> Result<NewOccurrence, Refusal> {
    for name in SHARED {
        let wanted = alone || name != "ends_at";
        if let Some(value) = sent.get(name).filter(|_| wanted) {
            one.entry(name).or_insert_with(|| value.clone());
        }
    }
    let named = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    for name in [
        "starts_at",
        "ends_at",
        "held_until",
        "residents_first_until",
        "booking_opens_at",
        "booking_closes_at",
        "cancel_until",
    ] {
        if let Some(text) = one.get(name).and_then(Value::as_str) {
            Timestamp::parse(text).map_err(|_| Refusal::invalid(&named(name), "not_a_time"))?;
        }
    }
    if one.get("ends_at").is_none_or(Value::is_null)
        && let Some(start) = one.get("starts_at").and_then(Value::as_str)
    {
        let end = Timestamp::parse(start)?.plus(HOUR);
        one.insert("ends_at".into(), end.rfc3339().into());
    }
    serde_path_to_error::deserialize(Value::Object(one)).map_err(|error| {
        let inside = error.path().to_string();
        let inside = if inside == "." {
            path.to_owned()
        } else {
            named(&inside)
        };
        let inside = if inside.is_empty() {
            ".".to_owned()
        } else {
            inside
        };
        unfit(&inside, &error.into_inner().to_string())
    })
}

/// A rule as calendars write it may begin with `DTSTART` on a line of its own.
fn split_rule(text: &str) -> Result<(String, Option<Timestamp>), Refusal> {
    let mut start = None;
    let mut rule = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix("DTSTART") {
            Some(rest) => {
                let value = rest.rsplit(':').next().unwrap_or_default();
                start = Some(basic(value)?);
            }
            None => rule = line.to_owned(),
        }
    }
    Ok((rule, start))
}

/// `20261124T093000` in Shanghai, or with `Z` in UTC.
fn basic(text: &str) -> Result<Timestamp, Refusal> {
    let bad = || Refusal::invalid("rrule", "not_a_time");
    let plain = text.strip_suffix('Z').unwrap_or(text);
    let local = chrono::NaiveDateTime::parse_from_str(plain, "%Y%m%dT%H%M%S").map_err(|_| bad())?;
    Ok(if plain.len() == text.len() {
        Timestamp::from_local(local)
    } else {
        Timestamp(local.and_utc().timestamp_millis())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Dates, Refusal> {
        dates(value.as_object().unwrap())
    }

    #[test]
    fn a_plus_that_became_a_space_is_still_an_offset() {
        let sent = Timestamp::parse("2026-11-23T14:30:00+08:00").unwrap();
        assert_eq!(
            instant("from", "2026-11-23T14:30:00 08:00", false),
            Ok(sent)
        );
        assert_eq!(instant("from", "2026-11-23T06:30:00Z", false), Ok(sent));
        let day = instant("to", "2026-11-23", true).unwrap();
        assert_eq!(day.rfc3339(), "2026-11-24T00:00:00+08:00");
        assert_eq!(
            instant("to", "soon", true),
            Err(Refusal::invalid("to", "not_a_time"))
        );
    }

    #[test]
    fn terms_beside_the_list_hold_for_every_date_that_states_none() {
        let read = read(json!({
            "capacity": 8, "room": "一楼",
            "occurrences": [
                { "starts_at": "2026-12-01T09:00:00+08:00", "ends_at": "2026-12-01T11:00:00+08:00" },
                { "starts_at": "2026-12-02T09:00:00+08:00", "capacity": 3 },
            ],
        }));
        let Dates::List(list) = read.unwrap() else {
            panic!("a list")
        };
        assert_eq!(list[0].terms.capacity, Some(8));
        assert_eq!(list[1].terms.capacity, Some(3));
        assert_eq!(list[1].room, "一楼");
        assert_eq!(list[1].ends_at.0 - list[1].starts_at.0, HOUR);
    }

    #[test]
    fn a_rule_brings_its_start_or_takes_the_one_beside_it() {
        let beside = read(
            json!({ "rrule": "FREQ=WEEKLY;COUNT=4", "starts_at": "2026-12-01T09:00:00+08:00" }),
        );
        let inside =
            read(json!({ "rrule": "DTSTART:20261201T010000Z\nRRULE:FREQ=WEEKLY;COUNT=4" }));
        let zone = read(
            json!({ "rrule": "DTSTART;TZID=Asia/Shanghai:20261201T090000\nRRULE:FREQ=WEEKLY;COUNT=4" }),
        );
        let start = |dates: Result<Dates, Refusal>| match dates.unwrap() {
            Dates::Rule { first, .. } => first.starts_at,
            Dates::List(_) => panic!("a rule"),
        };
        let (beside, inside, zone) = (start(beside), start(inside), start(zone));
        assert_eq!((beside, beside), (inside, zone));
    }

    #[test]
    fn what_is_missing_is_named() {
        let refused = |value| read(value).unwrap_err();
        assert_eq!(
            refused(json!({})),
            Refusal::invalid("occurrences", "missing")
        );
        assert_eq!(
            refused(json!({ "occurrences": [{ "capacity": 3 }] })),
            Refusal::invalid("occurrences[0].starts_at", "missing")
        );
        assert_eq!(
            refused(json!({ "occurrences": [{ "starts_at": "soon" }] })),
            Refusal::invalid("occurrences[0].starts_at", "not_a_time")
        );
        assert_eq!(
            refused(json!({ "rrule": "FREQ=DAILY;COUNT=2" })),
            Refusal::invalid("starts_at", "missing")
        );
    }
}
