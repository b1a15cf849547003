//! What is in each other's way, above the calendar.

use super::{Page, entry::href};
use crate::{i18n::td_string, words};
use domain::planner::{Clash, Shared};
use leptos::prelude::*;

/// Every two things that cannot both be as planned, with the ways to them; nothing where there are none.
pub(super) fn section(page: &Page) -> Option<AnyView> {
    let (locale, clashes) = (page.locale, &page.calendar.clashes);
    if clashes.is_empty() {
        return None;
    }
    let rows: Vec<_> = clashes.iter().map(|clash| row(page, clash)).collect();
    let title = td_string!(locale, planner.clashes, count = clashes.len());
    Some(
        view! {
            <section class="notice" data-kind="bad" aria-labelledby="clashes">
                <h2 id="clashes">{title}</h2>
                <ul class="plan-clashes">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(page: &Page, clash: &Clash) -> AnyView {
    let (locale, items) = (page.locale, &page.calendar.items);
    let (one, other) = (&items[clash.one], &items[clash.other]);
    let what = match &clash.shared {
        Shared::Room if one.room == other.room => {
            td_string!(locale, planner.same_room, room = one.room.clone())
        }
        Shared::Room => {
            let (one, other) = (one.room.clone(), other.room.clone());
            td_string!(locale, planner.parts, one, other)
        }
        Shared::Lead(lead) => {
            let named = one.leads.iter().find(|of| of.id == *lead);
            let name = named.map(|of| of.name.clone()).unwrap_or_default();
            td_string!(locale, planner.same_lead, name)
        }
    };
    let links: Vec<_> = [one, other]
        .into_iter()
        .map(|item| {
            let words = format!("{} · {}", item.title, words::span(locale, item.span));
            view! { <a href=href(item)>{words}</a> }
        })
        .collect();
    view! { <li><strong>{what}</strong>{links}</li> }.into_any()
}
