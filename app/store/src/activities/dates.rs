//! The dates of a new activity: a list, or a recurrence rule. The list that is previewed and the
//! list that is created come from the same function (C-63).

use crate::{occurrences::TermsEdit, rooms};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    activity::{Terms, check_horizon, check_series, check_times},
    recurrence,
    time::{Span, Timestamp},
};

/// An occurrence to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOccurrence {
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// The room, may be empty.
    pub room: String,
    /// The terms, where they are not the defaults.
    pub terms: TermsEdit,
}

/// When an activity takes place.
#[expect(
    clippy::large_enum_variant,
    reason = "one of these lives at a time, and briefly"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dates {
    /// On these dates.
    List(Vec<NewOccurrence>),
    /// By a rule of RFC 5545, from a first sitting on. Instants of the first one's terms are as
    /// far from the start of each.
    Rule {
        /// The rule, with COUNT or UNTIL.
        rule: String,
        /// The first sitting.
        first: NewOccurrence,
        /// Days that are left out.
        excluded: Vec<NaiveDate>,
        /// Days of the rule, and the days on which they take place instead.
        moved: Vec<(NaiveDate, NaiveDate)>,
    },
}

/// An occurrence as it will be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When.
    pub span: Span,
    /// Where.
    pub room: String,
    /// Its terms.
    pub terms: Terms,
}

impl Dates {
    /// Exactly the occurrences that would be created at that time, in order.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what [`recurrence::expand`] refuses, for terms that do not fit,
    /// dates in the past or over three years ahead (`occurrences`, `in_the_past`, `too_far_ahead`), none or over 400 of them, and for dates
    /// that overlap each other (C-61).
    pub fn plan(&self, now: Timestamp) -> Result<Vec<Planned>, Refusal> {
        let mut planned = match self {
            Self::List(list) => list
                .iter()
                .map(|new| {
                    let span = check_times(new.starts_at, new.ends_at)?;
                    planned(new, span, 0, now)
                })
                .collect::<Result<Vec<_>, _>>()?,
            Self::Rule {
                rule,
                first,
                excluded,
                moved,
            } => {
                let span = check_times(first.starts_at, first.ends_at)?;
                let spans = recurrence::expand(rule, span, excluded)?;
                recurrence::moved(spans, moved)?
                    .into_iter()
                    .map(|at| planned(first, at, at.start().0 - span.start().0, now))
                    .collect::<Result<Vec<_>, _>>()?
            }
        };
        planned.sort_by_key(|p| p.span.start());
        if planned.is_empty() {
            return Err(Refusal::invalid("occurrences", Reason::Missing));
        }
        if planned.len() > recurrence::MAX_SITTINGS {
            return Err(Refusal::invalid("occurrences", Reason::TooMany));
        }
        if planned.iter().any(|p| p.span.end() <= now) {
            return Err(Refusal::invalid("occurrences", Reason::InThePast));
        }
        for date in &planned {
            check_horizon("occurrences", date.span.start(), now)?;
        }
        let spans: Vec<Span> = planned.iter().map(|p| p.span).collect();
        check_series(&spans)?;
        Ok(planned)
    }
}

fn planned(new: &NewOccurrence, span: Span, by: i64, now: Timestamp) -> Result<Planned, Refusal> {
    let terms = new.terms.apply(&Terms::defaults(span, now), by);
    terms.check(span)?;
    Ok(Planned {
        span,
        room: rooms::check_name(&new.room)?,
        terms,
    })
}
