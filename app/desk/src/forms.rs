//! Forms that are sent without leaving the page (`data-in-place`), and what a scanner types.

use crate::page;
use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::window,
};
use scan_page::sending::{self, Answer, Shown};
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, SubmitEvent};

/// Sends such forms in place from here on.
pub(crate) fn listen() {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "submit", options, |event| {
        let form = event.target().and_then(|form| form.dyn_into().ok());
        let Some(form) = form.filter(|form: &HtmlFormElement| form.has_attribute("data-in-place"))
        else {
            return;
        };
        event.prevent_default();
        let button = event.unchecked_ref::<SubmitEvent>().submitter();
        let button = button.and_then(|button| {
            let name = button.get_attribute("name")?;
            Some((name, button.get_attribute("value").unwrap_or_default()))
        });
        sending::send(&form, button, show);
    })
    .forget();
}

/// Sends a code as if it had been typed into the page's field.
pub(crate) fn scan(code: &str) {
    if let Some(form) = scan_page::enter(code) {
        sending::send(&form, None, show);
    }
}

async fn show(answer: Answer) -> Shown {
    page::renew_parts(&answer.page);
    Shown::Here
}
