//! Whom a change of contracts would hit, and the button that makes it.

use super::{center_name, span};
use crate::{
    i18n::{Locale, td_string},
    ui::{Columns, FormKey, Table},
    web::Visit,
    words,
};
use domain::time::Timestamp;
use leptos::prelude::*;
use store::agencies::{Hit, Look};

/// What stands between a form and what it does. `again` are its fields, sent once more to save.
pub(super) fn section(
    visit: &Visit,
    look: &Look,
    action: &str,
    again: Vec<(&'static str, String)>,
) -> AnyView {
    let locale = visit.locale;
    let center = center_name(visit, &look.center);
    let what = look.term.map_or_else(
        || center.clone(),
        |term| format!("{center} · {}", span(locale, term)),
    );
    let fields: Vec<_> = again
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    let moved = match look.moved.len() {
        0 => view! { <p>{td_string!(locale, agency.nobody)}</p> }.into_any(),
        count => {
            let title = td_string!(locale, agency.moved, count = count);
            view! { <h3>{title.clone()}</h3>{table(locale, title, &look.moved, true)} }.into_any()
        }
    };
    let others = (!look.others.is_empty()).then(|| {
        let title = td_string!(locale, agency.others, count = look.others.len());
        view! {
            <h3>{title.clone()}</h3>
            <p class="hint">{td_string!(locale, agency.others_hint)}</p>
            {table(locale, title, &look.others, false)}
        }
    });
    view! {
        <section class="card" id="look" aria-labelledby="look-title">
            <h2 id="look-title">{td_string!(locale, agency.would)}</h2>
            <p role="status">{what}</p>
            {moved}
            {others}
            <form method="post" action=action.to_owned()><FormKey />
                {fields}
                <button class="button button-main" type="submit" name="do" value="save">{td_string!(locale, agency.save)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn table(locale: Locale, title: String, hits: &[Hit], changes: bool) -> AnyView {
    let columns = Columns::head(td_string!(locale, field.name), |hit: &Hit| {
        let (href, name) = (
            format!("/staff/accounts/{}", hit.staff),
            hit.name.as_str().to_owned(),
        );
        view! { <a href=href>{name}</a> }
    })
    .text(td_string!(locale, field.role), move |hit| {
        words::role(locale, hit.role).to_owned()
    })
    .text(td_string!(locale, agency.was), move |hit| {
        day(locale, hit.before)
    });
    let columns = match changes {
        true => columns.text(td_string!(locale, agency.will), move |hit| {
            day(locale, hit.after)
        }),
        false => columns,
    };
    Table::new(title, columns).of(hits)
}

/// The last day on which a role holds.
fn day(locale: Locale, ends_at: Option<Timestamp>) -> String {
    match ends_at {
        Some(at) => words::day_plain(locale, at.plus(-1).day()),
        None => td_string!(locale, agency.for_good).to_owned(),
    }
}
