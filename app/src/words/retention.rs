//! What is stored of people, and for how long.

use crate::i18n::{Locale, td_string};
use domain::{
    retention::{Kept, Kind},
    time::DAY,
};

/// `手机号、姓名、出生年份、社区`.
pub fn stored(locale: Locale, kind: Kind) -> &'static str {
    match kind {
        Kind::Profile => td_string!(locale, data.kind.profile),
        Kind::Family => td_string!(locale, data.kind.family),
        Kind::Bookings => td_string!(locale, data.kind.bookings),
        Kind::Notes => td_string!(locale, data.kind.notes),
        Kind::CheckIns => td_string!(locale, data.kind.check_ins),
        Kind::Cards => td_string!(locale, data.kind.cards),
        Kind::Volunteering => td_string!(locale, data.kind.volunteering),
        Kind::Shifts => td_string!(locale, data.kind.shifts),
        Kind::Hours => td_string!(locale, data.kind.hours),
        Kind::Certificates => td_string!(locale, data.kind.certificates),
        Kind::Calls => td_string!(locale, data.kind.calls),
        Kind::Requests => td_string!(locale, data.kind.requests),
        Kind::Thanks => td_string!(locale, data.kind.thanks),
        Kind::Messages => td_string!(locale, data.kind.messages),
        Kind::ShortMessages => td_string!(locale, data.kind.short_messages),
        Kind::SignIns => td_string!(locale, data.kind.sign_ins),
        Kind::Browsers => td_string!(locale, data.kind.browsers),
        Kind::Claims => td_string!(locale, data.kind.claims),
        Kind::Answers => td_string!(locale, data.kind.answers),
        Kind::Attempts => td_string!(locale, data.kind.attempts),
        Kind::Audit => td_string!(locale, data.kind.audit),
    }
}

/// `保存 30 天`.
pub fn kept(locale: Locale, kept: Kept) -> String {
    match kept {
        Kept::Account => td_string!(locale, data.until_account).to_owned(),
        Kept::Nameless => td_string!(locale, data.until_nameless).to_owned(),
        Kept::Law => td_string!(locale, data.until_law).to_owned(),
        Kept::For(time) => td_string!(locale, data.until_days, days = time / DAY),
    }
}
