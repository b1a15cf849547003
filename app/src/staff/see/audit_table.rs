//! The entries of the audit log as a table: who, what, about what, and what is on record of it.

use super::audit::Wanted;
use crate::{
    i18n::{Locale, td_string},
    ui::{Columns, Table},
    web::Visit,
    words,
};
use domain::{access::Identity, audit::Verb, person::PersonName};
use leptos::prelude::*;
use serde_json::Value;
use std::collections::HashMap;
use store::{
    centers::CenterSummary,
    trail::{Named, Trace},
};

/// Names of actors, and of the things by kind and id.
pub(super) struct Names {
    pub(super) actors: HashMap<String, String>,
    pub(super) things: HashMap<(String, String), Named>,
}

/// The table.
pub(super) fn view(
    visit: &Visit,
    entries: &[Trace],
    names: &Names,
    own: &[CenterSummary],
    wanted: &Wanted,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let columns = Columns::head(td_string!(locale, field.time), |entry: &Trace| {
        let time = entry.at.local().format("%Y-%m-%d %H:%M:%S").to_string();
        view! { <time datetime=entry.at.rfc3339()>{time}</time> }
    })
    .text(td_string!(locale, staff.audit.who), |entry| {
        who(visit, &entry.actor, names)
    })
    .text(td_string!(locale, staff.audit.what), |entry| {
        action(locale, entry)
    })
    .view(td_string!(locale, staff.audit.about), |entry| {
        subject(locale, entry, names)
    })
    .text(td_string!(locale, field.center), |entry| {
        let Some(id) = &entry.center_id else {
            return String::new();
        };
        let found = own.iter().find(|center| center.id == *id);
        found.map_or_else(|| id.to_string(), |center| center.name.clone())
    })
    .view(td_string!(locale, staff.audit.more), |entry| {
        more(locale, entry, wanted)
    });
    Table::new(td_string!(locale, nav.audit), columns).of(entries)
}

/// The last characters of an id: enough to tell two apart in a list.
fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(6)..).unwrap_or(id)
}

/// Who did it, in words.
pub(super) fn who(visit: &Visit, actor: &str, names: &Names) -> String {
    let locale = visit.locale;
    if let Identity::Staff(own) = &visit.caller.identity
        && actor.strip_prefix("staff:") == Some(own.as_str())
    {
        return td_string!(locale, staff.audit.you).to_owned();
    }
    if let Some(name) = names.actors.get(actor) {
        return name.clone();
    }
    let other = actor.split_once(':').and_then(|(kind, id)| {
        let named = names.things.get(&(kind.to_owned(), id.to_owned()))?;
        let word = match kind {
            "account" => td_string!(locale, role.resident),
            "token" => td_string!(locale, staff.audit.program),
            _ => return None,
        };
        Some(format!("{word} {}", called(named)))
    });
    if let Some(other) = other {
        return other;
    }
    match actor.split_once(':') {
        Some(("staff", id)) => format!("{} …{}", td_string!(locale, staff.audit.staff), short(id)),
        Some(("account", id)) => format!("{} …{}", td_string!(locale, role.resident), short(id)),
        Some(("token", id)) => {
            format!("{} …{}", td_string!(locale, staff.audit.program), short(id))
        }
        _ if actor == "system" => td_string!(locale, staff.audit.system).to_owned(),
        _ => actor.to_owned(),
    }
}

