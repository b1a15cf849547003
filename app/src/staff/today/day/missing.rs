//! Who should be here and is not; each with at most three things to do: call, check in, replace.

use super::Rights;
use crate::{
    i18n::{Locale, td_string},
    staff::common::tap::{Back, Tap, tap},
    ui::{Badge, FormKey, Tone},
    web::Visit,
    words,
};
use domain::{
    check_in::Direction,
    day::Awaited,
    id::AssignmentId,
    person::Phone,
    shift::Role,
    time::{MINUTE, Timestamp},
};
use leptos::prelude::*;
use store::day::Missing;

pub(super) fn section(
    visit: &Visit,
    rights: Rights,
    missing: &[Missing],
    shown: Option<&(AssignmentId, Phone)>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows: Vec<_> = missing
        .iter()
        .map(|of| {
            let shown = shown.filter(|(id, _)| *id == of.assignment);
            row(visit, rights, of, shown.map(|(_, phone)| phone))
        })
        .collect();
    let none = rows.is_empty();
    view! {
        <section class="section" aria-labelledby="missing">
            <h2 id="missing">{td_string!(locale, day.missing.title)}</h2>
            {none.then(|| view! { <p class="lead">{td_string!(locale, day.missing.none)}</p> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        </section>
    }
}

fn row(
    visit: &Visit,
    rights: Rights,
    of: &Missing,
    shown: Option<&Phone>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (tone, since) = since(locale, of, visit.now);
    let part = match of.role {
        Role::Lead => td_string!(locale, shift.lead),
        Role::Volunteer => td_string!(locale, shift.volunteers),
    };
    let hours = words::hours(locale, of.shift.span);
    let parts = [part, &of.shift.title, &hours, &of.shift.place];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let note = parts.collect::<Vec<_>>().join(" · ");
    let key = Tap {
        shift: &of.shift.id,
        assignment: &of.assignment,
        name: &of.name,
        direction: Direction::In,
        words: td_string!(locale, ledger.here),
        class: "",
        back: Back::Today,
    };
    let name = of.name.clone();
    view! {
        <li>
            <div class="row">
                <span class="row-text"><strong>{of.name.clone()}</strong><small>{note}</small></span>
                <Badge text=since tone />
                <div class="cluster">
                    {call(locale, of, shown)}
                    {rights.check_in.then(|| tap(visit, &key))}
                    <a class="button button-quiet" href=format!("/staff/shifts/{}", of.shift.id)>
                        {td_string!(locale, day.missing.replace)}<span class="visually-hidden">{td_string!(locale, day.missing.replace_of, name)}</span>
                    </a>
                </div>
            </div>
        </li>
    }
}

/// How late somebody is, or when their shift begins.
fn since(locale: Locale, of: &Missing, now: Timestamp) -> (Tone, String) {
    let start = of.shift.span.start();
    let minutes = (now.0 - start.0) / MINUTE;
    match (of.awaited, minutes) {
        (Awaited::Soon, _) => {
            let clock = words::clock(locale, start);
            (Tone::Plain, td_string!(locale, day.missing.soon, clock))
        }
        (Awaited::Late, 0) => (Tone::Warn, td_string!(locale, day.missing.just).to_owned()),
        (Awaited::Late, minutes) => {
            let duration = words::duration(locale, minutes);
            (Tone::Warn, td_string!(locale, day.missing.late, duration))
        }
    }
}

/// The number, masked until somebody asks for it; then a touch calls it. Staff have none.
fn call(locale: Locale, of: &Missing, shown: Option<&Phone>) -> Option<AnyView> {
    let name = of.name.clone();
    let link = shown.map(|phone| {
        let (digits, name) = (phone.digits().to_owned(), name.clone());
        let tel = format!("tel:{digits}");
        view! {
            <a class="button button-main" href=tel>
                {td_string!(locale, day.missing.call)}" "{digits}<span class="visually-hidden">{td_string!(locale, day.missing.show_of, name)}</span>
            </a>
        }
        .into_any()
    });
    let asked = || {
        match (&of.phone, of.role) {
        (Some(phone), _) => Some(
            view! {
                <form class="cluster" method="post" action=format!("/staff/centers/{}/today/phone", of.shift.center_id)><FormKey />
                    <input type="hidden" name="assignment" value=of.assignment.to_string() />
                    <span>{phone.masked()}</span>
                    <button class="button button-quiet" type="submit">{td_string!(locale, day.missing.show)}<span class="visually-hidden">{td_string!(locale, day.missing.show_of, name = name.clone())}</span></button>
                </form>
            }
            .into_any(),
        ),
        (None, Role::Volunteer) => {
            Some(view! { <span class="hint">{td_string!(locale, staff.desk.no_phone)}</span> }.into_any())
        }
        (None, Role::Lead) => None,
    }
    };
    link.or_else(asked)
}
