//! A center's year beside the centers like it: the middle of the others and the half of them around it, never
//! a list and never a rank.

use super::year::year_of;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Badge, Columns, DemoLabel, EmptyState, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    access::Action,
    report::{ENOUGH, Figure, Middle, Place},
};
use leptos::prelude::*;
use store::reports::{Alike, Beside, alike};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/alike", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (locale, now) = (visit.locale, visit.now);
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let year = year_of(&visit, &form)?;
    let found = alike(visit.db(), &visit.act(), &center.summary.id, year).await?;
    let (own, name) = (center.summary.id.clone(), center.summary.name.clone());
    let district = center.summary.district.clone();
    let title = td_string!(locale, alike.title);
    Ok(gate::page(&visit, title).render(move || {
        let back = format!("/staff/centers/{own}/year?year={year}");
        let there = |year: i32| format!("/staff/centers/{own}/alike?year={year}");
        let days = words::days(locale, (found.days.from(), found.days.to()), now);
        view! {
            <a class="back-link" href=back>{td_string!(locale, report.year_title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{name}" · "{days}</p>
                {(found.others >= ENOUGH).then(|| view! {
                    <p class="hint">{td_string!(locale, alike.lead, district, count = found.others)}</p>
                })}
                {found.is_demo.then(|| view! { <p><DemoLabel locale /></p> })}
            </div>
            <nav class="cluster" aria-label=td_string!(locale, report.quick)>
                <a class="button" href=there(year - 1)>{td_string!(locale, report.previous_year)}</a>
                <a class="button" href=there(year + 1)>{td_string!(locale, report.next_year)}</a>
            </nav>
            {match found.others < ENOUGH {
                true => view! { <EmptyState title=td_string!(locale, alike.too_few) text=td_string!(locale, alike.too_few_hint, least = ENOUGH) /> }.into_any(),
                false => view! { {table(locale, &found)}<p class="hint">{td_string!(locale, alike.read)}</p> }.into_any(),
            }}
        }
    }))
}

/// A value of a figure, in the words of tables.
fn value(locale: Locale, figure: Figure, value: i64) -> String {
    match figure {
        Figure::VolunteerMinutes => words::duration(locale, value),
        _ => value.to_string(),
    }
}

fn table(locale: Locale, found: &Alike) -> AnyView {
    let of = |row: &Beside, which: fn(&Middle) -> i64| {
        let middle = row.middle.as_ref();
        middle.map_or_else(
            || "—".to_owned(),
            |middle| value(locale, row.figure, which(middle)),
        )
    };
    let columns = Columns::head(td_string!(locale, alike.figure), |row: &Beside| {
        words::figure(locale, row.figure)
    })
    .number(td_string!(locale, alike.own), |row| {
        row.own.map_or_else(
            || td_string!(locale, report.few).to_owned(),
            |own| value(locale, row.figure, own),
        )
    })
    .number(td_string!(locale, alike.middle), |row| {
        of(row, |middle| middle.middle)
    })
    .number(td_string!(locale, alike.half), |row| match row.middle {
        None => "—".to_owned(),
        Some(_) => format!(
            "{} – {}",
            of(row, |middle| middle.low),
            of(row, |middle| middle.high)
        ),
    })
    .view(td_string!(locale, alike.place), |row| {
        let place = row
            .middle
            .zip(row.own)
            .map(|(middle, own)| middle.place(own));
        place.map(|place| {
            // Neither is better: a small center is not a bad one.
            let text = match place {
                Place::Below => td_string!(locale, alike.below),
                Place::Among => td_string!(locale, alike.among),
                Place::Above => td_string!(locale, alike.above),
            };
            view! { <Badge text tone=Tone::Plain /> }
        })
    });
    Table::new(td_string!(locale, alike.title), columns).of(&found.rows)
}
