//! The four parts of "mine": bookings, shifts, messages, family.

use crate::i18n::{Locale, td_string};
use leptos::prelude::*;

/// Which part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    /// Bookings.
    Bookings,
    /// Shifts.
    Shifts,
    /// Messages.
    Messages,
    /// Family.
    Family,
}

/// The tabs, with the number of unread messages.
#[component]
pub(super) fn Tabs(locale: Locale, current: Tab, unread: usize) -> impl IntoView {
    let page = move |tab| (tab == current).then_some("page");
    view! {
        <nav class="tabs" aria-label=td_string!(locale, mine.title)>
            <a href="/me/bookings" aria-current=page(Tab::Bookings)>{td_string!(locale, mine.tab_bookings)}</a>
            <a href="/me/shifts" aria-current=page(Tab::Shifts)>{td_string!(locale, mine.shifts)}</a>
            <a href="/me/messages" aria-current=page(Tab::Messages)>
                {td_string!(locale, mine.messages)}
                {(unread > 0).then(|| view! {
                    " "<span class="badge" data-tone="good">{unread}<span class="visually-hidden">{td_string!(locale, mine.unread)}</span></span>
                })}
            </a>
            <a href="/me/family" aria-current=page(Tab::Family)>{td_string!(locale, mine.family)}</a>
        </nav>
    }
}
