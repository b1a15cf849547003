//! Reports out of attendance, as JSON, as CSV and as a workbook; and the rows behind a figure.

use super::{
    api::SignedIn,
    fault::{Answer, Fault},
    sent::Query,
    shapes::{Report, ReportRows},
};
use crate::export::{Cell, Format, Table};
use app::{
    i18n::{Locale, td_string},
    words,
};
use axum::{Json, response::Response};
use chrono::NaiveDate;
use domain::{
    access::Scope,
    report::{self, By, Days, Figure},
};
use serde::Deserialize;
use store::{
    menu::{self, Field},
    reports::{self, Line, Which},
};
use utoipa::IntoParams;

/// Over what.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Over {
    /// `center:CODE`, `subdistrict:CODE`, `district:CODE` or `city`. All of it must be the caller's to see.
    #[param(value_type = String)]
    scope: String,
    /// The first day, in Shanghai.
    #[param(value_type = String, format = Date)]
    from: NaiveDate,
    /// The last day; at most three years later.
    #[param(value_type = String, format = Date)]
    to: NaiveDate,
    /// What the rows are told apart by: any of `field`, `month` and one of `center`, `subdistrict`,
    /// `district`, with commas between them.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    by: String,
}

impl Over {
    fn read(&self) -> Answer<report::Asked> {
        Ok(report::Asked {
            scope: Scope::parse(&self.scope)?,
            days: Days::new(self.from, self.to)?,
            by: By::parse(&self.by)?,
        })
    }
}

/// Figures out of attendance: what each means says `definition`. Where a figure is about fewer than five
/// people, and where it could be worked out by subtraction, it is `null` and `suppressed` is true.
#[utoipa::path(get, path = "/reports/attendance", operation_id = "report", tag = "staff", params(Over),
    responses((status = 200, description = "The report", body = Report)))]
pub(super) async fn attendance(
    SignedIn(api): SignedIn,
    Query(over): Query<Over>,
) -> Answer<Json<Report>> {
    let report = reports::attendance(api.db(), &api.act(), &over.read()?).await?;
    Ok(Json(Report::of(api.locale, &report)))
}

/// The same report as CSV, in UTF-8 with a byte order mark.
#[utoipa::path(get, path = "/reports/attendance.csv", operation_id = "report_csv", tag = "staff", params(Over),
    responses((status = 200, description = "The report", content_type = "text/csv", body = String)))]
pub(super) async fn csv(SignedIn(api): SignedIn, Query(over): Query<Over>) -> Answer<Response> {
    file(&api, &over, Format::Csv).await
}

/// The same report as a workbook, whose second sheet says what the figures mean.
#[utoipa::path(get, path = "/reports/attendance.xlsx", operation_id = "report_xlsx", tag = "staff", params(Over),
    responses((status = 200, description = "The report",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn xlsx(SignedIn(api): SignedIn, Query(over): Query<Over>) -> Answer<Response> {
    file(&api, &over, Format::Xlsx).await
}

async fn file(api: &super::api::Api, over: &Over, format: Format) -> Answer<Response> {
    let report = reports::attendance(api.db(), &api.act(), &over.read()?).await?;
    let fields = menu::fields(api.db()).await?;
    table(api.locale, &report, &fields)
        .answer(format)
        .map_err(|_| Fault::Broken("an export"))
}

/// The report as every export shows it.
fn table(locale: Locale, report: &reports::Report, fields: &[Field]) -> Table {
    let asked = &report.asked;
    let heads = words::report_heads(locale, asked.by);
    let names = Figure::ALL.iter().map(|figure| unit_name(locale, *figure));
    let mut rows: Vec<Vec<Cell>> = report
        .rows
        .iter()
        .map(|line| {
            let apart = words::report_row(locale, line, fields);
            let apart = apart.into_iter().map(Cell::Text);
            apart.chain(figures(locale, line)).collect()
        })
        .collect();
    let mut last = vec![Cell::Empty; heads.len()];
    if let Some(first) = last.first_mut() {
        *first = Cell::Text(td_string!(locale, report.total).to_owned());
    }
    last.extend(figures(locale, &report.total));
    rows.push(last);
    Table {
        file: format!("linli-report-{}-{}", asked.days.from(), asked.days.to()),
        name: td_string!(locale, report.sheet_figures).to_owned(),
        columns: heads.into_iter().map(str::to_owned).chain(names).collect(),
        rows,
        about_name: td_string!(locale, report.sheet_about).to_owned(),
        about: about(locale, report),
    }
}

/// What a figure is called, with the unit of times.
fn unit_name(locale: Locale, figure: Figure) -> String {
    let name = words::figure(locale, figure);
    match figure {
        Figure::VolunteerMinutes | Figure::EnteredMinutes => {
            td_string!(locale, report.minutes_of, name)
        }
        _ => name.to_owned(),
    }
}

fn figures(locale: Locale, line: &Line) -> impl Iterator<Item = Cell> {
    let few = td_string!(locale, report.few);
    Figure::ALL
        .iter()
        .map(move |figure| match line.value(*figure) {
            Some(value) => Cell::Number(value),
            None => Cell::Text(few.to_owned()),
        })
}

/// What was asked, as of when, and what it means (C-158).
fn about(locale: Locale, report: &reports::Report) -> Vec<(String, String)> {
    let scope = report.asked.scope.to_string();
    let stamp = words::stamp(report.as_of);
    let mut about = vec![
        (
            td_string!(locale, report.filter).to_owned(),
            words::report_filter(locale, &scope, report.asked.days),
        ),
        (td_string!(locale, report.generated).to_owned(), stamp),
        (
            td_string!(locale, report.how).to_owned(),
            td_string!(locale, report.definition).to_owned(),
        ),
        (String::new(), td_string!(locale, report.zone).to_owned()),
    ];
    if report.is_demo {
        about.push((String::new(), td_string!(locale, report.demo).to_owned()));
    }
    about
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RowsOf {
    /// `center:CODE`, `subdistrict:CODE`, `district:CODE` or `city`.
    scope: String,
    /// The first day, in Shanghai.
    #[param(value_type = String, format = Date)]
    from: NaiveDate,
    /// The last day.
    #[param(value_type = String, format = Date)]
    to: NaiveDate,
    /// Only of this field; empty for shifts that belong to none.
    field: Option<String>,
    /// Only of this month, `2026-11`.
    month: Option<String>,
}

/// The dates and shifts that a figure of a report counts.
#[utoipa::path(get, path = "/reports/attendance/rows", operation_id = "report_rows", tag = "staff", params(RowsOf),
    responses((status = 200, description = "Dates and shifts", body = ReportRows)))]
pub(super) async fn rows(
    SignedIn(api): SignedIn,
    Query(of): Query<RowsOf>,
) -> Answer<Json<ReportRows>> {
    let which = Which {
        scope: Scope::parse(&of.scope)?,
        days: Days::new(of.from, of.to)?,
        field: of.field,
        month: of.month.as_deref().map(str::parse).transpose()?,
    };
    let rows = reports::rows(api.db(), &api.act(), &which).await?;
    Ok(Json(rows.into()))
}
