//! Whether a page follows what happens. The crate `desk` listens and renews the element `#roster`.

use crate::i18n::{Locale, td_string};
use leptos::prelude::*;

/// Says whether the page is live. Without a script it stays hidden, and the link beside it does the
/// work.
#[component]
pub(in crate::staff) fn LiveState(
    locale: Locale,
    /// Where news come from (server-sent events).
    source: String,
    /// Where the changed part is.
    part: String,
) -> impl IntoView {
    view! {
        <span class="live-state" role="status" data-state="" hidden=true
            data-source=source data-part=part data-live=td_string!(locale, staff.roster.live) data-lost=td_string!(locale, staff.roster.lost)></span>
    }
}
