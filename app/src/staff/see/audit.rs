//! The audit log, for those who may read it.

use super::audit_table::{self, Names};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{EmptyState, ErrorSummary, Field, Filters, Pager, Problems, SelectField},
    web::{Answer, Form, Site, Visit},
};
use axum::{Router, http::StatusCode, routing::get};
use domain::{Reason, Refusal, access::Action, id::CenterId, time::Timestamp};
use leptos::prelude::*;
use store::{
    centers::CenterSummary,
    page::{Cursor, Limit, Part},
    trail::{self, Filter},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/audit", get(show))
}

/// So many centers can be chosen from in a list; others by their pages.
const CHOICES: usize = 200;

/// The kinds of things that can be asked for.
const KINDS: [&str; 15] = [
    "booking",
    "occurrence",
    "activity",
    "shift",
    "assignment",
    "person",
    "account",
    "card",
    "staff",
    "token",
    "kiosk",
    "menu_item",
    "center",
    "room",
    "holidays",
];

/// What is asked for, as the address says it.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    center: Option<CenterId>,
    kind: Option<String>,
    /// `KIND:ID`.
    about: Option<(String, String)>,
    actor: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<Cursor>,
}

impl Wanted {
    fn read(form: &Form, now: Timestamp) -> Result<Self, Refusal> {
        let kind = form.get("kind").map(|kind| {
            let known = KINDS.contains(&kind).then(|| kind.to_owned());
            known.ok_or_else(|| Refusal::invalid("kind", Reason::UnknownValue))
        });
        let about = form.get("about").map(|about| {
            let (kind, id) = about.split_once(':').unwrap_or((about, ""));
            (kind.to_owned(), id.to_owned())
        });
        let from = form.day("from", now.day())?;
        let to = form.day("to", now.day())?;
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(Refusal::invalid("to", Reason::BeforeFrom));
        }
        Ok(Self {
            center: form.get("center").map(str::parse).transpose()?,
            kind: kind.transpose()?,
            about,
            actor: form.get("actor").map(str::to_owned),
            from: from.map(Timestamp::start_of),
            // To the end of that day.
            until: to.map(Timestamp::after),
            after: form.get("before").map(str::parse).transpose()?,
        })
    }

    fn filter(&self) -> Filter {
        Filter {
            center: self.center.clone(),
            subject: self.about.clone(),
            kind: self.kind.clone(),
            actor: self.actor.clone(),
            from: self.from,
            until: self.until,
            part: Part {
                limit: Limit::default(),
                after: self.after.clone(),
            },
        }
    }

    /// Its address.
    fn address(&self) -> String {
        let day = |at: Timestamp| at.day().to_string();
        let pairs = [
            ("center", self.center.as_ref().map(ToString::to_string)),
            ("kind", self.kind.clone()),
            (
                "about",
                self.about.as_ref().map(|(kind, id)| format!("{kind}:{id}")),
            ),
            ("actor", self.actor.clone()),
            ("from", self.from.map(day)),
            ("to", self.until.map(|until| day(until.plus(-1)))),
            ("before", self.after.as_ref().map(ToString::to_string)),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        match query.finish() {
            query if query.is_empty() => "/staff/audit".to_owned(),
            query => format!("/staff/audit?{query}"),
        }
    }

    /// The same of somebody alone.
    pub(super) fn by(&self, actor: &str) -> String {
        let actor = Some(actor.to_owned());
        Self {
            actor,
            after: None,
            ..self.clone()
        }
        .address()
    }

    /// The same about one thing alone.
    pub(super) fn about(&self, kind: &str, id: &str) -> String {
        let about = Some((kind.to_owned(), id.to_owned()));
        Self {
            about,
            after: None,
            ..self.clone()
        }
        .address()
    }

    fn after(&self, after: Option<Cursor>) -> String {
        Self {
            after,
            ..self.clone()
        }
        .address()
    }
}

