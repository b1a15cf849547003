//! When a center is open: its ordinary week, the days that are otherwise, and being closed until
//! further notice. Everything that says whether a center is open asks [`Times`].

mod week;

pub use week::{Day, HoursError, MINUTES, Opening, Week, parse_openings, written};

use crate::{
    Reason, Refusal,
    place::CenterStatus,
    spans, text,
    time::{DAY, MINUTE, Span, Timestamp},
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many stretches a day has at most where somebody enters them.
pub const MOST_STRETCHES: usize = 3;
/// How many days one entry covers at most; who is closed for longer is so until further notice.
pub const MOST_DAYS: u64 = 62;
/// How many days ahead an exception may be entered: next year's Spring Festival.
pub const FURTHEST: u64 = 400;
/// Most characters of a reason.
pub const REASON: usize = 60;
/// How far the next opening is looked for, and how long "open" has to last to be "always", in days.
const AHEAD: u64 = 120;

/// A day on which a center is not open as on others of its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The day.
    pub on: NaiveDate,
    /// When it is open; never, where it is closed all day.
    pub openings: Vec<Opening>,
    /// Why, in a few words that residents read.
    pub reason: String,
}

impl Exception {
    /// Whether it is closed all day.
    pub const fn is_closed(&self) -> bool {
        self.openings.is_empty()
    }
}

/// The openings of one day as somebody enters them; blank is none.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field: [`Reason::NotHours`], [`Reason::TooMany`].
pub fn entered(field: &str, text: &str) -> Result<Vec<Opening>, Refusal> {
    let read = parse_openings(text).map_err(|_| Refusal::invalid(field, Reason::NotHours))?;
    match read.len() > MOST_STRETCHES {
        true => Err(Refusal::invalid(field, Reason::TooMany)),
        false => Ok(read),
    }
}

/// Days in a row that are to be otherwise, as somebody enters them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    from: NaiveDate,
    to: NaiveDate,
    openings: Vec<Opening>,
    reason: String,
}

impl Change {
    /// From one day to another, both included; closed all day where there are no openings.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `from` (`in_the_past`, `too_far_ahead`), `to` (`before_from`,
    /// `too_many`) or `reason` (`missing`, `too_long`).
    pub fn new(
        (from, to): (NaiveDate, NaiveDate),
        openings: Vec<Opening>,
        reason: &str,
        today: NaiveDate,
    ) -> Result<Self, Refusal> {
        let after = |day: NaiveDate, days| day.checked_add_days(Days::new(days));
        if from < today {
            return Err(Refusal::invalid("from", Reason::InThePast));
        }
        if to < from {
            return Err(Refusal::invalid("to", Reason::BeforeFrom));
        }
        if after(from, MOST_DAYS).is_none_or(|end| to >= end) {
            return Err(Refusal::invalid("to", Reason::TooMany));
        }
        if after(today, FURTHEST).is_none_or(|end| to > end) {
            return Err(Refusal::invalid("to", Reason::TooFarAhead));
        }
        Ok(Self {
            from,
            to,
            openings,
            reason: text::name("reason", reason, REASON)?,
        })
    }

    /// The first and the last day.
    pub const fn days(&self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to)
    }

    /// What it makes of each day.
    pub fn exceptions(&self) -> Vec<Exception> {
        let days = self.from.iter_days().take_while(|day| *day <= self.to);
        let of = |on| Exception {
            on,
            openings: self.openings.clone(),
            reason: self.reason.clone(),
        };
        days.map(of).collect()
    }
}

/// What a change adds to the exceptions that there are: all of it or nothing.
///
/// # Errors
/// [`Refusal::DayTaken`] with the first of its days that is an exception already.
pub fn add(there: &[Exception], change: &Change) -> Result<Vec<Exception>, Refusal> {
    let new = change.exceptions();
    let taken = new
        .iter()
        .find_map(|new| there.iter().find(|old| old.on == new.on));
    match taken {
        Some(old) => Err(Refusal::DayTaken {
            on: old.on,
            reason: old.reason.clone(),
        }),
        None => Ok(new),
    }
}

/// Neighbouring days that are otherwise in the same way, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// When it is open; never, where it is closed all day.
    pub openings: Vec<Opening>,
    /// Why.
    pub reason: String,
}

/// Exceptions in runs of neighbouring days, for showing; they come in order of their days.
pub fn runs<'e>(exceptions: impl IntoIterator<Item = &'e Exception>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for of in exceptions {
        match runs.last_mut() {
            Some(run)
                if run.to.succ_opt() == Some(of.on)
                    && run.openings == of.openings
                    && run.reason == of.reason =>
            {
                run.to = of.on;
            }
            _ => runs.push(Run {
                from: of.on,
                to: of.on,
                openings: of.openings.clone(),
                reason: of.reason.clone(),
            }),
        }
    }
    runs
}

