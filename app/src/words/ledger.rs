//! Hours of service: how long, and where an entry stands.

use crate::i18n::{Locale, td_string};
use domain::hours::{Approval, Doubt, Kind, State};

/// A length of time in minutes: `2 小时 30 分`, `45 分钟`, `减 30 分钟`.
pub fn duration(locale: Locale, minutes: i64) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let long = match (hours, rest) {
        (0, minutes) => td_string!(locale, ledger.minutes_only, minutes),
        (hours, 0) => td_string!(locale, ledger.hours_only, hours),
        (hours, minutes) => td_string!(locale, ledger.hours_minutes, hours, minutes),
    };
    match minutes < 0 {
        true => td_string!(locale, ledger.less, duration = long),
        false => long,
    }
}

/// Where an entry comes from.
pub fn hour_kind(locale: Locale, kind: Kind) -> &'static str {
    match kind {
        Kind::Verified => td_string!(locale, ledger.kind_verified),
        Kind::Entered => td_string!(locale, ledger.kind_entered),
        Kind::Correction => td_string!(locale, ledger.kind_correction),
    }
}

/// Where an entry stands.
pub fn hour_state(locale: Locale, state: State) -> &'static str {
    match state {
        State::Pending => td_string!(locale, ledger.state_pending),
        State::Counted => td_string!(locale, ledger.state_counted),
        State::Objected => td_string!(locale, ledger.state_objected),
        State::Refused => td_string!(locale, ledger.state_refused),
    }
}

/// Why a computed number should be looked at.
pub fn doubt(locale: Locale, doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NoCheckOut => td_string!(locale, ledger.doubt_no_check_out),
        Doubt::NoEntry => td_string!(locale, ledger.doubt_no_entry),
        Doubt::NoLead => td_string!(locale, ledger.doubt_no_lead),
    }
}

/// Whose word an entry takes; nothing where it takes nobody's.
pub fn approval(locale: Locale, approval: Approval) -> Option<&'static str> {
    match approval {
        Approval::None => None,
        Approval::Second => Some(td_string!(locale, ledger.approval_second)),
        Approval::Higher => Some(td_string!(locale, ledger.approval_higher)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    #[test]
    fn a_length_of_time_is_said_as_people_say_it() {
        assert_eq!(duration(zh, 150), "2 小时 30 分");
        assert_eq!(duration(zh, 120), "2 小时");
        assert_eq!(duration(zh, 45), "45 分钟");
        assert_eq!(duration(zh, 0), "0 分钟");
        assert_eq!(duration(zh, -30), "减 30 分钟");
        assert_eq!(duration(en, -90), "minus 1 h 30 min");
    }
}
