//! Supervision of social workers: actual against target, by city, district and subdistrict. Figures only.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Columns, EmptyState, Table},
    web::{Answer, Site, Visit},
};
use axum::{Router, routing::get};
use domain::{
    access::Scope,
    supervision::{Grade, Step},
};
use leptos::prelude::*;
use store::staff::{self, Area};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/supervision", get(show))
}

async fn show(visit: Visit) -> Answer {
    gate::staff(&visit)?;
    let areas = staff::supervision(visit.db(), &visit.caller, visit.now).await?;
    let locale = visit.locale;
    let title = td_string!(locale, supervision.title);
    Ok(gate::page(&visit, title).render(move || {
        let empty = areas.is_empty();
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, supervision.intro)}</p>
            </div>
            {match empty {
                true => view! { <EmptyState title=td_string!(locale, supervision.nobody) /> }.into_any(),
                false => table(locale, &areas).into_any(),
            }}
            <p class="hint">{td_string!(locale, supervision.how)}</p>
        }
    }))
}

fn table(locale: Locale, areas: &[Area]) -> impl IntoView + use<> {
    let mut columns = Columns::head(td_string!(locale, supervision.area), move |area: &Area| {
        name(locale, area)
    })
    .number(td_string!(locale, supervision.front_line), |area| {
        area.staffing.front_line.to_string()
    });
    for grade in Grade::ALL {
        columns = columns.text(grade_name(locale, *grade), move |area| {
            let steps = area.staffing.steps();
            let step = steps.into_iter().find(|step| step.grade == *grade);
            step.map_or_else(String::new, |step| told(locale, &step))
        });
    }
    Table::new(td_string!(locale, supervision.title), columns).of(areas)
}

/// The city, a district, or `— 桂园街道` within it.
fn name(locale: Locale, area: &Area) -> String {
    match &area.scope {
        Scope::City => td_string!(locale, supervision.city).to_owned(),
        Scope::Subdistrict(_) => format!("— {}", area.name),
        Scope::District(_) | Scope::Center(_) => area.name.clone(),
    }
}

/// A step of the ladder with its target.
fn grade_name(locale: Locale, grade: Grade) -> &'static str {
    match grade {
        Grade::Assistant => td_string!(locale, supervision.assistant),
        Grade::Junior => td_string!(locale, supervision.junior),
        Grade::Intermediate => td_string!(locale, supervision.intermediate),
    }
}

/// `2 名，8.5 : 1，还差 1 名`.
fn told(locale: Locale, step: &Step) -> String {
    let have = step.have;
    let each = match step.tenths_each {
        Some(tenths) => format!("{}.{} : 1", tenths / 10, tenths % 10),
        None => td_string!(locale, supervision.no_ratio).to_owned(),
    };
    match step.missing() {
        0 => td_string!(locale, supervision.enough, have, each),
        missing => td_string!(locale, supervision.short, have, each, missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::supervision::Staffing;

    #[test]
    fn a_step_says_what_there_is_the_ratio_and_what_is_missing() {
        let staffing = Staffing {
            front_line: 17,
            assistants: 2,
            juniors: 1,
            intermediates: 0,
        };
        let told: Vec<String> = staffing
            .steps()
            .iter()
            .map(|step| super::told(Locale::zh_CN, step))
            .collect();
        assert_eq!(
            told,
            [
                "2 名（8.5 : 1），还差 1 名",
                "1 名（17.0 : 1），够了",
                "0 名（还没有），还差 1 名"
            ]
        );
    }
}