async fn show(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    if !visit.caller.may_somewhere(Action::ReadAudit) {
        return Err(Refusal::Forbidden.into());
    }
    let mut own = gate::own_centers(&visit).await?;
    own.retain(|center| visit.caller.may(Action::ReadAudit, &center.place()).is_ok());
    let (locale, db) = (visit.locale, visit.db());
    let mut problems = Problems::default();
    let wanted = problems.keep(locale, visit.now, Wanted::read(&form, visit.now));
    let is_wrong = wanted.is_none();
    let wanted = wanted.unwrap_or_default();
    let page = trail::entries(db, &visit.caller, &wanted.filter()).await?;
    let names = Names {
        actors: trail::actor_names(db, &visit.caller, &page.items).await?,
        things: trail::subject_names(db, &visit.caller, &page.items).await?,
    };
    let may_compare = visit.caller.may_somewhere(Action::ViewSupervision);
    let reader = visit.clone();
    let answer = gate::page(&visit, td_string!(locale, nav.audit));
    let answer = match is_wrong {
        true => answer.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => answer,
    };
    Ok(answer.render(move || {
        let next = page.next.clone().map(|cursor| wanted.after(Some(cursor)));
        let first = wanted.after.is_some().then(|| wanted.after(None));
        let narrowed = narrowed(&reader, &wanted, &names);
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, nav.audit)}</h1>
                <p class="lead">{td_string!(locale, staff.audit.lead)}</p>
                {may_compare.then(|| view! { <p><a href="/staff/supervision">{td_string!(locale, supervision.title)}</a></p> })}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {fields(locale, &form, &problems, &wanted, &own)}
            {narrowed}
            {if page.items.is_empty() {
                view! { <EmptyState title=td_string!(locale, staff.audit.nothing) /> }.into_any()
            } else {
                audit_table::view(&reader, &page.items, &names, &own, &wanted).into_any()
            }}
            <Pager locale previous=first next=next previous_words=td_string!(locale, staff.audit.newest) next_words=td_string!(locale, staff.audit.older) />
        }
    }))
}

/// The form; who and about what is chosen in the table, and kept.
fn fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    wanted: &Wanted,
    own: &[CenterSummary],
) -> impl IntoView + use<> {
    let all = || (String::new(), td_string!(locale, ui.all).to_owned());
    let centers = own.iter().take(CHOICES);
    let centers: Vec<_> = std::iter::once(all())
        .chain(centers.map(|c| (c.id.to_string(), c.name.clone())))
        .collect();
    let kinds = KINDS.iter().map(|kind| {
        let word = audit_table::kind_word(locale, kind);
        ((*kind).to_owned(), word.to_owned())
    });
    let kinds: Vec<_> = std::iter::once(all()).chain(kinds).collect();
    let several = own.len() > 1;
    let value = |name: &str| form.text(name).to_owned();
    let hidden = |name: &'static str| {
        let value = form.get(name).map(str::to_owned);
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    let center = wanted.center.as_ref().map(ToString::to_string);
    let kind = wanted.kind.clone().unwrap_or_default();
    let (from, to) = (value("from"), value("to"));
    let (from_wrong, to_wrong) = (problems.of("from"), problems.of("to"));
    let kept = (hidden("actor"), hidden("about"));
    view! {
        <Filters locale action="/staff/audit" label=td_string!(locale, staff.audit.filter)>
            {several.then(|| view! {
                <SelectField name="center" label=td_string!(locale, field.center) options=centers selected=center.unwrap_or_default() />
            })}
            <SelectField name="kind" label=td_string!(locale, staff.audit.about) options=kinds selected=kind />
            <Field name="from" kind="date" label=td_string!(locale, report.from) value=from error=from_wrong />
            <Field name="to" kind="date" label=td_string!(locale, report.to) value=to error=to_wrong />
            {kept}
        </Filters>
    }
}

/// Of whom alone, and about what alone, the entries are, with a way back to all.
fn narrowed(visit: &Visit, wanted: &Wanted, names: &Names) -> Option<AnyView> {
    let locale = visit.locale;
    let by = wanted.actor.as_ref().map(|actor| {
        let who = audit_table::who(visit, actor, names);
        let all = Wanted {
            actor: None,
            after: None,
            ..wanted.clone()
        }
        .address();
        (td_string!(locale, staff.audit.only_by, who = who), all)
    });
    let about = wanted.about.as_ref().map(|(kind, id)| {
        let what = audit_table::thing(locale, kind, id, names);
        let all = Wanted {
            about: None,
            after: None,
            ..wanted.clone()
        }
        .address();
        (td_string!(locale, staff.audit.only_about, what = what), all)
    });
    let both: Vec<_> = by.into_iter().chain(about).collect();
    (!both.is_empty()).then(|| {
        let lines = both.into_iter().map(|(words, all)| {
            view! { <li>{words}" "<a href=all>{td_string!(locale, staff.audit.show_all)}</a></li> }
        });
        let lines: Vec<_> = lines.collect();
        view! { <ul class="plain">{lines}</ul> }.into_any()
    })
}
