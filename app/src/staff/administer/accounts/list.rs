//! The accounts of the caller's scope.

use super::{line, manager, status_name};
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, DemoLabel, EmptyState, Field, Filters, Pager, SelectField, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use domain::access::{Action, StaffStatus};
use leptos::prelude::*;
use store::{
    page::{Limit, Part},
    staff::{self, Asked, StaffView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/accounts", get(show))
}

async fn show(visit: Visit, form: Form) -> Answer {
    manager(&visit)?;
    let status: Option<StaffStatus> = form.get("status").map(str::parse).transpose()?;
    let asked = Asked {
        words: form.text("q").to_owned(),
        status,
        part: Part {
            limit: Limit::default(),
            after: form.get("after").map(str::parse).transpose()?,
        },
    };
    let page = staff::accounts(visit.db(), &visit.caller, &asked, visit.now).await?;
    let locale = visit.locale;
    let reader = visit.clone();
    let title = td_string!(locale, staff.accounts.title);
    Ok(gate::page(&visit, title).render(move || {
        let chosen = status.map_or("", StaffStatus::as_str);
        let address = |after: Option<String>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let after = after.unwrap_or_default();
            let fields = [("q", asked.words.as_str()), ("status", chosen), ("after", &after)];
            query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
            format!("/staff/accounts?{}", query.finish())
        };
        let next = page.next.as_ref().map(|cursor| address(Some(cursor.to_string())));
        let first = asked.part.after.is_some().then(|| address(None));
        let mut options = vec![(String::new(), td_string!(locale, staff.accounts.not_closed).to_owned())];
        options.extend(StaffStatus::ALL.iter().map(|of| {
            (of.as_str().to_owned(), status_name(locale, *of).to_owned())
        }));
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.accounts.intro)}</p>
                <p class="cluster">
                    <a class="button button-main" href="/staff/accounts/new">{td_string!(locale, staff.accounts.new)}</a>
                    {reader.caller.may_somewhere(Action::ManageCenters).then(|| view! {
                        <a class="button button-quiet" href="/staff/centers/new">{td_string!(locale, new_center.title)}</a>
                    })}
                    <a class="button button-quiet" href="/staff/agencies">{td_string!(locale, agency.title)}</a>
                    <a class="button button-quiet" href="/staff/holidays">{td_string!(locale, holidays.title)}</a>
                </p>
            </div>
            <Filters locale action="/staff/accounts" label=title>
                <Field name="q" label=td_string!(locale, staff.accounts.search) value=asked.words.clone() kind="search" maxlength=40 />
                <SelectField name="status" label=td_string!(locale, field.status) options=options selected=chosen />
            </Filters>
            {match page.items.is_empty() {
                true => view! {
                    <EmptyState title=td_string!(locale, staff.accounts.none) text=td_string!(locale, staff.accounts.none_hint) />
                }.into_any(),
                false => table(&reader, &page.items),
            }}
            <Pager locale previous=first next=next />
        }
    }))
}

fn table(visit: &Visit, accounts: &[StaffView]) -> AnyView {
    let locale = visit.locale;
    let columns = Columns::head(td_string!(locale, field.name), |of: &StaffView| {
        let (href, name) = (
            format!("/staff/accounts/{}", of.id),
            of.name.as_str().to_owned(),
        );
        let demo = of.demo.then(|| view! { " "<DemoLabel locale /> });
        view! { <a href=href>{name}</a>{demo} }
    })
    .text(td_string!(locale, field.username), |of| of.username.clone())
    .view(td_string!(locale, field.grants), |of| roles(visit, of))
    .text(td_string!(locale, staff.accounts.last), |of| {
        last(visit, of)
    })
    .view(td_string!(locale, field.status), |of| standing(locale, of));
    Table::new(td_string!(locale, staff.accounts.title), columns).of(accounts)
}

/// The roles of an account, a line each.
pub(in crate::staff::administer) fn roles(visit: &Visit, of: &StaffView) -> AnyView {
    let (locale, now) = (visit.locale, visit.now);
    let centers = visit.site.centers();
    let lines: Vec<_> = of
        .grants
        .iter()
        .map(|timed| {
            let (role, about) = line(locale, timed, centers.all(), now);
            view! { <div>{role}" · "{about}</div> }
        })
        .collect();
    match lines.is_empty() {
        true => td_string!(locale, staff.accounts.no_role).into_any(),
        false => lines.into_any(),
    }
}

/// The day of the last sign-in: whether an account is still used, not how somebody works (C-177).
pub(super) fn last(visit: &Visit, of: &StaffView) -> String {
    let locale = visit.locale;
    match of.signed_in_at {
        Some(at) => words::day_near(locale, at.day(), visit.now),
        None => td_string!(locale, staff.accounts.never).to_owned(),
    }
}

/// How the account stands, and what keeps its owner out.
pub(super) fn standing(locale: Locale, of: &StaffView) -> impl IntoView + use<> {
    let tone = match of.status {
        StaffStatus::Active => Tone::Good,
        StaffStatus::Suspended => Tone::Warn,
        StaffStatus::Closed => Tone::Bad,
    };
    let open = of.status == StaffStatus::Active;
    let waits = open && of.first_password_until.is_some();
    let locked = open && of.locked_until.is_some();
    view! {
        <span class="cluster">
            <Badge text=status_name(locale, of.status) tone=tone />
            {waits.then(|| view! { <Badge text=td_string!(locale, staff.accounts.waits) /> })}
            {locked.then(|| view! { <Badge text=td_string!(locale, staff.accounts.locked) tone=Tone::Warn /> })}
        </span>
    }
}
