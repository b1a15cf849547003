//! Thanks to volunteers, and milestones, in words.

use crate::i18n::{Locale, td_string};
use domain::{hours::Milestone, thanks::Sentence};

/// What is said, as it stands on the button and on the volunteer's page.
pub fn sentence(locale: Locale, sentence: Sentence) -> &'static str {
    match sentence {
        Sentence::Kind => td_string!(locale, thanks.kind),
        Sentence::Patient => td_string!(locale, thanks.patient),
        Sentence::Joy => td_string!(locale, thanks.joy),
        Sentence::Helped => td_string!(locale, thanks.helped),
        Sentence::Reliable => td_string!(locale, thanks.reliable),
        Sentence::Careful => td_string!(locale, thanks.careful),
        Sentence::Together => td_string!(locale, thanks.together),
    }
}

/// A milestone: `第一次服务`, `50 小时`.
pub fn milestone(locale: Locale, of: Milestone) -> String {
    match (of, of.hours()) {
        (_, Some(hours)) => td_string!(locale, milestone.hours, hours),
        (Milestone::Year, None) => td_string!(locale, milestone.year).to_owned(),
        (_, None) => td_string!(locale, milestone.first).to_owned(),
    }
}
