//! What was scanned goes into the field `code` of the page, and its form is sent. The result is shown
//! as soon as it comes: a page takes longer than somebody at a door should wait.

use crate::server;
use gloo::{
    render::request_animation_frame,
    timers::callback::Timeout,
    utils::{document, window},
};
use js_sys::Promise;
use scan_page::sending::{self, Answer, Shown};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Where one sees what a scan came to.
const RESULT: &str = "/kiosk/result";

/// Enters what was scanned; does nothing on a page without the field.
pub(crate) fn scan(code: &str) {
    if let Some(form) = scan_page::enter(code) {
        sending::send(&form, None, show);
    }
}

/// Shows a result's screen and then goes to its page. What is no result is sent again plainly: the same
/// form with the same code is the same scan.
async fn show(answer: Answer) -> Shown {
    let origin = window().location().origin().unwrap_or_default();
    let path = answer.address.strip_prefix(&origin).unwrap_or_default();
    if path != RESULT {
        return Shown::Not;
    }
    let here = document().get_element_by_id("main");
    let there = answer.page.get_element_by_id("main");
    let (Some(here), Some(there)) = (here, there) else {
        return Shown::Not;
    };
    if here.replace_with_with_node_1(&there).is_err() {
        return Shown::Not;
    }
    // Drawn first: a page that is being left draws nothing more.
    drawn().await;
    server::replace(&answer.address);
    Shown::Leaving
}

/// Waits until the screen has drawn what it was given, and not long where it draws nothing.
async fn drawn() {
    let mut frame = None;
    let drawn = Promise::new(&mut |done, _| {
        let soon = done.clone();
        frame = Some(request_animation_frame(move |_| call_in(0, soon)));
        call_in(200, done);
    });
    let _ = JsFuture::from(drawn).await;
    drop(frame);
}

fn call_in(millis: u32, done: js_sys::Function) {
    Timeout::new(millis, move || {
        let _ = done.call0(&JsValue::NULL);
    })
    .forget();
}
