//! How far the leads' half of a shift stands.

use crate::i18n::{Locale, td_string};
use domain::shift::Half;
use store::shifts::ShiftView;

/// How far the leads' half stands.
pub(super) fn lead(locale: Locale, view: &ShiftView) -> &'static str {
    match view.missing().contains(&Half::Lead) {
        true => td_string!(locale, shift.lead_open),
        false => td_string!(locale, shift.lead_stands),
    }
}
