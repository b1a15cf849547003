//! A ticket in the hand: kept for when there is no network, shown large and bright.

use super::browser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// The words of [`TicketIsland`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TicketWords {
    /// The way to the large view.
    pub open: String,
    /// The way back.
    pub close: String,
    /// The ticket opens without a network too.
    pub kept: String,
}

/// The ways into the large view and out of it. They are links, so that they also work without a
/// script; with one the screen stays on and fills with the code, and a worker keeps the page.
#[island]
pub fn TicketIsland(
    /// Its words, in the page's language.
    words: TicketWords,
) -> impl IntoView {
    let (kept, set_kept) = signal(false);
    Effect::new(move || {
        if let Ok(promise) = browser::register_worker("/sw.js") {
            let done = Closure::once_into_js(move |_: JsValue| set_kept.set(true));
            let started = promise.then(&done);
            browser::ignore(Ok(started));
        }
    });
    let open = move |_| {
        browser::ignore(browser::keep_awake("screen"));
        browser::ignore(browser::fill_screen());
    };
    let close = move |_| browser::ignore(browser::leave_screen());
    let TicketWords {
        open: open_words,
        close: close_words,
        kept: kept_words,
    } = words;
    view! {
        <a class="open" href="#bright" on:click=open>{open_words}</a>
        <a class="close button" href="#ticket" on:click=close>{close_words}</a>
        <p class="small" role="status">{move || kept.get().then(|| kept_words.clone())}</p>
    }
}
