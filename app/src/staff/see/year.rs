//! A center's year: the contract's targets beside what came of it, and the months to close.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, operator},
    ui::{Columns, DemoLabel, ErrorSummary, Field, FormKey, NoticeBox, Problems, Table, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Refusal,
    access::Action,
    report::{CONTRACTED, Correction, Figure, Month, checked_year},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::{
    Error,
    centers::CenterView,
    reports::{self, Closed, MonthView, YearView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/year", get(show))
        .route("/staff/centers/{center}/year/targets", post(save))
        .route("/staff/centers/{center}/year/close", post(close))
}

/// The figures of a month that stand in its row.
const OF_MONTH: [Figure; 5] = [
    Figure::Attendances,
    Figure::Persons,
    Figure::Activities,
    Figure::Groups,
    Figure::Cases,
];

/// The year that an address asks for, the present one unless told.
pub(super) fn year_of(visit: &Visit, form: &Form) -> Result<i32, Refusal> {
    let said = form.number("year")?;
    let present = Month::of(visit.now.day()).year();
    checked_year(said.unwrap_or(present))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let locale = visit.locale;
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let year = year_of(&visit, &form)?;
    let told = match form.get("done") {
        Some("month") => Some(td_string!(locale, report.closed_told)),
        Some(_) => Some(td_string!(locale, report.targets_told)),
        None => None,
    };
    page(&visit, &center, year, told, (form, Problems::default())).await
}

async fn page(
    visit: &Visit,
    center: &CenterView,
    year: i32,
    told: Option<&'static str>,
    (form, problems): (Form, Problems),
) -> Answer {
    let found = reports::year(visit.db(), &visit.act(), &center.summary.id, year).await?;
    let runs = operator::of(visit, &center.summary.id).await?;
    let locale = visit.locale;
    let page = gate::page(visit, td_string!(locale, report.year_title));
    let page = match problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let here = format!("/staff/centers/{}/year", center.summary.id);
    let name = center.summary.name.clone();
    let back = format!(
        "/staff/reports?{}",
        gate::query("scope", &format!("center:{}", center.summary.id))
    );
    Ok(page.render(move || {
        let there = |year: i32| format!("{here}?year={year}");
        view! {
            <a class="back-link" href=back>{td_string!(locale, report.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, report.year_title)}" "{td_string!(locale, report.year_of, year)}</h1>
                <p class="lead">{name}" · "{td_string!(locale, report.year_lead)}</p>
                {operator::line(locale, runs.as_ref())}
                {found.is_demo.then(|| view! { <p><DemoLabel locale /></p> })}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            <nav class="cluster" aria-label=td_string!(locale, report.quick)>
                <a class="button" href=there(year - 1)>{td_string!(locale, report.previous_year)}</a>
                <a class="button" href=there(year + 1)>{td_string!(locale, report.next_year)}</a>
                <a class="button button-quiet" href=format!("{}?year={year}", here.replace("/year", "/alike"))>{td_string!(locale, alike.title)}</a>
                <a class="button button-quiet" href=format!("/staff/evaluations?year={year}")>{td_string!(locale, evaluation.title)}</a>
            </nav>
            <section class="section" aria-labelledby="contract">
                <h2 id="contract">{td_string!(locale, report.contract)}</h2>
                {contract(locale, &found)}
                {found.may_decide.then(|| targets_form(locale, &here, year, (&found, &form), &problems))}
            </section>
            <section class="section" aria-labelledby="months">
                <h2 id="months">{td_string!(locale, report.months)}</h2>
                {found.may_decide.then(|| view! { <p class="hint">{td_string!(locale, report.close_hint)}</p> })}
                {months(locale, &here, year, &found)}
            </section>
        }
    }))
}

/// A figure, or that it is about too few people.
fn shown(locale: Locale, value: Option<i64>) -> String {
    value.map_or_else(
        || td_string!(locale, report.few).to_owned(),
        |value| value.to_string(),
    )
}

fn contract(locale: Locale, found: &YearView) -> AnyView {
    if found.targets.is_empty() {
        return view! { <p class="lead">{td_string!(locale, report.no_target_hint)}</p> }
            .into_any();
    }
    let columns = Columns::head("", move |figure: &Figure| words::figure(locale, *figure))
        .number(td_string!(locale, report.target), |figure| {
            let target = found.targets.get(figure);
            target.map_or_else(
                || td_string!(locale, report.no_target).to_owned(),
                ToString::to_string,
            )
        })
        .number(td_string!(locale, report.done), |figure| {
            shown(locale, found.now.get(figure).copied())
        })
        .view(td_string!(locale, report.share), |figure| {
            share(
                found.targets.get(figure).copied(),
                found.now.get(figure).copied(),
            )
        });
    Table::new(td_string!(locale, report.contract), columns).of(CONTRACTED.iter())
}

/// How much of a target is done, as a bar and in words.
fn share(target: Option<u32>, now: Option<i64>) -> Option<AnyView> {
    let (target, now) = (target.filter(|target| *target > 0)?, now?);
    let percent = now.max(0) * 100 / i64::from(target);
    let view = view! {
        <span class="cluster">
            <progress max=target.to_string() value=now.to_string() aria-hidden="true"></progress>
            <span>{format!("{percent}%")}</span>
        </span>
    };
    Some(view.into_any())
}

fn targets_form(
    locale: Locale,
    here: &str,
    year: i32,
    (found, form): (&YearView, &Form),
    problems: &Problems,
) -> AnyView {
    let fields: Vec<_> = CONTRACTED
        .iter()
        .map(|figure| {
            let name = figure.as_str();
            // What was typed stays where something else in the form is wrong.
            let value = match problems.any() {
                true => form.raw(name).to_owned(),
                false => found.targets.get(figure).map(ToString::to_string).unwrap_or_default(),
            };
            let error = problems.of(name);
            view! {
                <Field name label=words::figure(locale, *figure) value inputmode="numeric" class="input-short" error />
            }
        })
        .collect();
    let form = view! {
        <details class="disclosure" open=problems.any()>
            <summary>{td_string!(locale, report.set_targets)}</summary>
            <form class="form" method="post" action=format!("{here}/targets")><FormKey />
                <input type="hidden" name="year" value=year.to_string() />
                <p class="hint">{td_string!(locale, report.target_hint)}</p>
                <div class="form-grid">{fields}</div>
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, report.save_targets)}</button></div>
            </form>
        </details>
    };
    form.into_any()
}

