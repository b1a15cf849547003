//! What waits for a decision, the most urgent first.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Row, Tone},
    words,
};
use chrono::Datelike;
use domain::{
    desk_today::{Matter, Urgency},
    time::Timestamp,
};
use leptos::prelude::*;
use store::desk_today::{About, Decision};

pub(super) fn section(
    locale: Locale,
    here: &str,
    decisions: &[(Urgency, Vec<Decision>)],
    now: Timestamp,
) -> impl IntoView + use<> {
    let groups: Vec<_> = decisions
        .iter()
        .map(|(urgency, lines)| {
            let rows: Vec<_> = lines.iter().map(|of| row(locale, here, of, now)).collect();
            view! {
                <h3>{said(locale, *urgency)}</h3>
                <ul class="row-list">{rows}</ul>
            }
        })
        .collect();
    (!groups.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="decide">
                <h2 id="decide">{td_string!(locale, desk_today.decide)}</h2>
                {groups}
            </section>
        }
    })
}

fn said(locale: Locale, urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Now => td_string!(locale, desk_today.urgent),
        Urgency::Today => td_string!(locale, desk_today.today),
        Urgency::Later => td_string!(locale, desk_today.later),
    }
}

fn row(locale: Locale, here: &str, of: &Decision, now: Timestamp) -> AnyView {
    let href = leads_to(here, of);
    let text = told(locale, of);
    match &of.about {
        Some(About { title, .. }) => {
            let note = of.at.map(|at| words::moment(locale, at, now));
            view! { <Row href title=title.clone() note=note.unwrap_or_default()><Badge text tone=Tone::Warn /></Row> }
            .into_any()
        }
        None => view! { <Row href title=text note=since(locale, of, now).unwrap_or_default() /> }
            .into_any(),
    }
}

/// Where it is settled.
fn leads_to(here: &str, of: &Decision) -> String {
    let at = of.about.as_ref();
    let occurrence = |rest: &str| {
        at.map_or_else(
            || format!("{here}/activities"),
            |at| format!("/staff/occurrences/{}{rest}", at.occurrence),
        )
    };
    match of.matter {
        Matter::Waitlist => occurrence(""),
        Matter::Full => occurrence("/edit#capacity"),
        Matter::CheckOuts => occurrence("/attend"),
        Matter::Review => format!("{here}/door#last"),
        Matter::Objections | Matter::Approvals => format!("{here}/hours#waiting"),
        Matter::Late => format!("{here}/hours#late"),
        Matter::Leads => format!("{here}/hand-over"),
        Matter::Unclosed => format!("{here}/today/close"),
        Matter::Applicants => format!("{here}/shifts#asking"),
        Matter::Certificates => format!("{here}/certificates#requests"),
        Matter::Months => match of.at {
            Some(at) => format!("{here}/year?year={}#months", at.day().year()),
            None => format!("{here}/year#months"),
        },
        Matter::Activities => format!("{here}/activities?status=draft"),
        Matter::Shifts => format!("{here}/shifts"),
    }
}

fn told(locale: Locale, of: &Decision) -> String {
    let count = of.many;
    match of.matter {
        Matter::Waitlist => td_string!(locale, desk_today.waitlist, count),
        Matter::Full => td_string!(locale, staff.dash.full_waiting, count),
        Matter::CheckOuts => td_string!(locale, desk_today.check_outs, count),
        Matter::Review => td_string!(locale, desk_today.review, count),
        Matter::Objections => td_string!(locale, desk_today.objections, count),
        Matter::Leads => td_string!(locale, desk_today.leads, count),
        Matter::Unclosed => td_string!(locale, desk_today.unclosed, count),
        Matter::Late => td_string!(locale, desk_today.late, count),
        Matter::Approvals => td_string!(locale, desk_today.approvals, count),
        Matter::Applicants => td_string!(locale, desk_today.applicants, count),
        Matter::Certificates => td_string!(locale, staff.dash.certificates_asked, count),
        Matter::Months => td_string!(locale, desk_today.months, count),
        Matter::Activities => td_string!(locale, staff.dash.drafts, count),
        Matter::Shifts => td_string!(locale, desk_today.shift_drafts, count),
    }
}

/// Since when the oldest waits, where somebody does.
fn since(locale: Locale, of: &Decision, now: Timestamp) -> Option<String> {
    let at = of.at?;
    match of.matter {
        Matter::Months => {
            let month = words::month(locale, at.day());
            Some(td_string!(locale, desk_today.oldest, what = month))
        }
        Matter::Shifts | Matter::Activities => None,
        Matter::Leads => {
            let moment = words::moment(locale, at, now);
            Some(td_string!(locale, desk_today.first, what = moment))
        }
        _ => {
            let moment = words::moment(locale, at, now);
            Some(td_string!(locale, desk_today.oldest, what = moment))
        }
    }
}
