//! What a page with a scanner does in the browser, once for the kiosk (crate `screen`) and the staff's
//! check-in page (crate `desk`): a scanner that types, a camera, sending a form without leaving the
//! page, and the sound of an answer. What is shown is left to the two of them.
#![cfg(target_arch = "wasm32")]

pub mod camera;
pub mod chime;
mod decoder;
mod frames;
pub mod keyboard;
pub mod look;
pub mod sending;

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// The field that takes codes, where the page has one.
pub fn code_field() -> Option<HtmlInputElement> {
    document().get_element_by_id("code")?.dyn_into().ok()
}

/// Puts what was scanned into the field and returns the form that is to be sent.
pub fn enter(code: &str) -> Option<HtmlFormElement> {
    let field = code_field()?;
    field.set_value(code);
    field.form()
}

/// How long the page has run, in whole milliseconds: the clock that events are stamped with, which
/// nobody sets.
pub(crate) fn now() -> u64 {
    window()
        .performance()
        .map_or(0, |performance| whole(performance.now()))
}

/// Whole milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a page runs for days at most"
)]
pub(crate) fn whole(millis: f64) -> u64 {
    millis.max(0.0) as u64
}
