//! Reports out of attendance: totals, a chart, a table whose every figure opens its rows.

use super::report_form::{address, asked, download, rows_address, scope_name, view as form_view};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, operator},
    ui::{Bar, BarChart, Columns, DemoLabel, EmptyState, ErrorSummary, Problems, Table},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, http::StatusCode, routing::get};
use domain::{
    Refusal,
    access::Scope,
    report::{Asked, Figure, PlaceBy},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    menu::{self, Field},
    reports::{self, Line, Report, Which},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/reports", get(show))
}

/// Figures that stand above the table.
const FIRST: [Figure; 6] = [
    Figure::Attendances,
    Figure::Persons,
    Figure::Activities,
    Figure::Groups,
    Figure::Cases,
    Figure::VolunteerMinutes,
];

/// The most bars of a chart; what has more rows is read in the table.
const BARS: usize = 40;

async fn show(visit: Visit, form: Form) -> Answer {
    let (asked, typed) = match asked(&visit, &form) {
        Ok(asked) => (asked, None),
        // What was typed stays, beside the report that opens the page.
        Err(refusal @ Refusal::Invalid { .. }) => {
            let mut problems = Problems::default();
            problems.note(visit.locale, &refusal, visit.now);
            (asked(&visit, &Form::default())?, Some((form, problems)))
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let report = reports::attendance(visit.db(), &visit.act(), &asked).await?;
    let fields = menu::fields(visit.db()).await?;
    let runs = match &asked.scope {
        Scope::Center(center) => operator::at(&visit, center, last_moment(&visit, &asked)).await?,
        _ => None,
    };
    let locale = visit.locale;
    let title = td_string!(locale, report.title);
    let reader = visit.clone();
    let page = gate::page(&visit, title);
    let page = match typed {
        Some(_) => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        None => page,
    };
    Ok(page.render(move || {
        let typed = typed.as_ref().map(|(form, problems)| (form, problems));
        let centers = reader.site.centers();
        let scope = scope_name(locale, &centers, &asked.scope);
        let over = words::report_filter(locale, &scope, asked.days);
        let is_empty = report.rows.is_empty() && FIRST.iter().all(|f| report.total.value(*f) == Some(0));
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, report.lead)}</p>
                {report.is_demo.then(|| view! { <p><DemoLabel locale />" "{td_string!(locale, report.demo)}</p> })}
            </div>
            {typed.map(|(_, problems)| view! { <ErrorSummary locale problems=problems.clone() /> })}
            {form_view(&reader, &asked, typed)}
            <section class="section" aria-labelledby="report-over">
                <h2 id="report-over">{over}</h2>
                {operator::line(locale, runs.as_ref())}
                {if is_empty {
                    view! { <EmptyState title=td_string!(locale, report.nothing) text=td_string!(locale, report.nothing_hint) /> }.into_any()
                } else {
                    figures(locale, &asked, &report, &fields).into_any()
                }}
                {as_of(locale, &report)}
            </section>
            {year_link(locale, &asked)}
            <details class="disclosure">
                <summary>{td_string!(locale, report.how)}</summary>
                <p>{td_string!(locale, report.definition)}</p>
            </details>
        }
    }))
}

/// The last moment that a report is about: of then is who runs the center.
fn last_moment(visit: &Visit, asked: &Asked) -> Timestamp {
    let (_, until) = asked.days.instants();
    until.plus(-1).min(visit.now)
}

/// A center's targets and months are on a page of their own.
fn year_link(locale: Locale, asked: &Asked) -> Option<impl IntoView + use<>> {
    let Scope::Center(center) = &asked.scope else {
        return None;
    };
    let there = format!("/staff/centers/{center}/year");
    Some(view! { <p><a href=there>{td_string!(locale, report.year_link)}</a></p> })
}

