//! Whether the lead is here, shift by shift; where not, who can step up, by one tap.

use super::Rights;
use crate::{
    i18n::{Locale, td_string},
    staff::common::tap::Back,
    ui::{Badge, FormKey, Tone},
    web::Visit,
    words,
};
use domain::day::LeadIs;
use leptos::prelude::*;
use store::{assignments::Candidate, day::Led, shifts::ShiftView};

/// So many of those who can step up have a button of their own; the others stand on a page of theirs.
const BUTTONS: usize = 3;

pub(super) fn section(visit: &Visit, rights: Rights, shifts: &[Led]) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows: Vec<_> = shifts.iter().map(|of| row(visit, rights, of)).collect();
    let none = rows.is_empty();
    view! {
        <section class="section" aria-labelledby="leads">
            <h2 id="leads">{td_string!(locale, day.lead.title)}</h2>
            {none.then(|| view! { <p class="lead">{td_string!(locale, day.no_shifts)}</p> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        </section>
    }
}

fn row(visit: &Visit, rights: Rights, of: &Led) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (tone, says) = says(locale, of.lead);
    let names = words::list(locale, &of.leads);
    let hours = words::span_near(locale, of.shift.span, visit.now);
    let note = [hours.as_str(), &of.shift.place, &names];
    let note = note.into_iter().filter(|part| !part.is_empty());
    let note = note.collect::<Vec<_>>().join(" · ");
    let waits = of.shift.without_lead(visit.now);
    let waits = waits.map(|policy| words::without_lead(locale, policy).1);
    let asks = rights.arrange && of.lead.needs_another();
    view! {
        <li>
            <div class="row">
                <span class="row-text">
                    <strong><a href=format!("/staff/shifts/{}", of.shift.id)>{of.shift.title.clone()}</a></strong>
                    <small>{note}</small>
                    {waits.map(|text| view! { <small>{text}</small> })}
                </span>
                <Badge text=says tone />
                {asks.then(|| step_up(locale, &of.shift, &of.can))}
            </div>
        </li>
    }
}

/// Where the lead is, and how strongly that speaks.
fn says(locale: Locale, lead: LeadIs) -> (Tone, &'static str) {
    match lead {
        LeadIs::Here => (Tone::Good, td_string!(locale, day.lead.here)),
        LeadIs::Named => (Tone::Plain, td_string!(locale, day.lead.named)),
        LeadIs::Late => (Tone::Warn, td_string!(locale, day.lead.late)),
        LeadIs::Left => (Tone::Bad, td_string!(locale, day.lead.left)),
        LeadIs::Open => (Tone::Bad, td_string!(locale, day.lead.open)),
    }
}

fn step_up(locale: Locale, shift: &ShiftView, can: &[Candidate]) -> AnyView {
    // With everybody else and why they are not named here; whoever is not at work can be asked there.
    let others = format!(
        "/staff/centers/{}/roster/hole?shift={}&role=lead",
        shift.center_id, shift.id
    );
    let others = view! { <a href=others>{td_string!(locale, day.lead.others)}</a> };
    if can.is_empty() {
        return view! { <p class="hint row-more">{td_string!(locale, day.lead.none_free)}" "{others}</p> }
            .into_any();
    }
    let buttons: Vec<_> = can
        .iter()
        .take(BUTTONS)
        .map(|of| {
            let (name, title) = (of.name.clone(), shift.title.clone());
            view! {
                <form method="post" action=format!("/staff/shifts/{}/lead", shift.id)><FormKey />
                    {Back::Today.field()}
                    <input type="hidden" name="staff" value=of.id.to_string() />
                    <button class="button" type="submit">{td_string!(locale, day.lead.take, name)}<span class="visually-hidden">{td_string!(locale, day.lead.take_of, title)}</span></button>
                </form>
            }
        })
        .collect();
    view! {
        <div class="cluster row-more">
            <span>{td_string!(locale, day.lead.step_up)}</span>
            {buttons}
            {others}
        </div>
    }
    .into_any()
}
