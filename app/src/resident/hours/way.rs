//! How far somebody is, in words: for them alone.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Tone},
    words,
};
use domain::{
    hours::{Milestone, Way},
    volunteer::Standing,
};
use leptos::prelude::*;
use store::volunteers::VolunteerView;

/// What was reached, and what is next; nothing before the first shift. On probation the next are the
/// ten hours, of which the page tells anyway.
pub(super) fn section(
    locale: Locale,
    of: Option<&VolunteerView>,
    way: Way,
) -> Option<impl IntoView + use<>> {
    let marks: Vec<_> = way
        .reached
        .iter()
        .map(|of| view! { <li><Badge text=words::milestone(locale, *of) tone=Tone::Plain /></li> })
        .collect();
    let is_new = of.is_some_and(|of| of.standing == Standing::Probationary);
    let next = way
        .next
        .filter(|(of, _)| !(is_new && *of == Milestone::Hours10));
    let next = next.map(|(of, missing)| {
        let duration = words::duration(locale, missing);
        let what = words::milestone(locale, of);
        td_string!(locale, milestone.next, duration, what)
    });
    (!marks.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="way">
                <h2 id="way">{td_string!(locale, milestone.title)}</h2>
                <ul class="cluster">{marks}</ul>
                {next.map(|text| view! { <p>{text}</p> })}
            </section>
        }
    })
}