/// A kind of thing, in words; none for one that this program does not know.
pub(super) fn kind_word(locale: Locale, kind: &str) -> &'static str {
    match kind {
        "occurrence" => td_string!(locale, staff.audit.occurrence),
        "activity" => td_string!(locale, staff.act.activity),
        "booking" => td_string!(locale, staff.audit.booking),
        "shift" => td_string!(locale, staff.audit.shift),
        "assignment" => td_string!(locale, staff.audit.assignment),
        "menu_item" => td_string!(locale, staff.menu.item),
        "account" => td_string!(locale, staff.audit.account),
        "person" => td_string!(locale, staff.audit.person),
        "staff" => td_string!(locale, staff.audit.staff),
        "token" => td_string!(locale, staff.audit.program),
        "center" => td_string!(locale, field.center),
        "room" => td_string!(locale, field.room),
        "card" => td_string!(locale, staff.audit.card),
        "kiosk" => td_string!(locale, staff.audit.kiosk),
        "agency" => td_string!(locale, agency.of),
        "contract" => td_string!(locale, staff.audit.contract),
        "holidays" => td_string!(locale, holidays.title),
        _ => "",
    }
}

/// A thing with what it is called, or the end of its id.
pub(super) fn thing(locale: Locale, kind: &str, id: &str, names: &Names) -> String {
    let words = kind_word(locale, kind);
    let named = names.things.get(&(kind.to_owned(), id.to_owned()));
    let called = named.map(called).filter(|called| !called.is_empty());
    match (called, short(id)) {
        (Some(called), _) => format!("{words} {called}"),
        (None, "") => words.to_owned(),
        (None, id) => format!("{words} …{id}"),
    }
}

/// What an entry is about, with a way to it where there is a page.
fn subject(locale: Locale, entry: &Trace, names: &Names) -> AnyView {
    let id = &entry.subject_id;
    let text = thing(locale, &entry.subject_kind, id, names);
    let href = match entry.subject_kind.as_str() {
        "occurrence" => Some(format!("/staff/occurrences/{id}")),
        "shift" => Some(format!("/staff/shifts/{id}")),
        "activity" if entry.action != Verb::ActivityDelete.as_str() => {
            Some(format!("/staff/activities/{id}"))
        }
        _ => None,
    };
    match href {
        Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        None => view! { <span>{text}</span> }.into_any(),
    }
}

/// What is on record of it, and ways to all else by them and about it.
fn more(locale: Locale, entry: &Trace, wanted: &Wanted) -> impl IntoView + use<> {
    let facts = facts(&entry.detail).into_iter().map(|(name, value)| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    });
    let facts: Vec<_> = facts.collect();
    let by = wanted.by(&entry.actor);
    let about = (!entry.subject_id.is_empty())
        .then(|| wanted.about(&entry.subject_kind, &entry.subject_id));
    view! {
        <details class="disclosure">
            <summary>{td_string!(locale, staff.audit.more)}</summary>
            <dl class="facts">{facts}</dl>
            <ul class="plain">
                <li><a href=by>{td_string!(locale, staff.audit.all_by)}</a></li>
                {about.map(|about| view! { <li><a href=about>{td_string!(locale, staff.audit.all_about)}</a></li> })}
            </ul>
        </details>
    }
}

/// The recorded facts by their names, as they are on record: what is inside of another has both names.
fn facts(detail: &Value) -> Vec<(String, String)> {
    let Value::Object(members) = detail else {
        return Vec::new();
    };
    let each = members.iter().flat_map(|(name, value)| match value {
        Value::Object(_) => facts(value)
            .into_iter()
            .map(|(inner, value)| (format!("{name}.{inner}"), value))
            .collect(),
        Value::Null => Vec::new(),
        Value::String(text) => vec![(name.clone(), text.clone())],
        other => vec![(name.clone(), other.to_string())],
    });
    each.collect()
}

/// What a thing is called: people by their masked name.
fn called(named: &Named) -> String {
    let person = named.person.as_ref().map(PersonName::masked);
    let day = named
        .at
        .map(|at| at.local().format("%m-%d %H:%M").to_string());
    let parts = [named.title.clone(), person, day];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What was done: in words, or the stored text of a verb that this program does not know.
fn action(locale: Locale, entry: &Trace) -> String {
    match entry.action.parse() {
        Ok(verb) => words::verb(locale, verb).to_owned(),
        Err(_) => entry.action.clone(),
    }
}
