//! The rest of a center's day: who is new, what is missing in the next hours, what was left open.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Row, Tone},
    web::Visit,
    words,
};
use domain::{day::New, shift::Half};
use leptos::prelude::*;
use store::{
    day::{LeftOpen, Newcomer},
    shifts::ShiftView,
};

/// A section with its rows, or the line that says that there are none.
fn section(
    id: &'static str,
    title: &'static str,
    hint: Option<&'static str>,
    none: &'static str,
    rows: Vec<AnyView>,
) -> impl IntoView {
    let body = match rows.is_empty() {
        true => view! { <p class="lead">{none}</p> }.into_any(),
        false => view! {
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <ul class="row-list">{rows}</ul>
        }
        .into_any(),
    };
    view! {
        <section class="section" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {body}
        </section>
    }
}

/// Who is new today, and is shown around first.
pub(super) fn new(visit: &Visit, new: &[Newcomer]) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows = new.iter().map(|of| {
        let why = match of.new {
            New::First => td_string!(locale, day.new.first),
            New::Unproven => td_string!(locale, day.new.unproven),
        };
        let note = format!(
            "{} · {}",
            of.shift.title,
            words::hours(locale, of.shift.span)
        );
        let here = of
            .is_here
            .then(|| view! { <Badge text=td_string!(locale, day.new.here) tone=Tone::Good /> });
        let href = format!("/staff/shifts/{}", of.shift.id);
        view! { <Row href title=of.name.clone() note>{here}" "<Badge text=why /></Row> }.into_any()
    });
    section(
        "new",
        td_string!(locale, day.new.title),
        Some(td_string!(locale, day.new.hint)),
        td_string!(locale, day.new.none),
        rows.collect(),
    )
}

/// What a shift lacks, in words.
fn lacks(locale: Locale, shift: &ShiftView) -> Vec<String> {
    let missing = shift.missing();
    let said = missing.iter().map(|half| match half {
        Half::Lead => td_string!(locale, day.holes.lead).to_owned(),
        Half::Volunteers => {
            let halves = shift.halves;
            let count = halves.volunteers_min.saturating_sub(halves.volunteers);
            td_string!(locale, day.holes.volunteers, count)
        }
    });
    said.collect()
}

/// The shifts of the next hours that lack a half.
pub(super) fn holes(visit: &Visit, holes: &[ShiftView]) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let rows = holes.iter().map(|shift| {
        let badges: Vec<_> = lacks(locale, shift)
            .into_iter()
            .map(|text| view! { <Badge text tone=Tone::Warn /> })
            .collect();
        let note = words::span_near(locale, shift.span, now);
        let href = format!("/staff/shifts/{}", shift.id);
        view! { <Row href title=shift.title.clone() note>{badges}</Row> }.into_any()
    });
    section(
        "holes",
        td_string!(locale, day.holes.title),
        None,
        td_string!(locale, day.holes.none),
        rows.collect(),
    )
}

/// What is over and nobody has closed, with the check-outs that were forgotten.
pub(super) fn left_open(visit: &Visit, here: &str, open: &[LeftOpen]) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let rows = open.iter().map(|of| {
        let count = of.forgotten;
        let forgotten = (count > 0).then(|| td_string!(locale, day.left.forgotten, count));
        let forgotten = forgotten.map(|text| view! { <Badge text tone=Tone::Warn />" " });
        let note = words::span_near(locale, of.shift.span, now);
        let href = format!("/staff/shifts/{}", of.shift.id);
        let to_close = td_string!(locale, staff.shift.to_close);
        view! { <Row href title=of.shift.title.clone() note>{forgotten}<Badge text=to_close tone=Tone::Warn /></Row> }
            .into_any()
    });
    let close = format!("{here}/today/close");
    let close = (!open.is_empty()).then(|| view! { <p><a class="button button-main" href=close>{td_string!(locale, day.left.close)}</a></p> });
    let list = section(
        "left-open",
        td_string!(locale, day.left.title),
        None,
        td_string!(locale, day.left.none),
        rows.collect(),
    );
    view! { {list}{close} }
}
