//! Whether a page follows what happens. The crate `desk` listens and renews the element `#roster`.

use leptos::prelude::*;

/// Says whether the page is live. Without a script it stays hidden, and the link beside it does the
/// work.
#[component]
pub(in crate::staff) fn LiveState(
    /// Where news come from (server-sent events).
    source: String,
    /// Where the changed part is.
    part: String,
    /// What it says while it hears.
    live: String,
    /// What it says when it hears nothing any more.
    lost: String,
) -> impl IntoView {
    view! {
        <span class="live-state" role="status" data-state="" hidden=true
            data-source=source data-part=part data-live=live data-lost=lost></span>
    }
}