/// As of when, and where it can be had as a file.
fn as_of(locale: Locale, report: &Report) -> impl IntoView + use<> {
    let time = words::stamp(report.as_of);
    let people = (report.people_as_of != report.as_of).then(|| {
        let time = words::stamp(report.people_as_of);
        td_string!(locale, report.people_as_of, time)
    });
    let hidden = report.total.is_hidden() || report.rows.iter().any(Line::is_hidden);
    view! {
        {hidden.then(|| view! { <p class="hint">{td_string!(locale, report.few_hint)}</p> })}
        <p class="hint">{td_string!(locale, report.as_of, time)}{people.map(|people| words::join(locale, "", &people))}</p>
        <div class="cluster no-print">
            <a class="button" href=download(&report.asked, "xlsx")>{td_string!(locale, report.xlsx)}</a>
            <a class="button" href=download(&report.asked, "csv")>{td_string!(locale, report.csv)}</a>
        </div>
    }
}

fn figures(
    locale: Locale,
    asked: &Asked,
    report: &Report,
    fields: &[Field],
) -> impl IntoView + use<> {
    let tally: Vec<_> = FIRST
        .iter()
        .map(|figure| {
            let name = unit_name(locale, *figure);
            view! { <div><dt>{name}</dt><dd>{value(locale, *figure, &report.total)}</dd></div> }
        })
        .collect();
    let bars: Vec<Bar> = report
        .rows
        .iter()
        .take(BARS)
        .map(|line| Bar {
            name: line_name(locale, line, fields),
            value: line.value(Figure::Attendances),
        })
        .filter(|bar| bar.value != Some(0))
        .collect();
    let is_charted = bars.len() > 1 && report.rows.len() <= BARS;
    view! {
        <dl class="tally">{tally}</dl>
        {is_charted.then(|| view! {
            <BarChart locale title=td_string!(locale, report.chart) id="attendances" bars=bars />
        })}
        {(!report.rows.is_empty()).then(|| table(locale, asked, report, fields))}
    }
}

/// What a row is told apart by, as one name.
fn line_name(locale: Locale, line: &Line, fields: &[Field]) -> String {
    words::report_row(locale, line, fields).join(" · ")
}

/// A place leads to its own report.
fn place_asked(asked: &Asked, line: &Line) -> Option<Asked> {
    line.place.as_ref()?;
    let scope = Which::of(asked, line).scope;
    let mut by = asked.by;
    by.place = PlaceBy::Whole;
    by.field = true;
    Some(Asked {
        scope,
        by,
        days: asked.days,
    })
}

fn table(locale: Locale, asked: &Asked, report: &Report, fields: &[Field]) -> AnyView {
    let heads = words::report_heads(locale, asked.by);
    let head = heads.first().copied().unwrap_or_default();
    let total: *const Line = &report.total;
    let is_total = move |line: &Line| std::ptr::eq(line, total);
    let mut columns = Columns::head(head, move |line: &Line| {
        if is_total(line) {
            return view! { <strong>{td_string!(locale, report.total)}</strong> }.into_any();
        }
        let name = line_name(locale, line, fields);
        match place_asked(asked, line) {
            Some(there) => view! { <a href=address(&there)>{name}</a> }.into_any(),
            None => name.into_any(),
        }
    });
    for figure in Figure::ALL {
        columns = columns.number_view(words::figure(locale, *figure), move |line: &Line| {
            let shown = value(locale, *figure, line);
            match line.value(*figure) {
                Some(0) | None => shown.into_any(),
                Some(_) => {
                    let there = rows_address(&Which::of(asked, line));
                    view! { <a href=there>{shown}</a> }.into_any()
                }
            }
        });
    }
    let lines = report.rows.iter().chain([&report.total]);
    Table::new(td_string!(locale, report.title), columns)
        .scrolls()
        .of(lines)
}

/// What a figure is called above the table, with the unit of times.
fn unit_name(locale: Locale, figure: Figure) -> String {
    let name = words::figure(locale, figure);
    match figure {
        Figure::VolunteerMinutes | Figure::EnteredMinutes => {
            td_string!(locale, report.hours_of, name)
        }
        _ => name.to_owned(),
    }
}

/// A figure as it is shown; times in hours and minutes.
fn value(locale: Locale, figure: Figure, line: &Line) -> String {
    match (line.value(figure), figure) {
        (None, _) => td_string!(locale, report.few).to_owned(),
        (Some(minutes), Figure::VolunteerMinutes | Figure::EnteredMinutes) => {
            format!("{}:{:02}", minutes / 60, (minutes % 60).abs())
        }
        (Some(value), _) => value.to_string(),
    }
}
