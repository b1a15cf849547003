//! The evaluation of a center by a third party: in the middle and at the end of a contract's year, over
//! the parts that such evaluations have (`domain.md` 4, S69 to S71). No source gives the city's scale of
//! marks: these four are the product's own.

use crate::{Reason, Refusal, report::Figure, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

crate::text_enum! {
    /// When in a contract's year.
    pub enum Stage {
        /// In the middle.
        MidTerm = "mid_term",
        /// At the end.
        Final = "final",
    }
}

crate::text_enum! {
    /// A part of an evaluation.
    pub enum Section {
        /// How the center is run.
        Administration = "administration",
        /// What was spent.
        Finance = "finance",
        /// What was done, checked in the files.
        Service = "service",
        /// What those say whom it is for.
        Society = "society",
    }
}

crate::text_enum! {
    /// What is looked at.
    pub enum Indicator {
        /// Whether there are as many people as the contract asks, with the training that it asks.
        Staffing = "staffing",
        /// Whether what happened is on record, month by month.
        Records = "records",
        /// Supervision and training of those who work there.
        Supervision = "supervision",
        /// Whether money went where the budget says.
        Budget = "budget",
        /// Whether the books are in order.
        Accounts = "accounts",
        /// What the contract counts, done against asked.
        Output = "output",
        /// How many people are reached.
        Reach = "reach",
        /// The pair of social worker and volunteers.
        TwoWorkers = "two_workers",
        /// How well cases and groups are done.
        Quality = "quality",
        /// What those say who were served.
        Satisfaction = "satisfaction",
        /// What the community and its partners say.
        Partners = "partners",
    }
}

crate::text_enum! {
    /// A mark, the best first.
    pub enum Mark {
        /// Beyond what is asked.
        Excellent = "excellent",
        /// As asked.
        Good = "good",
        /// As asked with gaps.
        Fair = "fair",
        /// Not as asked.
        Poor = "poor",
    }
}

/// Most characters of a note.
pub const MAX_NOTE: usize = 500;

/// Most characters of a summary, and of what a center replies.
pub const MAX_SUMMARY: usize = 2_000;

impl Indicator {
    /// The part that it belongs to.
    pub const fn section(self) -> Section {
        match self {
            Self::Staffing | Self::Records | Self::Supervision => Section::Administration,
            Self::Budget | Self::Accounts => Section::Finance,
            Self::Output | Self::Reach | Self::TwoWorkers | Self::Quality => Section::Service,
            Self::Satisfaction | Self::Partners => Section::Society,
        }
    }

    /// The figures of the year that stand beside it: out of attendance, never typed.
    pub const fn evidence(self) -> &'static [Figure] {
        match self {
            Self::Output => &[
                Figure::Cases,
                Figure::Groups,
                Figure::Sessions,
                Figure::Activities,
            ],
            Self::Reach => &[Figure::Attendances, Figure::Persons, Figure::NoShows],
            Self::TwoWorkers => &[
                Figure::Shifts,
                Figure::Volunteers,
                Figure::VolunteerMinutes,
                Figure::EnteredMinutes,
            ],
            _ => &[],
        }
    }
}

impl Section {
    /// What is looked at in it, in the order of the form.
    pub fn indicators(self) -> impl Iterator<Item = Indicator> {
        let all = Indicator::ALL.iter().copied();
        all.filter(move |indicator| indicator.section() == self)
    }
}

/// What was found of an indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its mark, once there is one.
    pub mark: Option<Mark>,
    /// Why.
    pub note: String,
}

/// An evaluation as its form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// What was found; absent for what nobody has looked at.
    pub of: BTreeMap<Indicator, Finding>,
    /// The mark of the whole.
    pub overall: Option<Mark>,
    /// What is to be said of the whole.
    pub summary: String,
}

impl Findings {
    /// The same as it is stored.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `<indicator>_note` or `summary`.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        for (indicator, finding) in &mut self.of {
            let field = format!("{indicator}_note");
            finding.note = text::lines(&field, &finding.note, MAX_NOTE)?;
        }
        self.summary = text::lines("summary", &self.summary, MAX_SUMMARY)?;
        Ok(self)
    }

    /// What an evaluation still lacks to be handed in, every piece: a mark of each indicator and of the
    /// whole, and why, where something is not as asked.
    pub fn lacking(&self) -> Vec<Refusal> {
        let missing = |field: String| Refusal::invalid(&field, Reason::Missing);
        let mut found = Vec::new();
        for indicator in Indicator::ALL {
            let finding = self.of.get(indicator);
            match finding.and_then(|finding| finding.mark) {
                None => found.push(missing(indicator.to_string())),
                Some(Mark::Poor) if finding.is_none_or(|finding| finding.note.is_empty()) => {
                    found.push(missing(format!("{indicator}_note")));
                }
                Some(_) => {}
            }
        }
        if self.overall.is_none() {
            found.push(missing("overall".to_owned()));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(mark: Mark) -> Findings {
        let of = Indicator::ALL.iter().map(|indicator| {
            let note = "查了档案".to_owned();
            (
                *indicator,
                Finding {
                    mark: Some(mark),
                    note,
                },
            )
        });
        Findings {
            of: of.collect(),
            overall: Some(mark),
            summary: String::new(),
        }
    }

    #[test]
    fn every_piece_that_is_missing_is_named() {
        assert_eq!(
            Findings::default().lacking().len(),
            Indicator::ALL.len() + 1
        );
        assert_eq!(whole(Mark::Good).lacking(), []);
        let mut poor = whole(Mark::Good);
        let of_budget = poor.of.get_mut(&Indicator::Budget).unwrap();
        of_budget.mark = Some(Mark::Poor);
        assert_eq!(poor.lacking(), [], "it says why");
        poor.of.get_mut(&Indicator::Budget).unwrap().note = String::new();
        let missing = Refusal::invalid("budget_note", Reason::Missing);
        assert_eq!(poor.lacking(), [missing]);
    }

    #[test]
    fn notes_are_stored_as_any_text_is() {
        let mut long = whole(Mark::Fair);
        long.summary = "好".repeat(MAX_SUMMARY + 1);
        let refused = Refusal::invalid("summary", Reason::TooLong);
        assert_eq!(long.checked(), Err(refused));
    }

    proptest! {
        #[test]
        fn what_lacks_nothing_has_every_mark(marks in prop::collection::vec(prop::option::of(0usize..4), 11)) {
            let of = Indicator::ALL.iter().zip(&marks).map(|(indicator, mark)| {
                let mark = mark.map(|n| Mark::ALL[n]);
                (*indicator, Finding { mark, note: "有".into() })
            });
            let findings = Findings {
                of: of.collect(),
                overall: Some(Mark::Good),
                summary: String::new(),
            };
            let missing = marks.iter().filter(|mark| mark.is_none()).count();
            prop_assert_eq!(findings.lacking().len(), missing);
        }
    }
}
