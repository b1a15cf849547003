//! Components that several faces share, islands among them.
#![allow(missing_docs)] // #[island] makes a public struct of its own that cannot be documented

#[cfg(feature = "ssr")]
mod fault;
#[cfg(feature = "ssr")]
mod tear_off;

#[cfg(feature = "ssr")]
pub use fault::fault_view;
#[cfg(feature = "ssr")]
pub use tear_off::TearOff;

use leptos::prelude::*;

/// A number with a button that adds one: the smallest island, proof that the browser's half runs.
#[island]
pub fn Counter(
    /// What stands before the number, in the page's language.
    label: String,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    view! {
        <button type="button" class="counter" on:click=move |_| set_count.update(|n| *n += 1)>
            {label} " " <output>{count}</output>
        </button>
    }
}
