//! An evaluation to read, and the figures that stand beside its lines.

use super::Shown;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Tone},
    words,
};
use domain::{
    evaluation::{Indicator, Mark, Section},
    report::Figure,
    time::Timestamp,
};
use leptos::prelude::*;

/// The year's figures that an indicator is about; nothing where there are none.
pub(super) fn evidence(
    locale: Locale,
    shown: &Shown,
    indicator: Indicator,
) -> Option<impl IntoView + use<>> {
    let mut lines: Vec<(String, String)> = indicator
        .evidence()
        .iter()
        .map(|figure| {
            (
                words::figure(locale, *figure).to_owned(),
                value(locale, shown, *figure),
            )
        })
        .collect();
    if indicator == Indicator::Records {
        let months = &shown.year.months;
        let closed = months.iter().filter(|month| month.closed.is_some()).count();
        let all = months.len();
        let told = td_string!(locale, evaluation.months_closed, closed, months = all);
        lines.push((td_string!(locale, evaluation.records).to_owned(), told));
    }
    if lines.is_empty() {
        return None;
    }
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
        .collect();
    let year = shown.which.year;
    Some(view! {
        <p class="hint">{td_string!(locale, evaluation.evidence, year)}</p>
        <dl class="facts">{lines}</dl>
    })
}

/// A figure with what the contract asks, if it does.
fn value(locale: Locale, shown: &Shown, figure: Figure) -> String {
    let Some(done) = shown.year.now.get(&figure) else {
        return td_string!(locale, report.few).to_owned();
    };
    let done = match figure {
        Figure::VolunteerMinutes | Figure::EnteredMinutes => words::duration(locale, *done),
        _ => done.to_string(),
    };
    match shown.year.targets.get(&figure) {
        Some(target) => td_string!(locale, evaluation.of_target, done, target = *target),
        None => done,
    }
}

fn badge(locale: Locale, mark: Option<Mark>) -> impl IntoView + use<> {
    let (text, tone) = match mark {
        None => (td_string!(locale, evaluation.no_mark), Tone::Plain),
        Some(mark) => {
            let tone = match mark {
                Mark::Excellent | Mark::Good => Tone::Good,
                Mark::Fair => Tone::Warn,
                Mark::Poor => Tone::Bad,
            };
            (words::mark(locale, mark), tone)
        }
    };
    view! { <Badge text=text tone=tone /> }
}

/// The evaluation as it was handed in, with what the center says to it.
pub(super) fn view(locale: Locale, shown: &Shown, now: Timestamp) -> impl IntoView + use<> {
    let findings = &shown.of.findings;
    let handed_in = shown.of.handed_in_at.map(|at| {
        let time = words::moment(locale, at, now);
        let by = shown.of.saved.as_ref().map(|(by, _)| by.clone());
        td_string!(locale, evaluation.by, by = by.unwrap_or_default(), time)
    });
    let sections: Vec<_> = Section::ALL
        .iter()
        .map(|section| {
            let rows: Vec<_> = section
                .indicators()
                .map(|one| row(locale, shown, one))
                .collect();
            view! {
                <section class="section">
                    <h2>{words::evaluation_section(locale, *section)}</h2>
                    <ul class="stack">{rows}</ul>
                </section>
            }
        })
        .collect();
    let reply = shown.of.reply.as_ref().map(|reply| {
        let time = words::moment(locale, reply.at, now);
        let by = td_string!(locale, evaluation.by, by = reply.by.clone(), time);
        view! {
            <section class="section" aria-labelledby="reply">
                <h2 id="reply">{td_string!(locale, evaluation.reply_title)}</h2>
                <p class="text">{reply.text.clone()}</p>
                <p class="hint">{by}</p>
            </section>
        }
    });
    view! {
        <section class="section" aria-labelledby="overall">
            <h2 id="overall">{td_string!(locale, evaluation.overall)}</h2>
            <p>{badge(locale, findings.overall)}</p>
            {(!findings.summary.is_empty()).then(|| view! { <p class="text">{findings.summary.clone()}</p> })}
            {handed_in.map(|text| view! { <p class="hint">{text}</p> })}
        </section>
        {sections}
        {reply}
    }
}

fn row(locale: Locale, shown: &Shown, indicator: Indicator) -> impl IntoView + use<> {
    let finding = shown.of.findings.of.get(&indicator);
    let note = finding.map(|finding| finding.note.clone());
    let note = note.filter(|note| !note.is_empty());
    view! {
        <li class="card">
            <h3>{words::indicator(locale, indicator)}</h3>
            <p>{badge(locale, finding.and_then(|finding| finding.mark))}</p>
            {note.map(|note| view! { <p class="text">{note}</p> })}
            {evidence(locale, shown, indicator)}
        </li>
    }
}
