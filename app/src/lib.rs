//! What people see. Compiled twice: for the server (`ssr`: pages and forms as axum handlers) and
//! for the browser (`hydrate`: the islands, as WASM).
//!
//! A page is an axum handler that extracts caller and input, calls the store once and answers with
//! [`shell::Page::render`]. There is no client router and there are no server functions: forms are
//! HTML forms, links are links, and all of it works without JavaScript.

pub mod ui;

#[cfg(feature = "ssr")]
pub mod assets;
#[cfg(feature = "ssr")]
pub mod shell;

/// The words of every language, checked when compiling (`i18n::td_string!(locale, home.title)`).
#[cfg(feature = "ssr")]
#[allow(deprecated, missing_docs, unreachable_pub, clippy::all)]
pub mod i18n {
    // deprecated in favour of a build script that would compile a WASM interpreter and an HTTP client
    leptos_i18n::load_locales!();
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
