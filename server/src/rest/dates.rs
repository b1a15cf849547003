//! The dates of an activity as programs state them: a list, a rule, or one date.

use super::{
    sent::reason,
    terms::{States, with_terms},
};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    terms::TermsEdit,
    time::{HOUR, Timestamp},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use store::activities::{Dates, NewOccurrence};
use utoipa::ToSchema;

with_terms! {
    /// A date to be. Terms that it leaves out are those beside the list, or else the defaults.
    #[derive(Clone, Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub(super) struct DateToBe {
        /// When it starts.
        starts_at: Timestamp,
        /// When it ends; an hour later unless told.
        ends_at: Option<Timestamp>,
        /// The room; may be empty.
        room: Option<String>,
    }
}

/// A recurrence rule of RFC 5545. As calendars write it, it may begin with `DTSTART` on a line of
/// its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    text: String,
    start: Option<Timestamp>,
}

impl Rule {
    /// # Errors
    /// [`Refusal::Invalid`] where its `DTSTART` is not a time.
    fn parse(text: &str) -> Result<Self, Refusal> {
        let mut rule = Self {
            text: String::new(),
            start: None,
        };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.strip_prefix("DTSTART") {
                Some(rest) => {
                    let value = rest.rsplit(':').next().unwrap_or_default();
                    rule.start = Some(basic(value)?);
                }
                None => line.clone_into(&mut rule.text),
            }
        }
        Ok(rule)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|refusal| D::Error::custom(reason(&refusal)))
    }
}

/// `20261124T093000` in Shanghai, or with `Z` in UTC.
fn basic(text: &str) -> Result<Timestamp, Refusal> {
    let bad = || Refusal::invalid("rrule", Reason::NotATime);
    let plain = text.strip_suffix('Z').unwrap_or(text);
    let local = chrono::NaiveDateTime::parse_from_str(plain, "%Y%m%dT%H%M%S").map_err(|_| bad())?;
    Ok(if plain.len() == text.len() {
        Timestamp::from_local(local)
    } else {
        Timestamp(local.and_utc().timestamp_millis())
    })
}

/// What a body says of dates.
pub(super) struct Stated<'a> {
    pub occurrences: Option<&'a [DateToBe]>,
    pub rrule: Option<&'a Rule>,
    pub excluded: Option<&'a [NaiveDate]>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub room: Option<&'a str>,
    /// Terms beside the dates.
    pub terms: TermsEdit,
}

impl Stated<'_> {
    /// The dates: by `rrule` with `starts_at`; or `occurrences`; or `starts_at` alone for one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming what is missing.
    pub(super) fn dates(self) -> Result<Dates, Refusal> {
        if let Some(rule) = self.rrule {
            let start = self.starts_at.or(rule.start);
            let start = start.ok_or_else(|| Refusal::invalid("starts_at", Reason::Missing))?;
            return Ok(Dates::Rule {
                rule: rule.text.clone(),
                first: self.one(start),
                excluded: self.excluded.unwrap_or_default().to_vec(),
                moved: Vec::new(),
            });
        }
        let Some(list) = self.occurrences else {
            let start = self.starts_at;
            let start = start.ok_or_else(|| Refusal::invalid("occurrences", Reason::Missing))?;
            return Ok(Dates::List(vec![self.one(start)]));
        };
        Ok(Dates::List(list.iter().map(|date| self.of(date)).collect()))
    }

    /// The date that stands at the top level.
    fn one(&self, starts_at: Timestamp) -> NewOccurrence {
        NewOccurrence {
            starts_at,
            ends_at: self.ends_at.unwrap_or(starts_at.plus(HOUR)),
            room: self.room.unwrap_or_default().to_owned(),
            terms: self.terms.clone(),
        }
    }

    /// A date of the list.
    fn of(&self, date: &DateToBe) -> NewOccurrence {
        NewOccurrence {
            starts_at: date.starts_at,
            ends_at: date.ends_at.unwrap_or(date.starts_at.plus(HOUR)),
            room: date
                .room
                .as_deref()
                .or(self.room)
                .unwrap_or_default()
                .to_owned(),
            terms: date.terms().or(&self.terms),
        }
    }
}

