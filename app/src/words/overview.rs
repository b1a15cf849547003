//! What is out of order at a center, in words.

use crate::i18n::{Locale, td_string};
use domain::overview::Concern;

/// The kind of it.
pub fn concern(locale: Locale, concern: Concern) -> &'static str {
    match concern {
        Concern::NoLead => td_string!(locale, overview.no_lead),
        Concern::NoCheckIns => td_string!(locale, overview.no_check_ins),
        Concern::Kiosk => td_string!(locale, overview.kiosk),
        Concern::Months => td_string!(locale, overview.months),
        Concern::Contract => td_string!(locale, overview.contract),
    }
}

/// How much of it.
pub fn concern_many(locale: Locale, concern: Concern, many: u32) -> String {
    match concern {
        Concern::NoLead => td_string!(locale, overview.no_lead_many, count = many),
        Concern::NoCheckIns => td_string!(locale, overview.no_check_ins_many, count = many),
        Concern::Kiosk => td_string!(locale, overview.kiosk_many, count = many),
        Concern::Months => td_string!(locale, overview.months_many, count = many),
        Concern::Contract => td_string!(locale, overview.contract_many, count = many),
    }
}
