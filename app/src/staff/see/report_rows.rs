//! The rows behind a figure of a report: dates and shifts, each leading to its own page.

use super::report_form::{address, asked, scope_name};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Columns, EmptyState, Table},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use domain::report::{Asked, By};
use leptos::prelude::*;
use store::reports::{self, DateRow, Rows, ShiftRow, Which};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/reports/rows", get(show))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let asked = asked(&visit, &form)?;
    let which = Which {
        scope: asked.scope,
        days: asked.days,
        field: form.get("field").map(str::to_owned),
        month: form.get("month").map(str::parse).transpose()?,
    };
    let rows = reports::rows(visit.db(), &visit.act(), &which).await?;
    let locale = visit.locale;
    let title = td_string!(locale, report.rows_title);
    let reader = visit.clone();
    Ok(gate::page(&visit, title).render(move || {
        let centers = reader.site.centers();
        let scope = scope_name(locale, &centers, &which.scope);
        let over = words::report_filter(locale, &scope, which.days);
        let is_empty = rows.dates.is_empty() && rows.shifts.is_empty();
        view! {
            <a class="back-link" href=back(&which)>{td_string!(locale, report.back)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{over}</p>
                <p>{td_string!(locale, report.rows_lead)}</p>
            </div>
            {is_empty.then(|| view! { <EmptyState title=td_string!(locale, report.nothing) /> })}
            {rows.is_cut.then(|| view! { <p class="hint">{td_string!(locale, report.cut)}</p> })}
            {dates(locale, &rows)}
            {shifts(locale, &rows)}
        }
    }))
}

fn back(which: &Which) -> String {
    address(&Asked {
        scope: which.scope.clone(),
        days: which.days,
        by: By {
            field: true,
            ..By::default()
        },
    })
}

fn number(value: Option<i64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn dates(locale: Locale, rows: &Rows) -> Option<AnyView> {
    if rows.dates.is_empty() {
        return None;
    }
    let columns = Columns::head(td_string!(locale, report.activity), |row: &DateRow| {
        view! { <a href=format!("/staff/occurrences/{}", row.id)>{row.title.clone()}</a> }
    })
    .text(td_string!(locale, field.time), |row| {
        words::stamp(row.starts_at)
    })
    .text(td_string!(locale, field.center), |row| {
        row.center_name.clone()
    })
    .number(td_string!(locale, report.came), |row| number(row.came))
    .number(td_string!(locale, report.walk_ins), |row| {
        number(row.walk_ins)
    })
    .number(td_string!(locale, report.no_shows), |row| {
        number(row.no_shows)
    });
    let table = Table::new(td_string!(locale, report.dates), columns).of(&rows.dates);
    let view = view! {
        <section class="section" aria-labelledby="dates">
            <h2 id="dates">{td_string!(locale, report.dates)}</h2>
            {table}
        </section>
    };
    Some(view.into_any())
}

fn shifts(locale: Locale, rows: &Rows) -> Option<AnyView> {
    if rows.shifts.is_empty() {
        return None;
    }
    let columns = Columns::head(td_string!(locale, report.shift), |row: &ShiftRow| {
        view! { <a href=format!("/staff/shifts/{}", row.id)>{row.title.clone()}</a> }
    })
    .text(td_string!(locale, field.time), |row| {
        words::stamp(row.starts_at)
    })
    .text(td_string!(locale, field.center), |row| {
        row.center_name.clone()
    })
    .number(td_string!(locale, report.volunteers), |row| {
        number(row.volunteers)
    });
    let table = Table::new(td_string!(locale, report.shifts_list), columns).of(&rows.shifts);
    let view = view! {
        <section class="section" aria-labelledby="shifts">
            <h2 id="shifts">{td_string!(locale, report.shifts_list)}</h2>
            {table}
        </section>
    };
    Some(view.into_any())
}
