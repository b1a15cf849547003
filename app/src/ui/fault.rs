//! What a page says when the whole request failed.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;

/// Why nothing is shown, and where to go from here; without a refusal it is our fault.
pub fn fault_view(locale: Locale, refusal: Option<Refusal>) -> impl IntoView {
    let (title, text) = match &refusal {
        Some(refusal) => {
            let explained = words::refusal(locale, refusal, Timestamp(0));
            (explained.title, format!("{} {}", explained.sentence, explained.next))
        }
        None => (
            td_string!(locale, fault.broken_title).to_owned(),
            td_string!(locale, fault.broken_sentence).to_owned(),
        ),
    };
    view! {
        <div class="empty-state">
            <h1>{title}</h1>
            <p>{text}</p>
            <a class="button button-main" href="/">{td_string!(locale, fault.home)}</a>
        </div>
    }
}
