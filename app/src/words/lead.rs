//! What those are told whose shift lacks its lead.

use crate::i18n::{Locale, td_string};
use domain::shift::MissingLead;

/// Title and sentence; that it is the center's policy stands in both.
pub fn without_lead(locale: Locale, policy: MissingLead) -> (&'static str, &'static str) {
    match policy {
        MissingLead::Blocks => (
            td_string!(locale, policy.blocks.title),
            td_string!(locale, policy.blocks.sentence),
        ),
        MissingLead::Warns => (
            td_string!(locale, policy.warns.title),
            td_string!(locale, policy.warns.sentence),
        ),
    }
}
