//! The audit log, for those who may read it.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Columns, EmptyState, Filters, Pager, SelectField, Table},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use domain::{
    Refusal,
    access::{Action, Identity},
    audit::Verb,
    id::CenterId,
    person::PersonName,
};
use leptos::prelude::*;
use std::collections::HashMap;
use store::{
    centers::CenterSummary,
    page::{Limit, Part},
    trail::{self, Filter, Named, Trace},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/audit", get(show))
}

/// So many centers can be chosen from in a list; others by their pages.
const CHOICES: usize = 200;

async fn show(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    if !visit.caller.may_somewhere(Action::ReadAudit) {
        return Err(Refusal::Forbidden.into());
    }
    let mut own = gate::own_centers(&visit).await?;
    own.retain(|center| visit.caller.may(Action::ReadAudit, &center.place()).is_ok());
    let center: Option<CenterId> = form.get("center").map(str::parse).transpose()?;
    let after = form.get("before").map(str::parse).transpose()?;
    let filter = Filter {
        center: center.clone(),
        subject: None,
        part: Part {
            limit: Limit::default(),
            after,
        },
    };
    let page = trail::entries(visit.db(), &visit.caller, &filter).await?;
    let names = trail::actor_names(visit.db(), &visit.caller, &page.items).await?;
    let subjects = trail::subject_names(visit.db(), &visit.caller, &page.items).await?;
    let may_compare = visit.caller.may_somewhere(Action::ViewSupervision);
    let locale = visit.locale;
    let reader = visit.clone();
    Ok(gate::page(&visit, td_string!(locale, nav.audit)).render(move || {
        let here = center.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut options = vec![(String::new(), td_string!(locale, ui.all).to_owned())];
        options.extend(own.iter().take(CHOICES).map(|c| (c.id.to_string(), c.name.clone())));
        let several = own.len() > 1;
        let next = page.next.map(|cursor| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("center", &here)
                .append_pair("before", &cursor.to_string())
                .finish();
            format!("/staff/audit?{query}").replace("center=&", "")
        });
        let first = filter.part.after.is_some().then(|| format!("/staff/audit?{}", gate::query("center", &here)));
        let empty = page.items.is_empty();
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, nav.audit)}</h1>
                <p class="lead">{td_string!(locale, staff.audit.lead)}</p>
                {may_compare.then(|| view! { <p><a href="/staff/supervision">{td_string!(locale, supervision.title)}</a></p> })}
            </div>
            {several.then(|| view! {
                <Filters locale action="/staff/audit" label=td_string!(locale, staff.audit.filter)>
                    <SelectField name="center" label=td_string!(locale, field.center) options=options selected=here.clone() />
                </Filters>
            })}
            {if empty {
                view! { <EmptyState title=td_string!(locale, staff.audit.nothing) /> }.into_any()
            } else {
                table(&reader, &page.items, &names, &subjects, &own).into_any()
            }}
            <Pager locale previous=first next=next previous_words=td_string!(locale, staff.audit.newest) next_words=td_string!(locale, staff.audit.older) />
        }
    }))
}

fn table(
    visit: &Visit,
    entries: &[Trace],
    names: &HashMap<String, String>,
    subjects: &HashMap<(String, String), Named>,
    own: &[CenterSummary],
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let columns = Columns::head(td_string!(locale, field.time), |entry: &Trace| {
        let time = entry.at.local().format("%Y-%m-%d %H:%M:%S").to_string();
        view! { <time datetime=entry.at.rfc3339()>{time}</time> }
    })
    .text(td_string!(locale, staff.audit.who), |entry| {
        who(visit, &entry.actor, names, subjects)
    })
    .text(td_string!(locale, staff.audit.what), |entry| {
        action(locale, entry)
    })
    .view(td_string!(locale, staff.audit.about), |entry| {
        let key = (entry.subject_kind.clone(), entry.subject_id.clone());
        subject(locale, entry, subjects.get(&key))
    })
    .text(td_string!(locale, field.center), |entry| {
        let Some(id) = &entry.center_id else {
            return String::new();
        };
        let found = own.iter().find(|center| center.id == *id);
        found.map_or_else(|| id.to_string(), |center| center.name.clone())
    });
    Table::new(td_string!(locale, nav.audit), columns).of(entries)
}

/// The last characters of an id: enough to tell two apart in a list.
fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(6)..).unwrap_or(id)
}

fn who(
    visit: &Visit,
    actor: &str,
    names: &HashMap<String, String>,
    others: &HashMap<(String, String), Named>,
) -> String {
    let locale = visit.locale;
    if let Identity::Staff(own) = &visit.caller.identity
        && actor.strip_prefix("staff:") == Some(own.as_str())
    {
        return td_string!(locale, staff.audit.you).to_owned();
    }
    if let Some(name) = names.get(actor) {
        return name.clone();
    }
    let other = actor.split_once(':').and_then(|(kind, id)| {
        let named = others.get(&(kind.to_owned(), id.to_owned()))?;
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

/// What an entry is about, with a way to it where there is a page.
fn subject(locale: Locale, entry: &Trace, named: Option<&Named>) -> AnyView {
    let words = match entry.subject_kind.as_str() {
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
        _ => "",
    };
    let called = named.map(called).filter(|called| !called.is_empty());
    let text = match (called, short(&entry.subject_id)) {
        (Some(called), _) => format!("{words} {called}"),
        (None, "") => words.to_owned(),
        (None, id) => format!("{words} …{id}"),
    };
    let href = match entry.subject_kind.as_str() {
        "occurrence" => Some(format!("/staff/occurrences/{}", entry.subject_id)),
        "shift" => Some(format!("/shifts/{}", entry.subject_id)),
        "activity" if entry.action != Verb::ActivityDelete.as_str() => {
            Some(format!("/staff/activities/{}", entry.subject_id))
        }
        _ => None,
    };
    match href {
        Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        None => view! { <span>{text}</span> }.into_any(),
    }
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
