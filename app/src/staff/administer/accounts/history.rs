//! What was done with an account, from the audit log.

use super::last_day;
use crate::{
    i18n::{Locale, td_string},
    staff::administer::account::scope_name,
    ui::{Columns, Table},
    web::Visit,
    words,
};
use domain::{
    access::{Identity, Scope},
    time::Timestamp,
};
use leptos::prelude::*;
use serde_json::Value;
use std::collections::HashMap;
use store::{centers::CenterSummary, trail::Trace};

/// The entries, the newest first.
pub(super) fn table(visit: &Visit, entries: &[Trace], names: &HashMap<String, String>) -> AnyView {
    let locale = visit.locale;
    let centers = visit.site.centers();
    let columns = Columns::head(td_string!(locale, field.time), |entry: &Trace| {
        let time = entry.at.local().format("%Y-%m-%d %H:%M").to_string();
        view! { <time datetime=entry.at.rfc3339()>{time}</time> }
    })
    .text(td_string!(locale, staff.audit.who), |entry| {
        who(visit, &entry.actor, names)
    })
    .text(td_string!(locale, staff.audit.what), |entry| {
        let verb = entry.action.parse();
        let what = verb.map(|verb| words::verb(locale, verb).to_owned());
        let what = what.unwrap_or_else(|_| entry.action.clone());
        let about = about(locale, &entry.detail, centers.all());
        let parts = [Some(what), about].into_iter().flatten();
        parts.collect::<Vec<_>>().join(" · ")
    });
    Table::new(td_string!(locale, staff.accounts.history), columns).of(entries)
}

fn who(visit: &Visit, actor: &str, names: &HashMap<String, String>) -> String {
    let locale = visit.locale;
    match &visit.caller.identity {
        Identity::Staff(own) if actor.strip_prefix("staff:") == Some(own.as_str()) => {
            td_string!(locale, staff.audit.you).to_owned()
        }
        _ if actor == "system" => td_string!(locale, staff.audit.system).to_owned(),
        _ => {
            let name = names.get(actor).cloned();
            name.unwrap_or_else(|| td_string!(locale, staff.audit.staff).to_owned())
        }
    }
}

/// Which role, where, and how it was before and is now.
fn about(locale: Locale, detail: &Value, centers: &[CenterSummary]) -> Option<String> {
    let role = detail["role"].as_str()?.parse().ok()?;
    let scope = Scope::parse(detail["scope"].as_str()?).ok()?;
    let mut parts = vec![
        words::role(locale, role).to_owned(),
        scope_name(locale, &scope, centers),
    ];
    // Entries of older programs don't say what was before.
    if detail.get("after").is_some() {
        let (before, after) = (
            days(locale, &detail["before"]),
            days(locale, &detail["after"]),
        );
        parts.push(td_string!(locale, staff.accounts.was, before = before));
        parts.push(td_string!(locale, staff.accounts.is, after = after));
    }
    Some(parts.join(" · "))
}

/// When a grant holds, in words.
fn days(locale: Locale, times: &Value) -> String {
    if times.is_null() {
        return td_string!(locale, staff.accounts.no_role).to_owned();
    }
    let at = |name: &str| Timestamp::parse(times[name].as_str()?).ok();
    let from = at("begins_at").map(|at| {
        let day = words::day_plain(locale, at.day());
        td_string!(locale, staff.accounts.from, day = day)
    });
    let to = at("ends_at").map_or_else(
        || td_string!(locale, staff.accounts.always).to_owned(),
        |at| {
            let day = words::day_plain(locale, last_day(at));
            td_string!(locale, staff.accounts.to, day = day)
        },
    );
    let parts: Vec<String> = from.into_iter().chain([to]).collect();
    parts.join(" ")
}