fn months(locale: Locale, here: &str, year: i32, found: &YearView) -> AnyView {
    let mut columns = Columns::head(td_string!(locale, report.month), move |row: &MonthView| {
        words::month(locale, row.month.first())
    });
    for figure in OF_MONTH {
        columns = columns.number(words::figure(locale, figure), move |row: &MonthView| {
            shown(locale, row.now.get(&figure).copied())
        });
    }
    let here = here.to_owned();
    let may = found.may_decide;
    let columns = columns
        .view(td_string!(locale, field.status), move |row: &MonthView| state(locale, row))
        .actions(locale, move |row: &MonthView| {
            (may && row.may_be_closed).then(|| view! {
                <form method="post" action=format!("{here}/close")><FormKey />
                    <input type="hidden" name="year" value=year.to_string() />
                    <input type="hidden" name="month" value=row.month.to_string() />
                    <button class="button" type="submit">{td_string!(locale, report.close)}<span class="visually-hidden">" "{row.month.to_string()}</span></button>
                </form>
            })
        });
    Table::new(td_string!(locale, report.months), columns).of(&found.months)
}

fn state(locale: Locale, row: &MonthView) -> AnyView {
    match &row.closed {
        Some(closed) => is_closed(locale, closed).into_any(),
        None if row.may_be_closed => td_string!(locale, report.month_open).into_any(),
        None => td_string!(locale, report.month_running).into_any(),
    }
}

fn is_closed(locale: Locale, closed: &Closed) -> impl IntoView + use<> {
    let time = words::stamp(closed.at);
    let said = match closed.by.clone() {
        Some(by) => td_string!(locale, report.month_closed, by, time),
        None => td_string!(locale, report.month_closed_program, time),
    };
    let corrected: Vec<_> = closed
        .corrections
        .iter()
        .map(|correction| view! { <li>{corrected(locale, correction)}</li> })
        .collect();
    let any = !corrected.is_empty();
    view! {
        <span>{said}</span>
        {any.then(|| view! {
            <details class="disclosure"><summary>{td_string!(locale, report.corrections)}</summary><ul>{corrected}</ul></details>
        })}
    }
}

fn corrected(locale: Locale, correction: &Correction) -> String {
    let name = words::figure(locale, correction.figure);
    let (was, is) = (shown(locale, correction.was), shown(locale, correction.is));
    td_string!(locale, report.correction, name, was, is)
}

/// What was entered; a problem at each field that is no number.
fn targets(visit: &Visit, form: &Form) -> Result<BTreeMap<Figure, u32>, Problems> {
    let mut problems = Problems::default();
    let mut targets = BTreeMap::new();
    for figure in CONTRACTED {
        match form.number::<u32>(figure.as_str()) {
            Ok(Some(target)) => drop(targets.insert(figure, target)),
            Ok(None) => {}
            Err(refusal) => problems.note(visit.locale, &refusal, visit.now),
        }
    }
    match problems.any() {
        true => Err(problems),
        false => Ok(targets),
    }
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let year = year_of(&visit, &form)?;
    let targets = match targets(&visit, &form) {
        Ok(targets) => targets,
        Err(problems) => return page(&visit, &center, year, None, (form, problems)).await,
    };
    let id = &center.summary.id;
    match reports::set_targets(visit.db(), &visit.once(&form)?, id, year, targets).await {
        Ok(()) => Ok(redirect(&format!(
            "/staff/centers/{id}/year?year={year}&done=targets"
        ))),
        Err(Error::Refused(refusal)) => refused(&visit, &center, year, form, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn close(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let year = year_of(&visit, &form)?;
    let month: Month = form.need("month")?.parse()?;
    let id = &center.summary.id;
    match reports::close_month(visit.db(), &visit.once(&form)?, id, month).await {
        Ok(()) => Ok(redirect(&format!(
            "/staff/centers/{id}/year?year={year}&done=month"
        ))),
        Err(Error::Refused(refusal)) => refused(&visit, &center, year, form, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(
    visit: &Visit,
    center: &CenterView,
    year: i32,
    form: Form,
    refusal: &Refusal,
) -> Result<axum::response::Response, Fault> {
    let mut problems = Problems::default();
    problems.note(visit.locale, refusal, visit.now);
    page(visit, center, year, None, (form, problems)).await
}
