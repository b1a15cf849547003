//! A shift in the few words that several faces share.

use super::Tone;
use crate::i18n::{Locale, td_string};
use domain::{
    shift::{Half, State},
    time::Timestamp,
};
use store::shifts::ShiftView;

/// How far the leads' half stands.
pub fn shift_lead(locale: Locale, view: &ShiftView) -> &'static str {
    match view.missing().contains(&Half::Lead) {
        true => td_string!(locale, shift.lead_open),
        false => td_string!(locale, shift.lead_stands),
    }
}

/// How far a shift is, in words: what it still needs, or that it needs nothing more.
pub fn shift_need(locale: Locale, view: &ShiftView, now: Timestamp) -> (Tone, String) {
    let halves = &view.halves;
    let lacking = halves.volunteers_min.saturating_sub(halves.volunteers);
    let missing = view.missing();
    match view.state(now) {
        State::Closed => (Tone::Plain, td_string!(locale, shift.over).to_owned()),
        _ if lacking > 0 => (
            Tone::Warn,
            td_string!(locale, shift.needs, count = lacking).to_string(),
        ),
        _ if view.free() > 0 => (
            Tone::Good,
            td_string!(locale, shift.welcome, count = view.free()).to_string(),
        ),
        _ if missing.contains(&Half::Lead) => (
            Tone::Plain,
            td_string!(locale, shift.full_no_lead).to_owned(),
        ),
        _ => (Tone::Plain, td_string!(locale, shift.full).to_owned()),
    }
}
