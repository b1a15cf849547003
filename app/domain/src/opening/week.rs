//! Opening hours: a small grammar and the typed week it means. The grammar is described in
//! `app/store/data/README.md`.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Minutes of a day.
pub const MINUTES: u16 = 24 * 60;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Day {
    /// Monday.
    Mo,
    /// Tuesday.
    Tu,
    /// Wednesday.
    We,
    /// Thursday.
    Th,
    /// Friday.
    Fr,
    /// Saturday.
    Sa,
    /// Sunday.
    Su,
}

impl Day {
    /// Monday to Sunday.
    pub const ALL: [Self; 7] = [
        Self::Mo,
        Self::Tu,
        Self::We,
        Self::Th,
        Self::Fr,
        Self::Sa,
        Self::Su,
    ];

    /// The day that many days after Monday, modulo 7.
    pub const fn from_monday(days: usize) -> Self {
        Self::ALL[days % 7]
    }

    /// The weekday of a date.
    pub fn of(date: NaiveDate) -> Self {
        Self::from_monday(date.weekday().num_days_from_monday() as usize)
    }

    /// The day before.
    pub const fn before(self) -> Self {
        Self::from_monday(self as usize + 6)
    }

    /// The two letters of the grammar.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mo => "Mo",
            Self::Tu => "Tu",
            Self::We => "We",
            Self::Th => "Th",
            Self::Fr => "Fr",
            Self::Sa => "Sa",
            Self::Su => "Su",
        }
    }

    fn parse(text: &str) -> Result<Self, HoursError> {
        Self::ALL
            .into_iter()
            .find(|day| day.code().eq_ignore_ascii_case(text))
            .ok_or_else(|| HoursError::Day(text.to_owned()))
    }
}

/// An opening, as a half-open span in minutes after midnight of the day it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Opening {
    /// Start, `0..1440`.
    pub from: u16,
    /// End, at most a day after `from`; above 1440 it runs into the next day.
    pub until: u16,
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = if self.until > MINUTES {
            self.until - MINUTES
        } else {
            self.until
        };
        let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
        write!(f, "{}-{}", clock(self.from), clock(until))
    }
}

/// Why a text can't be parsed as opening hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// The text holds no rule.
    #[error("empty: write for example Mo-Su 09:00-21:00, or leave the field out")]
    Empty,
    /// Not one of the seven days.
    #[error("unknown day {0:?}: use Mo, Tu, We, Th, Fr, Sa, Su")]
    Day(String),
    /// Not a time of day.
    #[error("unknown time {0:?}: use HH:MM from 00:00 to 24:00")]
    Time(String),
    /// Days without spans, or spans without days.
    #[error("cannot read {0:?}: a rule is days, a space, then 09:00-21:00 or off")]
    Rule(String),
    /// Two spans of one day overlap or touch out of order.
    #[error("spans overlap or are out of order in {0:?}")]
    Order(String),
}

/// The opening hours of an ordinary week.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Week {
    days: [Vec<Opening>; 7],
}

impl Week {
    /// The week of these days, from Monday on.
    pub const fn of(days: [Vec<Opening>; 7]) -> Self {
        Self { days }
    }

    /// Reads the grammar; letter case, full-width signs and spaces around signs do not matter.
    ///
    /// # Errors
    /// [`HoursError`] naming the first part that cannot be read.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let text = half_width(text);
        let mut week = Self::default();
        let mut any = false;
        for rule in text
            .split(';')
            .map(str::trim)
            .filter(|rule| !rule.is_empty())
        {
            any = true;
            if rule == "24/7" {
                week.days = std::array::from_fn(|_| {
                    vec![Opening {
                        from: 0,
                        until: MINUTES,
                    }]
                });
                continue;
            }
            let (days, spans) = split_rule(rule)?;
            let openings = parse_spans(&spans, rule)?;
            for day in parse_days(&days)? {
                week.days[day as usize].clone_from(&openings);
            }
        }
        if any {
            Ok(week)
        } else {
            Err(HoursError::Empty)
        }
    }

    /// The openings of a day, in order; empty if closed.
    pub fn on(&self, day: Day) -> &[Opening] {
        &self.days[day as usize]
    }

    /// Whether it is open on that day at that many minutes after midnight (`0..1440`, local
    /// time), counting what runs on from the day before.
    pub fn is_open_at(&self, day: Day, minutes: u16) -> bool {
        let within = |o: &Opening, m: u16| o.from <= m && m < o.until;
        self.on(day).iter().any(|o| within(o, minutes))
            || self
                .on(day.before())
                .iter()
                .any(|o| within(o, minutes + MINUTES))
    }

    /// The week in runs of neighbouring days with equal hours, for showing: first day, last day,
    /// openings.
    pub fn runs(&self) -> Vec<(Day, Day, &[Opening])> {
        let mut runs: Vec<(Day, Day, &[Opening])> = Vec::new();
        for day in Day::ALL {
            match runs.last_mut() {
                Some((_, last, openings)) if *openings == self.on(day) => *last = day,
                _ => runs.push((day, day, self.on(day))),
            }
        }
        runs
    }
}

