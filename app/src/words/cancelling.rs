//! Until when a place can be given back without asking anybody.

use super::date;
use crate::i18n::{Locale, td_string};
use domain::time::Timestamp;

/// For somebody who holds a place: `今天 13:00 前可以取消`, or what to do now that it is too late.
pub fn giving_back(locale: Locale, until: Timestamp, now: Timestamp) -> String {
    before(locale, until, now).unwrap_or_else(|| td_string!(locale, mine.cutoff_passed).to_owned())
}

/// For somebody who thinks of booking; who books after the cutoff is told so before.
pub fn giving_back_later(locale: Locale, until: Timestamp, now: Timestamp) -> String {
    before(locale, until, now)
        .unwrap_or_else(|| td_string!(locale, occurrence.rule_final).to_owned())
}

fn before(locale: Locale, until: Timestamp, now: Timestamp) -> Option<String> {
    let time = date::moment(locale, until, now);
    (now <= until).then(|| td_string!(locale, ticket.cancel_until, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn nobody_is_told_to_cancel_by_a_time_that_has_passed() {
        let until = at("2026-11-25T17:42");
        assert_eq!(giving_back(zh, until, until), "今天 17:42 前可以取消");
        let later = at("2026-11-25T17:43");
        for said in [
            giving_back(zh, until, later),
            giving_back_later(zh, until, later),
        ] {
            assert!(!said.contains("17:42"), "{said}");
        }
        assert_ne!(
            giving_back(en, until, later),
            giving_back_later(en, until, later)
        );
    }
}
