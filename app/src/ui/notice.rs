//! Boxes that say something about a page: that it worked, that it did not and why, that there is
//! nothing here.

use super::{Alternatives, Card, Tone};
use crate::{i18n::Locale, words::Explained};
use leptos::prelude::*;

/// A box with a heading and a sentence.
#[component]
pub fn NoticeBox(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The sentence; none for a heading alone.
    #[prop(optional, into)]
    text: String,
    /// How strongly it speaks.
    #[prop(optional)]
    tone: Tone,
    /// The level of the heading, 2 or 3.
    #[prop(default = 2)]
    level: u8,
    /// Whether it tells of what has just happened, so that a screen reader says it.
    #[prop(optional)]
    fresh: bool,
    /// What stands below the sentence: links, a form.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = match (fresh, tone) {
        (false, _) => None,
        (true, Tone::Bad) => Some("alert"),
        (true, _) => Some("status"),
    };
    let heading = if level == 2 {
        view! { <h2>{title}</h2> }.into_any()
    } else {
        view! { <h3>{title}</h3> }.into_any()
    };
    view! {
        <div class="notice" data-kind=tone.as_str() role=role>
            {heading}
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Why not, until when, and what else (`beyond.md` 3).
#[component]
pub fn RefusalBlock(
    /// The language.
    locale: Locale,
    /// The refusal in words.
    explained: Explained,
    /// What else there is, best first.
    #[prop(optional)]
    alternatives: Vec<Card>,
    /// What one can do right here: a form, links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="refusal" role="alert" aria-labelledby="why">
            <h2 id="why">{explained.title}</h2>
            <p>{explained.sentence}</p>
            <p class="refusal-until">{explained.next}</p>
            {children.map(|children| children())}
            <Alternatives locale cards=alternatives />
        </section>
    }
}

/// Where a list would be, had it anything in it: says so, and where to go.
#[component]
pub fn EmptyState(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, or what would be here.
    #[prop(optional, into)]
    text: String,
    /// Links to go on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <h2>{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