impl std::str::FromStr for Week {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, HoursError> {
        Self::parse(text)
    }
}

/// The canonical form, which parses back to the same week.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (first, last, openings)) in self.runs().into_iter().enumerate() {
            f.write_str(if n == 0 { "" } else { "; " })?;
            f.write_str(first.code())?;
            if last != first {
                write!(f, "-{}", last.code())?;
            }
            match openings {
                [] => f.write_str(" off")?,
                openings => write!(f, " {}", written(openings))?,
            }
        }
        Ok(())
    }
}

/// The openings of one day as the grammar writes them, `09:00-12:00,14:00-21:00`; empty for none.
pub fn written(openings: &[Opening]) -> String {
    let spans: Vec<String> = openings.iter().map(Opening::to_string).collect();
    spans.join(",")
}

/// Reads the openings of one day; blank text is none.
///
/// # Errors
/// [`HoursError`] naming the part that cannot be read.
pub fn parse_openings(text: &str) -> Result<Vec<Opening>, HoursError> {
    let text = half_width(text).replace('、', ",");
    let unspaced: String = text.split_whitespace().collect();
    match unspaced.trim_end_matches(',') {
        "" => Ok(Vec::new()),
        spans => parse_spans(spans, spans),
    }
}

fn half_width(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.replace(['–', '—', '~', '至', '到'], "-")
}

/// Days and spans of a rule, each without spaces.
fn split_rule(rule: &str) -> Result<(String, String), HoursError> {
    let unspaced = |part: &str| part.split_whitespace().collect::<String>();
    let lower = rule.to_ascii_lowercase();
    let at = rule
        .find(|c: char| c.is_ascii_digit())
        .or_else(|| lower.rfind("off"));
    match at.map(|at| rule.split_at(at)) {
        Some((days, spans)) if !days.trim().is_empty() => Ok((unspaced(days), unspaced(spans))),
        _ => Err(HoursError::Rule(rule.to_owned())),
    }
}

fn parse_days(text: &str) -> Result<Vec<Day>, HoursError> {
    let mut days = Vec::new();
    for part in text.split(',') {
        match part.split_once('-') {
            None => days.push(Day::parse(part)?),
            Some((first, last)) => {
                let (first, last) = (Day::parse(first)? as usize, Day::parse(last)? as usize);
                let length = (last + 7 - first) % 7;
                days.extend((0..=length).map(|n| Day::from_monday(first + n)));
            }
        }
    }
    Ok(days)
}

fn parse_spans(text: &str, rule: &str) -> Result<Vec<Opening>, HoursError> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(Vec::new());
    }
    let mut openings: Vec<Opening> = Vec::new();
    for part in text.split(',') {
        let (from, until) = part
            .split_once('-')
            .ok_or_else(|| HoursError::Rule(rule.to_owned()))?;
        let (from, until) = (parse_clock(from)?, parse_clock(until)?);
        if from == MINUTES {
            return Err(HoursError::Time("24:00".to_owned()));
        }
        let until = if until <= from {
            until + MINUTES
        } else {
            until
        };
        if openings.last().is_some_and(|before| from <= before.until) {
            return Err(HoursError::Order(rule.to_owned()));
        }
        openings.push(Opening { from, until });
    }
    Ok(openings)
}

fn parse_clock(text: &str) -> Result<u16, HoursError> {
    let number = |part: &str| {
        let fits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u16>().ok()).flatten()
    };
    text.split_once(':')
        .filter(|(_, minute)| minute.len() == 2)
        .and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)))
        .filter(|(_, minute)| *minute < 60)
        .map(|(hour, minute)| hour * 60 + minute)
        .filter(|total| *total <= MINUTES)
        .ok_or_else(|| HoursError::Time(text.to_owned()))
}

#[cfg(test)]
mod tests;
