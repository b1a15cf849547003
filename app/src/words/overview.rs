//! What is out of order at a center, in words.

use crate::i18n::{Locale, td_string};
use domain::overview::Exception;

/// The kind of it.
pub fn exception(locale: Locale, exception: Exception) -> &'static str {
    match exception {
        Exception::NoLead => td_string!(locale, overview.no_lead),
        Exception::NoCheckIns => td_string!(locale, overview.no_check_ins),
        Exception::Kiosk => td_string!(locale, overview.kiosk),
        Exception::Months => td_string!(locale, overview.months),
    }
}

/// How much of it.
pub fn exception_many(locale: Locale, exception: Exception, many: u32) -> String {
    match exception {
        Exception::NoLead => td_string!(locale, overview.no_lead_many, count = many),
        Exception::NoCheckIns => td_string!(locale, overview.no_check_ins_many, count = many),
        Exception::Kiosk => td_string!(locale, overview.kiosk_many, count = many),
        Exception::Months => td_string!(locale, overview.months_many, count = many),
    }
}
