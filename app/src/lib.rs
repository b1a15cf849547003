//! What people see. Compiled twice: for the server (`ssr`: pages and forms as axum handlers) and
//! for the browser (`hydrate`: the islands, as WASM).
//!
//! A page is an axum handler that extracts caller and input, calls the store once and answers with
//! [`page::Page::render`]. There is no client router and there are no server functions: forms are
//! HTML forms, links are links, and all of it works without JavaScript.

#![allow(
    unreachable_pub,
    reason = "#[component] makes the struct of a private component's properties public"
)]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod assets;
#[cfg(feature = "ssr")]
pub mod kiosk;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod resident;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod staff;
#[cfg(feature = "ssr")]
pub mod ui;
#[cfg(feature = "ssr")]
pub mod web;
#[cfg(feature = "ssr")]
pub mod words;

/// The words of every language, checked when compiling (`i18n::td_string!(locale, home.title)`).
///
/// They come from the server only, so that none of this reaches the browser: an island gets its
/// words as props. A further language is a file in `locales/`.
#[cfg(feature = "ssr")]
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::expect_used,
    clippy::unwrap_used
)]
pub mod i18n {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
    pub use self::i18n::*;
    pub use leptos_i18n::{td_display, td_string};
}

/// Prepares the module in the browser; `boot.js` then starts each island of the page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
