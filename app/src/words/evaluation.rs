//! Evaluations by a third party, in words.

use crate::i18n::{Locale, td_string};
use domain::evaluation::{Indicator, Mark, Section, Stage};

/// When in the year.
pub fn evaluation_stage(locale: Locale, stage: Stage) -> &'static str {
    match stage {
        Stage::MidTerm => td_string!(locale, evaluation.mid_term),
        Stage::Final => td_string!(locale, evaluation.final_),
    }
}

/// A part of the form.
pub fn evaluation_section(locale: Locale, section: Section) -> &'static str {
    match section {
        Section::Administration => td_string!(locale, evaluation.administration),
        Section::Finance => td_string!(locale, evaluation.finance),
        Section::Service => td_string!(locale, evaluation.service),
        Section::Society => td_string!(locale, evaluation.society),
    }
}

/// What is looked at.
pub fn indicator(locale: Locale, indicator: Indicator) -> &'static str {
    match indicator {
        Indicator::Staffing => td_string!(locale, evaluation.staffing),
        Indicator::Records => td_string!(locale, evaluation.records),
        Indicator::Supervision => td_string!(locale, evaluation.supervision),
        Indicator::Budget => td_string!(locale, evaluation.budget),
        Indicator::Accounts => td_string!(locale, evaluation.accounts),
        Indicator::Output => td_string!(locale, evaluation.output),
        Indicator::Reach => td_string!(locale, evaluation.reach),
        Indicator::TwoWorkers => td_string!(locale, evaluation.two_workers),
        Indicator::Quality => td_string!(locale, evaluation.quality),
        Indicator::Satisfaction => td_string!(locale, evaluation.satisfaction),
        Indicator::Partners => td_string!(locale, evaluation.partners),
    }
}

/// A mark.
pub fn mark(locale: Locale, mark: Mark) -> &'static str {
    match mark {
        Mark::Excellent => td_string!(locale, evaluation.excellent),
        Mark::Good => td_string!(locale, evaluation.good),
        Mark::Fair => td_string!(locale, evaluation.fair),
        Mark::Poor => td_string!(locale, evaluation.poor),
    }
}
