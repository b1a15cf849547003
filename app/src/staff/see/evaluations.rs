//! Evaluations of a year: what an evaluator still has before them, and what has come of it for others.

use super::year::year_of;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Badge, Columns, EmptyState, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use domain::{access::Action, evaluation::Stage, time::Timestamp};
use leptos::prelude::*;
use store::{
    centers::CenterSummary,
    evaluations::{self, Handed},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/evaluations", get(show))
}

async fn show(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    let year = year_of(&visit, &form)?;
    let found = evaluations::list(visit.db(), &visit.caller, year).await?;
    let evaluates = visit.caller.may_somewhere(Action::Evaluate);
    let rows = rows(&visit, &found, evaluates);
    let (locale, now) = (visit.locale, visit.now);
    let title = td_string!(locale, evaluation.title);
    Ok(gate::page(&visit, title).render(move || {
        let there = |year: i32| format!("/staff/evaluations?year={year}");
        let nothing = match evaluates {
            true => (
                td_string!(locale, evaluation.none_for_you),
                td_string!(locale, evaluation.none_for_you_hint),
            ),
            false => (
                td_string!(locale, evaluation.none),
                td_string!(locale, evaluation.none_hint),
            ),
        };
        view! {
            <div class="page-head">
                <h1>{title}" "{td_string!(locale, evaluation.year, year)}</h1>
                <p class="lead">{td_string!(locale, evaluation.list_intro)}</p>
            </div>
            <nav class="cluster" aria-label=title>
                <a class="button" href=there(year - 1)>{td_string!(locale, evaluation.previous)}</a>
                <a class="button" href=there(year + 1)>{td_string!(locale, evaluation.next)}</a>
            </nav>
            {match rows.is_empty() {
                true => view! { <EmptyState title=nothing.0 text=nothing.1 /> }.into_any(),
                false => table(locale, year, &rows, now),
            }}
            <p class="hint">{td_string!(locale, evaluation.scale)}</p>
        }
    }))
}

/// A center with its evaluations of the year.
struct Row {
    center: CenterSummary,
    of: [Option<Handed>; 2],
    /// Whether the caller may begin one.
    writes: bool,
}

/// The centers that the caller evaluates, and others that have an evaluation to be seen.
fn rows(visit: &Visit, found: &[Handed], evaluates: bool) -> Vec<Row> {
    let centers = visit.site.centers();
    let all = centers.all().iter().filter_map(|center| {
        let writes = evaluates && visit.caller.may(Action::Evaluate, &center.place()).is_ok();
        let of = [Stage::MidTerm, Stage::Final].map(|stage| {
            let mut those = found.iter();
            let of = those.find(|of| of.center == center.id && of.stage == stage);
            of.cloned()
        });
        let seen = writes || of.iter().any(Option::is_some);
        seen.then(|| Row {
            center: center.clone(),
            of,
            writes,
        })
    });
    all.collect()
}

fn table(locale: Locale, year: i32, rows: &[Row], now: Timestamp) -> AnyView {
    let mut columns = Columns::head(td_string!(locale, evaluation.center), |row: &Row| {
        row.center.name.clone()
    });
    for (at, stage) in [Stage::MidTerm, Stage::Final].into_iter().enumerate() {
        let words = words::evaluation_stage(locale, stage);
        columns = columns.view(words, move |row| {
            cell(locale, row, row.of.get(at)?.as_ref(), (year, stage), now)
        });
    }
    Table::new(td_string!(locale, evaluation.title), columns).of(rows)
}

fn cell(
    locale: Locale,
    row: &Row,
    of: Option<&Handed>,
    (year, stage): (i32, Stage),
    now: Timestamp,
) -> Option<AnyView> {
    let href = format!(
        "/staff/centers/{}/evaluations/{year}/{stage}",
        row.center.id
    );
    let (words, tone) = match of {
        None if !row.writes => return None,
        None => (
            td_string!(locale, evaluation.not_begun).to_owned(),
            Tone::Plain,
        ),
        Some(of) => match of.at {
            None => (td_string!(locale, evaluation.draft).to_owned(), Tone::Warn),
            Some(at) => {
                let time = words::day_near(locale, at.day(), now);
                (td_string!(locale, evaluation.handed_in, time), Tone::Good)
            }
        },
    };
    let replied = of.is_some_and(|of| of.replied).then(|| {
        view! { <Badge text=td_string!(locale, evaluation.replied) /> }
    });
    let label = format!("{}: {words}", row.center.name);
    let view = view! {
        <span class="cluster">
            <a href=href aria-label=label><Badge text=words tone=tone /></a>
            {replied}
        </span>
    };
    Some(view.into_any())
}
