//! What moves on the staff's pages: rosters that follow what happens and answer to arrow keys and to
//! dragging, and the check-in page with its camera, its scanner that types, its forms sent in place and its sounds.
//!
//! The pages come from the server whole and work without this. No views are made here, so this module
//! does without Leptos: it finds what the server drew by class and id, with its words in `data-`
//! attributes.
#![cfg(target_arch = "wasm32")]

mod camera;
mod drag;
mod forms;
mod keys;
mod live;
mod page;
mod sound;

use gloo::{
    events::EventListener,
    utils::{document, window},
};
use page::is_whole;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{CustomEvent, Element};

/// Starts what the page has.
#[wasm_bindgen(start)]
pub fn start() {
    EventListener::new(&window(), page::REPLACED, |event| {
        let event: &CustomEvent = event.unchecked_ref();
        if let Ok(part) = event.detail().dyn_into::<Element>() {
            replaced(&part);
        }
    })
    .forget();
    forms::listen();
    live::follow();
    drag::listen();
    keys::listen();
    if page::is_door() {
        sound::start();
        camera::offer();
        scan_page::keyboard::listen(forms::scan);
    }
    if let Some(root) = document().document_element() {
        // For the browser tests: from here on the page answers to touch.
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// A part of the page is new; the whole of it after a change of language (`app/tools.js`).
fn replaced(part: &Element) {
    if is_whole(part) {
        live::follow();
        if page::is_door() {
            camera::offer();
        }
    }
    sound::replaced(part);
}
