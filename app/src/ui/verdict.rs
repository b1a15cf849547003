//! The answer of a door: large, with a shape and a sentence, never by colour alone.

use super::Tone;
use crate::{
    i18n::Locale,
    words::{self, Explained},
};
use domain::{
    check_in::Verdict,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::check_ins::Admission;

/// A tick in a circle, an exclamation mark in a triangle, a cross in an octagon.
fn shape(tone: Tone) -> impl IntoView {
    let path = match tone {
        Tone::Good | Tone::Plain => {
            "M50 4a46 46 0 1 0 0 92a46 46 0 1 0 0-92zM43 72 22 51l8-8 13 13 28-29 8 8z"
        }
        Tone::Warn => "M50 6 97 92H3zM45 36l2 30h6l2-30zM46 73v9h8v-9z",
        Tone::Bad => {
            "M31 4h38l27 27v38L69 96H31L4 69V31zM34 26l-8 8 16 16-16 16 8 8 16-16 16 16 8-8-16-16 16-16-8-8-16 16z"
        }
    };
    view! {
        <svg class="verdict-shape" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
            <path fill="currentColor" fill-rule="evenodd" d=path />
        </svg>
    }
}

/// The answer to a scan. What it stands in is a live region, so that a screen reader says it.
#[component]
pub fn VerdictBox(
    /// The language.
    locale: Locale,
    /// The answer.
    answer: Admission,
    /// The time now.
    now: Timestamp,
    /// What one can do right here: undo, choose.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let outcome = answer.verdict.outcome();
    let tone = Tone::from(outcome.light());
    let Explained {
        title,
        sentence,
        next,
    } = words::verdict(locale, &answer.verdict, answer.at, now);
    let span = answer.starts_at.zip(answer.ends_at);
    let when = span.and_then(|(from, to)| Span::new(from, to).ok());
    let when = when.map(|span| words::span_near(locale, span, now));
    let told = !matches!(answer.verdict, Verdict::Choose { .. });
    let facts: Vec<String> = [answer.title, when, answer.room]
        .into_iter()
        .flatten()
        .filter(|text| told && !text.is_empty())
        .collect();
    let heading = format!("verdict-{}", answer.id);
    view! {
        <section class="verdict" data-kind=tone.as_str() data-result=outcome.as_str() aria-labelledby=heading>
            {shape(tone)}
            <div class="verdict-text">
                <h2 id=heading.clone()>{title}</h2>
                {answer.person_name.map(|name| view! { <p class="verdict-who">{name}</p> })}
                {(!facts.is_empty()).then(|| view! { <p>{facts.join(" · ")}</p> })}
                <p>{sentence}</p>
                <p class="verdict-next">{next}</p>
                {answer.without_lead.map(|policy| view! { <p class="verdict-next">{words::without_lead(locale, policy).1}</p> })}
                {answer.review.map(|review| view! { <p class="hint">{words::review(locale, review)}</p> })}
                {children.map(|children| children())}
            </div>
        </section>
    }
}
