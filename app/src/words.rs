//! What things are called and how things are said, in every language. The words themselves are in
//! `app/locales/*.json`; what is here puts dates, numbers and names into them.
//!
//! Everything takes the language first. Dates and clock times are Shanghai's (C-48).

mod audit;
mod calendar;
mod cancelling;
mod count;
mod date;
mod evaluation;
mod holiday;
mod hours;
mod lead;
mod ledger;
mod menu;
mod names;
mod notice;
mod overview;
mod plan_import;
mod refusal;
mod report;
mod retention;
mod thanks;
mod training;
mod verdict;

pub use audit::verb;
pub use calendar::{
    appointment, calendar_name, event_bring, event_description, event_place, event_reminder,
    event_summary, event_title, opening_summary,
};
pub use cancelling::{giving_back, giving_back_later};
pub use count::{
    age_note, ages, ages_if_limited, capacity, distance, items, places, places_left, position,
    short_count, who,
};
pub use date::{
    clock, day, day_full, day_head, day_near, day_plain, day_short, ends, hours, moment, month,
    relative_day, span, span_full, span_near, stamp, weekday,
};
pub use evaluation::{evaluation_section, evaluation_stage, indicator, mark};
pub use holiday::{day_kind, holiday_name, lunar, wrong_row};
pub use hours::{Opening, days, exception, exceptions, opening, otherwise, week};
pub use lead::without_lead;
pub use ledger::{approval, doubt, duration, hour_kind, hour_state};
pub use menu::{field_name, item_texts};
pub use names::{
    allocation, assignment_state, channel, duty, enrolment, item_how, kind, language, languages,
    list, relation, role, state, status, unit, unit_note,
};
pub use notice::{Told, WordedLink, notice, sms};
pub use overview::{concern, concern_many};
pub use plan_import::wrong_plan;
pub use refusal::{Explained, field_label, invalid_reason, refusal};
pub use report::{figure, report_filter, report_heads, report_row};
pub use retention::{kept, stored};
pub use thanks::{milestone, sentence as thanks_sentence};
pub use training::{training, training_validity};
pub use verdict::{door_name, method, outcome, review, verdict};

pub use crate::i18n::Locale;

/// Two sentences one after the other, with a space between them where the language has one.
pub fn join(locale: Locale, first: &str, second: &str) -> String {
    crate::i18n::td_string!(locale, ui.sentences, first, second)
}

#[cfg(test)]
mod testing {
    use super::Locale;
    use leptos_i18n::Locale as _;

    /// Every language.
    pub(super) fn locales() -> impl Iterator<Item = Locale> {
        Locale::get_all().iter().copied()
    }

    /// That something is said, that no placeholder is left in it, and that Chinese is Chinese.
    pub(super) fn speaks(locale: Locale, of: &str, words: &str) {
        assert!(!words.trim().is_empty(), "{locale}: {of} says nothing");
        assert!(
            !words.contains("{{") && !words.contains("}}"),
            "{locale}: {of}: {words}"
        );
        if locale == Locale::zh_CN {
            assert!(
                words
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{of}: {words}"
            );
        }
    }
}