/// Adds dates and terms to a body, and a method `dates` that reads them.
macro_rules! with_dates {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($own:tt)* }) => {
        $crate::rest::terms::with_terms! {
            $(#[$meta])*
            $vis struct $name {
                $($own)*
                /// The dates. What is stated beside them, `room` and terms, holds for each date
                /// that does not state its own.
                occurrences: Option<Vec<$crate::rest::dates::DateToBe>>,
                /// In place of the list: a rule of RFC 5545 with COUNT or UNTIL, which begins at
                /// `starts_at` or at a `DTSTART` of its own.
                #[schema(value_type = Option<String>, examples("FREQ=WEEKLY;COUNT=8"))]
                rrule: Option<$crate::rest::dates::Rule>,
                /// Days that the rule leaves out.
                excluded: Option<Vec<chrono::NaiveDate>>,
                /// The start of the first date of the rule, or of the only date.
                starts_at: Option<domain::time::Timestamp>,
                /// The end of that date; an hour after its start unless told.
                ends_at: Option<domain::time::Timestamp>,
                /// The room; may be empty.
                room: Option<String>,
            }
        }

        impl $name {
            /// # Errors
            /// `Refusal::Invalid` naming what is missing.
            fn dates(&self) -> Result<store::activities::Dates, domain::Refusal> {
                let stated = $crate::rest::dates::Stated {
                    occurrences: self.occurrences.as_deref(),
                    rrule: self.rrule.as_ref(),
                    excluded: self.excluded.as_deref(),
                    starts_at: self.starts_at,
                    ends_at: self.ends_at,
                    room: self.room.as_deref(),
                    terms: $crate::rest::terms::States::terms(self),
                };
                stated.dates()
            }
        }
    };
}
pub(super) use with_dates;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::sent::read_json;
    use serde_json::{Value, json};

    with_dates! {
        #[derive(Deserialize, ToSchema)]
        struct OnlyDates {}
    }

    fn read(value: Value) -> Result<Dates, Refusal> {
        read_json::<OnlyDates>(value.to_string().as_bytes())
            .map_err(|fault| fault.refusal().unwrap().clone())?
            .dates()
    }

    #[test]
    fn terms_beside_the_list_hold_for_every_date_that_states_none() {
        let read = read(json!({
            "capacity": 8, "room": "一楼", "max_age": 60,
            "occurrences": [
                { "starts_at": "2026-12-01T09:00:00+08:00", "ends_at": "2026-12-01T11:00:00+08:00" },
                { "starts_at": "2026-12-02T09:00:00+08:00", "capacity": 3, "max_age": null },
            ],
        }));
        let Dates::List(list) = read.unwrap() else {
            panic!("a list")
        };
        assert_eq!(list[0].terms.capacity, Some(8));
        assert_eq!(list[1].terms.capacity, Some(3));
        assert_eq!(list[0].terms.max_age, Some(Some(60)));
        assert_eq!(list[1].terms.max_age, Some(None));
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
    fn what_is_missing_or_cannot_be_read_is_named() {
        let refused = |value| read(value).unwrap_err();
        assert_eq!(
            refused(json!({})),
            Refusal::invalid("occurrences", Reason::Missing)
        );
        assert_eq!(
            refused(json!({ "occurrences": [{ "capacity": 3 }] })),
            Refusal::invalid("occurrences[0].starts_at", Reason::Missing)
        );
        assert_eq!(
            refused(json!({ "occurrences": [{ "starts_at": "soon" }] })),
            Refusal::invalid("occurrences[0].starts_at", Reason::NotATime)
        );
        assert_eq!(
            refused(json!({ "rrule": "FREQ=DAILY;COUNT=2" })),
            Refusal::invalid("starts_at", Reason::Missing)
        );
        let start = "2026-12-01T09:00:00+08:00";
        assert_eq!(
            refused(json!({ "occurrences": [{ "starts_at": start, "capacity": "many" }] })),
            Refusal::invalid("occurrences[0].capacity", Reason::Unreadable)
        );
        assert_eq!(
            refused(json!({ "starts_at": start, "unit": "dozens" })),
            Refusal::invalid("unit", Reason::UnknownValue)
        );
        assert_eq!(
            refused(json!({ "rrule": "DTSTART:soon\nFREQ=DAILY;COUNT=2" })),
            Refusal::invalid("rrule", Reason::NotATime)
        );
    }
}