/// Why a center is open as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'t> {
    /// It is an ordinary day.
    Week,
    /// The day is an exception.
    Exception(&'t Exception),
    /// It is closed until further notice.
    FurtherNotice,
}

impl<'t> Why<'t> {
    /// The exception.
    pub const fn exception(self) -> Option<&'t Exception> {
        match self {
            Self::Exception(exception) => Some(exception),
            _ => None,
        }
    }
}

/// A day of a center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnDay<'t> {
    /// When it opens; never, where it is closed all day. What runs on from the day before is that
    /// day's.
    pub openings: &'t [Opening],
    /// Why.
    pub why: Why<'t>,
}

/// Whether a center is open at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'t> {
    /// It never closes, as far as is known.
    Always,
    /// It is open.
    Open {
        /// Until when, without a break.
        until: Timestamp,
    },
    /// It is closed.
    Closed {
        /// When it opens again; unknown where that is too far ahead or nobody knows.
        opens: Option<Timestamp>,
        /// Why it is closed today.
        why: Why<'t>,
    },
}

/// All that says when a center is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    status: CenterStatus,
    week: Option<Week>,
    exceptions: BTreeMap<NaiveDate, Exception>,
}

impl Times {
    /// Of a center that keeps this week (none where unknown), but for these days.
    pub fn new(
        status: CenterStatus,
        week: Option<Week>,
        exceptions: impl IntoIterator<Item = Exception>,
    ) -> Self {
        let by_day = exceptions.into_iter().map(|of| (of.on, of));
        Self {
            status,
            week,
            exceptions: by_day.collect(),
        }
    }

    /// The ordinary week, where known.
    pub const fn week(&self) -> Option<&Week> {
        self.week.as_ref()
    }

    /// The exceptions from one day to another, both included, in order.
    pub fn exceptions(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> impl Iterator<Item = &Exception> + use<'_> {
        // A range that ends before it begins has nothing in it, and the map would panic.
        self.exceptions.range(from..=to.max(from)).map(|(_, of)| of)
    }

    /// A day; none where nobody knows.
    pub fn on(&self, day: NaiveDate) -> Option<OnDay<'_>> {
        if self.status == CenterStatus::Closed {
            return Some(OnDay {
                openings: &[],
                why: Why::FurtherNotice,
            });
        }
        if let Some(exception) = self.exceptions.get(&day) {
            return Some(OnDay {
                openings: &exception.openings,
                why: Why::Exception(exception),
            });
        }
        let week = self.week.as_ref()?;
        Some(OnDay {
            openings: week.on(Day::of(day)),
            why: Why::Week,
        })
    }

    /// Whether it is open at that moment, and until when or when again, past all exceptions. None
    /// where nobody knows.
    pub fn at(&self, now: Timestamp) -> Option<State<'_>> {
        let today = now.day();
        let why = self.on(today)?.why;
        let last = today.checked_add_days(Days::new(AHEAD))?;
        let open = self.open_between(today, last);
        let next = open.iter().find(|span| span.end() > now);
        Some(match next {
            Some(span) if span.start() > now => State::Closed {
                opens: Some(span.start()),
                why,
            },
            Some(span) if span.end() > Timestamp::start_of(last) => State::Always,
            Some(span) => State::Open { until: span.end() },
            None => State::Closed { opens: None, why },
        })
    }

    /// The exception, or the closing, that keeps something from being at its time; none where the
    /// center is open as ever. Hours of an ordinary week keep nothing: a center opens its door for
    /// an evening course.
    pub fn against(&self, span: Span) -> Option<Why<'_>> {
        if self.status == CenterStatus::Closed {
            return Some(Why::FurtherNotice);
        }
        let last = Timestamp(span.end().0 - 1).day();
        let open = self.open_between(span.start().day(), last);
        let kept_out = |of: &&Exception| {
            let start = Timestamp::start_of(of.on);
            let day = Span::kept(start, start.plus(DAY));
            let part: Vec<Span> = spans::cut(span, day).into_iter().collect();
            !spans::without(&part, &open).is_empty()
        };
        let mut exceptions = self.exceptions(span.start().day(), last);
        exceptions.find(kept_out).map(Why::Exception)
    }

    /// When it is open on these days, both included, and what runs on from the day before.
    fn open_between(&self, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
        let first = from.pred_opt().unwrap_or(from);
        let days = first.iter_days().take_while(|day| *day <= to);
        spans::union(days.flat_map(|day| self.spans_of(day)))
    }

    fn spans_of(&self, day: NaiveDate) -> Vec<Span> {
        let start = Timestamp::start_of(day);
        let at = |minutes: u16| start.plus(i64::from(minutes) * MINUTE);
        let openings = self.on(day).map_or(&[][..], |on| on.openings);
        let spans = openings.iter().map(|o| Span::kept(at(o.from), at(o.until)));
        spans.collect()
    }
}

#[cfg(test)]
mod tests;
