//! The loss of a half of a shift, in words.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{
    shift::{Half, Loss},
    time::{MINUTE, Timestamp},
};
use store::shifts::Alert;

/// What was lost; once it was told again, or never stood, that it is missing still and how soon the shift
/// begins. And what to do about it.
pub(in crate::staff) fn alert(
    locale: Locale,
    of: &Alert,
    now: Timestamp,
) -> (String, &'static str) {
    let (title, hint) = loss(locale, of.half, of.loss);
    let left = (of.starts_at.0 - now.0) / MINUTE;
    match (of.reminded_at, of.half) {
        (Some(_), Half::Lead) if left > 0 => {
            let duration = words::duration(locale, left);
            (
                td_string!(locale, staff.shift.alert.still_lead, duration),
                td_string!(locale, staff.shift.alert.still_lead_do),
            )
        }
        (Some(_), Half::Volunteers) if left > 0 => {
            let duration = words::duration(locale, left);
            (
                td_string!(locale, staff.shift.alert.still_volunteers, duration),
                hint,
            )
        }
        _ => (title.to_owned(), hint),
    }
}

/// What was lost, and what to do about it.
fn loss(locale: Locale, half: Half, how: Loss) -> (&'static str, &'static str) {
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
