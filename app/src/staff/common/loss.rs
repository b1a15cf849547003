//! The loss of a half of a shift, in words.

use crate::i18n::{Locale, td_string};
use domain::shift::{Half, Loss};

/// What was lost, and what to do about it.
pub(in crate::staff) fn loss(
    locale: Locale,
    half: Half,
    how: Loss,
) -> (&'static str, &'static str) {
    match (half, how) {
        (Half::Lead, Loss::Planned) => (
            td_string!(locale, staff.shift.alert.lead_planned),
            td_string!(locale, staff.shift.alert.lead_planned_do),
        ),
        (Half::Lead, Loss::Present) => (
            td_string!(locale, staff.shift.alert.lead_present),
            td_string!(locale, staff.shift.alert.lead_present_do),
        ),
        (Half::Volunteers, Loss::Planned) => (
            td_string!(locale, staff.shift.alert.volunteers_planned),
            td_string!(locale, staff.shift.alert.volunteers_planned_do),
        ),
        (Half::Volunteers, Loss::Present) => (
            td_string!(locale, staff.shift.alert.volunteers_present),
            td_string!(locale, staff.shift.alert.volunteers_present_do),
        ),
    }
}
